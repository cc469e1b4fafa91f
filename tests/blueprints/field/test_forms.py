"""Upload forms: exact key, type and size; in bulk, singly, again, and in the small shape."""

import base64
import gzip
import json
from datetime import timedelta
from typing import Any

import pytest

from qcportal import clock
from tests.world import World, a_return, an_arrival

NOWHERE = "0190b6a0-5c4e-7d3a-9a41-0c5e6f7a8b9c"


@pytest.fixture
def rvp(world: World) -> dict[str, Any]:
    made = world.register()
    world.assign(made["return_id"])
    return made


def ask(world: World, status: int = 201, *, token: str | None = None, **body: Any) -> Any:
    answer = world.field("POST", "/forms", body, token=token)
    assert answer.status_code == status, answer.get_json()
    return answer.get_json()


def policy(form: dict[str, Any]) -> list[Any]:
    return json.loads(base64.b64decode(form["fields"]["policy"]))["conditions"]


def test_a_form_binds_key_type_size_and_photo(world: World, rvp) -> None:
    form = world.forms(rvp["return_id"])["front"]
    photo = world.photo_rows(rvp["return_id"])["front"]
    assert form["method"] == "POST"
    assert form["key"] == photo.key == form["fields"]["key"]
    conditions = policy(form)
    assert ["content-length-range", 1024, 12_582_912] in conditions
    dicts = [each for each in conditions if isinstance(each, dict)]
    flat = {name: value for each in dicts for name, value in each.items()}
    lists = [each for each in conditions if isinstance(each, list)]
    flat |= {name[1:]: value for verb, name, value in lists if verb == "eq"}
    assert flat["key"] == photo.key
    assert flat["Content-Type"] == "image/jpeg"
    assert flat["success_action_status"] == "201"
    assert flat["x-amz-meta-executive-id"] == str(world.executive_id)
    assert ["starts-with", "$x-amz-meta-sha256", ""] in conditions
    assert "acl" not in json.dumps(conditions).lower()
    assert "signer-secret" not in json.dumps(form)


def test_the_key_names_day_merchant_awb_slot_and_photo(world: World, rvp) -> None:
    form = world.forms(rvp["return_id"])["imei"]
    day = world.photo_rows(rvp["return_id"])["imei"].expected_at.strftime("%Y/%m/%d")
    assert form["key"] == f"u/{day}/fern/{rvp['awb']}/imei-{form['photo_id']}.jpg"


def test_one_call_serves_a_whole_run_sheet(world: World) -> None:
    returns = [world.register()["return_id"] for _ in range(4)]
    theirs = world.register(store=world.b)["return_id"]
    sheet = world.assign(*returns, theirs)
    forms = ask(world, run_sheet_id=str(sheet))["forms"]
    assert {form["return_id"] for form in forms} == {*returns, theirs}
    assert len(forms) == 5 * 6
    assert len({form["key"] for form in forms}) == len(forms)
    assert all(
        photo.form_issued_at
        for photo in world.photo_rows(theirs).values()
        if photo.purpose != "inspection"
    )


def test_spare_forms_can_be_left_out(world: World, rvp) -> None:
    assert set(world.forms(rvp["return_id"], spare=False)) == {"front", "damage", "imei"}
    assert {"spare-1", "spare-2", "spare-3"} < set(world.forms(rvp["return_id"]))


def whole(form: dict, answer: dict) -> dict:
    """Put a form of the small shape together, as docs/field-app.md tells a phone to."""
    policy = answer["policies"][form["policy"]]
    text = policy["before_key"] + form["key"] + policy["after_key"]
    return answer["shared_fields"] | policy["fields"] | {
        "key": form["key"],
        "policy": base64.b64encode(text.encode()).decode(),
        "x-amz-signature": form["signature"],
    }  # fmt: skip


def test_the_small_shape_says_the_same(world: World, rvp) -> None:
    with clock.frozen(clock.now()):
        plain = ask(world, return_ids=[rvp["return_id"]])
        small = ask(world, return_ids=[rvp["return_id"]], shape="factored")
    rebuilt = [whole(form, small) for form in small["forms"]]
    assert rebuilt == [form["fields"] for form in plain["forms"]]
    assert {small["url"]} == {form["url"] for form in plain["forms"]}
    assert [f["photo_id"] for f in small["forms"]] == [f["photo_id"] for f in plain["forms"]]


def test_asking_again_gives_a_fresh_form_for_the_same_key(world: World, rvp) -> None:
    first = ask(world, return_ids=[rvp["return_id"]])
    issued_at = world.photo_rows(rvp["return_id"])["front"].form_issued_at
    with clock.frozen(clock.now() + timedelta(days=2)):
        again = ask(world, return_ids=[rvp["return_id"]])
    assert [f["key"] for f in again["forms"]] == [f["key"] for f in first["forms"]]
    assert again["forms"][0]["fields"]["policy"] != first["forms"][0]["fields"]["policy"]
    assert again["effective_expires_at"] > first["effective_expires_at"]
    assert world.photo_rows(rvp["return_id"])["front"].form_issued_at == issued_at


def test_one_photo_can_be_asked_for(world: World, rvp) -> None:
    form = world.forms(rvp["return_id"])["imei"]
    answer = ask(world, photo_ids=[form["photo_id"]])
    assert [each["slot"] for each in answer["forms"]] == ["imei"]


def test_a_verified_photo_gets_no_form_and_a_refused_one_does(world: World, rvp) -> None:
    forms = world.forms(rvp["return_id"])
    world.callback(an_arrival(forms["front"]), an_arrival(forms["imei"], size=3))
    left = world.forms(rvp["return_id"])
    assert "front" not in left
    assert "imei" in left
    assert ask(world, photo_ids=[forms["front"]["photo_id"]])["forms"] == []


def test_a_stranger_among_the_asked_is_named(world: World, rvp) -> None:
    photo = world.forms(rvp["return_id"])["front"]["photo_id"]
    problem = ask(world, 404, photo_ids=[photo, NOWHERE])
    assert [each["path"] for each in problem["errors"]] == ["/photo_ids/1"]


def test_a_form_lives_as_long_as_it_says(world: World, rvp) -> None:
    answer = ask(world, return_ids=[rvp["return_id"]])
    encoded = base64.b64decode(answer["forms"][0]["fields"]["policy"])
    expiration = json.loads(encoded)["expiration"]
    assert expiration[:19] == answer["effective_expires_at"][:19]


# --- another type ------------------------------------------------------------------------------


def test_another_type_of_the_kind_may_be_chosen_before_the_first_form(world: World, rvp) -> None:
    photo = world.photo_rows(rvp["return_id"])["front"]
    answer = ask(world, photo_ids=[str(photo.id)], content_type="image/webp")
    form = answer["forms"][0]
    assert form["fields"]["Content-Type"] == "image/webp"
    assert form["key"].endswith(".webp")
    arrival = an_arrival(form, content_type="image/webp")
    assert world.callback(arrival).get_json()["arrivals"][0]["outcome"] == "verified"


def test_after_a_form_was_given_its_type_stays(world: World, rvp) -> None:
    form = world.forms(rvp["return_id"])["front"]
    ask(world, 409, photo_ids=[form["photo_id"]], content_type="image/png")
    ask(world, photo_ids=[form["photo_id"]], content_type="image/jpeg")


def test_a_type_that_the_kind_lacks_is_400(world: World, rvp) -> None:
    photo = world.photo_rows(rvp["return_id"])["front"]
    for content_type in ("video/mp4", "text/html", "image/jpeg; charset=utf-8"):
        fault = ask(world, 400, photo_ids=[str(photo.id)], content_type=content_type)["errors"][0]
        assert fault["path"] == "/content_type"


def test_a_type_is_chosen_for_one_photo_at_a_time(world: World, rvp) -> None:
    fault = ask(world, 400, return_ids=[rvp["return_id"]], content_type="image/png")["errors"][0]
    assert fault["path"] == "/content_type"


# --- whose -------------------------------------------------------------------------------------


def test_another_executives_returns_photos_and_sheets_are_not_there(world: World, rvp) -> None:
    other = world.other_device_token
    photo = str(world.photo_rows(rvp["return_id"])["front"].id)
    sheet = str(world.return_row(rvp["return_id"]).run_sheet_id)
    ask(world, 404, token=other, return_ids=[rvp["return_id"]])
    ask(world, 404, token=other, photo_ids=[photo])
    ask(world, 404, token=other, photo_ids=[photo], content_type="image/png")
    ask(world, 404, token=other, run_sheet_id=sheet)
    for each in ({"return_ids": [NOWHERE]}, {"photo_ids": [NOWHERE]}, {"run_sheet_id": NOWHERE}):
        ask(world, 404, **each)
    assert world.photo_rows(rvp["return_id"])["front"].form_issued_at is None


def test_a_return_on_no_run_sheet_gets_no_form(world: World) -> None:
    ask(world, 404, return_ids=[world.register()["return_id"]])


def test_a_cancelled_return_gets_no_form(world: World, rvp) -> None:
    world.partner("POST", f"/returns/{rvp['return_id']}/cancel", {})
    ask(world, 404, return_ids=[rvp["return_id"]])


# --- size --------------------------------------------------------------------------------------


def test_forms_travel_packed_and_are_kept_by_nobody(world: World) -> None:
    sheet = world.assign(*[world.register()["return_id"] for _ in range(4)])
    headers = {"Authorization": f"Bearer {world.device_token}", "Accept-Encoding": "gzip"}
    sizes = []
    for shape in ("factored", "plain"):
        wish = {"run_sheet_id": str(sheet), "shape": shape}
        answer = world.client.post("/api/v1/field/forms", json=wish, headers=headers)
        assert answer.headers["Content-Encoding"] == "gzip"
        assert "Accept-Encoding" in answer.headers["Vary"]
        assert answer.headers["Cache-Control"] == "no-store"
        assert len(json.loads(gzip.decompress(answer.data))["forms"]) == 24
        sizes.append(len(answer.data))
    assert sizes[0] < sizes[1]


def test_whoever_cannot_unpack_gets_it_plain(world: World, rvp) -> None:
    answer = world.field("POST", "/forms", {"return_ids": [rvp["return_id"]]})
    assert "Content-Encoding" not in answer.headers
    assert answer.get_json()["forms"]


# --- bad input ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({}, ""),
        ({"return_ids": [NOWHERE], "photo_ids": [NOWHERE]}, ""),
        ({"return_ids": []}, "/return_ids"),
        ({"return_ids": [NOWHERE] * 201}, "/return_ids"),
        ({"return_ids": ["x"]}, "/return_ids/0"),
        ({"return_ids": NOWHERE}, "/return_ids"),
        ({"photo_ids": [NOWHERE, 7]}, "/photo_ids/1"),
        ({"run_sheet_id": "{" + NOWHERE + "}"}, "/run_sheet_id"),
        ({"run_sheet_id": NOWHERE, "spare": "yes"}, "/spare"),
        ({"run_sheet_id": NOWHERE, "shape": "round"}, "/shape"),
        ({"run_sheet_id": NOWHERE, "ttl": 1}, "/ttl"),
        ({"photo_ids": [NOWHERE], "content_type": "x" * 101}, "/content_type"),
    ],
)
def test_a_bad_wish_is_400_with_its_path(lite_world: World, body: dict, path: str) -> None:
    faults = ask(lite_world, 400, **body)["errors"]
    assert path in [fault["path"] for fault in faults]


def test_240_forms_fit_into_30_kb_and_into_16_when_factored(world: World) -> None:
    bulk = {"returns": [a_return() for _ in range(40)]}
    answers = world.partner("POST", "/returns/bulk", bulk).get_json()["results"]
    sheet = world.assign(*[each["return"]["return_id"] for each in answers])
    bearer = {"Authorization": f"Bearer {world.device_token}", "Accept-Encoding": "gzip"}
    for shape, most in (("plain", 30_720), ("factored", 16_384)):
        body = {"run_sheet_id": str(sheet), "shape": shape}
        answer = world.client.post("/api/v1/field/forms", json=body, headers=bearer)
        assert len(json.loads(gzip.decompress(answer.data))["forms"]) == 240
        assert len(answer.data) <= most
