"""The phone asks what became of its uploads: only what is verified may be deleted."""

import hashlib
from typing import Any

import pytest

from tests.world import World, a_capture, an_arrival

DATA, OTHER = b"d" * 2000, b"o" * 2000
NOWHERE = "0190b6a0-5c4e-7d3a-9a41-0c5e6f7a8b9c"


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@pytest.fixture
def rvp(world: World) -> dict[str, Any]:
    made = world.register()
    world.assign(made["return_id"])
    return made


@pytest.fixture
def form(world: World, rvp) -> dict[str, Any]:
    return world.forms(rvp["return_id"])["front"]


def status(world: World, *data: bytes, token: str | None = None) -> list[dict[str, Any]]:
    body = {"digests": [digest(each) for each in data]}
    answer = world.field("POST", "/uploads/status", body, token=token)
    assert answer.status_code == 200, answer.get_json()
    uploads: list[dict[str, Any]] = answer.get_json()["uploads"]
    assert [each["sha256"] for each in uploads] == body["digests"]
    return uploads


def ask(world: World, *data: bytes, token: str | None = None) -> list[tuple[str, bool]]:
    return [(each["state"], each["may_delete"]) for each in status(world, *data, token=token)]


def announce(world: World, rvp: dict[str, Any], *captures: dict[str, Any]) -> Any:
    body = {"return_id": rvp["return_id"], "captures": list(captures)}
    return world.field("POST", "/captures", body)


def test_a_digest_goes_from_unknown_to_deletable(world: World, rvp, form) -> None:
    assert ask(world, DATA) == [("unknown", False)]
    assert announce(world, rvp, a_capture(form, DATA)).get_json() == {"announced": 1}
    assert ask(world, DATA) == [("announced", False)]
    world.callback(an_arrival(form, DATA))
    assert ask(world, DATA) == [("verified", True)]


def test_only_the_very_bytes_that_are_held_may_be_deleted(world: World, rvp, form) -> None:
    announce(world, rvp, a_capture(form, DATA))
    world.callback(an_arrival(form, OTHER))
    (state, may_delete), (_, held) = ask(world, DATA, OTHER)
    assert (state, may_delete) == ("conflict", False)
    assert held


def test_stored_without_any_declaration_is_not_yet_deletable(world: World, rvp, form) -> None:
    world.callback(an_arrival(form, DATA, metadata={"photo-id": form["photo_id"]}))
    assert ask(world, DATA) == [("stored", False)]


def test_what_cannot_be_opened_is_taken_again_and_need_not_be_kept(world: World, rvp, form) -> None:
    """The original is held byte by byte, so the phone may delete it; it only shows nothing."""
    announce(world, rvp, a_capture(form, DATA))
    for image in (None, {"refused": "too_slow"}, {"refused": "corrupt"}):
        world.callback(an_arrival(form, DATA, image=image))
    (told,) = status(world, DATA)
    assert told == {
        "sha256": digest(DATA),
        "state": "refused",
        "may_delete": True,
        "retake": True,
        "reason": "corrupt",
        "photo_ids": [form["photo_id"]],
    }
    row = world.return_row(rvp["return_id"])
    assert (row.photos_here, row.photos_absent) == (0, 1)
    assert world.photo_rows(rvp["return_id"])["front"].verified_at is not None


@pytest.mark.parametrize("reason", ["too_slow", "too_costly", "too_large"])
def test_what_took_us_too_much_is_never_held_against_the_file(
    world: World, rvp, form, reason: str
) -> None:
    announce(world, rvp, a_capture(form, DATA))
    for tries in (1, 2):
        world.callback(an_arrival(form, DATA, image={"refused": reason, "tries": tries}))
    assert ask(world, DATA) == [("verified", True)]


def test_what_cannot_be_opened_and_was_never_announced_is_kept_by_the_phone(
    world: World, rvp, form
) -> None:
    bare = {"metadata": {"photo-id": form["photo_id"]}, "image": {"refused": "not_an_image"}}
    world.callback(an_arrival(form, DATA, **bare))
    assert ask(world, DATA) == [("refused", False)]


def test_damaged_bytes_are_sent_again_and_not_taken_again(world: World, rvp, form) -> None:
    world.callback(an_arrival(form, DATA, metadata={"sha256": digest(OTHER)}))
    (told,) = status(world, DATA)
    assert (told["state"], told["retake"], told["reason"]) == ("refused", False, "digest_mismatch")


def test_how_often_a_photo_was_taken_is_kept_as_the_phone_says(world: World, rvp, form) -> None:
    claim = a_capture(form, DATA, tries=3, accepted_flags=["blurred", "blurred"])
    assert announce(world, rvp, claim).status_code == 200
    photo = world.photo_rows(rvp["return_id"])["front"]
    assert (photo.claimed_tries, photo.accepted_flags) == (3, ["blurred"])


@pytest.mark.parametrize(
    "claim", [{"tries": 0}, {"tries": "3"}, {"accepted_flags": ["ugly"]}, {"accepted_flags": "no"}]
)
def test_a_claim_that_is_none_is_refused_with_its_place(
    world: World, rvp, form, claim: dict[str, Any]
) -> None:
    answer = announce(world, rvp, a_capture(form, DATA, **claim))
    assert answer.status_code == 400
    (fault,) = answer.get_json()["errors"]
    assert fault["path"].startswith(f"/captures/0/{next(iter(claim))}")


def test_a_refused_upload_is_kept_by_the_phone(world: World, rvp, form) -> None:
    announce(world, rvp, a_capture(form, DATA))
    world.callback(an_arrival(form, DATA, size=3))
    assert ask(world, DATA) == [("refused", False)]


def test_the_same_bytes_wanted_twice_are_deletable_when_both_are_held(world: World, rvp) -> None:
    forms = world.forms(rvp["return_id"])
    announce(world, rvp, a_capture(forms["front"], DATA), a_capture(forms["damage"], DATA))
    world.callback(an_arrival(forms["front"], DATA))
    assert ask(world, DATA) == [("verified", False)]
    world.callback(an_arrival(forms["damage"], DATA))
    assert ask(world, DATA) == [("verified", True)]


def test_another_executives_digests_are_unknown(world: World, rvp, form) -> None:
    world.callback(an_arrival(form, DATA))
    assert ask(world, DATA, token=world.other_device_token) == [("unknown", False)]


def test_announcing_again_is_a_success_and_other_bytes_are_a_conflict(
    world: World, rvp, form
) -> None:
    assert announce(world, rvp, a_capture(form, DATA)).status_code == 200
    assert announce(world, rvp, a_capture(form, DATA)).status_code == 200
    assert announce(world, rvp, a_capture(form, OTHER)).status_code == 409
    assert world.photo_rows(rvp["return_id"])["front"].claimed_sha256 == digest(DATA)


def test_captures_of_anothers_return_are_404(world: World, rvp, form) -> None:
    body = {"return_id": rvp["return_id"], "captures": [a_capture(form)]}
    answer = world.field("POST", "/captures", body, token=world.other_device_token)
    assert answer.status_code == 404
    assert announce(world, {"return_id": NOWHERE}, a_capture(form)).status_code == 404
    assert world.photo_rows(rvp["return_id"])["front"].claimed_sha256 is None


@pytest.mark.parametrize(
    ("digests", "path"),
    [
        ([], "/digests"),
        (["x"], "/digests/0"),
        (["a" * 64, "A" * 64], "/digests/1"),
        (["a" * 64] * 1001, "/digests"),
        ("a" * 64, "/digests"),
        ([None], "/digests/0"),
    ],
)
def test_bad_digests_are_400_with_their_path(lite_world: World, digests, path: str) -> None:
    answer = lite_world.field("POST", "/uploads/status", {"digests": digests})
    assert answer.status_code == 400
    assert [fault["path"] for fault in answer.get_json()["errors"]] == [path]
