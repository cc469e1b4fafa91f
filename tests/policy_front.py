"""S3's checks on a form upload, for tests: signature, policy, size and checksum, with S3's codes.

Written from the AWS pages "POST Object" and "POST Policy" and without the portal's own signer, so
that the two can disagree. What passes may be stored by the caller, for instance in moto.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from xml.sax.saxutils import escape

UNCONDITIONED = {"policy", "x-amz-signature", "file", "bucket"}
Fields = Iterable[tuple[str, str | bytes]]


class Refused(Exception):
    """S3 would answer with this status and error code."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.status, self.code, self.message = status, code, message


@dataclass(frozen=True)
class Upload:
    """A form that S3 would store; `fields` have lower-case names."""

    key: str
    body: bytes
    fields: Mapping[str, str]

    @property
    def metadata(self) -> dict[str, str]:
        mark = "x-amz-meta-"
        return {n.removeprefix(mark): v for n, v in self.fields.items() if n.startswith(mark)}

    @property
    def content_type(self) -> str:
        return self.fields.get("content-type", "binary/octet-stream")


@dataclass(frozen=True)
class Answer:
    """What the sender of the form sees."""

    status: int
    body: str


@dataclass(frozen=True)
class PolicyFront:
    """One bucket behind S3's checks; `secrets` maps access key to secret, `tokens` to token."""

    bucket: str
    region: str
    secrets: Mapping[str, str]
    tokens: Mapping[str, str] = field(default_factory=dict)
    store: Callable[[Upload], None] = lambda upload: None

    def post(self, fields: Fields, *, at: datetime) -> Answer:
        """Answer a form as S3 does and hand what is accepted to `store`."""
        try:
            upload = self.check(fields, at=at)
        except Refused as refusal:
            code, message = escape(refusal.code), escape(refusal.message)
            body = f"<Error><Code>{code}</Code><Message>{message}</Message></Error>"
            return Answer(refusal.status, body)
        self.store(upload)
        if upload.fields.get("success_action_status") != "201":
            return Answer(204, "")
        etag = hashlib.md5(upload.body, usedforsecurity=False).hexdigest()
        place = f"<Bucket>{self.bucket}</Bucket><Key>{escape(upload.key)}</Key>"
        return Answer(201, f'<PostResponse>{place}<ETag>"{etag}"</ETag></PostResponse>')

    def check(self, fields: Fields, *, at: datetime) -> Upload:
        """Give the upload, or raise Refused for the first thing that S3 would not take."""
        given, body = _read(fields)
        self._check_signature(given)
        policy = _policy(given["policy"])
        _check_expiry(policy, at)
        _check_conditions(policy["conditions"], given, bucket=self.bucket)
        _check_size(policy["conditions"], len(body))
        _check_checksum(given, body)
        return Upload(given["key"], body, given)

    def _check_signature(self, given: Mapping[str, str]) -> None:
        for name in ("policy", "x-amz-algorithm", "x-amz-credential", "x-amz-date"):
            _demand(given, name)
        if given["x-amz-algorithm"] != "AWS4-HMAC-SHA256":
            raise Refused(400, "InvalidRequest", "The algorithm is not supported.")
        access_key, _, place = given["x-amz-credential"].partition("/")
        if access_key not in self.secrets:
            raise Refused(403, "InvalidAccessKeyId", "The key does not exist in our records.")
        day = given["x-amz-date"][:8]
        if place != f"{day}/{self.region}/s3/aws4_request":
            raise Refused(400, "AuthorizationQueryParametersError", "The scope is malformed.")
        if given.get("x-amz-security-token") != self.tokens.get(access_key):
            raise Refused(403, "InvalidToken", "The provided token is malformed or invalid.")
        key = f"AWS4{self.secrets[access_key]}".encode()
        for part in place.split("/"):
            key = hmac.new(key, part.encode(), hashlib.sha256).digest()
        wanted = hmac.new(key, given["policy"].encode(), hashlib.sha256).hexdigest()
        if wanted != given.get("x-amz-signature"):
            raise Refused(403, "SignatureDoesNotMatch", "The signature does not match.")


def _read(fields: Fields) -> tuple[dict[str, str], bytes]:
    given: dict[str, str] = {}
    for name, value in fields:
        if name.lower() == "file":
            # S3 ignores every field after the file.
            _demand(given, "key")
            return given, value if isinstance(value, bytes) else value.encode()
        if name.lower() in given:
            raise Refused(400, "InvalidArgument", f"{name} was sent twice.")
        given[name.lower()] = value if isinstance(value, str) else value.decode()
    raise Refused(400, "InvalidArgument", "POST requires exactly one file upload per request.")


def _demand(given: Mapping[str, str], name: str) -> None:
    if not given.get(name):
        message = f"Bucket POST must contain a field named '{name}'."
        raise Refused(400, "InvalidArgument", message)


def _policy(text: str) -> dict[str, Any]:
    try:
        policy: dict[str, Any] = json.loads(base64.b64decode(text, validate=True))
        return {"expiration": policy["expiration"], "conditions": policy["conditions"]}
    except (ValueError, KeyError, TypeError) as error:
        raise Refused(400, "InvalidPolicyDocument", "Invalid Policy: Invalid JSON.") from error


def _check_expiry(policy: Mapping[str, Any], at: datetime) -> None:
    if datetime.fromisoformat(policy["expiration"]).astimezone(UTC) <= at:
        raise Refused(403, "AccessDenied", "Invalid according to Policy: Policy expired.")


def _check_conditions(conditions: list[Any], given: Mapping[str, str], *, bucket: str) -> None:
    values = {**given, "bucket": bucket}
    named = set()
    for condition in conditions:
        triple = _triple(condition)
        if triple[0] == "content-length-range":
            continue
        name = triple[1].removeprefix("$").lower()
        named.add(name)
        if not _holds(triple[0], values.get(name), triple[2]):
            text = json.dumps(condition)
            message = f"Invalid according to Policy: Policy Condition failed: {text}"
            raise Refused(403, "AccessDenied", message)
    extra = [n for n in given if n not in named | UNCONDITIONED and not n.startswith("x-ignore-")]
    if extra:
        message = f"Invalid according to Policy: Extra input fields: {', '.join(extra)}"
        raise Refused(403, "AccessDenied", message)


def _triple(condition: Any) -> tuple[str, Any, Any]:
    if isinstance(condition, dict) and len(condition) == 1:
        ((name, value),) = condition.items()
        return "eq", name, value
    if isinstance(condition, list) and len(condition) == 3:
        return str(condition[0]).lower(), condition[1], condition[2]
    raise Refused(400, "InvalidPolicyDocument", "Invalid Policy: Invalid Condition.")


def _holds(operator: str, value: str | None, wanted: str) -> bool:
    # A field that a condition names has to be there, even where any value is allowed.
    if value is None:
        return False
    if operator == "eq":
        return value == wanted
    return operator == "starts-with" and value.startswith(wanted)


def _check_size(conditions: list[Any], size: int) -> None:
    for operator, least, most in map(_triple, conditions):
        if operator == "content-length-range" and size > most:
            raise Refused(400, "EntityTooLarge", "The upload exceeds the maximum allowed size.")
        if operator == "content-length-range" and size < least:
            raise Refused(400, "EntityTooSmall", "The upload is smaller than the minimum size.")


def _check_checksum(given: Mapping[str, str], body: bytes) -> None:
    claimed = given.get("x-amz-checksum-sha256")
    if claimed is None:
        return
    if len(claimed) != 44:
        raise Refused(400, "InvalidRequest", "Value for x-amz-checksum-sha256 header is invalid.")
    if claimed != base64.b64encode(hashlib.sha256(body).digest()).decode():
        raise Refused(400, "BadDigest", "The SHA256 you specified did not match.")
