"""The page of upload health, its lists of photos, and the page of one person."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from qcportal.blueprints.shown.charts import BarStack, LineChart
from qcportal.blueprints.shown.frame import Badge, Fact, Kpi, Link, Note, Option, Task
from qcportal.blueprints.shown.return_page import Live
from qcportal.blueprints.shown.returns_list import Chip
from qcportal.blueprints.shown.saved_views import SavedViews
from qcportal.language import gettext as _

ZONE = "Asia/Kolkata"


@dataclass(frozen=True)
class PhoneRow:
    """One phone with late or missing photos; `why` is what the phone reported last."""

    label: str
    person: str
    href: str
    badge: Badge
    waiting: str
    oldest_at: datetime
    why: str
    seen_at: datetime | None = None
    storage: str = ""
    clock: str = ""


@dataclass(frozen=True)
class Panel:
    """One part of the way of a photo: a badge, a sentence, facts, and what was found wrong."""

    title: str
    badge: Badge
    text: str
    facts: tuple[Fact, ...] = ()
    faults: tuple[str, ...] = ()


@dataclass(frozen=True)
class Choice:
    """One span of time to look at; `args` are those of its URL."""

    label: str
    args: Mapping[str, str]
    chosen: bool = False


@dataclass(frozen=True)
class LossRow:
    """One executive's day: captured by the phone's manifests, and what became of it.

    `waiting` is not here yet, `held` is here and not verified.
    """

    person: str
    hub: str
    day: str
    href: str
    captured: int
    verified: int
    waiting: int
    held: int
    lost: int
    badge: Badge
    closed: bool = True


@dataclass(frozen=True)
class LossPart:
    """The honest measure: captured minus verified; `rows` are the shifts that lack something."""

    badge: Badge
    text: str
    rows: tuple[LossRow, ...] = ()
    open_shifts: str = ""
    count: str = ""
    outstanding: int = 0


@dataclass(frozen=True)
class UploadHealthPage:
    """`admin/upload_health.html` and its polled part.

    `span` says which time is shown, `updated_at` until when its hours were counted. What is on
    the way, late and missing is as of now whatever the span. `kept` is what lies aside; `calm`
    says that every photo is here.
    """

    span: str
    choices: tuple[Choice, ...]
    day: str
    updated_at: datetime | None
    notes: tuple[Note, ...]
    kpis: tuple[Kpi, ...]
    latency: LineChart
    hours: BarStack
    loss: LossPart
    phones: tuple[PhoneRow, ...]
    phones_text: str
    panels: tuple[Panel, ...]
    kept: tuple[Task, ...]
    live: Live
    calm: bool = False
    tz: str = ZONE


@dataclass(frozen=True)
class PhotoRow:
    """One photo of a list; `when_at` is since when it is in question."""

    title: str
    href: str
    badge: Badge
    awb: str
    return_href: str
    merchant: str
    when_at: datetime
    person: str = ""
    person_href: str = ""
    phone: str = ""
    note: str = ""


@dataclass(frozen=True)
class StateTab:
    """One state to list."""

    key: str
    label: str
    count: int
    tone: str
    href: str


@dataclass(frozen=True)
class UploadPhotosPage:
    """`admin/upload_photos.html`; `chips` are the filters that are on."""

    state: str
    title: str
    when: str
    tabs: tuple[StateTab, ...]
    rows: tuple[PhotoRow, ...]
    merchants: tuple[Option, ...]
    executives: tuple[Option, ...]
    filters: Mapping[str, str]
    chips: tuple[Chip, ...] = ()
    newer_href: str = ""
    older_href: str = ""
    back: Link = field(default_factory=lambda: Link("/admin/uploads", _("Upload health")))
    bounded: str = ""
    tz: str = ZONE
    views: SavedViews | None = None


@dataclass(frozen=True)
class PersonPhone:
    """One phone of a person, as it last spoke of itself."""

    label: str
    badge: Badge
    facts: tuple[Fact, ...]


@dataclass(frozen=True)
class UploadPersonPage:
    """`admin/upload_person.html`: what one person's phone still holds, and whom to ask."""

    name: str
    code: str
    hub: str
    phones: tuple[PersonPhone, ...]
    rows: tuple[PhotoRow, ...]
    shown: str
    shifts: tuple[LossRow, ...]
    sheets: tuple[Link, ...]
    back: Link
    tz: str = ZONE


@dataclass(frozen=True)
class ManifestRow:
    """One photo of a manifest that is not verified; without `href` it is none that we know."""

    title: str
    badge: Badge
    told_at: datetime
    size: str
    digest: str
    why: str
    href: str = ""
    awb: str = ""
    return_href: str = ""


@dataclass(frozen=True)
class UploadShiftPage:
    """`admin/upload_shift.html`: one executive's day, and what of it is not verified."""

    person: Link
    hub: str
    day: str
    badge: Badge
    text: str
    notes: tuple[Note, ...]
    facts: tuple[Fact, ...]
    rows: tuple[ManifestRow, ...]
    shown: str
    told: bool
    sheet: Link
    back: Link
    tz: str = ZONE
