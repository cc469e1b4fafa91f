"""Shiprocket's return order: every `qc_*` key becomes a question with its right answer."""

from pathlib import Path
from typing import Any

import pytest

from qcportal import config
from qcportal.adapters import shiprocket
from qcportal.adapters.adapted import AdaptedReturn
from qcportal.errors import Invalid
from qcportal.rules.check_types import CHECK_TYPES, REASON_CODES
from qcportal.rules.facts import find_fact
from tests.adapters.payloads import payload


def read(**changes: Any) -> AdaptedReturn:
    return shiprocket.read(payload("shiprocket") | changes).returns[0]


def item(**changes: Any) -> tuple[dict[str, Any], dict[str, str]]:
    """Give what one line becomes, and the kind of each note by its pointer."""
    one = {"name": "A phone", "sku": "A", "units": 1, "selling_price": 10, "qc_enable": True}
    found = read(order_items=[one | changes])
    return found.body["items"][0], {note.path: note.kind for note in found.notes}


def questions(**changes: Any) -> dict[str, dict[str, Any]]:
    found, _ = item(**changes)
    return {each["id"]: each for each in found.get("questions", [])}


def test_the_order_and_its_customer_are_read() -> None:
    body = read().body
    assert body["client_request_id"] == body["client_order_number"] == "R-9912-1"
    assert body["pickup"] == {
        "name": "Meera Joshi",
        "phone": "91 9820000000",
        "address": "Flat 12, Lake View, Baner Road",
        "city": "Pune",
        "state": "Maharashtra",
        "pincode": "411045",
    }


def test_the_qc_values_are_facts_of_the_item() -> None:
    (found,) = read().body["items"]
    assert found["attributes"] == {
        "colour": "Black",
        "serial_no": "NV8K-2231-77",
        "ean": "8901234567890",
        "imei": "490154203237518",
    }
    assert (found["brand"], found["price"], found["quantity"]) == ("Nuvio", 18999.0, 1)
    assert found["reference_images"] == ["https://cdn.nuvio.example/p8-black.jpg"]


def test_each_key_is_asked_under_its_own_name() -> None:
    (found,) = read().body["items"]
    assert [each["id"] for each in found["questions"]] == [
        "qc_product_name", "qc_product_image", "qc_brand", "qc_color", "qc_serial_no",
        "qc_ean_barcode", "qc_product_imei", "qc_sealtag_check", "qc_used_check",
        "qc_check_damaged_product", "accessories", "qc_battery_cycles",
    ]  # fmt: skip


def test_a_value_is_compared_with_the_fact_that_it_is() -> None:
    asked = questions(qc_color="Red")["qc_color"]
    assert asked["expected"] == {"from": "attributes.colour"}
    assert (asked["type"], asked["reason_code"]) == ("text_match", "COLOUR_MISMATCH")


@pytest.mark.parametrize("sent", [1, "1", True, "yes", "true"])
def test_no_is_the_right_answer_to_used_and_damaged(sent: object) -> None:
    asked = questions(qc_used_check=sent, qc_check_damaged_product=sent, qc_brand_tag=sent)
    assert asked["qc_used_check"]["expected"] == "no"
    assert asked["qc_check_damaged_product"]["expected"] == "no"
    assert asked["qc_brand_tag"]["expected"] == "yes"


@pytest.mark.parametrize("sent", [0, "0", False, "no", "", None])
def test_a_switch_that_is_off_asks_nothing(sent: object) -> None:
    found, notes = item(qc_used_check=sent)
    assert "questions" not in found
    assert notes.keys().isdisjoint({"/order_items/0/qc_used_check"})


def test_a_switch_that_is_neither_is_asked_and_told() -> None:
    found, notes = item(qc_check_damaged_product="scratched lid")
    assert [each["id"] for each in found["questions"]] == ["qc_check_damaged_product"]
    assert notes["/order_items/0/qc_check_damaged_product"] == "unusable"


def test_empty_values_are_not_asked() -> None:
    assert questions(qc_size="", qc_brand=None, qc_product_image="") == {}


def test_a_qc_key_that_is_unknown_is_told_and_put_to_intake() -> None:
    found, notes = item(qc_smell="fresh", hue="red")
    assert found["questions"] == [{"id": "qc_smell"}]
    assert notes["/order_items/0/qc_smell"] == notes["/order_items/0/hue"] == "unknown"


def test_without_qc_nothing_is_asked_but_the_facts_are_kept() -> None:
    found, notes = item(qc_enable="false", qc_color="Red", qc_used_check=1)
    assert found["qc_required"] is False
    assert "questions" not in found
    assert found["attributes"] == {"colour": "Red"}
    assert notes["/order_items/0/qc_used_check"] == "unused"


def test_the_name_may_stand_in_the_qc_key_alone() -> None:
    found, _ = item(name="", qc_product_name="Nuvio P8")
    assert found["name"] == "Nuvio P8"


def test_every_question_has_a_type_a_code_and_a_fact_that_exist() -> None:
    for asked in shiprocket.ASKED.values():
        assert asked.type in CHECK_TYPES
        assert asked.reason_code in REASON_CODES
        assert not asked.fact or find_fact(asked.fact)


def test_a_place_that_is_missing_is_a_fault() -> None:
    with pytest.raises(Invalid) as refused:
        read(order_id="", order_items=[{"qc_enable": 1, "units": "two"}], pickup_pincode="x")
    assert {fault.path for fault in refused.value.faults} == {
        "/order_id", "/order_items/0/sku", "/order_items/0/name", "/order_items/0/units",
        "/pickup_pincode",
    }  # fmt: skip


def test_the_page_for_merchants_has_exactly_the_questions() -> None:
    page = (Path(config.__file__).parent.parent / "docs/carriers.md").read_text(encoding="utf-8")
    table = page.split("| field | asks |")[1].split("\n\n")[0]
    assert table.splitlines()[2:] == [line(*each) for each in shiprocket.ASKED.items()]


def line(name: str, asked: shiprocket.Asked) -> str:
    """Give a question's row of the table."""
    kind = "switch" if asked.right else f"`{asked.fact}`" if asked.fact else "yes"
    right = f"{asked.right}, a switch" if kind == "switch" else kind
    words = asked.words.replace("{}", "…")
    photo = " (with a photo)" if asked.photo else ""
    return f"| `{name}` | {words}{photo} | {right} | `{asked.reason_code}` |"
