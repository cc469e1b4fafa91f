"""Builds the home page of a merchant's rules from the draft or the version in force."""

from collections import Counter
from typing import Any

from qcportal import rulebooks
from qcportal.blueprints.jinja import day_words, local_time
from qcportal.blueprints.rule_pages.saving import Desk
from qcportal.blueprints.showing.frames import zone
from qcportal.blueprints.shown.frame import Badge, Note, Option
from qcportal.blueprints.shown.rules_home import DraftState, RulesHome, TableCard, VersionRow
from qcportal.blueprints.shown.rules_words import list_words
from qcportal.db import db
from qcportal.language import gettext as _
from qcportal.language import lazy_gettext
from qcportal.rulebooks import STARTERS, Rulebook, RulebookDraft, editing
from qcportal.rules.synonyms import BUILT_IN

RECENT = 5
EVERY_ITEM_TITLE = lazy_gettext("Every item")


def build(desk: Desk) -> RulesHome:
    """Build the page."""
    found = db.session.scalars(rulebooks.select_versions(desk.merchant.id).limit(RECENT + 1)).all()
    live, draft = desk.live, desk.draft
    return RulesHome(
        store=desk.merchant.name,
        crumb=desk.merchant.name if desk.door.name == "admin" else "",
        may_edit=desk.door.may_edit,
        live=live_words(live),
        badge=draft_badge(desk) if draft else Badge("", "circle-check", _("No open draft")),
        cards=tuple(_cards(desk)),
        versions=tuple(version_row(desk, each) for each in found[:RECENT]),
        review=_review_words(desk.document.get("review")),
        words=_list_words(desk.document.get("synonyms") or {}),
        draft=_draft_state(desk),
        starters=tuple(Option(each.name, f"{each.title}: {each.description}") for each in STARTERS)
        if live is None
        else (),
        notes=_notes(desk),
        more_versions=len(found) > RECENT,
        compare=desk.door.url("rules_compare") if (draft and live) or len(found) > 1 else "",
        undo=draft.undo if draft and draft.previous is not None and desk.door.may_edit else "",
        undo_action=desk.table_url(editing.EVERY_ITEM),
        publish=_("Publish version %(number)s", number=(live.version if live else 0) + 1),
    )


def live_words(live: Rulebook | None) -> str:
    """Say which version is in force."""
    if live is None:
        return _("Nothing is live yet")
    day = day_words(live.published_at, year=True)
    return _("Live: version %(number)s, since %(day)s", number=live.version, day=day)


def saved_words(draft: RulebookDraft | None) -> str:
    """Say when the draft was saved last, and by whom."""
    if draft is None:
        return ""
    at = local_time(draft.updated_at, zone())
    return _("Saved %(time)s by %(name)s", time=at, name=draft.updated_by)


def draft_badge(desk: Desk) -> Badge:
    """Give the chip beside a title: a draft, or the live version."""
    number = (desk.live.version if desk.live else 0) + 1
    if desk.reading is not None:
        return Badge("", "lock", _("Version %(number)s", number=desk.reading.version))
    if desk.draft is None:
        return Badge(
            "",
            "circle-check",
            _("Version %(number)s", number=number - 1) if desk.live else _("Nothing yet"),
        )
    return Badge("late", "circle-dashed", _("Draft %(number)s", number=number))


def version_row(desk: Desk, version: Rulebook) -> VersionRow:
    """Give one line of the list of versions."""
    number = version.version
    return VersionRow(
        number=number,
        title=version.title,
        note=version.note,
        at=version.published_at,
        by=version.published_by,
        href=desk.door.url("rules_version", number=number),
        compare=desk.door.url("rules_compare", old=number - 1, new=number) if number > 1 else "",
        live=desk.live is not None and desk.live.version == number,
    )


def _cards(desk: Desk) -> list[TableCard]:
    document = desk.document
    faults = _faults_per_table(desk)
    every = _card(desk, editing.EVERY_ITEM, EVERY_ITEM_TITLE, _("All categories"), faults)
    tables = [
        _card(desk, str(each.get("key", "")), str(each.get("title", "")), _categories(each), faults)
        for each in editing.tables_of(document)
    ]
    return [every, *tables]


def _card(desk: Desk, key: str, title: str, categories: str, faults: Counter[str]) -> TableCard:
    return TableCard(
        title=title or _("Untitled"),
        href=desk.table_url(key),
        categories=categories,
        rows=len(editing.rows_of(desk.document, "rules", key)),
        decisions=len(editing.rows_of(desk.document, "decisions", key)),
        faults=faults[key],
        key=key,
    )


def _categories(table: dict[str, Any]) -> str:
    return ", ".join(table.get("categories") or []) or _("No category yet")


def _faults_per_table(desk: Desk) -> Counter[str]:
    found: Counter[str] = Counter()
    for fault in desk.understood.faults:
        found[table_of_fault(desk.document, fault.path)] += 1
    return found


def table_of_fault(document: dict[str, Any], path: str) -> str:
    """Give the key of the table to which a fault's JSON pointer leads; "" for the others."""
    parts = path.split("/")
    if len(parts) < 3 or parts[1] not in ("rules", "decisions", "tables") or not parts[2].isdigit():
        return editing.EVERY_ITEM
    rows = document.get(parts[1]) or []
    row = rows[int(parts[2])] if int(parts[2]) < len(rows) else {}
    return str(row.get("key" if parts[1] == "tables" else "table") or editing.EVERY_ITEM)


def _draft_state(desk: Desk) -> DraftState | None:
    draft = desk.draft
    if draft is None:
        return None
    return DraftState(
        revision=draft.revision,
        at=draft.updated_at,
        by=draft.updated_by,
        faults=len(desk.understood.faults),
        base=draft.base_version,
    )


def _review_words(review: Any) -> str:
    if not isinstance(review, dict):
        return _("A person of the carrier decides what needs a look.")
    minutes = review.get("minutes", 30)
    if review.get("default") == "pass":
        return _("You have %(n)s minutes to decide; after that the item passes.", n=minutes)
    return _("You have %(n)s minutes to decide; after that the item fails.", n=minutes)


def _list_words(lists: dict[str, Any]) -> str:
    own = ", ".join(list_words(name).lower() for name in sorted(lists))
    names = ", ".join(list_words(name).lower() for name in sorted({*BUILT_IN, *lists}))
    return _("%(lists)s (your own: %(own)s)", lists=names, own=own) if own else f"{names}."


def _notes(desk: Desk) -> tuple[Note, ...]:
    draft, live = desk.draft, desk.live
    if draft is None or live is None or draft.base_version == live.version:
        return ()
    words = _("Version %(number)s was published after this draft was started.", number=live.version)
    return (Note("late", "triangle-alert", words, _("Compare the two before you publish.")),)
