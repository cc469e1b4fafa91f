"""The probe's callback in the database: what is read into it, and what becomes of its row."""

import uuid
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import insert, select

from qcportal import clock, photos, tenancy
from qcportal.db import db
from qcportal.doctor import arrival, probe
from qcportal.doctor.findings import Verdict
from qcportal.photos import ArrivalRow
from tests.doctor.answering import QUEUES, SETTINGS, Answering

SENT = probe.Sent(b"the probe", key="u/doctor/2026/05/06/x.jpg", version_id="v1")


@pytest.fixture
def inside(app: Flask) -> Iterator[Flask]:
    with app.app_context(), tenancy.system("test"):
        yield app


def tell(**changes: object) -> None:
    row = {
        "id": uuid.uuid4(),
        "bucket": SETTINGS.bucket,
        "key": SENT.key,
        "version_id": "v1",
        "sequencer": "1",
        "outcome": "parked",
        "size": len(SENT.body),
        "content_type": "image/jpeg",
        "sha256": SENT.sha256,
        "sha256_source": "relay",
        "declared_sha256": None,
        "user_metadata": {},
        "image": {},
        "stored_at": clock.now(),
        "received_at": clock.now(),
        "source": "relay",
    }
    db.session.execute(insert(ArrivalRow), [row | changes])
    db.session.commit()


def outcomes() -> dict[str, str]:
    rows = {row.key: row.outcome for row in db.session.scalars(select(ArrivalRow))}
    db.session.rollback()
    return rows


def test_a_callback_that_tells_the_probe_as_it_was_sent_is_fine(inside: Flask) -> None:
    tell()
    finding = arrival.wait_for_callback(Answering(), SENT, 0)
    assert (finding.verdict, "the relay computed" in finding.said) == (Verdict.OK, True)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"sha256": "0" * 64}, "wrong digest"),
        ({"size": 1, "version_id": "v2"}, "wrong size and version"),
        ({"outcome": "gone"}, "did not find the object"),
    ],
)
def test_a_callback_that_tells_something_else_has_failed(
    inside: Flask, changes: dict[str, object], words: str
) -> None:
    tell(**changes)
    finding = arrival.wait_for_callback(Answering(), SENT, 0)
    assert (finding.verdict, words in finding.said) == (Verdict.FAILED, True), finding


@pytest.mark.parametrize(
    ("queue", "said", "mend"),
    [
        ({"ApproximateNumberOfMessages": "1"}, "1 waiting and 0 being tried", "portal 401"),
        ({"ApproximateNumberOfMessagesNotVisible": "2"}, "2 being tried", "CallbackUrl"),
        ({}, "the queue is empty", "CallbackUrl"),
    ],
)
def test_a_callback_that_never_comes_is_explained_by_the_queue(
    inside: Flask, queue: dict[str, str], said: str, mend: str
) -> None:
    finding = arrival.wait_for_callback(Answering(notification=QUEUES, q=queue), SENT, 0)
    assert finding.verdict is Verdict.FAILED
    assert said in finding.said
    assert mend in finding.mend


def test_only_parked_probes_are_retired(inside: Flask) -> None:
    tell()
    tell(key="u/2026/05/06/m/awb/front-1.jpg")
    tell(key="u/doctor/2026/05/06/gone.jpg", outcome="gone")
    arrival.retire()
    assert outcomes() == {
        SENT.key: "probe",
        "u/2026/05/06/m/awb/front-1.jpg": "parked",
        "u/doctor/2026/05/06/gone.jpg": "gone",
    }
    assert photos.count_parked() == 1
    db.session.rollback()


def test_a_probe_that_is_told_again_stays_retired(inside: Flask) -> None:
    tell()
    arrival.retire()
    again = photos.Arrival(
        bucket=SETTINGS.bucket,
        key=SENT.key,
        version_id="v1",
        sequencer="1",
        size=9,
        content_type="image/jpeg",
        stored_at=clock.now(),
        sha256=SENT.sha256,
        sha256_source="relay",
        declared_sha256=None,
    )
    photos.confirm_arrivals([again], {})
    db.session.commit()
    assert outcomes() == {SENT.key: "probe"}
