"""What phones announced and S3 does not hold: asked for by key, and shown per executive."""

from datetime import timedelta
from typing import Any

import pytest

from qcportal import clock, errors, reconciliation
from qcportal.reconciliation import Tally
from qcportal.storage import PhotoStore
from tests.reconciliation.conftest import Desk
from tests.world import a_capture, an_inspection


@pytest.fixture
def announced(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Give the forms of a return whose three photos were announced 31 minutes ago."""
    rvp = desk.world.register()
    desk.world.assign(rvp["return_id"])
    forms = desk.world.forms(rvp["return_id"])
    slots = ("front", "damage", "imei")
    body = an_inspection(rvp, *(a_capture(forms[slot]) for slot in slots))
    now = clock.now
    with monkeypatch.context() as earlier:
        earlier.setattr(clock, "now", lambda: now() - timedelta(minutes=31))
        answer = desk.world.field("POST", "/inspections", body)
    assert answer.status_code in (200, 201), answer.get_json()
    return {"return_id": rvp["return_id"], **{slot: forms[slot] for slot in slots}}


def look(desk: Desk) -> Tally:
    with desk.world.inside(commit=False):
        return reconciliation.look_for_overdue(desk.tools(), Tally())


def still_on_phone(desk: Desk) -> list[str]:
    with desk.world.inside(commit=False):
        return sorted(
            photo.slot for photo in reconciliation.still_on_phone(desk.world.executive_id)
        )


def test_an_overdue_photo_that_s3_holds_becomes_a_fact_the_others_are_on_the_phone(
    desk: Desk, announced: dict[str, Any]
) -> None:
    desk.put(announced["front"])
    tally = look(desk)
    assert (tally.overdue, tally.on_phone, tally.told) == (3, 2, {"verified": 1})
    assert still_on_phone(desk) == ["damage", "imei"]
    assert desk.world.photo_rows(announced["return_id"])["front"].verified_at is not None


def test_pages_of_overdue_photos_leave_none_out(
    desk: Desk, announced: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qcportal.reconciliation.overdue.BATCH", 1)
    assert look(desk).on_phone == 3


def test_what_was_announced_a_moment_ago_is_not_asked_for(desk: Desk) -> None:
    rvp = desk.world.register()
    desk.world.assign(rvp["return_id"])
    forms = desk.world.forms(rvp["return_id"])
    desk.world.field("POST", "/inspections", an_inspection(rvp, a_capture(forms["front"])))
    assert look(desk).overdue == 0
    assert still_on_phone(desk) == []


def test_another_executives_phone_holds_none_of_them(desk: Desk, announced: object) -> None:
    with desk.world.inside(commit=False):
        assert reconciliation.still_on_phone(desk.world.other_executive_id) == []


def test_a_bucket_that_forbids_the_question_says_nothing_of_the_phone(
    desk: Desk, announced: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forbid(*_: object) -> None:
        raise errors.Unavailable("S3 forbids HEAD (403): misconfigured?")

    monkeypatch.setattr(PhotoStore, "head", forbid)
    tally = look(desk)
    assert (tally.on_phone, tally.failed, len(tally.faults)) == (0, 3, 1)
