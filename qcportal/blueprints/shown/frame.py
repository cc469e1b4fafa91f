"""The frame around every page, and the small words that many pages share."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from qcportal.language import gettext as _
from qcportal.language import lazy_gettext

Tone = Literal["", "pass", "fail", "wait", "late", "miss"]
"""`pass` and `fail` speak only of the item; `wait`, `late` and `miss` only of the evidence."""


@dataclass(frozen=True)
class Badge:
    """A state in one or two words, with its icon and its tone."""

    tone: Tone
    icon: str
    text: str

    def saying(self, text: str) -> "Badge":
        """Give the same badge with other words."""
        return replace(self, text=text)


@dataclass(frozen=True)
class Link:
    """A place to go; `href` is a finished URL."""

    href: str
    text: str


@dataclass(frozen=True)
class NavItem:
    """One line of the main menu; `key` is the second key of `g` + key.

    `late` of the `count` are past their time, which every page tells.
    """

    endpoint: str
    icon: str
    label: str
    key: str = ""
    count: int = 0
    hot: bool = False
    late: int = 0


@dataclass(frozen=True)
class Frame:
    """Menu, section and person of one page.

    `section` is the endpoint of the menu line that is lit; `tz` the IANA zone in which times are
    shown; `single_keys` the account's switch for one-key shortcuts (WCAG 2.1.4); `viewing` the
    store whose pages one of the carrier's people looks at.
    """

    nav: tuple[NavItem, ...]
    section: str
    person: str
    role: str
    tz: str = "Asia/Kolkata"
    single_keys: bool = True
    viewing: str = ""

    @property
    def initials(self) -> str:
        """Give up to two letters for the round mark beside the name."""
        words = self.person.split()
        return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


MERCHANT_NAV = (
    NavItem("merchant.home", "house", lazy_gettext("Home"), "h"),
    NavItem("merchant.returns_list", "inbox", lazy_gettext("Returns"), "r"),
    NavItem("merchant.disputes", "gavel", lazy_gettext("Disputes"), "d"),
    NavItem("merchant.reviews", "circle-question-mark", lazy_gettext("Needs a look"), "l"),
    NavItem("merchant.reports", "chart-column", lazy_gettext("Reports"), "e"),
    NavItem("merchant.rules", "table-properties", lazy_gettext("QC rules"), "q"),
    NavItem("merchant.catalogue", "package", lazy_gettext("Catalogue"), "c"),
    NavItem("merchant.exports", "download", lazy_gettext("Exports"), "x"),
    NavItem("merchant.webhooks", "link", lazy_gettext("Webhooks"), "w"),
    NavItem("merchant.people", "users", lazy_gettext("People"), "p"),
    NavItem("merchant.audit", "history", lazy_gettext("History"), "y"),
)
ADMIN_NAV = (
    NavItem("admin.home", "house", lazy_gettext("Home"), "h"),
    NavItem("admin.disputes", "gavel", lazy_gettext("Disputes"), "d"),
    NavItem("admin.returns_list", "inbox", lazy_gettext("Returns"), "r"),
    NavItem("admin.reports", "chart-column", lazy_gettext("Reports"), "e"),
    NavItem("admin.upload_health", "cloud-upload", lazy_gettext("Upload health"), "l"),
    NavItem("admin.run_sheets", "truck", lazy_gettext("Run sheets"), "s"),
    NavItem("admin.people", "users", lazy_gettext("People"), "p"),
    NavItem("admin.devices", "smartphone", lazy_gettext("Phones"), "o"),
    NavItem("admin.merchants", "store", lazy_gettext("Merchants"), "m"),
    NavItem("admin.users", "user", lazy_gettext("Users"), "u"),
    NavItem("admin.likenesses", "images", lazy_gettext("Look-alikes"), "k"),
    NavItem("admin.parked", "cloud-alert", lazy_gettext("Parked files"), "f"),
    NavItem("admin.exports", "download", lazy_gettext("Exports"), "x"),
    NavItem("admin.rule_stores", "table-properties", lazy_gettext("QC rules"), "q"),
    NavItem("admin.audit", "history", lazy_gettext("History"), "y"),
    NavItem("admin.mails", "mail", lazy_gettext("Mail"), "e"),
)


def counted(
    nav: tuple[NavItem, ...], counts: Mapping[str, int], late: Mapping[str, int] | None = None
) -> tuple[NavItem, ...]:
    """Give the menu with `counts` and `late` (by endpoint) that ask for a person."""
    past = late or {}
    return tuple(
        replace(item, count=counts.get(item.endpoint, 0), hot=True, late=past.get(item.endpoint, 0))
        for item in nav
    )


@dataclass(frozen=True)
class Kpi:
    """One figure with its history; `spark` holds real counts, oldest first.

    `text` stands in the place of `value` where the figure is no count: "97.8%".
    """

    label: str
    value: int
    detail: str = ""
    tone: Tone = ""
    href: str = ""
    spark: tuple[float, ...] = ()
    text: str = ""


@dataclass(frozen=True)
class Task:
    """One line of a home page: something that needs a person."""

    icon: str
    tone: Tone
    text: str
    detail: str
    href: str


@dataclass(frozen=True)
class HomePage:
    """`merchant/home.html` and `admin/home.html`; `calm` is said when there are no tasks."""

    calm: str
    tasks: tuple[Task, ...] = ()
    kpis: tuple[Kpi, ...] = ()


@dataclass(frozen=True)
class Note:
    """A message at the top of a page; `href` and `link` end it with a way on."""

    tone: Tone
    icon: str
    strong: str
    text: str = ""
    href: str = ""
    link: str = ""


@dataclass(frozen=True)
class Fact:
    """One line of a list of facts."""

    label: str
    value: str
    icon: str = ""
    tone: Tone = ""
    mono: bool = False


@dataclass(frozen=True)
class Option:
    """One choice of a filter."""

    value: str
    label: str


@dataclass(frozen=True)
class ErrorPage:
    """`error.html`: `detail` is the sentence of the error, `home` where to go from here.

    `search` is the list in which a reader can look for a return, and `ask` says who gives a role.
    """

    status: int
    detail: str = ""
    home: Link = field(default_factory=lambda: Link("/", _("Go to the start")))
    person: str = ""
    retry_after: int = 0
    trace: str = ""
    search: str = ""
    ask: str = ""
    of_return: bool = False
