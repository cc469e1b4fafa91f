"""A merchant's back-end registers, reads, lists and cancels returns."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from qcportal import clock
from qcportal.db import db
from qcportal.photos import Photo
from qcportal.returns import Return
from tests.world import World, a_return, an_inspection, an_item

NOWHERE = "0190b6a0-5c4e-7d3a-9a41-0c5e6f7a8b9c"


def count(world: World, table: type = Return) -> int:
    with world.inside(commit=False):
        return db.session.scalar(select(func.count()).select_from(table))


# --- register ----------------------------------------------------------------------------------


def test_a_return_is_registered_with_its_checklist_and_expected_photos(world: World) -> None:
    answer = world.partner("POST", "/returns", a_return(client_request_id="r-1", awb="AB 1234 99"))
    body = answer.get_json()
    assert (answer.status_code, body["status"]) == (201, "created")
    made = body["return"]
    assert made["awb"] == "AB123499"
    assert (made["shipment_state"], made["qc_state"], made["qc_scope"]) == (
        "created", "pending", "full",
    )  # fmt: skip
    assert made["dispute_state"] == "none"
    outcomes = {each["id"]: each["outcome"] for each in made["items"][0]["questions"]}
    assert set(outcomes.values()) <= {"accepted"}
    photos = world.photo_rows(made["return_id"])
    assert {"front", "damage", "imei", "spare-1", "spare-2", "spare-3", "inspection"} == set(photos)
    assert all(photo.expected_at and not photo.form_issued_at for photo in photos.values())
    assert "no-store" in answer.headers["Cache-Control"]


def test_the_same_request_again_gives_the_same_return(world: World) -> None:
    body = a_return()
    first = world.partner("POST", "/returns", body)
    again = world.partner("POST", "/returns", body)
    assert (again.status_code, again.get_json()["status"]) == (200, "exists")
    assert again.get_json()["return"] == first.get_json()["return"]
    assert again.get_json()["questions"] == first.get_json()["questions"]
    assert count(world) == 1
    assert count(world, Photo) == 7


def test_other_content_under_the_same_id_is_a_conflict(world: World) -> None:
    body = a_return()
    first = world.partner("POST", "/returns", body).get_json()["return"]
    answer = world.partner("POST", "/returns", body | {"items": [an_item(price=1)]})
    assert answer.status_code == 409
    kept = world.partner("GET", f"/returns/{first['return_id']}").get_json()
    assert kept["items"][0]["price"] == 18999
    assert count(world) == 1


def test_two_merchants_may_use_the_same_ids(world: World) -> None:
    body = a_return(awb="AWB000777")
    for store in (world.a, world.b):
        assert world.partner("POST", "/returns", body, store=store).status_code == 201


def test_an_awb_is_a_merchants_once(world: World) -> None:
    world.register(awb="awb 000777")
    answer = world.partner("POST", "/returns", a_return(awb="AWB000777"))
    assert answer.status_code == 409
    assert count(world) == 1


def test_an_item_without_quality_check_is_not_asked_about(world: World) -> None:
    made = world.register(items=[an_item(qc_required=False)])
    assert (made["qc_state"], made["qc_scope"]) == ("not_required", "none")


def test_each_question_gets_its_answer(world: World) -> None:
    questions = [
        {"id": "q1", "question": "Is the box there?", "type": "yes_no"},
        {"id": "q2", "type": "telepathy", "question": "What does it think?"},
    ]
    answer = world.partner("POST", "/returns", a_return(items=[an_item(questions=questions)]))
    assert answer.status_code == 201, answer.get_json()
    outcomes = {each["id"]: each for each in answer.get_json()["questions"][0]}
    assert {each["outcome"] for each in outcomes.values()} <= {"accepted", "rejected", "changed"}
    assert outcomes["q2"]["outcome"] != "accepted"
    assert outcomes["q2"]["reason"]
    assert answer.get_json()["return"]["qc_scope"] == "partial"


def test_a_merchant_may_choose_that_nothing_is_downgraded(world: World) -> None:
    questions = [{"id": "q2", "type": "telepathy", "question": "What does it think?"}]
    body = a_return(on_partial="reject", items=[an_item(questions=questions)])
    answer = world.partner("POST", "/returns", body)
    assert answer.status_code == 409
    assert answer.get_json()["errors"]
    assert count(world) == 0
    mended = body | {"items": [an_item()]}
    assert world.partner("POST", "/returns", mended).status_code == 201


# --- bulk --------------------------------------------------------------------------------------


def test_five_hundred_returns_go_in_one_call(world: World) -> None:
    returns = [a_return(client_request_id=f"bulk-{number}") for number in range(500)]
    answer = world.partner("POST", "/returns/bulk", {"returns": returns})
    assert answer.status_code == 200
    body = answer.get_json()
    assert body["counts"] == {"created": 500}
    assert [each["client_request_id"] for each in body["results"]] == [
        each["client_request_id"] for each in returns
    ]
    again = world.partner("POST", "/returns/bulk", {"returns": returns[:5]})
    assert again.get_json()["counts"] == {"exists": 5}
    assert count(world) == 500


def test_in_a_bulk_each_return_is_answered_for_itself(world: World) -> None:
    known = a_return()
    world.partner("POST", "/returns", known)
    twin = a_return()
    partial = a_return(on_partial="reject", items=[an_item(questions=[{"id": "?"}])])
    returns = [known, known | {"client_order_number": "X"}, twin, twin, partial, a_return()]
    answer = world.partner("POST", "/returns/bulk", {"returns": returns})
    assert answer.status_code == 200
    assert [each["status"] for each in answer.get_json()["results"]] == [
        "exists", "conflict", "created", "conflict", "rejected", "created",
    ]  # fmt: skip
    assert count(world) == 3


def test_two_of_one_call_cannot_share_an_awb(world: World) -> None:
    returns = [a_return(awb="SAME000001"), a_return(awb="same 000001")]
    results = world.partner("POST", "/returns/bulk", {"returns": returns}).get_json()["results"]
    assert [each["status"] for each in results] == ["created", "conflict"]


def test_a_bulk_with_a_fault_writes_nothing_and_names_its_place(world: World) -> None:
    returns = [a_return(), a_return(items=[]), a_return(client_order_number="")]
    answer = world.partner("POST", "/returns/bulk", {"returns": returns})
    assert answer.status_code == 400
    assert {fault["path"] for fault in answer.get_json()["errors"]} == {
        "/returns/1/items", "/returns/2/client_order_number",
    }  # fmt: skip
    assert count(world) == 0


@pytest.mark.parametrize("number", [0, 501])
def test_a_bulk_has_one_to_five_hundred_returns(world: World, number: int) -> None:
    answer = world.partner("POST", "/returns/bulk", {"returns": [a_return()] * number})
    assert answer.status_code == 400
    assert answer.get_json()["errors"][0]["path"] == "/returns"


# --- get and cancel ----------------------------------------------------------------------------


def test_a_return_is_read_as_it_was_registered(world: World) -> None:
    made = world.register()
    read = world.partner("GET", f"/returns/{made['return_id']}").get_json()
    assert read == {**made, "missing": []}


def test_a_strangers_return_is_not_there(world: World) -> None:
    theirs = world.register(store=world.b)
    for return_id in (theirs["return_id"], NOWHERE):
        for method, path in (("GET", ""), ("GET", "/photos"), ("POST", "/cancel")):
            answer = world.partner(
                method, f"/returns/{return_id}{path}", {} if method == "POST" else None
            )
            assert answer.status_code == 404
            assert answer.content_type == "application/problem+json"
    assert world.return_row(theirs["return_id"]).shipment_state == "created"


def test_a_cancelled_return_stays_cancelled(world: World) -> None:
    made = world.register()
    for _ in range(2):
        answer = world.partner("POST", f"/returns/{made['return_id']}/cancel", {})
        assert answer.status_code == 200, answer.get_json()
        assert answer.get_json()["shipment_state"] == "cancelled"


def test_an_inspected_return_cannot_be_cancelled(world: World) -> None:
    made = world.register()
    world.assign(made["return_id"])
    assert world.field("POST", "/inspections", an_inspection(made)).status_code == 201
    answer = world.partner("POST", f"/returns/{made['return_id']}/cancel", {})
    assert answer.status_code == 409
    assert world.return_row(made["return_id"]).shipment_state == "picked"


# --- list --------------------------------------------------------------------------------------


def test_a_key_does_only_what_its_scopes_say(world: World) -> None:
    from qcportal import accounts, api_keys
    from qcportal.history import SYSTEM

    with world.inside():
        merchant = accounts.get_merchant(world.a.id)
        _, reader = api_keys.create(
            merchant, name="reader", scopes=("returns:read",), expires_at=None, by=SYSTEM
        )
        _, brief = api_keys.create(
            merchant,
            name="brief",
            scopes=("returns:read",),
            expires_at=clock.now() + timedelta(hours=1),
            by=SYSTEM,
        )
    assert world.call("GET", "/api/v1/returns", token=reader).status_code == 200
    assert world.call("POST", "/api/v1/returns", a_return(), token=reader).status_code == 403
    assert world.call("GET", "/api/v1/rulebooks", token=reader).status_code == 403
    assert world.call("GET", "/api/v1/returns", token=brief).status_code == 200
    with clock.frozen(clock.now() + timedelta(hours=2)):
        assert world.call("GET", "/api/v1/returns", token=brief).status_code == 401


def test_nobody_without_a_living_key_comes_in(world: World) -> None:
    wrong = world.a.token[:-1] + ("A" if world.a.token[-1] != "A" else "B")
    for token in ("", "x", wrong, world.device_token, world.a.token + "=", "\xe9"):
        answer = world.call("GET", "/api/v1/returns", token=token)
        assert answer.status_code == 401
        assert "Bearer" in answer.headers["WWW-Authenticate"]
        assert token not in answer.text or not token


def test_wrong_methods_are_answered_with_what_is_allowed(world: World) -> None:
    made = world.register()
    for method, path in (("DELETE", "/returns"), ("PUT", f"/returns/{made['return_id']}")):
        answer = world.partner(method, path)
        assert answer.status_code == 405
        assert answer.content_type == "application/problem+json"
        assert "GET" in answer.headers["Allow"]
