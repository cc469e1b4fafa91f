"""The page of what needs a look: one card per item that waits for a decision, or had one."""

from collections.abc import Mapping
from dataclasses import dataclass

from qcportal.blueprints.shown.deciding import ReviewView
from qcportal.blueprints.shown.frame import Option
from qcportal.blueprints.shown.photos import PhotoView
from qcportal.blueprints.shown.return_page import CheckView, Live, Reference
from qcportal.blueprints.shown.returns_list import Chip, Tab
from qcportal.blueprints.shown.saved_views import SavedViews


@dataclass(frozen=True)
class ReviewFilters:
    """What the URL of the list asks for; `default` is what holds if nobody decides."""

    tab: str = "waiting"
    q: str = ""
    default: str = ""
    reason: str = ""
    by: str = ""

    def args(self, **changes: str) -> dict[str, str]:
        """Give the query arguments, with `changes` applied and everything empty left out."""
        asked = {
            "tab": "" if self.tab == "waiting" else self.tab,
            "q": self.q,
            "default": self.default,
            "reason": self.reason,
            "by": self.by,
        }
        return {name: value for name, value in (asked | changes).items() if value}


@dataclass(frozen=True)
class ReviewCard:
    """One item with its door photo and what is in doubt; `href` opens the return."""

    review: ReviewView
    sku: str
    awb: str
    href: str
    photo: PhotoView | None
    reference: Reference | None
    doubts: tuple[CheckView, ...]
    checked: str
    merchant: str = ""


@dataclass(frozen=True)
class ReviewsPage:
    """`merchant/reviews.html`; `waiting` tells that its cards are still to be decided.

    `next` are the cursor arguments to go on with. `empty` is `none` where the tab is empty and
    `no_match` where filters find nothing. `refused` says why a decision was not taken.
    """

    cards: tuple[ReviewCard, ...]
    filters: ReviewFilters = ReviewFilters()
    tabs: tuple[Tab, ...] = ()
    chips: tuple[Chip, ...] = ()
    defaults: tuple[Option, ...] = ()
    reasons: tuple[Option, ...] = ()
    deciders: tuple[Option, ...] = ()
    live: Live = Live()
    waiting: bool = True
    shown: str = ""
    next: Mapping[str, str] | None = None
    first: bool = True
    empty: str = ""
    refused: str = ""
    scope: str = ""
    tz: str = "Asia/Kolkata"
    views: SavedViews | None = None

    @property
    def tab_label(self) -> str:
        """Give the words of the open tab, for the title of the page."""
        return next((tab.label for tab in self.tabs if tab.key == self.filters.tab), "")


@dataclass(frozen=True)
class ReviewsLive:
    """`merchant/_reviews.html`: clocks that moved, cards that are settled, and what is new."""

    page: ReviewsPage
    settled: tuple[str, ...] = ()
    fresh: int = 0
