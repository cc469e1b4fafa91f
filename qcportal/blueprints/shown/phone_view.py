"""The phone as the executive holds it: one checklist, its open check, and what comes next."""

from dataclasses import dataclass
from typing import Literal

Widget = Literal["choices", "typed", "looked_at"]


@dataclass(frozen=True)
class PhoneChoice:
    """One button of an answer; `href` gives it, and comes back to the same page."""

    text: str
    href: str
    chosen: bool = False


@dataclass(frozen=True)
class PhoneShot:
    """One photo (or another capture) to take; `icon` is that of its kind."""

    title: str
    icon: str = "camera"
    hint: str = ""
    required: bool = True


@dataclass(frozen=True)
class PhoneCheck:
    """One question as the app shows it.

    `typed` labels the field of a value ("Last 4 characters"); `reference` is the address of a
    picture that this page may show, `reference_note` says where another one would come from.
    `piece` reads "Piece 2 of 3". `answer` is what was answered, in words.
    """

    number: int
    question: str
    widget: Widget
    href: str
    help: str = ""
    piece: str = ""
    required: bool = True
    typed: str = ""
    field_href: str = ""
    choices: tuple[PhoneChoice, ...] = ()
    shots: tuple[PhoneShot, ...] = ()
    reference: str = ""
    reference_note: str = ""
    answer: str = ""
    is_open: bool = False


@dataclass(frozen=True)
class PhoneView:
    """The whole screen; `notice` says why nothing, or only photos, are asked.

    `further` are photos that belong to no check. `next_href` is the way to the next check, empty
    while the open one waits for its answer; `waits_for` says for what.
    """

    title: str
    detail: str
    checks: tuple[PhoneCheck, ...] = ()
    further: tuple[PhoneShot, ...] = ()
    notice: str = ""
    next_href: str = ""
    waits_for: str = ""
    dark: bool | None = None

    @property
    def answered(self) -> int:
        """Count the checks that have an answer."""
        return sum(bool(check.answer) for check in self.checks)
