"""What the partner API answers about results: in our own shape, and in the carriers'."""

import uuid

from pydantic import AwareDatetime, RootModel

from qcportal.blueprints.answers import Answer


class ResultPhoto(Answer):
    """A photo of the result; `url` is null before it is here and for keys without photos:read."""

    photo_id: uuid.UUID
    slot: str
    title: str
    kind: str
    state: str
    required: bool
    check: str | None
    url: str | None


class AskedBy(Answer):
    """A rule that asks; an empty id means the merchant's own question."""

    rule_id: str
    title: str
    when: str


class CheckResult(Answer):
    """One question: `id` is your own id of it, empty where the rulebook asks it.

    `result` is match, mismatch, not_checked, not_applicable, pending or not_asked. `app_result` is
    what the app made of it, which decides nothing.
    """

    key: str
    id: str
    question: str
    unit: int
    required: bool
    result: str
    app_result: str | None
    value: str | None
    remarks: str | None
    explanation: str
    reason_code: str
    because: list[AskedBy]
    photos: list[ResultPhoto]


class UnitResult(Answer):
    """One piece that was judged alone."""

    unit: int
    verdict: str
    reason: str


class Decision(Answer):
    """Who decided otherwise than the inspection: merchant, default (the clock ran out) or admin."""

    by: str
    name: str
    note: str
    at: AwareDatetime | None


class ItemResult(Answer):
    """One SKU: `result` is what holds now, `inspected` what the inspection said."""

    item_id: uuid.UUID
    client_sku_id: str
    name: str
    quantity: int
    picked_quantity: int
    qc_required: bool
    qc_scope: str
    result: str | None
    inspected: str | None
    remarks: str
    decided: Decision | None
    units: list[UnitResult]
    checks: list[CheckResult]
    photos: list[ResultPhoto]


class MissingEvidence(Answer):
    """A photo that the result waits for; `item_id` is null for an extra one."""

    photo_id: uuid.UUID
    item_id: uuid.UUID | None
    client_sku_id: str
    slot: str
    title: str
    state: str


class ResultAnswer(Answer):
    """What became of a return; act on it once it is `final`.

    `app_result` is what the executive's app made of it, which decides nothing; null where it said
    nothing. `decided_by` is inspection, merchant, default or admin; `decide_by` says until when a
    decision is awaited. `urls_expire_at` holds for every URL of this answer.
    """

    return_id: uuid.UUID
    awb: str
    client_order_number: str
    client_request_id: str
    shipment_state: str
    qc_state: str
    result: str
    app_result: str | None
    reason: str
    final: bool
    decided_by: str | None
    decide_by: AwareDatetime | None
    checked_at: AwareDatetime | None
    missing: list[MissingEvidence]
    items: list[ItemResult]
    urls_expire_at: AwareDatetime


class DelhiveryQuestion(Answer):
    """The result of one question under Delhivery's name of it."""

    questions_id: str
    required: bool
    result: str
    value: list[str]
    remarks: str
    images: list[str]


class DelhiveryItem(Answer):
    """One item of `custom_qc`."""

    item: str
    description: str
    quantity: int
    picked_quantity: int
    qc_status: str
    qc_remarks: str
    qc_images: list[str]
    questions: list[DelhiveryQuestion]


class DelhiveryResult(Answer):
    """A result in Delhivery's words."""

    waybill: str
    order: str
    qc_status: str
    final: bool
    custom_qc: list[DelhiveryItem]


class ShadowfaxRule(Answer):
    """The result of one of `qc_rules`."""

    id: str
    question: str
    result: str
    value: str | None


class ShadowfaxSku(Answer):
    """One SKU with the four names of Shadowfax."""

    client_sku_id: str
    name: str
    picked: bool
    picked_quantity: int
    quantity: int
    qc_status: str
    qc_remarks: str
    qc_images: list[str]
    qc_rules: list[ShadowfaxRule]


class ShadowfaxResult(Answer):
    """A result in Shadowfax's words."""

    client_order_number: str
    client_request_id: str
    awb_number: str
    status: str
    final: bool
    skus_attributes: list[ShadowfaxSku]


class ShiprocketField(Answer):
    """The result of one `qc_*` key."""

    result: str
    value: str | None
    remarks: str
    reason_code: str
    images: list[str]


class ShiprocketItem(Answer):
    """One line of `order_items`."""

    sku: str
    name: str
    units: int
    picked_units: int
    qc_status: str
    qc_remarks: str
    qc_images: list[str]
    qc_results: dict[str, ShiprocketField]


class ShiprocketResult(Answer):
    """A result in Shiprocket's words."""

    order_id: str
    awb_code: str
    current_status: str
    qc_status: str
    final: bool
    order_items: list[ShiprocketItem]


class CarrierResult(RootModel[DelhiveryResult | ShadowfaxResult | ShiprocketResult]):
    """A result in the words of the carrier that the address names.

    `qc_status` is pass, fail, partial, review, pending or not_required.
    """
