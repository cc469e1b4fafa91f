"""Example parts of the rule editor for the component sheet: a table with faults, differences."""

from typing import Any

from qcportal.blueprints.showing.rules_faults import Faults
from qcportal.blueprints.showing.rules_grids import Source, asked_grid, decided_grid
from qcportal.blueprints.shown.frame import Option
from qcportal.blueprints.shown.rules_row import RuleField
from qcportal.blueprints.shown.rules_versions import DifferenceRow, PartChange

_CHECKS = [
    {"key": "damage", "type": "yes_no", "question": "Dents or scratches?"},
    {"key": "brush", "type": "yes_no", "question": "Brush in the box?"},
]
_DOCUMENT: dict[str, Any] = {
    "tables": [{"key": "bottles", "title": "Bottles", "categories": ["Bottles"]}],
    "rules": [
        {"id": "all", "table": "bottles", "title": "All", "cells": {"price": ""},
         "checks": _CHECKS},
        {"id": "dear", "table": "bottles", "title": "Dear", "cells": {"price": "lots"},
         "qc": "photos_only"},
    ],
    "decisions": [
        {"id": "dent", "table": "bottles", "answers": {"damage": "yes", "brush": ""},
         "verdict": "fail", "say": "Dent or scratches"},
        {"id": "brush", "table": "bottles", "answers": {"damage": "no", "brush": "no"},
         "verdict": "needs_review", "say": "Brush not in the box"},
    ],
}  # fmt: skip


def parts() -> dict[str, Any]:
    """Give everything that `sheet/_grids.html` shows."""
    faults = Faults({"/rules/1/cells/price": "'lots' is not a number."})
    source = Source(_DOCUMENT, "bottles", faults, lambda row: "#", edits=True)
    return {
        "grids": (asked_grid(source), decided_grid(source)),
        "differences": _differences(),
        "rule_fields": _fields(),
    }


def _differences() -> tuple[DifferenceRow, ...]:
    change = PartChange("Price", ">= 500", ">= 900")
    return (
        DifferenceRow("plus", "Added", "Row", "“Dear” in “Bottles”", href="#"),
        DifferenceRow("minus", "Removed", "Check", "“Cap here?”"),
        DifferenceRow("pen-line", "Changed", "Row", "“All” in “Bottles”", (change,), "#"),
        DifferenceRow("arrow-up-down", "Moved", "Meaning of answers", "“Dent” in “Bottles”"),
    )


def _fields() -> tuple[RuleField, ...]:
    kinds = (Option("yes_no", "Yes or no"), Option("number", "A number"))
    return (
        RuleField("s-question", "Question", "Dents or scratches?"),
        RuleField("s-kind", "Kind of answer", "yes_no", "choice", kinds),
        RuleField("s-last", "Ask only for the last digits", "2", "number", hint="3 to 8.",
                  fault="This must be at least 3."),
        RuleField("s-needed", "Required", kind="tick", on=True),
        RuleField("s-help", "Help", "Turn it once around.", "area"),
    )  # fmt: skip
