"""Example pages of people, settings, history and mail."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from wtforms import PasswordField, SelectField, StringField, validators
from wtforms.fields.choices import SelectChoice

from qcportal.blueprints.admin.mails import BADGES, MailRow, MailsPage, StateTab
from qcportal.blueprints.showing.audit_words import KINDS
from qcportal.blueprints.showing.team import TOO_OLD, WAITS, role_options
from qcportal.blueprints.shown.audit import AuditFilters, AuditPage, AuditRow
from qcportal.blueprints.shown.frame import Option
from qcportal.blueprints.shown.people import (
    InvitationRow,
    JoinPage,
    NoticeChoice,
    NoticesPage,
    PersonRow,
    SettingsPage,
    TeamPage,
)
from qcportal.mail import kinds_of
from tests.browser import examples
from tests.browser.admin_examples import ExampleForm
from tests.browser.examples import NOW

Shown = tuple[str, dict[str, Any], Any]


class Invite(ExampleForm):
    email = StringField("Mail address")
    role = SelectField("Role", choices=[SelectChoice("viewer", "Viewer")])


class Join(ExampleForm):
    name = StringField("Your name", description="Others see it beside what you decide.")
    password = PasswordField("Password", [validators.InputRequired("Choose a password.")])


class Passwords(ExampleForm):
    current = PasswordField("Current password", [validators.InputRequired("Enter it.")])
    password = PasswordField("New password", description="12 characters or more.")


class Forgot(ExampleForm):
    email = StringField("Email")


def team(args: Mapping[str, str], *, is_admin: bool = False) -> Shown:
    roles = tuple(role_options(True))
    person = PersonRow(
        "1", "Nisha Thomas", "nisha@example.com", "Owner", "owner", "", second_step=True,
        seen_at=NOW, is_self=True,
    )  # fmt: skip
    other = PersonRow(
        "2", "Chitra Venkataraghavan Subramaniam", "chitra.v.subramaniam@fern.example", "Claims",
        "claims", seen_at=NOW - timedelta(days=2), roles=roles, set_role="/x", switch="/y",
    )  # fmt: skip
    off = replace(other, id="3", name="Omkar Sane", active=False, roles=(), set_role="")
    waiting = InvitationRow(
        "new.colleague@fern.example", "Viewer", "", "Nisha Thomas", NOW, NOW + timedelta(days=7),
        WAITS, "/again", "/revoke",
    )  # fmt: skip
    page = TeamPage(
        title="Users" if is_admin else "People",
        scope="" if is_admin else "Fern Home",
        rows=() if "empty" in args else (person, other, off),
        invitations=() if "empty" in args else (waiting, replace(waiting, badge=TOO_OLD)),
        invite="/people/invite",
        link="https://portal.example/join/0193?proof=" + "a1" * 32 if "link" in args else "",
        link_for="new.colleague@fern.example",
        stores=(Option("", "Everybody"), Option("1", "Fern Home")) if is_admin else (),
        is_admin=is_admin,
    )
    endpoint = "admin.users" if is_admin else "merchant.people"
    frame = examples.admin_frame(endpoint) if is_admin else examples.merchant_frame(endpoint)
    if "viewing" in args:
        frame = replace(frame, viewing="Fern Home", person="Asha Shinde")
    return "people/team.html", {"page": page, "form": Invite()}, frame


def settings(_args: Mapping[str, str]) -> Shown:
    links = (
        ("/settings/notifications", "mail", "Mail", "What you are told, and when"),
        ("/settings/password", "key-round", "Password", "Choose another one"),
    )
    page = SettingsPage("Nisha Thomas", "nisha@example.com", "Owner", links)
    return "session/settings.html", {"page": page}, examples.merchant_frame("session.settings")


def notifications(args: Mapping[str, str]) -> Shown:
    choices = tuple(
        NoticeChoice(kind.key, str(kind.says), kind.usual)
        for kind in kinds_of("owner", is_admin=False)
    )
    page = NoticesPage(
        choices=() if "empty" in args else choices,
        hour=9,
        zone="Asia/Kolkata",
        email="nisha@example.com",
        sends="empty" not in args,
        faults=("Choose an hour from 0 to 23.",) if "error" in args else (),
    )
    frame = examples.merchant_frame("session.settings")
    return "session/notifications.html", {"page": page}, frame


def password(_args: Mapping[str, str]) -> Shown:
    form = Passwords(data={})
    form.validate()
    return "session/password.html", {"form": form}, examples.merchant_frame("session.settings")


def join(args: Mapping[str, str]) -> Shown:
    page = JoinPage("chitra@fern.example", "Fern Home", "Claims", "Nisha Thomas")
    values = {"page": JoinPage() if "over" in args else page, "form": Join()}
    return "session/join.html", values, None


def forgot_password(args: Mapping[str, str]) -> Shown:
    return "session/forgot_password.html", {"form": Forgot(), "sends": "off" not in args}, None


def new_password(args: Mapping[str, str]) -> Shown:
    values = {"form": Passwords(), "usable": "over" not in args}
    return "session/new_password.html", values, None


def audit(args: Mapping[str, str], *, is_admin: bool = False) -> Shown:
    row = AuditRow(
        NOW, "Gave somebody another role", "role_set", "Nisha Thomas", "Person",
        "Fern Home" if is_admin else "", (("was", "viewer"), ("role", "claims")), "/people",
    )  # fmt: skip
    page = AuditPage(
        action="/audit",
        scope="Fern Home",
        rows=() if "empty" in args else (row, replace(row, href="", details=())),
        filters=AuditFilters(since="2026-10-28", who="everything"),
        people=(Option("1", "Nisha Thomas"),),
        kinds=tuple(Option(key, str(words)) for key, (words, _) in KINDS.items()),
        stores=(Option("1", "Fern Home"),) if is_admin else (),
        machines=not is_admin,
        older="/audit?before=x",
        fault="A day looks like 2026-11-27." if "empty" in args else "",
    )
    endpoint = "admin.audit" if is_admin else "merchant.audit"
    frame = examples.admin_frame(endpoint) if is_admin else examples.merchant_frame(endpoint)
    return "audit/events.html", {"page": page}, frame


def mails(args: Mapping[str, str]) -> Shown:
    waiting = MailRow(
        "a@fern.example", "News: 2 things", BADGES["waiting"], NOW, 1, NOW, "450 later"
    )
    rows = (
        waiting,
        MailRow("b@fern.example", "Invitation", BADGES["sent"], NOW, 1, None, ""),
        replace(waiting, badge=BADGES["dead"], reason="The mail server says 550", again="/x"),
    )
    tabs = tuple(StateTab(key, key or "All", 3, f"/m?state={key}") for key in ("", *BADGES))
    empty = "empty" in args
    page = MailsPage(() if empty else rows, tabs, "", "/m?before=1", "", not empty)
    return "admin/mails.html", {"page": page}, examples.admin_frame("admin.mails")


PAGES: dict[str, Any] = {
    "merchant.people": team,
    "admin.users": lambda args: team(args, is_admin=True),
    "session.settings": settings,
    "session.notifications": notifications,
    "session.password": password,
    "session.join": join,
    "session.forgot_password": forgot_password,
    "session.new_password": new_password,
    "merchant.audit": audit,
    "admin.audit": lambda args: audit(args, is_admin=True),
    "admin.mails": mails,
}
