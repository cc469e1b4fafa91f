"""Webhooks over the API: who may, what is refused, and that secrets are given once."""

import uuid
from typing import Any

import pytest
from flask import Flask

from qcportal import accounts, api_keys, webhooks
from qcportal.history import SYSTEM
from tests.world import World

URL = "https://erp.fern.example/hooks"


def made(world: World, **body: Any) -> dict[str, Any]:
    answer = world.partner("POST", "/webhooks", {"url": URL, **body})
    assert answer.status_code == 201, answer.get_json()
    return answer.get_json()


def test_an_endpoint_is_added_changed_and_removed(world: World) -> None:
    endpoint = made(world, event_types=["photo.verified"], note="ERP")
    assert endpoint["secret"].startswith("whsec_") and endpoint["state"] == "active"
    path = f"/webhooks/{endpoint['endpoint_id']}"
    changed = world.partner("PUT", path, {"url": URL + "/2"}).get_json()
    assert (changed["url"], changed["event_types"], changed["note"]) == (URL + "/2", [], "")
    assert changed.get("secret") is None
    [listed] = world.partner("GET", "/webhooks").get_json()["endpoints"]
    assert listed["url"] == URL + "/2" and listed.get("secret") is None
    assert world.partner("DELETE", path).status_code == 204
    assert world.partner("GET", path).status_code == 404
    assert world.partner("GET", "/webhooks").get_json() == {"endpoints": []}


def test_a_secret_is_given_when_it_is_rotated_and_not_again(world: World) -> None:
    endpoint = made(world)
    path = f"/webhooks/{endpoint['endpoint_id']}"
    rotated = world.partner("POST", f"{path}/secret").get_json()
    assert rotated["secret"] != endpoint["secret"]
    assert world.partner("GET", path).get_json().get("secret") is None


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"url": "http://erp.fern.example/hooks"}, "/url"),
        ({"url": "https://erp.fern.example:8443/hooks"}, "/url"),
        ({"url": "https://me:pw@erp.fern.example/hooks"}, "/url"),
        ({"url": URL, "event_types": ["photo.eaten"]}, "/event_types/0"),
        ({"url": URL, "secret": "mine"}, "/secret"),
        ({}, "/url"),
    ],
)
def test_what_is_wrong_with_an_endpoint_is_named(
    world: World, body: dict[str, Any], path: str
) -> None:
    answer = world.partner("POST", "/webhooks", body)
    assert answer.status_code == 400
    assert path in [each["path"] for each in answer.get_json()["errors"]]


def test_there_are_ten_endpoints_at_most(world: World) -> None:
    for _ in range(10):
        made(world)
    assert world.partner("POST", "/webhooks", {"url": URL}).status_code == 409


def test_pausing_holds_and_resuming_sends(world: World) -> None:
    path = f"/webhooks/{made(world)['endpoint_id']}"
    assert world.partner("POST", f"{path}/resume").status_code == 409
    paused = world.partner("POST", f"{path}/pause").get_json()
    assert paused["state"] == "paused" and "erp" in paused["state_reason"]
    assert world.partner("POST", f"{path}/pause").status_code == 200
    assert world.partner("POST", f"{path}/test").status_code == 409
    world.register()
    [held] = world.partner("GET", f"{path}/deliveries").get_json()["deliveries"]
    assert held["state"] == "held" and held["next_at"] is None
    assert world.partner("POST", f"{path}/resume").get_json()["state"] == "active"
    [waiting] = world.partner("GET", f"{path}/deliveries").get_json()["deliveries"]
    assert waiting["state"] == "waiting"


def test_deliveries_are_listed_a_page_at_a_time_and_shown_in_full(world: World) -> None:
    path = f"/webhooks/{made(world)['endpoint_id']}"
    for _ in range(5):
        world.register()
    first = world.partner("GET", f"{path}/deliveries?limit=3").get_json()
    last = first["deliveries"][-1]["delivery_id"]
    second = world.partner("GET", f"{path}/deliveries?limit=3&before={last}").get_json()
    assert (len(first["deliveries"]), first["more"]) == (3, True)
    assert (len(second["deliveries"]), second["more"]) == (2, False)
    whole = world.partner("GET", f"{path}/deliveries/{last}").get_json()
    assert whole["type"] == "return.created" and whole["tried"] == []
    assert world.partner("GET", f"{path}/deliveries?state=dead").get_json()["deliveries"] == []


def test_one_event_and_everything_since_can_be_sent_again(world: World) -> None:
    path = f"/webhooks/{made(world)['endpoint_id']}"
    world.register()
    [one] = world.partner("GET", f"{path}/deliveries").get_json()["deliveries"]
    again = world.partner("POST", f"{path}/deliveries/{one['delivery_id']}/replay")
    assert again.status_code == 202 and again.get_json()["event_id"] == one["event_id"]
    since = {"since": "2020-01-01T00:00:00Z"}
    assert world.partner("POST", f"{path}/replay", since).get_json() == {"events": 1}
    assert world.partner("POST", f"{path}/replay", {"since": "yesterday"}).status_code == 400


def test_another_merchants_endpoint_is_not_there(world: World) -> None:
    path = f"/webhooks/{made(world)['endpoint_id']}"
    world.register()
    [one] = world.partner("GET", f"{path}/deliveries").get_json()["deliveries"]
    delivery = f"{path}/deliveries/{one['delivery_id']}"
    for method, place, body in (
        ("GET", path, None),
        ("PUT", path, {"url": URL}),
        ("DELETE", path, None),
        ("POST", f"{path}/pause", None),
        ("POST", f"{path}/resume", None),
        ("POST", f"{path}/secret", None),
        ("POST", f"{path}/test", None),
        ("POST", f"{path}/replay", {"since": "2020-01-01T00:00:00Z"}),
        ("GET", f"{path}/deliveries", None),
        ("GET", delivery, None),
        ("POST", f"{delivery}/replay", None),
    ):
        answer = world.partner(method, place, body, store=world.b)
        assert answer.status_code == 404, (method, place)
    own = world.partner("POST", "/webhooks", {"url": URL}, store=world.b).get_json()
    mixed = f"/webhooks/{own['endpoint_id']}/deliveries/{one['delivery_id']}"
    assert world.partner("GET", mixed, store=world.b).status_code == 404


def test_a_key_needs_the_scope_and_strangers_need_a_key(world: World) -> None:
    with world.inside():
        merchant = accounts.get_merchant(world.a.id)
        scopes = ("webhooks:read",)
        _, token = api_keys.create(merchant, name="r", scopes=scopes, expires_at=None, by=SYSTEM)
    assert world.call("GET", "/api/v1/webhooks", token=token).status_code == 200
    assert world.call("POST", "/api/v1/webhooks", {"url": URL}, token=token).status_code == 403
    assert world.call("GET", "/api/v1/webhooks").status_code == 401
    assert world.partner("GET", f"/webhooks/{uuid.uuid4()}").status_code == 404


def test_no_answer_ever_tells_of_a_secret_that_was_given(world: World, app: Flask) -> None:
    endpoint = made(world)
    path = f"/webhooks/{endpoint['endpoint_id']}"
    world.register()
    world.partner("POST", f"{path}/test")
    shown = [world.partner("GET", place).text for place in ("/webhooks", path)]
    shown.append(world.partner("GET", f"{path}/deliveries").text)
    assert all(endpoint["secret"] not in text for text in shown)
    with world.inside(commit=False):
        assert webhooks.get_endpoint(uuid.UUID(endpoint["endpoint_id"])).secret
