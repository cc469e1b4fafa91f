"""Items of several pieces: which photo and which verdict belongs to which piece."""

from collections.abc import Mapping

from qcportal import clock
from qcportal.blueprints.showing.held import Held, counts
from qcportal.blueprints.showing.photos import state_of
from qcportal.photos import Photo, ShownState
from qcportal.photos.expecting import slot_name
from qcportal.returns import ReturnItem
from qcportal.rules.checklist import Slot

DOUBTS = {
    ShownState.UNVOUCHED: " (it is here, but the phone never said so)",
    ShownState.CONFLICT: " (it is not what the phone announced)",
}


def missing_photos(held: Held) -> tuple[str, ...]:
    """Name the photos that keep the verdict from being final, as `results` counts them."""
    rvp, at = held.rvp, clock.now()
    if rvp.checked_at is None or not rvp.photos_coming + rvp.photos_absent:
        return ()
    units = units_of_slots(held)
    return tuple(
        name_of(photo, held, units) + DOUBTS.get(state_of(photo, rvp, at), "")
        for photo in held.photos
        if counts(photo, rvp) and (photo.conflict_at or not photo.verified_at)
    )


def name_of(photo: Photo, held: Held, units: Mapping[str, int]) -> str:
    """Name a photo by its title, its piece and, of several items, its item."""
    piece = f", piece {units[photo.slot]}" if units.get(photo.slot) else ""
    title = photo.title if piece.strip(", ") in photo.title.lower() else photo.title + piece
    items = {item.id: item.name for item in held.rvp.items}
    return f"{title} of {items[photo.item_id]}" if photo.item_id in items else title


def units_of_slots(held: Held) -> dict[str, int]:
    """Give the piece of each slot of a return, 0 for slots of a whole item."""
    several = len(held.rvp.items) > 1
    return {
        slot_name(slot.key, item, several=several): slot.unit
        for item in held.rvp.items
        for slot in _slots(held, item)
    }


def _slots(held: Held, item: ReturnItem) -> tuple[Slot, ...]:
    issued = held.checklists.get(item.id)
    return issued.checklist.slots if issued else ()
