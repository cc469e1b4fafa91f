"""One row of the draft: its checks and photos, read and typed in."""

import secrets
from typing import Any

from flask import redirect, render_template, request

from qcportal import errors, rulebooks
from qcportal.accounts import Merchant
from qcportal.blueprints.rule_pages import row_form
from qcportal.blueprints.rule_pages.door import Door, Route
from qcportal.blueprints.rule_pages.saving import Desk, page_token, refused
from qcportal.blueprints.showing import rules_row
from qcportal.blueprints.showing.rules_table import Typed
from qcportal.db import db
from qcportal.language import gettext as _
from qcportal.rulebooks import editing


def row(door: Door, merchant: Merchant, row: str) -> str:
    """Show a row: with fields while there is a draft, else to read."""
    desk = Desk.of(door, merchant)
    return _page(desk, row, Typed(desk.document, page=secrets.token_hex(4)))


def change_row(door: Door, merchant: Merchant, row: str) -> Any:
    """Keep what was typed and do what the button says; 409 when somebody saved in between."""
    desk = Desk.of(door, merchant)
    document = desk.editable().document
    if desk.was_changed_by_others(mark(document, row)):
        return _clash(desk, row)
    try:
        saved = desk.save_change(row_form.read(document, row, request.form))
    except rulebooks.DraftMoved:
        db.session.rollback()
        return _clash(Desk.of(door, merchant), row)
    db.session.commit()
    if "HX-Request" in request.headers:
        typed = Typed(saved.document, page=page_token())
        return _page(desk.with_draft(saved), row, typed)
    return redirect(door.url("rules_row", row=row), 303)


def mark(document: dict[str, Any], row_id: str) -> str:
    """Give the mark of the row, or raise NotFound when it is gone."""
    found = editing.find_row(document, "rules", row_id)
    if found is None:
        raise errors.NotFound(_("This row is gone from the draft. Go back to the rules."))
    return editing.mark_of(found)


def _clash(desk: Desk, row_id: str) -> Any:
    draft = desk.editable()
    typed = row_form.read(draft.document, row_id, request.form)
    words = _("%(name)s changed this row while you did.", name=draft.updated_by)
    shown = _page(desk, row_id, Typed(typed, page=page_token(), clash=words))
    return refused(shown)


def _page(desk: Desk, row_id: str, typed: Typed) -> str:
    seen = mark(desk.document, row_id)
    page = rules_row.build(desk, row_id, typed, seen=seen)
    return render_template("rules/row.html", page=page, door=desk.door)


ROUTES: tuple[Route, ...] = (
    Route("/rows/<row>", "rules_row", row),
    Route("/rows/<row>", "change_rules_row", change_row, changes=True),
)
