"""Shadowfax's reverse pickup: `skus_attributes[]` with `qc_rules`, and its result per SKU.

The inside of `qc_rules` is not public. A list of `{question, is_mandatory}` is understood; anything
else is kept as it is and reported, and intake rejects it as a question.
"""

from collections.abc import Mapping
from typing import Any

from qcportal.adapters import values
from qcportal.adapters.adapted import Adapted, AdaptedReturn
from qcportal.adapters.outcome import ItemOutcome, ReturnOutcome, status_word
from qcportal.adapters.payload import Part, open_payload
from qcportal.adapters.questions import pass_on, unreadable

MAX_ITEMS = 50
MAX_RULES = 50
_UNUSED = (
    "total_amount", "price", "eway_bill", "pickup_type", "warehouse_name", "warehouse_address",
    "warehouse_unique_code", "store_code", "seller_attributes", "destination_attributes",
    "scheduled_date", "pickup_date", "cod_amount", "payment_mode", "order_type", "tags",
)  # fmt: skip
_ADDRESS_UNUSED = (
    "country", "alternate_contact", "alternate_contact_number", "sms_contact", "email",
    "location_accuracy", "location_type", "address_type", "unique_code",
)  # fmt: skip
_SKU_UNUSED = ("seller_details", "taxes", "hsn_code", "invoice_id", "invoice_url")


def read(payload: object) -> Adapted:
    """Read one order; raises Invalid with every fault and its pointer."""
    order = open_payload(payload)
    body = {
        "client_request_id": values.needed(order, "client_request_id", most=80),
        "client_order_number": values.needed(order, "client_order_number", most=80),
        "pickup": _pickup(order.part("address_attributes")),
        "items": [_item(each) for each in order.parts("skus_attributes", least=1, most=MAX_ITEMS)],
    } | values.present(awb=values.awb(order, "awb_number"))
    order.unused(*_UNUSED)
    order.close()
    notes = order.report.take_notes()
    order.report.finish()
    return Adapted("shadowfax", (AdaptedReturn("", body, notes),))


def write(outcome: ReturnOutcome) -> dict[str, object]:
    """Give `picked, qc_status, qc_remarks, qc_images` per SKU, with the merchant's own ids."""
    return {
        "client_order_number": outcome.client_order_number,
        "client_request_id": outcome.client_request_id,
        "awb_number": outcome.awb,
        "status": outcome.shipment_state,
        "final": outcome.final,
        "skus_attributes": [_result(item) for item in outcome.items],
    }


def _pickup(address: Part) -> dict[str, Any]:
    found = values.present(
        name=values.text(address, "name"),
        phone=values.phone(address, "phone_number"),
        address=values.joined(address, "address_line", "address", most=1000),
        city=values.text(address, "city"),
        state=values.text(address, "state"),
        pincode=values.pincode(address, "pincode"),
        latitude=values.degrees(address, "latitude", most=90),
        longitude=values.degrees(address, "longitude", most=180),
    )
    address.unused(*_ADDRESS_UNUSED)
    address.close()
    return found


def _item(sku: Part) -> dict[str, Any]:
    details = sku.part("additional_details")
    count = values.quantity(details, "quantity")
    pictures = values.images(details, "return_qc_images", "images", "image_url")
    left = [name for name in details.value if name not in details.taken]
    body = {
        "client_sku_id": values.needed(sku, "client_sku_id", most=80),
        "name": values.needed(sku, "name", most=300),
        "quantity": count,
        "qc_required": values.flag(sku, "qc_required", default=True),
    } | values.present(
        brand=values.text(sku, "brand"),
        category=values.text(sku, "category"),
        price=values.price(sku, "price"),
        mrp=values.price(sku, "mrp"),
        return_reason=values.text(sku, "return_reason"),
        attributes=values.attributes(details, left),
        reference_images=pictures,
    )
    questions = _questions(sku, wanted=bool(body["qc_required"]))
    sku.unused(*_SKU_UNUSED)
    sku.close()
    return body | values.present(questions=questions)


def _questions(sku: Part, *, wanted: bool) -> list[dict[str, Any]]:
    if not wanted:
        sku.unused("qc_rules", reason="qc_required is false, so nothing is asked.")
        return []
    sent = sku.take("qc_rules")
    if sent in (None, "", [], {}):
        return []
    if not isinstance(sent, list) or len(sent) > MAX_RULES:
        told = f"Only a list of at most {MAX_RULES} {{question, is_mandatory}} is understood."
        sku.unusable("qc_rules", told)
        return [unreadable("qc_rules")]
    if any(not isinstance(each, Mapping) or not each.get("expected") for each in sent):
        sku.assume("qc_rules", "Where no right answer is sent, yes is taken as the right one.")
    return [_question(sku, place, each) for place, each in enumerate(sent)]


def _question(sku: Part, place: int, sent: object) -> dict[str, Any]:
    name, path = f"qc_rules/{place}", f"{sku.at('qc_rules')}/{place}"
    if isinstance(sent, str):
        return {"id": name, "question": sent, "type": "yes_no"}
    if not isinstance(sent, Mapping) or not isinstance(sent.get("question"), str):
        told = "Only {question, is_mandatory} is understood."
        sku.report.note(path, "unusable", told, sent)
        return unreadable(name)
    rule = Part(sent, path, sku.report)
    asked = {
        "id": name,
        "question": rule.take("question"),
        "type": "yes_no",
        "required": values.flag(rule, "is_mandatory", default=True),
    }
    return pass_on(rule, asked | values.present(expected=rule.take("expected")))


def _result(item: ItemOutcome) -> dict[str, object]:
    return {
        "client_sku_id": item.client_sku_id,
        "name": item.name,
        "picked": item.picked_quantity > 0,
        "picked_quantity": item.picked_quantity,
        "quantity": item.quantity,
        "qc_status": status_word(item.result),
        "qc_remarks": item.remarks,
        "qc_images": [photo.url for photo in item.photos if photo.url],
        "qc_rules": [
            {"id": each.id, "question": each.question, "result": each.result, "value": each.value}
            for each in item.checks
            if each.id
        ],
    }
