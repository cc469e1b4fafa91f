"""The pages of upload health: numbers by hand, their links, what they say when nothing is well."""

import re
import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event

from qcportal import clock, reconciliation, uploads
from qcportal.commands import measuring
from qcportal.db import db
from tests.uploads.conftest import AT, Yard, ago
from tests.world import World


@pytest.fixture
def yard(world: World) -> Iterator[Yard]:
    with clock.frozen(AT):
        yield Yard(world)


def page(yard: Yard, path: str = "", status: int = 200) -> str:
    answer = yard.world.signed_in(yard.world.admin).get(f"/admin/uploads{path}")
    assert answer.status_code == status, answer.text
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text)) if status == 200 else ""


def measured(yard: Yard) -> None:
    with yard.world.inside():
        measuring.measure_hours()
        measuring.measure_shifts(yard.world.app)


def a_day(yard: Yard) -> dict[str, Any]:
    """Have 4 photos here (one slow), one late with its reason, one missing."""
    one = yard.inspected(at=ago(hours=3))
    two = yard.inspected(at=ago(hours=5), token=yard.world.other_device_token)
    for slot in ("front", "damage"):
        yard.here(one[slot], captured=ago(hours=3), seconds=11)
        yard.here(two[slot], captured=ago(hours=5), seconds=11 if slot == "front" else 600)
    beat = {"waiting_reason": "no_signal", "battery_percent": 6, "photos_waiting": 1}
    assert yard.world.field("POST", "/heartbeats", beat).status_code < 300
    yard.on_phone(one["imei"], announced=ago(hours=3))
    yard.on_phone(two["imei"], announced=ago(hours=60))
    measured(yard)
    return {"one": one, "two": two}


def test_the_numbers_are_those_of_a_day_counted_by_hand(yard: Yard) -> None:
    a_day(yard)
    text = page(yard)
    assert "Late, over 30 m 1 oldest 3 h, from 1 phone" in text
    assert "Missing, over 2 d 1 oldest 2 d 12 h, from 1 phone" in text
    # 3 of 4 within 6 minutes, and the late one was not in time either
    assert "Here within 6 m 60% target 97%, of 5 photos" in text
    assert "Half of the photos were here within 11 s, 19 of 20 within 10 m" in text
    assert "The slowest was Sun 22 Nov, 09:00 to 10:00, with 10 m for 19 of 20" in text
    assert "Of 5 photos announced in this time, 4 are here: all but 1 late." in text
    assert "No signal; battery 6%" in text
    assert "2 of 2 phones" in text


def test_a_day_of_its_own_and_longer_ranges(yard: Yard) -> None:
    a_day(yard)
    assert "Saturday 21 Nov 2026" in page(yard, "?day=2026-11-21")
    assert "No photo became evidence in this time." in page(yard, "?day=2026-11-21")
    assert "Of 6 photos announced" in page(yard, "?range=7d")
    assert "Photos by day" in page(yard, "?range=30d")
    for bad in ("?range=1y", "?day=tomorrow", "?day=2026-13-01"):
        page(yard, bad, 400)


def test_nothing_at_all_is_every_photo_here(yard: Yard) -> None:
    measured(yard)
    text = page(yard)
    assert "Every photo is here" in text
    assert "Nothing is kept aside" in text
    assert "No phone told of a photo in its manifest" in text
    assert "Not known, because no worker has looked yet." in text


def test_old_numbers_say_so_and_why(yard: Yard) -> None:
    assert "The hours are not counted yet." in page(yard)
    measured(yard)
    with clock.frozen(AT + timedelta(minutes=10)):
        assert "Numbers are from 14:30. No worker has collected new ones since." in page(yard)
    with yard.world.inside():
        uploads.record_failure(uploads.HOURS, "the disk is full")
        uploads.record_failure(uploads.QUEUE, "SQS refused (arrivals): AccessDenied")
    text = page(yard)
    assert "Numbers are from 14:30. Collecting new ones failed: the disk is full." in text
    assert "Not known, because: SQS refused (arrivals): AccessDenied." in text


def test_much_healing_is_said_in_words_with_what_the_nights_found(yard: Yard) -> None:
    row = {"start": uploads.hour_start(AT), "here": 0, "latencies": {}, "told": 100, "healed": 2}
    night = {
        "whole": False,
        "cycle": {},
        "verified": {"invariants": {"I2": {"holds": False, "offences": 3, "first": []}}},
        "drift": [{"check": "cors", "verdict": "WARNING", "said": "any origin may read"}],
    }
    with yard.world.inside():
        uploads.replace_hours(AT - timedelta(days=1), AT + timedelta(hours=1), [row])
        reconciliation.record(reconciliation.NIGHTLY, night)
        cycle = {"listed": 4821, "healed": 2, "on_phone": 1, "faults": ["S3 did not answer"]}
        reconciliation.record(reconciliation.CYCLE, cycle)
    text = page(yard)
    assert "The event path is sick. 2% of the files" in text
    assert "2%, 2 of 100 files" in text
    assert "S3 did not answer" in text
    assert "broken, 3 offences" in text
    assert "cors: any origin may read" in text


def test_the_page_asks_as_often_however_much_there_is(yard: Yard) -> None:
    def asked() -> int:
        statements: list[str] = []
        browser = yard.world.signed_in(yard.world.admin)
        with yard.world.app.app_context():
            engine = db.engine

        def keep(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            statements.append(statement)

        event.listen(engine, "before_cursor_execute", keep)
        try:
            assert browser.get("/admin/uploads?range=30d").status_code == 200
        finally:
            event.remove(engine, "before_cursor_execute", keep)
        return len(statements)

    a_day(yard)
    few = asked()
    for hours in range(4, 9):
        for photo in yard.inspected().values():
            yard.on_phone(photo, announced=ago(hours=hours))
    assert asked() == few <= 16


def test_a_list_leads_to_a_photos_life_and_narrows_by_its_filters(yard: Yard) -> None:
    photos = a_day(yard)
    browser = yard.world.signed_in(yard.world.admin)
    late = browser.get("/admin/uploads/photos?state=late").text
    assert f"/admin/photos/{photos['one']['imei'].id}" in late
    assert f"/admin/uploads/people/{yard.world.executive_id}" in late
    other = yard.world.other_executive_id
    assert "No photo fits these filters" in page(yard, f"/photos?state=late&executive={other}")
    assert "No photo fits" in page(yard, f"/photos?state=late&merchant={yard.world.b.id}")
    assert "No photo fits" in page(yard, "/photos?state=late&day=2026-11-01")
    assert "IMEI label" in page(yard, "/photos?state=late&day=2026-11-22")
    for bad in ("state=gone", "merchant=1", "executive=x", "day=x", "after=!!"):
        page(yard, f"/photos?{bad}", 400)


def test_a_person_and_a_shift_say_what_waits_and_why(yard: Yard) -> None:
    photos = a_day(yard)
    text = page(yard, f"/people/{yard.world.executive_id}")
    assert "IMEI label" in text
    assert "Waiting, says the phone 1 photo" in text
    sheet = yard.world.return_row(str(photos["one"]["imei"].return_id)).run_sheet_id
    line = {"photo_id": str(photos["one"]["imei"].id), "sha256": "a" * 64, "bytes": 2000}
    body = {"run_sheet_id": str(sheet), "lines": [line | {"waiting_reason": "slow", "tries": 3}]}
    assert yard.world.field("POST", "/manifests", body).status_code < 300
    with clock.frozen(AT + timedelta(days=3)):
        measured(yard)
        shift = page(yard, f"/shifts/{sheet}")
        health = page(yard, "?range=7d")
    assert "1 lost of 1 photo captured (100%)" in shift
    assert "Slow network, 3 tries" in shift
    assert "No final manifest." in shift
    assert "1 lost of 1 photo captured (100%)" in health
    assert "no final manifest" in health
    for path in ("people", "shifts"):
        page(yard, f"/{path}/{uuid.uuid4()}", 404)


def test_a_poll_is_quiet_until_the_hours_were_counted_again(yard: Yard) -> None:
    a_day(yard)
    browser = yard.world.signed_in(yard.world.admin)
    whole = browser.get("/admin/uploads").text
    found = re.search(r'hx-get="([^"]+)"', whole)
    assert found
    address = found[1].replace("&amp;", "&")
    assert browser.get(address).status_code == 204
    with clock.frozen(AT + timedelta(minutes=2)):
        measured(yard)
        again = browser.get(address)
    assert again.status_code == 200
    assert 'id="live"' in again.text
    assert "<html" not in again.text
    assert 'id="live" class="stack">' in browser.get("/admin/uploads?day=2026-11-20").text
    assert browser.get("/admin/uploads/live?seen=x").status_code == 400
    assert browser.post("/admin/uploads").status_code in (400, 405)


def test_home_names_what_is_behind(yard: Yard) -> None:
    a_day(yard)
    home = yard.world.signed_in(yard.world.admin).get("/admin").text
    assert "1 photo late on 1 phone" in home
    assert "1 photo missing on 1 phone" in home
    assert 'href="/admin/uploads/photos?state=late"' in home
