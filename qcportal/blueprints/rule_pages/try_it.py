"""Try the rules on one item: the page, and the compact card beside a table."""

from collections.abc import Callable

from flask import make_response, redirect, render_template, request
from sqlalchemy import select
from werkzeug.wrappers import Response

from qcportal import catalogue, clock, rulebooks
from qcportal.accounts import Merchant
from qcportal.blueprints import pictures
from qcportal.blueprints.rule_pages import books
from qcportal.blueprints.rule_pages.door import Door, Route
from qcportal.blueprints.showing import picked_items, try_card, try_it, try_state
from qcportal.blueprints.showing.try_it import Setting
from qcportal.blueprints.showing.try_state import DRAFT, TryState
from qcportal.blueprints.shown.frame import Link, Note, Option
from qcportal.blueprints.shown.try_it import PickedItem
from qcportal.db import db
from qcportal.language import gettext as _
from qcportal.rulebooks import Rulebook, RulebookDraft

MOST_VERSIONS = 50


def try_rules(door: Door, merchant: Merchant) -> str | Response:
    """Show what the rules do with an item; what is found by SKU or AWB alone is filled in."""
    state = try_state.read(request.args)
    find = picked_items.find if state.pick else picked_items.find_latest
    found = find(merchant.id, state, _url(door)) if state.pick or not state.typed else ()
    if state.pick and len(found) == 1 and request.args.get("do") == "find":
        return _go(found[0].href)
    book, notes, state = books.chosen(door, merchant, state)
    page = try_it.build(book, state, _setting(door, merchant, state, notes, found))
    answer = make_response(render_template("rules/try_it.html", page=page, door=door))
    if request.headers.get("HX-Request"):
        answer.headers["HX-Replace-Url"] = _url(door)(state)
    return answer


def try_card_alone(door: Door, merchant: Merchant) -> str:
    """Give the compact card again, with the answers that were chosen on it."""
    table = request.args.get("table", "")[:80]
    book, _other, state = books.chosen(door, merchant, try_state.read(request.args))
    card = try_card.build(book, table, state, door.url)
    return render_template("rules/_try_card_alone.html", card=card)


def _setting(
    door: Door,
    merchant: Merchant,
    state: TryState,
    notes: tuple[Note, ...],
    found: tuple[PickedItem, ...],
) -> Setting:
    note = "" if state.pick or not found else _("Came back last:")
    if state.pick and not found:
        note = _("Nothing found for “%(pick)s”. Type its facts below.", pick=state.pick)
    return Setting(
        back=Link(door.url("rules"), _("QC rules")),
        action=door.url("try_rules"),
        books=_books(merchant, state),
        url=_url(door),
        picture=lambda sku: _picture(merchant, sku),
        notes=notes,
        picked=found,
        pick_note=note,
        merchant=merchant.name if door.name == "admin" else "",
    )


def _books(merchant: Merchant, state: TryState) -> tuple[Option, ...]:
    versions = rulebooks.select_versions(merchant.id).with_only_columns(
        Rulebook.version, Rulebook.title
    )
    rows = db.session.execute(versions.limit(MOST_VERSIONS)).all()
    listed = [
        Option(str(number), _("Version %(number)s, %(title)s", number=number, title=title))
        for number, title in rows
    ]
    has_draft = state.book == DRAFT or db.session.scalar(
        select(RulebookDraft.id).where(RulebookDraft.merchant_id == merchant.id)
    )
    return (Option(DRAFT, _("The draft")), *listed) if has_draft else tuple(listed)


def _picture(merchant: Merchant, sku: str) -> str:
    held = catalogue.find_pictures([merchant.id], [sku]).get((merchant.id, sku))
    return pictures.catalogue_urls(held, clock.now()).get(320, "")


def _url(door: Door) -> Callable[[TryState], str]:
    return lambda state: door.url("try_rules", **state.args())


def _go(href: str) -> Response:
    """Go to a filled page; a script's request is told to load it whole."""
    if not request.headers.get("HX-Request"):
        return redirect(href, 303)
    answer = Response(status=200)
    answer.headers["HX-Redirect"] = href
    return answer


ROUTES: tuple[Route, ...] = (
    Route("/try", "try_rules", try_rules),
    Route("/try/card", "try_rules_card", try_card_alone),
)
