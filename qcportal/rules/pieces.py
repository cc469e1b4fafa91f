"""Checks and photos of an item that comes in several pieces, each piece judged by itself.

The first piece keeps the plain keys (`tag`, `front`); the others are `tag_2`, `front_2`,
`front-2_2`. Keys of documents hold no `_`, so that the two cannot meet.
"""

from collections.abc import Collection
from dataclasses import replace
from functools import lru_cache

from qcportal.rules.book import SlotSpec
from qcportal.rules.checklist import Check, Slot
from qcportal.rules.merging import Photo

MOST_PIECES = 20


def count_pieces(quantity: int) -> int:
    """Give how many pieces are judged one by one: 1 where the item is judged as one."""
    return quantity if 2 <= quantity <= MOST_PIECES else 1


def piece_key(key: str, unit: int) -> str:
    """Give the key of a check or slot for one piece, counted from 1; 0 is for all of them."""
    return key if unit <= 1 else f"{key}_{unit}"


def slot_keys(photo: Photo, pieces: int, *, every_piece: bool) -> tuple[str, ...]:
    """Give the keys of a photo's slots: of the first piece, or of every piece it is taken of."""
    keys = photo.spec.expanded_keys()
    if not (photo.per_unit and every_piece):
        return keys
    return tuple(piece_key(key, unit) for unit in range(1, pieces + 1) for key in keys)


def spread_check(check: Check, pieces: int) -> list[Check]:
    """Give the check once for each piece."""
    return [
        replace(
            check,
            key=piece_key(check.key, unit),
            slots=tuple(piece_key(key, unit) for key in check.slots),
            unit=unit,
        )
        for unit in range(1, pieces + 1)
    ]


def spread_slot(slot: Slot, pieces: int, *, checked_by_piece: bool) -> list[Slot]:
    """Give the slot once for each piece, its title with the piece's number."""
    key = slot.check_key
    return [
        replace(
            slot,
            key=piece_key(slot.key, unit),
            title=f"{slot.title}, piece {unit} of {pieces}",
            check_key=piece_key(key, unit) if key and checked_by_piece else key,
            unit=unit,
        )
        for unit in range(1, pieces + 1)
    ]


def expand(photo: Photo, pieces: int, by_piece: Collection[str]) -> list[Slot]:
    """Give the slots of a photo; `by_piece` are the keys of the checks asked of each piece."""
    keys = photo.spec.expanded_keys()
    if len(keys) == 1:
        slots = [_single(photo.spec, photo.check_key)]
    else:
        numbered = enumerate(keys, 1)
        title, many = photo.spec.title, len(keys)
        slots = [_slot(photo, key, f"{title} ({number} of {many})") for number, key in numbered]
    if pieces == 1 or not photo.per_unit:
        return slots
    checked = photo.check_key in by_piece
    return [each for slot in slots for each in spread_slot(slot, pieces, checked_by_piece=checked)]


@lru_cache(maxsize=8192)
def _single(spec: SlotSpec, check_key: str | None) -> Slot:
    """Give the slot of a photo that is wanted once, which is the same for every item."""
    return _slot(Photo(spec, check_key, per_unit=False), spec.key, spec.title)


def _slot(photo: Photo, key: str, title: str) -> Slot:
    spec = photo.spec
    return Slot(key, title, spec.kind, spec.required, photo.check_key, spec.hint)
