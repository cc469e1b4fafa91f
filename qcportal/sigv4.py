"""AWS Signature Version 4 for the two things the portal hands out: POST forms and GET URLs.

Pure arithmetic on values, without network, boto3 or a clock; boto3 is the oracle of its tests.
"""

import hmac
import ipaddress
import re
from binascii import b2a_base64
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property, lru_cache
from hashlib import sha256
from json.encoder import encode_basestring_ascii as quoted
from urllib.parse import quote, urlsplit

ALGORITHM = "AWS4-HMAC-SHA256"
LONGEST_SECONDS = 7 * 24 * 3600
_VIRTUAL_BUCKET = re.compile(r"[a-z0-9][a-z0-9-]{1,61}[a-z0-9]")
_DEFAULT_PORTS = {"http": ":80", "https": ":443"}

Condition = Mapping[str, str] | tuple[str, str | int, str | int]


@dataclass(frozen=True)
class Credentials:
    """AWS keys; temporary ones carry a session token and the moment at which they end."""

    access_key: str
    secret_key: str = field(repr=False)
    session_token: str | None = field(default=None, repr=False)
    expires_at: datetime | None = None


@dataclass(frozen=True)
class Bucket:
    """Where a bucket answers: `addressing` is "virtual" or "path", `endpoint` None means AWS."""

    name: str
    region: str
    endpoint: str | None = None
    addressing: str = "virtual"

    @cached_property
    def url(self) -> str:
        """Give the address that forms are posted to, as boto3 writes it."""
        parts = urlsplit(self.endpoint or f"https://s3.{self.region}.amazonaws.com")
        path = parts.path.rstrip("/")
        if self.addressing == "path" or not self._fits_a_host(parts.hostname or ""):
            return f"{parts.scheme}://{parts.netloc}{path}/{self.name}"
        return f"{parts.scheme}://{self.name}.{parts.netloc}{path or '/'}"

    def _fits_a_host(self, host: str) -> bool:
        # A dot in the bucket's name would break the wildcard certificate of the endpoint.
        return not _is_address(host) and _VIRTUAL_BUCKET.fullmatch(self.name) is not None


@dataclass(frozen=True)
class Scope:
    """Who signs, for which region and at which (aware) moment; `stamp` is `20260131T235959Z`."""

    credentials: Credentials
    region: str
    at: datetime
    stamp: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "stamp", _moment(self.at).replace("-", "").replace(":", ""))

    @property
    def place(self) -> str:
        """Give the credential scope: date, region, service."""
        return f"{self.stamp[:8]}/{self.region}/s3/aws4_request"

    @property
    def key(self) -> bytes:
        """Give the day's signing key."""
        return signing_key(self.credentials.secret_key, self.stamp[:8], self.region)

    @property
    def credential(self) -> str:
        """Give the `x-amz-credential` value."""
        return f"{self.credentials.access_key}/{self.place}"


@dataclass(frozen=True)
class Terms:
    """What forms have in common: the bucket, a lifetime in seconds, shared fields and conditions.

    As with S3 itself a field needs a condition that allows it: fields are only sent, conditions
    only checked.
    """

    bucket: str
    expires_in: int
    fields: Mapping[str, str] = field(default_factory=dict)
    conditions: Sequence[Condition] = ()

    @cached_property
    def opening(self) -> str:
        """Give the shared conditions as the policy writes them, encoded once per terms."""
        return _listed(self.conditions)


@dataclass(frozen=True)
class Form:
    """What one form adds to its terms: its key, further fields and further conditions."""

    key: str
    fields: Mapping[str, str] = field(default_factory=dict)
    conditions: Sequence[Condition] = ()


class FormSigner:
    """Signs many forms under the same terms, encoding what they share only once.

    Conditions stand in the policy as: shared, own, bucket, key, signature terms; so the result
    equals boto3's `generate_presigned_post(Conditions=shared + own)` byte for byte.
    """

    def __init__(self, scope: Scope, terms: Terms) -> None:
        self._terms = terms
        self._key = scope.key
        self.signature_fields = _signature_fields(scope)
        head = _policy_head(scope.at + timedelta(seconds=terms.expires_in))
        self._opening = head + terms.opening
        self._bucket = f'{{"bucket": {quoted(terms.bucket)}}}, '
        self._tail = _signature_terms(self.signature_fields)

    def sign(self, form: Form) -> tuple[str, str]:
        """Give the (policy, signature) pair of one form, both as S3 expects them in the form."""
        own = _listed(form.conditions)
        document = f"{self._opening}{own}{self._bucket}{_key_condition(form.key)}{self._tail}"
        policy = b2a_base64(document.encode("ascii"), newline=False)
        return policy.decode("ascii"), hmac.digest(self._key, policy, "sha256").hex()

    def fields(self, form: Form) -> dict[str, str]:
        """Give every field of one form in boto3's order; the file has to come after them."""
        policy, signature = self.sign(form)
        return {
            **self._terms.fields,
            **form.fields,
            "key": form.key,
            **self.signature_fields,
            "policy": policy,
            "x-amz-signature": signature,
        }


def sign_post(form: Form, scope: Scope, terms: Terms) -> dict[str, str]:
    """Give the fields of one pre-signed POST form (AWS: "Authenticating Requests: POST").

    Keep `terms` between calls: their conditions are encoded once.
    """
    return FormSigner(scope, terms).fields(form)


def sign_posts(forms: Iterable[Form], scope: Scope, terms: Terms) -> list[tuple[str, str]]:
    """Give the (policy, signature) pair of each form; the shared work is done once."""
    signer = FormSigner(scope, terms)
    return [signer.sign(form) for form in forms]


def presign_get(
    bucket: Bucket, key: str, scope: Scope, *, expires_in: int, query: Mapping[str, str]
) -> str:
    """Give a GET URL for one object, valid `expires_in` seconds from the scope's moment.

    `query` holds `versionId` and the `response-*` overrides and is part of what is signed.
    """
    url = f"{bucket.url.rstrip('/')}/{quote(key, safe='/~')}"
    parts = urlsplit(url)
    authentication = {
        "X-Amz-Algorithm": ALGORITHM,
        "X-Amz-Credential": scope.credential,
        "X-Amz-Date": scope.stamp,
        "X-Amz-Expires": str(expires_in),
        "X-Amz-SignedHeaders": "host",
    }
    if scope.credentials.session_token is not None:
        authentication["X-Amz-Security-Token"] = scope.credentials.session_token
    pairs = [_pair(item) for item in (*query.items(), *authentication.items())]
    host = parts.netloc.removesuffix(_DEFAULT_PORTS[parts.scheme])
    request = "\n".join(
        ("GET", parts.path, "&".join(sorted(pairs)), f"host:{host}\n", "host", "UNSIGNED-PAYLOAD")
    )
    return f"{url}?{'&'.join(pairs)}&X-Amz-Signature={_signature(request, scope)}"


@lru_cache(maxsize=64)
def signing_key(secret_key: str, day: str, region: str) -> bytes:
    """Derive the key that signs one day's S3 requests in one region."""
    key = f"AWS4{secret_key}".encode()
    for step in (day, region, "s3", "aws4_request"):
        key = hmac.digest(key, step.encode(), "sha256")
    return key


def _signature(request: str, scope: Scope) -> str:
    digest = sha256(request.encode()).hexdigest()
    text = f"{ALGORITHM}\n{scope.stamp}\n{scope.place}\n{digest}"
    return hmac.digest(scope.key, text.encode(), "sha256").hex()


def _signature_fields(scope: Scope) -> dict[str, str]:
    fields = {
        "x-amz-algorithm": ALGORITHM,
        "x-amz-credential": scope.credential,
        "x-amz-date": scope.stamp,
    }
    if scope.credentials.session_token is not None:
        fields["x-amz-security-token"] = scope.credentials.session_token
    return fields


def _signature_terms(fields: Mapping[str, str]) -> str:
    terms = [f", {{{quoted(name)}: {quoted(value)}}}" for name, value in fields.items()]
    return "".join(terms) + "]}"


def _policy_head(expiration: datetime) -> str:
    return f'{{"expiration": "{_moment(expiration)}", "conditions": ['


def _moment(at: datetime) -> str:
    # strftime would cost as much as the signature.
    return at.astimezone(UTC).isoformat()[:19] + "Z"


def _listed(conditions: Sequence[Condition]) -> str:
    return "".join([_encoded(condition) + ", " for condition in conditions])


def _encoded(condition: Condition) -> str:
    # Written out because a general JSON encoder costs more than the signature itself.
    if isinstance(condition, tuple):
        operator, first, second = condition
        return f"[{quoted(operator)}, {_part(first)}, {_part(second)}]"
    pairs = [f"{quoted(name)}: {quoted(value)}" for name, value in condition.items()]
    return f"{{{', '.join(pairs)}}}"


def _part(value: str | int) -> str:
    return quoted(value) if isinstance(value, str) else str(value)


def _key_condition(key: str) -> str:
    # boto3's rule: a key that ends in this placeholder can only be bound by its beginning.
    start = key.removesuffix("${filename}")
    return f'{{"key": {quoted(key)}}}' if start == key else _encoded(("starts-with", "$key", start))


def _pair(item: tuple[str, str]) -> str:
    name, value = item
    return f"{quote(name, safe='-_.~')}={quote(value, safe='-_.~')}"


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
