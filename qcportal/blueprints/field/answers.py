"""What the field app's door answers, as documented models."""

import uuid
from typing import Any

from pydantic import AwareDatetime

from qcportal.blueprints.answers import Answer, FaultAnswer, Named


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


class PolicyAnswer(Answer):
    """What forms of one kind have in common; the key stands between the two texts."""

    fields: dict[str, str]
    before_key: str
    after_key: str


class FactoredForm(Answer):
    """What one form has for itself; `policy` is the place of its policy among `policies`."""

    photo_id: uuid.UUID
    slot: str
    key: str
    policy: int
    signature: str


class FormsAnswer(Answer):
    """Forms of one call; `url`, `shared_fields` and `policies` come with `shape: factored`."""

    effective_expires_at: AwareDatetime
    server_time: AwareDatetime
    url: str | None = None
    shared_fields: dict[str, str] | None = None
    policies: list[PolicyAnswer] | None = None
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


class QualityAdvice(Answer):
    """When to ask for another photo, and when to stop asking: advice, nothing is refused by it.

    Measured on the grey picture with its longer side at 1000 pixels: variance of the Laplacian in
    the sharpest of 36 parts, share of pixels below 40 of 255, share of pixels of 250 and more.
    """

    blurred_below: float
    too_dark_above: float
    too_bright_above: float
    accept_after_tries: int


class RunSheetAnswer(Answer):
    """The returns of one executive for one day, in the order of the stops."""

    run_sheet_id: uuid.UUID | None
    day: str
    executive: Named
    server_time: AwareDatetime
    photo_quality: QualityAdvice
    stops: list[Stop]


class MissingPhoto(Answer):
    """A photo without which the verdict is not final, and how it stands."""

    photo_id: uuid.UUID
    item_id: uuid.UUID | None
    slot: str
    title: str
    state: str


class InspectionAnswer(Answer):
    """What the portal made of an inspection; `status` is created or exists.

    `missing` are the photos that the verdict waits for: on their way, or to be taken yet.
    """

    status: str
    inspection_id: uuid.UUID
    return_id: uuid.UUID
    verdict: str
    qc_state: str
    verdict_reason: str
    app_verdict_differs: bool
    photos_coming: int
    photos_absent: int
    missing: list[MissingPhoto]


class PieceOutcome(Answer):
    """What holds of one piece of an item whose pieces are judged one by one."""

    unit: int
    verdict: str


class ItemOutcome(Answer):
    """What holds of one item; `decided_by` is merchant, default or admin, null if nobody had to."""

    item_id: uuid.UUID
    client_sku_id: str
    name: str
    verdict: str | None
    decided_by: str | None
    to_do: str
    units: list[PieceOutcome]


class OutcomeAnswer(Answer):
    """How a return stands; with `poll_after_s` something is still to be decided."""

    return_id: uuid.UUID
    verdict: str | None
    qc_state: str
    shipment_state: str
    to_do: str
    decide_by: AwareDatetime | None
    poll_after_s: int | None
    server_time: AwareDatetime
    missing: list[MissingPhoto]
    items: list[ItemOutcome]


class CapturesAnswer(Answer):
    """How many photos are announced now."""

    announced: int


class DigestState(Answer):
    """How a digest stands; a phone may delete its copy when `may_delete` is true, never before.

    `reason` says why a photo is refused. With `retake` the file can never serve: another photo is
    wanted, into a spare slot, while the executive is at the door.
    """

    sha256: str
    state: str
    may_delete: bool
    retake: bool
    reason: str | None
    photo_ids: list[uuid.UUID]


class StatusAnswer(Answer):
    """The state of each digest, in the order asked."""

    uploads: list[DigestState]


class LineAnswer(Answer):
    """How one line of a manifest stands; with `faults` it could not be read and was not kept."""

    photo_id: uuid.UUID | None
    sha256: str | None
    state: str
    may_delete: bool
    faults: list[FaultAnswer]


class ShiftAnswer(Answer):
    """How a whole shift stands, with what every phone of the executive told of it.

    The states part what was captured; `all_safe` when each is verified or was discarded.
    """

    run_sheet_id: uuid.UUID
    day: str
    closed_at: AwareDatetime | None
    captured: int
    verified: int
    stored: int
    conflict: int
    refused: int
    discarded: int
    on_the_way: int
    late: int
    lost: int
    after_closing: int
    all_safe: bool


class ManifestAnswer(Answer):
    """How each line of a manifest stands, in the order sent, and how its shift does."""

    server_time: AwareDatetime
    lines: list[LineAnswer]
    shift: ShiftAnswer
