"""The home of a merchant's rules: tables, draft, versions; starting and ending a draft."""

from flask import flash, redirect, render_template, request
from werkzeug.wrappers import Response

from qcportal import rulebooks
from qcportal.accounts import Merchant
from qcportal.blueprints.access import actor
from qcportal.blueprints.rule_pages.door import Door, Route
from qcportal.blueprints.rule_pages.saving import Desk
from qcportal.blueprints.showing import rules_home
from qcportal.db import db
from qcportal.language import gettext as _
from qcportal.rulebooks import editing


def home(door: Door, merchant: Merchant) -> str:
    """Show the tables, the draft and the versions."""
    page = rules_home.build(Desk.of(door, merchant))
    return render_template("rules/home.html", page=page, door=door)


def open_draft(door: Door, merchant: Merchant) -> Response:
    """Start a draft: a copy of the version in force, or a starter."""
    starter = request.form.get("starter", "")
    rulebooks.open_draft(merchant, by=actor(), starter=starter)
    db.session.commit()
    return redirect(_back(door), 303)


def discard_draft(door: Door, merchant: Merchant) -> Response:
    """Throw the draft away."""
    rulebooks.discard_draft(rulebooks.get_draft(merchant.id))
    db.session.commit()
    flash(_("The draft is gone. The published version stays in force."))
    return redirect(door.url("rules"), 303)


def add_table(door: Door, merchant: Merchant) -> Response:
    """Add a table and open it."""
    desk = Desk.of(door, merchant)
    title = " ".join(request.form.get("title", "").split())[:120] or _("New table")
    changed, key = editing.add_table(desk.editable().document, title)
    desk.save_change(changed)
    db.session.commit()
    return redirect(door.url("rules_table", table=key), 303)


def _back(door: Door) -> str:
    """Give the page where the draft was asked for: a table's, or the home of the rules."""
    table = request.form.get("table")
    return door.url("rules_table", table=table) if table else door.url("rules")


ROUTES: tuple[Route, ...] = (
    Route("", "rules", home),
    Route("/draft", "open_rules_draft", open_draft, changes=True),
    Route("/draft/discard", "discard_rules_draft", discard_draft, changes=True),
    Route("/tables", "add_rules_table", add_table, changes=True),
)
