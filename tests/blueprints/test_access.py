"""Every JSON endpoint against everybody: who may not, learns nothing and changes nothing."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import func, select

from qcportal import blueprints, jobs, tenancy
from qcportal.blueprints import access
from qcportal.db import db
from qcportal.history import SYSTEM
from tests.disputes.cases import inspected
from tests.world import RULEBOOK, World, a_capture, a_return, an_arrival, an_inspection, an_item

CANARY = "canary-of-kiln"
JSON_DOORS = {"field", "partner", "callbacks"}


@pytest.fixture
def theirs(world: World) -> dict[str, Any]:
    """A return of B that holds the canary wherever a merchant can put one."""
    book = json.loads(json.dumps(RULEBOOK).replace("Electronics", CANARY))
    world.partner("POST", "/rulebooks", {"document": book, "note": CANARY}, store=world.b)
    made = world.register(
        store=world.b,
        client_order_number=CANARY,
        pickup={"city": CANARY, "name": CANARY},
        items=[an_item(name=CANARY, client_sku_id=CANARY, brand=CANARY)],
    )
    world.assign(made["return_id"], executive_id=world.other_executive_id)
    token = world.other_device_token
    answer = world.field("POST", "/forms", {"return_ids": [made["return_id"]]}, token=token)
    made["forms"] = {form["slot"]: form for form in answer.get_json()["forms"]}
    world.partner("PUT", f"/catalogue/{CANARY}", {"brand": f"{CANARY}-brand"}, store=world.b)
    made |= dispute(world)
    hook = {"url": f"https://kiln.example/{CANARY}", "note": CANARY}
    endpoint = world.partner("POST", "/webhooks", hook, store=world.b).get_json()["endpoint_id"]
    sent = world.partner("POST", f"/webhooks/{endpoint}/test", store=world.b).get_json()
    made |= {"endpoint_id": endpoint, "delivery_id": sent["delivery_id"]}
    with world.inside(), tenancy.tenant(world.b.id):
        job = jobs.start(world.b.id, "catalogue_import", {"name": CANARY}, by=SYSTEM)
        made["import_id"] = str(job.id)
    return made


def dispute(world: World) -> dict[str, Any]:
    """A dispute of B with a file of its own, on another return."""
    rvp = inspected(world, store=world.b)
    photo = world.photo_rows(rvp["return_id"])["front"].id
    body = {
        "client_request_id": CANARY,
        "return_id": rvp["return_id"],
        "text": f"{CANARY} {CANARY}",
    }
    body |= {"kind": "should_have_passed", "evidence": [{"photo_id": str(photo), "note": CANARY}]}
    made = world.partner("POST", "/disputes", body, store=world.b).get_json()
    path = f"/disputes/{made['dispute_id']}/files"
    file = {"kind": "photo", "content_type": "image/png", "name": CANARY}
    offered = world.partner("POST", path, file, store=world.b).get_json()
    return {"dispute_id": made["dispute_id"], "file_id": offered["photo_id"], "claim": body}


def endpoints(world: World) -> Iterator[tuple[str, str, str]]:
    """Give (method, path with its placeholders, permission) of every JSON endpoint."""
    for rule in world.app.url_map.iter_rules():
        if rule.endpoint.partition(".")[0] in JSON_DOORS:
            view = world.app.view_functions[rule.endpoint]
            for method in sorted(rule.methods - {"HEAD", "OPTIONS"}):
                yield method, rule.rule, view.permission


def filled(path: str, theirs: dict[str, Any]) -> str:
    """Put B's own things, or what could be theirs, into a path."""
    path = path.replace("<uuid:return_id>", theirs["return_id"]).replace("<int:version>", "2")
    path = path.replace("<uuid:import_id>", theirs["import_id"]).replace("<name>", "shadowfax")
    path = path.replace("<uuid:dispute_id>", theirs["dispute_id"])
    path = path.replace("<uuid:photo_id>", theirs["file_id"])
    path = path.replace("<uuid:endpoint_id>", theirs["endpoint_id"])
    path = path.replace("<uuid:delivery_id>", theirs["delivery_id"])
    return re.sub(r"<(string:)?sku>", CANARY, path)


def without_echo(text: str) -> str:
    """Leave out the article number that the asker put into the path."""
    return re.sub(rf'(/catalogue/|"client_sku_id":"){CANARY}(?!-)', "", text)


def body_for(path: str, theirs: dict[str, Any]) -> Any:
    """Give a request that would do something, had it the right."""
    form = theirs["forms"]["front"]
    bodies = {
        "/api/v1/returns": a_return(),
        "/api/v1/returns/bulk": {"returns": [a_return()]},
        "/api/v1/rulebooks": {"document": RULEBOOK},
        "/api/v1/disputes": theirs["claim"] | {"client_request_id": "stolen"},
        "/api/v1/webhooks": {"url": "https://erp.example/"},
        "/api/v1/webhooks/<uuid:endpoint_id>": {"url": "https://erp.example/"},
        "/api/v1/webhooks/<uuid:endpoint_id>/replay": {"since": "2020-01-01T00:00:00Z"},
        "/api/v1/field/enrolments": {"code": "AAAA-AAAA-AAAA"},
        "/api/v1/field/forms": {"return_ids": [theirs["return_id"]]},
        "/api/v1/field/captures": {
            "return_id": theirs["return_id"],
            "captures": [a_capture(form)],
        },
        "/api/v1/field/inspections": an_inspection(theirs),
        "/api/v1/field/uploads/status": {"digests": ["a" * 64]},
        "/api/v1/callbacks/s3": {"arrivals": [an_arrival(form)]},
    }
    if path.endswith(("/answer", "/words", "/appeal")):
        return {"text": "Something long enough to be said."}
    if path.endswith("/files"):
        return {"kind": "photo", "content_type": "image/png", "name": "mine"}
    return bodies.get(path, {})


def snapshot(world: World, merchant_id: Any) -> dict[str, Any]:
    """Give every tenant row of a merchant, as text."""
    rows = {}
    with world.inside(commit=False):
        for table in db.metadata.sorted_tables:
            if table.info.get("tenant") and table.name != "api_keys":
                mine = select(table).where(table.c.merchant_id == merchant_id)
                rows[table.name] = sorted(map(str, db.session.execute(mine)))
    return rows


def test_nobody_with_the_wrong_credential_gets_anything(world: World, theirs) -> None:
    credentials = {
        "anonymous": "",
        "nonsense": "x",
        "merchant A": world.a.token,
        "phone": world.device_token,
    }
    rights = {"partner": {"merchant A"}, "field": {"phone"}}
    before = snapshot(world, world.b.id)
    for method, path, permission in endpoints(world):
        door = "field" if "/field/" in path else "callbacks" if "/callbacks" in path else "partner"
        for who, token in credentials.items():
            if who in rights.get(door, ()) or permission == access.ANYONE:
                continue
            body = body_for(path, theirs) if method != "GET" else None
            answer = world.call(method, filled(path, theirs), body, token=token)
            assert answer.status_code == 401, (who, method, path, answer.text)
            assert answer.content_type == "application/problem+json"
            assert CANARY not in without_echo(answer.text) + str(answer.headers)
    assert snapshot(world, world.b.id) == before


def test_a_key_of_a_gets_nothing_of_b_by_any_endpoint(world: World, theirs) -> None:
    before = snapshot(world, world.b.id)
    for method, path, _permission in endpoints(world):
        if "/field/" in path or "/callbacks" in path:
            continue
        body = body_for(path, theirs) if method != "GET" else None
        answer = world.call(method, filled(path, theirs), body, token=world.a.token)
        assert answer.status_code < 500
        assert CANARY not in without_echo(answer.text)
        if any(name in path for name in ("return_id", "import_id", "dispute_id", "endpoint_id")):
            assert answer.status_code == 404, (method, path)
    assert snapshot(world, world.b.id) == before


def test_another_executives_phone_gets_nothing_of_the_return(world: World, theirs) -> None:
    before = snapshot(world, world.b.id)
    for method, path, permission in endpoints(world):
        if "/field/" not in path or permission == access.ANYONE:
            continue
        body = body_for(path, theirs) if method != "GET" else None
        answer = world.call(method, filled(path, theirs), body, token=world.device_token)
        assert answer.status_code < 500
        assert CANARY not in answer.text
        if path.endswith(("/forms", "/captures", "/inspections", "/outcome")):
            assert answer.status_code == 404
    assert snapshot(world, world.b.id) == before


def test_b_itself_sees_its_canaries(world: World, theirs) -> None:
    mine = f"/disputes/{theirs['dispute_id']}"
    paths = ("/returns", f"/returns/{theirs['return_id']}", "/rulebooks", "/rulebooks/2")
    for path in (*paths, "/disputes", mine):
        assert CANARY in world.partner("GET", path, store=world.b).text
    sheet = world.field("GET", "/run-sheet", token=world.other_device_token)
    assert CANARY in sheet.text


def test_searching_and_filtering_for_b_finds_nothing(world: World, theirs) -> None:
    for query in (f"q={CANARY}", f"q={theirs['awb']}", f"city={CANARY}", "tab=missing"):
        assert world.partner("GET", f"/returns?{query}").get_json()["returns"] == []


def test_a_signed_in_admin_has_no_key_to_the_json_doors(world: World, theirs) -> None:
    for person in (world.admin, world.b.owner):
        browser = world.signed_in(person)
        for method, path, permission in endpoints(world):
            if permission != access.ANYONE:
                answer = browser.open(filled(path, theirs), method=method, json={})
                assert answer.status_code == 401


def test_every_answer_of_the_json_doors_is_kept_by_nobody(world: World, theirs) -> None:
    for path in ("/returns", f"/returns/{theirs['return_id']}/photos", "/nothing"):
        headers = world.partner("GET", path, store=world.b).headers
        assert headers["Cache-Control"] == "no-store"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert "default-src 'none'" in headers["Content-Security-Policy"]


def test_the_doors_of_this_test_are_all_the_json_doors() -> None:
    told = {name for name, each in blueprints.AUDIENCES.items() if each.errors == "problem"}
    assert told - {"status"} == JSON_DOORS


def test_a_last_use_is_kept_and_a_revoked_key_is_out(world: World) -> None:
    from qcportal import api_keys
    from qcportal.api_keys import ApiKey
    from qcportal.history import SYSTEM

    assert world.partner("GET", "/returns").status_code == 200
    with world.inside():
        key = api_keys.find_key(world.a.token)
        assert key.used_at is not None
        assert db.session.scalar(select(func.count()).select_from(ApiKey)) == 2
        api_keys.revoke(key, by=SYSTEM)
    assert world.partner("GET", "/returns").status_code == 401
    assert world.partner("GET", "/returns", store=world.b).status_code == 200
