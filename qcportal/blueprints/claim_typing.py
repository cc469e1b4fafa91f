"""The form that raises a dispute, as it was typed: read without loss, then made a claim of."""

import math
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from qcportal.blueprints.showing import money
from qcportal.blueprints.shown.dispute_form import SIDES
from qcportal.disputes import Box, Citation, ItemClaim, NewDispute
from qcportal.errors import Fault

MOST_PARTS = 60


@dataclass(frozen=True)
class TypedClaim:
    """What stood in the form; ids are texts, sums and sides of boxes as they were typed."""

    kind: str = ""
    category: str = ""
    check: str = ""
    text: str = ""
    photos: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    gap: bool = False
    gap_note: str = ""
    items: tuple[str, ...] = ()
    amounts: Mapping[str, str] | None = None
    kinds: Mapping[str, str] | None = None
    notes: Mapping[str, str] | None = None
    sides: Mapping[str, Mapping[str, str]] | None = None

    def amount_of(self, item_id: str) -> str:
        """Give the sum that was typed for an item."""
        return (self.amounts or {}).get(item_id, "")


def read(form: MultiDict[str, str]) -> TypedClaim:
    """Read the form; what belongs to no photo and no item of it is passed by."""
    cited = tuple(form.getlist("photo")[:MOST_PARTS])
    return TypedClaim(
        kind=form.get("kind", ""),
        category=form.get("category", ""),
        check=form.get("check", ""),
        text=form.get("text", "").replace("\r\n", "\n"),
        photos=cited,
        missing=tuple(form.getlist("missing")[:MOST_PARTS]),
        gap="gap" in form,
        gap_note=form.get("gap_note", ""),
        items=tuple(form.getlist("item")[:MOST_PARTS]),
        amounts=_tails(form, "amount-"),
        kinds=_tails(form, "claim-"),
        notes=_tails(form, "note-"),
        sides={each: {side: form.get(f"{side}-{each}", "") for side in SIDES} for each in cited},
    )


def claim_of(typed: TypedClaim, return_id: uuid.UUID) -> tuple[NewDispute, list[Fault]]:
    """Make a claim of what was typed; what cannot be read is a fault with the place of its field.

    The faults are those of typing alone; what the claim itself lacks is the domain's to say.
    """
    faults: list[Fault] = []
    new = NewDispute(
        return_id=return_id,
        kind=typed.kind,
        text=typed.text,
        category=typed.category,
        lead_check=typed.check,
        items=tuple(_item(each, typed, faults) for each in _ids(typed.items, "item", faults)),
        citations=tuple(_citations(typed, faults)),
    )
    return new, faults


def _tails(form: MultiDict[str, str], head: str) -> dict[str, str]:
    found = [name for name in form if name.startswith(head)][:MOST_PARTS]
    return {name.removeprefix(head): form.get(name, "").strip() for name in found}


def _ids(texts: tuple[str, ...], what: str, faults: list[Fault]) -> list[uuid.UUID]:
    found = []
    for text in texts:
        try:
            found.append(uuid.UUID(text))
        except ValueError:
            faults.append(Fault(f"/{what}", "unknown", ""))
    return found


def _item(item_id: uuid.UUID, typed: TypedClaim, faults: list[Fault]) -> ItemClaim:
    text = typed.amount_of(str(item_id))
    amount = money.read(text) if text else None
    if text and amount is None:
        faults.append(Fault(f"/amount-{item_id}", "bad_amount", ""))
    return ItemClaim(item_id, amount, (typed.kinds or {}).get(str(item_id), ""))


def _citations(typed: TypedClaim, faults: list[Fault]) -> list[Citation]:
    notes = typed.notes or {}
    cited = [
        Citation(each, note=notes.get(str(each), ""), box=_box(str(each), typed, faults))
        for each in _ids(typed.photos, "photo", faults)
    ]
    cited += [Citation(each, missing=True) for each in _ids(typed.missing, "photo", faults)]
    if typed.gap:
        cited.append(Citation(missing=True, note=typed.gap_note.strip()))
    return cited


def _box(photo_id: str, typed: TypedClaim, faults: list[Fault]) -> Box | None:
    sides = (typed.sides or {}).get(photo_id, {})
    box = read_box(sides)
    if box is None and any(text.strip() for text in sides.values()):
        faults.append(Fault(f"/box-{photo_id}", "bad_box", ""))
    return box


def read_box(sides: Mapping[str, str]) -> Box | None:
    """Read the four fields of a box, in per cent; None where they are not all numbers of one."""
    try:
        values = [float(sides.get(side, "").strip()) / 100 for side in SIDES]
    except ValueError:
        return None
    if not all(math.isfinite(each) for each in values):
        return None
    box = Box(*values)
    return box if box.fits else None
