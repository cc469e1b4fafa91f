"""Asks S3 what the judges of `bucket` judge, and who may do what; every refusal is a finding."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from email.utils import parsedate_to_datetime
from itertools import islice
from typing import Any

from qcportal import clock
from qcportal.doctor import bucket, web
from qcportal.doctor.findings import Finding, Verdict, failed, ok, skipped, warning
from qcportal.errors import PortalError
from qcportal.storage import PhotoStore

WARN_SECONDS, FAIL_SECONDS = 2, 60
ADVICE = {
    "NoSuchBucket": "Check QCPORTAL_BUCKET and QCPORTAL_REGION.",
    "InvalidAccessKeyId": "AWS does not know QCPORTAL_PORTAL_ACCESS_KEY_ID: was it deleted?",
    "SignatureDoesNotMatch": "QCPORTAL_PORTAL_SECRET_ACCESS_KEY is not that key's secret.",
    "AccessDenied": "Give the portal's principal the policy of PortalReader in deploy/aws.yaml.",
    "RequestTimeTooSkewed": "Set this machine's clock (see the finding about the clock).",
    "NoCredentials": "Set QCPORTAL_PORTAL_ACCESS_KEY_ID and _SECRET_ACCESS_KEY.",
    "no AWS credentials": "Set QCPORTAL_SIGNER_ACCESS_KEY_ID and _SECRET_ACCESS_KEY.",
}
ELSE = "Check the network, QCPORTAL_S3_ENDPOINT and the bucket's policy."
_WRONG_KEY = ("InvalidAccessKeyId", "SignatureDoesNotMatch")


def check_clock(store: PhotoStore) -> Finding:
    """Compare our clock with S3's; signatures are refused from 15 minutes on."""
    asked = clock.now()
    try:
        answer = web.ask(store.public_origin)
    except web.Unreachable as error:
        mend = "Check the network, QCPORTAL_BUCKET, QCPORTAL_REGION and QCPORTAL_S3_ENDPOINT."
        return failed("s3", f"nobody answers: {error}", mend)
    middle = asked + (clock.now() - asked) / 2
    return judge_clock(middle, answer.headers.get("date"))


def judge_clock(ours: datetime, date_header: str | None) -> Finding:
    """Judge our clock at the moment S3 sent this Date, which has whole seconds."""
    try:
        theirs = parsedate_to_datetime(date_header or "")
    except ValueError:
        mend = "Is there a proxy in between? Uploads need a straight way to S3."
        return warning("clock", "S3's answer has no Date to compare with", mend)
    apart = (ours - theirs).total_seconds() - 0.5
    said = f"{abs(apart):.1f} s {'ahead of' if apart > 0 else 'behind'} S3's"
    mend = "Let the machine follow a time server (chrony, systemd-timesyncd)."
    if abs(apart) > FAIL_SECONDS:
        return failed("clock", f"{said}: from 15 minutes on S3 refuses every signature", mend)
    if abs(apart) > WARN_SECONDS:
        return warning("clock", said, mend)
    return ok("clock", f"within {WARN_SECONDS} s of S3's")


def check_reader(store: PhotoStore) -> Finding:
    """Check that the portal's principal may list uploads."""
    try:
        list(islice(store.list_versions(store.settings.prefix, page_size=1), 1))
    except PortalError as error:
        return refused("reader", error)
    return ok("reader", f"may list {store.settings.prefix} in the bucket {store.settings.bucket}")


def check_signer(store: PhotoStore) -> Finding:
    """Check that the signer is known and may not list; only a probe shows what else it may."""
    try:
        list(islice(as_signer(store).list_versions(store.settings.prefix, page_size=1), 1))
    except PortalError as error:
        if any(code in error.detail for code in _WRONG_KEY):
            return _signers(refused("signer", error))
        if "AccessDenied" in error.detail:
            return ok("signer", "is known, and may not list")
        return _signers(refused("signer", error))
    return too_mighty("may list the bucket")


def check_signer_cannot_read(store: PhotoStore, key: str) -> Finding:
    """Check with a stored object that the signer may not read it."""
    try:
        as_signer(store).head(key)
    except PortalError:
        return ok("signer", "may not read what was uploaded")
    return too_mighty("may read uploads")


def too_mighty(what: str) -> Finding:
    """Say that whoever holds the signer's key, or finds it, can do more than upload."""
    mend = "Give it the policy of FormSigner in deploy/aws.yaml: s3:PutObject under u/ alone."
    return failed("signer", f"{what}; it should only be able to put under u/", mend)


def check_bucket(store: PhotoStore) -> Iterator[Finding]:
    """Check every setting of the bucket that photos depend on."""
    region = store.settings.region
    notification: dict[str, Any] = {}

    def told(answer: Mapping[str, Any]) -> Finding:
        notification.update(answer)
        return bucket.judge_notification(answer)

    judges: dict[str, Callable[[Mapping[str, Any]], Finding]] = {
        "location": lambda answer: bucket.judge_location(answer, region),
        "versioning": bucket.judge_versioning,
        "cors": bucket.judge_cors,
        "lifecycle": bucket.judge_lifecycle,
        "public_access": bucket.judge_public_access,
        "encryption": bucket.judge_encryption,
        "notification": told,
    }
    for name, judge in judges.items():
        yield _judged(store, name, judge)
    arn = bucket.queue_arn(notification)
    yield check_queue(store, arn) if arn else skipped("queue", "the bucket tells no queue")


def check_queue(store: PhotoStore, arn: str) -> Finding:
    """Check the queue behind the bucket, and its dead letters."""
    try:
        attributes = store.queue_state(arn)
        dead_arn = bucket.dead_letter_arn(attributes)
        dead = store.queue_state(dead_arn) if dead_arn else None
    except PortalError as error:
        mend = "Give the portal's principal sqs:GetQueueAttributes, as deploy/aws.yaml does."
        return warning("queue", f"it cannot be looked at: {error.detail}", mend)
    return bucket.judge_queue(attributes, dead)


def queue_of(store: PhotoStore) -> dict[str, str]:
    """Give the attributes of the queue behind the bucket, {} when they cannot be had."""
    try:
        arn = bucket.queue_arn(store.setting("notification"))
        return store.queue_state(arn) if arn else {}
    except PortalError:
        return {}


def as_signer(store: PhotoStore) -> PhotoStore:
    """Give the bucket as the signer sees it, to find out that it does not."""
    given = store.settings
    return PhotoStore(
        replace(
            given,
            reader_access_key=given.signer_access_key,
            reader_secret_key=given.signer_secret_key,
        )
    )


def refused(check: str, error: PortalError) -> Finding:
    """Say what S3 refused, with the mend that its error code points to."""
    mend = next((text for code, text in ADVICE.items() if code in error.detail), ELSE)
    return failed(check, error.detail, mend)


def _judged(store: PhotoStore, name: str, judge: Callable[[Mapping[str, Any]], Finding]) -> Finding:
    try:
        return judge(store.setting(name))
    except PortalError as error:
        return replace(refused(name.replace("_", " "), error), verdict=Verdict.WARNING)


def _signers(finding: Finding) -> Finding:
    return replace(finding, mend=finding.mend.replace("QCPORTAL_PORTAL_", "QCPORTAL_SIGNER_"))
