"""Results go out as they were asked for: the same ids, and what became of each."""

import uuid
from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import event

from qcportal import accounts, api_keys
from qcportal.db import db
from qcportal.history import SYSTEM
from tests.adapters.payloads import NAMES, payload
from tests.world import RULEBOOK, World, a_capture, an_arrival, an_inspection, an_item

NOWHERE = "0190b6a0-5c4e-7d3a-9a41-0c5e6f7a8b9c"


def register(world: World, name: str, place: int = 0) -> dict[str, Any]:
    """Send a carrier's payload and give one of the returns that it became."""
    body = world.partner("POST", f"/adapters/{name}/returns", payload(name)).get_json()
    return body["results"][place]["return"]


def inspect(
    world: World,
    rvp: dict[str, Any],
    found: Mapping[str, str] | None = None,
    *,
    photos: bool = True,
) -> None:
    """Let the executive do the return: all is as expected but for `found`, by question."""
    return_id = rvp["return_id"]
    world.assign(return_id)
    stops = world.field("GET", "/run-sheet").get_json()["stops"]
    (stop,) = [each for each in stops if each["return_id"] == return_id]
    forms = [form for slot, form in world.forms(return_id).items() if "spare" not in slot]
    body = {
        "client_inspection_id": str(uuid.uuid4()),
        "return_id": return_id,
        "items": [_answers(item, found or {}) for item in stop["items"] if item["checklist"]],
        "captures": [a_capture(form) for form in forms] if photos else [],
    }
    answer = world.field("POST", "/inspections", body)
    assert answer.status_code == 201, answer.get_json()
    if photos:
        assert world.callback(*[an_arrival(each) for each in forms]).status_code == 200


def _answers(item: dict[str, Any], found: Mapping[str, str]) -> dict[str, Any]:
    answers = []
    for check in item["checklist"]["checks"]:
        value = found.get(check["question"], check["expected"])
        result = "match" if check["question"] not in found else "mismatch"
        answers.append({"check": check["key"], "result": result, "value": value})
    return {"item_id": item["item_id"], "answers": answers}


def result_of(world: World, rvp: dict[str, Any], name: str = "") -> dict[str, Any]:
    path = f"/returns/{rvp['return_id']}"
    answer = world.partner("GET", f"/adapters/{name}{path}" if name else f"{path}/result")
    assert answer.status_code == 200, answer.get_json()
    assert answer.headers["Cache-Control"] == "no-store"
    return answer.get_json()


# --- round trips -------------------------------------------------------------------------------


def test_delhivery_gets_each_question_back_under_its_id(world: World) -> None:
    rvp = register(world, "delhivery")
    inspect(world, rvp, {"Which colour is the shoe?": "Grey", "Is the dust bag in the box?": "No"})
    told = result_of(world, rvp, "delhivery")
    assert (told["waybill"], told["order"]) == ("1490820001124", "STR-RET-48812")
    assert (told["qc_status"], told["final"]) == ("fail", True)
    (item,) = told["custom_qc"]
    assert (item["item"], item["picked_quantity"]) == ("STR-VEL9-BLU-8", 0)
    assert "Grey" in item["qc_remarks"] or "grey" in item["qc_remarks"]
    asked = {each["questions_id"]: each for each in item["questions"]}
    sent = payload("delhivery")["shipments"][0]["custom_qc"][0]["questions"]
    assert list(asked) == [each["questions_id"] for each in sent]
    assert asked["Which colour is the shoe?"]["result"] == "mismatch"
    assert asked["Which colour is the shoe?"]["value"] == ["Grey"]
    assert asked["QSIZE-UK"]["result"] == "match"
    assert (asked["Is the dust bag in the box?"]["result"], item["qc_status"]) == (
        "mismatch", "fail",
    )  # fmt: skip


def test_what_delhivery_does_not_require_never_fails_an_item(world: World) -> None:
    rvp = register(world, "delhivery")
    inspect(world, rvp, {"Is the dust bag in the box?": "No"})
    told = result_of(world, rvp, "delhivery")
    assert told["qc_status"] == "pass"
    (missed,) = [each for each in told["custom_qc"][0]["questions"] if each["result"] == "mismatch"]
    assert (missed["questions_id"], missed["required"]) == ("Is the dust bag in the box?", False)


def test_shadowfax_gets_its_four_names_per_sku(world: World) -> None:
    rvp = register(world, "shadowfax")
    inspect(world, rvp, {"Is it free of stains?": "no"})
    told = result_of(world, rvp, "shadowfax")
    assert told["client_request_id"] == "HRW-77120-R1"
    assert told["status"] == "picked_partial"
    skus = {each["client_sku_id"]: each for each in told["skus_attributes"]}
    assert {sku: (each["picked"], each["qc_status"]) for sku, each in skus.items()} == {
        "HRW-OX-WHT-L": (False, "fail"),
        "LOO-CUSH-RST": (True, "pass"),
        "GIFT-WRAP": (True, "not_required"),
    }
    shirt = skus["HRW-OX-WHT-L"]
    assert "Is it free of stains?" in shirt["qc_remarks"]
    assert len(shirt["qc_images"]) == 2
    assert all(url.startswith("http") for url in shirt["qc_images"])
    assert {each["id"]: each["result"] for each in shirt["qc_rules"]} == {
        "qc_rules/0": "match", "qc_rules/1": "mismatch", "qc_rules/2": "match",
    }  # fmt: skip
    opaque = skus["LOO-CUSH-RST"]["qc_rules"]
    assert [(each["id"], each["result"]) for each in opaque] == [("qc_rules", "not_asked")]


def test_shiprocket_gets_each_key_back(world: World) -> None:
    rvp = register(world, "shiprocket")
    inspect(world, rvp, {"Is it damaged?": "yes"})
    told = result_of(world, rvp, "shiprocket")
    assert (told["order_id"], told["qc_status"]) == ("R-9912-1", "fail")
    (item,) = told["order_items"]
    results = {name: each["result"] for name, each in item["qc_results"].items()}
    sent = payload("shiprocket")["order_items"][0]
    on = [key for key in sent if key.startswith("qc_") and sent[key] not in ("", 0)]
    assert set(results) == {*on, "accessories"} - {"qc_enable"}
    assert results.pop("qc_check_damaged_product") == "mismatch"
    assert results.pop("qc_battery_cycles") == "not_asked"
    assert set(results.values()) == {"match"}
    damaged = item["qc_results"]["qc_check_damaged_product"]
    assert (damaged["reason_code"], damaged["value"]) == ("DAMAGED", "yes")
    assert len(damaged["images"]) == 1


@pytest.mark.parametrize("name", NAMES)
def test_before_the_inspection_everything_is_pending(world: World, name: str) -> None:
    told = result_of(world, register(world, name), name)
    assert told["final"] is False
    items = told.get("custom_qc") or told.get("skus_attributes") or told.get("order_items")
    assert {each["qc_status"] for each in items} <= {"pending", "not_required"}
    assert all(each["qc_images"] == [] for each in items)


@pytest.mark.parametrize("name", NAMES)
def test_any_return_can_be_told_in_any_words(world: World, name: str) -> None:
    rvp = world.register()
    inspect(world, rvp)
    assert result_of(world, rvp, name)["final"] is True


def test_of_what_a_route_drops_only_the_carriers_own_questions_come_back(world: World) -> None:
    book = {
        "title": "Routes",
        "rules": [
            *RULEBOOK["rules"],
            {"id": "ours", "title": "Our mistake", "cells": {"return_reason": "Size too small"},
             "qc": "none"},
        ],
    }  # fmt: skip
    assert world.partner("POST", "/rulebooks", {"document": book}).status_code == 201
    rvp = register(world, "delhivery")
    (item,) = result_of(world, rvp, "delhivery")["custom_qc"]
    assert item["qc_status"] == "not_required"
    assert {each["questions_id"]: each["result"] for each in item["questions"]} == {
        "Which colour is the shoe?": "not_asked",
        "QSIZE-UK": "not_asked",
        "Is the dust bag in the box?": "not_asked",
    }
    assert all("Our mistake" in each["remarks"] for each in item["questions"])
    told = result_of(world, rvp)
    assert (told["result"], told["final"]) == ("not_required", True)
    dropped = {each["key"]: each["id"] for each in told["items"][0]["checks"] if not each["id"]}
    assert dropped == {"same-item": "", "damage": ""}


# --- our own -----------------------------------------------------------------------------------


def test_the_result_tells_each_check_with_its_reason_and_photos(world: World) -> None:
    rvp = world.register()
    inspect(world, rvp, {"Dents or scratches?": "yes"})
    told = result_of(world, rvp)
    assert (told["result"], told["final"], told["decided_by"]) == ("failed", True, "inspection")
    (item,) = told["items"]
    assert (item["result"], item["inspected"], item["picked_quantity"]) == ("fail", "fail", 0)
    checks = {each["key"]: each for each in item["checks"]}
    assert checks["damage"]["value"] == "yes"
    assert checks["damage"]["reason_code"] == "DAMAGED"
    assert checks["imei"]["because"][0]["rule_id"] == "imei"
    assert all(each["id"] == "" for each in checks.values())
    (photo,) = checks["imei"]["photos"]
    assert photo["url"].startswith("http")
    assert {each["slot"] for each in item["photos"]} >= {"front", "damage", "imei"}


def test_a_pass_without_all_photos_is_not_final_and_says_what_is_missing(world: World) -> None:
    rvp = world.register()
    world.assign(rvp["return_id"])
    forms = world.forms(rvp["return_id"])
    world.field("POST", "/inspections", an_inspection(rvp, a_capture(forms["front"])))
    world.callback(an_arrival(forms["imei"]))
    told = result_of(world, rvp)
    assert (told["result"], told["final"]) == ("passed", False)
    assert told["qc_state"] == "evidence_incomplete"
    assert [(each["slot"], each["state"]) for each in told["missing"]] == [
        ("front", "on_the_way"), ("damage", "missing"),
    ]  # fmt: skip
    assert {each["client_sku_id"] for each in told["missing"]} == {"NUV-P8-BLK"}
    whole = world.partner("GET", f"/returns/{rvp['return_id']}").get_json()
    assert (whole["final"], whole["missing"]) == (False, told["missing"])
    assert whole["photos"]["coming"] + whole["photos"]["absent"] == len(told["missing"])
    world.callback(an_arrival(forms["front"]), an_arrival(forms["damage"]))
    told = result_of(world, rvp)
    assert (told["final"], told["missing"]) == (True, [])


def test_what_the_app_made_of_it_stands_beside_the_result(world: World) -> None:
    rvp = world.register()
    assert result_of(world, rvp)["app_result"] is None
    world.assign(rvp["return_id"])
    world.field("POST", "/inspections", an_inspection(rvp, app_verdict="failed"))
    told = result_of(world, rvp)
    assert (told["result"], told["app_result"]) == ("passed", "failed")


def test_the_apps_own_result_stands_beside_ours(world: World) -> None:
    rvp = world.register()
    world.assign(rvp["return_id"])
    body = an_inspection(rvp)
    body["items"][0]["answers"][1]["value"] = "yes"
    world.field("POST", "/inspections", body)
    check = result_of(world, rvp)["items"][0]["checks"][1]
    assert (check["result"], check["app_result"]) == ("mismatch", "match")


def test_a_strangers_result_is_not_there(world: World) -> None:
    theirs = world.register(store=world.b)["return_id"]
    for return_id in (theirs, NOWHERE):
        for path in (f"/returns/{return_id}/result", f"/adapters/shadowfax/returns/{return_id}"):
            answer = world.partner("GET", path)
            assert answer.status_code == 404
            assert answer.content_type == "application/problem+json"


def test_an_unknown_carrier_is_404(lite_world: World) -> None:
    rvp = lite_world.register()
    path = f"/adapters/bluedart/returns/{rvp['return_id']}"
    assert lite_world.partner("GET", path).status_code == 404


def test_photos_are_for_keys_that_may_read_photos(world: World) -> None:
    rvp = world.register()
    inspect(world, rvp)
    with world.inside():
        merchant = accounts.get_merchant(world.a.id)
        _, reader = api_keys.create(
            merchant, name="reader", scopes=("returns:read",), expires_at=None, by=SYSTEM
        )
        _, writer = api_keys.create(
            merchant, name="writer", scopes=("returns:write",), expires_at=None, by=SYSTEM
        )
    path = f"/api/v1/returns/{rvp['return_id']}/result"
    told = world.call("GET", path, token=reader).get_json()
    assert all(photo["url"] is None for photo in told["items"][0]["photos"])
    carrier = f"/api/v1/adapters/shadowfax/returns/{rvp['return_id']}"
    assert world.call("GET", carrier, token=reader).get_json()["skus_attributes"][0][
        "qc_images"
    ] == []  # fmt: skip
    for each in (path, carrier):
        assert world.call("GET", each, token=writer).status_code == 403
        assert world.call("GET", each).status_code == 401


def test_a_result_costs_the_same_number_of_statements_however_much_is_in_it(world: World) -> None:
    def cost(rvp: dict[str, Any]) -> int:
        seen: list[str] = []

        def note(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            if statement.startswith("SELECT") and "set_config" not in statement:
                seen.append(statement)

        with world.app.app_context():
            engine = db.engine
        event.listen(engine, "before_cursor_execute", note)
        try:
            result_of(world, rvp)
        finally:
            event.remove(engine, "before_cursor_execute", note)
        return len(seen)

    small = world.register()
    large = world.register(items=[an_item() for _ in range(6)])
    inspect(world, large)
    cost(small)
    assert cost(large) == cost(small) <= 6
