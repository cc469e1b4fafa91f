"""Guards: who is asking, whether they may, and whose rows they see from then on."""

import uuid
from collections.abc import Callable
from typing import Any, TypeVar, cast
from urllib.parse import urlsplit

from flask import Flask, current_app, g, request

from qcportal import (
    accounts,
    api_keys,
    clock,
    errors,
    history,
    packs,
    phones,
    sessions,
    signing,
    tenancy,
)
from qcportal import db as database
from qcportal.api_keys import ApiKey
from qcportal.blueprints import languages, onlooking
from qcportal.blueprints.refusals import RoleNeeded, SignInFirst
from qcportal.config import Settings
from qcportal.db import db
from qcportal.devices import Phone
from qcportal.disputes import Person
from qcportal.disputes.roles import PARTNER
from qcportal.history import Actor
from qcportal.language import gettext as _
from qcportal.packs import SharedLink
from qcportal.sessions import Browser, BrowserSession

View = TypeVar("View", bound=Callable[..., Any])
ANYONE, SIGNED_IN, DEVICE, RELAY, LINK = "anyone", "signed_in", "device", "relay", "link"
VIEW, DECIDE, MANAGE = "merchant:view", "merchant:decide", "merchant:manage"
DISPUTE = "merchant:dispute"
ADMIN_VIEW, OVERRIDE = "admin:view", "admin:override"
JUDGE, ASSIGN = "admin:judge", "admin:assign"
OPERATE, ADMINISTER = "admin:operate", "admin:administer"
PEOPLE, AUDIT, VIEW_AS = "admin:people", "admin:audit", "admin:view_as"
OFFICER = {ADMIN_VIEW, OVERRIDE, ASSIGN, VIEW_AS}
ROLES = {
    "viewer": {VIEW},
    "claims": {VIEW, DECIDE, DISPUTE},
    "owner": {VIEW, DECIDE, DISPUTE, MANAGE},
    "auditor": {ADMIN_VIEW, AUDIT, VIEW_AS},
    "dispute_officer": OFFICER | {JUDGE},
    "appeals_officer": OFFICER | {JUDGE},
    "operations": OFFICER | {OPERATE, PEOPLE},
    "system": OFFICER | {JUDGE, OPERATE, ADMINISTER, PEOPLE, AUDIT},
}
KNOWN = {ANYONE, SIGNED_IN, DEVICE, RELAY, LINK, *api_keys.SCOPES, *set().union(*ROLES.values())}
CSRF_FREE = ("field", "partner", "callbacks", "status")


def permission(name: str) -> Callable[[View], View]:
    """Declare what a view needs; a view without it stops the app from starting."""

    def mark(view: View) -> View:
        view.permission = name  # type: ignore[attr-defined]
        return view

    return mark


def check_permissions(app: Flask) -> None:
    """Raise unless every endpoint but the static files declares a permission that we know."""
    bare = [
        endpoint
        for endpoint, view in app.view_functions.items()
        if endpoint != "static" and _needed(view) not in KNOWN
    ]
    if bare:
        raise RuntimeError(f"no permission is declared on {', '.join(sorted(bare))}")


def end(_error: BaseException | None = None) -> None:
    """Close the scope that the guard opened; threads are used again."""
    for token in reversed(g.pop("scopes", [])):
        tenancy.leave(token)


def settings() -> Settings:
    """Give the settings of the running app."""
    return cast(Settings, current_app.extensions["qcportal.settings"])


def browser() -> Browser:
    """Tell where the request comes from."""
    return Browser(request.remote_addr or "", request.headers.get("User-Agent", ""))


def current_phone() -> Phone:
    """Give the phone that asks."""
    return cast(Phone, g.phone)


def current_key() -> ApiKey:
    """Give the API key that asks."""
    return cast(ApiKey, g.api_key)


def current_session() -> BrowserSession:
    """Give the browser session that asks."""
    return cast(BrowserSession, g.browser_session)


def current_link() -> SharedLink:
    """Give the shared link that asks."""
    return cast(SharedLink, g.shared_link)


def actor() -> Actor:
    """Give who is asking, as an actor of the history."""
    if "phone" in g:
        return current_phone().actor
    if "api_key" in g:
        return current_key().actor
    return current_session().user.actor


def person() -> Person:
    """Give who is asking with their role, as disputes know them."""
    if "api_key" in g:
        return Person(current_key().actor, PARTNER)
    user = current_session().user
    return Person(user.actor, user.role)


def may(name: str) -> bool:
    """Tell whether the role of who is signed in includes a permission."""
    return name in ROLES.get(current_session().user.role, set())


def write_apart(change: Callable[[], object]) -> None:
    """Write in a transaction of its own, so that a page that only reads never holds the lock."""
    db.session.expunge_all()
    db.session.rollback()
    token = database.writing.set(True)
    try:
        change()
        db.session.commit()
    finally:
        database.writing.reset(token)


def guard_anyone() -> None:
    """Let everybody in, without any rows."""


def guard_device() -> None:
    """Let an enrolled phone in; the enrolment call itself needs none."""
    _open_system("field device")
    if _needed_here() == ANYONE:
        return
    phone = phones.find_phone(_bearer())
    if phone is None:
        raise errors.Unauthorized("Send the device token as a bearer token.")
    g.phone = phone


def guard_api_key() -> None:
    """Let an API key in that has the scope of the view, into its merchant's rows."""
    _open_system("api key check")
    key = api_keys.find_key(_bearer())
    if key is None:
        raise errors.Unauthorized("Send an API key as a bearer token.")
    if _needed_here() not in key.scopes:
        raise errors.Forbidden(f"This key lacks the scope {_needed_here()}.")
    if api_keys.needs_touch(key):
        write_apart(lambda: api_keys.touch(key))
    g.api_key = key
    g.scopes.append(tenancy.enter_tenant(key.merchant_id))


def guard_relay() -> None:
    """Let in what the relay signed; checked on the raw bytes, before anything is parsed."""
    body = request.get_data(cache=True)
    signing.verify(dict(request.headers), body, settings().callback_secrets, at=clock.now())
    _open_system("relay callback")


def guard_link() -> None:
    """Let in whoever holds a living link, into its merchant's rows; all others find nothing."""
    _open_system("shared link check")
    link = packs.find_link(str((request.view_args or {}).get("link", "")))
    if link is None:
        raise errors.NotFound("This link has ended, or was never given out.")
    db.session.expunge(link)
    g.shared_link = link
    g.scopes.append(tenancy.enter_tenant(link.merchant_id))


def guard_browser() -> None:
    """Let any browser in; views that need a person get one."""
    _open_system("session check")
    if _needed_here() != ANYONE:
        _load_session()


def guard_merchant() -> None:
    """Let a merchant's person in, into the merchant's rows; or an admin who looks, to read."""
    _open_system("session check")
    session = _load_session()
    if session.user.is_admin:
        merchant_id = _look_on(session)
    else:
        merchant_id = cast(uuid.UUID, session.user.merchant_id)
    _check_role(current_session().user.role)
    g.scopes.append(tenancy.enter_tenant(merchant_id))


def guard_admin() -> None:
    """Let one of the carrier's people in, whose role includes the view."""
    _open_system("admin")
    user = _load_session().user
    if user.merchant_id is not None:
        raise errors.NotFound()
    _check_role(user.role)


def safe_next(target: str | None) -> str | None:
    """Give the path to go on to after signing in, if it stays on this site."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return None
    parts = urlsplit(target)
    return None if parts.scheme or parts.netloc or "\\" in target else target


def find_visitor() -> BrowserSession | None:
    """Give the session of a browser on a page that is for everybody, if somebody is signed in."""
    secret = request.cookies.get(cookie_name())
    return sessions.find_session(secret) if secret else None


def _load_session() -> BrowserSession:
    session = find_visitor()
    if session is None:
        raise SignInFirst()
    if sessions.needs_touch(session):
        write_apart(lambda: sessions.touch(session.id))
    g.browser_session = session
    languages.use(session.user.language)
    return session


def cookie_name() -> str:
    """Give the session cookie's name; `__Host-` binds it to https and this host."""
    return "__Host-session" if settings().secure_cookies else "session_id"


def _look_on(session: BrowserSession) -> uuid.UUID:
    """Put an admin who looks at a merchant's pages in the place of a viewer, on record.

    This is the one place that refuses everything but reading, for every merchant's page.
    """
    if session.viewing is None:
        raise errors.Forbidden(_("This page is a merchant's; you are signed in as an admin."))
    merchant = accounts.get_merchant(session.viewing)
    if request.method not in onlooking.SAFE_METHODS:
        said = _("You are looking at %(name)s; nothing can be changed.", name=merchant.name)
        raise errors.Forbidden(said)
    g.browser_session = viewed = onlooking.stand_in(session, merchant)
    if not (request.endpoint or "").endswith("live"):
        path = request.full_path.rstrip("?")
        write_apart(lambda: history.record([onlooking.seen(viewed.user, path)]))
    return merchant.id


def _check_role(role: str) -> None:
    needed = _needed_here()
    if needed not in ROLES.get(role, set()):
        raise RoleNeeded(tuple(each for each in ROLES if needed in ROLES[each]), role)


def _open_system(reason: str) -> None:
    g.scopes = [tenancy.enter_system(reason)]


def _needed(view: Callable[..., Any]) -> str:
    return cast(str, getattr(view, "permission", ""))


def _needed_here() -> str:
    return _needed(current_app.view_functions[request.endpoint or ""])


def _bearer() -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""
