"""The ways to sign that `bench/signing.py` measures, and the check that they all sign alike.

Everybody gets the same work: the same key, conditions and lifetime, and for a reading URL the same
query. minio's client takes no open checksum fields, so that nobody has them here.
"""

import base64
import hmac
import importlib
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import boto3
import botocore.auth
import botocore.signers
from botocore.config import Config

from qcportal import sigv4, storage

KEYS = sigv4.Credentials("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
AT = datetime(2026, 1, 31, 9, 30, tzinfo=UTC)
BUCKET, REGION = "proofs", "ap-south-1"
LIFETIME, URL_LIFETIME = 3600, 300
SMALLEST, LARGEST = 1_000, 5_000_000
EXECUTIVE = "0198f3a0-0000-7000-8000-00000000beef"
OPEN = ("sha256", "captured-at", "note")
WEBP = "image/webp"
CACHED = f"private, max-age={storage.READING_WINDOW_SECONDS}"
SCOPE = sigv4.Scope(KEYS, REGION, AT)
EQUAL = {"success_action_status": "201", "x-amz-meta-executive-id": EXECUTIVE}
SHARED: list[sigv4.Condition] = [
    *[{name: value} for name, value in EQUAL.items()],
    *[("starts-with", f"$x-amz-meta-{name}", "") for name in OPEN],
]
TERMS = sigv4.Terms(BUCKET, LIFETIME, EQUAL, SHARED)


@dataclass(frozen=True)
class Contender:
    """One way to sign: `run` signs `count` forms or URLs."""

    name: str
    count: int
    run: Callable[[], object]


def photo_id(number: int) -> str:
    """Give the identity of a photo."""
    return f"0198f3a0-0000-7000-8000-{number:012x}"


def form(number: int) -> sigv4.Form:
    """Give what is asked for one photo."""
    fields = {"Content-Type": "image/jpeg", "x-amz-meta-photo-id": photo_id(number)}
    own = [{name: value} for name, value in fields.items()]
    key = f"u/2026/01/31/merchant/AWB{number:09d}/front-{photo_id(number)}.jpg"
    return sigv4.Form(key, fields, (*own, ("content-length-range", SMALLEST, LARGEST)))


def thumbnail(number: int) -> str:
    """Give the key of a thumbnail as the relay names it."""
    return f"d/{photo_id(number)}/{sha256(str(number).encode()).hexdigest()[:16]}-160.webp"


def wanted(number: int) -> storage.FormWanted:
    """Give the same as a view of the portal asks for it."""
    metadata = {"photo-id": photo_id(number), "executive-id": EXECUTIVE}
    key = form(number).key
    return storage.FormWanted(key, "image/jpeg", SMALLEST, LARGEST, metadata, OPEN)


def store() -> storage.PhotoStore:
    """Give the portal's own door to S3, without a network."""
    access, secret = KEYS.access_key, KEYS.secret_key
    keys = {"signer_access_key": access, "signer_secret_key": secret}
    keys |= {"reader_access_key": access, "reader_secret_key": secret}
    return storage.PhotoStore(storage.StoreSettings(BUCKET, REGION, **keys))


class Boto:
    """boto3's client."""

    def __init__(self) -> None:
        config = Config(signature_version="s3v4", s3={"addressing_style": "virtual"})
        keys = {"aws_access_key_id": KEYS.access_key, "aws_secret_access_key": KEYS.secret_key}
        self._client = boto3.client("s3", region_name=REGION, config=config, **keys)

    def form(self, asked: sigv4.Form) -> dict[str, str]:
        """Give the fields of a form."""
        fields: dict[str, str] = self._client.generate_presigned_post(
            BUCKET,
            asked.key,
            Fields={**EQUAL, **asked.fields},
            Conditions=[*SHARED, *asked.conditions],
            ExpiresIn=LIFETIME,
        )["fields"]
        return fields

    def url(self, key: str) -> str:
        """Give a reading URL."""
        params = {"Bucket": BUCKET, "Key": key, "ResponseContentType": WEBP}
        params |= {"ResponseContentDisposition": "inline", "ResponseCacheControl": CACHED}
        made = self._client.generate_presigned_url
        return str(made("get_object", Params=params, ExpiresIn=URL_LIFETIME))


class Minio:
    """minio's client; it knows the region and asks nobody."""

    def __init__(self, peers: Path | None) -> None:
        if peers:
            sys.path.append(str(peers))
        module = importlib.import_module("minio")
        self._policy = importlib.import_module("minio.datatypes").PostPolicy
        host = f"s3.{REGION}.amazonaws.com"
        self._client = module.Minio(
            host, access_key=KEYS.access_key, secret_key=KEYS.secret_key, region=REGION
        )
        self._client.disable_dualstack_endpoint()

    def form(self, asked: sigv4.Form) -> dict[str, str]:
        """Give the fields of a form."""
        policy = self._policy(BUCKET, datetime.now(UTC) + timedelta(seconds=LIFETIME))
        for name, value in {**EQUAL, **asked.fields, "key": asked.key}.items():
            policy.add_equals_condition(name, value)
        for name in OPEN:
            policy.add_starts_with_condition(f"x-amz-meta-{name}", "")
        policy.add_content_length_range_condition(SMALLEST, LARGEST)
        signed = self._client.presigned_post_policy(policy)
        return {**EQUAL, **asked.fields, "key": asked.key, **signed}

    def url(self, key: str, at: datetime | None = None) -> str:
        """Give a reading URL."""
        headers = {"response-content-type": WEBP, "response-content-disposition": "inline"}
        headers["response-cache-control"] = CACHED
        lifetime = timedelta(seconds=URL_LIFETIME)
        made = self._client.presigned_get_object
        return str(made(BUCKET, key, lifetime, response_headers=headers, request_date=at))


def check(boto: Boto, minio: Minio | None) -> list[str]:
    """Sign the same with all; gives what was compared and raises SystemExit where it differs."""
    ours, key = sigv4.sign_post(form(1), SCOPE, TERMS), thumbnail(1)
    by_store = store().issue_forms([wanted(1)], AT).forms[0].fields
    url = reading_url(store(), key)
    with _botocore_at(AT):
        _same("form, boto3", boto.form(form(1)), ours)
        _same("URL, boto3", boto.url(key), url)
    _same("form, PhotoStore", _signed(by_store), by_store["x-amz-signature"])
    told = ["form and URL equal boto3's byte for byte"]
    if minio:
        theirs = minio.form(form(1))
        _same("form, minio", _signed(theirs), theirs["x-amz-signature"])
        _same("policy, minio", _meaning(theirs["policy"]), _meaning(ours["policy"]))
        _same("URL, minio", _query(minio.url(key, AT)), _query(url))
        told.append("minio's form has our conditions and our signature of them, its URL is ours")
    return told


def reading_url(of: storage.PhotoStore, key: str) -> str:
    """Give the portal's own URL of a thumbnail."""
    return of.reading_url(key, "", content_type=WEBP, at=AT, expires=URL_LIFETIME)


def _same(what: str, one: object, other: object) -> None:
    if one != other:
        raise SystemExit(f"{what}: {one} is not {other}")


def _signed(fields: Any) -> str:
    day = sigv4.Scope(
        KEYS, REGION, datetime.strptime(fields["x-amz-date"] + "+0000", "%Y%m%dT%H%M%SZ%z")
    )
    return hmac.digest(day.key, fields["policy"].encode(), "sha256").hex()


def _meaning(policy: str) -> set[tuple[Any, ...]]:
    """Give a policy's conditions, however they are written, without the moment of signing."""
    found = set()
    for each in json.loads(base64.b64decode(policy))["conditions"]:
        pairs = [("eq", f"${k}", v) for k, v in each.items()] if isinstance(each, dict) else [each]
        found |= {tuple(pair) for pair in pairs}
    return {each for each in found if each[1] not in {"$x-amz-date", "$x-amz-credential"}}


def _query(url: str) -> tuple[str, str, dict[str, str]]:
    parts = urlsplit(url)
    return parts.netloc, parts.path, dict(parse_qsl(parts.query))


@contextmanager
def _botocore_at(moment: datetime) -> Iterator[None]:
    """Stop botocore's clock; two of its modules each hold a reference of their own."""
    held = [(each, each.get_current_datetime) for each in (botocore.auth, botocore.signers)]
    for each, _ in held:
        each.get_current_datetime = lambda: moment.replace(tzinfo=None)
    try:
        yield
    finally:
        for each, own in held:
            each.get_current_datetime = own
