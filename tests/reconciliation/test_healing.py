"""What nobody told us of becomes the same facts as by a callback, and nothing twice."""

import hashlib
import io
import uuid
from datetime import timedelta
from typing import Any
from unittest import mock

import pytest
from PIL import Image
from sqlalchemy import delete, insert, select
from sqlalchemy.exc import DataError

from qcportal import errors, jobs, reconciliation
from qcportal.commands.reconciling import tools_of
from qcportal.db import db
from qcportal.photos import Photo
from qcportal.reconciliation import Scope, Tally, healing
from qcportal.storage import PhotoStore
from tests.reconciliation.conftest import AT_ONCE, PHOTO, Desk
from tests.world import a_capture, an_arrival, an_inspection, csrf_of


def visited(desk: Desk) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    """Give a return on the run sheet with its forms."""
    rvp = desk.world.register()
    desk.world.assign(rvp["return_id"])
    return rvp, desk.world.forms(rvp["return_id"], one_call=True)


def test_every_version_that_no_callback_told_becomes_a_fact(desk: Desk) -> None:
    rvp, forms = visited(desk)
    versions = {slot: desk.put(forms[slot]) for slot in ("front", "damage")}
    tally = desk.reconcile()
    assert (tally.healed, tally.told, tally.failed) == (2, {"verified": 2}, 0)
    photos = desk.world.photo_rows(rvp["return_id"])
    for slot, version in versions.items():
        assert (photos[slot].version_id, photos[slot].verified_at is not None) == (version, True)
        assert photos[slot].sha256 == hashlib.sha256(PHOTO).hexdigest()
    assert {row.source for row in desk.arrivals()} == {"reconciler"}
    again = desk.reconcile()
    assert (again.listed, again.healed) == (2, 0)
    assert len(desk.arrivals()) == 2


def test_the_callback_after_the_reconciler_changes_nothing(desk: Desk) -> None:
    rvp, forms = visited(desk)
    version = desk.put(forms["front"])
    desk.reconcile()
    before = desk.world.photo_rows(rvp["return_id"])["front"]
    told = desk.world.callback(an_arrival(forms["front"], version_id=version)).get_json()
    assert told["arrivals"][0]["outcome"] == "already"
    after = desk.world.photo_rows(rvp["return_id"])["front"]
    assert (after.version_id, after.verified_at) == (before.version_id, before.verified_at)


def test_what_a_callback_told_is_left_alone(desk: Desk) -> None:
    _, forms = visited(desk)
    version = desk.put(forms["front"])
    desk.world.callback(an_arrival(forms["front"], version_id=version))
    assert desk.reconcile().healed == 0
    assert [row.source for row in desk.arrivals()] == ["relay"]


def test_what_is_younger_than_the_grace_is_left_to_its_callback(desk: Desk) -> None:
    _, forms = visited(desk)
    desk.put(forms["front"])
    assert desk.reconcile(Scope(grace=timedelta(minutes=5))).told == {}
    assert desk.reconcile().told == {"verified": 1}


def test_the_first_of_two_versions_of_one_second_is_the_evidence(desk: Desk) -> None:
    """Only the listing tells them apart: several photos, as chance would be right half the time."""
    returns = [visited(desk) for _ in range(4)]
    firsts = {}
    for rvp, forms in returns:
        for slot in ("front", "damage", "imei"):
            firsts[rvp["return_id"], slot] = desk.put(forms[slot])
            desk.put(forms[slot], b"y" * 2000)
    assert desk.reconcile().healed == 2 * len(firsts)
    for (return_id, slot), version in firsts.items():
        photo = desk.world.photo_rows(return_id)[slot]
        assert (photo.version_id, photo.sha256) == (version, hashlib.sha256(PHOTO).hexdigest())
        assert photo.conflict_at is not None


def test_a_later_version_of_the_same_second_never_replaces_what_a_callback_told(
    desk: Desk,
) -> None:
    rvp, forms = visited(desk)
    version = desk.put(forms["front"])
    head = desk.s3.head_object(Bucket="photos", Key=forms["front"]["key"], VersionId=version)
    told = an_arrival(forms["front"], version_id=version)
    desk.world.callback(told | {"stored_at": head["LastModified"].isoformat(), "sequencer": "0A"})
    desk.put(forms["front"], b"y" * 2000)
    desk.reconcile()
    photo = desk.world.photo_rows(rvp["return_id"])["front"]
    assert (photo.version_id, photo.conflict_at is not None) == (version, True)


def test_what_an_event_told_takes_its_place_among_those_that_only_the_listing_shows(
    desk: Desk,
) -> None:
    """Of one second: a file too small, the evidence, and a later one of which an event came."""
    returns = [visited(desk) for _ in range(4)]
    seconds = {}
    for rvp, forms in returns:
        key = forms["front"]["key"]
        versions = [desk.put(forms["front"], data) for data in (b"tiny", PHOTO, b"y" * 2000)]
        heads = [
            desk.s3.head_object(Bucket="photos", Key=key, VersionId=version)["LastModified"]
            for version in versions
        ]
        last = an_arrival(forms["front"], b"y" * 2000, version_id=versions[2])
        desk.world.callback(last | {"stored_at": heads[2].isoformat(), "sequencer": "0C"})
        if len(set(heads)) == 1:
            seconds[rvp["return_id"]] = (versions[1], heads[1])
    assert desk.reconcile().healed == 2 * len(returns)
    assert seconds
    for return_id, (version, moment) in seconds.items():
        photo = desk.world.photo_rows(return_id)["front"]
        assert (photo.version_id, photo.stored_at) == (version, moment)
        assert photo.conflict_at is not None


def test_an_inspection_that_came_as_an_object_is_taken_in(desk: Desk) -> None:
    rvp, forms = visited(desk)
    body = an_inspection(rvp, *(a_capture(forms[slot]) for slot in ("front", "damage", "imei")))
    desk.put_inspection(forms["inspection"], body)
    desk.reconcile()
    assert desk.world.return_row(rvp["return_id"]).verdict is not None
    assert desk.world.photo_rows(rvp["return_id"])["front"].captured_reported_at is not None


def test_an_inspection_that_cannot_be_read_never_harms_its_neighbours(desk: Desk) -> None:
    rvp, forms = visited(desk)
    kind = {"kind": "inspection"}
    desk.put(forms["inspection"], b"{not json", ContentType="application/json", metadata=kind)
    desk.put(forms["front"])
    tally = desk.reconcile()
    assert (tally.healed, tally.failed) == (2, 0)
    assert desk.world.return_row(rvp["return_id"]).verdict is None
    assert desk.world.photo_rows(rvp["return_id"])["front"].verified_at is not None


def test_a_picture_is_measured_and_gets_its_thumbnails(desk: Desk) -> None:
    rvp, forms = visited(desk)
    file = io.BytesIO()
    Image.new("RGB", (400, 300), "teal").save(file, "JPEG")
    desk.put(forms["front"], file.getvalue().ljust(2000, b"\0"))
    with desk.world.inside(commit=False):
        tools = tools_of(desk.world.app, desk.stopping)
        reconciliation.reconcile(tools, AT_ONCE, Tally())
    photo = desk.world.photo_rows(rvp["return_id"])["front"]
    assert (photo.width, photo.height) == (400, 300)
    assert 320 in photo.thumbnails
    listed = desk.s3.list_objects_v2(Bucket="photos", Prefix=f"d/{photo.id}/")["Contents"]
    assert len(listed) == len(photo.thumbnails)


def test_a_key_of_no_photo_is_parked_and_adopted_when_its_photo_turns_up(desk: Desk) -> None:
    _, forms = visited(desk)
    early = {**forms["front"], "key": forms["front"]["key"].replace("front-", "early-")}
    desk.put(early)
    assert desk.reconcile().told == {"parked": 1}
    with desk.world.inside():
        photo = db.session.get(Photo, uuid.UUID(forms["front"]["photo_id"]))
        photo.key = early["key"]
    assert desk.reconcile().adopted == 1
    assert [row.outcome for row in desk.arrivals()] == ["verified"]


def test_two_contents_under_one_key_are_a_conflict_and_both_are_told(desk: Desk) -> None:
    rvp, forms = visited(desk)
    desk.put(forms["front"])
    desk.put(forms["front"], b"y" * 2000)
    tally = desk.reconcile()
    assert tally.healed == 2
    assert desk.world.photo_rows(rvp["return_id"])["front"].conflict_at is not None


def test_damaged_bytes_are_refused_and_kept(desk: Desk) -> None:
    rvp, forms = visited(desk)
    desk.put(forms["front"], b"bad" * 900, metadata={"sha256": "0" * 64})
    assert desk.reconcile().told == {"refused": 1}
    photo = desk.world.photo_rows(rvp["return_id"])["front"]
    assert (photo.refused_reason, photo.verified_at) == ("digest_mismatch", None)


def test_one_object_that_s3_does_not_show_costs_the_others_nothing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, forms = visited(desk)
    for slot in ("front", "damage"):
        desk.put(forms[slot])
    real = PhotoStore.head

    def refuse(store: PhotoStore, key: str, version_id: str | None = None) -> Any:
        if key == forms["front"]["key"]:
            raise errors.Unavailable("S3 refused", retry_after=1)
        return real(store, key, version_id)

    monkeypatch.setattr(PhotoStore, "head", refuse)
    tally = desk.reconcile()
    assert (tally.told, tally.failed, tally.whole) == ({"verified": 1}, 1, False)
    monkeypatch.undo()


def test_a_date_that_cannot_be_listed_is_noted_and_the_cycle_goes_on(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, forms = visited(desk)
    desk.put(forms["front"])
    with mock.patch.object(
        PhotoStore, "list_versions", side_effect=errors.Unavailable("S3 is away")
    ):
        tally = desk.reconcile()
    assert (tally.faults, tally.whole) == (["S3 is away"], False)
    assert desk.reconcile().told == {"verified": 1}


def test_a_write_that_fails_for_one_is_done_for_the_others(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, forms = visited(desk)
    for slot in ("front", "damage", "imei"):
        desk.put(forms[slot])
    real = healing.photos.confirm_arrivals

    def fail(arrivals: Any, *rest: Any, **more: Any) -> Any:
        if any(each.key == forms["front"]["key"] for each in arrivals):
            raise DataError("insert", {}, ValueError("no database keeps this"))
        return real(arrivals, *rest, **more)

    monkeypatch.setattr(healing.photos, "confirm_arrivals", fail)
    tally = desk.reconcile()
    assert (tally.told, tally.failed) == ({"verified": 2}, 1)


def test_being_stopped_keeps_whole_parts_and_the_next_cycle_does_the_rest(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qcportal.reconciliation.healing.LOOKED_AT", 2)
    _, forms = visited(desk)
    for slot in ("front", "damage", "imei"):
        desk.put(forms[slot])
    desk.stopping.set()
    with pytest.raises(jobs.Interrupted):
        desk.reconcile()
    assert len(desk.arrivals()) == 2
    desk.stopping.clear()
    assert desk.reconcile().told == {"verified": 1}


def test_the_open_dates_hold_an_old_return_that_is_still_to_be_picked_up(desk: Desk) -> None:
    rvp, forms = visited(desk)
    old = forms["front"]["key"].split("/")
    old_key = "/".join(["u", "2026", "01", "02", *old[4:]])
    with desk.world.inside():
        photo = db.session.get(Photo, uuid.UUID(forms["front"]["photo_id"]))
        photo.key = old_key
    with desk.world.inside(commit=False):
        prefixes = reconciliation.open_prefixes(2)
    assert "u/2026/01/02/" in prefixes
    assert len(prefixes) == 4
    desk.put({**forms["front"], "key": old_key})
    assert desk.reconcile().told == {"verified": 1}
    assert desk.world.photo_rows(rvp["return_id"])["front"].verified_at is not None


def test_a_cycle_is_on_record_for_the_page_of_upload_health(desk: Desk) -> None:
    _, forms = visited(desk)
    desk.put(forms["front"])
    desk.reconcile()
    with desk.world.inside(commit=False):
        last = reconciliation.find_last(reconciliation.CYCLE)
        assert last is not None
        assert (last.data["healed"], last.data["told"]) == (1, {"verified": 1})
        assert not reconciliation.is_due(reconciliation.CYCLE, timedelta(minutes=15))
        assert reconciliation.is_due(reconciliation.NIGHTLY, timedelta(hours=24))


def take_out(desk: Desk, rvp: dict[str, Any]) -> list[dict[str, Any]]:
    """Take a return's photos out, as if they were expected only later; gives their rows."""
    with desk.world.inside():
        table = Photo.__table__
        mine = table.c.return_id == uuid.UUID(rvp["return_id"])
        rows = [dict(row._mapping) for row in db.session.execute(select(table).where(mine))]
        db.session.execute(delete(table).where(mine))
        return rows


@pytest.mark.parametrize("by_hand", [False, True], ids=["by the reconciler", "by the button"])
def test_a_parked_inspection_is_taken_in_when_it_is_adopted(desk: Desk, by_hand: bool) -> None:
    rvp, forms = visited(desk)
    rows = take_out(desk, rvp)
    desk.put_inspection(forms["inspection"], an_inspection(rvp, a_capture(forms["front"])))
    assert desk.reconcile().told == {"parked": 1}
    with desk.world.inside():
        db.session.execute(insert(Photo.__table__), rows)
    if by_hand:
        browser = desk.world.signed_in(desk.world.admin)
        form = {"csrf_token": csrf_of(browser, "/admin/parked")}
        assert browser.post("/admin/parked/adopt", data=form).status_code == 303
    else:
        assert desk.reconcile().adopted == 1
    assert desk.world.return_row(rvp["return_id"]).verdict == "passed"
    assert desk.world.photo_rows(rvp["return_id"])["front"].captured_reported_at is not None


def test_a_parked_inspection_waits_while_s3_does_not_show_it(desk: Desk) -> None:
    rvp, forms = visited(desk)
    rows = take_out(desk, rvp)
    desk.put_inspection(forms["inspection"], an_inspection(rvp))
    desk.reconcile()
    with desk.world.inside():
        db.session.execute(insert(Photo.__table__), rows)
    with mock.patch.object(PhotoStore, "head", side_effect=errors.Unavailable("S3 is away.")):
        assert desk.reconcile().adopted == 0
    assert desk.reconcile().adopted == 1
    assert desk.world.return_row(rvp["return_id"]).verdict == "passed"
