"""Pages of disputes: the list, one dispute, and the form that sends a file of one's own."""

from collections.abc import Mapping
from dataclasses import dataclass

from qcportal.blueprints.shown.disputes import CaseLine, CaseView
from qcportal.blueprints.shown.frame import Note, Option
from qcportal.blueprints.shown.return_page import Event, Live
from qcportal.blueprints.shown.returns_list import Chip, Tab
from qcportal.blueprints.shown.saved_views import SavedViews


@dataclass(frozen=True)
class DisputePage:
    """`merchant/dispute.html` and `merchant/dispute_receipt.html`.

    `actions` are what this reader may do now. `error` and `typed` come back from a form that was
    refused. `types` are the files that can be added, by content type.
    """

    case: CaseView
    actions: frozenset[str]
    events: tuple[Event, ...] = ()
    live: Live = Live()
    error: str = ""
    typed: str = ""
    types: tuple[Option, ...] = ()
    tz: str = "Asia/Kolkata"


@dataclass(frozen=True)
class DisputeUpdate:
    """`merchant/_dispute_live.html`: the parts that change; `changed` says that buttons did."""

    page: DisputePage
    changed: bool


@dataclass(frozen=True)
class FilePage:
    """`merchant/dispute_file.html`: a form that goes to S3 itself."""

    name: str
    number: str
    product: str
    back: str
    url: str
    fields: Mapping[str, str]
    accept: str
    largest: int


@dataclass(frozen=True)
class DisputeFilters:
    """What the URL of the list asks for."""

    tab: str = "all"
    q: str = ""
    kind: str = ""
    category: str = ""

    def args(self, **changes: str) -> dict[str, str]:
        """Give the query arguments, with `changes` applied and everything empty left out."""
        asked = {
            "tab": "" if self.tab == "all" else self.tab,
            "q": self.q,
            "kind": self.kind,
            "category": self.category,
        }
        return {name: value for name, value in (asked | changes).items() if value}


@dataclass(frozen=True)
class DisputesPage:
    """`merchant/disputes.html`; `empty` tells a store without disputes from a search in vain."""

    filters: DisputeFilters
    tabs: tuple[Tab, ...]
    rows: tuple[CaseLine, ...]
    chips: tuple[Chip, ...] = ()
    kinds: tuple[Option, ...] = ()
    categories: tuple[Option, ...] = ()
    notes: tuple[Note, ...] = ()
    shown: str = ""
    older: Mapping[str, str] | None = None
    first: bool = True
    empty: str = ""
    scope: str = ""
    tz: str = "Asia/Kolkata"
    views: SavedViews | None = None

    @property
    def tab_label(self) -> str:
        """Give the words of the open tab, for the title of the page."""
        return next((tab.label for tab in self.tabs if tab.key == self.filters.tab), "")
