"""Delhivery's reverse pickup with quality check: `shipments[].custom_qc[].questions[]`.

Of `value[]` only the first is the right answer, and `required: false` is asked and never fails the
item, as in their document of RVP QC.
"""

from typing import Any

from qcportal.adapters import values
from qcportal.adapters.adapted import Adapted, AdaptedReturn
from qcportal.adapters.outcome import CheckOutcome, ItemOutcome, ReturnOutcome, status_word
from qcportal.adapters.payload import Part, open_payload
from qcportal.adapters.questions import pass_on

MAX_SHIPMENTS = 500
MAX_ITEMS = 50
MAX_QUESTIONS = 50
_SHIPMENT = (
    "payment_mode", "cod_amount", "total_amount", "order_date", "country", "weight",
    "shipping_mode", "shipment_width", "shipment_height", "shipment_length", "address_type",
    "hsn_code", "fragile_shipment", "dangerous_good", "plastic_packaging", "ewbn",
    "transport_speed", "end_date", "shipment_type", "fm_pickup",
)  # fmt: skip
_ELSEWHERE = ("return_", "seller_", "consignee_gst", "invoice_", "client_gst", "source")


def read(payload: object) -> Adapted:
    """Read `{shipments: [...]}`; raises Invalid with every fault and its pointer."""
    whole = open_payload(payload)
    returns = []
    for shipment in whole.parts("shipments", least=1, most=MAX_SHIPMENTS):
        body = _return(shipment)
        returns.append(AdaptedReturn(shipment.path, body, whole.report.take_notes()))
    whole.unused("pickup_location", "format", "client")
    whole.close()
    notes = whole.report.take_notes()
    whole.report.finish()
    return Adapted("delhivery", tuple(returns), notes)


def write(outcome: ReturnOutcome) -> dict[str, object]:
    """Give the result per `questions_id`, in the order in which they were sent."""
    return {
        "waybill": outcome.awb,
        "order": outcome.client_order_number,
        "qc_status": status_word(outcome.result),
        "final": outcome.final,
        "custom_qc": [_result(item) for item in outcome.items],
    }


def _return(shipment: Part) -> dict[str, Any]:
    order = values.needed(shipment, "order", most=80)
    waybill = values.awb(shipment, "waybill")
    items = [_item(each, place) for place, each in enumerate(_checked(shipment), 1)]
    if not items:
        items = [_unchecked(shipment, order)]
    shipment.unused("products_desc", "quantity", *_SHIPMENT)
    shipment.unused_from(*_ELSEWHERE)
    pickup = _pickup(shipment)
    shipment.close()
    return {
        "client_request_id": waybill or order,
        "client_order_number": order,
        "pickup": pickup,
        "items": items,
    } | values.present(awb=waybill)


def _checked(shipment: Part) -> list[Part]:
    kind = values.text(shipment, "qc_type")
    if kind not in ("", "param"):
        shipment.unusable("qc_type", "Only “param” is known; its custom_qc is asked all the same.")
    return shipment.parts("custom_qc", most=MAX_ITEMS)


def _pickup(shipment: Part) -> dict[str, Any]:
    return values.present(
        name=values.text(shipment, "name"),
        phone=values.phone(shipment, "phone"),
        address=values.text(shipment, "add", most=1000),
        city=values.text(shipment, "city"),
        state=values.text(shipment, "state"),
        pincode=values.pincode(shipment, "pin"),
    )


def _item(item: Part, place: int) -> dict[str, Any]:
    sku = values.text(item, "item", most=80)
    if not sku:
        sku = f"item-{place}"
        item.assume("item", f"It has no number of its own and is called {sku}.")
    body = {
        "client_sku_id": sku,
        "name": values.needed(item, "description", most=300),
        "quantity": values.quantity(item, "quantity"),
    } | values.present(
        brand=values.text(item, "brand"),
        category=values.text(item, "product_category"),
        return_reason=values.text(item, "return_reason"),
        reference_images=values.images(item, "images"),
        questions=[_question(each) for each in item.parts("questions", most=MAX_QUESTIONS)],
    )
    item.close()
    return body


def _unchecked(shipment: Part, order: str) -> dict[str, Any]:
    """Give the one item of a shipment without `custom_qc`; the merchant's rulebook asks of it."""
    name = values.text(shipment, "products_desc") or "Not described"
    shipment.assume("custom_qc", "Nothing is asked here; the rulebook in force decides.")
    return {
        "client_sku_id": order or "item-1",
        "name": name,
        "quantity": values.quantity(shipment, "quantity"),
    }


def _question(question: Part) -> dict[str, Any]:
    name, kind = question.take("questions_id"), question.take("type")
    sent = question.take("value")
    answers = sent if isinstance(sent, list) else [sent]
    if len(answers) > 1:
        question.assume("value", "Only the first is the right answer.")
    asked = values.present(
        id=name,
        question=_words(question, name),
        type=kind,
        options=_options(question, kind),
        expected=answers[0] if answers else None,
        images=question.take("ques_images"),
    )
    required = question.take("required")
    return pass_on(question, asked if required is None else asked | {"required": required})


def _words(question: Part, name: object) -> object:
    """Give the words to ask: `question` where it is sent, else all that the id says."""
    if question.has("question"):
        return question.take("question")
    text = str(name).strip() if isinstance(name, str | int) else ""
    if text and " " not in text:
        question.assume("questions_id", "Its words are not sent, so its id is shown to be asked.")
        return f"Check “{text[:80]}”"
    return text


def _options(question: Part, kind: object) -> object:
    sent = question.take("options")
    if not isinstance(sent, list):
        return sent
    filled = [each for each in sent if each not in ("", None)]
    if kind == "varchar" and filled:
        question.taken.discard("options")
        question.unused("options", reason="A varchar question has no options.")
    return [] if kind == "varchar" else filled


def _result(item: ItemOutcome) -> dict[str, object]:
    return {
        "item": item.client_sku_id,
        "description": item.name,
        "quantity": item.quantity,
        "picked_quantity": item.picked_quantity,
        "qc_status": status_word(item.result),
        "qc_remarks": item.remarks,
        "qc_images": [photo.url for photo in item.photos if photo.url],
        "questions": [_answer(each) for each in item.checks if each.id],
    }


def _answer(check: CheckOutcome) -> dict[str, object]:
    return {
        "questions_id": check.id,
        "required": check.required,
        "result": check.result,
        "value": [check.value] if check.value else [],
        "remarks": check.explanation,
        "images": [photo.url for photo in check.photos if photo.url],
    }
