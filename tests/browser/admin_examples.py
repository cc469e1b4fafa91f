"""Example admin and session pages, with real WTForms forms."""

import io
from datetime import timedelta
from typing import Any

import segno
from markupsafe import Markup
from wtforms import (
    EmailField,
    Form,
    PasswordField,
    SelectField,
    SelectMultipleField,
    StringField,
    validators,
)
from wtforms.fields.choices import SelectChoice

from qcportal.blueprints.admin import pages
from qcportal.blueprints.shown import verdicts
from qcportal.blueprints.shown.frame import Fact, Option
from qcportal.blueprints.shown.session_pages import SessionRow, SessionsPage
from tests.browser.examples import NOW


class ExampleForm(Form):
    """A form that offers `hidden_tag`, as Flask-WTF's do."""

    def hidden_tag(self) -> Markup:
        return Markup('<input type="hidden" name="csrf_token" value="token">')


class SignIn(ExampleForm):
    email = EmailField("E-mail", [validators.InputRequired("Enter your e-mail address.")])
    password = PasswordField("Password", [validators.InputRequired("Enter your password.")])


class Code(ExampleForm):
    code = StringField("Code", description="It changes every 30 seconds.")


class NewMerchant(ExampleForm):
    name = StringField("Name", description="As its customers know it.")
    code = StringField("Short code", description="Three to eight capital letters.")


class NewKey(ExampleForm):
    name = StringField("Name", description="Which system will use it.")
    scopes = SelectMultipleField(
        "May", choices=[SelectChoice("r", "Send returns"), SelectChoice("b", "Edit rulebooks")]
    )


class NewPerson(ExampleForm):
    name = StringField("Name")
    hub = StringField("Hub")


class NewRunSheet(ExampleForm):
    executive = SelectField(
        "Person", choices=[SelectChoice("1", "Ravi K."), SelectChoice("2", "Farah D.")]
    )
    day = StringField("Day", render_kw={"type": "date"})


def failed_sign_in() -> SignIn:
    form = SignIn(data={"email": "", "password": ""})
    form.validate()
    return form


def merchants() -> pages.MerchantsPage:
    names = (("Fern Home", "FERN", 1284, 96), ("Northwind Audio", "NWA", 402, 31))
    rows = [
        pages.MerchantRow(code, name, code, returns, failed, NOW - timedelta(minutes=4))
        for name, code, returns, failed in names
    ]
    return pages.MerchantsPage((*rows, pages.MerchantRow("9", "Kiln Street", "KLN", 0, 0, None)))


def merchant() -> pages.MerchantPage:
    keys = (
        pages.ApiKeyRow(
            "1",
            "Order system",
            "qk_live_3f9a",
            ("returns:write", "rulebooks:read"),
            NOW - timedelta(days=20),
            NOW - timedelta(minutes=2),
        ),
        pages.ApiKeyRow(
            "2",
            "Old import",
            "qk_live_77c0",
            ("returns:write",),
            NOW - timedelta(days=220),
            None,
            NOW,
        ),
    )
    users = (pages.UserRow("2", "Nisha Thomas", "nisha@example.com", "Owner"),)
    facts = (Fact("Time to dispute", "7 days"), Fact("Photos kept", "400 days"))
    return pages.MerchantPage(
        "1",
        "Fern Home",
        "FERN",
        facts,
        users,
        keys,
        "qk_live_91ab_e7QfV2m0TzY4",
        view_as="/admin/merchants/1/view-as",
    )


def people() -> pages.PeoplePage:
    rows = (
        pages.ExecutiveRow(
            "1", "Ravi Kulkarni", "E-114", "Pune West", "+91 98•• ••• 210", 9, 3, "R-014"
        ),
        pages.ExecutiveRow("2", "Farah Dsouza", "E-208", "Mumbai East", returns_today=11),
    )
    return pages.PeoplePage(rows, 27, more="/admin/people?after=2")


def devices() -> pages.DevicesPage:
    rows = (
        pages.DeviceRow(
            "1",
            "R-014",
            "Ravi K.",
            "active",
            NOW - timedelta(minutes=1),
            "1.4.0",
            9_400_000_000,
            3,
            1,
        ),
        pages.DeviceRow("2", "R-077", "Farah D.", "waiting"),
        pages.DeviceRow(
            "3",
            "R-058",
            "Omkar S.",
            "revoked",
            NOW - timedelta(days=2),
            "1.2.1",
            180_000_000,
            1,
            -42,
        ),
    )
    return pages.DevicesPage(rows, (Option("1", "Ravi Kulkarni, Pune West"),))


def enrolment(state: Any = "waiting") -> pages.EnrolmentPage:
    drawn = io.BytesIO()
    segno.make("https://qc.example.org/f/enrol#7F3K-9QWM-2XTD", micro=False).save(
        drawn, kind="svg", xmldecl=False, svgns=False, omitsize=True, title="Enrolment code"
    )
    return pages.EnrolmentPage(
        "1",
        "Ravi Kulkarni",
        state,
        Markup(drawn.getvalue().decode()),
        "7F3K-9QWM-2XTD",
        NOW + timedelta(minutes=10),
        "R-014",
        "1",
    )


def run_sheets() -> pages.RunSheetsPage:
    rows = (
        pages.RunSheetRow("1", "DRS-2211-014", "Ravi Kulkarni", "Pune West", "Sun 22 Nov", 9, 3),
        pages.RunSheetRow("2", "DRS-2211-031", "Farah Dsouza", "Mumbai East", "Sun 22 Nov", 11, 0),
    )
    return pages.RunSheetsPage(rows)


def run_sheet() -> pages.RunSheetPage:
    failed = verdicts.RETURN_BADGES["failed"]
    stops = (
        pages.StopRow(
            "1",
            "773044182096",
            "Fern insulated bottle",
            "Fern Home",
            "Pune 411014",
            failed,
        ),
        pages.StopRow(
            "2",
            "773044179921",
            "Over-ear headphones",
            "Northwind Audio",
            "Pune 411038",
        ),
    )
    waiting = (
        pages.StopRow(
            "3",
            "773044161207",
            "Table lamp, ceramic base",
            "Fern Home",
            "Pune 411045",
        ),
        pages.StopRow("4", "773044158813", "Stove kettle, steel", "Fern Home", "Pune 411001"),
    )
    return pages.RunSheetPage(
        "1", "DRS-2211-014", "Ravi Kulkarni", "Pune West", "Sun 22 Nov", stops, waiting
    )


def parked() -> pages.ParkedPage:
    rows = tuple(
        pages.ParkedRow(
            f"m/fern/2026/11/22/773044182096/0{number}-9f2c41aa5d3e4b7c8a90.jpg",
            "qc-photos",
            930_000 + number,
            NOW - timedelta(hours=number),
            NOW - timedelta(minutes=number),
        )
        for number in range(1, 4)
    )
    return pages.ParkedPage(rows, "1–3 of 3")


def sessions() -> SessionsPage:
    rows = (
        SessionRow(
            "1", "Chromium on Linux", "203.0.113.7", NOW - timedelta(days=2), NOW, current=True
        ),
        SessionRow(
            "2",
            "Firefox on Android",
            "198.51.100.24",
            NOW - timedelta(days=9),
            NOW - timedelta(hours=4),
        ),
    )
    return SessionsPage(rows)
