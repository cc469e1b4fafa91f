"""What happens at the door: an inspection with its captures, told by the app or through S3."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from qcportal import (
    devices,
    errors,
    history,
    inspections,
    likeness,
    manifests,
    photos,
    returns,
    reviews,
)
from qcportal.capture_kinds import CaptureKind
from qcportal.db import db
from qcportal.devices import FieldExecutive, RunSheet
from qcportal.history import Actor, Entry
from qcportal.inspections import Inspection, Submission
from qcportal.inspections.changes import Source
from qcportal.manifests import Manifest, Said, Way
from qcportal.photos import Arrival, Capture, Outcome, Photo
from qcportal.photos.arrivals import Told, resettle
from qcportal.photos.facts import refresh
from qcportal.returns import Return


@dataclass(frozen=True)
class Visit:
    """All that one message about a door says: the answers and what was photographed."""

    submission: Submission
    captures: tuple[Capture, ...]


def submit(
    visit: Visit, source: Source, kinds: Mapping[str, CaptureKind]
) -> tuple[Return, Inspection, bool]:
    """Record a visit; gives the return, its inspection and whether the inspection is new.

    The same visit again succeeds and fills in the captures that were missing. Raises NotFound
    for a return that is not on the executive's run sheet, else as `inspections.submit`.
    """
    rvp = _lock_return(visit.submission.return_id, source.executive_id)
    inspection, new = inspections.submit(
        rvp, visit.submission, source, photographed=bool(visit.captures)
    )
    if new:
        reviews.open_reviews(rvp)
    announced = _report(rvp, visit.captures, source, Way.INSPECTION)
    resettle(rvp.id, kinds, by=source.actor)
    if new or announced:
        refresh([rvp.id])
    return rvp, inspection, new


def announce(
    return_id: uuid.UUID, captures: Sequence[Capture], source: Source, kinds: Mapping[str, Any]
) -> int:
    """Record captures before their inspection is done; gives how many photos they are."""
    rvp = _lock_return(return_id, source.executive_id)
    announced = _report(rvp, captures, source, Way.CAPTURE)
    resettle(rvp.id, kinds, by=source.actor)
    refresh([rvp.id])
    return len(announced)


def keep_word(return_id: uuid.UUID, captures: Sequence[Capture], source: Source, way: Way) -> None:
    """Keep that a phone says it has these bytes, although its call was refused.

    They may be on no other record: a second photo for a slot that was announced is one of them.
    """
    rvp = _lock_return(return_id, source.executive_id)
    if source.device is None or rvp.run_sheet_id is None or not captures:
        return
    said = [Said(each.photo_id, each.sha256, each.size, each.captured_at) for each in captures]
    sheet = devices.get_run_sheet(rvp.run_sheet_id)
    manifests.tell(Manifest(sheet, source.device, said, None, way=way))


def receive(
    arrivals: Sequence[Arrival],
    carried: Mapping[tuple[str, str, str], object],
    kinds: Mapping[str, CaptureKind],
    read_visit: Callable[[object], Visit],
) -> tuple[list[Told], dict[tuple[str, str, str], str]]:
    """Confirm arrivals and take in the inspections that some of them carry (one-call mode).

    `carried` gives the raw inspection by arrival; one that cannot be used never harms its photo:
    it is answered `rejected: ...` beside the photo's own outcome, and the return's history says
    so once. What came in an object that is refused, or whose photo we do not know, is not taken
    in.
    """
    told = photos.confirm_arrivals(arrivals, kinds)
    likeness.index_told(told)
    return told, take_in(told, carried, kinds, read_visit)


def take_in(
    told: Sequence[Told],
    carried: Mapping[tuple[str, str, str], object],
    kinds: Mapping[str, CaptureKind],
    read_visit: Callable[[object], Visit],
) -> dict[tuple[str, str, str], str]:
    """Take in the inspections that confirmed arrivals carry; gives what became of each."""
    outcomes = {}
    for each in told:
        raw = carried.get(each.arrival.identity)
        if raw is not None and each.fit:
            outcomes[each.arrival.identity] = _take_in(each, raw, kinds, read_visit)
    return outcomes


def _take_in(
    told: Told, raw: object, kinds: Mapping[str, CaptureKind], read_visit: Callable[..., Visit]
) -> str:
    try:
        visit = read_visit(raw)
        if visit.submission.return_id != told.return_id:
            return "rejected: it is about another return than its object"
        with db.session.begin_nested():
            _, _, new = submit(visit, _source_of(told), kinds)
    except errors.PortalError as refused:
        if told.outcome is not Outcome.ALREADY:
            _record_refusal(told, refused.detail)
        return f"rejected: {refused.detail}"
    return "recorded" if new else "already"


def _record_refusal(told: Told, reason: str) -> None:
    """Tell people of an inspection that was sent and could not be taken in."""
    rvp = returns.get_return(told.return_id) if told.return_id else None
    if rvp is not None:
        data = {"reason": reason[:300], "key": told.arrival.key, "version": told.arrival.version_id}
        entry = Entry(rvp.id, rvp.merchant_id, "inspection_refused", history.RELAY, data)
        history.record([entry])


def _source_of(told: Told) -> Source:
    """Give who inspected: the executive the form was signed for, who still has the run sheet."""
    statement = (
        select(FieldExecutive)
        .join(RunSheet, RunSheet.executive_id == FieldExecutive.id)
        .join(Return, Return.run_sheet_id == RunSheet.id)
        .where(Return.id == told.return_id)
    )
    executive = db.session.scalars(statement).one_or_none()
    if executive is None or told.arrival.metadata.get("executive-id") != str(executive.id):
        raise errors.Forbidden("the form was given to somebody else than the run sheet's executive")
    actor = Actor("executive", str(executive.id), executive.name)
    return Source("s3", executive.id, None, actor)


def get_return(return_id: uuid.UUID, executive_id: uuid.UUID) -> Return:
    """Get a return of the executive's run sheets with its items, or raise NotFound."""
    statement = (
        returns.select_with_items(return_id)
        .join(RunSheet, RunSheet.id == Return.run_sheet_id)
        .where(RunSheet.executive_id == executive_id)
        .execution_options(populate_existing=True)
    )
    rvp = db.session.scalars(statement).one_or_none()
    if rvp is None:
        raise errors.NotFound("This return is not on your run sheet.")
    return rvp


def _report(rvp: Return, captures: Sequence[Capture], source: Source, way: Way) -> list[Photo]:
    """Announce captures of a locked return, and keep that the phone says it has them."""
    announced = photos.report(rvp, captures, device=source.device, by=source.actor)
    manifests.note(rvp, captures, way, by=source.executive_id, device=source.device)
    return announced


def _lock_return(return_id: uuid.UUID, executive_id: uuid.UUID) -> Return:
    returns.lock([return_id])
    return get_return(return_id, executive_id)
