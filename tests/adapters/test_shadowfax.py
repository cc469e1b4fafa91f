"""Shadowfax's reverse pickup becomes a return; rules that are opaque are kept and told."""

from typing import Any

import pytest

from qcportal.adapters import shadowfax
from qcportal.adapters.adapted import AdaptedReturn
from qcportal.errors import Invalid
from tests.adapters.payloads import payload


def read(**changes: Any) -> AdaptedReturn:
    return shadowfax.read(payload("shadowfax") | changes).returns[0]


def sku(**changes: Any) -> tuple[dict[str, Any], dict[str, str]]:
    """Give the item that one SKU becomes, and the kind of each note by its pointer."""
    one = {"client_sku_id": "A", "name": "A shirt", "additional_details": {"quantity": 1}} | changes
    found = read(skus_attributes=[one])
    return found.body["items"][0], {note.path: note.kind for note in found.notes}


def test_the_return_has_the_clients_own_ids() -> None:
    body = read().body
    assert body["client_request_id"] == "HRW-77120-R1"
    assert body["client_order_number"] == "HRW-77120"
    assert "awb" not in body
    assert read(awb_number="SF1234567890").body["awb"] == "SF1234567890"


def test_the_customers_place_is_read_from_texts_and_numbers() -> None:
    pickup = read().body["pickup"]
    assert (pickup["latitude"], pickup["longitude"]) == (18.559, 73.7868)
    assert (pickup["pincode"], pickup["phone"]) == ("411045", "9820000000")


def test_additional_details_are_attributes_and_the_quantity() -> None:
    item = read().body["items"][0]
    assert item["quantity"] == 2
    assert item["attributes"] == {"size": "L", "colour": "White", "fabric_type": "Cotton"}
    assert item["reference_images"] == ["https://cdn.harrow.example/ox-white.jpg"]


def test_rules_with_a_question_are_asked_and_yes_is_taken_as_right() -> None:
    item, notes = sku(qc_rules=[{"question": "Tag on it?", "is_mandatory": 0}])
    assert item["questions"] == [
        {"id": "qc_rules/0", "question": "Tag on it?", "type": "yes_no", "required": False}
    ]
    assert notes["/skus_attributes/0/qc_rules"] == "assumed"


def test_a_rule_that_is_only_words_is_asked() -> None:
    item, _ = sku(qc_rules=["Tag on it?"])
    assert item["questions"][0]["question"] == "Tag on it?"


@pytest.mark.parametrize("rules", [{"v": 3}, "brand,colour", 7, [{"question": "?"}] * 51])
def test_opaque_rules_are_kept_told_and_put_to_intake_as_one_question(rules: object) -> None:
    found = read(skus_attributes=[{"client_sku_id": "A", "name": "A", "qc_rules": rules}])
    assert found.body["items"][0]["questions"] == [{"id": "qc_rules"}]
    (note,) = [each for each in found.notes if each.is_lost]
    assert (note.path, note.value) == ("/skus_attributes/0/qc_rules", rules)


@pytest.mark.parametrize("rule", [{}, {"question": 7}, [], None, {"rule": "brand"}])
def test_one_opaque_rule_leaves_the_others_alone(rule: object) -> None:
    item, notes = sku(qc_rules=[{"question": "Tag on it?"}, rule])
    assert [each.get("question") for each in item["questions"]] == ["Tag on it?", None]
    assert notes["/skus_attributes/0/qc_rules/1"] == "unusable"


def test_what_is_unknown_in_a_rule_goes_along_to_be_reported_by_intake() -> None:
    item, notes = sku(qc_rules=[{"question": "Tag on it?", "weightage": 5, "photo": "no"}])
    assert item["questions"][0]["weightage"] == 5
    assert item["questions"][0]["sent.photo"] == "no"
    assert notes["/skus_attributes/0/qc_rules/0/photo"] == "unknown"


def test_a_rule_may_say_that_no_is_right() -> None:
    item, notes = sku(qc_rules=[{"question": "Any stain?", "expected": "no"}])
    assert item["questions"][0]["expected"] == "no"
    assert "/skus_attributes/0/qc_rules" not in notes


def test_an_item_without_quality_check_is_asked_nothing() -> None:
    item, notes = sku(qc_required="no", qc_rules=[{"question": "Tag on it?"}])
    assert item["qc_required"] is False
    assert "questions" not in item
    assert notes["/skus_attributes/0/qc_rules"] == "unused"


def test_unless_it_says_otherwise_an_item_is_checked() -> None:
    assert sku()[0]["qc_required"] is True


@pytest.mark.parametrize(
    ("details", "path"),
    [
        ({"dimensions": {"l": 3}}, "dimensions"),
        ({"size": "L", "Size": "XL"}, "Size"),
        ({"रंग": "लाल"}, "रंग"),
        ({"care": "x" * 301}, "care"),
    ],
)
def test_details_that_are_no_attribute_are_told(details: dict[str, Any], path: str) -> None:
    _, notes = sku(additional_details=details)
    assert notes[f"/skus_attributes/0/additional_details/{path}"] == "unusable"


def test_a_price_that_is_none_is_told_and_left_out() -> None:
    item, notes = sku(price="on request")
    assert "price" not in item
    assert notes["/skus_attributes/0/price"] == "unusable"


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"client_request_id": None}, "/client_request_id"),
        ({"client_order_number": "  "}, "/client_order_number"),
        ({"skus_attributes": []}, "/skus_attributes"),
        ({"skus_attributes": [{"name": "A"}]}, "/skus_attributes/0/client_sku_id"),
        ({"address_attributes": {"pincode": "12"}}, "/address_attributes/pincode"),
    ],
)
def test_what_the_return_cannot_do_without_is_a_fault_at_its_place(
    changes: dict[str, Any], path: str
) -> None:
    with pytest.raises(Invalid) as refused:
        read(**changes)
    assert path in {fault.path for fault in refused.value.faults}
