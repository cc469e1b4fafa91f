"""Smaller parts of the component sheet: forms, saved views, evidence, seals, shares of reports."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from wtforms import BooleanField, Form, RadioField, StringField

from qcportal.blueprints.shown.evidence import LinkRow
from qcportal.blueprints.shown.frame import Badge, Fact
from qcportal.blueprints.shown.integrity import Digest, Integrity, Seal, VersionLine
from qcportal.blueprints.shown.photos import PhotoView, Quality
from qcportal.blueprints.shown.reports import RateView
from qcportal.blueprints.shown.return_page import CheckView, ItemView, Live, Otherwise
from qcportal.blueprints.shown.saved_views import SavedViews, ViewLink, ViewUndo
from qcportal.blueprints.shown.verdicts import ITEM_BADGES

AT = datetime(2026, 11, 22, 5, 12, 16, tzinfo=UTC)
HELD, OTHER = "9f2c41aa5d3e4b7c" * 4, "03be71c2d9a84f60" * 4


class SheetForm(Form):  # type: ignore[misc]
    """A form with every kind of field."""

    name = StringField("Name", description="As on the card.")
    role = RadioField("Role", choices=["Owner", "Viewer"])
    told = BooleanField("Tell me by mail")

    def hidden_tag(self) -> str:
        """Give no token, as nothing of the sheet can be sent."""
        return ""


def parts(photo: PhotoView) -> dict[str, Any]:
    """Give what `sheet/_parts.html` shows."""
    poor = replace(photo, id="poor", quality=Quality(("Blurred", "Too dark"), "Taken 3 times."))
    return {
        "messages": (("message", "The key is revoked."), ("error", "Choose a return first.")),
        "forms": (SheetForm(prefix="calm-"), _faulty()),
        "views": _views(),
        "undone": ViewUndo("Failed this week", "/saved-views/restore", {"tab": "failed"}),
        "links": _links(),
        "seals": (None, _reliable(), _doubtful()),
        "rates": (
            RateView("92.5%", "90.1 to 94.4%", 0.901, 0.944, 0.925),
            RateView("none yet", "", 0, 1, None),
        ),
        "poor": poor,
        "twice": CheckView(9, "Dents", "Dents?", ITEM_BADGES["fail"], photos=(photo, poor)),
        "asked_otherwise": _otherwise(),
        "pollers": (Live("/_ui", 3600), Live()),
    }


def _faulty() -> SheetForm:
    form = SheetForm(prefix="bad-")
    form["name"].errors = ["Enter a name."]
    form["role"].errors = ["Choose a role."]
    form.form_errors = ["Nothing was saved."]
    return form


def _views() -> tuple[SavedViews, ...]:
    links = (
        ViewLink("Failed this week", "#", shared=True),
        ViewLink("Missing in Pune", "#", current=True),
    )
    new = {"tab": "failed"}
    words = "Share it with everybody of the store"
    return (
        SavedViews("returns", links, new, "#", "#", words),
        SavedViews("returns", links, None, "", "#"),
        SavedViews("returns", (), new, "#", "#"),
    )


def _links() -> tuple[LinkRow, ...]:
    soon, open_ = AT + timedelta(days=7), Badge("", "link", "Open")
    over = Badge("late", "clock-alert", "Ended")
    return (
        LinkRow("For the bank", "3f9a", open_, AT, "Fern Home", soon, 2, AT, "#"),
        LinkRow("", "b2c1", over, AT, "Fern Home", AT, 0, None),
    )


def _reliable() -> Integrity:
    seal = Seal(
        Badge("", "shield-check", "Matches"),
        "The photo we hold is the one the phone announced.",
        reliable=True,
    )
    digests = (Digest("The phone announced", HELD, agrees=True), Digest("S3 computed", HELD, True))
    facts = (Fact("Stored by S3", "Sun 22 Nov 2026, 10:42:11 IST"),)
    whole = Badge("", "shield-check", "The record of this return is whole: 14 entries")
    return Integrity("Front", seal, digests, facts, facts, _versions()[:1], whole)


def _doubtful() -> Integrity:
    seal = Seal(
        Badge("miss", "shield-alert", "Does not match"),
        "The photo we hold does not match what the phone announced. Do not rely on this photo.",
        reliable=False,
    )
    digests = (Digest("The phone announced", OTHER, False), Digest("S3 computed", HELD, True))
    broken = Badge("miss", "shield-alert", "The record of this return was changed.")
    return Integrity("Front", seal, digests, (), (), _versions(), broken, "#")


def _versions() -> tuple[VersionLine, ...]:
    kept, other = Badge("", "shield-check", "The evidence"), Badge("miss", "copy", "Other bytes")
    return (
        VersionLine(kept, "3HL4kqtJ", HELD, 930_000, AT, AT, "the relay", href="#"),
        VersionLine(other, "9xKp21mZ", OTHER, 880_000, AT, AT, "the reconciler"),
    )


def _otherwise() -> tuple[ItemView, ...]:
    badge, failed = Badge("late", "circle-alert", "Left out"), ITEM_BADGES["fail"]
    why = "The rules ask 12 checks at most."
    told = (Otherwise(("Cap here?", "Seal whole?"), badge, why),)
    bottle = ItemView("Insulated bottle", "BTL-750", failed, (), otherwise=told)
    return bottle, ItemView("Coral mug", "MUG", failed, (), otherwise=told)
