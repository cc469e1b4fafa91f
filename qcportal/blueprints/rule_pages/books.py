"""The rules that are tried: the draft as far as it can be understood, or a published version."""

from dataclasses import replace

from qcportal import rulebooks
from qcportal.accounts import Merchant
from qcportal.blueprints.access import settings
from qcportal.blueprints.rule_pages.door import Door
from qcportal.blueprints.rule_pages.saving import Desk
from qcportal.blueprints.showing.try_it import Book
from qcportal.blueprints.showing.try_state import DRAFT, TryState
from qcportal.blueprints.shown.frame import Note
from qcportal.language import gettext as _
from qcportal.language import lazy_gettext, ngettext
from qcportal.rulebooks import Rulebook
from qcportal.rules.book import RulebookDocument

NOTHING = RulebookDocument(lazy_gettext("No rules yet"), ())


def chosen(
    door: Door, merchant: Merchant, state: TryState
) -> tuple[Book, tuple[Note, ...], TryState]:
    """Give the rules that the state names, else the draft, else the version in force.

    The state given back says which they are. Raises NotFound for a version that never was.
    """
    if state.book.isascii() and state.book.isdigit():
        book = of_version(door, rulebooks.get_version(merchant.id, int(state.book)))
        return book, (), state
    desk = Desk.of(door, merchant)
    return of_desk(desk), _notes(desk), replace(state, book=name_of(desk))


def of_desk(desk: Desk) -> Book:
    """Give the draft, or without one the version in force."""
    if desk.draft is None and desk.live is not None:
        return of_version(desk.door, desk.live)
    if desk.draft is None:
        return Book(NOTHING, 0, _("No rules"), lambda _: desk.door.url("rules"))
    number = (desk.live.version if desk.live else 0) + 1
    return Book(
        desk.understood.book or NOTHING,
        0,
        _("Draft %(number)s", number=number),
        lambda row: desk.door.url("rules_row", row=row),
    )


def of_version(door: Door, version: Rulebook) -> Book:
    """Give a published version; its rows lead to its own page."""
    page = door.url("rules_version", number=version.version)
    return Book(
        version.parsed(settings().capture_kinds),
        version.version,
        _("Version %(number)s", number=version.version),
        lambda row: f"{page}#row-{row}",
    )


def name_of(desk: Desk) -> str:
    """Give the name of a desk's rules in addresses: "draft", a version's number, or ""."""
    if desk.draft is not None:
        return DRAFT
    return str(desk.live.version) if desk.live else ""


def _notes(desk: Desk) -> tuple[Note, ...]:
    if desk.draft is None and desk.live is None:
        none = Note(
            "", "info", _("There are no rules yet."), _("No item is checked until some are.")
        )
        return (none,)
    count = len(desk.understood.faults) if desk.draft else 0
    if not count:
        return ()
    said = ngettext("The draft has %(num)s fault.", "The draft has %(num)s faults.", count)
    text = _("What has faults is left out here, as if it were not written.")
    return (
        Note("late", "triangle-alert", said, text, desk.door.url("rules"), _("Show the draft")),
    )
