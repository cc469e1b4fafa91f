"""What a worker measures of uploads: again and again, safe to repeat, and honest where it fails."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import boto3
import pytest
from moto import mock_aws
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from qcportal import clock, jobs, uploads
from qcportal.commands import measuring
from qcportal.db import db
from qcportal.storage import PhotoStore, StoreSettings
from qcportal.uploads import HOURS, QUEUE, SHIFTS, UploadHour, UploadMeasure, UploadShift
from tests.conftest import make_settings
from tests.uploads.conftest import AT, Yard, ago


@pytest.fixture
def yard(world: Any) -> Iterator[Yard]:
    with clock.frozen(AT):
        yield Yard(world)


def measure(yard: Yard, name: str) -> UploadMeasure:
    with yard.world.inside(commit=False):
        return uploads.find_measures()[name]


def hours(yard: Yard) -> dict[Any, int]:
    with yard.world.inside(commit=False):
        return {each.start: each.here for each in db.session.scalars(select(UploadHour))}


def test_hours_are_counted_again_as_late_facts_come_in(yard: Yard) -> None:
    photos = yard.inspected()
    yard.here(photos["front"], captured=ago(hours=20), seconds=5)
    yard.on_phone(photos["imei"], announced=ago(hours=20))
    with yard.world.inside():
        measuring.measure_hours()
    hour = uploads.hour_start(ago(hours=20))
    assert hours(yard) == {hour: 1}
    yard.set(photos["imei"], stored_at=AT, verified_at=AT)
    with clock.frozen(AT + timedelta(seconds=30)), yard.world.inside():
        measuring.measure_hours()  # somebody did it within the minute
    assert measure(yard, HOURS).tried_at == AT
    with clock.frozen(AT + timedelta(minutes=2)), yard.world.inside():
        measuring.measure_hours()  # only the last hours
    assert hours(yard) == {hour: 1}
    with clock.frozen(AT + timedelta(minutes=20)), yard.world.inside():
        measuring.measure_hours()
    assert hours(yard) == {hour: 2}
    assert measure(yard, HOURS).taken_at == AT + timedelta(minutes=20)


def test_a_failure_is_kept_and_the_last_good_value_stays(
    yard: Yard, monkeypatch: pytest.MonkeyPatch
) -> None:
    with yard.world.inside():
        measuring.measure_hours()

    def broken(*_: object) -> None:
        raise OperationalError("SELECT", {}, Exception("disk is full"))

    monkeypatch.setattr(uploads, "count_hours", broken)
    later = AT + timedelta(minutes=2)
    with clock.frozen(later), yard.world.inside(), pytest.raises(OperationalError):
        measuring.measure_hours()
    found = measure(yard, HOURS)
    assert (found.taken_at, found.tried_at, found.fault) == (AT, later, "disk is full")


def test_a_worker_that_has_to_stop_leaves_what_it_counted(yard: Yard) -> None:
    yard.here(yard.inspected()["front"], captured=ago(minutes=20), seconds=5)
    stopping = threading.Event()
    stopping.set()
    with yard.world.inside(), pytest.raises(jobs.Interrupted):
        measuring.measure_hours(stopping)
    assert list(hours(yard).values()) == [1]
    with yard.world.inside(commit=False):
        assert uploads.find_measures() == {}


def test_shifts_are_counted_from_their_manifests(yard: Yard) -> None:
    rvp = yard.world.register()
    sheet = yard.world.assign(rvp["return_id"])
    forms = yard.world.forms(rvp["return_id"])
    lines = [
        {"photo_id": forms[slot]["photo_id"], "sha256": f"{n}" * 64, "bytes": 2000}
        for n, slot in enumerate(("front", "damage"))
    ]
    body = {"run_sheet_id": str(sheet), "final": False, "lines": lines}
    answer = yard.world.field("POST", "/manifests", body)
    assert answer.status_code < 300, answer.get_json()
    with yard.world.inside():
        measuring.measure_shifts(yard.world.app)
    with yard.world.inside(commit=False):
        row = db.session.scalars(select(UploadShift)).one()
        loss = uploads.sum_loss(row.day, row.day)
        worst = uploads.find_worst(row.day, row.day, most=5)
        mine = uploads.find_shifts_of(yard.world.executive_id, most=5)
    assert (row.run_sheet_id, row.captured, row.waiting, row.lost) == (sheet, 2, 2, 0)
    assert not row.closed
    assert (loss.owed, loss.unverified, loss.shifts, loss.open_shifts) == (2, 2, 1, 1)
    assert [each.executive for each in worst] == [each.executive for each in mine] == ["Ravi K."]
    with clock.frozen(AT + timedelta(days=3)), yard.world.inside():
        measuring.measure_shifts(yard.world.app)
    with yard.world.inside(commit=False):
        assert uploads.sum_loss(row.day, row.day).lost == 2
    assert measure(yard, SHIFTS).fault is None


@pytest.fixture
def aws(yard: Yard, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A bucket that tells a queue with dead letters (moto)."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "x")
    with mock_aws():
        s3, sqs = boto3.client("s3", "ap-south-1"), boto3.client("sqs", "ap-south-1")
        place = {"LocationConstraint": "ap-south-1"}
        s3.create_bucket(Bucket="photos", CreateBucketConfiguration=place)
        store = PhotoStore(StoreSettings(bucket="photos", region="ap-south-1"))
        monkeypatch.setitem(yard.world.app.extensions, "qcportal.store", store)
        settings = make_settings("sqlite://", s3_endpoint="")
        monkeypatch.setitem(yard.world.app.extensions, "qcportal.settings", settings)
        yield s3, sqs


def tell_queue(s3: Any, sqs: Any) -> str:
    """Make the queues, let the bucket tell the first; gives the address of the dead letters."""
    dead = sqs.create_queue(QueueName="dead")["QueueUrl"]
    arn = "arn:aws:sqs:ap-south-1:123456789012:"
    policy = f'{{"deadLetterTargetArn":"{arn}dead","maxReceiveCount":5}}'
    queue = sqs.create_queue(QueueName="arrivals", Attributes={"RedrivePolicy": policy})
    route = {"QueueArn": f"{arn}arrivals", "Events": ["s3:ObjectCreated:*"]}
    told = {"QueueConfigurations": [route]}
    s3.put_bucket_notification_configuration(Bucket="photos", NotificationConfiguration=told)
    sqs.purge_queue(QueueUrl=queue["QueueUrl"])  # the test event of S3
    sqs.send_message(QueueUrl=queue["QueueUrl"], MessageBody="{}")
    return str(dead)


def look(yard: Yard, *, minutes: int = 0) -> UploadMeasure:
    with clock.frozen(AT + timedelta(minutes=minutes)), yard.world.inside():
        measuring.measure_queue(yard.world.app)
    return measure(yard, QUEUE)


def test_the_queue_and_its_dead_letters_are_measured(yard: Yard, aws: Any) -> None:
    dead = tell_queue(*aws)
    assert look(yard).value == {"waiting": 1, "in_flight": 0, "dead": 0, "dead_since": None}
    aws[1].send_message(QueueUrl=dead, MessageBody="{}")
    found = look(yard, minutes=2).value
    assert found["dead"] == 1
    assert found["dead_since"] is not None
    again = look(yard, minutes=4).value
    assert again["dead_since"] == found["dead_since"]
    assert again["dead"] == 1


def test_a_queue_that_nobody_may_ask_says_why(yard: Yard, aws: Any) -> None:
    found = look(yard)
    assert found.fault == measuring.NO_QUEUE
    assert found.taken_at is None
    tell_queue(*aws)
    assert look(yard, minutes=2).fault is None
    aws[1].delete_queue(QueueUrl=aws[1].get_queue_url(QueueName="arrivals")["QueueUrl"])
    broken = look(yard, minutes=4)
    assert broken.fault
    assert broken.value["waiting"] == 1


def test_a_store_that_does_not_answer_is_a_reason_and_no_crash(yard: Yard) -> None:
    assert look(yard).fault
