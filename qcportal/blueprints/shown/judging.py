"""Deciding a dispute: the reasons, the items, and the forms that a person is offered."""

from dataclasses import dataclass, field
from datetime import datetime

from qcportal.blueprints.shown.dispute_queue import Queue, Undoing
from qcportal.blueprints.shown.disputes import CaseView, CitedView
from qcportal.blueprints.shown.frame import Fact, Note, Option
from qcportal.blueprints.shown.return_page import CheckView, Event, ItemView, Verdict


@dataclass(frozen=True)
class Reason:
    """One reason; `sentence` is what the merchant reads unless other words are typed."""

    code: str
    label: str
    sentence: str
    key: str = ""


@dataclass(frozen=True)
class ItemChoice:
    """One claimed item to be decided alone; `outcome` and `granted` are what was typed."""

    item_id: str
    name: str
    amount: str
    outcome: str = ""
    granted: str = ""
    error: str = ""


@dataclass(frozen=True)
class Typed:
    """What was sent in vain, so that nobody types it twice; `errors` are by field."""

    reason: str = ""
    reason_up: str = ""
    text: str = ""
    question: str = ""
    objection: str = ""
    errors: dict[str, str] = field(default_factory=dict)
    items: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True)
class SecondLook:
    """A decision above the value limit that waits for somebody else; `own` for who made it."""

    agree: str
    disagree: str
    take_back: str


@dataclass(frozen=True)
class Bar:
    """What a person can do with the dispute on the right; an empty address means: not now.

    `why` says why nothing can be decided. `like_count` counts others that can be decided alike.
    """

    seen: int
    why: str = ""
    decide: str = ""
    ask: str = ""
    skip: str = ""
    recategorise: str = ""
    assign: str = ""
    second: SecondLook | None = None
    two: str = ""
    uphold: str = ""
    reasons: tuple[Reason, ...] = ()
    reasons_up: tuple[Reason, ...] = ()
    items: tuple[ItemChoice, ...] = ()
    categories: tuple[Option, ...] = ()
    category: str = ""
    people: tuple[Option, ...] = ()
    assigned_to: str = ""
    like_href: str = ""
    like_count: int = 0
    typed: Typed = Typed()


@dataclass(frozen=True)
class Exhibit:
    """One cited photo with the check it belongs to; `said` tells who answered what, and why."""

    number: int
    cited: CitedView
    href: str
    check: CheckView | None = None
    said: str = ""


@dataclass(frozen=True)
class Docket:
    """The right side of the desk: one dispute with its evidence and what can be done.

    `exhibit` is the cited photo that is open, `exhibits` all of them.
    """

    case: CaseView
    bar: Bar
    exhibits: tuple[Exhibit, ...]
    exhibit: Exhibit | None
    items: tuple[ItemView, ...]
    verdict: Verdict
    facts: tuple[Fact, ...]
    events: tuple[Event, ...]
    notes: tuple[Note, ...] = ()
    said_by: str = ""
    checked_at: datetime | None = None
    previous_href: str = ""
    next_href: str = ""

    @property
    def compared(self) -> tuple[CheckView, ...]:
        """Give the cited photos that the viewer can show beside the catalogue's."""
        return tuple(each.check for each in self.exhibits if each.cited.shown and each.check)

    @property
    def comparing(self) -> CheckView | None:
        """Give the one to open the viewer with."""
        shown = self.exhibit
        return shown.check if shown and shown.cited.shown else None

    @property
    def hrefs(self) -> dict[int, str]:
        """Give where each of them is opened without the viewer, by number."""
        return {each.number: each.href for each in self.exhibits}


@dataclass(frozen=True)
class Desk:
    """`admin/disputes.html`: the queue, and with `docket` the dispute that is open."""

    queue: Queue
    undoing: Undoing
    docket: Docket | None = None
    first_href: str = ""
    error: bool = False
    tz: str = "Asia/Kolkata"


@dataclass(frozen=True)
class LikeLine:
    """One dispute that is like the first; `value` is its id and the version that was shown."""

    value: str
    number: str
    product: str
    said: str
    amount: str
    href: str
    ticked: bool = False
    result: str = ""


@dataclass(frozen=True)
class LikePage:
    """`admin/disputes_like.html`: in its first step a choice, in its `sure` step what will be done.

    `done` tells what became of each.
    """

    first: LikeLine
    lines: tuple[LikeLine, ...]
    what: str
    action: str
    back_href: str
    reasons: tuple[Reason, ...]
    reasons_up: tuple[Reason, ...]
    typed: Typed = Typed()
    sure: bool = False
    outcome: str = ""
    question: str = ""
    tz: str = "Asia/Kolkata"
