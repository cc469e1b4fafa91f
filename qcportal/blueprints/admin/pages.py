"""What the admin pages show: frozen plain data, with no Flask and no model in it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from markupsafe import Markup

from qcportal.blueprints.shown.frame import Badge, Fact, Option
from qcportal.language import gettext as _
from qcportal.language import lazy_gettext

ZONE = "Asia/Kolkata"


@dataclass(frozen=True)
class MerchantRow:
    """One store; `failed` of `returns` in the last 30 days."""

    id: str
    name: str
    code: str
    returns: int
    failed: int
    last_event_at: datetime | None
    active: bool = True


@dataclass(frozen=True)
class MerchantsPage:
    """`admin/merchants.html`; the template also gets `form`, which creates a merchant."""

    rows: tuple[MerchantRow, ...]
    tz: str = ZONE


@dataclass(frozen=True)
class UserRow:
    """One account that signs in."""

    id: str
    name: str
    email: str
    role: str
    active: bool = True
    seen_at: datetime | None = None


@dataclass(frozen=True)
class ApiKeyRow:
    """One key of a partner; `prefix` is the part that may be seen."""

    id: str
    name: str
    prefix: str
    scopes: tuple[str, ...]
    created_at: datetime
    used_at: datetime | None = None
    revoked_at: datetime | None = None


@dataclass(frozen=True)
class MerchantPage:
    """`admin/merchant.html`; with `form`, which creates a key. `new_key` is shown once."""

    id: str
    name: str
    code: str
    facts: tuple[Fact, ...] = ()
    users: tuple[UserRow, ...] = ()
    keys: tuple[ApiKeyRow, ...] = ()
    new_key: str = ""
    active: bool = True
    view_as: str = ""
    tz: str = ZONE


@dataclass(frozen=True)
class ExecutiveRow:
    """One person who picks up; `device` is the label of the phone in hand, empty for none."""

    id: str
    name: str
    code: str
    hub: str
    phone: str = ""
    returns_today: int = 0
    done_today: int = 0
    device: str = ""
    active: bool = True


@dataclass(frozen=True)
class PeoplePage:
    """`admin/people.html`; with `form`, which creates a field executive.

    `count` is how many there are in all; `first` and `more` are addresses, empty where there is
    no page before or after.
    """

    rows: tuple[ExecutiveRow, ...]
    count: int
    first: str = ""
    more: str = ""
    tz: str = ZONE


@dataclass(frozen=True)
class DeviceRow:
    """One phone. `clock_ahead_s` is in seconds, negative when behind; `storage_free` in bytes."""

    id: str
    label: str
    person: str
    state: Literal["active", "waiting", "revoked"]
    seen_at: datetime | None = None
    app_version: str = ""
    storage_free: int | None = None
    photos_waiting: int = 0
    clock_ahead_s: int | None = None

    @property
    def badge(self) -> Badge:
        """Give the state of the phone in words."""
        return {
            "active": Badge("", "smartphone", _("In use")),
            "waiting": Badge("wait", "qr-code", _("Waiting for its code")),
            "revoked": Badge("", "circle-slash", _("Revoked")),
        }[self.state]  # fmt: skip


@dataclass(frozen=True)
class DevicesPage:
    """`admin/devices.html`; `people` are the executives one can enrol a phone for."""

    rows: tuple[DeviceRow, ...]
    people: tuple[Option, ...] = ()
    tz: str = ZONE


@dataclass(frozen=True)
class EnrolmentPage:
    """`admin/enrolment.html` and its polled part.

    `qr` is the inline SVG of a one-use code (segno, `xmldecl=False, svgns=False`); `code` the same
    to type by hand. Neither is given once `state` is no longer `waiting`.
    """

    id: str
    person: str
    state: Literal["waiting", "ready", "expired"]
    qr: Markup | None = None
    code: str = ""
    expires_at: datetime | None = None
    device: str = ""
    executive_id: str = ""
    tz: str = ZONE


@dataclass(frozen=True)
class RunSheetRow:
    """One executive's shift."""

    id: str
    number: str
    person: str
    hub: str
    day: str
    returns: int
    done: int


@dataclass(frozen=True)
class RunSheetsPage:
    """`admin/run_sheets.html`; with `form`, which creates a run sheet."""

    rows: tuple[RunSheetRow, ...]
    tz: str = ZONE


@dataclass(frozen=True)
class StopRow:
    """One return on a run sheet, or one that could be put on it.

    `movable` says whether it can be taken off the sheet again.
    """

    id: str
    awb: str
    product: str
    merchant: str
    place: str
    verdict: Badge | None = None
    movable: bool = False


@dataclass(frozen=True)
class RunSheetPage:
    """`admin/run_sheet.html`: what is assigned, and what waits for somebody to fetch it.

    Ticked rows of `waiting` are posted as `return_id` (repeated) to `admin.assign_returns`.
    """

    id: str
    number: str
    person: str
    hub: str
    day: str
    stops: tuple[StopRow, ...]
    waiting: tuple[StopRow, ...] = ()
    closed: bool = False
    tz: str = ZONE


@dataclass(frozen=True)
class ParkedRow:
    """One stored file that belongs to no announced photo; `size` in bytes.

    `photo_href` leads to the photo that turned up meanwhile.
    """

    key: str
    bucket: str
    size: int
    stored_at: datetime | None
    told_at: datetime
    why: str = lazy_gettext("No announced photo has this key")
    photo_href: str = ""


@dataclass(frozen=True)
class ParkedPage:
    """`admin/parked.html`; `shown` reads "1-50 of 120", `older_href` is empty at the end.

    `can_adopt` says whether this person may look for their photos again.
    """

    rows: tuple[ParkedRow, ...]
    shown: str = ""
    older_href: str = ""
    can_adopt: bool = True
    tz: str = ZONE
