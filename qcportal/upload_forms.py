"""Upload forms: which POST policy one wanted upload needs, and signing many of them at once.

Pure; storage.PhotoStore says with which credentials, into which bucket and for how long.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

from qcportal import sigv4
from qcportal.errors import Fault, Invalid

KEY = re.compile(r"[A-Za-z0-9/_.-]{1,900}")
_METADATA = "x-amz-meta-"
_NOTHING: Mapping[str, str] = MappingProxyType({})

# A form field ("" for none), its value, and the condition under which S3 takes it.
_Part = tuple[str, str, tuple[str, str | int, str | int]]


class FormWanted(NamedTuple):
    """One upload to allow: exact key, type and metadata, a size range in bytes.

    `open_metadata` names metadata (without `x-amz-meta-`) whose value the phone fills in. With
    `redirect` S3 sends a browser on to this address once it has the file.
    """

    key: str
    content_type: str
    min_bytes: int
    max_bytes: int
    metadata: Mapping[str, str] = _NOTHING
    open_metadata: tuple[str, ...] = ()
    redirect: str = ""


@dataclass(frozen=True)
class UploadForm:
    """One pre-signed POST; `fields` are sent as they stand, before the file."""

    method: str
    url: str
    fields: Mapping[str, str]


@dataclass(frozen=True)
class PolicyText:
    """What forms of one kind have in common: their own fields, and the policy around the key.

    The policy of a form is the base64 of `before_key`, its key, and `after_key`.
    """

    fields: Mapping[str, str]
    before_key: str
    after_key: str


class SignedKey(NamedTuple):
    """One form of a batch: key, place of its PolicyText, whole policy and signature."""

    key: str
    place: int
    policy: str
    signature: str


@dataclass(frozen=True)
class FormBatch:
    """Forms of one call: `shared_fields` belong to every form, `policies` to those of a kind.

    A field with an empty value is the phone's to fill; S3 refuses a form that leaves it out.
    """

    url: str
    shared_fields: Mapping[str, str]
    policies: Sequence[PolicyText]
    signed: Sequence[SignedKey]
    effective_expires_at: datetime

    @property
    def forms(self) -> list[UploadForm]:
        """Give every form with all of its fields."""
        common = [{**self.shared_fields, **each.fields} for each in self.policies]
        return [
            UploadForm(
                "POST",
                self.url,
                {**common[place], "key": key, "policy": policy, "x-amz-signature": signature},
            )
            for key, place, policy, signature in self.signed
        ]


@dataclass(frozen=True)
class Offer:
    """What all forms of one call are signed for."""

    bucket: sigv4.Bucket
    expires_at: datetime
    checksum_fields: bool


def check_keys(wanted: Sequence[FormWanted], prefix: str) -> None:
    """Refuse, as Invalid, every key outside the prefix or with a character that S3 would bend."""
    faults = [
        Fault(f"/{place}/key", "bad_key", f"{one.key!r} is not a key under {prefix}")
        for place, one in enumerate(wanted)
        if not one.key.startswith(prefix) or not KEY.fullmatch(one.key)
    ]
    if faults:
        raise Invalid("An upload key is not allowed.", faults=faults)


def sign(wanted: Sequence[FormWanted], scope: sigv4.Scope, offer: Offer) -> FormBatch:
    """Sign a form for each wanted upload, whose keys were checked; what many need is made once.

    The conditions are those of AWS, "POST Policy"; every field in a form has one, as S3 demands.
    """
    lifetime = int((offer.expires_at - scope.at).total_seconds())
    signer = sigv4.FormSigner(scope, _terms(offer.bucket.name, lifetime))
    places: dict[_Rule, int] = {}
    ruled = [(one.key, places.setdefault(_rule(one), len(places))) for one in wanted]
    written = [_written(rule, offer.checksum_fields) for rule in places]
    around = [signer.around_key(conditions) for _, conditions in written]
    shared = _shared([fields for fields, _ in written])
    return FormBatch(
        url=offer.bucket.url,
        shared_fields={**shared, **signer.signature_fields},
        policies=[
            PolicyText({name: fields[name] for name in fields if name not in shared}, *texts)
            for (fields, _), texts in zip(written, around, strict=True)
        ],
        signed=[
            SignedKey(key, place, *signer.sign_text(key.join(around[place])))
            for key, place in ruled
        ],
        effective_expires_at=offer.expires_at,
    )


@lru_cache(maxsize=64)
def _terms(bucket: str, lifetime: int) -> sigv4.Terms:
    return sigv4.Terms(bucket, lifetime)


class _Rule(NamedTuple):
    """What is allowed besides the key; alike for all photos of a kind that one phone sends."""

    content_type: str
    min_bytes: int
    max_bytes: int
    metadata: tuple[tuple[str, str], ...]
    open_metadata: tuple[str, ...]
    redirect: str


def _rule(wanted: FormWanted) -> _Rule:
    _, content_type, smallest, largest, metadata, open_metadata, redirect = wanted
    return _Rule(content_type, smallest, largest, tuple(metadata.items()), open_metadata, redirect)


@lru_cache(maxsize=4096)  # phones ask again all day, and for every kind of photo
def _written(rule: _Rule, checksum_fields: bool) -> tuple[dict[str, str], str]:
    """Give the fields of a rule's forms, and their conditions as a policy writes them."""
    parts = [*_fixed_parts(checksum_fields), *_parts(rule)]
    fields = {name: value for name, value, _ in parts if name}
    return fields, sigv4.listed([condition for _, _, condition in parts])


def _fixed_parts(checksum_fields: bool) -> list[_Part]:
    parts = [_exact("success_action_status", "201")]
    if checksum_fields:
        parts += [_exact("x-amz-checksum-algorithm", "SHA256"), _open("x-amz-checksum-sha256")]
    return parts


def _parts(rule: _Rule) -> list[_Part]:
    size = ("content-length-range", rule.min_bytes, rule.max_bytes)
    return [
        _exact("Content-Type", rule.content_type),
        ("", "", size),
        *[_exact(_METADATA + name, value) for name, value in rule.metadata],
        *[_open(_METADATA + name) for name in rule.open_metadata],
        *([_exact("success_action_redirect", rule.redirect)] if rule.redirect else []),
    ]


def _exact(name: str, value: str) -> _Part:
    return name, value, ("eq", f"${name}", value)


def _open(name: str) -> _Part:
    return name, "", ("starts-with", f"${name}", "")


def _shared(fields: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """Give the fields that are the same everywhere; a form alone shares all of its own."""
    if len(fields) <= 1:
        return dict(fields[0]) if fields else {}
    everywhere = set(fields[0].items()).intersection(*[each.items() for each in fields[1:]])
    return {name: value for name, value in fields[0].items() if (name, value) in everywhere}
