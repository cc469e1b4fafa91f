"""What a first look would miss: visits in vain, second executives, second versions, big wishes."""

from sqlalchemy import event

from qcportal import devices, returns
from qcportal.db import db
from qcportal.history import SYSTEM
from tests.world import World, a_capture, a_return, an_arrival, an_inspection

NOTHING = [{"check": key, "result": "not_checked"} for key in ("same-item", "damage", "imei")]


def in_vain(rvp: dict, **said: object) -> dict:
    body = an_inspection(rvp, app_verdict=None, **said)
    body["items"][0]["answers"] = NOTHING
    return body


def test_a_visit_in_vain_has_to_say_how_it_ended(world: World) -> None:
    rvp = world.register()
    world.assign(rvp["return_id"])
    answer = world.field("POST", "/inspections", in_vain(rvp))
    assert answer.status_code == 400
    assert answer.get_json()["errors"][0]["code"] == "nothing_checked"
    assert world.return_row(rvp["return_id"]).checked_at is None
    ended = world.field("POST", "/inspections", in_vain(rvp, shipment_state="pickup_failed"))
    assert ended.status_code == 201
    row = world.return_row(rvp["return_id"])
    assert (row.shipment_state, row.qc_state, row.photos_absent) == ("pickup_failed", "pending", 0)


def test_a_return_whose_photos_were_announced_stays_with_its_executive(world: World) -> None:
    rvp, other = world.register(), world.register()
    sheet_id = world.assign(rvp["return_id"], other["return_id"])
    form = world.forms(rvp["return_id"])["front"]
    body = {"return_id": rvp["return_id"], "captures": [a_capture(form)]}
    assert world.field("POST", "/captures", body).status_code == 200
    rows = [world.return_row(each["return_id"]).id for each in (rvp, other)]
    with world.inside():
        sheet = devices.get_run_sheet(sheet_id)
        assert returns.unassign(sheet, rows, by=SYSTEM) == 1
    assert world.return_row(rvp["return_id"]).run_sheet_id == sheet_id
    assert world.return_row(other["return_id"]).run_sheet_id is None


def test_the_phone_learns_that_its_second_version_is_a_conflict(world: World) -> None:
    rvp = world.register()
    world.assign(rvp["return_id"])
    form = world.forms(rvp["return_id"])["front"]
    world.callback(an_arrival(form))
    later = an_arrival(form, b"y" * 2000, version_id="v2", stored_at="2099-01-01T00:00:00+00:00")
    world.callback(later)
    digests = {"digests": [later["sha256"], "0" * 64]}
    first, unknown = world.field("POST", "/uploads/status", digests).get_json()["uploads"]
    assert (first["state"], first["may_delete"]) == ("conflict", False)
    assert unknown["state"] == "unknown"


def test_a_bulk_call_asks_a_fixed_number_of_questions(world: World) -> None:
    counts = []
    for size in (5, 50):
        statements: list[str] = []

        def count(_connection, _cursor, statement, *_rest, kept=statements) -> None:
            kept.append(statement)

        with world.app.app_context():
            engine = db.engine
        event.listen(engine, "before_cursor_execute", count)
        try:
            bulk = {"returns": [a_return() for _ in range(size)]}
            assert world.partner("POST", "/returns/bulk", bulk).status_code == 200
        finally:
            event.remove(engine, "before_cursor_execute", count)
        counts.append(len(statements))
    assert counts[1] <= counts[0] + 3, counts
