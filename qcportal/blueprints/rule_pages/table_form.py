"""Reads the form of a table page into the draft's document, and does what its button says."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from qcportal import errors
from qcportal.blueprints.rule_pages.typed_text import clean, field, listed
from qcportal.blueprints.shown.rules_words import EXPRESSION
from qcportal.language import gettext as _
from qcportal.rulebooks import editing
from qcportal.rulebooks.editing import JsonDocument, Kind
from qcportal.rules.canonical import slug
from qcportal.rules.facts import find_fact

MOST_FIRST_COLUMNS = 6
NEW_ROW: dict[str, Any] = {"title": "", "cells": {}, "checks": []}
NEW_DECISION: dict[str, Any] = {"answers": {}, "verdict": "fail", "say": ""}


@dataclass(frozen=True)
class Change:
    """What a button did: the document, words that offer to undo it, and where to go on.

    `anchor` is the row, `go` the cell of a new one.
    """

    document: JsonDocument
    undo: str = ""
    anchor: str = ""
    go: str = ""


RowAction = Callable[[JsonDocument, Kind, str], Change]


def read(document: JsonDocument, table: str, form: Mapping[str, str]) -> JsonDocument:
    """Put every field of the form into its row; rows and cells without a field stay."""
    changed = editing.copied(document)
    head = editing.find_table(changed, table) if table else None
    if head is not None:
        head["title"] = field(form, "title", head.get("title"))
        if "categories" in form:
            head["categories"] = listed(clean(form["categories"], lines=True))
    facts = editing.columns_of(changed, "rules", table)
    for row in editing.rows_of(changed, "rules", table):
        _read_rule(row, f"r.{row.get('id')}", form)
        _read_cells(row.setdefault("cells", {}), facts, f"r.{row.get('id')}.c.", form)
    checks = editing.columns_of(changed, "decisions", table)
    for row in editing.rows_of(changed, "decisions", table):
        _read_decision(row, f"d.{row.get('id')}", form)
        _read_cells(row.setdefault("answers", {}), checks, f"d.{row.get('id')}.a.", form)
    return changed


PARTS: tuple[tuple[Kind, str, str], ...] = (
    ("rules", "r", ".title"),
    ("decisions", "d", ".verdict"),
)


def restored(
    document: JsonDocument, earlier: JsonDocument, table: str, form: Mapping[str, str]
) -> JsonDocument:
    """Put rows back that somebody else deleted while they were being typed in."""
    changed = document
    for kind, letter, name in PARTS:
        known = editing.ids_of(changed, kind)
        typed = [key[2 : -len(name)] for key in form if key.startswith(f"{letter}.")
                 and key.endswith(name)]  # fmt: skip
        for row_id in [each for each in typed if each not in known]:
            before = editing.find_row(earlier, kind, row_id) or {}
            changed, _other = editing.add_row(changed, kind, table, before | {"id": row_id})
    return changed


def act(document: JsonDocument, table: str, form: Mapping[str, str]) -> Change:
    """Do what the pressed button says; without one, nothing more than what was typed."""
    name, _other, rest = form.get("do", "").partition(":")
    if name in _ROW_ACTIONS:
        kind, _other, row_id = rest.partition(":")
        return _ROW_ACTIONS[name](document, _kind(kind), row_id)
    if name in _TABLE_ACTIONS:
        kind, _other, column = rest.partition(":")
        return _TABLE_ACTIONS[name](document, _kind(kind), table, column or _column(form, kind))
    return Change(document)


def _read_rule(row: dict[str, Any], start: str, form: Mapping[str, str]) -> None:
    row["title"] = field(form, f"{start}.title", row.get("title"))
    if f"{start}.when" in form:
        row["when"] = field(form, f"{start}.when")
    if f"{start}.qc" in form:
        row["qc"] = field(form, f"{start}.qc") or "full"


def _read_decision(row: dict[str, Any], start: str, form: Mapping[str, str]) -> None:
    row["verdict"] = field(form, f"{start}.verdict", row.get("verdict"))
    row["say"] = field(form, f"{start}.say", row.get("say"))


def _read_cells(
    cells: dict[str, str], columns: Collection[str], start: str, form: Mapping[str, str]
) -> None:
    for column in columns:
        if column in cells or start + column in form:
            cells[column] = field(form, start + column, cells.get(column))


def _add(document: JsonDocument, kind: Kind, table: str, column: str) -> Change:
    name = "cells" if kind == "rules" else "answers"
    columns = editing.columns_of(document, kind, table)
    if kind == "decisions" and not editing.rows_of(document, kind, table):
        columns = _asked(document, table)[:MOST_FIRST_COLUMNS]
    row = (NEW_ROW if kind == "rules" else NEW_DECISION) | {name: dict.fromkeys(columns, "")}
    if kind == "rules" and any("when" in each for each in editing.rows_of(document, kind, table)):
        row = row | {"when": ""}
    changed, row_id = editing.add_row(document, kind, table, row)
    first = next(iter(columns), "")
    go = f"r.{row_id}.title" if kind == "rules" else f"d.{row_id}.a.{first}"
    return Change(changed, anchor=_anchor(kind, row_id), go=go)


def _asked(document: JsonDocument, table: str) -> list[str]:
    own = editing.rows_of(document, "rules", table)
    checks = [check for row in own for check in row.get("checks") or []]
    return list(dict.fromkeys(str(check.get("key")) for check in checks if check.get("key")))


def _copy(document: JsonDocument, kind: Kind, row_id: str) -> Change:
    changed, new_id = editing.copy_row(document, kind, row_id)
    return Change(changed, anchor=_anchor(kind, new_id))


def _delete(document: JsonDocument, kind: Kind, row_id: str) -> Change:
    row = editing.find_row(document, kind, row_id)
    if row is None:
        return Change(document)
    name = row.get("title") or row.get("say") or _("without a name")
    return Change(
        editing.delete_row(document, kind, row_id), _("The row “%(name)s” is deleted.", name=name)
    )


def _move(*, down: bool) -> RowAction:
    def moved(document: JsonDocument, kind: Kind, row_id: str) -> Change:
        changed = editing.move_row(document, kind, row_id, down=down)
        return Change(changed, anchor=_anchor(kind, row_id))

    return moved


def _add_column(document: JsonDocument, kind: Kind, table: str, column: str) -> Change:
    if not column:
        return Change(document)
    if not editing.rows_of(document, kind, table):
        document = _add(document, kind, table, "").document
    if kind == "rules" and column == EXPRESSION:
        changed = editing.copied(document)
        for row in editing.rows_of(changed, "rules", table):
            row.setdefault("when", "")
        return Change(changed)
    if kind == "rules" and find_fact(column) is None:
        raise errors.Invalid(
            _("There is no fact “%(name)s”. Nothing was changed.", name=column[:60])
        )
    return Change(editing.add_column(document, kind, table, column))


def _drop_column(document: JsonDocument, kind: Kind, table: str, column: str) -> Change:
    if kind == "rules" and column == EXPRESSION:
        changed = editing.copied(document)
        for row in editing.rows_of(changed, "rules", table):
            row.pop("when", None)
        return Change(changed, _("The expressions are deleted."))
    return Change(editing.drop_column(document, kind, table, column), _("The column is deleted."))


def _column(form: Mapping[str, str], kind: str) -> str:
    """Give the column that was chosen, or the attribute whose name was typed."""
    typed = slug(clean(form.get("attribute", "")), joint="_")[:40]
    if kind == "rules" and typed:
        return f"attributes.{typed}"
    return clean(form.get(f"new-{kind}", ""))


def _kind(name: str) -> Kind:
    return "decisions" if name == "decisions" else "rules"


def _anchor(kind: Kind, row_id: str) -> str:
    return f"{'row' if kind == 'rules' else 'answer'}-{row_id}"


_ROW_ACTIONS: Mapping[str, RowAction] = {
    "up": _move(down=False),
    "down": _move(down=True),
    "copy": _copy,
    "delete": _delete,
}
_TABLE_ACTIONS = {"add-row": _add, "add-column": _add_column, "drop-column": _drop_column}
