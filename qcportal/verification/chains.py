"""The histories, link by link, and what they tell of photos against the photos' rows."""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Select, select

from qcportal import history
from qcportal.db import db
from qcportal.history import HistoryEvent, HistoryHead
from qcportal.inspections import Inspection, InspectionAnswer, IssuedChecklist
from qcportal.inspections.seals import ANSWER, INSPECTION
from qcportal.photos import Photo, claims
from qcportal.returns import Return
from qcportal.verification import seals
from qcportal.verification.findings import Offence, Report
from qcportal.verification.moments import first_of
from qcportal.verification.objects import Tell
from qcportal.verification.streams import side_by_side, stream

TOLD_AS = {
    "photo_verified": "verified_at",
    "photo_conflict": "conflict_at",
    "photo_refused": "refused_at",
    "photo_unreadable": "unreadable_at",
    "photo_stored": "stored_at",
}
ALWAYS_TOLD = {
    "verified_at", "conflict_at", "refused_at", "unreadable_at", "captured_reported_at",
}  # fmt: skip
LAG = timedelta(minutes=5)
"""How long a transaction may take from setting a fact to telling it."""
PHOTO = (
    "id", "return_id", "slot", "stored_at", "verified_at", "refused_at", "conflict_at",
    "unreadable_at", "version_id", "sha256", "captured_reported_at", *claims.CLAIMS,
)  # fmt: skip
CHECKLIST = ("return_id", "item_id", "digest", "body")


@dataclass(frozen=True)
class _Named:
    """A row of any of the streams, by the chain it belongs to."""

    chain: uuid.UUID
    row: Any


def check(since: date | None, report: Report, tell: Tell) -> None:
    """Recompute every chain that went on since a day, and compare its photos with it."""
    streams = (_events(since), _heads(since), _photos(since), _owners(since), *_sealed(since))
    walk = side_by_side(*streams, key=lambda each: each.chain)
    for number, (chain, found) in enumerate(walk, start=1):
        events, heads, photos, owners, *rest = ([each.row for each in some] for some in found)
        checklists, inspections, answers = rest
        report.counts["chains"] += 1
        report.counts["events"] += len(events)
        for offence in _judge_chain(chain, events, heads, owners):
            report.add(offence)
        for photo in photos:
            for offence in judge_photo(photo, events):
                report.add(offence)
        held = seals.Sealed(chain, checklists, inspections, answers, photos)
        for offence in seals.judge_return(held, events):
            report.add(offence)
        if number % 1000 == 0:
            tell("histories", number)


def judge_photo(photo: Any, events: Sequence[Any]) -> Iterator[Offence]:
    """Compare one photo with the events of its return, oldest first."""
    own = [each for each in events if each.data.get("photo") == str(photo.id)]
    told: dict[str, Any] = {}
    for event in own:
        told.setdefault(TOLD_AS.get(event.action, ""), event)
    for fact in TOLD_AS.values():
        yield from _compare(photo, fact, told.get(fact))
    if photo.stored_at and not own:
        yield _offence("fact_untold", photo, "stored_at")
    yield from _judge_claims(photo, events)
    if own:
        last = own[-1].data
        if (last.get("sha256"), last.get("version")) != (photo.sha256, photo.version_id):
            yield _offence("evidence_swapped", photo, f"told {last.get('sha256')}")


def _judge_claims(photo: Any, events: Sequence[Any]) -> Iterator[Offence]:
    told = [each for each in events if str(photo.id) in each.data.get("claims", {})]
    yield from _compare(photo, "captured_reported_at", next(iter(told), None))
    claimed = claims.digest_of({name: getattr(photo, name) for name in claims.CLAIMS})
    if told and photo.captured_reported_at and told[0].data["claims"][str(photo.id)] != claimed:
        yield _offence("claims_changed", photo, "")


def _compare(photo: Any, fact: str, event: Any) -> Iterator[Offence]:
    stands = getattr(photo, fact)
    if event is not None and stands is None:
        yield _offence("fact_taken_back", photo, fact)
    if event is None and stands is not None and fact in ALWAYS_TOLD:
        yield _offence("fact_untold", photo, fact)
    if event is None or stands is None or fact == "stored_at":
        return
    if not stands <= event.at <= stands + LAG:
        yield _offence("moment_changed", photo, f"{fact} is {stands}, told {event.at}")


def _judge_chain(
    chain: uuid.UUID, events: Sequence[Any], heads: Sequence[Any], owners: Sequence[Any]
) -> Iterator[Offence]:
    where = {"chain": str(chain)}
    broken = history.broken_link(events)
    if broken is not None:
        yield Offence("broken_chain", where, f"event {broken.seq}, {broken.action}")
    # A chain that was cut short has good links, so its end must be the one on record.
    end = (events[-1].seq, events[-1].hash) if events else (0, history.GENESIS)
    known = (heads[0].seq, heads[0].hash) if heads else (0, history.GENESIS)
    if end != known:
        yield Offence("cut_chain", where, f"it ends at event {end[0]}, {known[0]} were written")
    for owner in owners:
        if not events:
            yield Offence("no_history", where)
        if any(event.merchant_id != owner.merchant_id for event in events):
            yield Offence("history_of_another_merchant", where)


def _offence(kind: str, photo: Any, said: str) -> Offence:
    return Offence(kind, {"photo": str(photo.id), "return": str(photo.return_id)}, said)


def _events(since: date | None) -> Iterator[_Named]:
    table = HistoryEvent.__table__
    statement = _recent(select(*table.c), table.c.chain, since)
    rows = stream(statement.order_by(table.c.chain, table.c.seq))
    return (_Named(row.chain, row) for row in rows)


def _heads(since: date | None) -> Iterator[_Named]:
    table = HistoryHead.__table__
    statement = _recent(select(*table.c), table.c.chain, since)
    return (_Named(row.chain, row) for row in stream(statement.order_by(table.c.chain)))


def _photos(since: date | None) -> Iterator[_Named]:
    table = Photo.__table__
    columns = select(*(table.c[name] for name in PHOTO))
    statement = _recent(columns, table.c.return_id, since)
    rows = stream(statement.order_by(table.c.return_id, table.c.position))
    return (_Named(row.return_id, row) for row in rows)


def _sealed(since: date | None) -> Iterator[Iterator[_Named]]:
    """Give checklists, inspections and answers, each by return."""
    asked, done = IssuedChecklist.__table__, Inspection.__table__
    said = InspectionAnswer.__table__
    answers = select(done.c.return_id, *(said.c[name] for name in ANSWER))
    for statement, table in (
        (select(*(asked.c[name] for name in CHECKLIST)), asked),
        (select(done.c.return_id, *(done.c[name] for name in INSPECTION)), done),
        (answers.join(done, done.c.id == said.c.inspection_id), done),
    ):
        found = _recent(statement, table.c.return_id, since).order_by(table.c.return_id)
        yield _by_return(found)


def _by_return(statement: Select[Any]) -> Iterator[_Named]:
    return (_Named(row.return_id, row) for row in stream(statement))


def _owners(since: date | None) -> Iterator[_Named]:
    statement = _recent(select(Return.id, Return.merchant_id), Return.id, since)
    return (_Named(row.id, row) for row in stream(statement.order_by(Return.id)))


def _recent(statement: Any, chain: Any, since: date | None) -> Select[Any]:
    """Keep the chains in which something happened since a day."""
    kept: Select[Any] = statement
    if since is None:
        return kept
    lately = select(HistoryEvent.chain).where(HistoryEvent.at >= first_of(since))
    return kept.where(chain.in_(lately))


def state_of(chain: uuid.UUID) -> tuple[int, str]:
    """Check one thing's whole history; gives its number of events and what is wrong, or "".

    Needs the scope in which the history may be seen.
    """
    events = db.session.scalars(history.select_chain(chain)).all()[::-1]
    head = db.session.get(HistoryHead, chain)
    heads = [head] if head is not None else []
    found = next(_judge_chain(chain, events, heads, ()), None)
    return len(events), found.said if found else ""
