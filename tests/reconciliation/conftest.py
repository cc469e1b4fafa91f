"""A bucket (moto) that phones put into behind the portal's back, and a reconciler that looks."""

import hashlib
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import boto3
import pytest
from moto import mock_aws
from sqlalchemy import select

from qcportal import reconciliation
from qcportal.commands.reconciling import tools_of
from qcportal.db import db
from qcportal.photos import ArrivalRow
from qcportal.reconciliation import Scope, Tally, Tools
from qcportal.storage import PhotoStore, StoreSettings
from tests.world import World

AT_ONCE = Scope(grace=timedelta(0))
PHOTO = b"x" * 2000


@dataclass
class Desk:
    """The world, what S3 holds, and the reconciler's tools."""

    world: World
    s3: Any
    stopping: threading.Event = field(default_factory=threading.Event)

    def tools(self) -> Tools:
        return tools_of(self.world.app, self.stopping, pictures=False)

    def put(self, form: dict[str, Any], data: bytes = PHOTO, **changes: Any) -> str:
        """Store what a phone sent with a form; gives its version."""
        metadata = {
            "photo-id": form["photo_id"],
            "executive-id": str(self.world.executive_id),
            "sha256": hashlib.sha256(data).hexdigest(),
            **changes.pop("metadata", {}),
        }
        given = {"ContentType": "image/jpeg", "Metadata": metadata} | changes
        answer = self.s3.put_object(Bucket="photos", Key=form["key"], Body=data, **given)
        return str(answer["VersionId"])

    def put_inspection(self, form: dict[str, Any], body: object) -> str:
        kind = {"kind": "inspection"}
        data = json.dumps(body).encode()
        return self.put(form, data, ContentType="application/json", metadata=kind)

    def reconcile(self, scope: Scope = AT_ONCE) -> Tally:
        """Run one cycle. S3 tells whole seconds, so what was just put may seem a second younger."""
        with self.world.inside(commit=False):
            return reconciliation.reconcile(self.tools(), scope, Tally())

    def arrivals(self) -> list[ArrivalRow]:
        with self.world.inside(commit=False):
            return list(db.session.scalars(select(ArrivalRow).order_by(ArrivalRow.key)))


@pytest.fixture
def desk(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "x")
    with mock_aws():
        client = boto3.client("s3", "ap-south-1")
        place = {"LocationConstraint": "ap-south-1"}
        client.create_bucket(Bucket="photos", CreateBucketConfiguration=place)
        enabled = {"Status": "Enabled"}
        client.put_bucket_versioning(Bucket="photos", VersioningConfiguration=enabled)
        store = PhotoStore(StoreSettings(bucket="photos", region="ap-south-1"))
        monkeypatch.setitem(world.app.extensions, "qcportal.store", store)
        yield Desk(world, client)
