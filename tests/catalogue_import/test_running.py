"""An uploaded sheet becomes the catalogue: good rows go in, bad ones come back to be corrected."""

import csv
import io
import uuid
import zipfile
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import func, select

from qcportal import catalogue, catalogue_import, jobs, tenancy
from qcportal.catalogue import CatalogueItem, CataloguePicture
from qcportal.catalogue_import import Tools
from qcportal.db import db
from qcportal.errors import Invalid, NotFound, Unavailable
from qcportal.history import SYSTEM
from qcportal.jobs import Interrupted, Job
from qcportal.outgoing import CallRefused
from qcportal.worker import Held, Worker
from tests.world import World

SHEET = """sku,name,brand,category,price,colour
TEE-1,Tee,Fern,Shirts,499,Blue
TEE-2,Tee,Fern,Shirts,cheap,=Red
,Tee,Fern,Shirts,499,Blue
TEE-3,Tee,Fern,Shirts,499,Green
TEE-1,Tee,Fern,Shirts,599,Blue
"""


class Bucket:
    """A bucket in memory; `away` makes it raise."""

    def __init__(self) -> None:
        self.held: dict[str, bytes] = {}
        self.away = False

    def put_derived(self, key: str, data: bytes, _type: str) -> None:
        if self.away:
            raise Unavailable("S3 did not answer.")
        self.held[key] = data

    def get(self, key: str, _version: str, *, limit: int) -> bytes:
        if key not in self.held:
            raise NotFound()
        return self.held[key][:limit]


class Web:
    """Addresses and what stands there; counts what is asked for."""

    def __init__(self, pages: dict[str, bytes] | None = None) -> None:
        self.pages = pages or {}
        self.asked: list[str] = []

    def fetch(self, address: str) -> bytes:
        self.asked.append(address)
        if address not in self.pages:
            raise CallRefused("The address answered with status 404.")
        return self.pages[address]


def a_picture(colour: str = "red") -> bytes:
    held = io.BytesIO()
    Image.new("RGB", (320, 240), colour).save(held, "JPEG")
    return held.getvalue()


class Importer:
    """Uploads and imports as the portal and its worker do, for merchant A."""

    def __init__(self, world: World) -> None:
        self.world, self.bucket, self.web = world, Bucket(), Web()
        self.tools = Tools(self.bucket, self.web)  # type: ignore[arg-type]

    def ask(self, data: bytes | str) -> uuid.UUID:
        raw = data.encode() if isinstance(data, str) else data
        with self.world.inside():
            key = catalogue_import.keep_upload(self.bucket, self.world.a.id, raw)  # type: ignore[arg-type]
            return catalogue_import.start(self.world.a.id, key, "sheet.csv", by=SYSTEM).id

    def work(self, runner=None) -> None:
        chosen = runner or (lambda job, progress: catalogue_import.run(self.tools, job, progress))
        with self.world.app.app_context():
            assert Worker({catalogue_import.KIND: chosen}, ()).once()

    def send(self, data: bytes | str) -> Job:
        job_id = self.ask(data)
        self.work()
        return self.job(job_id)

    def job(self, job_id: uuid.UUID) -> Job:
        with self.world.inside(commit=False):
            return jobs.get_job(job_id)

    def corrections(self, job: Job) -> list[dict[str, str]]:
        text = self.bucket.held[job.result["corrections_key"]].decode("utf-8-sig")
        return list(csv.DictReader(io.StringIO(text)))

    def item(self, sku: str) -> CatalogueItem:
        with self.world.inside(commit=False):
            return catalogue.get_item(self.world.a.id, sku)


@pytest.fixture
def importer(world: World) -> Importer:
    return Importer(world)


def counts(job: Job) -> dict[str, Any]:
    return {name: job.result[name] for name in ("added", "changed", "same", "refused")}


def test_good_rows_go_in_and_bad_ones_come_back_with_their_problem(importer: Importer) -> None:
    job = importer.send(SHEET)
    assert (job.state, job.done, job.total) == ("done", 5, 5)
    assert counts(job) == {"added": 2, "changed": 0, "same": 0, "refused": 3}
    assert importer.item("TEE-3").attributes == {"colour": "Green"}
    assert importer.item("TEE-3").price_paise == 49_900
    rows = importer.corrections(job)
    assert [(row["line"], row["sku"]) for row in rows] == [
        ("3", "TEE-2"),
        ("4", ""),
        ("6", "TEE-1"),
    ]
    assert rows[0]["colour"] == "'=Red", "safe in a spreadsheet"
    assert "no amount" in rows[0]["problem"]
    assert "line 2" in rows[2]["problem"]
    assert job.result["shown"][0] == {"line": 3, "sku": "TEE-2", "problem": rows[0]["problem"]}


def test_the_same_file_again_changes_nothing(importer: Importer) -> None:
    importer.send(SHEET)
    before = importer.item("TEE-1").updated_at
    assert counts(importer.send(SHEET)) == {"added": 0, "changed": 0, "same": 2, "refused": 3}
    assert importer.item("TEE-1").updated_at == before


def test_the_file_of_corrections_can_be_corrected_and_sent_again(importer: Importer) -> None:
    job = importer.send(SHEET)
    text = importer.bucket.held[job.result["corrections_key"]].decode("utf-8-sig")
    text = text.replace("cheap", "799").replace("\r\n,Tee", "\r\nTEE-4,Tee").replace("599", "699")
    again = importer.send(text)
    assert counts(again) == {"added": 2, "changed": 1, "same": 0, "refused": 0}
    assert importer.item("TEE-2").attributes == {"colour": "=Red"}, "as it was sent at first"
    assert "corrections_key" not in again.result


def test_a_file_with_fewer_columns_leaves_the_rest_as_it_is(importer: Importer) -> None:
    importer.send(SHEET)
    assert counts(importer.send("sku,price\nTEE-3,299\n"))["changed"] == 1
    item = importer.item("TEE-3")
    assert (item.price_paise, item.brand, item.attributes) == (29_900, "Fern", {"colour": "Green"})


def test_a_wrong_file_is_answered_at_once(importer: Importer) -> None:
    for data in (b"", b"name,brand\nTee,Fern\n", b"PK\x03\x04 not a zip", b"\xd0\xcf\x11\xe0 xls"):
        with pytest.raises(Invalid):
            importer.ask(data)
    assert importer.bucket.held == {}


def test_an_import_broken_off_goes_on_where_it_was(importer: Importer) -> None:
    rows = "".join(f"S-{n},{'x' if n % 7 else 'cheap'}\n" for n in range(1200))
    sheet = "sku,price\n" + rows.replace("x", "10")
    job_id = importer.ask(sheet)
    taken = []

    class Interrupting(Held):
        def at(self, done: int, total: int, so_far: Any = None) -> None:
            super().at(done, total, so_far)
            taken.append(done)
            if done == 500:
                raise Interrupted("stopped")

    def stopped(job: Job, progress: Any) -> Any:
        held = Interrupting(progress.job, progress.stopping)
        return catalogue_import.run(importer.tools, job, held)

    importer.work(stopped)
    half = importer.job(job_id)
    assert (half.state, half.done) == ("waiting", 500)
    importer.work()
    job = importer.job(job_id)
    assert job.state == "done"
    assert counts(job) == {"added": 1028, "changed": 0, "same": 0, "refused": 172}
    assert len(importer.corrections(job)) == 172, "also of the first half"
    with importer.world.inside(commit=False):
        assert db.session.scalar(select(func.count()).select_from(CatalogueItem)) == 1028


def test_a_bucket_that_is_away_is_tried_again(importer: Importer) -> None:
    job_id = importer.ask(SHEET)
    importer.bucket.away = True
    importer.work()
    assert importer.job(job_id).state == "waiting"


def test_an_import_changes_its_own_merchant_only(importer: Importer) -> None:
    importer.send(SHEET)
    world = importer.world
    with world.app.app_context(), tenancy.tenant(world.b.id):
        assert catalogue.count_items(world.b.id) == 0


PICTURES = """sku,picture
MUG-1,https://cdn.fern.example/mug.jpg https://cdn.fern.example/side.jpg
MUG-2,https://cdn.fern.example/gone.jpg
MUG-3,https://cdn.fern.example/page.html
MUG-4,
"""


def test_pictures_are_fetched_and_one_that_fails_is_a_warning(importer: Importer) -> None:
    importer.web.pages = {
        "https://cdn.fern.example/mug.jpg": a_picture(),
        "https://cdn.fern.example/page.html": b"<html>not found</html>",
    }
    job = importer.send(PICTURES)
    assert (job.state, job.done, job.total) == ("done", 7, 7)
    assert counts(job) == {"added": 4, "changed": 0, "same": 0, "refused": 0}
    found = {name: job.result[f"pictures_{name}"] for name in ("set", "same", "failed")}
    assert found == {"set": 1, "same": 0, "failed": 2}
    assert importer.item("MUG-1").reference_images == [
        "https://cdn.fern.example/mug.jpg", "https://cdn.fern.example/side.jpg",
    ]  # fmt: skip
    problems = {row["sku"]: row["problem"] for row in importer.corrections(job)}
    assert "404" in problems["MUG-2"]
    assert "no JPEG" in problems["MUG-3"]
    with importer.world.inside(commit=False):
        picture = db.session.scalars(select(CataloguePicture)).one()
        assert (picture.client_sku_id, picture.width, picture.height) == ("MUG-1", 320, 240)
        assert all(picture.key(size) in importer.bucket.held for size in catalogue.SIZES)


def test_a_picture_that_is_here_is_not_fetched_again(importer: Importer) -> None:
    importer.web.pages = {"https://cdn.fern.example/mug.jpg": a_picture()}
    importer.send(PICTURES)
    importer.web.asked.clear()
    job = importer.send(PICTURES)
    assert sorted(importer.web.asked) == [
        "https://cdn.fern.example/gone.jpg", "https://cdn.fern.example/page.html",
    ]  # fmt: skip
    assert (job.result["pictures_same"], job.result["pictures_set"]) == (1, 0)


def a_zip(members: dict[str, bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in members.items():
            made.writestr(name, data)
    return held.getvalue()


def test_a_zip_brings_its_pictures_along(importer: Importer) -> None:
    sheet = b"sku,picture\nMUG-1,Mug One.jpg\nMUG-2,none.jpg\n"
    members = {"shop/list.csv": sheet, "shop/pics/MUG ONE.JPG": a_picture(), "__MACOSX/a.csv": b""}
    job = importer.send(a_zip(members))
    assert (job.result["pictures_set"], job.result["pictures_failed"]) == (1, 1)
    assert "no file none.jpg" in importer.corrections(job)[0]["problem"]
    assert importer.send(a_zip(members)).result["pictures_same"] == 1
    other = importer.send(a_zip(members | {"shop/pics/MUG ONE.JPG": a_picture("blue")}))
    assert other.result["pictures_set"] == 1, "other bytes under the same name are another picture"


@pytest.mark.parametrize(
    "members",
    [{}, {"a.csv": b"sku\n", "b.csv": b"sku\n"}, {"a.txt": b"sku\n"}, {"a.csv": b"name\n"}],
)
def test_a_zip_without_the_one_sheet_is_refused(importer: Importer, members: dict) -> None:
    with pytest.raises(Invalid):
        importer.ask(a_zip(members) or b"PK\x03\x04")


def test_a_file_that_unpacks_to_far_more_than_it_says_is_refused(
    importer: Importer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qcportal.catalogue_import.archives.MOST_CSV_BYTES", 1000)
    with pytest.raises(Invalid) as refused:
        importer.ask(a_zip({"a.csv": b"sku\n" + b"x\n" * 1000}))
    assert "too large" in refused.value.faults[0].message
