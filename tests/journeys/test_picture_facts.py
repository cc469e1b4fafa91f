"""What pictures show, from the relay's second call to the pages, the API and the open page."""

import re
from typing import Any

from qcportal.photos import quality
from tests.world import World, a_capture, an_arrival, an_inspection

DATA = b"p" * 2000
SHARP = {
    "width": 800, "height": 600, "format": "JPEG", "dhash": "0123456789abcdef", "blur": 90.0,
    "sharpest": 900.0, "brightness": 0.5, "dark": 0.0, "bright": 0.0,
    "thumbnails": [96, 320, 640, 1200],
}  # fmt: skip
NO_PICTURE = "This file is not a picture that can be opened. The original is kept."


def visited(world: World, **claim: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """Give an inspected return of one photo that is here, and the photo's form."""
    rvp = world.register()
    world.assign(rvp["return_id"])
    form = world.forms(rvp["return_id"])["front"]
    inspection = an_inspection(rvp, a_capture(form, DATA, **claim))
    assert world.field("POST", "/inspections", inspection).status_code == 201
    assert world.callback(an_arrival(form, DATA)).status_code == 200
    return rvp, form


def tell(world: World, form: dict[str, Any], **image: Any) -> None:
    told = world.callback(an_arrival(form, DATA, image=image)).get_json()["arrivals"][0]
    assert (told["outcome"], told["picture_wanted"]) == ("already", False)


def page(world: World, rvp: dict[str, Any]) -> str:
    answer = world.signed_in(world.a.viewer).get(f"/returns/{rvp['return_id']}")
    assert answer.status_code == 200
    return str(answer.text)


def of_partner(world: World, rvp: dict[str, Any]) -> dict[str, Any]:
    answer = world.partner("GET", f"/returns/{rvp['return_id']}/photos").get_json()
    return next(dict(each) for each in answer["photos"] if each["slot"] == "front")


def test_the_portal_wants_a_picture_until_it_knows_it(world: World) -> None:
    rvp = world.register()
    world.assign(rvp["return_id"])
    form = world.forms(rvp["return_id"])["front"]
    first = world.callback(an_arrival(form, DATA)).get_json()["arrivals"][0]
    assert (first["outcome"], first["picture_wanted"]) == ("verified", True)
    tell(world, form, **SHARP)
    again = world.callback(an_arrival(form, DATA)).get_json()["arrivals"][0]
    assert (again["outcome"], again["picture_wanted"]) == ("already", False)
    photo = world.photo_rows(rvp["return_id"])["front"]
    assert (photo.width, photo.thumbnails) == (800, [96, 320, 640, 1200])
    assert photo.pictured_at is not None


def test_flags_stand_beside_what_the_executive_accepted(world: World) -> None:
    rvp, form = visited(world, tries=3, accepted_flags=["blurred"])
    tell(world, form, **SHARP | {"sharpest": 5.0, "dark": 0.9, "bright": 0.3})
    shown = page(world, rvp)
    for word in ("Blurred", "Too dark", "Too bright"):
        assert re.search(rf'<span class="badge is-late">.*?{word}</span>', shown), word
    assert "Taken 3 times; accepted although blurred, says the phone." in shown
    told = of_partner(world, rvp)
    assert told["quality"] == {
        "measured": True,
        "flags": ["blurred", "too_dark", "too_bright"],
        "tries": 3,
        "accepted_flags": ["blurred"],
    }
    assert (told["width"], told["height"], told["reason"]) == (800, 600, None)
    life = world.signed_in(world.admin).get(f"/admin/photos/{form['photo_id']}").text
    assert "5, blurred below 40" in life
    assert "90% of it, flagged above 75%" in life


def test_a_good_photo_has_no_flags(world: World) -> None:
    rvp, form = visited(world, tries=1)
    tell(world, form, **SHARP)
    assert not any(word in page(world, rvp) for word in ("Blurred", "Too dark", "Too bright"))
    assert of_partner(world, rvp)["quality"]["flags"] == []


def test_what_could_not_be_measured_is_said_and_stays_the_evidence(world: World) -> None:
    rvp, form = visited(world)
    tell(world, form, refused="too_slow")
    assert "Could not be measured" not in page(world, rvp)
    tell(world, form, refused="too_slow", tries=2)
    assert "Could not be measured" in page(world, rvp)
    told = of_partner(world, rvp)
    assert (told["state"], told["quality"]["measured"]) == ("verified", False)


def test_a_file_that_is_no_picture_is_refused_with_its_original_kept(world: World) -> None:
    rvp, form = visited(world)
    tell(world, form, refused="not_an_image")
    shown = page(world, rvp)
    assert NO_PICTURE in shown
    assert "1 photo not accepted" in shown
    told = of_partner(world, rvp)
    assert (told["state"], told["reason"]) == ("refused", "not_an_image")
    assert told["url"] and told["verified_at"]
    life = world.signed_in(world.admin).get(f"/admin/photos/{form['photo_id']}").text
    assert NO_PICTURE in life
    assert "Photo is no picture that can be opened" in life
    assert "Open this file" in life
    assert "It is the file that the phone sent, byte by byte." in life


def test_an_open_page_looks_on_until_the_thumbnails_come_and_says_the_arrival_once(
    world: World,
) -> None:
    rvp, form = visited(world)
    for slot in ("damage", "imei"):
        other = world.forms(rvp["return_id"])[slot]
        world.field("POST", "/captures", {
            "return_id": rvp["return_id"], "captures": [a_capture(other, DATA + slot.encode())],
        })  # fmt: skip
        world.callback(an_arrival(other, DATA + slot.encode(), image=SHARP))
    client = world.signed_in(world.a.viewer)
    address = re.search(r'hx-get="([^"]+/live[^"]*)"', page(world, rvp))
    assert address is not None
    assert client.get(address[1].replace("&amp;", "&")).status_code == 204
    tell(world, form, **SHARP)
    answer = client.get(address[1].replace("&amp;", "&"))
    assert answer.status_code == 200
    assert "-640.webp" in answer.text
    again = re.search(r'hx-get="([^"]+/live[^"]*)"', answer.text)
    assert again is None, "nothing more is to come"


def test_the_run_sheet_tells_the_app_when_to_ask_for_another_photo(world: World) -> None:
    rvp = world.register()
    world.assign(rvp["return_id"])
    sheet = world.field("GET", "/run-sheet").get_json()
    assert sheet["photo_quality"] == {
        "blurred_below": quality.BLURRED_BELOW,
        "too_dark_above": quality.TOO_DARK_ABOVE,
        "too_bright_above": quality.TOO_BRIGHT_ABOVE,
        "accept_after_tries": 3,
    }
