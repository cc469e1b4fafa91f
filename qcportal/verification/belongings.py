"""What must stand under its own return, and the photo counts that people are shown."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, Select, select

from qcportal.disputes import Dispute, DisputeEvidence, DisputeItem
from qcportal.inspections import Inspection, InspectionAnswer, IssuedChecklist
from qcportal.photos import Photo
from qcportal.photos.captures import count_for_returns
from qcportal.returns import COUNTS, Return, ReturnItem
from qcportal.reviews import Review
from qcportal.verification.findings import Offence, Report
from qcportal.verification.moments import first_of
from qcportal.verification.objects import Tell
from qcportal.verification.streams import stream

AT_ONCE = 500
NOTHING: Mapping[str, Any] = dict.fromkeys(COUNTS[:4], 0) | {"coming_since": None}


def check(since: date | None, report: Report, tell: Tell) -> None:
    """Find what points at an item of another return, and count the photos of returns anew."""
    for what, statement in _strays():
        for row in stream(statement):
            where = {"return": str(row.return_id), what: str(row.id)}
            report.add(Offence("item_of_another_return", where, what))
    done = 0
    rows = stream(_select_counts(since))
    while shown := list(islice(rows, AT_ONCE)):
        for offence in _miscounted(shown):
            report.add(offence)
        done += len(shown)
        tell("returns", done)
    report.counts["returns"] = done


def _miscounted(shown: Sequence[Any]) -> Iterator[Offence]:
    counted = count_for_returns([row.id for row in shown])
    for row in shown:
        right = counted.get(row.id, NOTHING)
        wrong = [name for name in COUNTS if getattr(row, name) != right[name]]
        if wrong:
            said = ", ".join(f"{name} is {getattr(row, name)}, not {right[name]}" for name in wrong)
            yield Offence("counts_differ", {"return": str(row.id)}, said)


def _select_counts(since: date | None) -> Select[Any]:
    columns = (getattr(Return, name) for name in COUNTS)
    statement = select(Return.id, *columns).order_by(Return.id)
    return statement.where(Return.activity_at >= first_of(since)) if since else statement


def _strays() -> Iterator[tuple[str, Select[Any]]]:
    """Give what is bound to an item or photo by its merchant alone, where the return differs."""
    for what, table in (("checklist", IssuedChecklist), ("review", Review)):
        yield what, _stray(select(table.id, table.return_id), table.item_id, table.return_id)
    answers = select(InspectionAnswer.id, Inspection.return_id).join(
        Inspection, Inspection.id == InspectionAnswer.inspection_id
    )
    yield "answer", _stray(answers, InspectionAnswer.item_id, Inspection.return_id)
    claimed = select(DisputeItem.id, Dispute.return_id).join(
        Dispute, Dispute.id == DisputeItem.dispute_id
    )
    yield "dispute_item", _stray(claimed, DisputeItem.item_id, Dispute.return_id)
    yield "dispute_evidence", _cited_elsewhere()


def _cited_elsewhere() -> Any:
    return (
        select(DisputeEvidence.id, Dispute.return_id)
        .join(Dispute, Dispute.id == DisputeEvidence.dispute_id)
        .join(Photo, Photo.id == DisputeEvidence.photo_id)
        .where(Photo.return_id != Dispute.return_id)
    )


def _stray(statement: Any, item_id: Any, return_id: Any) -> Select[Any]:
    item: ColumnElement[bool] = ReturnItem.id == item_id
    found: Select[Any] = statement.join(ReturnItem, item)
    return found.where(ReturnItem.return_id != return_id)
