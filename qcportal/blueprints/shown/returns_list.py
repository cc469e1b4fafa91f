"""The list of returns: rows, tabs, filters that live in the URL, and the pager."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from qcportal.blueprints.shown.frame import Badge, Kpi, Note, Option, Tone
from qcportal.blueprints.shown.photos import PhotoView
from qcportal.blueprints.shown.saved_views import SavedViews
from qcportal.language import gettext as _
from qcportal.language import lazy_gettext


@dataclass(frozen=True)
class Filters:
    """What the URL asks for; `since` and `until` are ISO days of the store's zone, inclusive."""

    tab: str = "all"
    q: str = ""
    since: str = ""
    until: str = ""
    city: str = ""
    reason: str = ""
    executive: str = ""

    def args(self, **changes: str) -> dict[str, str]:
        """Give the query arguments, with `changes` applied and everything empty left out.

        Days are named `from` and `to` in the URL, so changes to them are given as
        `args(**{"from": ..., "to": ...})`.
        """
        asked = {
            "tab": "" if self.tab == "all" else self.tab,
            "q": self.q,
            "from": self.since,
            "to": self.until,
            "city": self.city,
            "reason": self.reason,
            "executive": self.executive,
        }
        return {name: value for name, value in (asked | changes).items() if value}


@dataclass(frozen=True)
class Tab:
    """One tab with its count; `key` is the value of `tab` in the URL."""

    key: str
    label: str
    count: int
    tone: Tone = ""


TABS: tuple[tuple[str, str, Tone], ...] = (
    ("all", lazy_gettext("All"), ""),
    ("failed", lazy_gettext("Failed"), "fail"),
    ("passed", lazy_gettext("Passed"), ""),
    ("needs_review", lazy_gettext("Needs a look"), ""),
    ("on_the_way", lazy_gettext("Photos on the way"), "wait"),
    ("missing", lazy_gettext("Photo missing"), "miss"),
)
"""Key, label and tone of each tab, in order."""


def tabs(counts: Mapping[str, int]) -> tuple[Tab, ...]:
    """Give the tabs with `counts` by key."""
    return tuple(Tab(key, label, counts.get(key, 0), tone) for key, label, tone in TABS)


@dataclass(frozen=True)
class Chip:
    """A filter that is on; `removes` are the changes to `Filters.args` that take it away."""

    label: str
    value: str
    removes: Mapping[str, str]


@dataclass(frozen=True)
class Preset:
    """A date range with a name, as ISO days."""

    label: str
    since: str
    until: str


@dataclass(frozen=True)
class Row:
    """One return.

    `dispute` is the state of its dispute or the time left to raise one; with `tickable` it can be
    ticked for a dispute.
    `photos` are the first few, `more` says how many follow, `photos_text` tells all in words.
    """

    id: str
    product: str
    sku: str
    verdict: Badge
    why: str
    awb: str
    order_number: str
    picked_up_at: datetime | None
    place: str
    photos: tuple[PhotoView, ...] = ()
    more: int = 0
    photos_text: str = ""
    catalogue_url: str = ""
    more_items: int = 0
    merchant: str = ""
    dispute: Badge | None = None
    dispute_note: str = ""
    tickable: bool = False


@dataclass(frozen=True)
class RowsPage:
    """`merchant/returns_list.html` and `admin/returns_list.html`.

    `shown` says which rows these are ("1-25 of 96"). `newer` and `older` are cursor arguments
    (`{"before": ...}`, `{"after": ...}`) or None at an end. `empty` tells an account without
    returns (`"none"`) from a search without a match (`"no_match"`); `hint` is added to the latter.
    `show_merchant` adds a column for readers of all stores. `bulk_action` is where ticked rows are
    sent, for who may raise disputes.
    """

    scope: str
    filters: Filters
    tabs: tuple[Tab, ...]
    rows: tuple[Row, ...]
    kpis: tuple[Kpi, ...] = ()
    chips: tuple[Chip, ...] = ()
    presets: tuple[Preset, ...] = ()
    cities: tuple[Option, ...] = ()
    reasons: tuple[Option, ...] = ()
    executives: tuple[Option, ...] = ()
    notes: tuple[Note, ...] = ()
    shown: str = ""
    newer: Mapping[str, str] | None = None
    older: Mapping[str, str] | None = None
    empty: Literal["", "none", "no_match"] = ""
    hint: str = ""
    show_merchant: bool = False
    bulk_action: str = ""
    list_endpoint: str = "merchant.returns_list"
    detail_endpoint: str = "merchant.return_detail"
    export_endpoint: str = ""
    tz: str = "Asia/Kolkata"
    days: str = field(default=lazy_gettext("All dates"))
    views: SavedViews | None = None

    @property
    def tab_label(self) -> str:
        """Give the words of the open tab, for the title of the page."""
        return next((tab.label for tab in self.tabs if tab.key == self.filters.tab), _("All"))
