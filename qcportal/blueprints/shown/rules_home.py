"""What the home page of a merchant's rules shows, and the carrier's list of stores."""

from dataclasses import dataclass
from datetime import datetime

from qcportal.blueprints.shown.frame import Badge, Note, Option


@dataclass(frozen=True)
class TableCard:
    """One decision table: for which categories, and how much is in it."""

    title: str
    href: str
    categories: str
    rows: int
    decisions: int
    faults: int = 0
    key: str = ""


@dataclass(frozen=True)
class VersionRow:
    """One published version; `compare` leads to its differences to the one before."""

    number: int
    title: str
    note: str
    at: datetime
    by: str
    href: str
    compare: str = ""
    live: bool = False
    checklists: int = 0


@dataclass(frozen=True)
class DraftState:
    """The draft in words; None stands for no draft."""

    revision: int
    at: datetime
    by: str
    faults: int
    base: int


@dataclass(frozen=True)
class RulesHome:
    """`rules/home.html`: tables as cards, the draft's state, the versions."""

    store: str
    crumb: str
    may_edit: bool
    live: str
    badge: Badge
    cards: tuple[TableCard, ...]
    versions: tuple[VersionRow, ...]
    review: str
    words: str
    draft: DraftState | None = None
    starters: tuple[Option, ...] = ()
    notes: tuple[Note, ...] = ()
    more_versions: bool = False
    compare: str = ""
    publish: str = ""
    undo: str = ""
    undo_action: str = ""


@dataclass(frozen=True)
class StoreRow:
    """One store and the state of its rules."""

    name: str
    href: str
    live: str
    draft: str
