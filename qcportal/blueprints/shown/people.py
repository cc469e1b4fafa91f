"""The pages of people: who signs in, who is invited, and what each may."""

from dataclasses import dataclass
from datetime import datetime

from qcportal.blueprints.shown.frame import Badge, Option


@dataclass(frozen=True)
class PersonRow:
    """One account; the addresses are empty where the reader may not, or must not, do it.

    `role` is in words, `role_key` as the form sends it; `roles` are those one may give.
    """

    id: str
    name: str
    email: str
    role: str
    role_key: str
    store: str = ""
    active: bool = True
    second_step: bool = False
    seen_at: datetime | None = None
    is_self: bool = False
    roles: tuple[Option, ...] = ()
    set_role: str = ""
    switch: str = ""


@dataclass(frozen=True)
class InvitationRow:
    """One invitation that waits."""

    email: str
    role: str
    store: str
    invited_by: str
    sent_at: datetime
    expires_at: datetime
    badge: Badge
    again: str = ""
    revoke: str = ""


@dataclass(frozen=True)
class TeamPage:
    """`people/team.html`; with `form`, which invites. `link` is shown once, where no mail goes."""

    title: str
    scope: str
    rows: tuple[PersonRow, ...]
    invitations: tuple[InvitationRow, ...]
    invite: str = ""
    link: str = ""
    link_for: str = ""
    stores: tuple[Option, ...] = ()
    store: str = ""
    tz: str = "Asia/Kolkata"
    is_admin: bool = False


@dataclass(frozen=True)
class JoinPage:
    """`people/join.html`; with `form`, which takes name and password. Without email it is over."""

    email: str = ""
    store: str = ""
    role: str = ""
    invited_by: str = ""


@dataclass(frozen=True)
class NoticeChoice:
    """One kind of mail and how it is told: at once, daily or never."""

    key: str
    says: str
    how: str


@dataclass(frozen=True)
class NoticesPage:
    """`session/notifications.html`; `zone` is the place whose clock the hour is on."""

    choices: tuple[NoticeChoice, ...]
    hour: int
    zone: str
    email: str
    sends: bool
    faults: tuple[str, ...] = ()


@dataclass(frozen=True)
class SettingsPage:
    """`session/settings.html`; each of `links` is (address, icon, title, what is there)."""

    name: str
    email: str
    role: str
    links: tuple[tuple[str, str, str, str], ...]
