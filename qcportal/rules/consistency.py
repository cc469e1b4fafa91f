"""What the rows of one book must agree on: ids, and keys that several rules use."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from qcportal.errors import Fault
from qcportal.language import gettext as _
from qcportal.rules.book import CheckSpec, RulebookDocument, SlotSpec
from qcportal.rules.facts import nearest
from qcportal.rules.places import MAX_FAULTS
from qcportal.rules.synonyms import BUILT_IN


def check(book: RulebookDocument, faults: list[Fault]) -> None:
    """Add a fault for every repeated id and every key that means two things."""
    found = [
        *_repeated("rules", "id", [rule.id for rule in book.rules]),
        *_repeated("tables", "key", [table.key for table in book.tables]),
        *_repeated("decisions", "id", [decision.id for decision in book.decisions]),
        *_check_keys(book),
        *_slot_keys(book),
        *_lists(book),
    ]
    faults.extend(found[: max(0, MAX_FAULTS - len(faults))])


def _repeated(part: str, name: str, keys: Sequence[str]) -> Iterator[Fault]:
    seen: dict[str, int] = {}
    for number, key in enumerate(keys):
        if key and seen.setdefault(key, number) != number:
            message = f"The {name} {key!r} is taken by /{part}/{seen[key]}"
            yield Fault(f"/{part}/{number}/{name}", f"duplicate_{name}", message)


def _check_keys(book: RulebookDocument) -> Iterator[Fault]:
    seen: dict[str, tuple[int, CheckSpec]] = {}
    for number, rule in enumerate(book.rules):
        for place, spec in enumerate(rule.checks):
            at, path = seen.setdefault(spec.key, (number, spec)), f"/rules/{number}/checks/{place}"
            if not spec.key or at[1] is spec:
                continue
            if at[0] == number:
                message = _("The key %(key)s is used twice in this rule", key=repr(spec.key))
                yield Fault(f"{path}/key", "duplicate_key", message)
            elif _meaning(at[1]) != _meaning(spec):
                message = f"The key {spec.key!r} asks something else in /rules/{at[0]}"
                hint = _("give it another key, or ask the same in both")
                yield Fault(f"{path}/key", "key_reused", message, hint)


def _meaning(spec: CheckSpec) -> CheckSpec:
    """Leave out what merging may differ in: whether it is required, and its photos."""
    return replace(spec, required=True, photos=())


def _slot_keys(book: RulebookDocument) -> Iterator[Fault]:
    merged: dict[str, SlotSpec] = {}
    for number, slot in _slots(book):
        known = merged.setdefault(slot.key, slot)
        if slot.key and (known.kind, known.title) != (slot.kind, slot.title):
            message = _(
                "The photo key %(key)s has another title or kind elsewhere", key=repr(slot.key)
            )
            yield Fault(f"/rules/{number}", "slot_reused", message, _("give it another key"))
        most = max(known.min_count, slot.min_count)
        merged[slot.key] = replace(known, min_count=most)
    for number, slot in _slots(book):
        for expanded in merged[slot.key].expanded_keys()[1:]:
            if expanded in merged:
                message = _(
                    "%(key)s times %(min_count)s needs %(expanded)s too",
                    key=repr(slot.key),
                    min_count=merged[slot.key].min_count,
                    expanded=repr(expanded),
                )
                yield Fault(f"/rules/{number}", "slot_clash", message, _("rename one of the two"))


def _slots(book: RulebookDocument) -> Iterator[tuple[int, SlotSpec]]:
    for number, rule in enumerate(book.rules):
        for slot in rule.slots():
            yield number, slot


def _lists(book: RulebookDocument) -> Iterator[Fault]:
    known = {**BUILT_IN, **book.synonyms}
    for number, rule in enumerate(book.rules):
        for place, spec in enumerate(rule.checks):
            if not spec.synonyms or spec.synonyms in known:
                continue
            near = nearest(spec.synonyms, sorted(known))
            hint = (
                _("did you mean %(word)s?", word=repr(near))
                if near
                else _("one of: %(list)s", list=", ".join(sorted(known)))
            )
            message = _("There is no list of synonyms %(synonyms)s", synonyms=repr(spec.synonyms))
            yield Fault(f"/rules/{number}/checks/{place}/synonyms", "unknown_list", message, hint)
