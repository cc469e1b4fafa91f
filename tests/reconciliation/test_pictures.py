"""Pictures that the relay told nothing of are looked at once more, and not too many at a time."""

import io
from datetime import timedelta
from typing import Any

import pytest
from PIL import Image

from qcportal import errors, imaging, reconciliation
from qcportal.commands.reconciling import tools_of
from qcportal.photos import Photo
from qcportal.reconciliation import Scope, Tally
from qcportal.reconciliation import pictures as healed_pictures
from qcportal.storage import PhotoStore
from tests.reconciliation.conftest import AT_ONCE, Desk
from tests.world import an_arrival


def picture(shade: str = "teal") -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (400, 300), shade).save(file, "JPEG")
    return file.getvalue().ljust(2000, b"\0")


def reconcile(desk: Desk, scope: Scope = AT_ONCE) -> Tally:
    with desk.world.inside(commit=False):
        return reconciliation.reconcile(tools_of(desk.world.app, desk.stopping), scope, Tally())


def sent(desk: Desk, data: bytes, image: dict[str, Any] | None = None) -> tuple[str, Any]:
    """Send a photo and let the relay tell of it; gives the return and its form."""
    rvp = desk.world.register()
    desk.world.assign(rvp["return_id"])
    form = desk.world.forms(rvp["return_id"])["front"]
    version = desk.put(form, data)
    told = an_arrival(form, data, version_id=version, image=image)
    assert desk.world.callback(told).status_code == 200
    return rvp["return_id"], form


def front(desk: Desk, return_id: str) -> Photo:
    return desk.world.photo_rows(return_id)["front"]


def test_a_second_call_that_was_lost_is_made_up_for(desk: Desk) -> None:
    return_id, _ = sent(desk, picture())
    before = front(desk, return_id)
    assert (before.verified_at is not None, before.thumbnails) == (True, [])
    tally = reconcile(desk)
    assert (tally.pictured, tally.healed, tally.failed) == (1, 0, 0)
    after = front(desk, return_id)
    assert (after.width, after.height, 640 in after.thumbnails) == (400, 300, True)
    assert after.pictured_at is not None
    assert (after.version_id, after.verified_at) == (before.version_id, before.verified_at)
    assert reconcile(desk).pictured == 0


def test_what_the_relay_may_still_tell_is_left_to_it(desk: Desk) -> None:
    sent(desk, picture())
    assert reconcile(desk, Scope(grace=timedelta(minutes=5))).pictured == 0


def test_a_file_that_is_no_picture_is_refused_and_kept(desk: Desk) -> None:
    return_id, form = sent(desk, b"<svg onload='alert(1)'>".ljust(2000))
    assert reconcile(desk).pictured == 1
    photo = front(desk, return_id)
    assert (photo.unreadable_reason, photo.verified_at is not None) == ("not_an_image", True)
    assert desk.s3.get_object(Bucket="photos", Key=form["key"])["Body"].read().startswith(b"<svg")
    assert reconcile(desk).pictured == 0


def test_what_took_the_relay_too_much_is_tried_once_more_and_then_given_up(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    return_id, _ = sent(desk, picture(), {"refused": "too_slow"})

    def refuse(_: bytes) -> imaging.Analysis:
        raise imaging.ImageRefused("too_slow")

    monkeypatch.setattr(imaging, "analyse_limited", refuse)
    assert reconcile(desk).pictured == 1
    photo = front(desk, return_id)
    assert (photo.picture, photo.unreadable_at) == ({"refused": "too_slow", "tries": 2}, None)
    assert reconcile(desk).pictured == 0


def test_what_took_too_much_once_may_do_better_at_the_second_try(desk: Desk) -> None:
    return_id, _ = sent(desk, picture(), {"refused": "too_costly"})
    assert reconcile(desk).pictured == 1
    assert front(desk, return_id).width == 400


def test_thumbnails_that_cannot_be_stored_are_made_in_the_next_cycle(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    return_id, _ = sent(desk, picture())

    def refuse(*_: Any) -> None:
        raise errors.Unavailable("S3 refused")

    with monkeypatch.context() as patch:
        patch.setattr(PhotoStore, "put_derived", refuse)
        tally = reconcile(desk)
    assert (tally.pictured, tally.failed, tally.faults) == (0, 1, ["S3 refused"])
    assert front(desk, return_id).pictured_at is None
    assert reconcile(desk).pictured == 1


def test_a_cycle_looks_at_a_bounded_number_the_newest_first(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(healed_pictures, "MOST", 2)
    returns = [sent(desk, picture(shade))[0] for shade in ("teal", "red", "blue")]
    assert [reconcile(desk).pictured for _ in range(3)] == [2, 1, 0]
    assert all(front(desk, return_id).pictured_at for return_id in returns)


def test_without_pictures_none_is_looked_at(desk: Desk) -> None:
    return_id, _ = sent(desk, picture())
    assert desk.reconcile().pictured == 0
    assert front(desk, return_id).pictured_at is None
