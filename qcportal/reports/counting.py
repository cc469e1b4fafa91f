"""Counting one day of one merchant: every row of it is read once and added up by dimension."""

import uuid
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ColumnElement,
    Date,
    String,
    and_,
    case,
    cast,
    delete,
    func,
    insert,
    literal,
    select,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite

from qcportal import clock
from qcportal.accounts import Merchant
from qcportal.db import db
from qcportal.devices import FieldExecutive
from qcportal.disputes import Dispute
from qcportal.inspections import Inspection, InspectionAnswer, IssuedChecklist
from qcportal.photos import Photo
from qcportal.reports.tables import DAY, DIMENSIONS, MEASURES, WEEK, CarrierDay, ReportDay
from qcportal.returns import Return, ReturnItem
from qcportal.returns.lists import FAILED

Tally = dict[str, int]
LONGEST_CHECK = timedelta(hours=2)
"""An inspection that took longer was left open; its time says nothing."""
OUTCOMES = {"approved": "upheld", "partially_approved": "partly", "rejected": "declined"}
ITEM_PASSED, ITEM_FAILED = ("pass",), ("fail", "partially_passed")


KEY = (text("1"), text("2"))
"""Dimension and value: the first columns of what is added up for the carrier."""


@dataclass(frozen=True)
class Key:
    """One row of a day: along which dimension, and of what."""

    dimension: str
    value: str


@dataclass
class Day:
    """What is being counted: a tally and the last label of every key."""

    tallies: defaultdict[Key, Tally]
    labels: dict[Key, str]

    def add(self, dimension: str, value: str, counts: Mapping[str, int], label: str = "") -> None:
        """Add counts to one key; what has no value is counted nowhere but in `all`."""
        key = Key(dimension, value[:300])
        if not value:
            return
        self.labels[key] = label[:300]
        tally = self.tallies[key]
        for name, count in counts.items():
            tally[name] = tally.get(name, 0) + count


def count_day(merchant: Merchant, day: date) -> list[dict[str, Any]]:
    """Count a day of the merchant's zone; gives rows of `report_days`. Reads only."""
    counted = Day(defaultdict(dict), {})
    within = _within(merchant, day)
    for row in _returns(within):
        _add_return(counted, row)
    for sku, name, verdict, count in _items(within):
        counted.add("sku", sku, _judged(verdict, ITEM_PASSED, ITEM_FAILED, count), name)
    for check, result, count, question in _answers(within):
        counts = {"checked": count, "answers": count}
        counts |= {"passed": count} if result == "match" else {}
        counts |= {"failed": count} if result == "mismatch" else {}
        counted.add("check", check, counts, question)
    at = clock.now()
    return [
        {"merchant_id": merchant.id, "day": day, "dimension": key.dimension, "value": key.value}
        | {"label": counted.labels[key], "counted_at": at}
        | {name: tally.get(name, 0) for name in MEASURES}
        for key, tally in counted.tallies.items()
    ]


def replace_day(merchant_id: uuid.UUID, day: date, rows: list[dict[str, Any]]) -> None:
    """Put the rows in the place of those that were counted of the day before."""
    own = and_(ReportDay.merchant_id == merchant_id, ReportDay.day == day)
    db.session.execute(delete(ReportDay).where(own))
    if rows:
        db.session.execute(insert(ReportDay), rows)


def replace_carrier_day(day: date) -> None:
    """Add up anew what is kept of all merchants' day, and of its week.

    Call it after their days were replaced.
    """
    # named one by one, the dimensions lead into the indexes over them and the day
    merchants = select(*_carrier_sums(ReportDay, day, DAY)).where(ReportDay.day == day)
    _replace_carrier(day, DAY, merchants.where(ReportDay.dimension.in_(DIMENSIONS)))
    monday = day - timedelta(days=day.weekday())
    inside = CarrierDay.day.between(monday, monday + timedelta(days=WEEK - 1))
    days = select(*_carrier_sums(CarrierDay, monday, WEEK)).where(CarrierDay.days == DAY, inside)
    _replace_carrier(monday, WEEK, days.where(CarrierDay.dimension.in_(DIMENSIONS)))


def _replace_carrier(first: date, days: int, whole: Any) -> None:
    mine = and_(
        CarrierDay.dimension.in_(DIMENSIONS), CarrierDay.days == days, CarrierDay.day == first
    )
    db.session.execute(delete(CarrierDay).where(mine))
    postgres = db.session.get_bind().dialect.name == "postgresql"
    make: Any = (postgresql if postgres else sqlite).insert(CarrierDay)
    sums = ("label", "counted_at", *MEASURES)
    keys = ("dimension", "value", "days", "day")
    into = make.from_select([*keys, *sums], whole.group_by(*KEY).order_by(*KEY))
    # a count of days gone by may add up the same day beside the worker's; the later one stays
    later = {name: into.excluded[name] for name in sums}
    db.session.execute(into.on_conflict_do_update(index_elements=list(keys), set_=later))


def _carrier_sums(table: type[ReportDay] | type[CarrierDay], first: date, days: int) -> list[Any]:
    last = [func.max(getattr(table, name)) for name in ("label", "counted_at")]
    sums = [func.sum(getattr(table, name)) for name in MEASURES]
    period = literal(days), literal(first, Date)
    return [table.dimension, table.value, *period, *last, *sums]


def _within(merchant: Merchant, day: date) -> ColumnElement[bool]:
    zone = ZoneInfo(merchant.timezone)
    since, until = (datetime.combine(each, time(), zone) for each in (day, day + timedelta(days=1)))
    checked = Return.checked_at
    return and_(Return.merchant_id == merchant.id, checked >= since, checked < until)


def _returns(within: ColumnElement[bool]) -> Iterator[Any]:
    """Give the day's returns, each with who inspected it and what became of it."""
    ids = select(Return.id).where(within)
    answers = (
        select(Inspection.return_id, func.count().label("answers"))
        .join(InspectionAnswer, InspectionAnswer.inspection_id == Inspection.id)
        .where(Inspection.return_id.in_(ids))
        .group_by(Inspection.return_id)
        .subquery()
    )
    taken, again = Photo.captured_reported_at.is_not(None), Photo.claimed_tries > 1
    photos = (
        select(
            Photo.return_id,
            func.sum(case((taken, 1), else_=0)).label("photos"),
            func.sum(case((and_(taken, again), 1), else_=0)).label("retaken"),
        )
        .where(Photo.return_id.in_(ids))
        .group_by(Photo.return_id)
        .subquery()
    )
    sent = and_(
        Dispute.return_id == Return.id, Dispute.number.is_not(None), Dispute.state != "withdrawn"
    )
    statement = (
        select(
            Return.city, Return.return_reason, Return.verdict, Inspection.started_at,
            Inspection.finished_at, FieldExecutive.id.label("executive"), FieldExecutive.name,
            FieldExecutive.hub, answers.c.answers, photos.c.photos, photos.c.retaken,
            Dispute.id.label("dispute"), Dispute.outcome,
        )
        .select_from(Return)
        .outerjoin(Inspection, Inspection.return_id == Return.id)
        .outerjoin(FieldExecutive, FieldExecutive.id == Inspection.executive_id)
        .outerjoin(answers, answers.c.return_id == Return.id)
        .outerjoin(photos, photos.c.return_id == Return.id)
        .outerjoin(Dispute, sent)
        .where(within)
    )  # fmt: skip
    return iter(db.session.execute(statement))


def _add_return(counted: Day, row: Any) -> None:
    counts = _judged(row.verdict, ("passed",), FAILED, 1)
    counts |= {"answers": row.answers or 0, "photos": int(row.photos or 0)}
    counts |= {"retaken": int(row.retaken or 0), "disputed": int(row.dispute is not None)}
    if row.dispute is not None and row.outcome in OUTCOMES:
        counts[OUTCOMES[row.outcome]] = 1
    if row.started_at and row.finished_at:
        took = row.finished_at - row.started_at
        if timedelta() < took <= LONGEST_CHECK:
            counts |= {"timed": 1, "timed_answers": row.answers or 0}
            counts["seconds"] = round(took.total_seconds())
    counted.add("all", "all", counts)
    counted.add("city", row.city, counts, row.city)
    counted.add("reason", row.return_reason, counts, row.return_reason)
    if row.executive is not None:
        counted.add("hub", row.hub, counts, row.hub)
        counted.add("executive", str(row.executive), counts, row.name)


def _judged(
    verdict: str | None, passed: tuple[str, ...], failed: tuple[str, ...], count: int
) -> Tally:
    counts = {"checked": count}
    if verdict in passed:
        counts["passed"] = count
    if verdict in failed:
        counts["failed"] = count
    return counts


def _items(within: ColumnElement[bool]) -> Iterator[Any]:
    statement = (
        select(
            ReturnItem.client_sku_id, func.max(ReturnItem.name), ReturnItem.verdict, func.count()
        )
        .join(Return, Return.id == ReturnItem.return_id)
        .where(within, ReturnItem.inspected_verdict.is_not(None))
        .group_by(ReturnItem.client_sku_id, ReturnItem.verdict)
    )
    return iter(db.session.execute(statement))


def _answers(within: ColumnElement[bool]) -> Iterator[tuple[str, str, int, str]]:
    """Give how often each check came to each result, with its question as one item was asked."""
    check = InspectionAnswer.check_key
    statement = (
        select(check, InspectionAnswer.result, func.count(), func.max(_text(IssuedChecklist.id)))
        .join(Inspection, Inspection.id == InspectionAnswer.inspection_id)
        .join(Return, Return.id == Inspection.return_id)
        .outerjoin(IssuedChecklist, IssuedChecklist.item_id == InspectionAnswer.item_id)
        .where(within)
        .group_by(check, InspectionAnswer.result)
    )
    found: list[Any] = [*db.session.execute(statement)]
    questions = _questions({uuid.UUID(row[3]) for row in found if row[3]})
    for key, result, count, _ in found:
        yield key, result, int(count), questions.get(key, key)


def _questions(issued: set[uuid.UUID]) -> dict[str, str]:
    """Give the words of the checks on some checklists, by key."""
    found = db.session.scalars(select(IssuedChecklist).where(IssuedChecklist.id.in_(issued)))
    return {check.key: check.question for each in found for check in each.checklist.checks}


def _text(column: Any) -> ColumnElement[str]:
    return cast(column, String)
