"""Builds the page of the rulebook's name, the time to decide and the lists of words."""

from typing import Any

from qcportal import rulebooks
from qcportal.blueprints.access import settings
from qcportal.blueprints.rule_pages.saving import Desk
from qcportal.blueprints.showing.rules_faults import Faults, bounded, fault_note, pointer
from qcportal.blueprints.showing.rules_home import draft_badge, saved_words
from qcportal.blueprints.showing.rules_table import Typed
from qcportal.blueprints.shown.frame import Link, Note, Option
from qcportal.blueprints.shown.rules_lists import SettingsPage, WordListForm
from qcportal.blueprints.shown.rules_row import RuleField
from qcportal.blueprints.shown.rules_words import list_words
from qcportal.language import gettext as _
from qcportal.language import lazy_gettext
from qcportal.rules.synonyms import BUILT_IN

WHO_DECIDES = (
    Option("", lazy_gettext("A person of the carrier, without a clock")),
    Option("fail", lazy_gettext("The store; after the time the item fails")),
    Option("pass", lazy_gettext("The store; after the time the item passes")),
)


def build(desk: Desk, typed: Typed, *, seen: str) -> SettingsPage:
    """Build the page; `seen` marks what the draft holds now."""
    document, draft = typed.document, desk.draft
    faults = Faults({})
    if draft is not None:
        faults = Faults.of(rulebooks.understand(document, settings().capture_kinds).faults)
    own = document.get("synonyms") or {}
    lists = tuple(_list(name, own, faults) for name in sorted({*BUILT_IN, *own}))
    fields = (
        RuleField("title", _("Name of the rules"), str(document.get("title", "")),
                  fault=faults.at("/title")),
        *_review(document.get("review"), faults),
    )  # fmt: skip
    return SettingsPage(
        back=Link(desk.door.url("rules"), _("QC rules")),
        badge=draft_badge(desk),
        action=desk.door.url("rules_settings"),
        edits=desk.edits,
        fields=fields,
        lists=lists,
        new_list=RuleField("new-list", _("Name of a new list"), hint=_("materials, patterns …")),
        seen=seen,
        page=typed.page,
        saved=saved_words(draft),
        clash=typed.clash,
        notes=_notes([*fields, *(each.field for each in lists)]),
    )


def written(groups: Any) -> str:
    """Write a list as it is typed: a group a line, commas between its words."""
    return "\n".join(", ".join(str(word) for word in group) for group in groups)


def _review(review: Any, faults: Faults) -> tuple[RuleField, RuleField]:
    policy = review if isinstance(review, dict) else {}
    chosen = str(policy.get("default") or "fail") if policy else ""
    return (
        RuleField("review", _("Who decides on an item that needs a look"), chosen, "choice",
                  WHO_DECIDES, fault=faults.at("/review/default") or faults.at("/review")),
        RuleField("minutes", _("Minutes the store has"), str(policy.get("minutes", 30)), "number",
                  hint=_("The executive waits at the door. 1 to 1,440."),
                  fault=faults.at("/review/minutes")),
    )  # fmt: skip


def _list(name: str, own: dict[str, Any], faults: Faults) -> WordListForm:
    groups = own.get(name, BUILT_IN.get(name, ()))
    return WordListForm(
        name=name,
        title=list_words(name),
        field=RuleField(
            f"list.{name}", _("One group a line, commas between words that mean the same"),
            written(groups), "area", fault=faults.under(pointer("synonyms", name)),
        ),
        groups=len(groups),
        own=name in own,
        built_in=name in BUILT_IN,
    )  # fmt: skip


def _notes(fields: list[RuleField]) -> tuple[Note, ...]:
    return bounded(
        [fault_note(field.label, field.fault, f"#{field.name}") for field in fields if field.fault]
    )
