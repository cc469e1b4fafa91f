"""What the look-alikes pages show: photos that may have been used twice, and claims in doubt."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from qcportal.blueprints.shown.frame import Badge, Fact, Option
from qcportal.blueprints.shown.photos import PhotoView
from qcportal.blueprints.shown.return_page import CheckView, Event


@dataclass(frozen=True)
class LikenessRow:
    """One finding in the list; `other` is the earlier photo, where there are two."""

    href: str
    badge: Badge
    state: Badge
    score: int
    reason: str
    photo: PhotoView
    other: PhotoView | None
    where: str
    person: str
    found_at: datetime


@dataclass(frozen=True)
class LikenessFilters:
    """What the list is asked for; an empty part means any, but for the state."""

    kind: str = ""
    merchant: str = ""
    executive: str = ""
    state: str = "open"
    order: str = "newest"

    @property
    def narrowed(self) -> bool:
        """Tell whether anything but the state was chosen."""
        return bool(self.kind or self.merchant or self.executive)


@dataclass(frozen=True)
class LikenessesPage:
    """`admin/likenesses.html`; `shown` reads "1-30 of 120", the two links are empty at an end."""

    rows: tuple[LikenessRow, ...]
    filters: LikenessFilters
    options: Mapping[str, tuple[Option, ...]]
    shown: str = ""
    newer_href: str = ""
    older_href: str = ""
    tz: str = "Asia/Kolkata"


@dataclass(frozen=True)
class Side:
    """One of the photos with what is known and what is claimed of it."""

    title: str
    photo: PhotoView
    awb: str
    return_href: str
    life_href: str
    facts: tuple[Fact, ...]


@dataclass(frozen=True)
class LikenessPage:
    """`admin/likeness.html`: the photos side by side, why they are here, and the decision.

    `action` is empty for who may only look; `compare` feeds the viewer, None with one photo.
    `decided` says who decided what. `note` is what was typed, `error` what is wrong with it.
    """

    id: str
    badge: Badge
    state: Badge
    score: int
    reason: str
    careful: str
    sides: tuple[Side, ...]
    confirm: str
    found_at: datetime
    action: str = ""
    compare: CheckView | None = None
    decided: str = ""
    decided_at: datetime | None = None
    note: str = ""
    error: str = ""
    events: tuple[Event, ...] = ()
    tz: str = "Asia/Kolkata"
