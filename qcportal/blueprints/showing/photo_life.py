"""One photo's whole life: what was asked, who told what and when, and what came of it."""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from flask import url_for

from qcportal import history, photos
from qcportal.blueprints.jinja import file_size
from qcportal.blueprints.showing import held as held_return
from qcportal.blueprints.showing import integrity, likeness, timeline
from qcportal.blueprints.showing.held import Held
from qcportal.blueprints.showing.integrity import EVIDENCE, history_badge, version_badge
from qcportal.blueprints.showing.photos import REFUSALS, view
from qcportal.blueprints.showing.returns_list import Asker
from qcportal.blueprints.shown.frame import Fact, Link
from qcportal.blueprints.shown.photo_life import PhotoLifePage
from qcportal.blueprints.shown.return_page import Event
from qcportal.db import db
from qcportal.history import HistoryEvent
from qcportal.language import gettext as _
from qcportal.language import lazy_gettext, ngettext
from qcportal.photos import ArrivalRow, Outcome, Photo, measures, quality
from qcportal.verification import KINDS, Offence, chains

NEVER = datetime.min.replace(tzinfo=UTC)
TOLD_BY = {
    "relay": lazy_gettext("Told by the relay"),
    "reconciler": lazy_gettext("Told by the reconciler"),
}


def build(photo_id: uuid.UUID, asker: Asker) -> PhotoLifePage:
    """Put the page together, or raise NotFound."""
    photo = photos.get_photo(photo_id)
    held = held_return.load(photo.return_id)
    arrivals = photos.find_arrivals(photo.id)
    entries, wrong = chains.state_of(photo.return_id)
    record = list(db.session.scalars(history.select_chain(photo.return_id)))[::-1]
    panel = integrity.build(photo, held, arrivals, asker)
    shown = view(photo, held.rvp, seen_at=held.phone_seen_at)
    return PhotoLifePage(
        photo=shown,
        badge=shown.words,
        awb=held.rvp.awb,
        merchant=held.rvp.merchant.name,
        back=Link(url_for(asker.detail_endpoint, id=photo.return_id), _("The return")),
        integrity=replace(panel, history=history_badge(entries, whole=not wrong), life_href=""),
        facts=_facts(photo),
        events=_events(photo, held, arrivals, record),
        faults=tuple(_fault(each) for each in chains.judge_photo(photo, record)),
        notes=likeness.notes_on_photo(photo.return_id, photo.id),
        tz=asker.zone,
    )


def _fault(offence: Offence) -> str:
    said = KINDS[offence.kind][1]
    return f"{said[0].upper()}{said[1:]}."


def _facts(photo: Photo) -> tuple[Fact, ...]:
    least, most = file_size(photo.min_bytes), file_size(photo.max_bytes)
    found = [
        Fact(_("Slot"), photo.slot),
        Fact(_("Asked for"), _("Must be taken") if photo.required else _("May be taken")),
        Fact(_("Kind"), f"{photo.kind}, {photo.content_type}"),
        Fact(_("Allowed size"), _("%(least)s to %(most)s", least=least, most=most)),
        Fact(_("Name in the bucket"), photo.key, mono=True),
        Fact(_("Photo"), str(photo.id), mono=True),
    ]
    if photo.version_id:
        found.append(Fact(_("Pinned version"), photo.version_id, mono=True))
    if photo.size is not None:
        found.append(Fact(_("Size"), file_size(photo.size)))
    if photo.width and photo.height:
        found.append(Fact(_("Picture"), f"{photo.width} x {photo.height}"))
    return (*found, *_measured(photo))


def _measured(photo: Photo) -> Iterator[Fact]:
    """List what was measured of the picture, as numbers beside the limits that flags go by."""
    found = photo.picture
    if not measures.is_measured(found):
        waits = photo.stored_at and not photo.pictured_at
        yield Fact(_("Looked at"), _("Not yet") if waits else _("Not to be measured"))
        return
    if "sharpest" in found:
        sharpest, least = f"{found['sharpest']:.0f}", f"{quality.BLURRED_BELOW:g}"
        said = _("%(n)s, blurred below %(limit)s", n=sharpest, limit=least)
        yield Fact(_("Sharpest part"), said)
    for name, label, limit in (
        ("dark", _("Nearly black"), quality.TOO_DARK_ABOVE),
        ("bright", _("Blown out"), quality.TOO_BRIGHT_ABOVE),
    ):
        if name in found:
            share, bound = f"{found[name]:.0%}", f"{limit:.0%}"
            yield Fact(
                label, _("%(share)s of it, flagged above %(limit)s", share=share, limit=bound)
            )
    if tries := photo.claimed_tries:
        told = ngettext("%(num)s time, says the phone", "%(num)s times, says the phone", tries)
        yield Fact(_("Taken"), told)


def _events(
    photo: Photo, held: Held, arrivals: Sequence[ArrivalRow], record: Sequence[HistoryEvent]
) -> tuple[Event, ...]:
    found = [
        *_own(photo, held),
        *(event for each in arrivals for event in _arrived(photo, each)),
        *_recorded(photo, record),
    ]
    return tuple(sorted(found, key=lambda event: event.at or NEVER, reverse=True))


def _own(photo: Photo, held: Held) -> Iterator[Event]:
    yield Event(_("Asked for"), photo.expected_at, _("the checklist was frozen"))
    if photo.form_issued_at:
        yield Event(_("First upload form given"), photo.form_issued_at)
    if photo.captured_at:
        yield Event(_("Taken, by the phone's own clock"), photo.captured_at, _("not proven"))
    if photo.captured_reported_at:
        device = held.inspection.device if held.inspection else None
        mine = device is not None and device.id == photo.device_id
        by = _("by phone %(phone)s", phone=device.label) if device and mine else ""
        yield Event(_("Announced by the app"), photo.captured_reported_at, by)


def _arrived(photo: Photo, arrival: ArrivalRow) -> Iterator[Event]:
    number = arrival.version_id
    version = _("version %(number)s", number=number) if number else _("no version")
    if arrival.outcome != Outcome.GONE:
        yield Event(_("Stored by S3"), arrival.stored_at, f"{file_size(arrival.size)}, {version}")
    mine = arrival.version_id == photo.version_id
    badge = EVIDENCE if mine else version_badge(photo, arrival)
    why = REFUSALS.get(arrival.reason or "", "") if arrival.outcome == Outcome.REFUSED else ""
    detail = " · ".join(filter(None, (badge.text, why, version)))
    source = TOLD_BY.get(arrival.source) or _("Told by %(source)s", source=arrival.source)
    yield Event(source, arrival.received_at, detail, badge.tone)


def _recorded(photo: Photo, record: Sequence[HistoryEvent]) -> Iterator[Event]:
    words = timeline.WORDS | {
        "photo_verified": (_("Found to match"), ""),
        "photo_stored": (_("Held, not vouched for yet"), ""),
    }
    for event in record:
        if event.data.get("photo") == str(photo.id):
            text, tone = words.get(event.action, (event.action.replace("_", " "), ""))
            detail = _(
                "entry %(number)s of the return's record, by %(name)s",
                number=event.seq,
                name=event.actor_label,
            )
            yield Event(text, event.at, detail, tone, strong=True)  # type: ignore[arg-type]
