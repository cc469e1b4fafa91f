"""Earlier days: returns that were inspected before the demo began, and ends left loose.

The clock is stopped at the moment in question while the portal's own doors and verbs do what they
do every day; the photos are really uploaded, with forms of today. What nobody can do is store an
object yesterday: the arrival says the moment of the past, the bucket itself shows today.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from sqlalchemy import text

from qcportal import clock, devices, photos, returns
from qcportal.blueprints.field.run_sheet import CARRIER_ZONE
from qcportal.config import Settings
from qcportal.db import db
from qcportal.demo import inspection
from qcportal.demo.carrier import Carrier
from qcportal.demo.diary import Diary, taken
from qcportal.demo.inspection import Shot
from qcportal.demo.plan import Door, Part
from qcportal.demo.upload_queue import Parcel
from qcportal.demo.uploader import is_stored, multipart
from qcportal.demo.wire import Wire
from qcportal.history import SYSTEM
from qcportal.photos import Arrival
from qcportal.storage import FormWanted, PhotoStore

AGO = {Part.LATE: timedelta(minutes=50), Part.INCOMPLETE: timedelta(hours=2)}
ARRIVED_AFTER = timedelta(seconds=7)
BOUNDARY = "of-the-past"


@dataclass(frozen=True)
class Sent:
    """One photo as it lies in the bucket."""

    parcel: Parcel
    shot: Shot
    version_id: str


class Past:
    """Makes history through the doors of a portal in this process, whose clock it stops."""

    def __init__(self, carrier: Carrier, team: Sequence[uuid.UUID], *, imaging: bool) -> None:
        self._carrier, self._team, self._imaging = carrier, team, imaging
        self._diary = Diary(carrier.state.diary)
        settings: Settings = carrier.app.extensions["qcportal.settings"]
        self._kinds = settings.capture_kinds
        self._s3 = Wire(settings.s3_endpoint)

    def live(self, door: Door) -> None:
        """Register, assign and inspect one return in the past; does nothing when it is done."""
        at = moment_of(door)
        with clock.frozen(at - timedelta(hours=20)):
            return_id = self._register(door)
        with clock.frozen(at.replace(minute=0) - timedelta(minutes=30)):
            self._assign(door, return_id, carrier_day(at))
        with clock.frozen(at):
            stop = self._stop(door, carrier_day(at))
            if stop["qc_state"] != "pending":
                return
            forms = self._forms(door, return_id)
        left = inspection.shots(door, stop)
        if door.part is Part.INCOMPLETE:
            left = left[:-1]
        self._inspect(door, stop, left, at)
        unsent = 1 if door.part in {Part.LATE, Part.MISSING} else 0
        forms = self._forms(door, return_id)  # today's, as those of the past have ended
        self._arrive([(shot, forms[shot.photo_id]) for shot in left[: len(left) - unsent]], at)

    def park(self) -> None:
        """Upload something that belongs to no return; the relay tells the portal as always."""
        store: PhotoStore = self._carrier.app.extensions["qcportal.store"]
        at = clock.now()
        key = f"u/{at:%Y/%m/%d}/unknown/770000000000/whole-{uuid.uuid4().hex}.jpg"
        wanted = FormWanted(key, "image/jpeg", 1, 10**6)
        (form,) = store.issue_forms([wanted], at).forms
        data = b"A picture of a parcel that nobody registered." * 50
        self._post(Parcel("", "0" * 64, data, form.url, form.fields, at.isoformat()))

    def _register(self, door: Door) -> uuid.UUID:
        token = self._carrier.state.api_keys[door.store.slug]
        answer = self._call(token, "POST", "/api/v1/returns/bulk", {"returns": [door.body]})
        return uuid.UUID(answer["results"][0]["return"]["return_id"])

    def _assign(self, door: Door, return_id: uuid.UUID, day: date) -> None:
        with self._carrier.working():
            executive = devices.get_executive(self._team[door.executive])
            sheet = devices.open_run_sheet(executive, day)
            returns.assign(sheet, [return_id], by=SYSTEM)

    def _stop(self, door: Door, day: date) -> dict[str, Any]:
        sheet = self._field(door, "GET", f"/api/v1/field/run-sheet?day={day}")
        return next(stop for stop in sheet["stops"] if stop["awb"] == door.awb)

    def _forms(self, door: Door, return_id: uuid.UUID) -> dict[str, dict[str, Any]]:
        wanted = {"return_ids": [str(return_id)]}
        forms = self._field(door, "POST", "/api/v1/field/forms", wanted)["forms"]
        return {form["photo_id"]: form for form in forms}

    def _inspect(self, door: Door, stop: dict[str, Any], shots: list[Shot], at: datetime) -> None:
        captures = []
        for shot in shots:
            entry = taken(shot.photo_id, data := shot.taken())
            capture = inspection.capture(shot, entry.sha256, len(data), at, stop["pickup"])
            captures.append(capture)
        body = inspection.report(door, stop, at - timedelta(minutes=6), at)
        with clock.frozen(at):
            self._field(door, "POST", "/api/v1/field/inspections", body | {"captures": captures})

    def _arrive(self, shots: Sequence[tuple[Shot, dict[str, Any]]], at: datetime) -> None:
        """Upload and confirm under the write lock, so that the relay's own telling comes second."""
        with self._carrier.working():
            db.session.execute(text("SELECT 1"))
            sent = [self._send(shot, form, at) for shot, form in shots]
            with clock.frozen(at + ARRIVED_AFTER):
                photos.confirm_arrivals([self._arrival(each) for each in sent], self._kinds)

    def _send(self, shot: Shot, form: dict[str, Any], at: datetime) -> Sent:
        data = shot.taken()
        entry = taken(shot.photo_id, data)
        self._diary.captures(entry)
        where = (form["url"], form["fields"], at.isoformat())
        parcel = Parcel(shot.photo_id, entry.sha256, data, *where)
        return Sent(parcel, shot, self._post(parcel))

    def _post(self, parcel: Parcel) -> str:
        headers = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
        path, body = urlsplit(parcel.url).path, multipart(parcel, BOUNDARY)
        reply = self._s3.send("POST", path, headers, body)
        if not is_stored(reply, parcel.fields["key"]):
            raise RuntimeError(f"S3 did not store it: {reply.status} {reply.body[:300]!r}")
        return reply.headers["x-amz-version-id"]

    def _arrival(self, sent: Sent) -> Arrival:
        parcel, picture = sent.parcel, sent.shot.picture
        # What a relay with pictures finds out itself is left to it, or it would make no thumbnails.
        found = {} if self._imaging else {"width": picture.width, "height": picture.height}
        return Arrival(
            bucket=self._carrier.app.extensions["qcportal.settings"].bucket,
            key=parcel.fields["key"],
            version_id=sent.version_id,
            sequencer="",
            size=len(parcel.data),
            content_type=parcel.fields["Content-Type"],
            stored_at=clock.now(),
            sha256=parcel.sha256,
            sha256_source="relay",
            declared_sha256=parcel.sha256,
            image=found,
        )

    def _field(self, door: Door, method: str, path: str, body: Any = None) -> Any:
        code = f"E-{101 + door.executive}"
        return self._call(self._carrier.state.device_tokens[code], method, path, body)

    def _call(self, token: str, method: str, path: str, body: Any = None) -> Any:
        given = {} if body is None else {"json": body}
        headers = {"Authorization": f"Bearer {token}"}
        client = self._carrier.app.test_client()
        answer = client.open(path, method=method, headers=headers, **given)
        if answer.status_code >= 300:
            raise RuntimeError(f"{method} {path}: {answer.status_code} {answer.text[:500]}")
        return answer.get_json()


def moment_of(door: Door) -> datetime:
    """Give when a return was inspected: in the daytime, Indian time, or a while ago."""
    now = clock.now()
    if door.part in AGO:
        return now.replace(microsecond=0) - AGO[door.part]
    dice = Random(f"when/{door.awb}")
    day = carrier_day(now) - timedelta(days=door.days_ago)
    hour = time(dice.randrange(9, 19), dice.randrange(60))
    return datetime.combine(day, hour, ZoneInfo(CARRIER_ZONE)).astimezone(now.tzinfo)


def carrier_day(at: datetime) -> date:
    """Give the day of a moment in the carrier's zone."""
    return at.astimezone(ZoneInfo(CARRIER_ZONE)).date()
