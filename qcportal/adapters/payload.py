"""A carrier's payload as parts that remember what was taken from them, so that nothing gets lost.

What the return cannot do without is a fault; what it can do without is a note.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from qcportal.adapters.adapted import Note, NoteKind, kept
from qcportal.errors import Fault, Invalid

MAX_DEPTH = 24
MAX_VALUES = 400_000
MAX_NOTES = 200
MAX_FAULTS = 100
NO_USE = "A quality check has no use for it."


@dataclass
class Report:
    """Faults of the whole payload, and the notes of the part that is read now."""

    faults: list[Fault] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)

    def fault(self, path: str, code: str, message: str) -> None:
        """Add a fault; the first hundred are told."""
        found = Fault(path, code, message)
        if len(self.faults) < MAX_FAULTS and found not in self.faults:
            self.faults.append(found)

    def note(self, path: str, kind: NoteKind, reason: str, value: object = None) -> None:
        """Add a note, once; a return that is mostly unknown is a fault of its own."""
        if len(self.notes) == MAX_NOTES:
            text = f"More than {MAX_NOTES} places are not of this carrier's format"
            self.fault("", "not_this_format", text)
            return
        if not any(each.path == path and each.kind == kind for each in self.notes):
            self.notes.append(Note(path, kind, reason, kept(value)))

    def take_notes(self) -> tuple[Note, ...]:
        """Give the notes since the last call."""
        notes, self.notes = tuple(self.notes), []
        return notes

    def finish(self) -> None:
        """Raise Invalid with every fault, if there is one."""
        if self.faults:
            raise Invalid("The payload cannot be read.", faults=self.faults)


class Part:
    """One object of a payload, at its pointer."""

    def __init__(self, value: Mapping[str, Any], path: str, report: Report) -> None:
        self.value = value
        self.path = path
        self.report = report
        self.taken: set[str] = set()

    def at(self, name: str) -> str:
        """Give the pointer of a key (RFC 6901)."""
        return f"{self.path}/{name.replace('~', '~0').replace('/', '~1')}"

    def take(self, name: str) -> Any:
        """Give what stands under a key, or None."""
        self.taken.add(name)
        return self.value.get(name)

    def has(self, name: str) -> bool:
        """Tell whether something stands under a key."""
        return self.value.get(name) not in (None, "", [], {})

    def part(self, name: str) -> "Part":
        """Give the object under a key; an empty one if there is none."""
        value = self.take(name)
        if value is not None and not isinstance(value, Mapping):
            self.unusable(name, "An object is wanted here.")
        return Part(value if isinstance(value, Mapping) else {}, self.at(name), self.report)

    def parts(self, name: str, *, most: int, least: int = 0) -> "list[Part]":
        """Give the objects of the list under a key; `most` and `least` are faults."""
        value = self.take(name)
        listed = value if isinstance(value, list) else [] if value is None else None
        if listed is None:
            self.report.fault(self.at(name), "wrong_type", "A list is wanted here")
            return []
        if not least <= len(listed) <= most:
            text = f"Between {least} and {most} are wanted here"
            self.report.fault(self.at(name), "wrong_length", text)
        return list(self._objects(name, listed[:most]))

    def unused(self, *names: str, reason: str = NO_USE) -> None:
        """Note keys of the format that the return has no use for, where something stands there."""
        for name in names:
            if name not in self.taken and self.has(name):
                self.report.note(self.at(name), "unused", reason, self.value[name])
            self.taken.add(name)

    def unused_from(self, *beginnings: str) -> None:
        """Note every key with one of these beginnings as of no use."""
        self.unused(*[name for name in self.value if name.startswith(beginnings)])

    def unusable(self, name: str, reason: str) -> None:
        """Note that what stands under a key cannot be kept."""
        self.taken.add(name)
        self.report.note(self.at(name), "unusable", reason, self.value.get(name))

    def assume(self, name: str, reason: str) -> None:
        """Note what was taken for granted because the payload leaves it open."""
        self.report.note(self.at(name), "assumed", reason, self.value.get(name))

    def close(self) -> list[str]:
        """Note every key that was not taken, and give their names."""
        left = [name for name in self.value if name not in self.taken]
        for name in left:
            text = "The format, as far as it is known here, has no such key."
            self.report.note(self.at(name), "unknown", text, self.value[name])
        return left

    def _objects(self, name: str, listed: list[Any]) -> "Iterator[Part]":
        for place, each in enumerate(listed):
            path = f"{self.at(name)}/{place}"
            if isinstance(each, Mapping):
                yield Part(each, path, self.report)
            else:
                self.report.fault(path, "wrong_type", "An object is wanted here")


def open_payload(payload: object) -> Part:
    """Give the whole payload as a part; raises Invalid unless it is a JSON object of fair size."""
    _check(payload)
    if not isinstance(payload, Mapping):
        fault = Fault("", "wrong_type", "The payload is an object")
        raise Invalid("The payload cannot be read.", faults=[fault])
    return Part(payload, "", Report())


def _check(payload: object) -> None:
    """Walk through without recursion, however deep it is nested."""
    waiting: list[tuple[object, int]] = [(payload, 0)]
    for seen in range(MAX_VALUES + 1):
        if not waiting:
            return
        value, depth = waiting.pop()
        if depth > MAX_DEPTH or seen == MAX_VALUES or not _is_json(value):
            break
        if isinstance(value, list | Mapping):
            inner = value if isinstance(value, list) else value.values()
            waiting += [(each, depth + 1) for each in inner]
    text = f"JSON of at most {MAX_DEPTH} levels and {MAX_VALUES} values is wanted"
    raise Invalid("The payload cannot be read.", faults=[Fault("", "not_fair", text)])


def _is_json(value: object) -> bool:
    if isinstance(value, Mapping):
        return all(isinstance(name, str) for name in value)
    if isinstance(value, float):
        return math.isfinite(value)
    if isinstance(value, int):
        return value.bit_length() <= 4_096  # more digits than Python writes as text
    return value is None or isinstance(value, str | list)
