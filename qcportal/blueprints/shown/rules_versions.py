"""What the pages of versions show: the list, one version, what differs, publishing."""

from dataclasses import dataclass
from typing import Literal

from qcportal.blueprints.shown.frame import Badge, Fact, Link, Note, Option
from qcportal.blueprints.shown.rules_grid import Grid, TableHead
from qcportal.blueprints.shown.rules_home import VersionRow


@dataclass(frozen=True)
class PartChange:
    """One part before and after, in words."""

    part: str
    before: str
    after: str


@dataclass(frozen=True)
class DifferenceRow:
    """One difference; `sign` and `word` say whether it was added, removed, changed or moved."""

    sign: Literal["plus", "minus", "pen-line", "arrow-up-down"]
    word: str
    what: str
    where: str
    changes: tuple[PartChange, ...] = ()
    href: str = ""


@dataclass(frozen=True)
class VersionsPage:
    """`rules/versions.html`: every version, newest first."""

    back: Link
    rows: tuple[VersionRow, ...]


@dataclass(frozen=True)
class ReadTable:
    """One table of a version, to read."""

    head: TableHead
    grids: tuple[Grid, ...]


@dataclass(frozen=True)
class VersionPage:
    """`rules/version.html`: one version as it was published."""

    number: int
    title: str
    back: Link
    badge: Badge
    facts: tuple[Fact, ...]
    tables: tuple[ReadTable, ...]
    compare: str


@dataclass(frozen=True)
class ComparePage:
    """`rules/compare.html`: what differs from one version to another, or to the draft."""

    back: Link
    old: str
    new: str
    old_name: str
    new_name: str
    choices: tuple[Option, ...]
    rows: tuple[DifferenceRow, ...]
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True)
class PublishPage:
    """`rules/publish.html`: the last look before a version is live; `over` is the one in force."""

    back: Link
    number: int
    over: int
    revision: int
    rows: tuple[DifferenceRow, ...]
    faults: tuple[Note, ...]
    notes: tuple[Note, ...]
    may_edit: bool
    note: str = ""
    note_fault: str = ""
    clash: str = ""
