"""What the page of word lists and the time to decide shows."""

from dataclasses import dataclass

from qcportal.blueprints.shown.frame import Badge, Link, Note
from qcportal.blueprints.shown.rules_row import RuleField


@dataclass(frozen=True)
class WordListForm:
    """One list of words that mean the same; `own` when it is not the built-in one any more."""

    name: str
    title: str
    field: RuleField
    groups: int
    own: bool
    built_in: bool


@dataclass(frozen=True)
class SettingsPage:
    """`rules/settings.html`: the rulebook's name, the time to decide, the lists of words."""

    back: Link
    badge: Badge
    action: str
    edits: bool
    fields: tuple[RuleField, ...]
    lists: tuple[WordListForm, ...]
    new_list: RuleField
    seen: str = ""
    page: str = ""
    saved: str = ""
    clash: str = ""
    notes: tuple[Note, ...] = ()
