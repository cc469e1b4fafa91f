"""Delhivery's RVP QC payload becomes returns with questions, and the rest is told."""

from typing import Any

import pytest

from qcportal.adapters import delhivery
from qcportal.adapters.adapted import AdaptedReturn
from qcportal.errors import Invalid
from tests.adapters.payloads import payload


def first(**changes: Any) -> AdaptedReturn:
    """Read one shipment with some of its keys replaced."""
    shipment = payload("delhivery")["shipments"][0] | changes
    return delhivery.read({"shipments": [shipment]}).returns[0]


def asking(**changes: Any) -> dict[str, Any]:
    """Give the question that one of Delhivery's becomes."""
    question = {"questions_id": "Is it clean?", "type": "multi", "options": ["Yes", "No"]}
    question |= {"value": ["Yes"], "required": True}
    item = {"item": "A", "description": "A shoe", "questions": [question | changes]}
    return first(custom_qc=[item]).body["items"][0]["questions"][0]


def lost(read: AdaptedReturn) -> list[str]:
    return [note.path for note in read.notes if note.is_lost]


def faults(shipments: object) -> set[str]:
    with pytest.raises(Invalid) as refused:
        delhivery.read({"shipments": shipments})
    return {fault.path for fault in refused.value.faults}


def test_each_shipment_is_a_return_with_its_waybill_and_its_customer() -> None:
    adapted = delhivery.read(payload("delhivery"))
    assert [each.path for each in adapted.returns] == ["/shipments/0", "/shipments/1"]
    body = adapted.returns[0].body
    assert (body["awb"], body["client_order_number"]) == ("1490820001124", "STR-RET-48812")
    assert body["client_request_id"] == "1490820001124"
    assert body["pickup"] == {
        "name": "Meera Joshi",
        "phone": "9820000000, 9820000001",
        "address": "Flat 12, Lake View, Baner Road",
        "city": "Pune",
        "state": "Maharashtra",
        "pincode": "411045",
    }


def test_an_item_keeps_all_that_rules_may_compare() -> None:
    (item,) = first().body["items"]
    assert (item["client_sku_id"], item["quantity"]) == ("STR-VEL9-BLU-8", 1)
    assert (item["brand"], item["category"]) == ("Stryda", "Shoes")
    assert item["return_reason"] == "Size too small"
    assert len(item["reference_images"]) == 2


def test_only_the_first_value_is_the_right_answer_and_that_is_told() -> None:
    read = first()
    assert read.body["items"][0]["questions"][1]["expected"] == "UK 8"
    told = {note.path: note.kind for note in read.notes}
    assert told["/shipments/0/custom_qc/0/questions/1/value"] == "assumed"


def test_what_is_not_required_stays_not_required() -> None:
    assert asking(required=False)["required"] is False
    assert "required" not in asking(required=None)


def test_the_empty_option_of_a_varchar_is_no_option() -> None:
    asked = asking(type="varchar", options=[""])
    assert "options" not in asked
    assert (asked["type"], asked["expected"]) == ("varchar", "Yes")


def test_a_question_is_asked_in_its_own_words_if_they_are_sent() -> None:
    assert asking()["question"] == "Is it clean?"
    assert asking(questions_id="Q17")["question"] == "Check “Q17”"
    assert asking(questions_id="Q17", question="Any stain?")["question"] == "Any stain?"
    assert asking(questions_id=17)["id"] == 17


def test_what_is_unknown_in_a_question_goes_along_to_be_reported_by_intake() -> None:
    asked = asking(fuzzy=True, photo="yes")
    assert asked["fuzzy"] is True
    assert asked["sent.photo"] == "yes"
    assert "photo" not in asked


def test_every_unknown_key_is_told_with_its_value() -> None:
    adapted = delhivery.read(payload("delhivery"))
    assert lost(adapted.returns[0]) == []
    notes = {each.path: each.value for each in adapted.returns[1].notes if each.is_lost}
    assert notes == {
        "/shipments/1/reverse_otp": {"required": True, "length": 4},
        "/shipments/1/custom_qc/0/questions/0/fuzzy_match": True,
    }
    assert [(note.path, note.kind) for note in adapted.notes] == [("/pickup_location", "unused")]


def test_a_shipment_without_questions_is_left_to_the_rulebook() -> None:
    shipment = payload("delhivery")["shipments"][0]
    del shipment["custom_qc"], shipment["qc_type"]
    (read,) = delhivery.read({"shipments": [shipment]}).returns
    (item,) = read.body["items"]
    assert (item["name"], item["quantity"]) == ("Stryda Velocity 9", 1)
    assert "questions" not in item
    assert "/shipments/0/custom_qc" in {note.path for note in read.notes if note.kind == "assumed"}


def test_another_qc_type_is_told() -> None:
    assert lost(first(qc_type="doorstep")) == ["/shipments/0/qc_type"]


def test_a_shipment_without_waybill_goes_by_its_order() -> None:
    body = first(waybill="").body
    assert body["client_request_id"] == body["client_order_number"] == "STR-RET-48812"
    assert "awb" not in body


def test_pictures_without_https_are_told_and_left_out() -> None:
    read = first(custom_qc=[{"item": "A", "description": "A", "images": ["http://x.example/a", 7]}])
    assert "reference_images" not in read.body["items"][0]
    assert lost(read) == ["/shipments/0/custom_qc/0/images/0", "/shipments/0/custom_qc/0/images/1"]


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"order": ""}, "/shipments/0/order"),
        ({"order": "x" * 81}, "/shipments/0/order"),
        ({"order": {"a": 1}}, "/shipments/0/order"),
        ({"waybill": "ab!"}, "/shipments/0/waybill"),
        ({"pin": "4110"}, "/shipments/0/pin"),
        ({"custom_qc": "all"}, "/shipments/0/custom_qc"),
        ({"custom_qc": ["all"]}, "/shipments/0/custom_qc/0"),
        ({"custom_qc": [{"item": "A"}]}, "/shipments/0/custom_qc/0/description"),
        (
            {"custom_qc": [{"item": "A", "description": "A", "quantity": 0}]},
            "/shipments/0/custom_qc/0/quantity",
        ),
        (
            {"custom_qc": [{"item": "A", "description": "A", "questions": ["?"]}]},
            "/shipments/0/custom_qc/0/questions/0",
        ),
    ],
)
def test_what_the_return_cannot_do_without_is_a_fault_at_its_place(
    changes: dict[str, Any], path: str
) -> None:
    assert path in faults([payload("delhivery")["shipments"][0] | changes])


@pytest.mark.parametrize("shipments", [None, [], {}, "x", [1]])
def test_a_payload_without_shipments_is_refused(shipments: object) -> None:
    assert all(path.startswith("/shipments") for path in faults(shipments))


def test_all_faults_of_all_shipments_are_told_at_once() -> None:
    shipments = payload("delhivery")["shipments"]
    shipments[0]["order"] = ""
    shipments[1]["pin"] = "abc"
    assert faults(shipments) == {"/shipments/0/order", "/shipments/1/pin"}
