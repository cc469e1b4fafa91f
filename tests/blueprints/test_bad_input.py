"""Bad input gets a clear answer at every JSON door: problem JSON with paths, never a 5xx."""

import json
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy
from sqlalchemy.exc import DBAPIError, IntegrityError

from qcportal import clock, signing
from qcportal.blueprints import error_handlers
from qcportal.db import db
from tests.world import SECRET, World, a_return, an_item

DOORS = {
    "returns": "/api/v1/returns",
    "bulk": "/api/v1/returns/bulk",
    "rulebooks": "/api/v1/rulebooks",
    "heartbeats": "/api/v1/field/heartbeats",
    "enrolments": "/api/v1/field/enrolments",
    "forms": "/api/v1/field/forms",
    "captures": "/api/v1/field/captures",
    "inspections": "/api/v1/field/inspections",
    "status": "/api/v1/field/uploads/status",
    "callbacks": "/api/v1/callbacks/s3",
}


def send(world: World, path: str, body: bytes, kind: str | None = "application/json") -> Any:
    headers = {"Content-Type": kind} if kind else {}
    if "callbacks" in path:
        headers |= signing.sign("s3_1", clock.now(), body, SECRET)
    else:
        token = world.device_token if "/field/" in path else world.a.token
        headers["Authorization"] = f"Bearer {token}"
    return world.client.post(path, data=body, headers=headers)


def check_problem(answer: Any, *statuses: int) -> list[str]:
    assert answer.status_code in statuses, (answer.status_code, answer.text[:300])
    assert answer.content_type == "application/problem+json"
    body = answer.get_json()
    assert body["status"] == answer.status_code
    assert body["title"] and body["detail"] and body["type"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    return [fault["path"] for fault in body.get("errors", [])]


BODIES = {
    "empty": b"",
    "half": b'{"a": ',
    "two": b"{} {}",
    "bytes": b"\xff\xfe\xfd",
    "utf-16": '{"a": 1}'.encode("utf-16"),
    "bom": b"\xef\xbb\xbf{}",
    "not a number": b'{"a": NaN}',
    "infinity": b"[-Infinity]",
    "past all bounds": b'{"a": 1e400}',
    "below all bounds": b'{"a": -1e999}',
    "digits": b'{"a": ' + b"9" * 5000 + b"}",
    "deep": b"[" * 5000 + b"]" * 5000,
    "deep objects": b'{"a":' * 3000 + b"1" + b"}" * 3000,
    "thirty deep": b'{"a":' * 30 + b"1" + b"}" * 30,
    "NUL": b'{"a": "x\\u0000y"}',
    "surrogate": b'{"a": "\\ud800"}',
    "bad name": b'{"\\u0000": 1}',
    "list": b"[]",
    "null": b"null",
    "text": b'"returns"',
    "number": b"7",
    "true": b"true",
    "unknown": b'{"unheard_of": 1}',
    "proto": b'{"__proto__": {}, "constructor": 1}',
}


@pytest.mark.parametrize("body", BODIES)
def test_no_door_takes_what_is_no_request(lite_world: World, body: str) -> None:
    for name, path in DOORS.items():
        if name == "heartbeats" and body in {"bom"}:
            continue
        paths = check_problem(send(lite_world, path, BODIES[body]), 400, 413)
        assert paths, (name, body)


@pytest.mark.parametrize(
    "kind",
    [None, "text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "x", ""],
)
def test_no_door_reads_another_content_type(lite_world: World, kind: str | None) -> None:
    for path in DOORS.values():
        check_problem(send(lite_world, path, b"{}", kind), 415)


def test_a_charset_beside_the_type_does_no_harm(lite_world: World) -> None:
    answer = send(lite_world, DOORS["heartbeats"], b"{}", "application/json; charset=utf-8")
    assert answer.status_code == 200


def test_bodies_over_a_doors_limit_are_413(lite_world: World) -> None:
    for name, size in (("heartbeats", 1_048_577), ("returns", 8_388_609), ("callbacks", 262_145)):
        check_problem(send(lite_world, DOORS[name], b'"' + b" " * size + b'"'), 413)


def nested(levels: int) -> Any:
    value: Any = "x"
    for _ in range(levels):
        value = {"a": value}
    return value


RETURNS = [
    ({"client_request_id": ""}, "/client_request_id"),
    ({"client_request_id": "x" * 81}, "/client_request_id"),
    ({"client_request_id": 7}, "/client_request_id"),
    ({"client_request_id": None}, "/client_request_id"),
    ({"client_order_number": ["x"]}, "/client_order_number"),
    ({"awb": "short"}, "/awb"),
    ({"awb": "AWB000777\n"}, "/awb"),
    ({"awb": "AWB/../../x"}, "/awb"),
    ({"awb": "पार्सल१२३४५६"}, "/awb"),
    ({"on_partial": "maybe"}, "/on_partial"),
    ({"pickup": None}, "/pickup"),
    ({"pickup": {"pincode": "012345"}}, "/pickup/pincode"),
    ({"pickup": {"pincode": "११००११"}}, "/pickup/pincode"),
    ({"pickup": {"latitude": 91}}, "/pickup/latitude"),
    ({"pickup": {"latitude": "18"}}, "/pickup/latitude"),
    ({"pickup": {"address": "x" * 1001}}, "/pickup/address"),
    ({"pickup": {"nickname": "M"}}, "/pickup/nickname"),
    ({"customer_return_count": -1}, "/customer_return_count"),
    ({"customer_return_count": 1.5}, "/customer_return_count"),
    ({"items": []}, "/items"),
    ({"items": {}}, "/items"),
    ({"items": [an_item()] * 51}, "/items"),
    ({"items": [an_item(price=-1)]}, "/items/0/price"),
    ({"items": [an_item(price=10**400)]}, "/items/0/price"),
    ({"items": [an_item(price="18999")]}, "/items/0/price"),
    ({"items": [an_item(price=True)]}, "/items/0/price"),
    ({"items": [an_item(quantity=0)]}, "/items/0/quantity"),
    ({"items": [an_item(quantity=1001)]}, "/items/0/quantity"),
    ({"items": [an_item(), an_item(name="")]}, "/items/1/name"),
    ({"items": [an_item(name="x" * 301)]}, "/items/0/name"),
    ({"items": [an_item(attributes={"a": 1})]}, "/items/0/attributes/a"),
    ({"items": [an_item(attributes={"a b": "1", "A-B": "2"})]}, "/items/0/attributes"),
    ({"items": [an_item(attributes={"!!": "1"})]}, "/items/0/attributes"),
    ({"items": [an_item(attributes={str(n): "1" for n in range(61)})]}, "/items/0/attributes"),
    ({"items": [an_item(reference_images=["http://x.example/a"])]}, "/items/0/reference_images/0"),
    ({"items": [an_item(reference_images=["javascript:x"])]}, "/items/0/reference_images/0"),
    ({"items": [an_item(questions=["why"])]}, "/items/0/questions/0"),
    ({"items": [an_item(questions=[{}] * 51)]}, "/items/0/questions"),
    ({"items": [an_item(colour="red")]}, "/items/0/colour"),
    ({"items": [an_item(brand="a\x00b")]}, "/items/0/brand"),
    ({"merchant_id": "0190b6a0-5c4e-7d3a-9a41-0c5e6f7a8b9c"}, "/merchant_id"),
]


@pytest.mark.parametrize(("changes", "path"), RETURNS)
def test_a_return_with_a_fault_is_400_with_its_path(
    lite_world: World, changes: dict[str, Any], path: str
) -> None:
    body = json.dumps(a_return(**changes)).encode()
    assert path in check_problem(send(lite_world, DOORS["returns"], body), 400)


def test_every_fault_is_named_at_once(lite_world: World) -> None:
    body = a_return(awb="?", items=[an_item(price=-1), an_item(quantity=0)])
    paths = check_problem(send(lite_world, DOORS["returns"], json.dumps(body).encode()), 400)
    assert set(paths) == {"/awb", "/items/0/price", "/items/1/quantity"}


def test_a_path_is_a_json_pointer_whatever_the_names(lite_world: World) -> None:
    body = a_return(items=[an_item(attributes={"a/b~c": 1})])
    paths = check_problem(send(lite_world, DOORS["returns"], json.dumps(body).encode()), 400)
    assert paths == ["/items/0/attributes/a~1b~0c"]


QUESTIONS = [
    {},
    {"id": None},
    {"id": "q", "type": ["yes_no"], "question": {"a": 1}},
    {"id": "q", "type": "number", "question": "?", "expected": {"value": 10**300}},
    {"id": "q", "type": "number", "question": "?", "expected": {"value": -(10**400)}},
    {"id": "q" * 500, "type": "yes_no", "question": "x" * 5000},
    {"id": "q", "type": "choice", "question": "?", "options": [1, None, {}]},
    {"id": "q", "type": "choice", "question": "?", "options": ["a"] * 5000},
    {"id": "q", "type": "text_match", "question": "?", "expected": {"from": "attributes.a.b"}},
    {"id": "q", "type": "yes_no", "question": "?", "photos": [nested(15)]},
    {"id": "q", "type": "yes_no", "question": "?", "when": "1 == 1"},
    {"id": "q", "type": "yes_no", "question": "?", "reference_images": ["javascript:x"]},
]  # fmt: skip


@pytest.mark.parametrize("question", QUESTIONS)
def test_no_question_of_a_merchant_breaks_the_intake(world: World, question: Any) -> None:
    body = a_return(items=[an_item(questions=[question, question])])
    answer = world.partner("POST", "/returns", body)
    assert answer.status_code in {201, 400}, answer.text
    if answer.status_code == 201:
        made = answer.get_json()["return"]
        assert made["items"][0]["questions"]
        assert world.partner("GET", f"/returns/{made['return_id']}").status_code == 200
        world.assign(made["return_id"])
        assert world.field("GET", "/run-sheet").status_code == 200


TEXTS = ["मीरा जोशी", "👩‍👩‍👧", "\u202eabc", "a\tb\nc", "<script>", "' OR 1=1", "%s {0}"]
TEXTS += ["\ufffe", " " * 80]


@pytest.mark.parametrize("text", TEXTS)
def test_any_text_that_can_be_kept_comes_back_as_it_was(world: World, text: str) -> None:
    made = world.register(client_order_number=text, items=[an_item(name=text, client_sku_id=text)])
    kept = world.partner("GET", f"/returns/{made['return_id']}").get_json()
    assert kept["client_order_number"] == text
    assert (kept["items"][0]["name"], kept["items"][0]["client_sku_id"]) == (text, text)


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/returns/not-a-uuid",
        "/api/v1/returns/%00",
        "/api/v1/returns/" + "9" * 3000,
        "/api/v1/rulebooks/" + "9" * 5000,
        "/api/v1/rulebooks/1e3",
        "/api/v1/rulebooks/-1",
        "/api/v1/nothing",
        "/api/",
        "/api/v1/field/nothing",
        "/api/v1/%F0%9F%93%B1",
        "/api/v1/returns/..%2f..%2fetc",
    ],
)
def test_an_address_that_is_none_is_404_as_a_problem(lite_world: World, path: str) -> None:
    for token in (lite_world.a.token, lite_world.device_token, ""):
        answer = lite_world.call("GET", path, token=token)
        check_problem(answer, 404, 400, 401)


def test_hostile_headers_are_no_500(lite_world: World) -> None:
    for value in ("Bearer", "Bearer " + "x" * 9000, "Basic eDp5", "\xff\xfe", "bearer  x", ""):
        answer = lite_world.client.get("/api/v1/returns", headers={"Authorization": value})
        check_problem(answer, 401)


def test_what_a_failed_statement_was_given_is_in_no_message(world: World) -> None:
    with world.inside(commit=False), pytest.raises(DBAPIError) as failed:
        db.session.execute(
            sqlalchemy.text("SELECT :phone FROM nowhere"), {"phone": "+91 98200 00000"}
        )
    assert "nowhere" in str(failed.value)
    assert "98200" not in str(failed.value)


def test_what_broke_a_constraint_is_logged_without_the_row(
    lite_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    logged: list[str] = []
    log = SimpleNamespace(warning=lambda _event, error: logged.append(error))
    monkeypatch.setattr(error_handlers, "log", log)
    orig = Exception("duplicate key breaks uq_returns_awb\nDETAIL:  Key (phone)=(+91 98200 00000)")

    def broken(*_: object, **_named: object) -> None:
        raise IntegrityError("INSERT", {}, orig)

    monkeypatch.setattr("qcportal.intake.register", broken)
    assert lite_world.partner("POST", "/returns", a_return()).status_code == 409
    assert logged == ["duplicate key breaks uq_returns_awb"]
