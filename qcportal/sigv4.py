"""AWS Signature Version 4 for the two things the portal hands out: POST forms and GET URLs.

Pure arithmetic on values, without network, boto3 or a clock; boto3 is the oracle of its tests.
"""

import hmac
import ipaddress
import re
from binascii import b2a_base64
from collections.abc import Mapping, Sequence
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

    @cached_property
    def reading(self) -> tuple[str, str, str]:
        """Give origin and path that objects are read under, and the host header that is signed."""
        url = self.url.rstrip("/")
        parts = urlsplit(url)
        host = parts.netloc.removesuffix(_DEFAULT_PORTS[parts.scheme])
        return url.removesuffix(parts.path), parts.path, host

    def _fits_a_host(self, host: str) -> bool:
        # A dot in the bucket's name would break the wildcard certificate of the endpoint.
        return not _is_address(host) and _VIRTUAL_BUCKET.fullmatch(self.name) is not None


@dataclass(frozen=True)
class Day:
    """What a signer's requests of one day in one region have in common."""

    key: bytes = field(repr=False)
    place: str
    credential: str
    session_token: str | None = field(repr=False)

    @cached_property
    def terms(self) -> tuple[str, str]:
        """Give how a policy ends, before and after the moment of its signature."""
        fields = {"x-amz-algorithm": ALGORITHM, "x-amz-credential": self.credential}
        head = "".join([f", {{{quoted(name)}: {quoted(value)}}}" for name, value in fields.items()])
        token = self.session_token
        tail = "" if token is None else f', {{"x-amz-security-token": {quoted(token)}}}'
        return head + ', {"x-amz-date": "', f'"}}{tail}]}}'


@dataclass(frozen=True)
class Scope:
    """Who signs, for which region and at which (aware) moment; `stamp` is `20260131T235959Z`."""

    credentials: Credentials
    region: str
    at: datetime
    stamp: str = field(init=False)

    def __post_init__(self) -> None:
        at = _moment(self.at)
        object.__setattr__(self, "stamp", f"{at[:4]}{at[5:7]}{at[8:13]}{at[14:16]}{at[17:]}")

    @property
    def day(self) -> Day:
        """Give what is the same all day."""
        return day_of(self.credentials, self.region, self.stamp[:8])

    @property
    def key(self) -> bytes:
        """Give the day's signing key."""
        return self.day.key


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
        return listed(self.conditions)

    @cached_property
    def lifetime(self) -> timedelta:
        """Give how long the forms live."""
        return timedelta(seconds=self.expires_in)

    @cached_property
    def place(self) -> str:
        """Give the condition on the bucket as the policy writes it."""
        return f'{{"bucket": {quoted(self.bucket)}}}, '


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
        day, ends = scope.day, scope.at + terms.lifetime
        before, after = day.terms
        self._terms = terms
        self._key = day.key
        self.signature_fields = _signature_fields(day, scope.stamp)
        self._opening = f'{{"expiration": "{_moment(ends)}", "conditions": [{terms.opening}'
        self._tail = f"{before}{scope.stamp}{after}"

    def sign(self, form: Form) -> tuple[str, str]:
        """Give the (policy, signature) pair of one form, both as S3 expects them in the form."""
        place = self._terms.place + _key_condition(form.key)
        return self.sign_text(f"{self._opening}{listed(form.conditions)}{place}{self._tail}")

    def around_key(self, conditions: str) -> tuple[str, str]:
        """Give the policy's text before and after the key, with own conditions by `listed`.

        For keys of characters that JSON writes as they are, and that end in no placeholder.
        """
        return f'{self._opening}{conditions}{self._terms.place}{{"key": "', f'"}}{self._tail}'

    def sign_text(self, document: str) -> tuple[str, str]:
        """Give the (policy, signature) pair of a policy's text, which is plain ASCII."""
        policy = b2a_base64(document.encode(), newline=False)
        return policy.decode(), hmac.digest(self._key, policy, "sha256").hex()

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


def presign_get(
    bucket: Bucket, key: str, scope: Scope, *, expires_in: int, query: Mapping[str, str]
) -> str:
    """Give a GET URL for one object, valid `expires_in` seconds from the scope's moment.

    `query` holds `versionId` and the `response-*` overrides and is part of what is signed.
    """
    origin, folder, host = bucket.reading
    path, day = f"{folder}/{quote(key, safe='/~')}", scope.day
    pairs = [*map(_pair, query.items()), *_authentication(day, scope.stamp, expires_in)]
    asked = "&".join(sorted(pairs))
    request = f"GET\n{path}\n{asked}\nhost:{host}\n\nhost\nUNSIGNED-PAYLOAD"
    digest = sha256(request.encode()).hexdigest()
    text = f"{ALGORITHM}\n{scope.stamp}\n{day.place}\n{digest}"
    signature = hmac.digest(day.key, text.encode(), "sha256").hex()
    return f"{origin}{path}?{'&'.join(pairs)}&X-Amz-Signature={signature}"


def listed(conditions: Sequence[Condition]) -> str:
    """Give conditions as a policy lists them, with a comma and a space after each."""
    return "".join([f"{_encoded(condition)}, " for condition in conditions])


@lru_cache(maxsize=64)
def day_of(credentials: Credentials, region: str, day: str) -> Day:
    """Give what requests of one day (`20260131`) in one region have in common."""
    place = f"{day}/{region}/s3/aws4_request"
    key = signing_key(credentials.secret_key, day, region)
    return Day(key, place, f"{credentials.access_key}/{place}", credentials.session_token)


def signing_key(secret_key: str, day: str, region: str) -> bytes:
    """Derive the key that signs one day's S3 requests in one region."""
    key = f"AWS4{secret_key}".encode()
    for step in (day, region, "s3", "aws4_request"):
        key = hmac.digest(key, step.encode(), "sha256")
    return key


def _signature_fields(day: Day, stamp: str) -> dict[str, str]:
    fields = {
        "x-amz-algorithm": ALGORITHM,
        "x-amz-credential": day.credential,
        "x-amz-date": stamp,
    }
    if day.session_token is not None:
        fields["x-amz-security-token"] = day.session_token
    return fields


@lru_cache(maxsize=64)
def _authentication(day: Day, stamp: str, expires_in: int) -> tuple[str, ...]:
    # Photos of a page are signed as of the same moment, so that only the first one pays for this.
    fields = {
        "X-Amz-Algorithm": ALGORITHM,
        "X-Amz-Credential": day.credential,
        "X-Amz-Date": stamp,
        "X-Amz-Expires": str(expires_in),
        "X-Amz-SignedHeaders": "host",
    }
    if day.session_token is not None:
        fields["X-Amz-Security-Token"] = day.session_token
    return tuple(map(_pair, fields.items()))


def _moment(at: datetime) -> str:
    # strftime would cost as much as the signature, and so does asking for the zone that it has.
    return (at if at.tzinfo is UTC else at.astimezone(UTC)).isoformat()[:19] + "Z"


def _encoded(condition: Condition) -> str:
    # Written out because a general JSON encoder costs more than the signature itself.
    if isinstance(condition, tuple):
        name, first, second = condition
        left = quoted(first) if isinstance(first, str) else first
        right = quoted(second) if isinstance(second, str) else second
        return f"[{quoted(name)}, {left}, {right}]"
    pairs = [f"{quoted(name)}: {quoted(value)}" for name, value in condition.items()]
    return f"{{{', '.join(pairs)}}}"


def _key_condition(key: str) -> str:
    # boto3's rule: a key that ends in this placeholder can only be bound by its beginning.
    start = key.removesuffix("${filename}")
    return f'{{"key": {quoted(key)}}}' if start == key else _encoded(("starts-with", "$key", start))


@lru_cache(maxsize=512)
def _pair(item: tuple[str, str]) -> str:
    name, value = item
    return f"{quote(name, safe='-_.~')}={quote(value, safe='-_.~')}"


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
