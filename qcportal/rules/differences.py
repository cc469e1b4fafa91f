"""What differs between two versions of a rulebook, in words and in the order of the document.

Complete: there is no difference if and only if the digests of the two are equal.
"""

from collections import Counter
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from types import MappingProxyType
from typing import Any, Literal

from qcportal.language import lazy_gettext
from qcportal.rules.book import EVERY_ITEM, RulebookDocument
from qcportal.rules.part_words import PART_NAMES, say_part

Kind = Literal["added", "removed", "changed", "moved"]
What = Literal["title", "table", "row", "check", "photo", "decision", "synonyms", "review"]
Json = Mapping[str, Any]
Group = tuple[str, ...]
Lists = Mapping[str, tuple[Group, ...]]
UNNAMED: Mapping[What, str] = MappingProxyType({"row": "no name", "decision": "no words"})
"""How a row is called that people gave no name: its id would tell them nothing."""

CELLS: Mapping[str, str] = MappingProxyType({"cells": "Cell", "answers": "Answer to"})
WORDS = lazy_gettext("Words")


@dataclass(frozen=True)
class Change:
    """One part before and after, in words; empty where there was or is none."""

    part: str
    before: str
    after: str


@dataclass(frozen=True)
class Difference:
    """One thing that was added, removed, changed or moved, and where it stands, in words.

    `row` is the id of the rule or decision it belongs to, if any; `changes` are its parts.
    """

    kind: Kind
    what: What
    where: str
    row: str = ""
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True)
class _Level:
    """One list of the document: what its elements are, how they are told apart and called.

    `place` is where the list stands, in words; `lists` are the lists inside an element.
    """

    what: What
    identity: str
    title: str
    place: str = ""
    row: str = ""
    lists: tuple[tuple[str, What], ...] = ()
    tables: Mapping[str, str] = field(default_factory=dict)


def differences(old: RulebookDocument, new: RulebookDocument) -> tuple[Difference, ...]:
    """Give everything that differs, in the order of the new document, removed things last."""
    one: Json = old.as_json()
    other: Json = new.as_json()
    return (
        *_of_whole("title", "The rulebook", {"title": old.title}, {"title": new.title}),
        *_of_list(_Level("table", "key", "title"), *_both("tables", one, other)),
        *_of_list(_rows("row", old, new), *_both("rules", one, other)),
        *_of_list(_rows("decision", old, new), *_both("decisions", one, other)),
        *_of_synonyms(old.synonyms, new.synonyms),
        *_of_whole("review", "Time to decide", one.get("review"), other.get("review")),
    )


def _rows(what: What, old: RulebookDocument, new: RulebookDocument) -> _Level:
    tables = {table.key: table.title for book in (old, new) for table in book.tables}
    lists: tuple[tuple[str, What], ...] = (("checks", "check"), ("photos", "photo"))
    if what == "decision":
        return _Level(what, "id", "say", tables=tables)
    return _Level(what, "id", "title", lists=lists, tables=tables)


def _both(name: str, one: Json, other: Json) -> tuple[list[Json], list[Json]]:
    return one.get(name, []), other.get(name, [])


def _of_whole(what: What, where: str, one: Json | None, other: Json | None) -> Iterator[Difference]:
    if one == other:
        return
    kind: Kind = "changed" if one and other else "added" if other else "removed"
    yield Difference(kind, what, where, changes=_changes(one or {}, other or {}, ()))


def _of_list(level: _Level, one: Sequence[Json], other: Sequence[Json]) -> Iterator[Difference]:
    before, after = _by_identity(level, one), _by_identity(level, other)
    moved = _moved([key for key in before if key in after], [key for key in after if key in before])
    for key, element in after.items():
        if key not in before:
            yield _whole_element("added", level, {}, element)
            continue
        yield from _of_element(level, before[key], element)
        if key in moved:
            yield Difference("moved", level.what, _where(level, element), _row_of(level, element))
    for key, element in before.items():
        if key not in after:
            yield _whole_element("removed", level, element, {})


def _by_identity(level: _Level, elements: Sequence[Json]) -> dict[tuple[str, int], Json]:
    """Key each element by its identity and how often that came before: photos may repeat."""
    seen: Counter[str] = Counter()
    keyed: dict[tuple[str, int], Json] = {}
    for element in elements:
        name = element[level.identity]
        keyed[name, seen[name]] = element
        seen[name] += 1
    return keyed


def _moved(one: Sequence[Hashable], other: Sequence[Hashable]) -> set[Hashable]:
    if one == other:
        return set()
    blocks = SequenceMatcher(None, one, other, autojunk=False).get_matching_blocks()
    kept = {other[block.b + number] for block in blocks for number in range(block.size)}
    return set(other) - kept


def _of_element(level: _Level, one: Json, other: Json) -> Iterator[Difference]:
    if one == other:
        return
    where, row = _where(level, other), _row_of(level, other)
    inner = tuple(name for name, _ in level.lists)
    if changes := _changes(one, other, inner):
        yield Difference("changed", level.what, where, row, changes)
    for name, what in level.lists:
        title = "question" if what == "check" else "title"
        photos: tuple[tuple[str, What], ...] = (("photos", "photo"),) if what == "check" else ()
        below = _Level(what, "key", title, where, row, photos)
        yield from _of_list(below, *_both(name, one, other))


def _whole_element(kind: Kind, level: _Level, one: Json, other: Json) -> Difference:
    element = other or one
    where, row = _where(level, element), _row_of(level, element)
    return Difference(kind, level.what, where, row, _changes(one, other, ()))


def _where(level: _Level, element: Json) -> str:
    title = element.get(level.title) or UNNAMED.get(level.what) or element[level.identity]
    if level.what in {"row", "decision"}:
        table = level.tables.get(element.get("table", ""), EVERY_ITEM)
        return f"“{title}” in “{table}”"
    return f"{level.place}: “{title}”" if level.place else f"“{title}”"


def _row_of(level: _Level, element: Json) -> str:
    return str(element["id"]) if level.what in {"row", "decision"} else level.row


def _changes(one: Json, other: Json, leave_out: Sequence[str]) -> tuple[Change, ...]:
    before, after = _parts(one, leave_out), _parts(other, leave_out)
    return tuple(
        Change(label, *(say_part(name, parts.get((label, name))) for parts in (before, after)))
        for label, name in {**before, **after}
        if before.get((label, name)) != after.get((label, name))
    )


def _parts(element: Json, leave_out: Sequence[str]) -> dict[tuple[str, str], Any]:
    """Give the parts of an element by label and name; each cell is a part of its own."""
    parts: dict[tuple[str, str], Any] = {}
    for name, value in element.items():
        if name in CELLS:
            parts |= {(f"{CELLS[name]} {key}", ""): cell for key, cell in sorted(value.items())}
        elif name not in leave_out:
            parts[PART_NAMES[name], name] = value
    return parts


def _of_synonyms(one: Lists, other: Lists) -> Iterator[Difference]:
    for name in sorted({*one, *other}):
        before, after = one.get(name), other.get(name)
        if before == after:
            continue
        kind: Kind = "added" if before is None else "removed" if after is None else "changed"
        changes = tuple(_of_groups(before or (), after or ()))
        if kind == "changed" and not changes:
            kind = "moved"
        yield Difference(kind, "synonyms", f"“{name}”", changes=changes)


def _of_groups(one: Sequence[Group], other: Sequence[Group]) -> Iterator[Change]:
    """Pair the groups that are not on both sides by their first word."""
    gone = list((Counter(one) - Counter(other)).elements())
    for group in (Counter(other) - Counter(one)).elements():
        known = next((each for each in gone if each[0] == group[0]), None)
        if known is not None:
            gone.remove(known)
        yield Change(WORDS, say_part("", list(known or ())), say_part("", list(group)))
    for group in gone:
        yield Change(WORDS, say_part("", list(group)), "")
