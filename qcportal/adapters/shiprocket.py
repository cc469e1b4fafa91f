"""Shiprocket's return order: flat `pickup_*`, and `order_items[]` with a `qc_*` key per question.

Their switches (`qc_used_check` ...) say whether to look; the question implies the right answer.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from qcportal.adapters import values
from qcportal.adapters.adapted import Adapted, AdaptedReturn
from qcportal.adapters.outcome import CheckOutcome, ItemOutcome, ReturnOutcome, status_word
from qcportal.adapters.payload import Part, open_payload
from qcportal.adapters.questions import unreadable

MAX_ITEMS = 50


@dataclass(frozen=True)
class Asked:
    """What a `qc_*` key asks: `{}` in the words is its value; `fact` is where the value goes.

    A switch has a `right` answer and is asked if its value is true.
    """

    words: str
    type: str
    reason_code: str
    fact: str = ""
    right: str = ""
    photo: bool = False


ASKED: Mapping[str, Asked] = MappingProxyType(
    {
        "qc_product_name": Asked("Is it “{}”?", "yes_no", "PRODUCT_MISMATCH"),
        "qc_product_image": Asked(
            "Is it the item in the picture?", "yes_no", "PRODUCT_MISMATCH", photo=True
        ),
        "qc_brand": Asked("Which brand is on it?", "text_match", "OTHER_BRAND", "brand"),
        "qc_color": Asked(
            "Which colour is it?", "text_match", "COLOUR_MISMATCH", "attributes.colour"
        ),
        "qc_size": Asked("Which size is on it?", "text_match", "SIZE_MISMATCH", "attributes.size"),
        "qc_serial_no": Asked(
            "Which serial number is on it?", "serial_match", "SERIAL_OR_IMEI_MISMATCH",
            "attributes.serial_no",
        ),
        "qc_ean_barcode": Asked(
            "Which bar code is on it?", "barcode_match", "PRODUCT_MISMATCH", "attributes.ean"
        ),
        "qc_product_imei": Asked(
            "Which IMEI does it show?", "imei_match", "SERIAL_OR_IMEI_MISMATCH", "attributes.imei"
        ),
        "qc_brand_tag": Asked("Is the brand's tag on it?", "yes_no", "TAG_MISSING", right="yes"),
        "qc_brand_box": Asked(
            "Is it in the brand's box?", "yes_no", "PACKAGING_DAMAGE", right="yes"
        ),
        "qc_sealtag_check": Asked(
            "Is the seal tag on it and whole?", "yes_no", "SEAL_BROKEN", right="yes"
        ),
        "qc_used_check": Asked("Was it used or washed?", "yes_no", "USED_OR_WASHED", right="no"),
        "qc_check_damaged_product": Asked(
            "Is it damaged?", "yes_no", "DAMAGED", right="no", photo=True
        ),
        "accessories": Asked("Is all of this there: {}?", "yes_no", "PART_MISSING"),
    }
)  # fmt: skip
_UNUSED = (
    "order_date", "channel_id", "company_name", "payment_method", "total_discount", "sub_total",
    "length", "breadth", "height", "weight", "pickup_email", "pickup_country", "pickup_location_id",
    "request_pickup", "comment", "reseller_name", "courier_id",
)  # fmt: skip
_ITEM_UNUSED = (
    "discount", "tax", "hsn", "exchange_item_id", "exchange_item_name", "exchange_item_sku"
)  # fmt: skip


def read(payload: object) -> Adapted:
    """Read one return order; raises Invalid with every fault and its pointer."""
    order = open_payload(payload)
    number = values.needed(order, "order_id", most=80)
    body = {
        "client_request_id": number,
        "client_order_number": number,
        "pickup": _pickup(order),
        "items": [_item(each) for each in order.parts("order_items", least=1, most=MAX_ITEMS)],
    }
    order.unused(*_UNUSED)
    order.unused_from("shipping_", "billing_")
    order.close()
    notes = order.report.take_notes()
    order.report.finish()
    return Adapted("shiprocket", (AdaptedReturn("", body, notes),))


def write(outcome: ReturnOutcome) -> dict[str, object]:
    """Give the result per `qc_*` key that was asked."""
    return {
        "order_id": outcome.client_order_number,
        "awb_code": outcome.awb,
        "current_status": outcome.shipment_state,
        "qc_status": status_word(outcome.result),
        "final": outcome.final,
        "order_items": [_result(item) for item in outcome.items],
    }


def _pickup(order: Part) -> dict[str, Any]:
    return values.present(
        name=values.joined(order, "pickup_customer_name", "pickup_last_name", most=300),
        phone=values.joined(order, "pickup_isd_code", "pickup_phone", most=40),
        address=values.joined(order, "pickup_address", "pickup_address_2", most=1000, joint=", "),
        city=values.text(order, "pickup_city"),
        state=values.text(order, "pickup_state"),
        pincode=values.pincode(order, "pickup_pincode"),
    )


def _item(item: Part) -> dict[str, Any]:
    body = {
        "client_sku_id": values.needed(item, "sku", most=80),
        "name": values.needed(item, _name_key(item), most=300),
        "quantity": values.quantity(item, "units"),
        "qc_required": values.flag(item, "qc_enable", default=True),
    } | values.present(
        price=values.price(item, "selling_price"),
        return_reason=values.text(item, "return_reason"),
        category=values.text(item, "category"),
    )
    facts = _facts(item)
    if body["qc_required"]:
        facts["questions"] = _questions(item)
    item.unused(*ASKED, reason="qc_enable is false, so nothing is asked.")
    item.unused(*_ITEM_UNUSED)
    item.close()
    return body | values.present(**facts)


def _name_key(item: Part) -> str:
    return "name" if item.has("name") or not item.has("qc_product_name") else "qc_product_name"


def _facts(item: Part) -> dict[str, Any]:
    """Read what rules may compare with, whether or not it is asked of this item."""
    attributes = {
        asked.fact.removeprefix("attributes."): values.text(item, name)
        for name, asked in ASKED.items()
        if asked.fact.startswith("attributes.")
    }
    plain = values.text(item, "color")
    attributes["colour"] = attributes["colour"] or plain
    return {
        "brand": values.text(item, "qc_brand") or values.text(item, "brand"),
        "attributes": values.present(**attributes),
        "reference_images": values.images(item, "qc_product_image"),
    }


def _questions(item: Part) -> list[dict[str, Any]]:
    found = [
        _question(item, name, asked)
        for name, asked in ASKED.items()
        if _is_asked(item, name, asked)
    ]
    strange = [
        unreadable(name)
        for name in item.value
        if name.startswith("qc_") and name not in ASKED and name not in item.taken
    ]
    return found + strange


def _is_asked(item: Part, name: str, asked: Asked) -> bool:
    if asked.right:
        return values.flag(item, name, default=item.has(name))
    item.taken.add(name)
    return item.has(name)


def _question(item: Part, name: str, asked: Asked) -> dict[str, Any]:
    value = values.text(item, name, most=400)
    question: dict[str, Any] = {
        "id": name,
        "question": asked.words.replace("{}", value),
        "type": asked.type,
        "reason_code": asked.reason_code,
        "expected": {"from": asked.fact} if asked.fact else asked.right or "yes",
    }
    if asked.photo:
        question["photo"] = True
    if name == "qc_product_image":
        question["images"] = values.images(item, name)
    return question


def _result(item: ItemOutcome) -> dict[str, object]:
    return {
        "sku": item.client_sku_id,
        "name": item.name,
        "units": item.quantity,
        "picked_units": item.picked_quantity,
        "qc_status": status_word(item.result),
        "qc_remarks": item.remarks,
        "qc_images": [photo.url for photo in item.photos if photo.url],
    } | {"qc_results": {each.id: _answer(each) for each in item.checks if each.id}}


def _answer(check: CheckOutcome) -> dict[str, object]:
    return {
        "result": check.result,
        "value": check.value,
        "remarks": check.explanation,
        "reason_code": check.reason_code if check.result == "mismatch" else "",
        "images": [photo.url for photo in check.photos if photo.url],
    }
