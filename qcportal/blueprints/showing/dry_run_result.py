"""Reads what a dry run left as its result, into the terms in which pages tell of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from qcportal.blueprints.showing import tried_rows
from qcportal.blueprints.shown.dry_runs import CheckChange
from qcportal.jobs import Job
from qcportal.rules import document as rules_document
from qcportal.rules.tally import kind_of

CHECKLISTS = "checklists"


@dataclass(frozen=True)
class RowCount:
    """One row of the draft as it was run, and how many items it fitted."""

    id: str
    title: str
    name: str
    count: int


@dataclass(frozen=True)
class Told:
    """A result. `totals` counts returns by kind, `examples` holds (id, AWB) of some of each."""

    returns: int
    items: int
    verdicts: Mapping[tuple[str, str], int]
    totals: Mapping[str, int]
    examples: Mapping[str, tuple[tuple[str, str], ...]]
    checks: tuple[CheckChange, ...] = ()
    rows: tuple[RowCount, ...] = ()

    @property
    def changed(self) -> int:
        """Count the returns whose verdict would differ."""
        return sum(count for (was, becomes), count in self.verdicts.items() if was != becomes)


def read(job: Job) -> Told:
    """Read the result of a run that is done."""
    result: Mapping[str, Any] = job.result
    counts: Mapping[str, int] = result["counts"]
    verdicts = {
        (was, becomes): count
        for was, row in result["verdicts"].items()
        for becomes, count in row.items()
        if count
    }
    differing = {kind_of(*pair): count for pair, count in verdicts.items() if pair[0] != pair[1]}
    return Told(
        returns=result["returns"],
        items=counts.get("items", 0),
        verdicts=verdicts,
        totals={CHECKLISTS: counts.get("returns_asked_otherwise", 0), **differing},
        examples={
            kind: tuple((return_id, awb) for return_id, awb in kept)
            for kind, kept in result["examples"].items()
        },
        checks=_checks(result["checks"]),
        rows=_rows(job, result["rows"]),
    )


def _checks(checks: Mapping[str, Mapping[str, Any]]) -> tuple[CheckChange, ...]:
    shown = [
        CheckChange(each["question"], each["added"], each["removed"], each["changed"])
        for each in checks.values()
    ]
    return tuple(sorted(shown, key=lambda each: -(each.added + each.removed + each.changed)))


def _rows(job: Job, counts: Mapping[str, int]) -> tuple[RowCount, ...]:
    book = rules_document.parse(job.params["document"], kinds=job.params["kinds"])
    places = tried_rows.places(book)
    return tuple(
        RowCount(rule.id, rule.title, places[rule.id].name, counts.get(rule.id, 0))
        for rule in book.rules
    )
