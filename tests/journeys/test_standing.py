"""What pages say of a return in its rarer states, and what operations can put right."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event

from qcportal import clock
from qcportal.db import db
from qcportal.photos import Photo
from tests.world import World, a_capture, a_return, an_arrival, an_inspection, an_item, csrf_of


def page_of(world: World, rvp: dict) -> str:
    return world.signed_in(world.a.owner).get(f"/returns/{rvp['return_id']}").text


def test_a_cancelled_return_says_so_and_misses_no_photo(world: World) -> None:
    rvp = world.register()
    sheet = world.assign(rvp["return_id"])
    world.partner("POST", f"/returns/{rvp['return_id']}/cancel")
    page = page_of(world, rvp)
    assert "<title>Cancelled: Nuvio P8 phone" in page
    assert "photos not taken yet" not in page
    assert "Cancelled" in world.signed_in(world.admin).get(f"/admin/run-sheets/{sheet}").text


def test_a_visit_without_an_answer_is_no_check(world: World) -> None:
    rvp = world.register()
    world.assign(rvp["return_id"])
    inspection = an_inspection(rvp, items=[], shipment_state="pickup_failed")
    assert world.field("POST", "/inspections", inspection).status_code == 201
    page = page_of(world, rvp)
    assert "<title>Visited, not checked: Nuvio P8 phone" in page
    assert '<h2 id="verdict">Visited, not checked</h2>' in page


def test_a_disputed_photo_is_shown_and_said_to_be_disputed(world: World) -> None:
    rvp = world.register()
    world.assign(rvp["return_id"])
    forms = world.forms(rvp["return_id"])
    slots = ("front", "damage", "imei")
    world.field("POST", "/inspections", an_inspection(rvp, *[a_capture(forms[s]) for s in slots]))
    world.callback(*[an_arrival(forms[s]) for s in slots])
    world.callback(an_arrival(forms["front"], b"other bytes" * 200, version_id="v2"))
    page = page_of(world, rvp)
    assert "1 photo is not what the phone announced." in page
    assert "1 photo differs" in page
    assert "cannot be shown" not in page


def test_a_file_that_nobody_announced_is_not_called_a_photo_never_taken(world: World) -> None:
    rvp = world.register()
    world.assign(rvp["return_id"])
    form = world.forms(rvp["return_id"])["front"]
    long_ago = (clock.now() - timedelta(days=3)).isoformat()
    world.callback(an_arrival(form, stored_at=long_ago, metadata={}))
    page = page_of(world, rvp)
    assert "Here, not vouched for by the phone" in page
    assert "Photo missing" not in page
    assert "No photo was taken." not in page


def test_what_was_not_fetched_can_be_taken_off_its_run_sheet_and_what_was_stays(
    world: World,
) -> None:
    waiting, done = world.register(), world.register()
    ids = [waiting["return_id"], done["return_id"]]
    sheet = world.assign(*ids)
    world.field("POST", "/inspections", an_inspection(done))
    browser = world.signed_in(world.clerk)
    path = f"/admin/run-sheets/{sheet}"
    page = browser.get(path).text
    assert [f'value="{each}"' in page for each in ids] == [True, False]
    form = {"csrf_token": csrf_of(browser, path), "return_id": ids}
    assert browser.post(f"{path}/unassign", data=form).status_code == 303
    assert world.return_row(done["return_id"]).run_sheet_id == sheet
    row = world.return_row(waiting["return_id"])
    assert (row.run_sheet_id, row.executive_name, row.shipment_state) == (None, None, "created")
    assert "Taken off the run sheet" in page_of(world, waiting)
    world.assign(waiting["return_id"], executive_id=world.other_executive_id)
    token = world.other_device_token
    stops = world.field("GET", "/run-sheet", token=token).get_json()["stops"]
    assert [stop["return_id"] for stop in stops] == [waiting["return_id"]]


def test_an_optional_photo_that_nobody_took_is_not_awaited_after_the_inspection(
    world: World,
) -> None:
    check = {
        "key": "shown",
        "type": "photo_only",
        "question": "Show it",
        "photos": [
            {"key": "front", "title": "Whole item", "kind": "photo"},
            {"key": "extra", "title": "Inside", "kind": "photo", "required": False},
        ],
    }
    rule = {"id": "always", "title": "Always", "when": "", "checks": [check]}
    book = {"document": {"title": "Shown", "rules": [rule]}}
    assert world.partner("POST", "/rulebooks", book).status_code == 201
    rvp = world.register()
    world.assign(rvp["return_id"])
    assert "2 photos not taken yet" in page_of(world, rvp)
    form = world.forms(rvp["return_id"])["front"]
    answers = [{"check": "shown", "result": "match"}]
    items = [{"item_id": rvp["items"][0]["item_id"], "answers": answers}]
    world.field("POST", "/inspections", an_inspection(rvp, a_capture(form), items=items))
    world.callback(an_arrival(form))
    page = page_of(world, rvp)
    assert "Photo here" in page
    assert "1 of 1 match" in page
    assert "ot taken yet" not in page


def test_what_can_be_adopted_is_found_behind_whatever_cannot(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qcportal.blueprints.admin.returns.MOST", 1)
    rvp = world.register()
    world.assign(rvp["return_id"])
    form = world.forms(rvp["return_id"])["front"]
    world.callback(an_arrival(form | {"key": "u/early.jpg"}))
    world.callback(an_arrival({"key": "u/nobody/knows.jpg", "photo_id": "x"}))
    with world.inside():
        db.session.get(Photo, UUID(form["photo_id"])).key = "u/early.jpg"
    browser = world.signed_in(world.clerk)
    token = {"csrf_token": csrf_of(browser, "/admin/parked")}
    assert browser.post("/admin/parked/adopt", data=token).status_code == 303
    assert world.photo_rows(rvp["return_id"])["front"].verified_at is not None
    assert "u/early.jpg" not in browser.get("/admin/parked").text


def inserts(world: World, send: Callable[[], Any]) -> Counter[str]:
    """Count by table the INSERT statements of one call."""
    counted: Counter[str] = Counter()

    def count(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.startswith("INSERT INTO "):
            counted[statement.split()[2]] += 1

    with world.app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", count)
    try:
        assert send().status_code < 300
    finally:
        event.remove(engine, "before_cursor_execute", count)
    return counted


def test_rows_that_leave_columns_empty_cost_no_statement_each(world: World) -> None:
    bodies = [a_return(items=[an_item(price=None if n % 2 else 5)]) for n in range(12)]
    for number, body in enumerate(bodies):
        body["pickup"] |= {} if number % 2 else {"latitude": 18.5, "longitude": 73.8}
    bulk = {"returns": bodies}
    counted = inserts(world, lambda: world.partner("POST", "/returns/bulk", bulk))
    assert (counted["returns"], counted["return_items"]) == (1, 1)
    rvp = world.register()
    world.assign(rvp["return_id"])
    inspection = an_inspection(rvp)
    inspection["items"][0]["answers"][1]["remarks"] = "clean"
    counted = inserts(world, lambda: world.field("POST", "/inspections", inspection))
    assert counted["inspection_answers"] == 1
