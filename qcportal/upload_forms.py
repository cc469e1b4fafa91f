"""Upload forms: which POST policy one wanted upload needs, and signing many of them at once.

Pure; storage.PhotoStore says with which credentials, into which bucket and for how long.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from qcportal import sigv4
from qcportal.errors import Fault, Invalid

KEY = re.compile(r"[A-Za-z0-9/_.-]{1,900}")
_METADATA = "x-amz-meta-"

# A form field ("" for none), its value, and the condition under which S3 takes it.
_Part = tuple[str, str, tuple[str, str | int, str | int]]


@dataclass(frozen=True)
class FormWanted:
    """One upload to allow: exact key, type and metadata, a size range in bytes.

    `open_metadata` names metadata (without `x-amz-meta-`) whose value the phone fills in. With
    `redirect` S3 sends a browser on to this address once it has the file.
    """

    key: str
    content_type: str
    min_bytes: int
    max_bytes: int
    metadata: Mapping[str, str] = field(default_factory=dict)
    open_metadata: tuple[str, ...] = ()
    redirect: str = ""


@dataclass(frozen=True)
class UploadForm:
    """One pre-signed POST; `fields` are sent as they stand, before the file."""

    method: str
    url: str
    fields: Mapping[str, str]


@dataclass(frozen=True)
class FormBatch:
    """Forms of one call: `shared_fields` belong to every form, `own_fields` to one each.

    A field with an empty value is the phone's to fill; S3 refuses a form that leaves it out.
    """

    url: str
    shared_fields: Mapping[str, str]
    own_fields: Sequence[Mapping[str, str]]
    effective_expires_at: datetime

    @property
    def forms(self) -> list[UploadForm]:
        """Give every form with all of its fields."""
        return [UploadForm("POST", self.url, {**self.shared_fields, **o}) for o in self.own_fields]


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
    """Sign a form for each wanted upload; what all have in common is encoded and sent once.

    The conditions are those of AWS, "POST Policy"; every field in a form has one, as S3 demands.
    """
    parts = [_parts(one) for one in wanted]
    common, own = _divided(parts)
    shared = [*_fixed_parts(offer), *common]
    lifetime = int((offer.expires_at - scope.at).total_seconds())
    terms = sigv4.Terms(offer.bucket.name, lifetime, _fields(shared), _conditions(shared))
    signer = sigv4.FormSigner(scope, terms)
    return FormBatch(
        url=offer.bucket.url,
        shared_fields={**terms.fields, **signer.signature_fields},
        own_fields=[_own_fields(*pair, signer) for pair in zip(wanted, own, strict=True)],
        effective_expires_at=offer.expires_at,
    )


def _fixed_parts(offer: Offer) -> list[_Part]:
    parts = [_exact("success_action_status", "201")]
    if offer.checksum_fields:
        parts += [_exact("x-amz-checksum-algorithm", "SHA256"), _open("x-amz-checksum-sha256")]
    return parts


def _parts(wanted: FormWanted) -> list[_Part]:
    size = ("content-length-range", wanted.min_bytes, wanted.max_bytes)
    return [
        _exact("Content-Type", wanted.content_type),
        ("", "", size),
        *[_exact(_METADATA + name, value) for name, value in wanted.metadata.items()],
        *[_open(_METADATA + name) for name in wanted.open_metadata],
        *([_exact("success_action_redirect", wanted.redirect)] if wanted.redirect else []),
    ]


def _exact(name: str, value: str) -> _Part:
    return name, value, ("eq", f"${name}", value)


def _open(name: str) -> _Part:
    return name, "", ("starts-with", f"${name}", "")


def _divided(parts: Sequence[list[_Part]]) -> tuple[list[_Part], list[list[_Part]]]:
    """Part what all forms have from what each has of its own; a form alone shares everything."""
    if len(parts) <= 1:
        return [part for of_one in parts for part in of_one], [[] for _ in parts]
    everywhere = set(parts[0]).intersection(*parts[1:])
    own = [[part for part in of_one if part not in everywhere] for of_one in parts]
    return [part for part in parts[0] if part in everywhere], own


def _fields(parts: Sequence[_Part]) -> dict[str, str]:
    return {name: value for name, value, _ in parts if name}


def _conditions(parts: Sequence[_Part]) -> list[sigv4.Condition]:
    return [condition for _, _, condition in parts]


def _own_fields(
    wanted: FormWanted, own: Sequence[_Part], signer: sigv4.FormSigner
) -> dict[str, str]:
    form = sigv4.Form(wanted.key, _fields(own), _conditions(own))
    policy, signature = signer.sign(form)
    return {**form.fields, "key": form.key, "policy": policy, "x-amz-signature": signature}
