"""Changes of a draft's document: pure, from one JSON document to another, the old one unharmed.

A document may have faults; its shape (lists of objects) is that of every published one.
"""

import copy
import secrets
from collections.abc import Iterator
from typing import Any, Literal

from qcportal.rules import canonical

JsonDocument = dict[str, Any]
Row = dict[str, Any]
Kind = Literal["rules", "decisions"]

EVERY_ITEM = ""
MAX_KEY = 32


def tables_of(document: JsonDocument) -> list[Row]:
    """Give the document's tables."""
    found: list[Row] = document.get("tables") or []
    return found


def find_table(document: JsonDocument, table: str) -> Row | None:
    """Find a table by its key."""
    return next((each for each in tables_of(document) if each.get("key") == table), None)


def numbered(document: JsonDocument, kind: Kind, table: str) -> Iterator[tuple[int, Row]]:
    """Give a table's rows (of `EVERY_ITEM` those without one) with their places in the list."""
    for place, row in enumerate(document.get(kind) or []):
        if (row.get("table") or EVERY_ITEM) == table:
            yield place, row


def rows_of(document: JsonDocument, kind: Kind, table: str) -> list[Row]:
    """Give a table's rows in their order."""
    return [row for _, row in numbered(document, kind, table)]


def find_row(document: JsonDocument, kind: Kind, row_id: str) -> Row | None:
    """Find a row by its id."""
    return next((row for row in document.get(kind) or [] if row.get("id") == row_id), None)


def copied(document: JsonDocument) -> JsonDocument:
    """Give a copy that can be changed."""
    return copy.deepcopy(document)


def free_key(wish: str, taken: set[str], otherwise: str) -> str:
    """Give a key of a-z, 0-9 and hyphens after `wish` that is not taken."""
    start = canonical.slug(wish)[: MAX_KEY - 5].strip("-")
    if start.startswith(("q-", "visual-")) or not start:
        start = otherwise if not start else f"x-{start}"
    if start not in taken:
        return start
    numbers = (f"{start}-{number}" for number in range(2, 1000))
    return next((key for key in numbers if key not in taken), f"{start}-{secrets.token_hex(2)}")


def ids_of(document: JsonDocument, kind: Kind) -> set[str]:
    """Give the ids of all rows."""
    return {row.get("id", "") for row in document.get(kind) or []}


def add_table(document: JsonDocument, title: str) -> tuple[JsonDocument, str]:
    """Add an empty table; gives the document and the table's key."""
    changed = copied(document)
    taken = {each.get("key", "") for each in tables_of(changed)}
    key = free_key(title, taken, "table")
    changed["tables"] = [*tables_of(changed), {"key": key, "title": title, "categories": []}]
    return changed, key


def delete_table(document: JsonDocument, table: str) -> JsonDocument:
    """Take a table out with all its rows."""
    changed = copied(document)
    changed["tables"] = [each for each in tables_of(changed) if each.get("key") != table]
    for kind in ("rules", "decisions"):
        rows = changed.get(kind) or []
        changed[kind] = [row for row in rows if (row.get("table") or EVERY_ITEM) != table]
    return changed


def add_row(document: JsonDocument, kind: Kind, table: str, row: Row) -> tuple[JsonDocument, str]:
    """Add a row below the table's last; gives the document and the row's id, a new one if bare."""
    changed = copied(document)
    row_id = str(row.get("id") or _new_id(changed, kind))
    new: Row = copy.deepcopy(row) | {"id": row_id} | ({"table": table} if table else {})
    rows = changed.setdefault(kind, [])
    places = [place for place, _ in numbered(changed, kind, table)]
    rows.insert(places[-1] + 1 if places else len(rows), new)
    return changed, row_id


def copy_row(document: JsonDocument, kind: Kind, row_id: str) -> tuple[JsonDocument, str]:
    """Put a copy of a row right below it; gives the document and the copy's id."""
    changed = copied(document)
    rows = changed.get(kind) or []
    place = _place(rows, row_id)
    if place is None:
        return changed, ""
    new_id = _new_id(changed, kind)
    rows.insert(place + 1, copy.deepcopy(rows[place]) | {"id": new_id})
    return changed, new_id


def delete_row(document: JsonDocument, kind: Kind, row_id: str) -> JsonDocument:
    """Take a row out."""
    changed = copied(document)
    changed[kind] = [row for row in changed.get(kind) or [] if row.get("id") != row_id]
    return changed


def move_row(document: JsonDocument, kind: Kind, row_id: str, *, down: bool) -> JsonDocument:
    """Let a row change places with its neighbour in the table; at the end nothing changes."""
    changed = copied(document)
    rows = changed.get(kind) or []
    place = _place(rows, row_id)
    if place is None:
        return changed
    table = rows[place].get("table") or EVERY_ITEM
    places = [number for number, _ in numbered(changed, kind, table)]
    other = places.index(place) + (1 if down else -1)
    if 0 <= other < len(places):
        there = places[other]
        rows[place], rows[there] = rows[there], rows[place]
    return changed


def columns_of(document: JsonDocument, kind: Kind, table: str) -> list[str]:
    """Give the facts (or checks) that any row of the table has a cell for, also an empty one."""
    name = "cells" if kind == "rules" else "answers"
    found: dict[str, None] = {}
    for row in rows_of(document, kind, table):
        found |= dict.fromkeys(row.get(name) or {})
    return list(found)


def add_column(document: JsonDocument, kind: Kind, table: str, column: str) -> JsonDocument:
    """Give every row of the table an empty cell for a fact (or check)."""
    changed = copied(document)
    name = "cells" if kind == "rules" else "answers"
    for row in rows_of(changed, kind, table):
        row.setdefault(name, {}).setdefault(column, "")
    return changed


def drop_column(document: JsonDocument, kind: Kind, table: str, column: str) -> JsonDocument:
    """Take a column with all its cells out of the table."""
    changed = copied(document)
    name = "cells" if kind == "rules" else "answers"
    for row in rows_of(changed, kind, table):
        row.get(name, {}).pop(column, None)
    return changed


def mark_of(*parts: Any) -> str:
    """Give a short mark of some parts of a document, to see whether they changed since."""
    return canonical.digest(list(parts))[:16]


def _new_id(document: JsonDocument, kind: Kind) -> str:
    start = "row" if kind == "rules" else "answer"
    return free_key(f"{start}-{secrets.token_hex(3)}", ids_of(document, kind), start)


def _place(rows: list[Row], row_id: str) -> int | None:
    return next((place for place, row in enumerate(rows) if row.get("id") == row_id), None)
