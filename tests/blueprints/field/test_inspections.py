"""An executive's answers: judged by the server, taken once, and never mixed up."""

import uuid
from typing import Any

import pytest
from sqlalchemy import func, select

from qcportal.db import db
from qcportal.inspections import Inspection, InspectionAnswer
from tests.world import World, a_capture, an_arrival, an_inspection, an_item

NOWHERE = "0190b6a0-5c4e-7d3a-9a41-0c5e6f7a8b9c"


@pytest.fixture
def rvp(world: World) -> dict[str, Any]:
    made = world.register()
    world.assign(made["return_id"])
    return made


def send(world: World, body: Any, status: int = 201, *, token: str | None = None) -> Any:
    answer = world.field("POST", "/inspections", body, token=token)
    assert answer.status_code == status, answer.get_json()
    return answer.get_json()


def answered(rvp: dict[str, Any], **values: str) -> dict[str, Any]:
    body = an_inspection(rvp)
    for answer in body["items"][0]["answers"]:
        answer["value"] = values.get(answer["check"].replace("-", "_"), answer["value"])
    return body


def count(world: World) -> int:
    with world.inside(commit=False):
        return db.session.scalar(select(func.count()).select_from(Inspection))


# --- verdict -----------------------------------------------------------------------------------


def test_the_server_judges_the_answers(world: World, rvp) -> None:
    told = send(world, an_inspection(rvp))
    assert (told["status"], told["verdict"], told["app_verdict_differs"]) == (
        "created", "passed", False,
    )  # fmt: skip
    row = world.return_row(rvp["return_id"])
    assert (row.verdict, row.shipment_state, row.qc_state) == (
        "passed", "picked", "evidence_incomplete",
    )  # fmt: skip


def test_a_required_mismatch_fails_whatever_the_app_says(world: World, rvp) -> None:
    told = send(world, answered(rvp, imei="356938035643809") | {"app_verdict": "passed"})
    assert (told["verdict"], told["app_verdict_differs"]) == ("failed", True)
    assert "IMEI" in told["verdict_reason"]
    assert world.return_row(rvp["return_id"]).shipment_state == "pickup_failed"


def test_what_was_not_answered_needs_review(world: World, rvp) -> None:
    body = an_inspection(rvp)
    del body["items"][0]["answers"][2]
    assert send(world, body)["verdict"] == "needs_review"


def test_of_two_items_one_may_pass_and_one_fail(world: World) -> None:
    made = world.register(items=[an_item(), an_item(client_sku_id="OTHER")])
    world.assign(made["return_id"])
    body = an_inspection(made)
    second = {"item_id": made["items"][1]["item_id"], "answers": [
        each | {"value": "yes"} for each in body["items"][0]["answers"][:2]
    ] + [body["items"][0]["answers"][2]]}  # fmt: skip
    body["items"].append(second)
    assert send(world, body)["verdict"] == "partially_passed"
    assert world.return_row(made["return_id"]).shipment_state == "picked_partial"


def test_the_pickup_may_end_otherwise_than_the_check(world: World, rvp) -> None:
    send(world, an_inspection(rvp, shipment_state="pickup_failed"))
    row = world.return_row(rvp["return_id"])
    assert (row.verdict, row.shipment_state) == ("passed", "pickup_failed")


# --- once --------------------------------------------------------------------------------------


def test_the_same_inspection_again_is_a_success(world: World, rvp) -> None:
    body = an_inspection(rvp)
    first = send(world, body)
    again = send(world, body | {"clock_offset_ms": 12}, 200)
    assert again == first | {"status": "exists"}
    assert count(world) == 1


def test_the_same_again_fills_in_captures_that_were_missing(world: World, rvp) -> None:
    forms = world.forms(rvp["return_id"])
    body = an_inspection(rvp, a_capture(forms["front"]))
    assert send(world, body)["photos_absent"] == 2
    body["captures"] += [a_capture(forms["damage"]), a_capture(forms["imei"])]
    again = send(world, body, 200)
    assert (again["photos_coming"], again["photos_absent"]) == (3, 0)
    world.callback(*[an_arrival(forms[slot]) for slot in ("front", "damage", "imei")])
    assert send(world, body, 200)["qc_state"] == "passed"


def test_other_answers_under_the_same_id_are_a_conflict(world: World, rvp) -> None:
    body = an_inspection(rvp)
    send(world, body)
    other = answered(rvp, damage="yes") | {"client_inspection_id": body["client_inspection_id"]}
    send(world, other, 409)
    assert world.return_row(rvp["return_id"]).verdict == "passed"


def test_a_second_inspection_under_another_id_is_a_conflict(world: World, rvp) -> None:
    send(world, an_inspection(rvp))
    send(world, an_inspection(rvp), 409)
    assert count(world) == 1


def test_a_photo_announced_with_other_bytes_is_a_conflict_and_nothing_is_half_written(
    world: World, rvp
) -> None:
    forms = world.forms(rvp["return_id"])
    captures = {"return_id": rvp["return_id"], "captures": [a_capture(forms["front"], b"a" * 9)]}
    assert world.field("POST", "/captures", captures).status_code == 200
    send(world, an_inspection(rvp, a_capture(forms["front"], b"b" * 9)), 409)
    assert count(world) == 0
    assert world.return_row(rvp["return_id"]).verdict is None


def test_one_client_id_on_two_returns_is_two_inspections(world: World, rvp) -> None:
    other = world.register()
    world.assign(other["return_id"])
    same = str(uuid.uuid4())
    send(world, an_inspection(rvp, client_inspection_id=same))
    send(world, an_inspection(other, client_inspection_id=same))
    assert count(world) == 2


def test_a_cancelled_return_can_no_longer_be_inspected(world: World, rvp) -> None:
    world.partner("POST", f"/returns/{rvp['return_id']}/cancel", {})
    send(world, an_inspection(rvp), 409)
    assert count(world) == 0


# --- whose, and what does not fit --------------------------------------------------------------


def test_a_return_of_another_executive_is_not_there(world: World, rvp) -> None:
    send(world, an_inspection(rvp), 404, token=world.other_device_token)
    send(world, an_inspection(rvp, return_id=NOWHERE), 404)
    unassigned = world.register()
    send(world, an_inspection(unassigned), 404)
    assert count(world) == 0


def test_all_that_does_not_fit_the_checklist_is_said_at_once_with_its_place(
    world: World, rvp
) -> None:
    body = an_inspection(rvp)
    answers = body["items"][0]["answers"]
    answers[0]["check"] = "same-itm"
    answers.append(dict(answers[1]))
    body["items"].append({"item_id": NOWHERE, "answers": []})
    faults = {each["path"]: each for each in send(world, body, 400)["errors"]}
    assert set(faults) == {
        "/items/0/answers/0/check",
        "/items/0/answers/3/check",
        "/items/1/item_id",
    }
    assert "same-item" in faults["/items/0/answers/0/check"]["suggestion"]
    assert count(world) == 0


def test_an_item_answered_twice_is_refused(world: World, rvp) -> None:
    body = an_inspection(rvp)
    body["items"].append({"item_id": body["items"][0]["item_id"], "answers": []})
    faults = send(world, body, 400)["errors"]
    assert [each["path"] for each in faults] == ["/items/1/item_id"]


def test_captures_of_another_returns_photos_are_refused(world: World, rvp) -> None:
    other = world.register(store=world.b)
    world.assign(other["return_id"])
    foreign = world.forms(other["return_id"])["front"]
    body = an_inspection(rvp, a_capture(foreign))
    faults = send(world, body, 400)["errors"]
    assert [each["path"] for each in faults] == ["/captures/0/photo_id"]
    assert world.photo_rows(other["return_id"])["front"].claimed_sha256 is None


def test_a_photo_announced_twice_in_one_message_is_refused(world: World, rvp) -> None:
    form = world.forms(rvp["return_id"])["front"]
    body = an_inspection(rvp, a_capture(form), a_capture(form))
    faults = send(world, body, 400)["errors"]
    assert [each["path"] for each in faults] == ["/captures/1/photo_id"]


def test_a_spare_photo_cannot_point_at_another_merchants_item(world: World, rvp) -> None:
    other = world.register(store=world.b)
    form = world.forms(rvp["return_id"])["spare-1"]
    capture = a_capture(form, item_id=other["items"][0]["item_id"], title="Torn")
    body = {"return_id": rvp["return_id"], "captures": [capture]}
    answer = world.field("POST", "/captures", body)
    assert answer.status_code == 400, answer.get_json()
    assert [each["path"] for each in answer.get_json()["errors"]] == ["/captures/0/item_id"]


def test_a_photo_only_return_needs_no_answers(world: World, rvp) -> None:
    photo = a_capture(world.forms(rvp["return_id"])["front"])
    assert send(world, an_inspection(rvp, photo, items=[]))["verdict"] == "pending"


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"client_inspection_id": "7"}, "/client_inspection_id"),
        ({"return_id": None}, "/return_id"),
        ({"items": None}, "/items"),
        (
            {"items": [{"item_id": NOWHERE, "answers": [{"result": "match"}]}]},
            "/items/0/answers/0/check",
        ),
        ({"app_verdict": "great"}, "/app_verdict"),
        ({"shipment_state": "cancelled"}, "/shipment_state"),
        ({"remarks": "x" * 2001}, "/remarks"),
        ({"remarks": "a\x00b"}, "/remarks"),
        (
            {"items": [{"item_id": NOWHERE, "answers": [{"check": "a", "value": "1\x00"}]}]},
            "/items/0/answers/0/value",
        ),
        ({"clock_offset_ms": 10**400}, "/clock_offset_ms"),
        ({"started_at": "9999-12-31T23:59:59-12:00"}, "/started_at"),
        (
            {"captures": [{"photo_id": NOWHERE, "sha256": "A" * 64, "bytes": 1}]},
            "/captures/0/sha256",
        ),
        (
            {"captures": [{"photo_id": NOWHERE, "sha256": "a" * 64, "bytes": 0}]},
            "/captures/0/bytes",
        ),
        ({"unheard_of": 1}, "/unheard_of"),
    ],
)
def test_a_bad_inspection_is_400_with_its_path(world: World, rvp, changes, path: str) -> None:
    faults = send(world, an_inspection(rvp) | changes, 400)["errors"]
    assert path in [fault["path"] for fault in faults]


def test_a_result_may_be_left_out_where_a_value_can_be_compared(world: World, rvp) -> None:
    body = answered(rvp)
    for answer in body["items"][0]["answers"]:
        del answer["result"]
    assert send(world, body)["verdict"] == "passed"
    with world.inside(commit=False):
        results = db.session.execute(select(InspectionAnswer.result, InspectionAnswer.app_result))
        assert {tuple(row) for row in results} == {("match", None)}


@pytest.mark.parametrize(
    "value", ["\u202e१२\u202c", "\U0001f600" * 40, "9" * 300, "½²", "e\u0301" * 99]
)
def test_an_odd_value_is_judged_and_kept_as_it_was_sent(world: World, rvp, value: str) -> None:
    told = send(world, answered(rvp, imei=value))
    assert told["verdict"] in {"needs_review", "failed"}
    with world.inside(commit=False):
        kept = select(InspectionAnswer.value).where(InspectionAnswer.check_key == "imei")
        assert db.session.scalar(kept) == value


def test_a_result_without_a_value_cannot_be_left_out(world: World, rvp) -> None:
    body = answered(rvp)
    for name in ("result", "value"):
        del body["items"][0]["answers"][1][name]
    (fault,) = send(world, body, 400)["errors"]
    assert (fault["path"], fault["code"]) == ("/items/0/answers/1/result", "missing_result")
    assert "match, mismatch" in fault["suggestion"]


@pytest.mark.parametrize("clock_offset_ms", [2**31, -(2**31) - 1, 10**11])
def test_a_clock_that_is_wrong_by_years_does_not_stop_an_inspection(
    world: World, rvp, clock_offset_ms: int
) -> None:
    send(world, an_inspection(rvp, clock_offset_ms=clock_offset_ms))


@pytest.mark.parametrize(
    ("location", "path"),
    [
        ({"latitude": 91, "longitude": 0}, "/captures/0/location/latitude"),
        ({"latitude": 0}, "/captures/0/location/longitude"),
        ({"latitude": "18.5", "longitude": 73.8}, "/captures/0/location/latitude"),
    ],
)
def test_a_bad_place_is_400_with_its_path(world: World, rvp, location, path: str) -> None:
    form = world.forms(rvp["return_id"])["front"]
    body = an_inspection(rvp, a_capture(form, location=location))
    assert path in [fault["path"] for fault in send(world, body, 400)["errors"]]


def test_place_preview_and_size_of_a_capture_are_kept(world: World, rvp) -> None:
    form = world.forms(rvp["return_id"])["front"]
    place = {"latitude": 18.52, "longitude": 73.85, "accuracy_m": 12, "mock": False}
    preview = "3OcRJYB4d3h/iIeHeEh3eIhw+j2w"
    capture = a_capture(form, location=place, thumbhash=preview, width=1600, height=1200)
    send(world, an_inspection(rvp, capture))
    photo = world.photo_rows(rvp["return_id"])["front"]
    assert (photo.latitude, photo.longitude, photo.mock_location) == (18.52, 73.85, False)
    assert (photo.width, photo.height, len(photo.thumbhash)) == (1600, 1200, 21)
