"""Mail on its way: what waits, what went out, and what was given up and why."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from qcportal import history, mail
from qcportal.blueprints import access
from qcportal.blueprints.access import ADMIN_VIEW, OPERATE, actor, may, permission
from qcportal.blueprints.admin import blueprint
from qcportal.blueprints.cursors import read_cursor, write_place
from qcportal.blueprints.jinja import ZONE
from qcportal.blueprints.shown.frame import Badge
from qcportal.db import db
from qcportal.history import Entry
from qcportal.language import gettext as _
from qcportal.language import lazy_gettext, ngettext
from qcportal.mail import Mail

AT_ONCE = 50
BADGES = {
    "waiting": Badge("wait", "clock", lazy_gettext("Waiting")),
    "sent": Badge("", "circle-check", lazy_gettext("Sent")),
    "dead": Badge("miss", "circle-slash", lazy_gettext("Given up")),
}
KINDS = {
    "notices": lazy_gettext("News"),
    "digest": lazy_gettext("Daily mail"),
    "invitation": lazy_gettext("Invitation"),
    "password": lazy_gettext("New password"),
}


@dataclass(frozen=True)
class MailRow:
    """One letter; `again` is where it is sent again, if it was given up and the reader may."""

    address: str
    what: str
    badge: Badge
    at: datetime
    tries: int
    next_at: datetime | None
    reason: str
    again: str = ""


@dataclass(frozen=True)
class StateTab:
    """One state with the number of letters in it."""

    key: str
    label: str
    count: int
    href: str
    tone: str = ""


@dataclass(frozen=True)
class MailsPage:
    """`admin/mails.html`."""

    rows: tuple[MailRow, ...]
    tabs: tuple[StateTab, ...]
    state: str
    older: str
    newest: str
    set_up: bool
    tz: str = ZONE


@blueprint.get("/mail")
@permission(ADMIN_VIEW)
def mails() -> str:
    """List letters, newest first."""
    state = request.args.get("state", "")
    state = state if state in BADGES else ""
    place = read_cursor(request.args.get("before"))
    statement = mail.select_mails(state, before=(place.activity_at, place.id) if place else None)
    found = list(db.session.scalars(statement.limit(AT_ONCE + 1)))
    counts = mail.count_by_state()
    chosen: dict[str, Any] = {"state": state} if state else {}
    older = ""
    if len(found) > AT_ONCE:
        last = found[AT_ONCE - 1]
        older = url_for("admin.mails", **chosen, before=write_place(last.created_at, last.id))
    page = MailsPage(
        rows=tuple(_row(each) for each in found[:AT_ONCE]),
        tabs=tuple(_tabs(counts)),
        state=state,
        older=older,
        newest=url_for("admin.mails", **chosen) if place else "",
        set_up=access.settings().sends_mail,
    )
    return render_template("admin/mails.html", page=page)


@blueprint.post("/mail/<uuid:id>/send-again")
@permission(OPERATE)
def send_mail_again(id: uuid.UUID) -> Response:
    """Try a letter again that was given up."""
    letter = mail.get_mail(id)
    mail.send_again(letter)
    entry = Entry(letter.id, letter.merchant_id, "mail_sent_again", actor(), {"kind": letter.kind})
    history.record([entry])
    db.session.commit()
    flash(_("It will be sent again."))
    return redirect(url_for("admin.mails"), 303)


def _tabs(counts: dict[str, int]) -> list[StateTab]:
    whole = StateTab("", _("All"), sum(counts.values()), url_for("admin.mails"))
    others = [
        StateTab(key, str(badge.text), counts.get(key, 0), url_for("admin.mails", state=key),
                 badge.tone)
        for key, badge in BADGES.items()
    ]  # fmt: skip
    return [whole, *others]


def _row(letter: Mail) -> MailRow:
    again = url_for("admin.send_mail_again", id=letter.id)
    return MailRow(
        address=letter.address,
        what=_what(letter),
        badge=BADGES[letter.state],
        at=letter.created_at,
        tries=letter.attempts,
        next_at=letter.next_at,
        reason=letter.reason or "",
        again=again if letter.state == "dead" and may(OPERATE) else "",
    )


def _what(letter: Mail) -> str:
    """Say what a letter is about without quoting it."""
    number = len(letter.data.get("lines", ()))
    name = str(KINDS.get(letter.kind, letter.kind))
    if not number:
        return name
    things = ngettext("%(num)s thing", "%(num)s things", number)
    return _("%(name)s: %(things)s", name=name, things=things)
