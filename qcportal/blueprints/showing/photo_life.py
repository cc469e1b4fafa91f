"""One photo's whole life: what was asked, who told what and when, and what came of it."""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from flask import url_for

from qcportal import history, photos
from qcportal.blueprints.jinja import file_size, plural
from qcportal.blueprints.showing import held as held_return
from qcportal.blueprints.showing import integrity, likeness, timeline
from qcportal.blueprints.showing.held import Held
from qcportal.blueprints.showing.integrity import EVIDENCE, SOURCES, history_badge, version_badge
from qcportal.blueprints.showing.photos import REFUSALS, view
from qcportal.blueprints.showing.returns_list import Asker
from qcportal.blueprints.shown.frame import Fact, Link
from qcportal.blueprints.shown.photo_life import PhotoLifePage
from qcportal.blueprints.shown.return_page import Event
from qcportal.db import db
from qcportal.history import HistoryEvent
from qcportal.photos import ArrivalRow, Outcome, Photo, measures, quality
from qcportal.verification import KINDS, Offence, chains

NEVER = datetime.min.replace(tzinfo=UTC)


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
        back=Link(url_for(asker.detail_endpoint, id=photo.return_id), "The return"),
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
    size = f"{file_size(photo.min_bytes)} to {file_size(photo.max_bytes)}"
    found = [
        Fact("Slot", photo.slot),
        Fact("Asked for", "Must be taken" if photo.required else "May be taken"),
        Fact("Kind", f"{photo.kind}, {photo.content_type}"),
        Fact("Allowed size", size),
        Fact("Name in the bucket", photo.key, mono=True),
        Fact("Photo", str(photo.id), mono=True),
    ]
    if photo.version_id:
        found.append(Fact("Pinned version", photo.version_id, mono=True))
    if photo.size is not None:
        found.append(Fact("Size", file_size(photo.size)))
    if photo.width and photo.height:
        found.append(Fact("Picture", f"{photo.width} x {photo.height}"))
    return (*found, *_measured(photo))


def _measured(photo: Photo) -> Iterator[Fact]:
    """List what was measured of the picture, as numbers beside the limits that flags go by."""
    found = photo.picture
    if not measures.is_measured(found):
        waits = photo.stored_at and not photo.pictured_at
        yield Fact("Looked at", "Not yet" if waits else "Not to be measured")
        return
    if "sharpest" in found:
        said = f"{found['sharpest']:.0f}, blurred below {quality.BLURRED_BELOW:g}"
        yield Fact("Sharpest part", said)
    for name, label, limit in (
        ("dark", "Nearly black", quality.TOO_DARK_ABOVE),
        ("bright", "Blown out", quality.TOO_BRIGHT_ABOVE),
    ):
        if name in found:
            yield Fact(label, f"{found[name]:.0%} of it, flagged above {limit:.0%}")
    if photo.claimed_tries:
        yield Fact("Taken", f"{plural(photo.claimed_tries, 'time')}, says the phone")


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
    yield Event("Asked for", photo.expected_at, "the checklist was frozen")
    if photo.form_issued_at:
        yield Event("First upload form given", photo.form_issued_at)
    if photo.captured_at:
        yield Event("Taken, by the phone's own clock", photo.captured_at, "not proven")
    if photo.captured_reported_at:
        device = held.inspection.device if held.inspection else None
        by = f"by phone {device.label}" if device and device.id == photo.device_id else ""
        yield Event("Announced by the app", photo.captured_reported_at, by)


def _arrived(photo: Photo, arrival: ArrivalRow) -> Iterator[Event]:
    version = f"version {arrival.version_id}" if arrival.version_id else "no version"
    if arrival.outcome != Outcome.GONE:
        yield Event("Stored by S3", arrival.stored_at, f"{file_size(arrival.size)}, {version}")
    mine = arrival.version_id == photo.version_id
    badge = EVIDENCE if mine else version_badge(photo, arrival)
    why = REFUSALS.get(arrival.reason or "", "") if arrival.outcome == Outcome.REFUSED else ""
    detail = " · ".join(filter(None, (badge.text, why, version)))
    source = SOURCES.get(arrival.source, arrival.source)
    yield Event(f"Told by {source}", arrival.received_at, detail, badge.tone)


def _recorded(photo: Photo, record: Sequence[HistoryEvent]) -> Iterator[Event]:
    words = timeline.WORDS | {
        "photo_verified": ("Found to match", ""),
        "photo_stored": ("Held, not vouched for yet", ""),
    }
    for event in record:
        if event.data.get("photo") == str(photo.id):
            text, tone = words.get(event.action, (event.action.replace("_", " "), ""))
            detail = f"entry {event.seq} of the return's record, by {event.actor_label}"
            yield Event(text, event.at, detail, tone, strong=True)  # type: ignore[arg-type]
