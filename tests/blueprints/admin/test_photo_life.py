"""The page of one photo's whole life."""

import re
import uuid
from datetime import timedelta

from sqlalchemy import update

from qcportal import clock
from qcportal.db import db
from qcportal.photos import ArrivalRow, Photo
from tests.blueprints.merchant.test_integrity import ANNOUNCED, GOOD, OTHER, captured, told
from tests.test_history import unseal
from tests.world import World, an_arrival


def life(world: World, photo_id: str) -> str:
    answer = world.signed_in(world.admin).get(f"/admin/photos/{photo_id}")
    assert answer.status_code == 200
    return answer.text


def test_it_tells_every_step_with_who_told_it_newest_first(world: World) -> None:
    rvp, form = captured(world)
    told(world, form, GOOD, version_id="v1")
    later = (clock.now() + timedelta(seconds=2)).isoformat()
    told(world, form, OTHER, version_id="v2", stored_at=later)
    page = life(world, form["photo_id"])
    assert ANNOUNCED in page
    steps = [
        "Asked for", "First upload form given", "Announced by the app", "Told by the relay",
        "Found to match", "Photo does not match what was announced",
    ]  # fmt: skip
    shown = re.findall(r'<span class="timeline-point.*?</li>', page, re.DOTALL)
    places = [next(i for i, one in enumerate(shown) if step in one) for step in steps]
    assert places[0] == len(shown) - 1
    assert places[5] < places[4]
    assert page.count("version v2") == 2
    assert "Open this file" in page


def test_a_file_that_was_the_evidence_until_an_earlier_one_was_told_is_called_another(
    world: World,
) -> None:
    """It was told first and pinned; what it is now follows from its bytes."""
    _, form = captured(world)
    later = (clock.now() + timedelta(seconds=2)).isoformat()
    told(world, form, OTHER, version_id="v2", stored_at=later)
    told(world, form, GOOD, version_id="v1")
    page = life(world, form["photo_id"])
    assert "Other bytes" in page
    assert "Same bytes again" not in page
    assert page.count("The evidence · version") == 1


def test_what_the_reconciler_found_is_told_as_its_find(world: World) -> None:
    _, form = captured(world)
    told(world, form, GOOD)
    with world.inside():
        db.session.execute(update(ArrivalRow).values(source="reconciler"))
    assert "Told by the reconciler" in life(world, form["photo_id"])


def test_a_row_that_differs_from_its_record_is_named(world: World) -> None:
    _, form = captured(world)
    told(world, form, GOOD)
    with world.inside():
        mine = Photo.id == uuid.UUID(form["photo_id"])
        table = Photo.__table__
        db.session.execute(update(table).where(mine).values(verified_at=None))
    page = life(world, form["photo_id"])
    assert "The history tells a fact that the row does not hold." in page


def test_a_broken_record_is_named(world: World) -> None:
    _, form = captured(world)
    told(world, form, GOOD)
    unseal(world)
    with world.inside():
        from sqlalchemy import text

        db.session.execute(text("UPDATE history_events SET actor_label = 'X' WHERE seq = 2"))
    assert "was changed behind the portal" in life(world, form["photo_id"])


def test_a_photo_that_nothing_happened_to_has_a_page_too(world: World) -> None:
    rvp = world.register()
    photo = world.photo_rows(rvp["return_id"])["spare-1"]
    assert "Nothing was announced and nothing came." in life(world, str(photo.id))


def test_the_admins_return_page_leads_there(world: World) -> None:
    rvp, form = captured(world)
    page = world.signed_in(world.admin).get(f"/admin/returns/{rvp['return_id']}?check=1").text
    assert f'href="/admin/photos/{form["photo_id"]}"' in page


def test_a_parked_file_whose_photo_turned_up_leads_there(world: World) -> None:
    _, form = captured(world)
    told(world, form, GOOD)
    with world.inside():
        db.session.execute(update(ArrivalRow).values(outcome="parked", photo_id=None))
    page = world.signed_in(world.admin).get("/admin/parked").text
    assert "Its photo is known by now" in page
    assert f'href="/admin/photos/{form["photo_id"]}"' in page


def test_a_parked_file_without_a_photo_leads_nowhere(world: World) -> None:
    stray = {"key": "u/2026/11/22/nobody/1/x.jpg", "photo_id": str(uuid.uuid4())}
    assert world.callback(an_arrival(stray)).status_code == 202
    assert "/admin/photos/" not in world.signed_in(world.admin).get("/admin/parked").text


def test_an_unknown_photo_is_404_and_a_merchant_gets_none_of_it(world: World) -> None:
    admin = world.signed_in(world.admin)
    assert admin.get(f"/admin/photos/{uuid.uuid4()}").status_code == 404
    _, form = captured(world)
    owner = world.signed_in(world.a.owner)
    assert owner.get(f"/admin/photos/{form['photo_id']}").status_code == 404
    assert world.client.get(f"/admin/photos/{form['photo_id']}").status_code == 303
