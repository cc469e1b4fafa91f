"""The rulebook's name, the time to decide and the lists of words that mean the same."""

import secrets
from collections.abc import Mapping
from typing import Any

from flask import redirect, render_template, request

from qcportal import rulebooks
from qcportal.accounts import Merchant
from qcportal.blueprints.rule_pages.door import Door, Route
from qcportal.blueprints.rule_pages.saving import Desk, page_token, refused
from qcportal.blueprints.rule_pages.typed_text import clean, field, listed
from qcportal.blueprints.showing import rules_settings
from qcportal.blueprints.showing.rules_table import Typed
from qcportal.db import db
from qcportal.language import gettext as _
from qcportal.rulebooks import editing
from qcportal.rulebooks.editing import JsonDocument
from qcportal.rules.synonyms import BUILT_IN

LONGEST_LIST = 60_000
MOST_LISTS = 30


def rule_settings(door: Door, merchant: Merchant) -> str:
    """Show name, time to decide and lists."""
    desk = Desk.of(door, merchant)
    return _page(desk, Typed(desk.document, page=secrets.token_hex(4)))


def change_settings(door: Door, merchant: Merchant) -> Any:
    """Keep what was typed; 409 when somebody saved in between."""
    desk = Desk.of(door, merchant)
    document = desk.editable().document
    if desk.was_changed_by_others(mark(document)):
        return _clash(desk)
    try:
        saved = desk.save_change(read(document, request.form))
    except rulebooks.DraftMoved:
        db.session.rollback()
        return _clash(Desk.of(door, merchant))
    db.session.commit()
    if "HX-Request" in request.headers:
        return _page(desk.with_draft(saved), Typed(saved.document, page=page_token()))
    return redirect(door.url("rules_settings"), 303)


def mark(document: JsonDocument) -> str:
    """Give the mark of what this page edits."""
    parts = (document.get(name) for name in ("title", "review", "synonyms"))
    return editing.mark_of(*parts)


def read(document: JsonDocument, form: Mapping[str, str]) -> JsonDocument:
    """Put the form into the document; a list that is as built in is left out of it."""
    changed = editing.copied(document)
    changed["title"] = field(form, "title", changed.get("title"))
    if "review" in form:
        changed.pop("review", None)
    if field(form, "review"):
        minutes = field(form, "minutes")
        number: object = int(minutes) if minutes.isascii() and minutes.isdigit() else minutes
        changed["review"] = {"minutes": number, "default": field(form, "review")}
    lists = dict(changed.get("synonyms") or {})
    for name in [key.removeprefix("list.") for key in form if key.startswith("list.")]:
        _read_list(lists, name, form[f"list.{name}"])
    _act(lists, form)
    changed["synonyms"] = dict(list(lists.items())[:MOST_LISTS])
    return changed


def _read_list(lists: dict[str, Any], name: str, typed: str) -> None:
    if name not in lists and name not in BUILT_IN:
        return
    groups = [listed(clean(line)) for line in typed[:LONGEST_LIST].splitlines()]
    lists[name] = [group for group in groups if group]
    if lists[name] == [list(group) for group in BUILT_IN.get(name, ())]:
        del lists[name]


def _act(lists: dict[str, Any], form: Mapping[str, str]) -> None:
    verb, _, name = form.get("do", "").partition(":")
    if verb == "reset":
        lists.pop(name, None)
    new = clean(form.get("new-list", ""))
    if new:
        taken = {*lists, *BUILT_IN}
        lists[editing.free_key(new, taken, "words")] = []


def _clash(desk: Desk) -> Any:
    draft = desk.editable()
    words = _("%(name)s changed these settings while you did.", name=draft.updated_by)
    shown = _page(desk, Typed(read(draft.document, request.form), page=page_token(), clash=words))
    return refused(shown)


def _page(desk: Desk, typed: Typed) -> str:
    page = rules_settings.build(desk, typed, seen=mark(desk.document))
    return render_template("rules/settings.html", page=page, door=desk.door)


ROUTES: tuple[Route, ...] = (
    Route("/settings", "rules_settings", rule_settings),
    Route("/settings", "change_rules_settings", change_settings, changes=True),
)
