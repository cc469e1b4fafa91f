"""The document as its readers see it: read back out of the PDF, letter by letter."""

import io
import uuid
from typing import Any

import pytest
from pypdf import PdfReader

from qcportal import packs
from qcportal.language import speaking
from qcportal.packs.document import fonts
from tests.held_bucket import HeldBucket
from tests.packs.cases import HINDI, HOSTILE, a_packed_return, raised
from tests.world import World


def document(world: World, bucket: HeldBucket, rvp: dict[str, Any]) -> PdfReader:
    with world.inside(commit=False):
        contents = packs.gather(uuid.UUID(rvp["return_id"]))
        return PdfReader(io.BytesIO(packs.write_document(bucket.store, contents)))


def text_of(reader: PdfReader) -> str:
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def test_it_shows_checks_photos_digests_timeline_and_how_to_verify(
    world: World, bucket: HeldBucket
) -> None:
    rvp = a_packed_return(world, bucket, failed=True)
    raised(world, rvp)
    reader = document(world, bucket, rvp)
    text = text_of(reader)
    for words in (
        "Evidence file", "Nuvio P8 phone", "Failed", rvp["client_order_number"], "Fern Home",
        "2. Dents or scratches?", "Not as expected", "Expected No", "Answered Yes",
        "Electronics, version 1", "Asked because Every article", "Photo 2: Damage",
        "The photo we hold is the one the phone announced.", "Dispute D-", "Cites photo 1",
        "Photos and their digests", "Inspected at the door", "Ravi K.", "python3 verify.py",
        "Asia/Kolkata", f"Page 1 of {len(reader.pages)}",
        "3 files are here. Each is what was announced or sent, byte by byte.",
    ):  # fmt: skip
        assert words in text, words
    for photo in world.photo_rows(rvp["return_id"]).values():
        if photo.sha256:
            assert photo.sha256 in text
    pictures = [each for page in reader.pages for each in page.images]
    assert len(pictures) == 3
    box = reader.pages[0].mediabox
    assert (round(float(box.width)), round(float(box.height))) == (595, 842), "A4"


def test_hindi_is_written_with_its_own_letters_and_shapes(world: World, bucket: HeldBucket) -> None:
    rvp = a_packed_return(world, bucket, failed=True, name="मिट्टी का प्याला")
    reader = document(world, bucket, rvp)
    names = {str(font["/BaseFont"]) for font in _fonts(reader)}
    assert any("Devanagari" in each for each in names)
    assert not any("Tamil" in each for each in names), "only what is used is embedded"
    # Vowels that are written before their letter have no place of their own in the text.
    squeezed = text_of(reader).replace(" ", "").replace("\x02", "")
    assert "मिट्टीकाप्याला" in squeezed
    assert HINDI.replace(" ", "") in squeezed
    assert fonts.UNKNOWN not in squeezed


@pytest.mark.parametrize(
    ("name", "script"),
    [
        ("தமிழ்", "Tamil"), ("বাংলা", "Bengali"), ("ਪੰਜਾਬੀ", "Gurmukhi"), ("ગુજરાતી", "Gujarati"),
        ("ଓଡ଼ିଆ", "Oriya"), ("తెలుగు", "Telugu"), ("ಕನ್ನಡ", "Kannada"), ("മലയാളം", "Malayalam"),
    ],
)  # fmt: skip
def test_every_script_of_india_has_its_letters(name: str, script: str) -> None:
    from fpdf import FPDF

    pdf = FPDF()
    known = fonts.load(pdf, name)
    assert fonts.writable(name, known) == name
    assert script.lower() in pdf.fonts
    fonts.close(pdf)


def test_what_nobody_can_write_is_a_box_and_breaks_nothing(
    world: World, bucket: HeldBucket
) -> None:
    name = "漢字 😀 " + HOSTILE.replace("\0", "")
    rvp = a_packed_return(world, bucket, name=name, client_order_number="x" * 80)
    text = text_of(document(world, bucket, rvp))
    assert "<script>" in text
    assert fonts.UNKNOWN in text


def test_it_speaks_the_language_of_its_reader(world: World, bucket: HeldBucket) -> None:
    rvp = a_packed_return(world, bucket)
    with speaking("hi"):
        assert "नव" in text_of(document(world, bucket, rvp)).replace(" ", ""), "a month's name"


def test_photos_that_are_not_here_are_said_to_be_missing(world: World, bucket: HeldBucket) -> None:
    text = text_of(document(world, bucket, a_packed_return(world, bucket, here=1)))
    assert "2 photos are not here." in text
    assert "The phone announced this photo, and its file is not here." in text


def test_a_return_that_nobody_checked_has_a_document_too(world: World, bucket: HeldBucket) -> None:
    text = text_of(document(world, bucket, world.register()))
    assert "Not checked yet" in text
    assert "No answer" in text


def test_a_file_that_is_no_picture_is_named_and_not_drawn(world: World, bucket: HeldBucket) -> None:
    rvp = a_packed_return(world, bucket, here=1)
    photo = world.photo_rows(rvp["return_id"])["front"]
    bucket.put(photo.key, b"\xff\xd8 not a picture")
    with world.inside():
        row = world.photo_rows(rvp["return_id"])["front"]
        assert row.sha256
    reader = document(world, bucket, rvp)
    assert len([each for page in reader.pages for each in page.images]) == 1


def _fonts(reader: PdfReader) -> list[Any]:
    found = []
    for page in reader.pages:
        held = page["/Resources"]["/Font"]
        found += [held[name].get_object() for name in held]
    return found
