"""Photos that arrived with a picture's hash, and the worker's steps over them."""

import random
import uuid
from typing import Any

from sqlalchemy import select

from qcportal import likeness
from qcportal.db import db
from qcportal.likeness import Finding, Limits
from tests.world import World, a_capture, an_arrival

LIMITS = Limits(150, 5000)


def a_hash(seed: int) -> str:
    """Give the hash of a picture like no other: half of its bits are set."""
    return f"{random.Random(seed).getrandbits(192):048x}"


def changed(digits: str, *, differences: int = 0, frequencies: int = 0, seed: int = 1) -> str:
    """Give a hash with so many bits turned over, chosen by the seed."""
    dice, bits = random.Random(seed), int(digits, 16)
    for place in dice.sample(range(64, 192), differences) + dice.sample(range(64), frequencies):
        bits ^= 1 << place
    return f"{bits:048x}"


def arrive(world: World, digits: str | None, *, data: bytes = b"", **how: Any) -> dict[str, Any]:
    """Let one photo of a new return arrive; gives its form. See `_visit` for `how`."""
    token = how.pop("token", world.device_token)
    form = a_form(world, token=token, **how)
    send(world, form, digits, data=data)
    return form


def a_form(world: World, *, token: str, **how: Any) -> dict[str, Any]:
    """Register and assign a return of a store, and give the form of its first photo."""
    rvp = world.register(**how)
    mine = token == world.device_token
    executive = world.executive_id if mine else world.other_executive_id
    world.assign(rvp["return_id"], executive_id=executive)
    body = {"return_ids": [rvp["return_id"]]}
    answer = world.field("POST", "/forms", body, token=token).get_json()
    forms = {form["slot"]: form for form in answer["forms"]}
    return {**forms["front"], "forms": forms, "rvp": rvp, "token": token}


def send(world: World, form: dict[str, Any], digits: str | None, *, data: bytes = b"") -> None:
    """Tell of a photo's arrival as the relay does."""
    image = {"width": 800, "height": 600, "dhash": digits} if digits else None
    arrival = an_arrival(form, data or uuid.uuid4().bytes * 200, image=image)
    answer = world.callback(arrival)
    assert answer.get_json()["arrivals"][0]["outcome"] == "verified", answer.get_json()


def claim(world: World, form: dict[str, Any], **claims: Any) -> None:
    """Announce a photo with what the phone says of time and place, then inspect."""
    row = world.photo_rows(form["rvp"]["return_id"])[form["slot"]]
    capture = a_capture(form) | {"sha256": row.sha256, "bytes": row.size} | claims
    body = {"return_id": form["rvp"]["return_id"], "captures": [capture]}
    answer = world.field("POST", "/captures", body, token=form["token"])
    assert answer.status_code < 300, answer.get_json()


def work(world: World) -> None:
    """Do all that a worker does about prints, each step in its own transaction."""
    for step in (likeness.write_prints, likeness.compare, lambda: likeness.check(LIMITS)):
        with world.inside():
            step()


def findings(world: World) -> list[Finding]:
    """Give every finding, oldest first."""
    with world.inside(commit=False):
        return list(db.session.scalars(select(Finding).order_by(Finding.found_at, Finding.id)))
