"""Builds the page of one decision table, from a draft as typed or from a published version."""

from dataclasses import dataclass
from typing import Any

from qcportal import rulebooks
from qcportal.blueprints.access import settings
from qcportal.blueprints.rule_pages.saving import Desk
from qcportal.blueprints.showing import rules_analysis
from qcportal.blueprints.showing.rules_faults import Faults
from qcportal.blueprints.showing.rules_grids import Source, asked_grid, decided_grid
from qcportal.blueprints.showing.rules_home import (
    EVERY_ITEM_TITLE,
    draft_badge,
    live_words,
    saved_words,
)
from qcportal.blueprints.shown.frame import Link
from qcportal.blueprints.shown.rules_grid import RulesTable, TableHead
from qcportal.language import gettext as _
from qcportal.language import lazy_gettext
from qcportal.rulebooks import editing

EVERY_ITEM_WORDS = lazy_gettext("These rows are for every item, whatever its category.")


@dataclass(frozen=True)
class Typed:
    """The document as it is to be shown, from which browser page, and who came in between.

    `go` is the cell in which a script puts the reader, if it is not where the reader was.
    """

    document: dict[str, Any]
    page: str = ""
    clash: str = ""
    go: str = ""


def build(desk: Desk, key: str, typed: Typed, *, seen: str) -> RulesTable:
    """Build the page; `seen` marks what the draft holds now."""
    door, draft = desk.door, desk.draft
    understood = rulebooks.understand(typed.document, settings().capture_kinds)
    faults = Faults.of(understood.faults) if draft else Faults({})
    source = Source(
        document=typed.document,
        table=key,
        faults=faults,
        row_url=desk.row_url,
        edits=desk.edits,
        found=rules_analysis.findings(understood, typed.document) if draft else (),
    )
    return RulesTable(
        head=table_head(typed.document, key, faults),
        grids=(asked_grid(source), decided_grid(source)),
        edits=desk.edits,
        may_edit=door.may_edit,
        back=Link(door.url("rules"), _("QC rules")),
        badge=draft_badge(desk),
        live=live_words(desk.live),
        action=desk.table_url(key),
        seen=seen,
        page=typed.page,
        saved=saved_words(draft),
        undo=draft.undo if draft and draft.previous is not None else "",
        clash=typed.clash,
        go=typed.go,
        compare=door.url("rules_compare") if desk.live else "",
        publish=_("Publish version %(number)s", number=(desk.live.version if desk.live else 0) + 1),
        store=desk.merchant.name if door.name == "admin" else "",
        faults=len(understood.faults) if draft else 0,
    )


def table_head(document: dict[str, Any], key: str, faults: Faults) -> TableHead:
    """Give the table's title and categories with what is wrong with them."""
    if not key:
        return TableHead("", EVERY_ITEM_TITLE, EVERY_ITEM_WORDS)
    tables = editing.tables_of(document)
    place = next(at for at, each in enumerate(tables) if each.get("key") == key)
    return TableHead(
        key=key,
        title=str(tables[place].get("title", "")),
        categories=", ".join(tables[place].get("categories") or []),
        title_fault=faults.at(f"/tables/{place}/title"),
        categories_fault=faults.under(f"/tables/{place}/categories"),
    )
