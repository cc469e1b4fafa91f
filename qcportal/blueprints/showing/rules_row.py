"""Builds the page of one row: where it stands, its checks and photos."""

from typing import Any

from qcportal import rulebooks
from qcportal.blueprints.access import settings
from qcportal.blueprints.rule_pages.saving import Desk
from qcportal.blueprints.showing.rules_check_fields import Given, check_fields, photo_fields
from qcportal.blueprints.showing.rules_faults import Faults, fault_note
from qcportal.blueprints.showing.rules_home import EVERY_ITEM_TITLE, draft_badge, saved_words
from qcportal.blueprints.showing.rules_table import Typed
from qcportal.blueprints.shown.frame import Link, Note, Option
from qcportal.blueprints.shown.rules_row import CheckFields, PhotoFields, RowPage, RuleField
from qcportal.blueprints.shown.rules_words import QC_OPTIONS, fact_words
from qcportal.language import gettext as _
from qcportal.rulebooks import editing
from qcportal.rules.facts import FACTS

USUAL_ATTRIBUTES = ("colour", "size", "serial_no", "imei", "ean", "storage", "material")


def build(desk: Desk, row_id: str, typed: Typed, *, seen: str) -> RowPage:
    """Build the page of the row with this id."""
    document, draft = typed.document, desk.draft
    rules = document.get("rules") or []
    place = next(at for at, row in enumerate(rules) if row.get("id") == row_id)
    row: dict[str, Any] = rules[place]
    faults = Faults({})
    if draft is not None:
        faults = Faults.of(rulebooks.understand(document, settings().capture_kinds).faults)
    table = str(row.get("table") or editing.EVERY_ITEM)
    at = f"/rules/{place}"
    checks = _checks(row, at, Given(faults, document))
    photos = tuple(
        photo_fields(slot, f"row.{number}", f"{at}/photos/{number}", faults)
        for number, slot in enumerate(row.get("photos") or [])
    )
    return RowPage(
        title=str(row.get("title", "")),
        number=[each.get("id") for each in editing.rows_of(document, "rules", table)].index(row_id)
        + 1,
        back=Link(
            desk.table_url(table, f"row-{row_id}"),
            _table_title(document, table),
        ),
        badge=draft_badge(desk),
        action=desk.row_url(row_id),
        edits=desk.edits,
        condition=condition_words(document, row),
        fields=_fields(row, at, faults),
        checks=checks,
        photos=photos,
        facts=_facts(document),
        seen=seen,
        page=typed.page,
        saved=saved_words(draft),
        clash=typed.clash,
        notes=_notes(checks, photos, faults.at(at)),
    )


def _fields(row: dict[str, Any], at: str, faults: Faults) -> tuple[RuleField, ...]:
    return (
        RuleField("title", _("Name of the row"), str(row.get("title", "")),
                  hint=_("It is shown where people ask why a check is asked."),
                  fault=faults.at(f"{at}/title")),
        RuleField("qc", _("Check"), str(row.get("qc") or "full"), "choice", QC_OPTIONS,
                  hint=_("“Photos only” and “No check” hold for the whole item."),
                  fault=faults.at(f"{at}/qc")),
    )  # fmt: skip


def condition_words(document: dict[str, Any], row: dict[str, Any]) -> str:
    """Say in words which items a row is for."""
    table = editing.find_table(document, str(row.get("table") or ""))
    parts = (
        [_("Category: %(list)s", list=", ".join(table.get("categories") or []))] if table else []
    )
    cells = (row.get("cells") or {}).items()
    parts += [f"{fact_words(name)}: {cell}" for name, cell in cells if cell not in ("", "any")]
    if row.get("when"):
        parts.append(_("And: %(expression)s", expression=row["when"]))
    return " · ".join(parts) or EVERY_ITEM_TITLE


def _table_title(document: dict[str, Any], table: str) -> str:
    found = editing.find_table(document, table) if table else None
    return str(found.get("title") or _("Untitled")) if found else EVERY_ITEM_TITLE


def _checks(row: dict[str, Any], at: str, given: Given) -> tuple[CheckFields, ...]:
    return tuple(
        check_fields(check, place, f"{at}/checks/{place}", given)
        for place, check in enumerate(row.get("checks") or [])
    )


def _facts(document: dict[str, Any]) -> tuple[Option, ...]:
    named = {f"attributes.{name}" for name in USUAL_ATTRIBUTES}
    for row in document.get("rules") or []:
        named |= {name for name in row.get("cells") or {} if name.startswith("attributes.")}
    names = [name for name, fact in FACTS.items() if fact.type != "list"]
    return tuple(Option(name, fact_words(name)) for name in [*names, *sorted(named)])


def _notes(
    checks: tuple[CheckFields, ...], photos: tuple[PhotoFields, ...], whole: str
) -> tuple[Note, ...]:
    notes = [Note("late", "circle-alert", _("This row:"), whole)] if whole else []
    for check in checks:
        slots = [field for photo in check.photos for field in photo.fields]
        for field in (*check.fields, *check.more, *slots):
            if field.fault:
                part = field.label.lower()
                where = _("Check %(number)s, %(part)s", number=check.place + 1, part=part)
                notes.append(fault_note(where, field.fault, f"#{field.name}"))
    for field in (field for photo in photos for field in photo.fields if field.fault):
        where = _("Photo, %(part)s", part=field.label.lower())
        notes.append(fault_note(where, field.fault, f"#{field.name}"))
    return tuple(notes)
