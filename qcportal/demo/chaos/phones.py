"""The phones of a fault run: each works its returns off through every fault, and writes a diary.

What a phone holds it deletes only when the portal says so; what was not verified it sends again.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any

from qcportal import clock
from qcportal.demo import carrier, inspection
from qcportal.demo.chaos import files, mishaps
from qcportal.demo.chaos.diary import Claim, Diary, Event, Line
from qcportal.demo.chaos.ground import Ground, Job, Task
from qcportal.demo.chaos.kinds import Kind
from qcportal.demo.chaos.line import PhoneLine
from qcportal.demo.chaos.plan import Fate, Visit
from qcportal.demo.chaos.sending import Form, Sender, Sent
from qcportal.demo.upload_queue import Parcel
from qcportal.demo.wire import Refused

NOTHING_TO_SEND = 404
HOSTILE = {Fate.CORRUPT, Fate.BOMB}


class Phone:
    """One executive's phone; `seat` is the executive's place in the team."""

    def __init__(self, seat: int, token: str, ground: Ground, jobs: Sequence[Job]) -> None:
        self.seat, self.ground, self.jobs = seat, ground, jobs
        self.code = f"E-{101 + seat}"
        self.line = PhoneLine(seat, token, ground)
        self.diary = Diary(ground.folder / "diaries" / f"{self.code}.jsonl")
        self.sender = Sender(self.renew, self.is_at_portal)
        self.held: dict[str, tuple[Parcel, Job, Task]] = {}
        self.late: list[tuple[Parcel, Job, Task]] = []
        self._dice = Random(f"{ground.scale.seed}/{self.code}")
        self._skew = timedelta(seconds=ground.scale.skew(seat))

    def work(self) -> None:
        """Visit every return of the run sheet."""
        for number, job in enumerate(self.jobs):
            if not self.ground.pace.await_turn():
                return
            if number % 5 == 0:
                self._heartbeat()
            if job.visit is Visit.CONTESTED:
                mishaps.contest(self, job)
            else:
                self._visit(job)

    def close(self) -> None:
        """Put the phone away."""
        self.line.close()
        self.sender.close()
        self.diary.close()

    def now(self) -> datetime:
        """Give the time as this phone's clock has it."""
        return clock.now() + self._skew

    def forms(self, return_id: str) -> dict[str, Form]:
        """Take the forms of a return's photos that are still to be sent."""
        try:
            answer = self.line.call("POST", "/api/v1/field/forms", {"return_ids": [return_id]})
        except Refused as refused:
            if refused.status != NOTHING_TO_SEND:
                raise
            return {}
        return {form["photo_id"]: (form["url"], form["fields"]) for form in answer["forms"]}

    def renew(self, photo_id: str) -> Form | None:
        """Take a fresh form for the same key; None when the photo is verified."""
        body = {"photo_ids": [photo_id]}
        try:
            (form,) = self.line.call("POST", "/api/v1/field/forms", body)["forms"]
        except Refused as refused:
            if refused.status != NOTHING_TO_SEND:
                raise
            return None
        return form["url"], form["fields"]

    def is_at_portal(self, sha256: str) -> bool:
        """Ask whether the portal knows of these bytes."""
        return self.states([sha256])[sha256]["state"] in {"stored", "verified"}

    def states(self, digests: Sequence[str]) -> dict[str, Any]:
        """Ask what became of uploads."""
        path = "/api/v1/field/uploads/status"
        found: dict[str, Any] = {}
        for start in range(0, len(digests), 1000):
            answer = self.line.call("POST", path, {"digests": digests[start : start + 1000]})
            found |= {each["sha256"]: each for each in answer["uploads"]}
        return found

    def take(self, job: Job, task: Task, form: Form, data: bytes) -> Parcel:
        """Take a photo and write it down before anything else is done with it."""
        digest = hashlib.sha256(data).hexdigest()
        parcel = Parcel(task.shot.photo_id, digest, data, *form, self.now().isoformat())
        self.write(Event.CAPTURED, parcel, job, task, Claim.RIGHT)
        return parcel

    def write(
        self, event: Event, parcel: Parcel, job: Job, task: Task, claim: Claim, version: str = ""
    ) -> None:
        """Write an event into the diary."""
        line = Line(
            event=event,
            photo_id=parcel.photo_id,
            awb=job.door.awb,
            merchant=job.door.store.slug,
            slot=task.slot,
            key=parcel.fields["key"],
            sha256=hashlib.sha256(parcel.data).hexdigest(),
            md5=hashlib.md5(parcel.data, usedforsecurity=False).hexdigest(),
            executive=self.code,
            claim=claim,
            hostile=task.fate in HOSTILE,
            version=version,
        )
        self.diary.write(line)

    def deliver(self, parcel: Parcel, job: Job, task: Task, *, first: bool = True) -> Sent:
        """Send a photo until it is at S3, and write that down."""
        sent = self.sender.send(parcel)
        event = Event.ACKED if sent.version else Event.TOLD_STORED
        self.write(event, parcel, job, task, Claim.RIGHT, sent.version)
        self.held[parcel.photo_id] = (parcel, job, task)
        if first:
            self.ground.pace.add()
        return sent

    def capture(self, parcel: Parcel, job: Job, task: Task) -> Any:
        """Give the announcement of a photo."""
        size, pickup = len(parcel.data), dict(job.stop["pickup"])
        return inspection.capture(task.shot, parcel.sha256, size, self.now(), pickup)

    def report(self, job: Job) -> Any:
        """Give the inspection of a return, without captures."""
        started = self.now() - timedelta(minutes=4)
        return inspection.report(job.door, dict(job.stop), started, self.now())

    def announce(self, job: Job, captures: list[Any]) -> None:
        """Announce photos of a return."""
        body = {"return_id": job.stop["return_id"], "captures": captures}
        self.line.call("POST", "/api/v1/field/captures", body)

    def answer(self, job: Job) -> None:
        """Submit the inspection of a return whose photos are at S3."""
        mine = [each for each in self.held.values() if each[1] is job]
        captures = [self.capture(*each) for each in mine]
        body = self.report(job) | {"captures": captures}
        self.line.call("POST", "/api/v1/field/inspections", body)

    def keep(self, job: Job) -> None:
        """Keep the photos of a return that somebody else has now; nobody will free them."""
        for task in job.tasks:
            self.held.pop(task.shot.photo_id, None)

    def second(self, seat: int) -> "Phone":
        """Give another phone, enrolled for another executive."""
        return Phone(seat, self.ground.office.enrol_again(seat), self.ground, ())

    def _visit(self, job: Job) -> None:
        """Take the photos, send them, announce and answer, in one of three orders."""
        forms = self.forms(job.stop["return_id"])
        parcels = [self._taken(job, task, forms) for task in job.tasks]
        captures = [self.capture(*each) for each in parcels]
        order = self._dice.choice(("announced", "together", "sent"))
        if order == "announced" and captures:
            self.announce(job, captures)
        if order == "sent":
            self._send_all(parcels)
        body = self.report(job) | {"captures": captures}
        if job.visit is Visit.RETRIED:
            mishaps.submit_again_and_again(self, body)
        self.line.call("POST", "/api/v1/field/inspections", body)
        if order != "sent":
            self._send_all(parcels)

    def _taken(self, job: Job, task: Task, forms: dict[str, Form]) -> tuple[Parcel, Job, Task]:
        data = _BYTES.get(task.fate, files.photo)(f"{job.door.awb}/{task.slot}")
        form = forms.get(task.shot.photo_id) or ("", {"key": ""})
        if job.visit is Visit.EARLY:
            digest = hashlib.sha256(data).hexdigest()
            parcel = Parcel(task.shot.photo_id, digest, data, *form, self.now().isoformat())
            self.held[parcel.photo_id] = (parcel, job, task)
            return parcel, job, task
        return self.take(job, task, form, data), job, task

    def _send_all(self, parcels: Sequence[tuple[Parcel, Job, Task]]) -> None:
        for parcel, job, task in parcels:
            if job.visit is Visit.EARLY:
                continue
            if task.fate in HOSTILE:
                self.late.append((parcel, job, task))
                self.ground.pace.add()
            else:
                mishaps.send(self, parcel, job, task)

    def _heartbeat(self) -> None:
        signs = carrier.vital_signs(self.code, waiting=len(self.held))
        answer = {**signs, "phone_time": self.now().isoformat()}
        self.line.call("POST", "/api/v1/field/heartbeats", answer)
        if self._skew:
            self.ground.tally.add(Kind.CLOCK_SKEW)


_BYTES = {Fate.CORRUPT: files.corrupt, Fate.BOMB: files.bomb}
