"""What one item's inspection asks, frozen when issued: checks, photo slots and the reasons."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

from qcportal.errors import Fault, Invalid
from qcportal.rules import canonical, masking
from qcportal.rules.book import Because, JsonObject, Qc, ReviewPolicy, Row
from qcportal.rules.canonical import JsonValue
from qcportal.rules.comparators import Expected

__all__ = ["Because", "Check", "Checklist", "Row", "Slot"]

ADDED = {"unit", "last_digits", "also"}
LATER = ("units", "rows", "review", "qc", "routed_by")


@dataclass(frozen=True)
class Check:
    """One question, with the right answer filled in where it is known.

    `unit` counts the pieces of an item from 1; 0 asks once for all of them. With `last_digits` the
    app is not told the right answer and asks for that many of its last characters. `also` holds
    other words for the expected one.
    """

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
    unit: int = 0
    last_digits: int = 0
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class Slot:
    """One expected photo (or other capture kind); `check_key` is the first check it serves."""

    key: str
    title: str
    kind: str
    required: bool = True
    check_key: str | None = None
    hint: str = ""
    unit: int = 0


@dataclass(frozen=True)
class Checklist:
    """Everything asked about one item under one rulebook version; never edited.

    `units` is the number of pieces that are judged one by one, 1 where the item is judged as one.
    `rows` decide before the required checks do, the first that fits. `qc` and `routed_by` say that
    a rule routed the item to photos only or to no check.
    """

    rulebook_version: int
    checks: tuple[Check, ...] = ()
    slots: tuple[Slot, ...] = ()
    units: int = 1
    rows: tuple[Row, ...] = ()
    review: ReviewPolicy | None = None
    qc: Qc = "full"
    routed_by: Because | None = None

    @property
    def asks(self) -> bool:
        """Tell whether anything is asked; an empty checklist is the proof of why nothing is."""
        return bool(self.checks or self.slots)

    def to_json(self) -> JsonObject:
        """Give the checklist as JSON; `from_json` gives an equal one back.

        What has its default is left out, so that digests of checklists from before a part was
        thought of stay true.
        """
        plain: JsonObject = {
            "rulebook_version": self.rulebook_version,
            "checks": [_sparse(check) for check in self.checks],
            "slots": [_sparse(slot) for slot in self.slots],
        }
        return plain | {name: value for name in LATER if (value := _later(self, name))}

    @classmethod
    def from_json(cls, value: object) -> "Checklist":
        """Read what `to_json` gave; raises Invalid for anything else."""
        try:
            return cls(**_checklist_parts(value))
        except (TypeError, ValueError, KeyError, AttributeError) as error:
            fault = Fault("", "not_a_checklist", "This is not a stored checklist")
            raise Invalid("The checklist cannot be read", faults=[fault]) from error

    def for_phone(self) -> JsonObject:
        """Give the checklist as the app may have it: without the answers of masked checks."""
        return masking.for_phone(self.to_json())

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of the canonical JSON as hex; the proof of what was asked."""
        return canonical.digest(self.to_json())


def _checklist_parts(value: Any) -> dict[str, Any]:
    parts: dict[str, Any] = {
        "rulebook_version": int(value["rulebook_version"]),
        "checks": tuple(_check(each) for each in _list(value["checks"])),
        "slots": tuple(Slot(**each) for each in _list(value["slots"])),
    }
    readers: Mapping[str, Callable[[Any], Any]] = {
        "units": int,
        "rows": lambda rows: tuple(_row(each) for each in _list(rows)),
        "review": lambda policy: ReviewPolicy(**policy),
        "qc": str,
        "routed_by": lambda because: Because(**because),
    }
    return parts | {name: readers[name](value[name]) for name in LATER if name in value}


def _row(value: Mapping[str, Any]) -> Row:
    answers = tuple(sorted((str(key), str(cell)) for key, cell in value["answers"].items()))
    return Row(value["name"], value["verdict"], value.get("say", ""), answers)


def _sparse(part: Check | Slot) -> JsonObject:
    plain = asdict(part)
    for name in ADDED & plain.keys():
        if not plain[name]:
            del plain[name]
    return plain


def _later(checklist: Checklist, name: str) -> JsonValue:
    value: Any = getattr(checklist, name)
    if name == "rows":
        return [
            {"name": row.name, "verdict": row.verdict, "say": row.say, "answers": dict(row.answers)}
            for row in value
        ]
    if value is None or value == Checklist.__dataclass_fields__[name].default:
        return None
    return value if isinstance(value, int | str) else asdict(value)


def _check(value: Mapping[str, Any]) -> Check:
    parts = dict(value)
    for name in ("choices", "reference_images", "slots", "also"):
        parts[name] = tuple(_list(parts.get(name, ())))
    parts["because"] = tuple(Because(**each) for each in _list(parts["because"]))
    parts["tolerance"] = float(parts["tolerance"])
    if isinstance(parts["expected"], int):  # a store may give 5.0 back as 5
        parts["expected"] = float(parts["expected"])
    return Check(**parts)


def _list(value: Any) -> Sequence[Any]:
    if not isinstance(value, list | tuple):
        raise TypeError("a list is wanted")
    return value
