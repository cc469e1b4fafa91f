"""How far a draft can be understood: its faults, and the book made of the part without any."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from qcportal.errors import Fault, Invalid
from qcportal.rules import document as rules_document
from qcportal.rules.document import RulebookDocument

LISTS = ("tables", "rules", "decisions")
TRIES = 4


@dataclass(frozen=True)
class Understood:
    """`faults` of the whole document; `book` is what is left of it without the faulty rows."""

    book: RulebookDocument | None
    faults: tuple[Fault, ...] = ()


def understand(document: dict[str, Any], kinds: Collection[str]) -> Understood:
    """Parse a draft; where it has faults, parse what remains without the rows that have them."""
    try:
        return Understood(rules_document.parse(document, kinds=kinds))
    except Invalid as refused:
        faults = tuple(refused.faults)
    return Understood(_rest(document, faults, kinds), faults)


def _rest(
    document: dict[str, Any], faults: Collection[Fault], kinds: Collection[str]
) -> RulebookDocument | None:
    rest = document
    for _ in range(TRIES):
        rest = _without(rest, faults)
        try:
            return rules_document.parse(rest, kinds=kinds)
        except Invalid as refused:
            faults = refused.faults
    return None


def _without(document: dict[str, Any], faults: Collection[Fault]) -> dict[str, Any]:
    places = {tuple(fault.path.split("/")[1:3]) for fault in faults}
    left = {
        name: [row for at, row in enumerate(rows) if (name, str(at)) not in places]
        for name, rows in document.items()
        if name in LISTS and isinstance(rows, list)
    }
    whole = {place[0] for place in places} & {"synonyms", "review"}
    rest = {name: value for name, value in (document | left).items() if name not in whole}
    if ("title",) in places:
        rest["title"] = "Draft"
    known = {each.get("key") for each in rest.get("tables") or []}
    for name in ("rules", "decisions"):
        if isinstance(rest.get(name), list):
            rest[name] = [r for r in rest[name] if not r.get("table") or r["table"] in known]
    return rest
