"""From what the rows wish to what is asked of one item: its checks, its photos, and each change."""

from collections.abc import Collection
from typing import NamedTuple

from qcportal.rules import pieces
from qcportal.rules.checklist import Check, Slot
from qcportal.rules.merging import Wishes
from qcportal.rules.settling import Item, QuestionOutcome, Settled, Wanted, outcome_of, settle


class Asked(NamedTuple):
    """What the rulebook asks; `is_kept` tells that all of it is as the rulebook wants it."""

    checks: list[Check]
    slots: list[Slot]
    outcomes: list[QuestionOutcome]
    is_kept: bool = True


def ask(wishes: Wishes, item: Item) -> Asked:
    """Settle the wishes; checks `per_unit` are asked of each piece, up to 20 pieces."""
    if item.route.qc == "none":
        return Asked([], [], _drop(wishes, item.route.to_nothing))
    count = pieces.count_pieces(item.facts.quantity)
    if count == 1:
        return _ask_once(wishes, item)
    return _ask_by_piece(wishes, item, count)


def _drop(wishes: Wishes, reason: str) -> list[QuestionOutcome]:
    asked = [(wanted.spec.key, wanted.spec.question) for wanted in wishes.checks]
    alone = [photo.spec for photo in wishes.photos.values() if photo.check_key is None]
    asked += [(spec.key, spec.title) for spec in alone]
    return [QuestionOutcome(key, "rejected", reason, question=text) for key, text in asked]


def _ask_once(wishes: Wishes, item: Item) -> Asked:
    many = item.facts.quantity > pieces.MOST_PIECES
    settled = []
    for wanted in wishes.checks:
        each = settle(wanted if wishes.is_plain else _with_slots(wanted, wishes, 1), item)
        settled.append(_too_many(each, item) if many and wanted.spec.per_unit else each)
    slots = [slot for photo in wishes.photos.values() for slot in pieces.expand(photo, 1, ())]
    slots += [each.added for each in settled if each.added]
    return Asked([each.check for each in settled], slots, *_report(settled))


def _ask_by_piece(wishes: Wishes, item: Item, count: int) -> Asked:
    settled = [settle(_with_slots(wanted, wishes, count), item) for wanted in wishes.checks]
    by_piece = {wanted.spec.key for wanted in wishes.checks if wanted.spec.per_unit}
    checks = [copy for each in settled for copy in _spread(each.check, count, by_piece)]
    slots = [
        slot for photo in wishes.photos.values() for slot in pieces.expand(photo, count, by_piece)
    ]
    for each in settled:
        if each.added and each.check.key in by_piece:
            slots += pieces.spread_slot(each.added, count, checked_by_piece=True)
        elif each.added:
            slots.append(each.added)
    checks.sort(key=lambda check: check.unit)
    slots.sort(key=lambda slot: slot.unit)
    return Asked(checks, slots, *_report(settled))


def _with_slots(wanted: Wanted, wishes: Wishes, count: int) -> Wanted:
    if not wanted.slots:
        return wanted
    keys = [
        key
        for name in wanted.slots
        for key in pieces.slot_keys(
            wishes.photos[name], count, every_piece=not wanted.spec.per_unit
        )
    ]
    return wanted._replace(slots=tuple(keys))


def _spread(check: Check, count: int, by_piece: Collection[str]) -> list[Check]:
    return pieces.spread_check(check, count) if check.key in by_piece else [check]


def _too_many(settled: Settled, item: Item) -> Settled:
    what = f"there are {item.facts.quantity} pieces, and over {pieces.MOST_PIECES} are checked once"
    change = f"{settled.change}; {what}" if settled.change else what
    return settled._replace(change=change, as_wanted=False)


def _report(settled: list[Settled]) -> tuple[list[QuestionOutcome], bool]:
    outcomes = [outcome_of(each.check.key, each) for each in settled]
    return outcomes, all(each.as_wanted for each in settled)
