"""The page of what needs a look: one card per item that waits for a decision."""

from dataclasses import dataclass

from qcportal.blueprints.shown.deciding import ReviewView
from qcportal.blueprints.shown.photos import PhotoView
from qcportal.blueprints.shown.return_page import CheckView, Live, Reference


@dataclass(frozen=True)
class ReviewCard:
    """One item that waits, with its door photo and what is in doubt; `href` opens the return."""

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
    """`merchant/reviews.html`; `more` counts what waits beyond the cards that are shown.

    `refused` says why a decision was not taken.
    """

    cards: tuple[ReviewCard, ...]
    live: Live = Live()
    more: int = 0
    refused: str = ""
    tz: str = "Asia/Kolkata"


@dataclass(frozen=True)
class ReviewsLive:
    """`merchant/_reviews.html`: clocks that moved, cards that are settled, and what is new."""

    page: ReviewsPage
    settled: tuple[str, ...] = ()
    fresh: int = 0
