"""What goes wrong with single photos and returns, by the fate that the plan gave them."""

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from qcportal.demo.chaos import files
from qcportal.demo.chaos.diary import Claim, Event
from qcportal.demo.chaos.ground import Job, Task
from qcportal.demo.chaos.kinds import Kind
from qcportal.demo.chaos.line import PhoneLine
from qcportal.demo.chaos.plan import Fate
from qcportal.demo.chaos.sending import FORM_ENDED, TOO_LARGE, damaged_on_the_way, with_bytes
from qcportal.demo.upload_queue import Parcel
from qcportal.demo.wire import Refused

if TYPE_CHECKING:
    from qcportal.demo.chaos.phones import Phone

SUBMISSIONS = 3


def send(phone: "Phone", parcel: Parcel, job: Job, task: Task) -> None:
    """Send a photo through its fate."""
    _BEFORE.get(task.fate, _nothing)(phone, parcel, job, task)
    if task.fate is Fate.DELETED_EARLY:
        _delete_before_it_is_told(phone, parcel, job, task)
    elif task.fate is Fate.DAMAGED:
        _damage(phone, parcel, job, task)
    else:
        phone.deliver(parcel, job, task)
    _AFTER.get(task.fate, _nothing)(phone, parcel, job, task)


def _nothing(_phone: "Phone", _parcel: Parcel, _job: Job, _task: Task) -> None:
    """Let it be."""


def _expire(phone: "Phone", parcel: Parcel, _job: Job, _task: Task) -> None:
    """Send with a form that ended, as after two days in a cellar; a fresh one follows."""
    good = parcel.url, parcel.fields
    old = phone.ground.expired_form(parcel.fields["key"], phone.seat)
    parcel.url, parcel.fields = old.url, old.fields
    if phone.sender.post_until_answered(parcel, FORM_ENDED):
        phone.ground.tally.add(Kind.FORM_EXPIRED)
    parcel.url, parcel.fields = phone.renew(parcel.photo_id) or good


def _try_oversize(phone: "Phone", parcel: Parcel, _job: Job, task: Task) -> None:
    """Send a file larger than the form allows, and once past the form; then a smaller one."""
    big = with_bytes(parcel, files.oversize(parcel.photo_id))
    if phone.sender.post_until_answered(big, TOO_LARGE):
        phone.ground.tally.add(Kind.OVERSIZE_FILES)
    phone.ground.bucket.put(parcel.fields["key"], big.data)  # had S3 not enforced the form


def _damage(phone: "Phone", parcel: Parcel, job: Job, task: Task) -> None:
    """Let the bytes change on the way where S3 cannot see it; the portal has to."""
    bad = damaged_on_the_way(parcel, files.damaged(parcel.data))
    sent = phone.sender.send(bad, again=True)
    phone.write(Event.ACKED, bad, job, task, Claim.DAMAGED, sent.version)
    phone.ground.tally.add(Kind.CORRUPT_IN_TRANSIT)
    phone.held[parcel.photo_id] = (parcel, job, task)
    phone.ground.pace.add()


def _overwrite(phone: "Phone", parcel: Parcel, job: Job, task: Task) -> None:
    """Send other bytes at once with the same form, as whoever holds it may.

    Of some only the event of the other bytes is lost: the reconciler alone tells of them then,
    and S3 may have stored both in the same second.
    """
    other = with_bytes(parcel, files.photo(f"other bytes than {parcel.photo_id}"))
    key, alone = parcel.fields["key"], other.sha256 < "8"
    if alone:
        phone.ground.courier.hold(key)
    sent = phone.sender.send(other, again=True)
    phone.write(Event.ACKED, other, job, task, Claim.OTHER_BYTES, sent.version)
    phone.ground.tally.add(Kind.KEY_OVERWRITTEN)
    if alone:
        phone.ground.courier.release(key, without=sent.version)


def _delete_a_copy(phone: "Phone", parcel: Parcel, job: Job, task: Task) -> None:
    """Send the same bytes twice, and let somebody delete the second version."""
    sent = phone.sender.send(parcel, again=True)
    phone.write(Event.ACKED, parcel, job, task, Claim.RIGHT, sent.version)
    phone.ground.bucket.delete(parcel.fields["key"], sent.version)
    phone.ground.tally.add(Kind.OBJECT_DELETED)


def _delete_before_it_is_told(phone: "Phone", parcel: Parcel, job: Job, task: Task) -> None:
    """Let somebody delete a photo after S3 took it and before the relay looked."""
    key = parcel.fields["key"]
    phone.ground.courier.hold(key)
    sent = phone.deliver(parcel, job, task)
    if sent.version:
        phone.ground.bucket.delete(key, sent.version)
        phone.ground.tally.add(Kind.OBJECT_DELETED)
    phone.ground.courier.release(key)


def submit_again_and_again(phone: "Phone", body: Any) -> None:
    """Submit the same inspection from two threads at once, and once more."""
    lines = [PhoneLine(phone.seat, phone.line.token, phone.ground) for _ in range(SUBMISSIONS - 1)]
    faults: list[Exception] = []

    def submit(line: PhoneLine) -> None:
        try:
            line.call("POST", "/api/v1/field/inspections", body)
        except Exception as error:  # noqa: BLE001 - raised by the phone's own thread
            faults.append(error)

    threads = [threading.Thread(target=submit, args=(line,)) for line in lines]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for line in lines:
        line.close()
    if faults:
        raise faults[0]
    phone.ground.tally.add(Kind.APP_RETRIES, SUBMISSIONS - 1)


def contest(phone: "Phone", job: Job) -> None:
    """Two executives photograph the same return; the first bytes at S3 are the evidence.

    The first one's events are held back until the second one has forms, as when the office moves
    a return while its executive is offline.
    """
    ground, return_id = phone.ground, job.stop["return_id"]
    forms = phone.forms(return_id)
    keys = [forms[task.shot.photo_id][1]["key"] for task in job.tasks]
    for key in keys:
        ground.courier.hold(key)
    for task in job.tasks:
        data = files.photo(f"{job.door.awb}/{task.slot}")
        parcel = phone.take(job, task, forms[task.shot.photo_id], data)
        phone.deliver(parcel, job, task)
    taker = (phone.seat + 1) % len(ground.office.team)
    if ground.office.hand_over(return_id, phone.seat, taker):
        _visit_second(phone.second(taker), job)
        ground.tally.add(Kind.TWO_EXECUTIVES)
        _try_to_submit_too_late(phone, job)
        phone.keep(job)
    else:
        phone.answer(job)
    for key in keys:
        ground.courier.release(key)


def _visit_second(second: "Phone", job: Job) -> None:
    try:
        forms = second.forms(job.stop["return_id"])
        captures = []
        for task in job.tasks:
            data = files.photo(f"{job.door.awb}/{task.slot}/second")
            parcel = second.take(job, task, forms[task.shot.photo_id], data)
            sent = second.sender.send(parcel, again=True)
            second.write(Event.ACKED, parcel, job, task, Claim.SECOND, sent.version)
            captures.append(second.capture(parcel, job, task))
        body = second.report(job) | {"captures": captures}
        second.line.call("POST", "/api/v1/field/inspections", body)
    finally:
        second.close()


def _try_to_submit_too_late(phone: "Phone", job: Job) -> None:
    """Submit as the executive who has the return no more; the portal refuses."""
    try:
        phone.line.call("POST", "/api/v1/field/inspections", phone.report(job))
    except Refused as refused:
        if refused.status in {403, 404, 409}:
            return
        raise
    raise RuntimeError(f"{job.door.awb} was inspected by somebody who does not have it")


Mishap = Callable[["Phone", Parcel, Job, Task], None]
_BEFORE: dict[Fate, Mishap] = {Fate.EXPIRED: _expire, Fate.OVERSIZE: _try_oversize}
_AFTER: dict[Fate, Mishap] = {Fate.OVERWRITTEN: _overwrite, Fate.COPY_DELETED: _delete_a_copy}
