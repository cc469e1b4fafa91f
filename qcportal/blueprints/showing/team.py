"""Builds the pages of people: those of one store, or everybody for the carrier."""

import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from qcportal import accounts, clock, errors, invitations, sessions
from qcportal.accounts import ADMIN_ROLES, MERCHANT_ROLES, Merchant, User
from qcportal.blueprints.showing.frames import ROLE_WORDS
from qcportal.blueprints.shown.frame import Badge, Option
from qcportal.blueprints.shown.people import InvitationRow, PersonRow, TeamPage
from qcportal.db import db
from qcportal.invitations import Invitation
from qcportal.language import gettext as _
from qcportal.language import lazy_gettext

CARRIER = "carrier"
WAITS = Badge("wait", "clock", lazy_gettext("Waiting"))
TOO_OLD = Badge("late", "clock-alert", lazy_gettext("Too old"))


@dataclass(frozen=True)
class Team:
    """Whose people they are and what the reader may do: `url` gives addresses by bare view name.

    `merchant` is None for the carrier's view of everybody, `store` what it is narrowed to. `may`
    tells whether the reader may change somebody of a store (True) or of the carrier (False).
    """

    merchant: Merchant | None
    me: uuid.UUID
    url: Callable[..., str]
    may: Callable[[bool], bool]
    tz: str
    store: str = ""


def build(team: Team, *, link: str = "", link_for: str = "") -> TeamPage:
    """Build the page; `link` is the address of a fresh invitation that no mail brings."""
    people, waiting = _people(team), _invitations(team)
    stores = () if team.merchant else tuple(store_options(everybody=True))
    names = {option.value: option.label for option in stores}
    seen = sessions.find_last_seen()
    return TeamPage(
        title=_("People") if team.merchant else _("Users"),
        scope=team.merchant.name if team.merchant else "",
        rows=tuple(_row(user, team, seen.get(user.id)) for user in people),
        invitations=tuple(_invitation(each, team, names) for each in waiting),
        invite=team.url("invite") if team.may(True) or team.may(False) else "",
        link=link,
        link_for=link_for,
        stores=stores,
        store=team.store,
        tz=team.tz,
        is_admin=team.merchant is None,
    )


def store_options(*, everybody: bool = False, carrier: bool = True) -> Iterable[Option]:
    """Give every store, the carrier before them."""
    if everybody:
        yield Option("", _("Everybody"))
    if carrier:
        yield Option(CARRIER, _("Carrier"))
    for each in db.session.scalars(accounts.select_merchants()):
        yield Option(str(each.id), each.name)


def role_options(*sides: bool) -> list[Option]:
    """Give the roles of stores (True) and of the carrier (False) in words."""
    roles = [role for of_store in sides for role in (MERCHANT_ROLES if of_store else ADMIN_ROLES)]
    return [Option(role, str(ROLE_WORDS[role])) for role in roles]


def _people(team: Team) -> Sequence[User]:
    statement = accounts.select_users()
    if not _is_everybody(team):
        statement = statement.where(User.merchant_id == _store_id(team))
    return list(db.session.scalars(statement))


def _invitations(team: Team) -> Sequence[Invitation]:
    if _is_everybody(team):
        return list(db.session.scalars(invitations.select_all_open()))
    return list(db.session.scalars(invitations.select_open(_store_id(team))))


def _is_everybody(team: Team) -> bool:
    return team.merchant is None and not team.store


def _store_id(team: Team) -> uuid.UUID | None:
    """Give the store that is looked at, or None for the carrier's own people."""
    if team.merchant is not None:
        return team.merchant.id
    if team.store == CARRIER:
        return None
    try:
        return uuid.UUID(team.store)
    except ValueError:
        raise errors.NotFound() from None


def _row(user: User, team: Team, seen_at: datetime | None) -> PersonRow:
    of_store, is_self = user.merchant_id is not None, user.id == team.me
    may = team.may(of_store) and not is_self
    return PersonRow(
        id=str(user.id),
        name=user.name,
        email=user.email,
        role=str(ROLE_WORDS.get(user.role, user.role)),
        role_key=user.role,
        store=user.merchant.name if user.merchant and team.merchant is None else "",
        active=user.active,
        second_step=user.totp_secret is not None,
        seen_at=seen_at,
        is_self=is_self,
        roles=tuple(role_options(of_store)) if may and user.active else (),
        set_role=team.url("set_role", id=user.id) if may and user.active else "",
        switch=team.url("switch", id=user.id) if may else "",
    )


def _invitation(each: Invitation, team: Team, names: dict[str, str]) -> InvitationRow:
    may = team.may(each.merchant_id is not None)
    store = "" if team.merchant else names.get(str(each.merchant_id or CARRIER), "")
    return InvitationRow(
        email=each.email,
        role=str(ROLE_WORDS.get(each.role, each.role)),
        store=store,
        invited_by=each.invited_by,
        sent_at=each.sent_at,
        expires_at=each.expires_at,
        badge=WAITS if each.usable(clock.now()) else TOO_OLD,
        again=team.url("again", id=each.id) if may else "",
        revoke=team.url("revoke", id=each.id) if may else "",
    )
