"""What the page of one row shows: its checks and photos as fields."""

from dataclasses import dataclass
from typing import Literal

from qcportal.blueprints.shown.frame import Badge, Link, Note, Option
from qcportal.language import gettext as _

FieldKind = Literal["text", "area", "choice", "tick", "number"]


@dataclass(frozen=True)
class RuleField:
    """One field: `name` is also its id; a `tick` is on or off; `list` names offered words."""

    name: str
    label: str
    value: str = ""
    kind: FieldKind = "text"
    options: tuple[Option, ...] = ()
    hint: str = ""
    fault: str = ""
    on: bool = False
    long: bool = False
    list: str = ""

    @property
    def words(self) -> str:
        """Give the value as it is read where nothing can be typed."""
        if self.kind == "tick":
            return _("Yes") if self.on else _("No")
        chosen = (each.label for each in self.options if each.value == self.value)
        return next(chosen, self.value)


@dataclass(frozen=True)
class PhotoFields:
    """One photo slot; `place` ends the names of its buttons."""

    place: str
    key: RuleField
    fields: tuple[RuleField, ...]
    number: int
    fault: str = ""


@dataclass(frozen=True)
class CheckFields:
    """One check: what is always seen, what is seldom needed, and its photos."""

    place: int
    key: RuleField
    title: str
    fields: tuple[RuleField, ...]
    more: tuple[RuleField, ...]
    photos: tuple[PhotoFields, ...]
    more_open: bool = False
    fault: str = ""


@dataclass(frozen=True)
class RowPage:
    """`rules/row.html`: one row with the form of its checks; `clash` as on a table's page."""

    title: str
    number: int
    back: Link
    badge: Badge
    action: str
    edits: bool
    condition: str
    fields: tuple[RuleField, ...]
    checks: tuple[CheckFields, ...]
    photos: tuple[PhotoFields, ...]
    facts: tuple[Option, ...]
    seen: str = ""
    page: str = ""
    saved: str = ""
    clash: str = ""
    notes: tuple[Note, ...] = ()
