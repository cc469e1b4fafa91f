"""What one item's inspection asks, frozen when issued: checks, photo slots and the reasons."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

from qcportal.errors import Fault, Invalid
from qcportal.rules import canonical
from qcportal.rules.book import JsonObject
from qcportal.rules.comparators import Expected


@dataclass(frozen=True)
class Because:
    """The rule that asks for a check; an empty `rule_id` means the merchant's own question."""

    rule_id: str
    title: str
    when: str


@dataclass(frozen=True)
class Check:
    """One question, with the right answer filled in where it is known."""

    key: str
    type: str
    question: str
    help: str = ""
    required: bool = True
    expected: Expected | None = None
    choices: tuple[str, ...] = ()
    tolerance: float = 0.0
    reference_images: tuple[str, ...] = ()
    reason_code: str = ""
    because: tuple[Because, ...] = ()
    slots: tuple[str, ...] = ()


@dataclass(frozen=True)
class Slot:
    """One expected photo (or other capture kind); `check_key` is the first check it serves."""

    key: str
    title: str
    kind: str
    required: bool = True
    check_key: str | None = None
    hint: str = ""


@dataclass(frozen=True)
class Checklist:
    """Everything asked about one item under one rulebook version; never edited."""

    rulebook_version: int
    checks: tuple[Check, ...] = ()
    slots: tuple[Slot, ...] = ()

    def to_json(self) -> JsonObject:
        """Give the checklist as JSON; `from_json` gives an equal one back."""
        return {
            "rulebook_version": self.rulebook_version,
            "checks": [asdict(check) for check in self.checks],
            "slots": [asdict(slot) for slot in self.slots],
        }

    @classmethod
    def from_json(cls, value: object) -> "Checklist":
        """Read what `to_json` gave; raises Invalid for anything else."""
        try:
            return cls(**_checklist_parts(value))
        except (TypeError, ValueError, KeyError, AttributeError) as error:
            fault = Fault("", "not_a_checklist", "This is not a stored checklist")
            raise Invalid("The checklist cannot be read", faults=[fault]) from error

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of the canonical JSON as hex; the proof of what was asked."""
        return canonical.digest(self.to_json())


def _checklist_parts(value: Any) -> dict[str, Any]:
    return {
        "rulebook_version": int(value["rulebook_version"]),
        "checks": tuple(_check(each) for each in _list(value["checks"])),
        "slots": tuple(Slot(**each) for each in _list(value["slots"])),
    }


def _check(value: Mapping[str, Any]) -> Check:
    parts = dict(value)
    for name in ("choices", "reference_images", "slots"):
        parts[name] = tuple(_list(parts[name]))
    parts["because"] = tuple(Because(**each) for each in _list(parts["because"]))
    parts["tolerance"] = float(parts["tolerance"])
    if isinstance(parts["expected"], int):  # a store may give 5.0 back as 5
        parts["expected"] = float(parts["expected"])
    return Check(**parts)


def _list(value: Any) -> Sequence[Any]:
    if not isinstance(value, list | tuple):
        raise TypeError("a list is wanted")
    return value
