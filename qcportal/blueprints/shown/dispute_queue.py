"""The carrier's queue of disputes: its lines, tabs and filters, and what can still be undone."""

from dataclasses import dataclass
from typing import Any

from qcportal.blueprints.shown.disputes import CaseLine
from qcportal.blueprints.shown.frame import Option
from qcportal.blueprints.shown.return_page import Live
from qcportal.blueprints.shown.returns_list import Tab
from qcportal.blueprints.shown.saved_views import SavedViews


@dataclass(frozen=True)
class QueueFilters:
    """What the queue is asked for; the URL is the state. `after` is where the page begins."""

    whose: str = "all"
    merchant: str = ""
    kind: str = ""
    late: bool = False
    after: str = ""

    def args(self, **changes: str) -> dict[str, Any]:
        """Give the arguments of the URL, with changes; what is at rest is left out."""
        asked = {
            "whose": "" if self.whose == "all" else self.whose,
            "merchant": self.merchant,
            "kind": self.kind,
            "late": "1" if self.late else "",
            "after": self.after,
        }
        return {name: value for name, value in (asked | changes).items() if value}

    @property
    def narrowed(self) -> bool:
        """Tell whether anything but the tab was chosen."""
        return bool(self.merchant or self.kind)


@dataclass(frozen=True)
class QueueLine:
    """One dispute of the queue; `looking` names who has it open, `assigned` whose it is.

    `stage` says what is special about it: an appeal, or a decision that needs a second person.
    `left` is the time that is left, in few words; `urgent` with less than four hours of it.
    """

    line: CaseLine
    href: str
    left: str = ""
    urgent: bool = False
    picture_url: str = ""
    looking: str = ""
    assigned: str = ""
    stage: str = ""
    current: bool = False


@dataclass(frozen=True)
class Queue:
    """The left side of the desk. `start_href` leads to its begin, `more_href` on; empty at an end.

    `open_count` and `late_count` are of all merchants, whatever the filters.
    """

    lines: tuple[QueueLine, ...]
    tabs: tuple[tuple[Tab, str], ...]
    tab: str
    filters: QueueFilters
    merchants: tuple[Option, ...]
    kinds: tuple[Option, ...]
    open_count: int
    late_count: int
    others: int = 0
    start_href: str = ""
    more_href: str = ""
    previous_href: str = ""
    next_href: str = ""
    views: SavedViews | None = None
    live: Live = Live()

    @property
    def tab_label(self) -> str:
        """Give the words of the open tab, for the title of the page."""
        return next((tab.label for tab, _href in self.tabs if tab.key == self.tab), "")


@dataclass(frozen=True)
class Undoable:
    """A decision that does not hold yet and can be taken back by who made it."""

    id: str
    text: str
    seconds: int


@dataclass(frozen=True)
class Undoing:
    """What a person decided in the last seconds; the latest stands first."""

    action: str
    entries: tuple[Undoable, ...] = ()
