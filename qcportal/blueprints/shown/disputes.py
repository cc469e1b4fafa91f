"""A dispute as pages show it: its words, cited photos with boxes, thread, decisions and clock."""

from dataclasses import dataclass
from datetime import datetime

from qcportal.blueprints.shown.frame import Badge
from qcportal.blueprints.shown.photos import PhotoView


@dataclass(frozen=True)
class BoxView:
    """A box on a photo in per cent of its width and height; `sentence` says where it lies."""

    x: float
    y: float
    width: float
    height: float
    sentence: str


@dataclass(frozen=True)
class CitedView:
    """One piece of evidence: a photo of the return, a file of the merchant's own, or a gap.

    `photo` is None for the statement that a photo is missing which nobody asked for. `href` opens
    the original, `state` says what is the matter where there is nothing to see, and `send_href`
    leads to the form for a file that has not arrived. `drop` is the value of the button that takes
    a file out of a draft.
    """

    label: str
    photo: PhotoView | None
    state: Badge
    missing: bool = False
    own: bool = False
    note: str = ""
    box: BoxView | None = None
    href: str = ""
    send_href: str = ""
    drop: str = ""

    @property
    def shown(self) -> bool:
        """Say whether there is a picture to look at."""
        return self.photo is not None and self.photo.shown


@dataclass(frozen=True)
class ThreadEntry:
    """One entry of the thread; `side` is merchant, admin or portal, `title` what it is."""

    side: str
    title: str
    who: str
    at: datetime
    text: str
    icon: str


@dataclass(frozen=True)
class ClockView:
    """The clock that runs: a badge with the time left, and the sentence with the moment."""

    badge: Badge
    sentence: str
    ends_at: datetime | None = None


@dataclass(frozen=True)
class ClaimedItem:
    """One claimed item; `outcome` and `granted` are there once a decision holds."""

    item_id: str
    name: str
    sku: str
    verdict: Badge
    claim: str
    amount: str
    outcome: Badge | None = None
    granted: str = ""


@dataclass(frozen=True)
class DecidedLine:
    """What a decision says of one item."""

    name: str
    outcome: Badge
    reason: str
    text: str
    granted: str


@dataclass(frozen=True)
class DecisionView:
    """One decision with its reason in words and the role, for admins also the name, of who made it.

    `pending` is one that does not hold yet, `undone` says who took it back; merchants see neither.
    """

    outcome: Badge
    title: str
    reason: str
    text: str
    who: str
    at: datetime
    lines: tuple[DecidedLine, ...] = ()
    pending: bool = False
    undone: str = ""


@dataclass(frozen=True)
class CaseLine:
    """A dispute as a line of a list, and as the head of its page; money is in words.

    `number` is empty for a draft. `said` is the start of the merchant's words.
    """

    id: str
    number: str
    product: str
    awb: str
    items: int
    kind: str
    category: str
    said: str
    state: Badge
    clock: ClockView | None
    amount: str
    merchant: str
    activity_at: datetime
    late: bool = False
    granted: str = ""


@dataclass(frozen=True)
class CaseView:
    """One dispute in full. `events` tell its steps, newest first; `next` what happens now.

    `question` is the one that waits for an answer. `cited` are photos and gaps of the return,
    `own` the files that the merchant added.
    """

    line: CaseLine
    text: str
    suggested: str
    items: tuple[ClaimedItem, ...]
    cited: tuple[CitedView, ...]
    own: tuple[CitedView, ...]
    thread: tuple[ThreadEntry, ...]
    decisions: tuple[DecisionView, ...]
    next: str
    filed_at: datetime | None
    question: ThreadEntry | None = None
    return_href: str = ""
    tz: str = "Asia/Kolkata"

    @property
    def on_the_way(self) -> int:
        """Count the cited photos and own files that are still to come."""
        return sum(1 for each in (*self.cited, *self.own) if each.photo and each.photo.pending)
