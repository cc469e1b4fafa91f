"""Tell the portal what arrived in S3: event -> HEAD, digest -> one signed POST; pictures later.

Runs as an AWS Lambda as it is (handler `lambda_relay.handler`): standard library and boto3.
Where a module `imaging` lies beside it (qcportal.demo.lambda_bundle) pictures are measured and get
thumbnails once the portal knows of them, and their arrivals are told again with what was found:
by whoever takes the messages of PICTURES_QUEUE_URL, or without such a queue at once.
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

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

ARRIVALS_PER_CALLBACK = 10
BODY_LIMIT = 250_000  # bytes; the portal's door takes 256 KiB
IMAGE_LIMIT = 32 * 1024 * 1024  # bytes; a bigger picture is hashed, not decoded
CONTENT_LIMIT = 64 * 1024  # bytes of an inspection that is handed on
PICTURE_TRIES = 3  # after so many a picture is left to the portal's reconciler
PICTURE_SECONDS = 10  # of processor for measuring one picture, and by the clock half as much more
LEAST_SECONDS = 30  # what one more picture and the callback may take before Lambda ends us
SPARE_MEMORY = 256 * 1024 * 1024  # bytes of a Lambda that are not for decoding
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
    """What is acknowledged as one: an SQS message, or the whole of a direct invocation.

    `told` is an arrival that the portal knows and whose picture is still to be measured.
    """

    id: str
    notices: tuple[Notice, ...]
    told: dict[str, Any] | None = None
    receipt: str = ""
    tries: int = 1
    fault: str = ""


@dataclass
class Tally:
    """What one invocation did; becomes its log line. Never holds a secret or a signature.

    `failed` was not told, and comes again until it is. `unseen` was told, and only its picture was
    not measured.
    """

    failed: dict[Identity, str] = field(default_factory=dict)
    unseen: dict[Identity, str] = field(default_factory=dict)
    seen: Counter[str] = field(default_factory=Counter)


def handler(event: dict[str, Any], context: Any) -> dict[str, list[dict[str, str]]]:
    """Relay every object of `event`; answer which SQS messages have to come again.

    Raises RelayFailed for an event that did not come through SQS and was not delivered.
    """
    started, tally = time.monotonic(), Tally()
    messages = _messages_of(event)
    notices = {notice.identity: notice for message in messages for notice in message.notices}
    wanted = _deliver(_look_up_all(list(notices.values()), tally), tally)
    told = [message.told for message in messages if message.told is not None]
    _see_to_pictures(wanted, told, _deadline(context), tally)
    failed = [message for message in messages if _comes_again(message, tally)]
    _say(
        event="relay_batch",
        request_id=getattr(context, "aws_request_id", ""),
        messages=len(messages),
        objects=len(notices),
        pictures=len(wanted) + len(told),
        failed=[message.id for message in failed],
        reasons=sorted(
            {*tally.failed.values(), *tally.unseen.values(), *(m.fault for m in failed)} - {""}
        ),
        seen=tally.seen,
        ms=round((time.monotonic() - started) * 1000),
    )
    if any(not message.id for message in failed):
        raise RelayFailed("; ".join(sorted(set(tally.failed.values()))))
    _shorten_wait(failed)
    return {"batchItemFailures": [{"itemIdentifier": message.id} for message in failed]}


def _comes_again(message: Message, tally: Tally) -> bool:
    """Tell what has to be tried again: an arrival for ever, a picture only a few times.

    The reconciler measures what is left, so that no picture can fill the dead letters.
    """
    identities = [notice.identity for notice in message.notices]
    if message.told is not None:
        identities.append(_identity_of(message.told))
    if message.fault or any(identity in tally.failed for identity in identities):
        return True
    unseen = any(identity in tally.unseen for identity in identities)
    return unseen and message.id != "" and message.tries < PICTURE_TRIES


def _deadline(context: Any) -> float:
    """Give the moment (monotonic) at which Lambda ends us; far away without one."""
    left = getattr(context, "get_remaining_time_in_millis", lambda: 3_600_000)()
    return time.monotonic() + left / 1000


def _identity_of(arrival: dict[str, Any]) -> Identity:
    return arrival["bucket"], arrival["key"], arrival["version_id"]


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
        body = json.loads(record["body"])
        told = _told_in(body)
        notices = () if told is not None else tuple(notices_of(body))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        # Not acknowledged: it ends in the dead-letter queue, where its alarm shows it to people.
        fault = f"unreadable: {error!r}"[:200]
        return Message(record["messageId"], (), None, receipt, tries, fault)
    return Message(record["messageId"], notices, told, receipt, tries)


def keys_of(body: dict[str, Any]) -> list[str]:
    """Give the keys that a message is about, whichever kind it is."""
    told = _told_in(body)
    return [told["key"]] if told is not None else [each.key for each in notices_of(body)]


def _told_in(body: dict[str, Any]) -> dict[str, Any] | None:
    """Give the arrival of a message that we sent ourselves, for its picture."""
    told: dict[str, Any] | None = body.get("picture_of")
    if told is not None:
        _identity_of(told)  # raises KeyError where it is none
    return told


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
    inspection = kind == "application/json" and metadata.get("kind") == "inspection"
    limit = CONTENT_LIMIT if inspection else -1
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
    return arrival | (_content(data) if inspection else {})


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


# Looking at pictures


def _see_to_pictures(
    wanted: list[dict[str, Any]], told: list[dict[str, Any]], deadline: float, tally: Tally
) -> None:
    """Hand the pictures that the portal wants on to their queue, or measure them here and now.

    What is wrong here is noted as `unseen` and never touches what was told already.
    """
    queue = os.environ.get("PICTURES_QUEUE_URL")
    if queue and wanted:
        _hand_on(queue, wanted, tally)
    else:
        told = [*wanted, *told]
    measured = [_told_again(arrival, deadline, tally) for arrival in told]
    found = [arrival for arrival in measured if arrival is not None]
    calling = Tally(seen=tally.seen)
    for batch in _batches(found):
        _call(batch, calling, "img_")
    tally.unseen |= calling.failed


def _hand_on(queue: str, wanted: list[dict[str, Any]], tally: Tally) -> None:
    # One by one: to some who stand in for SQS a batch is a right of its own.
    for arrival in wanted:
        body = _json({"picture_of": arrival}).decode()
        try:
            _aws("sqs").send_message(QueueUrl=queue, MessageBody=body)
        except (BotoCoreError, ClientError) as error:
            tally.unseen[_identity_of(arrival)] = f"pictures {_named(error)}"


def _told_again(arrival: dict[str, Any], deadline: float, tally: Tally) -> dict[str, Any] | None:
    """Give an arrival with what its picture shows, or note why nobody looked."""
    if time.monotonic() > deadline - LEAST_SECONDS:
        tally.unseen[_identity_of(arrival)] = "picture out of time"
        return None
    try:
        return {**arrival, "image": _image(arrival)}
    except Exception as error:  # noqa: BLE001 - the evidence counts, its preview does not
        if _answered(error, 404):
            tally.seen["picture gone"] += 1
        else:
            tally.unseen[_identity_of(arrival)] = f"picture {_named(error)}"
        return None


@cache
def _imaging() -> ModuleType | None:
    return importlib.import_module("imaging") if importlib.util.find_spec("imaging") else None


def _is_picture(arrival: dict[str, Any]) -> bool:
    kind = str(arrival["content_type"] or "").partition(";")[0].strip().lower()
    return kind.startswith("image/") and not arrival.get("gone") and _imaging() is not None


def _image(arrival: dict[str, Any]) -> dict[str, Any]:
    """Measure a picture in a limited process of its own, and store its thumbnails.

    Either all of them are stored or this raises: what is told once is not looked at again.
    """
    imaging: Any = _imaging()
    if arrival["size"] > IMAGE_LIMIT:
        return {"refused": "too_large"}
    data = _get(arrival)
    try:
        limits = {"timeout": PICTURE_SECONDS, "memory": _memory(imaging), "patience": 1.5}
        seen = imaging.analyse_limited(data, **limits)
    except imaging.ImageRefused as refusal:
        return {"refused": str(refusal)}
    return {**seen.facts, "thumbnails": _store_thumbnails(arrival, seen.thumbnails)}


def _get(arrival: dict[str, Any]) -> bytes:
    pinned = {"Bucket": arrival["bucket"], "Key": arrival["key"]}
    if arrival["version_id"]:
        pinned["VersionId"] = arrival["version_id"]
    # IfMatch: without a version id the bytes must still be those that were told.
    body = _aws("s3").get_object(**pinned, IfMatch=f'"{arrival["etag"]}"')["Body"]
    data: bytes = body.read()
    return data


def _memory(imaging: Any) -> int:
    """Give how much memory decoding may take, in bytes: less than would end this very Lambda."""
    own = int(os.environ.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "0")) * 1024 * 1024
    most: int = imaging.MEMORY_BYTES
    return min(most, max(own - SPARE_MEMORY, SPARE_MEMORY)) if own else most


def _store_thumbnails(arrival: dict[str, Any], thumbnails: dict[int, bytes]) -> list[int]:
    found = PHOTO_ID.findall(arrival["key"])
    if not found:
        return []
    for size, webp in thumbnails.items():
        _aws("s3").put_object(
            Bucket=arrival["bucket"],
            Key=f"d/{found[-1]}/{arrival['sha256'][:16]}-{size}.webp",
            Body=webp,
            ContentType="image/webp",
            CacheControl="private, max-age=31536000, immutable",
        )
    return sorted(thumbnails)


# Calling the portal


def _json(value: Any) -> bytes:
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.encode()


def _deliver(arrivals: list[dict[str, Any]], tally: Tally) -> list[dict[str, Any]]:
    """Tell the portal of arrivals; gives those of whose pictures it knows nothing yet."""
    wanted = list[dict[str, Any]]()
    for batch in _batches(arrivals):
        wanted += _call(batch, tally, "s3_")
    return [arrival for arrival in wanted if _is_picture(arrival)]


def _call(batch: list[dict[str, Any]], tally: Tally, prefix: str) -> list[dict[str, Any]]:
    """Make one callback, or one for each arrival; gives those whose pictures are wanted."""
    identities = sorted(_identity_of(arrival) for arrival in batch)
    try:
        answer = _post(prefix + hashlib.sha256(_json(identities)).hexdigest(), batch, tally)
    except CallbackFailed as failure:
        if str(failure) == "portal 400" and len(batch) > 1:
            # One arrival that the portal cannot read may not hold up its neighbours.
            return [each for arrival in batch for each in _call([arrival], tally, prefix)]
        tally.failed |= dict.fromkeys(identities, str(failure))
        return []
    except (BotoCoreError, ClientError) as error:
        tally.failed |= dict.fromkeys(identities, f"secret {_named(error)}")
        return []
    return [
        arrival
        for arrival, told in zip(batch, answer, strict=False)
        if told.get("picture_wanted", True)
    ]


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


def _post(callback_id: str, batch: list[dict[str, Any]], tally: Tally) -> list[dict[str, Any]]:
    """Send one callback and give what was answered of each arrival.

    Only 2xx is success, and a redirect is not followed.
    """
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
    outcomes = _outcomes(answer, len(batch))
    tally.seen.update(str(each.get("outcome", "not_told"))[:32] for each in outcomes)
    return outcomes


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


def _outcomes(answer: bytes, count: int) -> list[dict[str, Any]]:
    """Read what the portal answered of each arrival; nothing of any where that is unreadable."""
    try:
        told = json.loads(answer)["arrivals"]
    except (ValueError, KeyError, TypeError):
        told = []
    known = isinstance(told, list) and len(told) == count
    if known and all(isinstance(each, dict) for each in told):
        return list(told)
    return [{} for _ in range(count)]


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
