"""Trying rules on one item: what is typed, which rows fit, what is asked, and the verdict."""

from dataclasses import dataclass
from typing import Literal

from qcportal.blueprints.shown.frame import Badge, Link, Note, Option
from qcportal.blueprints.shown.phone_view import PhoneView
from qcportal.blueprints.shown.return_page import Verdict


@dataclass(frozen=True)
class TryField:
    """One fact of the item as it is typed; `error` is said beside it and the fact is left out."""

    name: str
    label: str
    value: str = ""
    hint: str = ""
    error: str = ""
    lines: bool = False
    suggestions: tuple[str, ...] = ()


@dataclass(frozen=True)
class PickedItem:
    """One item that was found by what was typed; `href` fills its facts in."""

    name: str
    detail: str
    href: str


@dataclass(frozen=True)
class TriedRow:
    """One row of a table: whether it fits, and if not the first thing that does not hold."""

    number: int
    title: str
    fits: bool
    reason: str
    asks: str
    href: str
    route: str = ""


@dataclass(frozen=True)
class TriedTable:
    """The rows of one table that concern the item."""

    title: str
    rows: tuple[TriedRow, ...]

    @property
    def fitting(self) -> int:
        """Count the rows that fit."""
        return sum(row.fits for row in self.rows)


@dataclass(frozen=True)
class Why:
    """A row that asks a check: where it stands, and its condition in words."""

    name: str
    condition: str
    href: str


@dataclass(frozen=True)
class TriedCheck:
    """One check of the resulting checklist, with the answer that is tried on it.

    `facts` are its short words ("Required", "Only the last 4 characters"). `change` says what
    intake could not ask as it was wanted. With `options` the answer is chosen, else it is typed,
    and `unable` holds why no value was typed.
    """

    key: str
    number: int
    question: str
    kind: str
    facts: tuple[str, ...]
    expected: str = ""
    photos: tuple[str, ...] = ()
    piece: str = ""
    why: tuple[Why, ...] = ()
    change: str = ""
    options: tuple[Option, ...] = ()
    value: str = ""
    unable: str = ""
    result: Badge | None = None
    explanation: str = ""


@dataclass(frozen=True)
class TriedQuestion:
    """A question that is not asked at all, and why."""

    text: str
    badge: Badge
    reason: str


@dataclass(frozen=True)
class TriedPiece:
    """The verdict on one of several pieces."""

    name: str
    badge: Badge


@dataclass(frozen=True)
class TryItPage:
    """`rules/try_it.html`. `fresh` are the facts of the address that the form does not hold."""

    back: Link
    action: str
    books: tuple[Option, ...]
    book: str
    book_name: str
    fields: tuple[TryField, ...]
    phone: PhoneView
    pick: str = ""
    picked: tuple[PickedItem, ...] = ()
    pick_note: str = ""
    notes: tuple[Note, ...] = ()
    tables: tuple[TriedTable, ...] = ()
    checks: tuple[TriedCheck, ...] = ()
    unasked: tuple[TriedQuestion, ...] = ()
    route: str = ""
    verdict: Verdict | None = None
    pieces: tuple[TriedPiece, ...] = ()
    clear_answers: str = ""
    open_check: str = ""
    phone_shade: Literal["", "light", "dark"] = ""
    shades: tuple[tuple[str, str, str], ...] = ()
    merchant: str = ""

    @property
    def faulty(self) -> tuple[TryField, ...]:
        """Give the fields with an error."""
        return tuple(field for field in self.fields if field.error)


@dataclass(frozen=True)
class CardAnswer:
    """One question of the compact card, with what can be answered."""

    name: str
    question: str
    options: tuple[Option, ...]
    value: str


@dataclass(frozen=True)
class TryItCard:
    """The compact *Try it* beside a table: answers to its checks, and the row that decides.

    `hidden` are the facts it is tried with; `refresh` answers with the card alone.
    """

    action: str
    refresh: str
    hidden: tuple[tuple[str, str], ...]
    answers: tuple[CardAnswer, ...] = ()
    verdict: Verdict | None = None
    about: str = ""
