"""Dry runs: what a draft of the rules would have made of a merchant's returns of the last months.

Only reads returns; counts and some examples are kept in the job that was asked for (jobs.py).
"""

import uuid
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, Select, func, or_, select

from qcportal import capture_kinds, clock, errors, jobs, returns
from qcportal.db import db, writing
from qcportal.history import Actor
from qcportal.inspections import Inspection, InspectionAnswer, IssuedChecklist
from qcportal.jobs import Job, JsonObject, Progress
from qcportal.language import gettext as _
from qcportal.returns import Return, ReturnItem
from qcportal.rules import document as rules_document
from qcportal.rules.asked import NOTHING, Asked, read_asked
from qcportal.rules.checklist import Checklist
from qcportal.rules.rerun import Past, Rerun, Rerunner
from qcportal.rules.tally import Tally
from qcportal.rules.verdict import Answer

KIND = "dry_run"
LEAST_DAYS, MOST_DAYS = 30, 90
SLICE = 500
"""Returns between two reports: well under a second's work."""

MOST_KEPT = 5_000
"""Checklists of which it is kept in mind what they ask."""

ITEM_COLUMNS = (
    "id", "return_id", "client_sku_id", "name", "brand", "category", "price_paise", "mrp_paise",
    "quantity", "return_reason", "attributes", "reference_images", "verdict", "inspected_verdict",
)  # fmt: skip
ANSWER_COLUMNS = ("item_id", "check_key", "result", "app_result", "value")


@dataclass(frozen=True)
class Span:
    """A merchant's returns with something that happened from `since` to `until`, both in."""

    merchant_id: uuid.UUID
    since: datetime
    until: datetime

    def select(self, *columns: Any) -> Select[Any]:
        """Select these columns of the returns."""
        active = Return.activity_at.between(self.since, self.until)
        return select(*columns).where(Return.merchant_id == self.merchant_id, active)


def start(
    merchant_id: uuid.UUID,
    *,
    document: object,
    days: int,
    by: Actor,
    kinds: Collection[str] = tuple(capture_kinds.SHIPPED),
) -> Job:
    """Ask for a dry run of a document over the last 30 to 90 days.

    Gives the run that waits or goes on already, should the same be asked again. Raises Invalid
    for a document with faults, and for other days at `/days`.
    """
    if not LEAST_DAYS <= days <= MOST_DAYS:
        message = _(
            "A dry run goes back %(least)s to %(most)s days",
            least=LEAST_DAYS,
            most=MOST_DAYS,
        )
        raise errors.Invalid(faults=[errors.Fault("/days", "out_of_range", message)])
    book = rules_document.parse(document, kinds=kinds)
    digest = rules_document.digest(book)
    last = find_last(merchant_id, digest)
    if last is not None and last.open and last.params["days"] == days:
        return last
    params = {
        "digest": digest,
        "days": days,
        "document": book.as_json(),
        "kinds": sorted({slot.kind for rule in book.rules for slot in rule.slots()}),
    }
    return jobs.start(merchant_id, KIND, params, by=by)


def find_last(merchant_id: uuid.UUID, digest: str) -> Job | None:
    """Find the newest dry run of the document with this digest, among the last fifty runs."""
    newest = db.session.scalars(jobs.select_jobs(merchant_id, KIND).limit(50))
    return next((job for job in newest if job.params.get("digest") == digest), None)


def run(job: Job, progress: Progress) -> JsonObject:
    """Run a draft over the returns of its time; a run that was broken off goes on where it was.

    The result is what `Tally.as_json` gives, with `since` and `until`.
    """
    params, so_far = job.params, job.result
    book = rules_document.parse(params["document"], kinds=params["kinds"])
    until = datetime.fromisoformat(so_far["until"]) if "until" in so_far else clock.now()
    span = Span(job.owner_id, until - timedelta(days=params["days"]), until)
    tally = Tally(book, so_far.get("tally"))
    rerunner, total = Rerunner(book), _count(span)
    times = {"since": span.since.isoformat(), "until": until.isoformat()}
    for rows in _Slices(span).after(so_far.get("cursor")):
        for rvp, items in rows:
            tally.add(str(rvp.id), rvp.awb, [_rerun(rerunner, rvp, each) for each in items])
        last = rows[-1][0]
        cursor = [last.activity_at.isoformat(), str(last.id)]
        kept = {**times, "cursor": cursor, "tally": tally.as_json()}
        progress.at(tally.returns, max(total, tally.returns), kept)
    return {**tally.as_json(), **times, "digest": params["digest"], "days": params["days"]}


@dataclass(frozen=True)
class _Item:
    """A stored item with what its checklist asked, and its recorded answers."""

    row: Row[Any]
    asked: Asked
    answers: Sequence[Answer]


def _rerun(rerunner: Rerunner, rvp: Row[Any], item: _Item) -> Rerun:
    row = item.row
    past = Past(item.asked, item.answers, row.inspected_verdict or row.verdict)
    return rerunner.rerun(returns.facts_of(row, rvp), past)


def _count(span: Span) -> int:
    return _read(span.select(func.count(Return.id)))[0][0]  # type: ignore[no-any-return]


class _Slices:
    """A span's returns with their items, from the oldest activity on, some hundred at a time.

    Checklists are frozen and know their digest, so that each is fetched and read once.
    """

    def __init__(self, span: Span) -> None:
        self._span = span
        self._asked: dict[str | None, Asked] = {}

    def after(self, cursor: Sequence[str] | None) -> Iterator[list[tuple[Row[Any], list[_Item]]]]:
        """Give the returns after the one at which an earlier attempt stopped, if there was one."""
        at = (datetime.fromisoformat(cursor[0]), uuid.UUID(cursor[1])) if cursor else None
        while found := _read(_select_returns(self._span, at)):
            since, until = found[0].activity_at, found[-1].activity_at
            items = self._items(replace(self._span, since=since, until=until))
            yield [(rvp, items.get(rvp.id, [])) for rvp in found]
            at = (found[-1].activity_at, found[-1].id)

    def _items(self, slice_: Span) -> Mapping[uuid.UUID, list[_Item]]:
        """Find the items that were to be checked, with what was asked and answered, by return.

        They are found by the slice's time: for a list of ids, SQLite walks through all items of
        the merchant instead.
        """
        rows = _read(_select_items(slice_))
        self._learn(rows)
        answers: dict[uuid.UUID, list[Answer]] = {}
        for row in _read(_select_answers(slice_)):
            if row.result != "not_checked" or row.app_result is not None:
                said = Answer(row.check_key, row.app_result or row.result, row.value)
                answers.setdefault(row.item_id, []).append(said)
        found: dict[uuid.UUID, list[_Item]] = {}
        for row in rows:
            item = _Item(row, self._asked[row.digest], answers.get(row.id, ()))
            found.setdefault(row.return_id, []).append(item)
        return found

    def _learn(self, rows: Sequence[Row[Any]]) -> None:
        """Read the checklists that were not seen yet."""
        if len(self._asked) > MOST_KEPT:
            self._asked.clear()
        self._asked[None] = NOTHING
        unseen = {row.digest: row.id for row in rows if row.digest not in self._asked}
        if not unseen:
            return
        columns: tuple[Any, ...] = (IssuedChecklist.digest, IssuedChecklist.body)
        statement = select(*columns).where(
            IssuedChecklist.merchant_id == self._span.merchant_id,
            IssuedChecklist.item_id.in_([*unseen.values()]),
        )
        for row in _read(statement):
            self._asked[row.digest] = read_asked(Checklist.from_json(row.body))


def _select_returns(span: Span, at: tuple[datetime, uuid.UUID] | None) -> Select[Any]:
    names = ("id", "awb", "city", "pincode", "customer_return_count", "activity_at")
    columns: tuple[Any, ...] = tuple(getattr(Return, name) for name in names)
    ordered = (Return.activity_at, Return.id)
    if at is None:
        return span.select(*columns).order_by(*ordered).limit(SLICE)
    # The span starts where the last slice ended: a condition alone would walk through all before.
    rest = replace(span, since=at[0]).select(*columns)
    later = or_(Return.activity_at > at[0], Return.id > at[1])
    return rest.where(later).order_by(*ordered).limit(SLICE)


def _select_items(span: Span) -> Select[Any]:
    columns = [getattr(ReturnItem, name) for name in ITEM_COLUMNS]
    return (
        span.select(*columns, IssuedChecklist.digest)
        .select_from(Return)
        .join(ReturnItem, ReturnItem.return_id == Return.id)
        .outerjoin(IssuedChecklist, IssuedChecklist.item_id == ReturnItem.id)
        .where(ReturnItem.qc_required)
        .order_by(ReturnItem.return_id, ReturnItem.position)
    )


def _select_answers(span: Span) -> Select[Any]:
    return (
        span.select(*[getattr(InspectionAnswer, name) for name in ANSWER_COLUMNS])
        .select_from(Return)
        .join(Inspection, Inspection.return_id == Return.id)
        .join(InspectionAnswer, InspectionAnswer.inspection_id == Inspection.id)
    )


def _read(statement: Select[Any]) -> Sequence[Row[Any]]:
    """Read all rows in a transaction of its own that takes no lock, and ends with it.

    What follows may take a while, and on SQLite a transaction that may write keeps others out.
    """
    token = writing.set(False)
    try:
        return db.session.execute(statement).all()
    finally:
        db.session.rollback()
        writing.reset(token)
