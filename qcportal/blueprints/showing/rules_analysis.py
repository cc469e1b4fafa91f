"""Says under a draft's grids what the analysis found in it, each finding with a way to its cell."""

import re
from collections.abc import Collection
from typing import Any

from qcportal.blueprints.shown.frame import Note
from qcportal.language import gettext as _
from qcportal.rulebooks import Understood, editing
from qcportal.rules.analysis import Finding, analyse

FIRST_SENTENCE = re.compile(r"(?<=[.।]) ")


def findings(understood: Understood, document: dict[str, Any]) -> tuple[Finding, ...]:
    """Analyse what parsed of a draft.

    Of tables with faulty rows nothing is said: their rows would be counted, and what they ask
    judged, without those.
    """
    if understood.book is None:
        return ()
    faulty = _faulty_tables(understood, document)
    if editing.EVERY_ITEM in faulty:
        return ()
    return tuple(each for each in analyse(understood.book) if each.table not in faulty)


def notes(found: Collection[Finding], table: str, part: str) -> tuple[Note, ...]:
    """Give the notes for one grid, warnings first."""
    mine = [each for each in found if each.table == table and each.part == part]
    mine.sort(key=lambda each: each.severity == "note")
    return tuple(_note(each) for each in mine)


def warnings(found: Collection[Finding]) -> tuple[Note, ...]:
    """Give the warnings of the whole book, for the last look before publishing."""
    return tuple(_note(each, link=False) for each in found if each.severity == "warning")


def marked(found: Collection[Finding], table: str, part: str) -> frozenset[str]:
    """Give the ids of the rows that a warning is about."""
    return frozenset(
        each.rows[0]
        for each in found
        if each.table == table and each.part == part and each.rows and each.severity == "warning"
    )


def _note(finding: Finding, *, link: bool = True) -> Note:
    parts = FIRST_SENTENCE.split(finding.says, maxsplit=1)
    strong, rest = parts[0], "".join(parts[1:])
    href = _place(finding) if link else ""
    if finding.severity == "warning":
        return Note("late", "triangle-alert", strong, rest, href, _("Go to it") if href else "")
    return Note("", "info", strong, rest, href, _("Go to it") if href else "")


def _place(finding: Finding) -> str:
    if not finding.rows:
        return ""
    row = finding.rows[0]
    if finding.part == "rules":
        return f"#r.{row}.c.{finding.cell}" if finding.cell else f"#r.{row}.title"
    return f"#d.{row}.a.{finding.cell}" if finding.cell else f"#d.{row}.verdict"


def _faulty_tables(understood: Understood, document: dict[str, Any]) -> set[str]:
    found = set()
    for fault in understood.faults:
        parts = fault.path.split("/")
        if len(parts) < 3 or parts[1] not in ("rules", "decisions", "tables"):
            continue
        rows = document.get(parts[1]) or []
        row = rows[int(parts[2])] if parts[2].isdigit() and int(parts[2]) < len(rows) else {}
        found.add(str(row.get("key" if parts[1] == "tables" else "table") or editing.EVERY_ITEM))
    return found
