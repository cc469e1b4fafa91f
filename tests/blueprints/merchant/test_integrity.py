"""The panel that says in plain words how far a photo can be relied on."""

import hashlib
import re
from typing import Any

import pytest
from sqlalchemy import text

from qcportal import clock
from qcportal.db import db
from tests.test_history import unseal
from tests.world import World, a_capture, an_arrival, an_inspection

GOOD, OTHER, BAD = b"g" * 2000, b"o" * 3000, b"tiny"
ANNOUNCED = "The photo we hold is the one the phone announced."
DIFFERS = "The photo we hold does not match what the phone announced. Do not rely on this photo."


def captured(world: World, data: bytes | None = GOOD, **claims: Any) -> tuple[dict, dict]:
    """Inspect a return whose first photo was announced with `data`; gives it and the form."""
    rvp = world.register()
    world.assign(rvp["return_id"])
    form = world.forms(rvp["return_id"])["front"]
    captures = [a_capture(form, data, **claims)] if data else []
    body = an_inspection(rvp, *captures, clock_offset_ms=61_000)
    answer = world.field("POST", "/inspections", body)
    assert answer.status_code == 201, answer.text
    return rvp, form


def told(world: World, form: dict, data: bytes, **changes: Any) -> None:
    assert world.callback(an_arrival(form, data, **changes)).status_code == 200


def panel(world: World, rvp: dict, query: str = "?check=1") -> str:
    page = world.signed_in(world.a.owner).get(f"/returns/{rvp['return_id']}{query}").text
    found = re.search(r'<div id="integrity">.*?</details>\s*</div>', page, re.DOTALL)
    assert found
    return found[0]


def undeclared(form: dict) -> dict[str, Any]:
    return {"metadata": {"photo-id": form["photo_id"]}}


def test_a_photo_as_announced_says_so_with_the_same_digest_at_each_step(world: World) -> None:
    rvp, form = captured(world)
    told(world, form, GOOD)
    shown = panel(world, rvp)
    assert ANNOUNCED in shown
    assert shown.count(hashlib.sha256(GOOD).hexdigest()) == 4
    assert "<details open" not in shown
    assert "The record of this return is whole" in shown


def test_what_only_the_phone_says_stands_apart_from_what_the_servers_saw(world: World) -> None:
    place = {"latitude": 18.52, "longitude": 73.85, "accuracy_m": 8.4, "mock": True}
    rvp, form = captured(world, location=place)
    told(world, form, GOOD)
    claims, known = panel(world, rvp).split("What our servers saw")
    for words in ("not proven", "1 m ahead of the server", "±8 m", "Says the phone itself"):
        assert words in claims
    for words in ("Announced to us", "Stored by S3", "Found to match"):
        assert words in known


def test_other_bytes_than_announced_are_not_to_be_relied_on(world: World) -> None:
    rvp, form = captured(world)
    told(world, form, OTHER, **undeclared(form))
    shown = panel(world, rvp)
    assert DIFFERS in shown
    assert re.search(r"<details[^>]* open>", shown)


def test_a_second_file_is_shown_beside_the_evidence(world: World) -> None:
    rvp, form = captured(world)
    told(world, form, GOOD, version_id="v1")
    told(world, form, OTHER, version_id="v2", stored_at=clock.now().isoformat())
    shown = panel(world, rvp)
    assert f"{ANNOUNCED} Another file came later" in shown
    assert shown.index("The evidence") < shown.index("Other bytes")
    assert "versionId=v1" in shown
    assert "versionId=v2" in shown


@pytest.mark.parametrize(
    ("announced", "came", "said"),
    [
        (GOOD, None, "its file is not here yet"),
        (GOOD, BAD, "A file came and was not accepted"),
        (None, GOOD, "it matches the digest sent with it"),
        (None, None, "Nothing was announced and nothing came"),
    ],
)
def test_every_other_state_has_its_own_sentence(
    world: World, announced: bytes | None, came: bytes | None, said: str
) -> None:
    rvp, form = captured(world, announced)
    if came:
        told(world, form, came)
    assert said in panel(world, rvp)


def test_a_file_nobody_vouches_for_is_not_to_be_relied_on(world: World) -> None:
    rvp, form = captured(world, None)
    told(world, form, GOOD, **undeclared(form))
    assert "nothing says what it should be. Do not rely" in panel(world, rvp)


def test_a_record_that_was_changed_is_told(world: World) -> None:
    rvp, form = captured(world)
    told(world, form, GOOD)
    unseal(world)
    with world.inside():
        db.session.execute(text("UPDATE history_events SET actor_label = 'X' WHERE seq = 2"))
    assert "was changed behind the portal" in panel(world, rvp)


def test_the_viewer_carries_the_sentence_of_each_photo(world: World) -> None:
    rvp, form = captured(world)
    told(world, form, GOOD)
    browser = world.signed_in(world.a.owner)
    path = f"/returns/{rvp['return_id']}"
    assert f'data-seal="{ANNOUNCED}"' in browser.get(f"{path}?check=1").text
    assert f'<span class="small muted">{ANNOUNCED}' in browser.get(f"{path}?view=1").text


def test_a_merchant_is_not_led_to_the_carriers_page(world: World) -> None:
    rvp, _ = captured(world)
    assert "/admin/" not in panel(world, rvp)
