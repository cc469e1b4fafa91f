"""Checklists as issued, and what the executive answered to them."""

from qcportal.inspections.changes import issue, submit
from qcportal.inspections.reads import find_checklists, find_inspection, find_inspections
from qcportal.inspections.tables import (
    Inspection,
    InspectionAnswer,
    IssuedChecklist,
    ItemAnswers,
    Submission,
)

__all__ = [
    "Inspection",
    "InspectionAnswer",
    "IssuedChecklist",
    "ItemAnswers",
    "Submission",
    "find_checklists",
    "find_inspection",
    "find_inspections",
    "issue",
    "submit",
]
