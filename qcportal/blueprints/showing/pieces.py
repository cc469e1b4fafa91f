"""Items of several pieces: which photo and which verdict belongs to which piece."""

from collections.abc import Mapping

from qcportal import clock
from qcportal.blueprints.showing.held import Held, counts
from qcportal.blueprints.showing.photos import state_of
from qcportal.language import gettext as _
from qcportal.language import lazy_gettext
from qcportal.photos import Photo, ShownState
from qcportal.photos.expecting import slot_name
from qcportal.returns import ReturnItem
from qcportal.rules.checklist import Slot

DOUBTS = {
    ShownState.UNVOUCHED: lazy_gettext("%(photo)s (it is here, but the phone never said so)"),
    ShownState.CONFLICT: lazy_gettext("%(photo)s (it is not what the phone announced)"),
}


def missing_photos(held: Held) -> tuple[str, ...]:
    """Name the photos that keep the verdict from being final, as `results` counts them."""
    rvp, at = held.rvp, clock.now()
    if rvp.checked_at is None or not rvp.photos_coming + rvp.photos_absent:
        return ()
    units = units_of_slots(held)
    return tuple(
        _(DOUBTS.get(state_of(photo, rvp, at), "%(photo)s"), photo=name_of(photo, held, units))
        for photo in held.photos
        if counts(photo, rvp) and (photo.conflict_at or not photo.verified_at)
    )


def name_of(photo: Photo, held: Held, units: Mapping[str, int]) -> str:
    """Name a photo by its title, its piece and, of several items, its item."""
    unit, title = units.get(photo.slot, 0), photo.title
    if unit and f"piece {unit}" not in title.lower():
        title = _("%(photo)s, piece %(n)s", photo=title, n=unit)
    items = {item.id: item.name for item in held.rvp.items}
    if photo.item_id not in items:
        return title
    return _("%(photo)s of %(item)s", photo=title, item=items[photo.item_id])


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
