"""One return: its items and checks, the verdict with its reasons, and the live fill-in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from qcportal.blueprints.shown.deciding import OverrideView, ReviewView
from qcportal.blueprints.shown.disputes import ClockView
from qcportal.blueprints.shown.evidence import EvidenceDoor
from qcportal.blueprints.shown.frame import Badge, Fact, Link, Note, Tone
from qcportal.blueprints.shown.integrity import Integrity
from qcportal.blueprints.shown.photos import PhotoView
from qcportal.language import gettext as _


@dataclass(frozen=True)
class Reference:
    """The catalogue picture of a check; `large_url` is for the viewer."""

    url: str
    large_url: str
    alt: str


@dataclass(frozen=True)
class Why:
    """One row of the rulebook that asks for a check; `condition` is empty where it fits all.

    `href` leads to the row in the version that asked. `own` is no row: a question that came with
    the return.
    """

    title: str
    condition: str = ""
    href: str = ""
    own: bool = False


@dataclass(frozen=True)
class CheckView:
    """One question with its answer. `number` counts from 1 over the whole return.

    `short` is the label under the small picture. `why` names the rows that ask for the check and
    `rulebook` where they stand; `explanation` says how the answer was compared, and `differs` that
    the phone came to another result than the server. `unit` is the piece, 0 for all of them.
    `doubtful` is what was not as expected or could not be checked. A check without photos shows
    its answer alone.
    """

    number: int
    short: str
    question: str
    badge: Badge
    answer: str = ""
    expected: str = ""
    remarks: str = ""
    photos: tuple[PhotoView, ...] = ()
    reference: Reference | None = None
    required: bool = True
    why: tuple[Why, ...] = ()
    rulebook: str = ""
    explanation: str = ""
    differs: str = ""
    unit: int = 0
    doubtful: bool = False

    @property
    def photo(self) -> PhotoView | None:
        """Give the photo that stands for the check: a visible one before a pending one."""
        return next((one for one in self.photos if one.shown), None) or next(
            iter(self.photos), None
        )

    @property
    def failed(self) -> bool:
        """Say whether this check speaks against the item."""
        return self.badge.tone == "fail"


@dataclass(frozen=True)
class CheckGroup:
    """Checks that are about one piece, or with an empty `title` about the whole item."""

    title: str
    badge: Badge | None
    checks: tuple[CheckView, ...]


@dataclass(frozen=True)
class Otherwise:
    """Questions that were not taken as they were asked, for one reason."""

    questions: tuple[str, ...]
    badge: Badge
    reason: str


@dataclass(frozen=True)
class ItemView:
    """One line of the return with its own verdict.

    `routed` says which row spared the item its checks; `otherwise` what intake changed. `pieces`
    holds the verdict of each piece that was judged alone.
    """

    name: str
    sku: str
    badge: Badge
    checks: tuple[CheckView, ...]
    checklist: str = ""
    routed: str = ""
    otherwise: tuple[Otherwise, ...] = ()
    pieces: tuple[Badge, ...] = ()

    @property
    def groups(self) -> tuple[CheckGroup, ...]:
        """Give the checks of the item as a whole, then those of each piece."""
        units = sorted({check.unit for check in self.checks})
        return tuple(self._group(unit) for unit in units)

    def _group(self, unit: int) -> CheckGroup:
        own = tuple(check for check in self.checks if check.unit == unit)
        several = max(check.unit for check in self.checks)
        if unit == 0:
            return CheckGroup(_("All pieces") if several else "", None, own)
        badge = self.pieces[unit - 1] if unit <= len(self.pieces) else None
        return CheckGroup(
            _("Piece %(n)s of %(total)s", n=unit, total=max(several, len(self.pieces))),
            badge,
            own,
        )


@dataclass(frozen=True)
class Verdict:
    """The verdict with its consequence; `rule` is the bold start of the quoted reason.

    `decided` tells item by item who decided otherwise than the inspection, `missing` names the
    photos without which a pass is not final.
    """

    tone: Tone
    icon: str
    headline: str
    consequence: str
    rule: str = ""
    because: str = ""
    decided: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class Place:
    """Where the photos were taken, as a distance; a street is never shown to merchants."""

    distance_m: int
    accuracy_m: int | None = None

    @property
    def sentence(self) -> str:
        """Say the finding for readers who do not see the sketch."""
        taken = _("Photos were taken %(n)s metres from the pickup address.", n=self.distance_m)
        if not self.accuracy_m:
            return taken
        return f"{taken} {_('Location accuracy %(n)s metres.', n=self.accuracy_m)}"

    @property
    def offset(self) -> float:
        """Give the distance on the sketch: 28 units are 50 m, 66 are 100 m and more."""
        if self.distance_m <= 50:
            return self.distance_m * 28 / 50
        return min(28 + (self.distance_m - 50) * 38 / 50, 76)


@dataclass(frozen=True)
class Event:
    """One line of the timeline."""

    text: str
    at: datetime | None
    detail: str = ""
    tone: Tone = ""
    strong: bool = False


@dataclass(frozen=True)
class Live:
    """The poller of one page; without `url` nothing is outstanding and it stops."""

    url: str = ""
    seconds: int = 4


def poll_seconds(waited: timedelta) -> int:
    """Give the pause between two looks: short while photos are likely, long when they are late."""
    if waited < timedelta(minutes=2):
        return 4
    return 10 if waited < timedelta(minutes=15) else 30


@dataclass(frozen=True)
class ReturnDispute:
    """What a return's page says of disputing it.

    `raise_href` is there for who may raise one now, `refused` says that it is too late, and
    `state` and `href` are of the dispute that there is.
    """

    clock: ClockView | None = None
    raise_href: str = ""
    refused: str = ""
    state: Badge | None = None
    number: str = ""
    href: str = ""
    next: str = ""


@dataclass(frozen=True)
class ReturnPage:
    """`merchant/return.html`, `merchant/compare.html` and `admin/return.html`.

    `list_args` are the filters of the list one came from; every link keeps them. `position` reads
    "4 of 96". `previous_href` and `next_href` are finished URLs or empty. `integrity` is that of
    the photo of `current`.
    """

    id: str
    title: str
    verdict_badge: Badge
    awb: str
    order_number: str
    items: tuple[ItemView, ...]
    current: CheckView | None
    verdict: Verdict
    back: Link
    photos_badge: Badge | None = None
    skus: tuple[str, ...] = ()
    checked_at: datetime | None = None
    place_name: str = ""
    merchant: str = ""
    facts: tuple[Fact, ...] = ()
    place: Place | None = None
    events: tuple[Event, ...] = ()
    notes: tuple[Note, ...] = ()
    other_photos: tuple[PhotoView, ...] = ()
    reviews: tuple[ReviewView, ...] = ()
    overrides: tuple[OverrideView, ...] = ()
    integrity: Integrity | None = None
    evidence: EvidenceDoor | None = None
    dispute: ReturnDispute | None = None
    live: Live = Live()
    position: str = ""
    previous_href: str = ""
    next_href: str = ""
    list_args: Mapping[str, str] = field(default_factory=dict)
    detail_endpoint: str = "merchant.return_detail"
    tz: str = "Asia/Kolkata"

    @property
    def checks(self) -> tuple[CheckView, ...]:
        """Give the checks of all items in order."""
        return tuple(check for item in self.items for check in item.checks)

    @property
    def passed(self) -> int:
        """Count the checks that passed."""
        return sum(check.badge.tone == "pass" for check in self.checks)


@dataclass(frozen=True)
class LiveUpdate:
    """`merchant/_live.html`: what changed since the last look.

    `checks` are those with a changed photo, `others` the changed photos that no check shows.
    `announcement` is read out once by screen readers.
    """

    page: ReturnPage
    checks: tuple[CheckView, ...]
    announcement: str = ""
    others: tuple[PhotoView, ...] = ()


def first_to_show(checks: tuple[CheckView, ...], asked: int | None = None) -> CheckView | None:
    """Choose the check to open: the asked one, else the first that failed, is in doubt, or any."""
    by_number = {check.number: check for check in checks}
    if asked in by_number:
        return by_number[asked]
    doubtful = [check for check in checks if check.doubtful and check.required]
    failed = [check for check in checks if check.failed]
    return next(iter([*failed, *doubtful, *checks]), None)
