"""Builds the two grids of a decision table from a document: what is asked, what answers mean."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from qcportal.blueprints.showing import rules_analysis
from qcportal.blueprints.showing.rules_faults import Faults, bounded, fault_note, pointer
from qcportal.blueprints.shown.frame import Note, Option
from qcportal.blueprints.shown.rules_grid import Grid, GridCell, GridColumn, GridRow, WordList
from qcportal.blueprints.shown.rules_words import (
    EXPRESSION,
    QC_OPTIONS,
    VERDICT_OPTIONS,
    fact_hint,
    fact_words,
    short,
)
from qcportal.language import gettext as _
from qcportal.language import lazy_gettext, ngettext
from qcportal.rulebooks import editing
from qcportal.rules.analysis import Finding
from qcportal.rules.facts import FACTS

STANDING = (
    lazy_gettext("Any other answers"),
    lazy_gettext(
        "A mismatch of a required check fails the item; a required check that was not checked "
        "needs a look; all else passes."
    ),
)
ASKED = lazy_gettext("Every row that fits an item asks its checks.")
DECIDED = lazy_gettext("Read from the top. The first row that fits decides.")
RESULTS = (
    lazy_gettext("as expected"),
    lazy_gettext("not as expected"),
    lazy_gettext("not checked"),
    lazy_gettext("not applicable"),
)


@dataclass(frozen=True)
class Source:
    """What the grids are made of: the document, one of its tables, its faults, its addresses."""

    document: dict[str, Any]
    table: str
    faults: Faults
    row_url: Callable[[str], str]
    edits: bool
    found: tuple[Finding, ...] = ()

    def notes(self, part: str) -> tuple[Note, ...]:
        """Give the notes of what the analysis found in one grid."""
        return rules_analysis.notes(self.found, self.table, part)

    def marked(self, part: str) -> frozenset[str]:
        """Give the ids of the rows of a grid that the analysis warns of."""
        return rules_analysis.marked(self.found, self.table, part)


def asked_grid(source: Source) -> Grid:
    """Build the grid of what is asked: facts, the expression, the checks, the route."""
    document, table = source.document, source.table
    facts = editing.columns_of(document, "rules", table)
    numbered = list(editing.numbered(document, "rules", table))
    says = any(row.get("when") or (source.edits and "when" in row) for _other, row in numbered)
    columns = [GridColumn(_("Row"))]
    columns += [GridColumn(fact_words(f), fact_hint(f), f"drop-column:rules:{f}") for f in facts]
    if says:
        columns.append(GridColumn(_("And"), "expression", f"drop-column:rules:{EXPRESSION}"))
    columns += [GridColumn(_("Asks"), output=True), GridColumn(_("Check"), output=True)]
    rows = [
        _asked_row(source, number, (place, row), facts, says=says)
        for number, (place, row) in enumerate(numbered, 1)
    ]
    return Grid(
        kind="rules",
        id=f"{table or 'every'}-rules",
        title=_("What is asked"),
        hint=ASKED,
        columns=tuple(columns),
        rows=tuple(rows),
        new_columns=_new_facts(facts, says=says),
        column_word="condition",
        notes=bounded([*_fault_notes(rows), *source.notes("rules")]),
    )


def decided_grid(source: Source) -> Grid:
    """Build the grid of what the answers mean: checks, the verdict, what the merchant is told."""
    checks = checks_for(source.document, source.table)
    shown = editing.columns_of(source.document, "decisions", source.table)
    columns = [
        GridColumn(
            short(checks.get(key, {}).get("question", "") or key),
            "",
            f"drop-column:decisions:{key}",
        )
        for key in shown
    ]
    columns += [
        GridColumn(_("Verdict"), output=True),
        GridColumn(_("Say to merchant"), output=True),
    ]
    numbered = editing.numbered(source.document, "decisions", source.table)
    rows = [
        _decided_row(source, number, (place, row), shown)
        for number, (place, row) in enumerate(numbered, 1)
    ]
    return Grid(
        kind="decisions",
        id=f"{source.table or 'every'}-decisions",
        title=_("What the answers mean"),
        hint=DECIDED,
        columns=tuple(columns),
        rows=tuple(rows),
        new_columns=tuple(
            Option(key, short(check.get("question") or key, 60))
            for key, check in checks.items()
            if key not in shown
        ),
        column_word="check",
        notes=bounded([*_fault_notes(rows), *source.notes("decisions")]),
        last=STANDING,
        lists=tuple(_words(key, checks.get(key, {})) for key in shown) if source.edits else (),
    )


def checks_for(document: dict[str, Any], table: str) -> dict[str, dict[str, Any]]:
    """Give the checks that may be asked of the table's items, by key."""
    places = [table, editing.EVERY_ITEM] if table else [editing.EVERY_ITEM]
    found: dict[str, dict[str, Any]] = {}
    for place in places:
        for row in editing.rows_of(document, "rules", place):
            for check in row.get("checks") or []:
                found.setdefault(str(check.get("key", "")), check)
    found.pop("", None)
    return found


def asks_words(row: dict[str, Any]) -> str:
    """Say in short what a row asks: "Colour, Size · 2 photos"."""
    checks = row.get("checks") or []
    slots = [slot for check in checks for slot in check.get("photos") or []]
    photos = sum(_wanted(slot) for slot in [*slots, *(row.get("photos") or [])])
    names = ", ".join(
        short(str(check.get("question") or _("New check")), 26) for check in checks[:2]
    )
    more = f" +{len(checks) - 2}" if len(checks) > 2 else ""
    count = ngettext("%(num)s photo", "%(num)s photos", photos) if photos else ""
    return " · ".join(part for part in (names + more, count) if part)


def _wanted(slot: dict[str, Any]) -> int:
    """Give how many photos a slot wants; one that was mistyped counts once."""
    count = slot.get("min_count", 1)
    return count if isinstance(count, int) else 1


def _asked_row(
    source: Source, number: int, placed: tuple[int, dict[str, Any]], facts: list[str], *, says: bool
) -> GridRow:
    place, row = placed
    row_id, at = str(row.get("id", "")), f"/rules/{place}"
    start = f"r.{row_id}"
    fault = source.faults
    tests = row.get("cells") or {}
    cells = [
        GridCell(f"{start}.title", str(row.get("title", "")), _cell(number, _("name")),
                 empty=_("name"), fault=fault.at(f"{at}/title")),
        *(
            GridCell(
                f"{start}.c.{name}", str(tests.get(name, "")), _cell(number, fact_words(name)),
                fault=fault.at(at + pointer("cells", name)),
            )
            for name in facts
        ),
    ]  # fmt: skip
    if says:
        cells.append(
            GridCell(f"{start}.when", str(row.get("when", "")), _cell(number, _("expression")),
                     empty=_("always"), fault=fault.at(f"{at}/when"))
        )  # fmt: skip
    asks = fault.under(f"{at}/checks") or fault.under(f"{at}/photos") or fault.at(at)
    cells += [
        GridCell(f"{start}.asks", asks_words(row), _cell(number, _("what it asks")), "link",
                 href=source.row_url(row_id), empty=_nothing(row), fault=asks, output=True),
        GridCell(f"{start}.qc", str(row.get("qc") or "full"), _cell(number, _("check")), "choice",
                 QC_OPTIONS, fault=fault.at(f"{at}/qc"), output=True),
    ]  # fmt: skip
    return GridRow(
        id=row_id,
        anchor=f"row-{row_id}",
        number=number,
        name=str(row.get("title", "")),
        cells=tuple(cells),
        moves=f"rules:{row_id}",
        mark="late" if fault.under(at) or row_id in source.marked("rules") else "",
    )


def _cell(number: int, part: str) -> str:
    return _("Row %(number)s, %(part)s", number=number, part=part)


def _nothing(row: dict[str, Any]) -> str:
    """Say that a row asks nothing: one that only routes an item need not."""
    return _("Nothing yet") if str(row.get("qc") or "full") == "full" else _("Nothing of its own")


def _decided_row(
    source: Source, number: int, placed: tuple[int, dict[str, Any]], shown: list[str]
) -> GridRow:
    place, row = placed
    row_id, at = str(row.get("id", "")), f"/decisions/{place}"
    start, fault = f"d.{row_id}", source.faults
    answers = row.get("answers") or {}
    checks = checks_for(source.document, source.table)
    cells = [
        GridCell(
            f"{start}.a.{key}", str(answers.get(key, "")),
            _cell(number, str(checks.get(key, {}).get("question") or key)),
            list=f"words-{key}" if source.edits else "",
            fault=fault.at(at + pointer("answers", key)),
        )
        for key in shown
    ]  # fmt: skip
    cells += [
        GridCell(f"{start}.verdict", str(row.get("verdict", "fail")), _cell(number, _("verdict")),
                 "choice", VERDICT_OPTIONS, fault=fault.at(f"{at}/verdict"), output=True),
        GridCell(f"{start}.say", str(row.get("say", "")), _cell(number, _("say to merchant")),
                 empty=_("nothing"), fault=fault.at(f"{at}/say"), output=True),
    ]  # fmt: skip
    return GridRow(
        id=row_id,
        anchor=f"answer-{row_id}",
        number=number,
        name=_("answers, row %(number)s", number=number),
        cells=tuple(cells),
        moves=f"decisions:{row_id}",
        mark="late" if fault.under(at) or row_id in source.marked("decisions") else "",
    )


def _new_facts(shown: list[str], *, says: bool) -> tuple[Option, ...]:
    facts = [Option(name, fact_words(name)) for name in FACTS if name not in shown]
    facts = [each for each in facts if each.value != "reference_images"]
    expression = [] if says else [Option(EXPRESSION, _("An expression"))]
    return (*facts, *expression)


def _words(key: str, check: dict[str, Any]) -> WordList:
    values = {"yes_no": ("yes", "no"), "choice": tuple(check.get("choices") or ())}
    found = (*values.get(str(check.get("type")), ()), *RESULTS)
    return WordList(f"words-{key}", tuple(each for each in found if each))


def _fault_notes(rows: list[GridRow]) -> list[Note]:
    return [
        fault_note(cell.label, cell.fault, f"#{cell.name}")
        for row in rows
        for cell in row.cells
        if cell.fault
    ]
