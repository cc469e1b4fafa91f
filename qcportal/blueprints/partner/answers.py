"""What the partner API answers, as documented models."""

import uuid
from typing import Any

from pydantic import AwareDatetime, Field

from qcportal.blueprints.answers import Answer


class OutcomeAnswer(Answer):
    """What intake makes of one question or check: accepted, rejected or changed, and why.

    `check_key` names the check that came of it, if any.
    """

    id: str
    outcome: str
    reason: str
    check_key: str | None


class ItemAnswer(Answer):
    """One item of a return."""

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


class ReturnAnswer(Answer):
    """One return with its three states, which are never merged."""

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
    photos: PhotoCounts
    items: list[ItemAnswer]


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


class ReturnList(Answer):
    """One page; `next_cursor` is null on the last."""

    returns: list[ReturnAnswer]
    next_cursor: str | None


class PhotoAnswer(Answer):
    """One photo of a return; URLs are signed for five minutes at most."""

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
