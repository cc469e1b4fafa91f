"""The end of a phone's day: what was sent is freed, sent again, or kept, as the portal says."""

import copy

from qcportal.demo.chaos.ground import Job, Task
from qcportal.demo.chaos.kinds import Kind
from qcportal.demo.chaos.phones import HOSTILE, Phone
from qcportal.demo.chaos.plan import Fate
from qcportal.demo.upload_queue import Parcel

HOSTILE_KINDS = {Fate.CORRUPT: Kind.CORRUPT_FILES, Fate.BOMB: Kind.BOMB_FILES}


def send_late(phone: Phone) -> list[str]:
    """Send the files that mean harm; their events are lost, so that the reconciler opens them.

    Gives the photos.
    """
    sent = [parcel.photo_id for parcel, _, _ in phone.late]
    for parcel, job, task in phone.late:
        phone.ground.courier.drop(parcel.fields["key"])
        phone.deliver(parcel, job, task, first=False)
        phone.ground.tally.add(HOSTILE_KINDS[task.fate])
    phone.late.clear()
    return sent


def free(phone: Phone) -> int:
    """Delete from the phone what the portal has verified; gives how many photos are left."""
    states = phone.states(sorted({parcel.sha256 for parcel, _, _ in phone.held.values()}))
    for photo_id, (parcel, _, task) in list(phone.held.items()):
        told = states[parcel.sha256]
        refused = told["state"] == "refused" and task.fate in HOSTILE
        if told["may_delete"] or refused:
            del phone.held[photo_id]
    return len(phone.held)


def send_again(phone: Phone) -> int:
    """Send again what the portal has not verified, with fresh forms; gives how many went."""
    again = list(phone.held.values())
    for parcel, job, task in again:
        _send_again(phone, parcel, job, task)
    return len(again)


def _send_again(phone: Phone, parcel: Parcel, job: Job, task: Task) -> None:
    form = phone.renew(parcel.photo_id)
    if form is None:
        return
    fresh = copy.copy(parcel)
    fresh.url, fresh.fields = form
    fresh.unsure = False
    phone.deliver(fresh, job, task, first=False)
