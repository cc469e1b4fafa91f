"""The form that raises a dispute: one question first, photos to point at, words, and money."""

from collections.abc import Mapping
from dataclasses import dataclass

from qcportal.blueprints.shown.disputes import BoxView, CitedView, ClockView
from qcportal.blueprints.shown.frame import Badge, Option
from qcportal.blueprints.shown.photos import PhotoView

SIDES = ("x", "y", "width", "height")


@dataclass(frozen=True)
class KindChoice:
    """One answer to the first question; `suggests` names the category that goes with it."""

    value: str
    title: str
    hint: str
    suggests: str
    chosen: bool = False


@dataclass(frozen=True)
class Tile:
    """One photo of the picker.

    `why_not` says why it cannot be cited, and then `gap` whether it can be called missing. `sides`
    holds the four fields of the box as they were typed, in per cent; `box` is drawn where they
    are one.
    """

    id: str
    label: str
    photo: PhotoView
    why_not: str = ""
    gap: bool = False
    chosen: bool = False
    note: str = ""
    sides: Mapping[str, str] | None = None
    box: BoxView | None = None


@dataclass(frozen=True)
class ItemChoice:
    """One item with the sum that is claimed for it, as typed; `kind` where it differs."""

    id: str
    name: str
    sku: str
    verdict: Badge
    chosen: bool
    amount: str
    kind: str = ""


@dataclass(frozen=True)
class FormFault:
    """One thing wrong: the id of its field, and the words beside it and in the summary."""

    field: str
    words: str


@dataclass(frozen=True)
class ClaimForm:
    """`merchant/dispute_form.html` and the drawer.

    `action` is where it is posted; `refused` says why there is no form. `seen` is the version of
    the draft, empty for a new one. `answer_by` says when an answer would come, and `files_action`
    where files of a draft are announced.
    """

    title: str
    awb: str
    back: str
    action: str = ""
    refused: str = ""
    standing_href: str = ""
    clock: ClockView | None = None
    answer_by: str = ""
    seen: str = ""
    check: str = ""
    kinds: tuple[KindChoice, ...] = ()
    categories: tuple[Option, ...] = ()
    category: str = ""
    tiles: tuple[Tile, ...] = ()
    items: tuple[ItemChoice, ...] = ()
    gap: bool = False
    gap_note: str = ""
    text: str = ""
    own: tuple[CitedView, ...] = ()
    faults: tuple[FormFault, ...] = ()
    files_action: str = ""
    draft: bool = False
    tz: str = "Asia/Kolkata"

    @property
    def suggests(self) -> str:
        """Give the category that is suggested for the chosen kind."""
        return next((kind.suggests for kind in self.kinds if kind.chosen), "")

    def fault(self, field: str) -> str:
        """Give the words beside a field, or nothing."""
        return " ".join(each.words for each in self.faults if each.field == field)

    @property
    def several(self) -> bool:
        """Say whether the return has more than one item."""
        return len(self.items) > 1
