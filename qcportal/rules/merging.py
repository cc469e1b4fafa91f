"""What the rows that fit one item ask together: a check or photo of several rows is one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from qcportal.rules.book import CheckSpec, Rule, SlotSpec
from qcportal.rules.settling import Wanted


class Photo(NamedTuple):
    """A slot as the rows want it together, and the first check that asked for it.

    `per_unit` says that some check which is asked of each piece wants it.
    """

    spec: SlotSpec
    check_key: str | None
    per_unit: bool


@dataclass(frozen=True)
class Wishes:
    """All that rows ask of one item: checks and photos, each in document order.

    `is_plain` tells that each photo is wanted once, so that its key is its slot's.
    """

    checks: tuple[Wanted, ...]
    photos: Mapping[str, Photo]
    is_plain: bool


def merge(rules: Sequence[Rule]) -> Wishes:
    """Merge what rows ask: required if any row requires it, with all of them as its reasons."""
    photos: dict[str, Photo] = {}
    asking: dict[str, list[tuple[Rule, CheckSpec]]] = {}
    for rule in rules:
        for check in rule.checks:
            asking.setdefault(check.key, []).append((rule, check))
            for slot in check.photos:
                _add(photos, slot, check)
        for slot in rule.photos:
            _add(photos, slot, None)
    plain = all(photo.spec.min_count == 1 for photo in photos.values())
    return Wishes(tuple(_merge_check(pairs) for pairs in asking.values()), photos, plain)


def _merge_check(pairs: Sequence[tuple[Rule, CheckSpec]]) -> Wanted:
    rule, first = pairs[0]
    if len(pairs) == 1:
        return Wanted(first, first.required, (rule.because,), first.slot_keys)
    return Wanted(
        spec=first,
        required=any(check.required for _, check in pairs),
        because=tuple(rule.because for rule, _ in pairs),
        slots=tuple(dict.fromkeys(key for _, check in pairs for key in check.slot_keys)),
    )


def _add(photos: dict[str, Photo], slot: SlotSpec, check: CheckSpec | None) -> None:
    key, per_unit = (check.key, check.per_unit) if check else (None, False)
    known = photos.get(slot.key)
    if known is None:
        photos[slot.key] = Photo(slot, key, per_unit)
        return
    spec = known.spec
    if spec is not slot:
        spec = replace(
            spec,
            min_count=max(spec.min_count, slot.min_count),
            required=spec.required or slot.required,
            hint=spec.hint or slot.hint,
        )
    photos[slot.key] = Photo(spec, known.check_key or key, known.per_unit or per_unit)
