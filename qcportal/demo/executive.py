"""A field executive with a phone: works a run sheet as a field app does, over real HTTP.

Pace is how long people take: seconds from door to door, of which the photos take most.
"""

import base64
import threading
import time
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Any

from qcportal import clock
from qcportal.demo import carrier, inspection
from qcportal.demo.diary import Diary, Taken, taken
from qcportal.demo.inspection import Shot
from qcportal.demo.plan import Door
from qcportal.demo.shift_manifest import ShiftManifest
from qcportal.demo.upload_queue import Parcel, UploadQueue
from qcportal.demo.uploader import Uploader
from qcportal.demo.visibility import Watch
from qcportal.demo.wire import Api, Refused

HEARTBEAT_EVERY = 20.0
NOTHING_TO_SEND = 404
ANNOUNCE_FIRST, WITH_ANSWERS, ANSWERS_FIRST = "announce_first", "with_answers", "answers_first"
HABITS = {ANNOUNCE_FIRST: 0.5, WITH_ANSWERS: 0.35, ANSWERS_FIRST: 0.15}
"""Which call comes first is up to the network, so the demo shows all orders."""


@dataclass(frozen=True)
class Shift:
    """What all executives of a shift share."""

    origin: str
    day: str
    doors: dict[str, Door]
    diary: Diary
    watch: Watch
    pace: float
    drain_seconds: float = 300.0


class Executive(threading.Thread):
    """One person with one phone; `error` says what went wrong, if anything did."""

    def __init__(self, name: str, token: str, shift: Shift) -> None:
        super().__init__(name=name, daemon=True)
        self.error: Exception | None = None
        self.queue = UploadQueue()
        self._shift = shift
        self._api = Api(shift.origin, token)
        self._dice = Random(name)
        self._stopping = threading.Event()
        self._beat_at = time.monotonic() - HEARTBEAT_EVERY
        self._manifest = ShiftManifest(self._api, self.queue)
        self._advice: dict[str, Any] = {}
        self._forms: dict[str, tuple[str, dict[str, str]]] = {}
        self._uploader = Uploader(
            self.queue,
            Api(shift.origin, token),
            uploaded=self._uploaded,
            deleted=shift.diary.deletes,
        )

    def run(self) -> None:
        """Work the run sheet off and wait until every photo is verified."""
        try:
            self._uploader.start()
            self._work()
            if not self._uploader.finish(self._shift.drain_seconds):
                raise TimeoutError(f"{len(self.queue)} photos were still on the phone")
            self._heartbeat(force=True)
            self._end_shift()
        except Exception as error:  # noqa: BLE001 - shown by whoever joins the thread
            self.error = error
        finally:
            self._uploader.stop()
            self._api.close()

    def stop(self) -> None:
        """Go home after the current step, whatever is left."""
        self._stopping.set()
        self._uploader.stop()

    def _work(self) -> None:
        sheet = self._api.call("GET", f"/api/v1/field/run-sheet?day={self._shift.day}")
        self._advice = sheet["photo_quality"]
        stops = [stop for stop in sheet["stops"] if stop["awb"] in self._shift.doors]
        self._manifest.run_sheet_id = sheet["run_sheet_id"] or ""
        self._fetch_forms(sheet, stops)
        for stop in stops:
            if self._stopping.is_set():
                return
            door = self._shift.doors[stop["awb"]]
            if stop["qc_state"] == "pending":
                self._inspect(door, stop)
            else:
                self._resend(door, stop)
            self._manifest.tell_new()
            self._heartbeat()

    def _fetch_forms(self, sheet: dict[str, Any], stops: list[dict[str, Any]]) -> None:
        """Fetch the forms of the whole run sheet in one call."""
        if any(photo["state"] != "verified" for stop in stops for photo in stop["photos"]):
            self._ask_for_forms({"run_sheet_id": sheet["run_sheet_id"]})

    def _form(self, shot: Shot, stop: dict[str, Any]) -> tuple[str, dict[str, str]] | None:
        """Give a photo's form; one call gives 2,000, so a long run sheet needs another.

        There is none for a photo that was verified meanwhile.
        """
        if shot.photo_id not in self._forms:
            try:
                self._ask_for_forms({"return_ids": [stop["return_id"]]})
            except Refused as refused:
                if refused.status != NOTHING_TO_SEND:
                    raise
        return self._forms.get(shot.photo_id)

    def _ask_for_forms(self, wanted: dict[str, Any]) -> None:
        body = wanted | {"shape": "factored"}
        answer = self._api.call("POST", "/api/v1/field/forms", body)
        for form in answer["forms"]:
            self._forms[form["photo_id"]] = (answer["url"], _fields(form, answer))

    def _inspect(self, door: Door, stop: dict[str, Any]) -> None:
        """Take the photos one by one, then answer; the uploads run beside."""
        (habit,) = self._dice.choices([*HABITS], [*HABITS.values()])
        started, wanted = clock.now(), inspection.shots(door, stop)
        pause = self._shift.pace * self._dice.uniform(0.7, 1.3) / (len(wanted) + 2)
        self._rest(pause)
        captures = []
        for shot in wanted:
            captures.append(self._take(shot, stop))
            self._rest(pause)
        body = inspection.report(door, stop, started, clock.now())
        if habit == ANNOUNCE_FIRST:
            self._announce(stop, captures)
        self._rest(pause)
        if habit == ANSWERS_FIRST:
            self._submit(body)  # the same again, with its captures, fills them in
        self._submit(body if habit == ANNOUNCE_FIRST else body | {"captures": captures})
        self._shift.diary.inspects()

    def _resend(self, door: Door, stop: dict[str, Any]) -> None:
        """After a restart: what this phone took and nobody verified is still in its storage."""
        verified = {photo["photo_id"] for photo in stop["photos"] if photo["state"] == "verified"}
        left = []
        for shot in inspection.shots(door, stop):
            if shot.photo_id in verified:
                self._write_down(shot)
            else:
                left.append(shot)
        if left:
            self._announce(stop, [self._take(shot, stop) for shot in left])

    def _take(self, shot: Shot, stop: dict[str, Any]) -> Any:
        data, entry, at = self._write_down(shot)
        form = self._form(shot, stop)
        if form is not None:
            self.queue.put(Parcel(shot.photo_id, entry.sha256, data, *form, at.isoformat()))
        told = inspection.capture(shot, entry.sha256, len(data), at, stop["pickup"])
        return told | inspection.tried(shot, self._advice, Random(shot.photo_id))

    def _write_down(self, shot: Shot) -> tuple[bytes, Taken, datetime]:
        """Note a photo in the diary and in the manifest, before anything is done with it."""
        data, at = shot.taken(), clock.now()
        entry = taken(shot.photo_id, data)
        self._shift.diary.captures(entry)
        self._manifest.add(shot.photo_id, entry.sha256, len(data), at)
        return data, entry, at

    def _end_shift(self) -> None:
        """Send the final manifest; whoever was told to stop or had no run sheet ends no shift."""
        if self._stopping.is_set() or not self._manifest.run_sheet_id:
            return
        if not self._manifest.close():
            raise RuntimeError("the phone is empty, and the portal does not hold all that it took")

    def _announce(self, stop: dict[str, Any], captures: list[Any]) -> None:
        body = {"return_id": stop["return_id"], "captures": captures}
        self._api.call("POST", "/api/v1/field/captures", body)

    def _submit(self, body: dict[str, Any]) -> None:
        self._api.call("POST", "/api/v1/field/inspections", body)

    def _heartbeat(self, *, force: bool = False) -> None:
        if not force and time.monotonic() - self._beat_at < HEARTBEAT_EVERY:
            return
        self._beat_at = time.monotonic()
        try:
            signs = carrier.vital_signs(self.name, waiting=len(self.queue))
            self._api.call("POST", "/api/v1/field/heartbeats", signs)
        except Refused as refused:
            raise RuntimeError(f"the portal refused a heartbeat: {refused}") from refused

    def _uploaded(self, photo_id: str, sent_at: float) -> None:
        self._shift.watch.sent(photo_id, sent_at)
        self._shift.diary.uploads()

    def _rest(self, seconds: float) -> None:
        self._stopping.wait(seconds)


def _fields(form: dict[str, Any], answer: dict[str, Any]) -> dict[str, str]:
    """Give the fields of a form of the factored shape, as docs/field-app.md has it."""
    policy = answer["policies"][form["policy"]]
    text = policy["before_key"] + form["key"] + policy["after_key"]
    return {
        **answer["shared_fields"],
        **policy["fields"],
        "key": form["key"],
        "policy": base64.b64encode(text.encode()).decode(),
        "x-amz-signature": form["signature"],
    }
