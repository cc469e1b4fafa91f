"""Builds the page of the history across a store, or across the carrier."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import current_app, url_for

from qcportal import accounts, clock, disputes, history
from qcportal.accounts import Merchant
from qcportal.blueprints.cursors import read_cursor, write_place
from qcportal.blueprints.showing.audit_words import KINDS, said, thing_of
from qcportal.blueprints.shown.audit import AuditFilters, AuditPage, AuditRow
from qcportal.blueprints.shown.frame import Option
from qcportal.db import db
from qcportal.history import HistoryEvent, Wanted
from qcportal.language import gettext as _
from qcportal.language import lazy_gettext

AT_ONCE = 50
USUAL_DAYS = 30
LONGEST_DETAIL = 200
ACTORS: Mapping[str, str] = {
    "user": lazy_gettext("Person"),
    "api_key": lazy_gettext("API key"),
    "device": lazy_gettext("Phone"),
    "executive": lazy_gettext("Field executive"),
    "relay": lazy_gettext("Upload relay"),
    "system": lazy_gettext("Portal"),
}


@dataclass(frozen=True)
class Reader:
    """Who reads: of one store, or with `merchant` None of all, whose links lead to `audience`."""

    audience: str
    merchant: Merchant | None
    tz: str


def read_filters(args: Mapping[str, str], tz: str) -> AuditFilters:
    """Read what was asked for; without days the last thirty, since the record is long."""
    today = clock.now().astimezone(ZoneInfo(tz)).date()
    usual = (today - timedelta(days=USUAL_DAYS)).isoformat()
    return AuditFilters(
        person=args.get("person", "")[:60],
        kind=args.get("kind", "")[:20],
        since=args.get("since", usual)[:10],
        until=args.get("until", "")[:10],
        store=args.get("store", "")[:60],
        who=args.get("who", "")[:20],
    )


def build(reader: Reader, filters: AuditFilters, cursor: str) -> AuditPage:
    """Build the page; an unknown day, store or kind narrows nothing and is said."""
    stores = () if reader.merchant else tuple(_stores())
    merchant_id = reader.merchant.id if reader.merchant else _uuid(filters.store)
    since, until = _day(filters.since, reader.tz), _day(filters.until, reader.tz)
    machines = merchant_id is not None
    wanted = Wanted(
        merchant_id=merchant_id,
        actor_id=filters.person,
        beginnings=KINDS[filters.kind][1] if filters.kind in KINDS else (),
        since=since,
        until=until + timedelta(days=1) if until else None,
        by_people=not (machines and filters.who == "everything"),
        hidden=disputes.HIDDEN if reader.merchant else frozenset(),
    )
    place = read_cursor(cursor)
    before = (place.activity_at, place.id) if place else None
    statement = history.select_events(wanted, before=before)
    found = list(db.session.scalars(statement.limit(AT_ONCE + 1)))
    names = {option.value: option.label for option in stores}
    return AuditPage(
        action=url_for(f"{reader.audience}.audit"),
        scope=reader.merchant.name if reader.merchant else "",
        rows=tuple(_row(each, reader, names) for each in found[:AT_ONCE]),
        filters=filters,
        people=tuple(_people(reader)),
        kinds=tuple(Option(key, str(words)) for key, (words, _starts) in KINDS.items()),
        stores=stores,
        machines=machines,
        older=_older(found, reader, filters),
        newest=url_for(f"{reader.audience}.audit", **_args(filters)) if cursor else "",
        fault=_fault(filters, since, until),
        tz=reader.tz,
    )


def _row(event: HistoryEvent, reader: Reader, names: Mapping[str, str]) -> AuditRow:
    details = tuple(
        (name.replace("_", " "), str(value)[:LONGEST_DETAIL])
        for name, value in event.data.items()
        if value not in (None, "", [], {})
    )
    return AuditRow(
        at=event.at,
        text=said(event.action),
        action=event.action,
        who=event.actor_label,
        kind_of_who=str(ACTORS.get(event.actor_kind, event.actor_kind)),
        store="" if reader.merchant else names.get(str(event.merchant_id), _("Carrier")),
        details=details,
        href=_href(event, reader.audience),
    )


def _href(event: HistoryEvent, audience: str) -> str:
    thing = thing_of(event.action)
    views: Mapping[str, Callable[[], str]] = {
        "return": lambda: url_for(f"{audience}.return_detail", id=event.chain),
        "dispute": lambda: url_for(f"{audience}.dispute", id=event.chain),
        "person": lambda: url_for("merchant.people" if audience == "merchant" else "admin.users"),
    }
    known = f"{audience}.dispute" in current_app.view_functions
    if thing not in views or (thing == "dispute" and not known):
        return ""
    return views[thing]()


def _people(reader: Reader) -> Sequence[Option]:
    merchant_id = reader.merchant.id if reader.merchant else None
    found = db.session.scalars(accounts.select_users(merchant_id=merchant_id))
    return [Option(str(user.id), user.name) for user in found]


def _stores() -> Sequence[Option]:
    return [
        Option(str(each.id), each.name) for each in db.session.scalars(accounts.select_merchants())
    ]


def _older(found: Sequence[HistoryEvent], reader: Reader, filters: AuditFilters) -> str:
    if len(found) <= AT_ONCE:
        return ""
    last = found[AT_ONCE - 1]
    cursor = write_place(last.at, last.id)
    return url_for(f"{reader.audience}.audit", **_args(filters), before=cursor)


def _args(filters: AuditFilters) -> dict[str, Any]:
    kept = {name: value for name, value in asdict(filters).items() if value}
    return kept if filters.since else kept | {"since": ""}


def _fault(filters: AuditFilters, since: datetime | None, until: datetime | None) -> str:
    if (filters.since and since is None) or (filters.until and until is None):
        return _("A day looks like 2026-11-27.")
    if since and until and until < since:
        return _("The last day lies before the first.")
    return ""


def _day(text: str, tz: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text).replace(hour=0, minute=0, tzinfo=ZoneInfo(tz))
    except ValueError:
        return None


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
