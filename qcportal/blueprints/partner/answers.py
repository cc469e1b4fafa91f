"""What the partner API answers, as documented models."""

import uuid
from typing import Any

from pydantic import AwareDatetime, Field

from qcportal.blueprints.answers import Answer
from qcportal.blueprints.partner.result_answers import MissingEvidence


class OutcomeAnswer(Answer):
    """What intake makes of one question or check: accepted, rejected or changed, and why.

    `check_key` names the check that came of it, if any; `own` tells a question of yours from a
    check of the rulebook.
    """

    id: str
    question: str
    outcome: str
    reason: str
    check_key: str | None
    own: bool


class ItemAnswer(Answer):
    """One item of a return; `from_catalogue` names the fields that were not sent with it."""

    item_id: uuid.UUID
    client_sku_id: str
    name: str
    brand: str
    category: str
    price: float | None
    mrp: float | None
    quantity: int
    return_reason: str
    attributes: dict[str, str]
    reference_images: list[str]
    from_catalogue: list[str]
    qc_required: bool
    qc_scope: str
    questions: list[OutcomeAnswer]
    verdict: str | None
    verdict_reason: str | None


class PhotoCounts(Answer):
    """How many photos there are of a return."""

    wanted: int
    here: int
    coming: int
    absent: int


class NotUnderstood(Answer):
    """A place of a carrier's payload that said something which the return does not say."""

    path: str
    value: Any
    reason: str


class Assumed(Answer):
    """A place of a carrier's payload that left something open, and what was taken for granted."""

    path: str
    reason: str


class Rest(Answer):
    """What of a carrier's payload did not go into the return as it stood there, by pointers.

    `not_used` has no business in a quality check, as the parcel's weight.
    """

    not_understood: list[NotUnderstood]
    not_used: list[str]
    assumed: list[Assumed]


class SourceAnswer(Rest):
    """In which format a return came, and what of it is kept beside the return."""

    format: str


class ReturnAnswer(Answer):
    """One return with its three states, which are never merged.

    `final` says that the verdict can be acted on: nothing waits for a decision or for evidence.
    `source` is null unless the return came in a carrier's format.
    """

    return_id: uuid.UUID
    awb: str
    client_order_number: str
    client_request_id: str
    shipment_state: str
    carrier_code: str | None
    qc_state: str
    dispute_state: str
    qc_scope: str
    verdict: str | None
    verdict_reason: str | None
    city: str
    pincode: str
    created_at: AwareDatetime
    activity_at: AwareDatetime
    checked_at: AwareDatetime | None
    final: bool
    source: SourceAnswer | None
    photos: PhotoCounts
    items: list[ItemAnswer]


class ReturnInFull(ReturnAnswer):
    """One return with what its verdict still waits for; nothing is missing before the visit."""

    missing: list[MissingEvidence]


class RegisteredAnswer(Answer):
    """What became of one return of a bulk call."""

    client_request_id: str
    status: str
    detail: str
    rvp: ReturnAnswer | None = Field(serialization_alias="return", alias="return")
    questions: list[list[OutcomeAnswer]]


class BulkAnswer(Answer):
    """An answer per return, in their order, and how many there are of each status."""

    results: list[RegisteredAnswer]
    counts: dict[str, int]


class AdaptedAnswer(RegisteredAnswer, Rest):
    """What became of one return of a carrier's payload; `path` is its place there."""

    path: str


class AdaptedBulk(Rest):
    """An answer per return of a carrier's payload; the rest is what lies around the returns."""

    format: str
    results: list[AdaptedAnswer]
    counts: dict[str, int]


class ReturnList(Answer):
    """One page; `next_cursor` is null on the last."""

    returns: list[ReturnAnswer]
    next_cursor: str | None


class PhotoQuality(Answer):
    """What may be wrong with a photo: `flags` as the portal measured, the rest as the app said.

    `measured` is false until the picture was looked at, and stays so where that was given up.
    """

    measured: bool
    flags: list[str]
    tries: int | None
    accepted_flags: list[str]


class PhotoAnswer(Answer):
    """One photo of a return; URLs are signed for five minutes at most.

    `reason` says why its state is refused: of a file that is no picture that can be opened, the
    original is kept and has a URL.
    """

    photo_id: uuid.UUID
    slot: str
    title: str
    kind: str
    required: bool
    item_id: uuid.UUID | None
    check: str | None
    state: str
    captured_at: AwareDatetime | None
    stored_at: AwareDatetime | None
    verified_at: AwareDatetime | None
    sha256: str | None
    bytes: int | None
    content_type: str
    url: str | None
    thumbnails: dict[str, str]
    width: int | None
    height: int | None
    reason: str | None
    quality: PhotoQuality


class PhotosAnswer(Answer):
    """The photos of one return; `urls_expire_at` holds for every URL of this answer."""

    return_id: uuid.UUID
    urls_expire_at: AwareDatetime
    photos: list[PhotoAnswer]


class RulebookAnswer(Answer):
    """One published version of a rulebook."""

    version: int
    title: str
    digest: str
    note: str
    published_at: AwareDatetime
    published_by: str
    document: dict[str, Any] | None = None


class RulebookList(Answer):
    """All versions, newest first, without their documents."""

    versions: list[RulebookAnswer]


class PictureAnswer(Answer):
    """A catalogue picture as it is kept."""

    client_sku_id: str
    sha256: str
    width: int
    height: int
