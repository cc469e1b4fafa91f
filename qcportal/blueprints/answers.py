"""What the JSON doors answer, as documented models, and how it is written."""

import json
import uuid
from datetime import UTC, datetime
from typing import Any

from flask import Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field


class Answer(BaseModel):
    """A documented JSON object."""

    model_config = ConfigDict(extra="forbid")


class FaultAnswer(Answer):
    """One thing wrong: an RFC 6901 pointer, a stable code, words, perhaps the mend."""

    path: str
    code: str
    message: str
    suggestion: str | None = None


class Problem(Answer):
    """RFC 9457 problem details."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[FaultAnswer] | None = None


_MEDIA = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
_WORDS = {
    400: "Not valid; every fault with its path",
    401: "No valid credential",
    403: "The credential may not do this",
    404: "No such thing, or not yours",
    405: "Wrong method",
    409: "Does not fit what is recorded",
    413: "Too large",
    415: "Not JSON",
    429: "Too many tries",
    503: "Something is away; try again",
}
PROBLEMS: dict[Any, Any] = {
    status: {"description": words, "content": _MEDIA} for status, words in _WORDS.items()
}


class Named(Answer):
    """A thing with its name."""

    id: uuid.UUID
    name: str


class Enrolled(Answer):
    """A phone that is enrolled; the token is shown once."""

    device_id: uuid.UUID
    device_label: str
    executive: Named
    token: str
    server_time: AwareDatetime


class HeartbeatAnswer(Answer):
    """The server's time, and the phone's clock minus it."""

    server_time: AwareDatetime
    clock_offset_ms: int | None


class FormAnswer(Answer):
    """A pre-signed POST for one photo; empty fields are the phone's to fill before sending."""

    photo_id: uuid.UUID
    return_id: uuid.UUID
    slot: str
    key: str
    method: str
    url: str
    fields: dict[str, str]


class FactoredForm(Answer):
    """What one form has for itself beside the shared fields."""

    photo_id: uuid.UUID
    return_id: uuid.UUID
    slot: str
    fields: dict[str, str]


class FormsAnswer(Answer):
    """Forms of one call; with `shape: factored`, `shared_fields` belong to each of them."""

    effective_expires_at: AwareDatetime
    server_time: AwareDatetime
    url: str | None = None
    shared_fields: dict[str, str] | None = None
    forms: list[FormAnswer | FactoredForm]


class SlotAnswer(Answer):
    """One expected photo and how it stands."""

    photo_id: uuid.UUID
    slot: str
    title: str
    kind: str
    purpose: str
    required: bool
    item_id: uuid.UUID | None
    check: str | None
    content_type: str
    min_bytes: int
    max_bytes: int
    state: str


class StopItem(Answer):
    """One item of a stop with its checklist, if it has to be checked."""

    item_id: uuid.UUID
    client_sku_id: str
    name: str
    brand: str
    quantity: int
    attributes: dict[str, str]
    reference_images: list[str]
    checklist: dict[str, Any] | None


class Stop(Answer):
    """One return of a run sheet, with all that the executive needs at the door."""

    return_id: uuid.UUID
    awb: str
    position: int
    merchant: str
    shipment_state: str
    qc_state: str
    city: str
    pincode: str
    pickup: dict[str, Any]
    items: list[StopItem]
    photos: list[SlotAnswer]


class RunSheetAnswer(Answer):
    """The returns of one executive for one day, in the order of the stops."""

    run_sheet_id: uuid.UUID | None
    day: str
    executive: Named
    server_time: AwareDatetime
    stops: list[Stop]


class InspectionAnswer(Answer):
    """What the portal made of an inspection; `status` is created or exists."""

    status: str
    inspection_id: uuid.UUID
    return_id: uuid.UUID
    verdict: str
    qc_state: str
    verdict_reason: str
    app_verdict_differs: bool
    photos_coming: int
    photos_absent: int


class CapturesAnswer(Answer):
    """How many photos are announced now."""

    announced: int


class DigestState(Answer):
    """How a digest stands; a phone may delete its copy when `may_delete` is true, never before."""

    sha256: str
    state: str
    may_delete: bool
    photo_ids: list[uuid.UUID]


class StatusAnswer(Answer):
    """The state of each digest, in the order asked."""

    uploads: list[DigestState]


class ArrivalOutcome(Answer):
    """What became of one arrival; `inspection` when it carried one."""

    key: str
    version_id: str
    outcome: str
    reason: str | None
    photo_id: uuid.UUID | None
    inspection: str | None


class CallbackAnswer(Answer):
    """An outcome per arrival, in their order."""

    arrivals: list[ArrivalOutcome]


class OutcomeAnswer(Answer):
    """What intake makes of one question or check: accepted, rejected or changed, and why."""

    id: str
    outcome: str
    reason: str


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


def reply(body: Any, status: int = 200) -> Response:
    """Answer with JSON that nobody may keep; moments are RFC 3339 in UTC."""
    text = json.dumps(body, default=_plain, ensure_ascii=False, separators=(",", ":"))
    response = Response(text, status=status, mimetype="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, uuid.UUID):
        return str(value)
    raise TypeError(f"{type(value).__name__} is not JSON")
