"""What is counted of a period's shifts, and the lines and shifts that people are shown."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select

from qcportal import clock, devices, manifests, tenancy
from qcportal.db import db
from qcportal.history import SYSTEM, HistoryEvent
from qcportal.manifests import Count, LineState, ManifestLine, Period
from tests.manifests.cases import DATA, EVER, NOWHERE, OTHER, a_line, count, tell, waits
from tests.world import World, a_capture, an_arrival, an_inspection


@pytest.fixture
def rvp(world: World) -> dict[str, Any]:
    made = world.register()
    made["sheet"] = str(world.assign(made["return_id"]))
    return made


@pytest.fixture
def forms(world: World, rvp) -> dict[str, Any]:
    return world.forms(rvp["return_id"])


def test_what_never_comes_is_late_and_then_lost(world: World, rvp, forms) -> None:
    tell(world, rvp["sheet"], a_line(forms["front"]["photo_id"]), final=True)
    one = Count(captured=1, shifts=1)
    assert count(world) == one + Count(on_the_way=1)
    assert count(world, hours=1) == one + Count(late=1)
    lost = count(world, hours=49)
    assert lost == one + Count(lost=1)
    assert (lost.loss_rate, lost.safe) == (1.0, False)


def test_bytes_that_s3_holds_are_never_lost(world: World, rvp, forms) -> None:
    front, damage = forms["front"], forms["damage"]
    world.callback(an_arrival(front, DATA), an_arrival(front, OTHER, version_id="v2"))
    world.callback(an_arrival(damage, b"tiny"))
    tell(
        world,
        rvp["sheet"],
        a_line(front["photo_id"]),
        a_line(front["photo_id"], OTHER),
        a_line(damage["photo_id"], b"tiny"),
        final=True,
    )
    found = count(world, hours=49)
    assert found == Count(captured=3, verified=1, conflict=1, refused=1, shifts=1)
    assert (found.unverified, found.loss_rate) == (2, 0.0)


def test_bytes_are_lost_although_others_of_their_photo_are_here(world: World, rvp, forms) -> None:
    world.callback(an_arrival(forms["front"], DATA))
    tell(world, rvp["sheet"], a_line(forms["front"]["photo_id"], OTHER), final=True)
    assert count(world, hours=49) == Count(captured=1, lost=1, shifts=1)


def test_what_was_discarded_is_not_owed(world: World, rvp, forms) -> None:
    line = a_line(forms["front"]["photo_id"], discarded="Blurred")
    tell(world, rvp["sheet"], line, final=True)
    tell(world, rvp["sheet"], line)
    found = count(world, hours=49)
    assert found == Count(captured=1, discarded=1, shifts=1)
    assert (found.owed, found.loss_rate, found.safe) == (0, None, True)
    with world.inside(commit=False):
        chain = HistoryEvent.chain == uuid.UUID(rvp["sheet"])
        told = list(db.session.scalars(select(HistoryEvent.action).where(chain)))
    assert sorted(told) == ["capture_discarded", "shift_closed"]


def test_a_discarded_photo_that_comes_all_the_same_is_verified(world: World, rvp, forms) -> None:
    line = a_line(forms["front"]["photo_id"], discarded="Blurred")
    tell(world, rvp["sheet"], line, final=True)
    world.callback(an_arrival(forms["front"], DATA))
    assert count(world) == Count(captured=1, verified=1, shifts=1)


def test_what_the_final_manifest_leaves_out_is_a_finding(world: World, rvp, forms) -> None:
    front, damage, imei = (forms[slot] for slot in ("front", "damage", "imei"))
    said = an_inspection(rvp, a_capture(front), a_capture(damage, OTHER))
    world.field("POST", "/inspections", said)
    world.callback(an_arrival(front), an_arrival(imei, b"i" * 2000))
    open_one = count(world)
    assert (open_one.unclosed, open_one.unlisted, open_one.unclaimed) == (1, 0, 1)
    tell(world, rvp["sheet"], final=True)
    closed = count(world)
    assert (closed.unclosed, closed.unlisted, closed.unlisted_verified) == (0, 2, 1)
    with world.inside(commit=False):
        (photo,) = manifests.find_unclaimed(EVER)
        assert photo.slot == "imei"
    tell(world, rvp["sheet"], a_line(imei["photo_id"], b"i" * 2000))
    assert count(world).unclaimed == 0


def test_a_shift_on_which_nothing_was_told_is_not_closed(world: World, rvp) -> None:
    assert count(world) == Count()
    world.field("POST", "/inspections", an_inspection(rvp))
    assert count(world) == Count(shifts=1, unclosed=1)
    with world.inside(commit=False):
        (shift,) = manifests.find_unclosed(EVER)
    assert (str(shift.run_sheet_id), shift.executive_name) == (rvp["sheet"], "Ravi K.")
    assert shift.last_at is None


def test_a_phone_that_never_ended_keeps_the_shift_open(world: World, rvp, forms) -> None:
    tell(world, rvp["sheet"], a_line(forms["front"]["photo_id"]))
    with world.inside():
        executive = devices.get_executive(world.executive_id)
        _, code = devices.offer_enrolment(executive, by=SYSTEM)
        _, second = devices.enrol(code, app_version="1.0")
    tell(world, rvp["sheet"], token=second, final=True)
    assert count(world).unclosed == 1
    tell(world, rvp["sheet"], final=True)
    assert count(world).unclosed == 0


def test_lines_are_counted_on_the_day_and_executive_of_their_sheet(
    world: World, rvp, forms
) -> None:
    tell(world, rvp["sheet"], a_line(forms["front"]["photo_id"]), a_line(NOWHERE), final=True)
    with world.inside(commit=False):
        today = clock.now().astimezone(devices.ZONE).date()
        expected = Count(captured=2, on_the_way=2, strange=1, shifts=1)
        assert manifests.count_by_day(EVER, waits()) == {today: expected}
        assert manifests.count_by_executive(EVER, waits()) == {world.executive_id: expected}
        assert manifests.count_by_shift(EVER, waits()) == {uuid.UUID(rvp["sheet"]): expected}
        tomorrow = today + timedelta(days=1)
        assert manifests.count_all(Period(tomorrow, tomorrow), waits()) == Count()
        other = Period(today, today, world.other_executive_id)
        assert manifests.count_all(other, waits()) == Count()


def test_what_is_not_verified_is_listed_with_its_reason(world: World, rvp, forms) -> None:
    photo = forms["front"]["photo_id"]
    tell(world, rvp["sheet"], a_line(photo, tries=4, waiting_reason="storage"))
    tell(world, rvp["sheet"], a_line(NOWHERE, OTHER))
    with world.inside(commit=False):
        first, second = manifests.find_unverified(EVER, waits(hours=49))
        assert (first.slot, first.waiting_reason, first.tries) == ("front", "storage", 4)
        assert (first.awb, first.executive_name) == (rvp["awb"], "Ravi K.")
        assert (second.return_id, second.on_sheet) == (None, False)
        after = (first.told_at, first.line_id)
        assert manifests.find_unverified(EVER, waits(), after=after)[0].line_id == second.line_id
        assert manifests.find_unverified(EVER, waits(), states=[LineState.LOST]) == []
        reasons = manifests.count_reasons(EVER, waits(hours=49))
        assert reasons == {(LineState.LOST, "storage"): 1, (LineState.LOST, None): 1}
    world.callback(an_arrival(forms["front"], DATA))
    with world.inside(commit=False):
        assert [each.photo_id for each in manifests.find_unverified(EVER, waits())] == [
            uuid.UUID(NOWHERE)
        ]


def test_the_latest_reason_holds_whichever_came_last(world: World, rvp, forms) -> None:
    photo = forms["front"]["photo_id"]
    times = [("2026-11-22T10:00:00Z", "battery"), ("2026-11-22T11:00:00Z", "storage")]
    for said_at, reason in reversed(times):
        line = a_line(photo, waiting_reason=reason, tries=1)
        tell(world, rvp["sheet"], line, phone_time=said_at)
    with world.inside(commit=False):
        (line,) = manifests.find_for_photo(uuid.UUID(photo))
        assert line.waiting_reason == "storage"


def test_a_merchant_sees_its_own_lines_alone(world: World, rvp, forms) -> None:
    tell(world, rvp["sheet"], a_line(forms["front"]["photo_id"]), a_line(NOWHERE))
    for store, seen in ((world.a, 1), (world.b, 0)):
        with world.app.app_context(), tenancy.tenant(store.id):
            assert len(db.session.scalars(select(ManifestLine)).all()) == seen
    with world.app.app_context(), pytest.raises(tenancy.TenancyError):
        db.session.execute(delete(ManifestLine))
