"""A bucket, the relay's own code and a portal's doors, with all that can go wrong between them.

What is put lies in S3 (moto) at a moment of our choice; the relay looks at it through its Lambda's
handler; what it would have sent is kept as a parcel, to be delivered late, twice or never.
"""

import hashlib
import json
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from unittest import mock
from urllib.parse import quote_plus

import boto3
from moto import mock_aws
from moto.s3.models import s3_backends
from sqlalchemy import delete, insert, select

import lambda_relay
from qcportal import clock, reconciliation, verification
from qcportal.commands.reconciling import tools_of
from qcportal.db import db
from qcportal.photos import Photo
from qcportal.reconciliation import Scope, Tally
from qcportal.storage import PhotoStore, StoreSettings
from qcportal.verification import Options, Report
from tests.journeys.expected_facts import Stored
from tests.world import World, csrf_of

ACCOUNT = "123456789012"
AT_ONCE = timedelta(0)
EXAMPLES_PER_PORTAL = 10


@dataclass
class Parcel:
    """One callback as the relay made it, and what it tells of."""

    body: bytes
    told: list[tuple[Stored, bool]] = field(default_factory=list)


@dataclass
class Ground:
    """One portal and its bucket for several days in a row; `renew` gives an empty one."""

    renew: Callable[[], World]
    s3: Any
    world: World = field(init=False)
    lived: int = 0
    days: int = 0
    steps: int = 0
    began: datetime = field(init=False)

    def __post_init__(self) -> None:
        self._begin()

    def next_day(self) -> None:
        """Count a day; after some of them all begins anew, so that none gets slow."""
        self.days += 1
        self.lived += 1
        if self.lived > EXAMPLES_PER_PORTAL:
            self._begin()

    def _begin(self) -> None:
        s3_backends[ACCOUNT]["aws"].reset()
        place = {"LocationConstraint": "ap-south-1"}
        self.s3.create_bucket(Bucket="photos", CreateBucketConfiguration=place)
        enabled = {"Status": "Enabled"}
        self.s3.put_bucket_versioning(Bucket="photos", VersioningConfiguration=enabled)
        self.world, self.lived, self.began = self.renew(), 0, clock.ago(hours=1)
        store = PhotoStore(StoreSettings(bucket="photos", region="ap-south-1"))
        self.world.app.extensions["qcportal.store"] = store


@contextmanager
def ground(renew: Callable[[], World]) -> Iterator[Ground]:
    """Give the ground within the block, with a relay that reads this bucket."""
    keys = dict.fromkeys(("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"), "x")
    region = {"AWS_DEFAULT_REGION": "ap-south-1"}
    with mock.patch.dict("os.environ", keys | region), mock_aws():
        lambda_relay._aws.cache_clear()
        try:
            yield Ground(renew, boto3.client("s3", "ap-south-1"))
        finally:
            lambda_relay._aws.cache_clear()


class Day:
    """One return at one door."""

    def __init__(self, ground: Ground) -> None:
        ground.next_day()
        self.ground, self.world = ground, ground.world
        self.rvp = self.world.register()
        self.world.assign(self.rvp["return_id"])
        self.forms = self.world.forms(self.rvp["return_id"], one_call=True)
        self.second, self.puts = ground.began, 0
        self.bucket: list[Stored] = []
        self.hidden: list[Any] = []
        self.listed = False

    # --- the bucket ----------------------------------------------------------------------------

    def put(self, slot: str, data: bytes, *, declared: str, waits: int, **facts: Any) -> Stored:
        """Store a file some seconds after the one before, as S3 does: in whole seconds.

        A second that was listed is over: a cycle leaves alone what is younger than its grace.
        """
        waits, self.listed = max(waits, int(self.listed)), False
        self.second, self.puts = self.second + timedelta(seconds=waits), self.puts + 1
        kind = "application/json" if slot == "inspection" else "image/jpeg"
        metadata = {
            "photo-id": self.forms[slot]["photo_id"],
            "executive-id": str(self.world.executive_id),
            **({"sha256": declared} if declared else {}),
            **({"kind": "inspection"} if slot == "inspection" else {}),
        }
        key = self.forms[slot]["key"]
        answer = self.ground.s3.put_object(
            Bucket="photos", Key=key, Body=data, ContentType=kind, Metadata=metadata
        )
        version, moment = answer["VersionId"], self.second.replace(microsecond=0)
        for held in s3_backends[ACCOUNT]["aws"].buckets["photos"].keys.getlist(key):
            if held.version_id == version:
                # Shown in whole seconds; below them it only makes the listing's order S3's.
                below = timedelta(microseconds=self.puts)
                held.last_modified = (moment + below).replace(tzinfo=None)
        digest = hashlib.sha256(data).hexdigest()
        sequencer = f"{0x55AED6DCD90281 + self.puts:016X}"
        stored = Stored(slot, version, sequencer, moment, len(data), digest, declared, **facts)
        self.bucket.append(stored)
        return stored

    def delete(self, version: Stored) -> None:
        """Let somebody delete a version who should not."""
        key = self.forms[version.slot]["key"]
        self.ground.s3.delete_object(Bucket="photos", Key=key, VersionId=version.version_id)
        self.bucket.remove(version)

    # --- the relay -----------------------------------------------------------------------------

    def look(self, versions: Sequence[Stored]) -> list[Parcel]:
        """Let the relay look at what events told of; gives what it would send."""
        parcels: list[Parcel] = []

        def keep(_callback_id: str, body: bytes) -> tuple[int, bytes]:
            parcels.append(Parcel(body))
            return 200, b"{}"

        event = {"Records": [self._record(each) for each in versions]}
        with mock.patch.object(lambda_relay, "_exchange", keep):
            lambda_relay.handler(event, None)
        by_id = {each.version_id: each for each in versions}
        for parcel in parcels:
            arrivals = json.loads(parcel.body)["arrivals"]
            parcel.told = [(by_id[a["version_id"]], not a.get("gone")) for a in arrivals]
        return parcels

    def deliver(self, parcel: Parcel) -> None:
        """Let a callback reach the portal."""
        answer = self.world.raw_callback(parcel.body)
        assert answer.status_code == (202 if self.hidden else 200), answer.get_json()

    def _record(self, version: Stored) -> Mapping[str, Any]:
        thing = {
            "key": quote_plus(self.forms[version.slot]["key"]),
            "size": version.size,
            "eTag": "told",
            "versionId": version.version_id,
            "sequencer": version.sequencer,
        }
        place = {"bucket": {"name": "photos"}, "object": thing}
        at = version.stored_at.isoformat()
        return {"eventName": "ObjectCreated:Post", "eventTime": at, "s3": place}

    # --- the portal ----------------------------------------------------------------------------

    def hide(self) -> None:
        """Take the return's photos out, as if the transaction that expects them came late."""
        with self.world.inside():
            table = Photo.__table__
            mine = table.c.return_id == db.session.scalar(
                select(Photo.return_id).where(Photo.key == self.forms["front"]["key"])
            )
            self.hidden = [
                dict(row._mapping) for row in db.session.execute(select(table).where(mine))
            ]
            db.session.execute(delete(table).where(mine))

    def turn_up(self) -> None:
        """Let the photos be expected after all."""
        with self.world.inside():
            db.session.execute(insert(Photo.__table__), self.hidden)
        self.hidden = []

    def adopt(self) -> None:
        """Press the button under Parked files."""
        browser = self.world.signed_in(self.world.admin)
        form = {"csrf_token": csrf_of(browser, "/admin/parked")}
        assert browser.post("/admin/parked/adopt", data=form).status_code == 303

    def reconcile(self) -> Tally:
        """Run one cycle of the reconciler."""
        self.listed = True
        tools = tools_of(self.world.app, threading.Event(), pictures=False)
        with self.world.inside(commit=False):
            return reconciliation.reconcile(tools, Scope(days=0, grace=AT_ONCE), Tally())

    def verify(self) -> Report:
        """Verify all that this portal has lived through."""
        store = self.world.app.extensions["qcportal.store"]
        kinds = self.world.app.extensions["qcportal.settings"].capture_kinds
        with self.world.inside(commit=False):
            return verification.verify(store, kinds, Options(grace=AT_ONCE))
