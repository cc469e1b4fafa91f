"""One executive's day: its manifest, and each photo of it that is not verified, with the reason."""

import uuid
from collections.abc import Iterator, Mapping

from flask import url_for

from qcportal import devices, manifests, uploads
from qcportal.blueprints.jinja import file_size, grouped, plural, when
from qcportal.blueprints.showing.frames import CARRIER_ZONE
from qcportal.blueprints.showing.upload_health import patience
from qcportal.blueprints.showing.upload_loss import day_words
from qcportal.blueprints.showing.upload_panels import percent
from qcportal.blueprints.showing.upload_phones import REASONS
from qcportal.blueprints.shown.frame import Badge, Fact, Link, Note
from qcportal.blueprints.shown.photos import WORDS, PhotoState
from qcportal.blueprints.shown.upload_health import ManifestRow, UploadShiftPage
from qcportal.devices import RunSheet
from qcportal.manifests import Count, LineState, OpenLine, Period

MOST = 200
BADGES: Mapping[LineState, Badge] = {
    LineState.VERIFIED: WORDS[PhotoState.HERE],
    LineState.STORED: WORDS[PhotoState.UNVOUCHED],
    LineState.CONFLICT: WORDS[PhotoState.CONFLICT],
    LineState.REFUSED: WORDS[PhotoState.REFUSED],
    LineState.DISCARDED: Badge("", "trash-2", "Thrown away"),
    LineState.ON_THE_WAY: WORDS[PhotoState.ON_THE_WAY],
    LineState.LATE: WORDS[PhotoState.LATE],
    LineState.LOST: Badge("miss", "image-off", "Lost"),
}


def build(sheet_id: uuid.UUID) -> UploadShiftPage:
    """Put the page together, or raise NotFound."""
    sheet = devices.get_run_sheet(sheet_id)
    waits = uploads.waits(patience())
    count = manifests.count_shift(sheet, waits)
    period = Period(sheet.day, sheet.day, sheet.executive_id)
    lines = manifests.find_unverified(period, waits, most=MOST)
    person = sheet.executive
    total = f"{MOST} of {grouped(count.unverified)}" if count.unverified > MOST else ""
    return UploadShiftPage(
        person=Link(url_for("admin.upload_person", id=person.id), person.name),
        hub=person.hub,
        day=day_words(sheet.day),
        badge=_badge(count),
        text=_text(count),
        notes=tuple(_notes(count)),
        facts=tuple(_facts(sheet, count)),
        rows=tuple(_row(line) for line in lines),
        shown=total or plural(len(lines), "photo"),
        told=count.captured > 0,
        sheet=Link(url_for("admin.run_sheet", id=sheet.id), "The run sheet"),
        back=Link(url_for("admin.upload_health"), "Upload health"),
        tz=CARRIER_ZONE,
    )


def _badge(count: Count) -> Badge:
    if not count.captured:
        return Badge("", "circle-question-mark", "Nothing told")
    if count.lost:
        return Badge("miss", "image-off", f"{grouped(count.lost)} lost")
    if not count.safe:
        return Badge("wait", "cloud-upload", f"{grouped(count.unverified)} not verified yet")
    return Badge("", "shield-check", "Nothing lost")


def _text(count: Count) -> str:
    if not count.captured:
        return "No phone told of a photo on this shift."
    share = percent(count.lost, count.owed)
    said = f"{grouped(count.lost)} lost of {plural(count.owed, 'photo')} captured ({share}). "
    return said + (
        f"{grouped(count.verified)} are verified." if count.unverified else "Every one is verified."
    )


def _notes(count: Count) -> Iterator[Note]:
    if count.unclosed:
        yield Note(
            "late",
            "circle-dashed",
            "No final manifest.",
            "A phone of this shift has not said that it told all, so there may be more.",
        )
    findings = (
        (count.unreadable, "line", "could not be read in the manifest."),
        (count.strange, "photo", "told of, and not on this person’s run sheet."),
        (count.after_closing, "photo", "told of after the shift was closed."),
        (count.unlisted, "photo", "told of before, and left out of the final manifest."),
        (count.unclaimed, "photo", "in the bucket, and in no manifest."),
    )
    for number, noun, words in findings:
        if number:
            yield Note("late", "triangle-alert", plural(number, noun), words)


def _facts(sheet: RunSheet, count: Count) -> Iterator[Fact]:
    closed = manifests.find_closing(sheet)
    yield Fact("Final manifest", when(closed, CARRIER_ZONE) if closed else "none yet")
    for label, number in (
        ("Captured", count.captured),
        ("Thrown away by the person", count.discarded),
        ("Verified", count.verified),
        ("On the way", count.on_the_way),
        ("Late", count.late),
        ("Here, not vouched for", count.stored),
        ("Two versions", count.conflict),
        ("Not accepted", count.refused),
        ("Lost", count.lost),
    ):
        if number or label in ("Captured", "Verified", "Lost"):
            yield Fact(label, grouped(number))


def _row(line: OpenLine) -> ManifestRow:
    known = line.return_id is not None
    return ManifestRow(
        title=line.title or "A photo we do not know",
        badge=BADGES[line.state],
        told_at=line.told_at,
        size=file_size(line.size),
        digest=line.sha256[:12],
        why=_why(line),
        href=url_for("admin.photo_life", id=line.photo_id) if known else "",
        awb=line.awb or "",
        return_href=url_for("admin.return_detail", id=line.return_id) if known else "",
    )


def _why(line: OpenLine) -> str:
    said = REASONS.get(line.waiting_reason or "", "The phone gave no reason")
    tries = f", {plural(line.tries, 'try', 'tries')}" if line.tries else ""
    if line.state in manifests.NOT_HERE:
        return f"{said}{tries}"
    return f"It is in the bucket{tries}"
