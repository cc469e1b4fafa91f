"""A merchant sends what it already sends to a carrier, and is told what was made of it."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from qcportal import accounts, api_keys
from qcportal.blueprints.partner.carrier_examples import EXAMPLES
from qcportal.db import db
from qcportal.history import SYSTEM
from qcportal.returns import Return
from tests.adapters.payloads import JSON, NAMES, PLACES, payload, put
from tests.world import World


def send(world: World, name: str, body: Any, query: str = "") -> dict[str, Any]:
    answer = world.partner("POST", f"/adapters/{name}/returns{query}", body)
    assert answer.status_code == 200, answer.get_json()
    return answer.get_json()


def outcomes(result: dict[str, Any], item: int = 0) -> dict[str, str]:
    return {each["id"]: each["outcome"] for each in result["questions"][item]}


def count(world: World) -> int:
    with world.inside(commit=False):
        return db.session.scalar(select(func.count()).select_from(Return))


@pytest.mark.parametrize("name", NAMES)
def test_a_payload_becomes_returns_that_are_checked(world: World, name: str) -> None:
    body = send(world, name, payload(name))
    assert body["format"] == name
    assert body["counts"] == {"created": len(body["results"])}
    for result in body["results"]:
        made = world.partner("GET", f"/returns/{result['return']['return_id']}").get_json()
        assert made == {**result["return"], "missing": []}
        assert made["qc_state"] == "pending"
        assert made["source"]["format"] == name
        assert world.photo_rows(made["return_id"])


@pytest.mark.parametrize("name", NAMES)
def test_the_same_payload_again_changes_nothing(world: World, name: str) -> None:
    first = send(world, name, payload(name))
    again = send(world, name, payload(name))
    assert set(again["counts"]) == {"exists"}
    assert [each["return"] for each in again["results"]] == [
        each["return"] for each in first["results"]
    ]
    assert count(world) == len(first["results"])


def test_another_return_under_the_carriers_id_is_a_conflict(world: World) -> None:
    send(world, "shadowfax", payload("shadowfax"))
    other = payload("shadowfax") | {"client_order_number": "another"}
    (result,) = send(world, "shadowfax", other)["results"]
    assert (result["status"], result["return"]) == ("conflict", None)


def test_what_is_no_content_does_not_make_another_return_of_it(world: World) -> None:
    send(world, "shiprocket", payload("shiprocket"))
    again = send(world, "shiprocket", payload("shiprocket") | {"sent_at": "11:12:13"})
    assert again["counts"] == {"exists": 1}
    assert "/sent_at" in {each["path"] for each in again["results"][0]["not_understood"]}


def test_each_shipment_is_answered_for_itself_with_its_place(world: World) -> None:
    body = send(world, "delhivery", payload("delhivery"))
    first, second = body["results"]
    assert (first["path"], second["path"]) == ("/shipments/0", "/shipments/1")
    assert first["return"]["awb"] == "1490820001124"
    assert first["not_understood"] == []
    assert body["not_used"] == ["/pickup_location"]
    assert {each["path"]: each["value"] for each in second["not_understood"]} == {
        "/shipments/1/reverse_otp": {"required": True, "length": 4},
        "/shipments/1/custom_qc/0/questions/0/fuzzy_match": True,
    }


def test_every_question_is_answered_under_the_carriers_own_id(world: World) -> None:
    first, second = send(world, "delhivery", payload("delhivery"))["results"]
    assert outcomes(first) == {
        "same-item": "accepted",
        "damage": "accepted",
        "Which colour is the shoe?": "accepted",
        "QSIZE-UK": "accepted",
        "Is the dust bag in the box?": "accepted",
    }
    assert first["return"]["qc_scope"] == "full"
    assert outcomes(second)["SMELL"] == "changed"
    assert outcomes(second)["Is the pack unopened?"] == "changed"
    assert second["return"]["qc_scope"] == "partial"


def test_rules_nobody_can_read_are_rejected_and_kept(world: World) -> None:
    (result,) = send(world, "shadowfax", payload("shadowfax"))["results"]
    assert outcomes(result, 1)["qc_rules"] == "rejected"
    kept = {each["path"]: each["value"] for each in result["return"]["source"]["not_understood"]}
    assert kept["/skus_attributes/1/qc_rules"] == {
        "v": 3, "tree": [{"op": "eq", "left": "colour", "right": "Rust"}],
    }  # fmt: skip
    assert "/skus_attributes/0/qc_rules" in {
        each["path"] for each in result["return"]["source"]["assumed"]
    }


@pytest.mark.parametrize("name", NAMES)
def test_with_on_partial_reject_nothing_is_downgraded(world: World, name: str) -> None:
    results = send(world, name, payload(name), "?on_partial=reject")["results"]
    assert results[-1]["status"] == "rejected"
    assert results[-1]["return"] is None
    told = [each["outcome"] for item in results[-1]["questions"] for each in item]
    assert set(told) - {"accepted"}
    assert count(world) == sum(each["status"] == "created" for each in results)


def test_a_switch_of_shiprocket_is_a_check_with_the_right_answer(world: World) -> None:
    (result,) = send(world, "shiprocket", payload("shiprocket"))["results"]
    return_id = result["return"]["return_id"]
    world.assign(return_id)
    (stop,) = world.field("GET", "/run-sheet").get_json()["stops"]
    checks = {each["question"]: each for each in stop["items"][0]["checklist"]["checks"]}
    assert checks["Is it damaged?"]["expected"] == "no"
    assert checks["Is it damaged?"]["reason_code"] == "DAMAGED"
    assert checks["Which colour is it?"]["expected"] == "Black"
    assert checks["Which colour is it?"]["reason_code"] == "COLOUR_MISMATCH"


def test_a_fault_is_told_at_the_carriers_own_place_and_nothing_is_written(world: World) -> None:
    body = payload("delhivery")
    body["shipments"][1]["pin"] = "none"
    answer = world.partner("POST", "/adapters/delhivery/returns", body)
    assert answer.status_code == 400
    assert [each["path"] for each in answer.get_json()["errors"]] == ["/shipments/1/pin"]
    assert count(world) == 0


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data(), name=st.sampled_from(NAMES))
def test_whatever_stands_in_a_payload_is_taken_or_refused(
    world: World, data: st.DataObject, name: str
) -> None:
    body = payload(name)
    for path in data.draw(st.lists(st.sampled_from(PLACES[name]), min_size=1, max_size=3)):
        put(body, path, data.draw(JSON))
    answer = world.partner("POST", f"/adapters/{name}/returns", body)
    assert answer.status_code in {200, 400}, answer.get_json()
    if answer.status_code == 200:
        for each in answer.get_json()["results"]:
            assert each["status"] in {"created", "exists", "conflict"}


@pytest.mark.parametrize("name", ["bluedart", "Delhivery", "delhivery%00", "..."])
def test_a_carrier_that_is_not_known_is_404(lite_world: World, name: str) -> None:
    answer = lite_world.partner("POST", f"/adapters/{name}/returns", payload("delhivery"))
    assert answer.status_code == 404
    assert answer.content_type == "application/problem+json"


def test_a_key_that_may_only_read_registers_nothing(lite_world: World) -> None:
    with lite_world.inside():
        merchant = accounts.get_merchant(lite_world.a.id)
        _, reader = api_keys.create(
            merchant, name="reader", scopes=("returns:read",), expires_at=None, by=SYSTEM
        )
    path = "/api/v1/adapters/shadowfax/returns"
    for token, status in ((reader, 403), ("", 401), (lite_world.device_token, 401)):
        answer = lite_world.call("POST", path, payload("shadowfax"), token=token)
        assert answer.status_code == status
    assert count(lite_world) == 0


@pytest.mark.parametrize("query", ["?on_partial=maybe", "?partial=reject"])
def test_a_bad_query_is_400(lite_world: World, query: str) -> None:
    answer = lite_world.partner("POST", f"/adapters/shadowfax/returns{query}", payload("shadowfax"))
    assert answer.status_code == 400


@pytest.mark.parametrize("name", NAMES)
def test_the_example_in_the_api_document_is_taken(lite_world: World, name: str) -> None:
    body = send(lite_world, name, EXAMPLES[name]["value"])
    assert body["counts"] == {"created": 1}
    assert body["results"][0]["not_understood"] == []


def test_a_return_of_our_own_format_has_no_source(world: World) -> None:
    assert world.register()["source"] is None
