"""A decision table of the draft: looked at, typed in, its rows moved; nothing typed is lost."""

import secrets
from typing import Any

from flask import redirect, render_template, request
from werkzeug.wrappers import Response

from qcportal import errors, rulebooks
from qcportal.accounts import Merchant
from qcportal.blueprints.rule_pages import beside, table_form
from qcportal.blueprints.rule_pages.door import Door, Route
from qcportal.blueprints.rule_pages.saving import EVERY_ITEM_PATH, Desk, page_token, refused
from qcportal.blueprints.rule_pages.table_form import Change
from qcportal.blueprints.showing import rules_table
from qcportal.blueprints.showing.rules_table import Typed
from qcportal.db import db
from qcportal.language import gettext as _
from qcportal.rulebooks import editing


def table(door: Door, merchant: Merchant, table: str) -> str:
    """Show a table: with inputs while there is a draft, else to read."""
    desk = Desk.of(door, merchant)
    key = known(desk.document, table)
    typed = Typed(desk.document, page=secrets.token_hex(4))
    return _page(desk, key, typed)


def change_table(door: Door, merchant: Merchant, table: str) -> Any:
    """Keep what was typed and do what the button says; 409 when somebody saved in between."""
    desk = Desk.of(door, merchant)
    draft = desk.editable()
    key = known(draft.document, table)
    page = page_token()
    if desk.was_changed_by_others(mark(draft.document, key)):
        return _clash(desk, key, page)
    typed = table_form.read(draft.document, key, request.form)
    change = _undone(desk) or table_form.act(typed, key, request.form)
    try:
        saved = desk.save_change(change.document, undo=change.undo)
    except rulebooks.DraftMoved:
        db.session.rollback()
        return _clash(Desk.of(door, merchant), key, page)
    db.session.commit()
    return _answer(desk.with_draft(saved), key, page, change)


def delete_table(door: Door, merchant: Merchant, table: str) -> Response:
    """Take a table with all its rows out of the draft."""
    desk = Desk.of(door, merchant)
    draft = desk.editable()
    key = known(draft.document, table)
    desk.save_change(editing.delete_table(draft.document, key), undo=_("The table is deleted."))
    db.session.commit()
    return redirect(door.url("rules"), 303)


def known(document: dict[str, Any], table: str) -> str:
    """Give the key of a table from its address, or raise NotFound."""
    if table == EVERY_ITEM_PATH and editing.find_table(document, table) is None:
        return editing.EVERY_ITEM
    if editing.find_table(document, table) is None:
        raise errors.NotFound(_("This table is gone from the draft. Go back to the rules."))
    return table


def mark(document: dict[str, Any], table: str) -> str:
    """Give the mark of all that a table's page edits."""
    return editing.mark_of(
        editing.find_table(document, table),
        editing.rows_of(document, "rules", table),
        editing.rows_of(document, "decisions", table),
    )


def _undone(desk: Desk) -> Change | None:
    if request.form.get("do") != "undo":
        return None
    draft = desk.editable()
    if draft.previous is None:
        raise errors.Conflict(_("There is nothing to undo any more. Nothing was changed."))
    return Change(draft.previous)


def _answer(desk: Desk, key: str, page: str, change: Change) -> Any:
    """Give a script the page at once, and a browser without one the way to it."""
    if "HX-Request" in request.headers:
        return _page(desk, key, Typed(desk.document, page=page, go=change.go))
    return redirect(desk.table_url(key, change.anchor), 303)


def _clash(desk: Desk, key: str, page: str) -> Any:
    """Show what was typed, not saved, over what somebody else saved; both are kept."""
    draft = desk.editable()
    kept = table_form.restored(draft.document, draft.previous or {}, key, request.form)
    typed = table_form.read(kept, key, request.form)
    words = _("%(name)s changed this table while you did.", name=draft.updated_by)
    shown = _page(desk, key, Typed(typed, page=page, clash=words))
    return refused(shown)


def _page(desk: Desk, key: str, typed: Typed) -> str:
    page = rules_table.build(desk, key, typed, seen=mark(desk.document, key))
    aside = beside.cards(desk, key)
    return render_template("rules/table.html", page=page, door=desk.door, beside=aside)


ROUTES: tuple[Route, ...] = (
    Route("/tables/<table>", "rules_table", table),
    Route("/tables/<table>", "change_rules_table", change_table, changes=True),
    Route("/tables/<table>/delete", "delete_rules_table", delete_table, changes=True),
)
