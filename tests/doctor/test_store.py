"""The doctor's questions to S3, with answers that the embedded AWS cannot be made to give."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from qcportal.doctor import store as asking
from qcportal.doctor.findings import Verdict
from qcportal.errors import Unavailable
from qcportal.storage import PhotoStore, StoreSettings
from tests.doctor.answering import QUEUES, Answering

AT = datetime(2026, 5, 6, 7, 8, 9, 500_000, tzinfo=UTC)
DATE = "Wed, 06 May 2026 07:08:09 GMT"


@pytest.mark.parametrize(
    ("seconds", "verdict", "words"),
    [
        (0, Verdict.OK, "within"),
        (2, Verdict.OK, "within"),
        (3, Verdict.WARNING, "3.0 s ahead of S3's"),
        (-30, Verdict.WARNING, "30.0 s behind S3's"),
        (61, Verdict.FAILED, "refuses every signature"),
        (-900, Verdict.FAILED, "900.0 s behind"),
    ],
)
def test_the_clock_is_judged_by_s3s_date(seconds: int, verdict: Verdict, words: str) -> None:
    finding = asking.judge_clock(AT + timedelta(seconds=seconds), DATE)
    assert (finding.verdict, words in finding.said) == (verdict, True), finding


@pytest.mark.parametrize("header", [None, "", "yesterday"])
def test_an_answer_without_a_date_is_a_warning(header: str | None) -> None:
    assert asking.judge_clock(AT, header).verdict is Verdict.WARNING


def test_an_s3_that_is_away_is_named() -> None:
    store = PhotoStore(
        StoreSettings("proofs", "ap-south-1", endpoint_url="http://127.0.0.1:9", addressing="path")
    )
    finding = asking.check_clock(store)
    assert (finding.check, finding.verdict) == ("s3", Verdict.FAILED)
    assert "127.0.0.1:9" in finding.said


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("InvalidAccessKeyId", "QCPORTAL_PORTAL_ACCESS_KEY_ID"),
        ("SignatureDoesNotMatch", "QCPORTAL_PORTAL_SECRET_ACCESS_KEY"),
        ("AccessDenied", "PortalReader"),
        ("NoSuchBucket", "QCPORTAL_BUCKET"),
        ("RequestTimeTooSkewed", "clock"),
        ("NoCredentialsError", "QCPORTAL_PORTAL_ACCESS_KEY_ID"),
        ("ConnectTimeoutError", "network"),
    ],
)
def test_what_s3_refuses_the_reader_points_to_its_mend(code: str, words: str) -> None:
    finding = asking.check_reader(Answering(listing=Unavailable(f"S3 forbids it ({code})")))
    assert (finding.verdict, words in finding.mend) == (Verdict.FAILED, True), finding


@pytest.mark.parametrize(
    ("answer", "verdict", "words"),
    [
        (Unavailable("S3 forbids listing (AccessDenied)"), Verdict.OK, ""),
        (
            Unavailable("S3 forbids listing (InvalidAccessKeyId)"),
            Verdict.FAILED,
            "QCPORTAL_SIGNER_ACCESS_KEY_ID",
        ),
        (
            Unavailable("S3 forbids listing (SignatureDoesNotMatch)"),
            Verdict.FAILED,
            "QCPORTAL_SIGNER_SECRET_ACCESS_KEY",
        ),
        ([], Verdict.FAILED, "FormSigner"),
    ],
)
def test_the_signer_must_be_known_and_must_not_list(
    monkeypatch: pytest.MonkeyPatch, answer: Any, verdict: Verdict, words: str
) -> None:
    store = Answering(listing=answer)
    monkeypatch.setattr(asking, "as_signer", lambda store: store)
    finding = asking.check_signer(store)
    assert (finding.verdict, words in finding.mend) == (verdict, True), finding


def test_a_setting_that_may_not_be_read_is_a_warning_and_the_others_are_judged() -> None:
    denied = Unavailable("S3 forbids the bucket's public access (AccessDenied): misconfigured?")
    store = Answering(
        public_access=denied, versioning={"Status": "Enabled"}, notification=QUEUES, q=denied
    )
    findings = {finding.check: finding for finding in asking.check_bucket(store)}
    assert findings["public access"].verdict is Verdict.WARNING
    assert "PortalReader" in findings["public access"].mend
    assert findings["versioning"].verdict is Verdict.OK
    assert findings["queue"].verdict is Verdict.WARNING
    assert "sqs:GetQueueAttributes" in findings["queue"].mend


def test_without_a_queue_none_is_looked_at() -> None:
    *_, last = asking.check_bucket(Answering())
    assert (last.check, last.verdict) == ("queue", Verdict.SKIPPED)
    assert asking.queue_of(Answering()) == {}
    assert asking.queue_of(Answering(notification=Unavailable("away"))) == {}
