"""Tell the portal what arrived in S3: event -> HEAD, digest, thumbnails -> one signed POST.

Runs as an AWS Lambda as it is (handler `lambda_relay.handler`): standard library and boto3.
Pictures are measured where a module `imaging` lies beside it (qcportal.demo.lambda_bundle).
"""

import base64
import hashlib
import hmac
import importlib.util
import json
import os
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from functools import cache, lru_cache
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from types import ModuleType
from typing import Any
from urllib.parse import unquote_plus, urlsplit

import boto3  # type: ignore[import-untyped]
from botocore.config import Config  # type: ignore[import-untyped]
from botocore.exceptions import BotoCoreError, ClientError  # type: ignore[import-untyped]

ARRIVALS_PER_CALLBACK = 10
BODY_LIMIT = 250_000  # bytes; the portal's door takes 256 KiB
IMAGE_LIMIT = 32 * 1024 * 1024  # bytes; a bigger picture is hashed, not decoded
CONTENT_LIMIT = 64 * 1024  # bytes of an inspection that is handed on
THREADS = 4  # objects looked up side by side: the time goes into waiting for S3
CONNECT_SECONDS, READ_SECONDS = 3, 10
SECRET_SECONDS = 300  # how long a fetched secret is trusted, so that a rotation is noticed
CHUNK = 1024 * 1024
PHOTO_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")  # last part of a key
# EventBridge names the cause in words where the S3 shape has the event's own name.
EVENTBRIDGE_REASONS = {
    "PutObject": "ObjectCreated:Put",
    "POST Object": "ObjectCreated:Post",
    "CopyObject": "ObjectCreated:Copy",
    "CompleteMultipartUpload": "ObjectCreated:CompleteMultipartUpload",
}
AWS = Config(
    connect_timeout=CONNECT_SECONDS,
    read_timeout=READ_SECONDS,
    retries={"max_attempts": 3, "mode": "standard"},
    max_pool_connections=16,
)

Identity = tuple[str, str, str]


class RelayFailed(Exception):
    """A direct invocation was not delivered whole; raised so that Lambda tries it again."""


class CallbackFailed(Exception):
    """The portal did not take a callback; the text is safe to log."""


@dataclass(frozen=True)
class Notice:
    """What an event says about one new object version; `key` is decoded."""

    bucket: str
    key: str
    version_id: str
    sequencer: str
    event_name: str
    event_time: str | None
    size: int
    etag: str

    @property
    def identity(self) -> Identity:
        """Give what makes an arrival one and the same however often it is told."""
        return self.bucket, self.key, self.version_id


@dataclass(frozen=True)
class Message:
    """What is acknowledged as one: an SQS message, or the whole of a direct invocation."""

    id: str
    notices: tuple[Notice, ...]
    receipt: str = ""
    tries: int = 1
    fault: str = ""


@dataclass
class Tally:
    """What one invocation did; becomes its log line. Never holds a secret or a signature."""

    failed: dict[Identity, str] = field(default_factory=dict)
    seen: Counter[str] = field(default_factory=Counter)


def handler(event: dict[str, Any], context: Any) -> dict[str, list[dict[str, str]]]:
    """Relay every object of `event`; answer which SQS messages have to come again.

    Raises RelayFailed for an event that did not come through SQS and was not delivered.
    """
    started, tally = time.monotonic(), Tally()
    messages = _messages_of(event)
    notices = {notice.identity: notice for message in messages for notice in message.notices}
    _deliver(_look_up_all(list(notices.values()), tally), tally)
    failed = [m for m in messages if m.fault or any(n.identity in tally.failed for n in m.notices)]
    _say(
        event="relay_batch",
        request_id=getattr(context, "aws_request_id", ""),
        messages=len(messages),
        objects=len(notices),
        failed=[message.id for message in failed],
        reasons=sorted({*tally.failed.values(), *(m.fault for m in failed)} - {""}),
        seen=tally.seen,
        ms=round((time.monotonic() - started) * 1000),
    )
    if any(not message.id for message in failed):
        raise RelayFailed("; ".join(sorted(set(tally.failed.values()))))
    _shorten_wait(failed)
    return {"batchItemFailures": [{"itemIdentifier": message.id} for message in failed]}


# Reading events


def _messages_of(event: dict[str, Any]) -> list[Message]:
    records = event.get("Records") or []
    if records and records[0].get("eventSource") == "aws:sqs":
        return [_queue_message(record) for record in records]
    return [Message("", tuple(notices_of(event)))]


def _queue_message(record: dict[str, Any]) -> Message:
    receipt = record.get("receiptHandle", "")
    tries = int(record.get("attributes", {}).get("ApproximateReceiveCount", "1"))
    try:
        notices = tuple(notices_of(json.loads(record["body"])))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        # Not acknowledged: it ends in the dead-letter queue, where its alarm shows it to people.
        return Message(record["messageId"], (), receipt, tries, f"unreadable: {error!r}"[:200])
    return Message(record["messageId"], notices, receipt, tries)


def notices_of(document: dict[str, Any]) -> Iterator[Notice]:
    """Unwrap the S3, SNS and EventBridge shapes; `s3:TestEvent` says nothing."""
    if document.get("Event") == "s3:TestEvent":
        return
    if "detail-type" in document:
        if document["detail-type"] == "Object Created":
            yield _from_eventbridge(document)
    elif document.get("Type") == "Notification":
        yield from notices_of(json.loads(document["Message"]))
    else:
        for record in document["Records"]:
            if "Sns" in record:
                yield from notices_of(json.loads(record["Sns"]["Message"]))
            elif record["eventName"].removeprefix("s3:").startswith("ObjectCreated:"):
                yield _from_s3(record)


def _from_s3(record: dict[str, Any]) -> Notice:
    thing = record["s3"]["object"]
    return Notice(
        bucket=record["s3"]["bucket"]["name"],
        key=unquote_plus(thing["key"]),
        version_id=thing.get("versionId") or "",
        sequencer=thing.get("sequencer") or "",
        event_name=record["eventName"].removeprefix("s3:"),
        event_time=record.get("eventTime"),
        size=int(thing.get("size") or 0),
        etag=thing.get("eTag", ""),
    )


def _from_eventbridge(event: dict[str, Any]) -> Notice:
    detail, thing = event["detail"], event["detail"]["object"]
    reason = detail.get("reason", "")
    return Notice(
        bucket=detail["bucket"]["name"],
        key=thing["key"],  # the one shape in which S3 does not encode the key
        version_id=thing.get("version-id") or "",
        sequencer=thing.get("sequencer") or "",
        event_name=EVENTBRIDGE_REASONS.get(reason, f"ObjectCreated:{reason or '*'}"),
        event_time=event.get("time"),
        size=int(thing.get("size") or 0),
        etag=thing.get("etag", ""),
    )


# Looking at objects


def _look_up_all(notices: list[Notice], tally: Tally) -> list[dict[str, Any]]:
    # Our own thumbnails must never be told as evidence, whatever the bucket's filter says.
    notices = [notice for notice in notices if not notice.key.startswith("d/")]
    _aws("s3")  # made before the threads start: making a client is not thread-safe
    with ThreadPoolExecutor(max_workers=THREADS) as pool:
        found = pool.map(lambda notice: _look_up(notice, tally), notices)
        return [arrival for arrival in found if arrival is not None]


def _look_up(notice: Notice, tally: Tally) -> dict[str, Any] | None:
    """Describe one object, or note why that failed (403 = misconfigured, never "missing")."""
    try:
        return _arrival(notice, tally)
    except Exception as error:  # noqa: BLE001 - one bad object may not hold up its neighbours
        if _answered(error, 404):
            # Deleted in between: trying again cannot help, so the portal is told and decides.
            tally.seen["gone"] += 1
            return _gone(notice)
        tally.failed[notice.identity] = f"s3 {_named(error)}"
        return None


def _answered(error: Exception, status: int) -> bool:
    told = error.response if isinstance(error, ClientError) else {}
    return bool(told.get("ResponseMetadata", {}).get("HTTPStatusCode") == status)


def _named(error: Exception) -> str:
    """Name an error for the log without its text, which may quote what is secret."""
    told = error.response if isinstance(error, ClientError) else {}
    return str(told.get("Error", {}).get("Code") or type(error).__name__)


def _gone(notice: Notice) -> dict[str, Any]:
    nothing = dict.fromkeys(("content_type", "stored_at", "sha256", "sha256_source", "image"))
    return {**vars(notice), **nothing, "metadata": {}, "gone": True}


def _arrival(notice: Notice, tally: Tally) -> dict[str, Any]:
    pinned = {"Bucket": notice.bucket, "Key": notice.key}
    if notice.version_id:
        pinned["VersionId"] = notice.version_id
    head = _aws("s3").head_object(**pinned, ChecksumMode="ENABLED")
    metadata = {name.lower(): _decoded(text) for name, text in head["Metadata"].items()}
    kind = head.get("ContentType", "").partition(";")[0].strip().lower()
    size = head["ContentLength"]
    picture = kind.startswith("image/") and _imaging() is not None
    inspection = kind == "application/json" and metadata.get("kind") == "inspection"
    limit = IMAGE_LIMIT if picture else CONTENT_LIMIT if inspection else -1
    sha256, data = _declared_sha256(head), None
    if not sha256 or size <= limit:
        # IfMatch: without a version id the bytes must still be those of the HEAD.
        body = _aws("s3").get_object(**pinned, IfMatch=head["ETag"])["Body"]
        computed, data = _read(body, keep=size <= limit)
    arrival = {
        **vars(notice),
        "size": size,
        "etag": head["ETag"].strip('"'),
        "content_type": head.get("ContentType", ""),
        "stored_at": head["LastModified"].isoformat(),
        "sha256": sha256 or computed,
        "sha256_source": "s3" if sha256 else "relay",
        "metadata": metadata,
        "image": None,
    }
    if picture:
        arrival["image"] = _image(arrival, data, tally) if data else {"refused": "too_large"}
    if inspection:
        arrival |= _content(data)
    return arrival


def _declared_sha256(head: dict[str, Any]) -> str:
    """Give S3's own full-object SHA-256 as hex, or "" (a multipart one is of its parts)."""
    declared = head.get("ChecksumSHA256", "")
    if not declared or "-" in declared or head.get("ChecksumType") == "COMPOSITE":
        return ""
    return base64.b64decode(declared).hex()


def _read(body: Any, *, keep: bool) -> tuple[str, bytes | None]:
    digest, kept = hashlib.sha256(), bytearray()
    for chunk in body.iter_chunks(CHUNK):
        digest.update(chunk)
        if keep:
            kept += chunk
    return digest.hexdigest(), bytes(kept) if keep else None


def _decoded(text: str) -> str:
    """Undo RFC 2047, in which S3 gives back user metadata that is not ASCII."""
    if "=?" not in text:
        return text
    try:
        return str(make_header(decode_header(text)))
    except (HeaderParseError, LookupError, ValueError):
        return text


def _content(data: bytes | None) -> dict[str, Any]:
    """Parse an inspection's JSON; whatever could not be sent on as JSON is an error."""
    if data is None:
        return {"content_error": "too_large"}
    try:
        content = json.loads(data)
        _json(content)
    except (ValueError, RecursionError) as error:
        return {"content_error": f"not JSON: {error}"[:200]}
    return {"content": content}


@cache
def _imaging() -> ModuleType | None:
    return importlib.import_module("imaging") if importlib.util.find_spec("imaging") else None


def _image(arrival: dict[str, Any], data: bytes, tally: Tally) -> dict[str, Any] | None:
    """Measure a picture and store its thumbnails; no trouble here may cost us the arrival."""
    imaging: Any = _imaging()
    try:
        seen = imaging.analyse_limited(data)
    except imaging.ImageRefused as refusal:
        return {"refused": str(refusal)}
    except Exception as error:  # noqa: BLE001 - the evidence counts, its preview does not
        tally.seen[f"image {_named(error)}"] += 1
        return None
    facts = ("width", "height", "format", "dhash", "blur", "brightness")
    return {
        **{name: getattr(seen, name) for name in facts},
        "thumbnails": _store_thumbnails(arrival, seen.thumbnails, tally),
    }


def _store_thumbnails(
    arrival: dict[str, Any], thumbnails: dict[int, bytes], tally: Tally
) -> list[int]:
    found, stored = PHOTO_ID.findall(arrival["key"]), list[int]()
    if not found:
        return stored
    for size, webp in thumbnails.items():
        try:
            _aws("s3").put_object(
                Bucket=arrival["bucket"],
                Key=f"d/{found[-1]}/{arrival['sha256'][:16]}-{size}.webp",
                Body=webp,
                ContentType="image/webp",
                CacheControl="private, max-age=31536000, immutable",
            )
            stored.append(size)
        except (BotoCoreError, ClientError) as error:
            tally.seen[f"thumbnail {_named(error)}"] += 1
    return sorted(stored)


# Calling the portal


def _json(value: Any) -> bytes:
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.encode()


def _deliver(arrivals: list[dict[str, Any]], tally: Tally) -> None:
    for batch in _batches(arrivals):
        _call(batch, tally)


def _call(batch: list[dict[str, Any]], tally: Tally) -> None:
    identities = sorted((a["bucket"], a["key"], a["version_id"]) for a in batch)
    try:
        _post("s3_" + hashlib.sha256(_json(identities)).hexdigest(), batch, tally)
    except CallbackFailed as failure:
        if str(failure) == "portal 400" and len(batch) > 1:
            # One arrival that the portal cannot read may not hold up its neighbours.
            for arrival in batch:
                _call([arrival], tally)
            return
        tally.failed |= dict.fromkeys(identities, str(failure))
    except (BotoCoreError, ClientError) as error:
        tally.failed |= dict.fromkeys(identities, f"secret {_named(error)}")


def _batches(arrivals: list[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    batch, weight = list[dict[str, Any]](), 0
    for arrival in arrivals:
        size = len(_json(arrival)) + 1
        if batch and (len(batch) == ARRIVALS_PER_CALLBACK or weight + size > BODY_LIMIT):
            yield batch
            batch, weight = [], 0
        batch.append(arrival)
        weight += size
    if batch:
        yield batch


def _post(callback_id: str, batch: list[dict[str, Any]], tally: Tally) -> None:
    """Send one callback; only 2xx is success, a redirect is not followed."""
    body = _json({"arrivals": batch})
    try:
        status, answer = _exchange(callback_id, body)
    except (OSError, HTTPException) as error:
        _portal().close()
        raise CallbackFailed(f"portal {_named(error)}") from error
    tally.seen[f"portal {status}"] += 1
    if not 200 <= status < 300:
        if status == 401:
            _secret.cache_clear()  # it may have been rotated: read it again next time
        raise CallbackFailed(f"portal {status}")
    tally.seen.update(_outcomes(answer))


def _exchange(callback_id: str, body: bytes) -> tuple[int, bytes]:
    """Send over the kept connection, and once more if it turns out to have been closed."""
    portal, kept = _portal(), _portal().sock is not None
    try:
        return _send(portal, callback_id, body)
    except (ConnectionError, HTTPException):
        portal.close()
        if not kept:
            raise
        return _send(portal, callback_id, body)


def _send(portal: HTTPConnection, callback_id: str, body: bytes) -> tuple[int, bytes]:
    if portal.sock is None:
        portal.connect()
    portal.sock.settimeout(READ_SECONDS)
    target = urlsplit(os.environ["CALLBACK_URL"])
    path = target.path + (f"?{target.query}" if target.query else "")
    portal.request("POST", path or "/", body, _signed_headers(callback_id, body))
    answer = portal.getresponse()
    text = answer.read(BODY_LIMIT)
    if not answer.isclosed():
        portal.close()  # more than we care to read: the connection cannot be used again
    return answer.status, text


def _signed_headers(callback_id: str, body: bytes) -> dict[str, str]:
    """Sign as Standard Webhooks do; the moment is fresh, so that a retry is not a replay."""
    moment = str(int(time.time()))
    signed = f"{callback_id}.{moment}.".encode() + body
    digest = hmac.new(_secret(int(time.monotonic() // SECRET_SECONDS)), signed, hashlib.sha256)
    return {
        "Content-Type": "application/json",
        "User-Agent": "qcportal-relay",
        "webhook-id": callback_id,
        "webhook-timestamp": moment,
        "webhook-signature": "v1," + base64.b64encode(digest.digest()).decode(),
    }


@lru_cache(maxsize=1)
def _secret(period: int) -> bytes:
    """Give the signing key: the first of a list, so that the portal can know both meanwhile."""
    arn = os.environ.get("CALLBACK_SECRET_ARN", "")
    if ":ssm:" in arn:
        name = arn.partition(":parameter")[2]
        found = _aws("ssm").get_parameter(Name=name, WithDecryption=True)["Parameter"]["Value"]
    elif arn:
        found = _aws("secretsmanager").get_secret_value(SecretId=arn)["SecretString"]
    else:
        found = os.environ["CALLBACK_SECRET"]
    first: str = found.replace(",", " ").split()[0]
    return base64.b64decode(first.removeprefix("whsec_"))


@cache
def _portal() -> HTTPConnection:
    """Keep one connection to the portal per execution environment."""
    target = urlsplit(os.environ["CALLBACK_URL"])
    kind = HTTPSConnection if target.scheme == "https" else HTTPConnection
    return kind(target.netloc, timeout=CONNECT_SECONDS)


@cache
def _aws(service: str) -> Any:
    return boto3.client(service, config=AWS)


# Answering


def _outcomes(answer: bytes) -> Iterator[str]:
    try:
        for each in json.loads(answer)["outcomes"]:
            yield str(each["outcome"])[:32]
    except (ValueError, KeyError, TypeError):
        yield "not_told"


def _shorten_wait(failed: list[Message]) -> None:
    """Let failed messages come back in 2, 6, 18 s ... 15 min instead of the queue's timeout.

    Best effort: without it they come back just the same, only later.
    """
    queue = os.environ.get("QUEUE_URL")
    for message in failed if queue else []:
        seconds = min(900, 2 * 3 ** min(message.tries - 1, 6))
        try:
            _aws("sqs").change_message_visibility(
                QueueUrl=queue, ReceiptHandle=message.receipt, VisibilityTimeout=seconds
            )
        except (BotoCoreError, ClientError) as error:
            _say(event="relay_wait_not_shortened", error=_named(error))
            return


def _say(**line: Any) -> None:
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()
