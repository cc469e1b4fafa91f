"""Builds the pages of published versions: the list, one of them, a comparison, the last look."""

from collections.abc import Sequence

from qcportal import rulebooks
from qcportal.blueprints.access import settings
from qcportal.blueprints.jinja import full_time
from qcportal.blueprints.rule_pages.saving import Desk
from qcportal.blueprints.showing import rules_analysis, rules_differences
from qcportal.blueprints.showing.frames import zone
from qcportal.blueprints.showing.rules_faults import Faults, bounded, sentence
from qcportal.blueprints.showing.rules_grids import Source, asked_grid, decided_grid
from qcportal.blueprints.showing.rules_home import table_of_fault, version_row
from qcportal.blueprints.showing.rules_table import table_head
from qcportal.blueprints.shown.frame import Badge, Fact, Link, Note, Option
from qcportal.blueprints.shown.rules_versions import (
    ComparePage,
    PublishPage,
    ReadTable,
    VersionPage,
    VersionsPage,
)
from qcportal.language import gettext as _
from qcportal.rulebooks import Rulebook, RulebookDraft, editing
from qcportal.rules.document import RulebookDocument

DRAFT = "draft"
MOST_CHOICES = 200


def listed(desk: Desk, found: Sequence[Rulebook]) -> VersionsPage:
    """Build the list of all versions."""
    return VersionsPage(_back(desk), tuple(version_row(desk, each) for each in found))


def read(desk: Desk, version: Rulebook) -> VersionPage:
    """Build the page of the version that the desk reads."""
    tables = ["", *(str(table["key"]) for table in editing.tables_of(version.document))]
    live = desk.live is not None and desk.live.version == version.version
    return VersionPage(
        number=version.version,
        title=version.title,
        back=Link(desk.door.url("rules_versions"), _("Versions")),
        badge=Badge("", "circle-check", _("Live"))
        if live
        else Badge("", "lock", _("Never changes")),
        facts=(
            Fact(_("Published"), full_time(version.published_at, zone())),
            Fact(_("By"), version.published_by),
            Fact(_("Note"), version.note or _("None")),
            Fact(_("Digest"), version.digest[:16], mono=True),
        ),
        tables=tuple(
            ReadTable(
                table_head(version.document, key, Faults({})),
                tuple(
                    grid(Source(version.document, key, Faults({}), desk.row_url, edits=False))
                    for grid in (asked_grid, decided_grid)
                ),
            )
            for key in tables
        ),
        compare=desk.door.url("rules_compare", old=version.version - 1, new=version.version)
        if version.version > 1
        else "",
    )


def compared(desk: Desk, old: str, new: str, found: Sequence[Rulebook]) -> ComparePage:
    """Build the comparison of two versions by number; "draft" names the draft."""
    before, after = _book(desk, old, found), _book(desk, new, found)
    choices = [Option(DRAFT, _("The draft"))] if desk.draft else []
    choices += [
        Option(str(each.version), _("Version %(number)s", number=each.version)) for each in found
    ]
    partial = DRAFT in (old, new) and desk.understood.faults
    note = Note(
        "late", "triangle-alert", _("The draft has faults."), _("Its faulty rows are not compared.")
    )
    return ComparePage(
        back=_back(desk),
        old=old,
        new=new,
        old_name=_name(old),
        new_name=_name(new),
        choices=tuple(choices),
        rows=rules_differences.rows(before, after, desk.row_url if new == DRAFT else None),
        notes=(note,) if partial else (),
    )


def before_publishing(
    desk: Desk, draft: RulebookDraft, *, note: str = "", note_fault: str = "", clash: str = ""
) -> PublishPage:
    """Build the last look: what differs, what is wrong, what stands out."""
    live, understood = desk.live, desk.understood
    book = understood.book
    kinds = settings().capture_kinds
    return PublishPage(
        back=_back(desk),
        number=(live.version if live else 0) + 1,
        over=live.version if live else 0,
        revision=draft.revision,
        rows=rules_differences.rows(live.parsed(kinds) if live else None, book, desk.row_url)
        if book
        else (),
        faults=bounded([_fault(desk, draft, at) for at in range(len(understood.faults))]),
        notes=bounded(rules_analysis.warnings(rules_analysis.findings(understood, draft.document))),
        may_edit=desk.door.may_edit,
        note=note,
        note_fault=note_fault,
        clash=clash,
    )


def _fault(desk: Desk, draft: RulebookDraft, at: int) -> Note:
    fault = desk.understood.faults[at]
    key = table_of_fault(draft.document, fault.path)
    table = editing.find_table(draft.document, key) if key else None
    where = str(table.get("title") or _("Untitled")) if table else _("Every item")
    return Note(
        "late", "circle-alert", f"{where}:", sentence(fault), desk.table_url(key), _("Mend it")
    )


def _book(desk: Desk, which: str, found: Sequence[Rulebook]) -> RulebookDocument:
    if which == DRAFT:
        return desk.understood.book or rules_differences.EMPTY
    kinds = settings().capture_kinds
    version = next((each for each in found if str(each.version) == which), None)
    if version is None:
        version = rulebooks.get_version(desk.merchant.id, int(which))
    return version.parsed(kinds)


def _name(which: str) -> str:
    return _("the draft") if which == DRAFT else _("version %(number)s", number=which)


def _back(desk: Desk) -> Link:
    return Link(desk.door.url("rules"), _("QC rules"))
