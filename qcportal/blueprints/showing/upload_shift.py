"""One executive's day: its manifest, and each photo of it that is not verified, with the reason."""

import uuid
from collections.abc import Iterator, Mapping

from flask import url_for

from qcportal import devices, manifests, uploads
from qcportal.blueprints.jinja import day_words, file_size, grouped, when
from qcportal.blueprints.showing.frames import CARRIER_ZONE
from qcportal.blueprints.showing.upload_health import patience
from qcportal.blueprints.showing.upload_panels import percent
from qcportal.blueprints.showing.upload_phones import REASONS
from qcportal.blueprints.shown.frame import Badge, Fact, Link, Note
from qcportal.blueprints.shown.photos import WORDS, PhotoState
from qcportal.blueprints.shown.upload_health import ManifestRow, UploadShiftPage
from qcportal.devices import RunSheet
from qcportal.language import gettext as _
from qcportal.language import lazy_gettext, ngettext
from qcportal.manifests import Count, LineState, OpenLine, Period

MOST = 200
BADGES: Mapping[LineState, Badge] = {
    LineState.VERIFIED: WORDS[PhotoState.HERE],
    LineState.STORED: WORDS[PhotoState.UNVOUCHED],
    LineState.CONFLICT: WORDS[PhotoState.CONFLICT],
    LineState.REFUSED: WORDS[PhotoState.REFUSED],
    LineState.DISCARDED: Badge("", "trash-2", lazy_gettext("Thrown away")),
    LineState.ON_THE_WAY: WORDS[PhotoState.ON_THE_WAY],
    LineState.LATE: WORDS[PhotoState.LATE],
    LineState.LOST: Badge("miss", "image-off", lazy_gettext("Lost")),
}


def build(sheet_id: uuid.UUID) -> UploadShiftPage:
    """Put the page together, or raise NotFound."""
    sheet = devices.get_run_sheet(sheet_id)
    waits = uploads.waits(patience())
    count = manifests.count_shift(sheet, waits)
    period = Period(sheet.day, sheet.day, sheet.executive_id)
    lines = manifests.find_unverified(period, waits, most=MOST)
    person = sheet.executive
    total = (
        _("%(n)s of %(total)s", n=MOST, total=grouped(count.unverified))
        if count.unverified > MOST
        else ""
    )
    return UploadShiftPage(
        person=Link(url_for("admin.upload_person", id=person.id), person.name),
        hub=person.hub,
        day=day_words(sheet.day, weekday=True),
        badge=_badge(count),
        text=_text(count),
        notes=tuple(_notes(count)),
        facts=tuple(_facts(sheet, count)),
        rows=tuple(_row(line) for line in lines),
        shown=total or ngettext("%(num)s photo", "%(num)s photos", len(lines)),
        told=count.captured > 0,
        sheet=Link(url_for("admin.run_sheet", id=sheet.id), _("The run sheet")),
        back=Link(url_for("admin.upload_health"), _("Upload health")),
        tz=CARRIER_ZONE,
    )


def _badge(count: Count) -> Badge:
    if not count.captured:
        return Badge("", "circle-question-mark", _("Nothing told"))
    if count.lost:
        return Badge("miss", "image-off", _("%(n)s lost", n=grouped(count.lost)))
    if not count.safe:
        text = _("%(n)s not verified yet", n=grouped(count.unverified))
        return Badge("wait", "cloud-upload", text)
    return Badge("", "shield-check", _("Nothing lost"))


def _text(count: Count) -> str:
    if not count.captured:
        return _("No phone told of a photo on this shift.")
    share = percent(count.lost, count.owed)
    lost = ngettext(
        "%(n)s lost of %(num)s photo captured (%(share)s).",
        "%(n)s lost of %(num)s photos captured (%(share)s).",
        count.owed,
        n=grouped(count.lost),
        share=share,
    )
    if not count.unverified:
        return f"{lost} {_('Every one is verified.')}"
    verified = ngettext("%(num)s is verified.", "%(num)s are verified.", count.verified)
    return f"{lost} {verified}"


def _notes(count: Count) -> Iterator[Note]:
    if count.unclosed:
        yield Note(
            "late",
            "circle-dashed",
            _("No final manifest."),
            _("A phone of this shift has not said that it told all, so there may be more."),
        )
    findings = (
        (count.unreadable, _lines, _("could not be read in the manifest.")),
        (count.strange, _photos, _("told of, and not on this person’s run sheet.")),
        (count.after_closing, _photos, _("told of after the shift was closed.")),
        (count.unlisted, _photos, _("told of before, and left out of the final manifest.")),
        (count.unclaimed, _photos, _("in the bucket, and in no manifest.")),
    )
    for number, counted, words in findings:
        if number:
            yield Note("late", "triangle-alert", counted(number), words)


def _lines(count: int) -> str:
    return ngettext("%(num)s line", "%(num)s lines", count)


def _photos(count: int) -> str:
    return ngettext("%(num)s photo", "%(num)s photos", count)


def _facts(sheet: RunSheet, count: Count) -> Iterator[Fact]:
    closed = manifests.find_closing(sheet)
    yield Fact(_("Final manifest"), when(closed, CARRIER_ZONE) if closed else _("none yet"))
    for label, number, always in (
        (_("Captured"), count.captured, True),
        (_("Thrown away by the person"), count.discarded, False),
        (_("Verified"), count.verified, True),
        (_("On the way"), count.on_the_way, False),
        (_("Late"), count.late, False),
        (_("Here, not vouched for"), count.stored, False),
        (_("Two versions"), count.conflict, False),
        (_("Not accepted"), count.refused, False),
        (_("Lost"), count.lost, True),
    ):
        if number or always:
            yield Fact(label, grouped(number))


def _row(line: OpenLine) -> ManifestRow:
    known = line.return_id is not None
    return ManifestRow(
        title=line.title or _("A photo we do not know"),
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
    said = REASONS.get(line.waiting_reason or "", _("The phone gave no reason"))
    if line.state not in manifests.NOT_HERE:
        said = _("It is in the bucket")
    tries = ngettext("%(num)s try", "%(num)s tries", line.tries) if line.tries else ""
    return ", ".join(filter(None, (str(said), tries)))
