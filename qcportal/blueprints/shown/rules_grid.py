"""What a decision table shows: a grid of cells that are inputs while a draft is edited."""

from dataclasses import dataclass
from typing import Literal

from qcportal.blueprints.shown.frame import Badge, Link, Note, Option
from qcportal.language import lazy_gettext

CellKind = Literal["text", "choice", "link"]


@dataclass(frozen=True)
class GridCell:
    """One cell: `name` is its field and its id, `label` what a screen reader calls it.

    A `link` leads to `href` and cannot be typed in; `empty` stands where there is nothing, `list`
    names the words that may be chosen while one types.
    """

    name: str
    value: str
    label: str
    kind: CellKind = "text"
    options: tuple[Option, ...] = ()
    href: str = ""
    empty: str = lazy_gettext("any")
    list: str = ""
    fault: str = ""
    output: bool = False

    @property
    def words(self) -> str:
        """Give what stands in the cell, as it is read."""
        chosen = (each.label for each in self.options if each.value == self.value)
        return next(chosen, self.value)


@dataclass(frozen=True)
class GridColumn:
    """One column; `drop` is the button's value that takes it away, `output` tints it."""

    head: str
    sub: str = ""
    drop: str = ""
    output: bool = False


@dataclass(frozen=True)
class GridRow:
    """One row; `mark` is the tone of what is wrong with it, `moves` the end of its buttons."""

    id: str
    anchor: str
    number: int
    name: str
    cells: tuple[GridCell, ...]
    moves: str
    mark: Literal["", "late"] = ""
    fault: str = ""


@dataclass(frozen=True)
class WordList:
    """The words that are offered while one types in some cells."""

    id: str
    words: tuple[str, ...]


@dataclass(frozen=True)
class Grid:
    """One grid: `kind` says which list of the document it edits, `last` its standing last line."""

    kind: Literal["rules", "decisions"]
    id: str
    title: str
    hint: str
    columns: tuple[GridColumn, ...]
    rows: tuple[GridRow, ...]
    new_columns: tuple[Option, ...]
    column_word: str
    notes: tuple[Note, ...] = ()
    last: tuple[str, str] = ("", "")
    lists: tuple[WordList, ...] = ()


@dataclass(frozen=True)
class TableHead:
    """The table's own fields; without a key it is the rows for every item."""

    key: str
    title: str
    categories: str
    title_fault: str = ""
    categories_fault: str = ""


@dataclass(frozen=True)
class RulesTable:
    """`rules/table.html`: a draft's table to edit, or a version's to read.

    `seen` marks what was shown, `page` this browser page; `clash` says who saved in between, and
    `go` is the cell in which one goes on after a row was added.
    """

    head: TableHead
    grids: tuple[Grid, ...]
    edits: bool
    may_edit: bool
    back: Link
    badge: Badge
    live: str
    action: str
    seen: str = ""
    page: str = ""
    saved: str = ""
    undo: str = ""
    clash: str = ""
    go: str = ""
    compare: str = ""
    publish: str = ""
    store: str = ""
    faults: int = 0
