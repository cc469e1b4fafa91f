"""Saving filters under a name, from each list: what is kept, who sees it, what is refused."""

import re
import uuid
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from qcportal import clock
from qcportal.db import db
from qcportal.saved_views import CARRIER, MOST, SavedView
from tests.mail.conftest import person
from tests.world import World, csrf_of

FAILED = {"list": "returns", "tab": "failed", "city": "Pune"}


def send(browser: FlaskClient, path: str, **form: str) -> Any:
    token = csrf_of(browser, "/settings/password")
    return browser.post(path, data={"csrf_token": token, **form})


def save(browser: FlaskClient, name: str, *, door: str = "", **form: str) -> Any:
    return send(browser, f"{door}/saved-views/save", name=name, **(form or FAILED))


def kept(world: World) -> list[SavedView]:
    with world.inside(commit=False):
        return list(db.session.scalars(select(SavedView).order_by(SavedView.place)))


def line(page: str) -> str:
    """Give the line above a list, or nothing."""
    found = re.search(
        r'<div class="row wrap views">.*?</div>\s*<(?:section|div class="(?:judging|stack))',
        page,
        re.DOTALL,
    )
    return found[0] if found else ""


def test_a_view_is_saved_from_its_list_and_marked_where_it_is_open(world: World) -> None:
    browser = world.signed_in(world.a.viewer)
    assert line(browser.get("/returns").text) == ""
    filtered = browser.get("/returns?tab=failed&city=Pune").text
    assert "Save this view" in line(filtered)
    assert '<input type="hidden" name="city" value="Pune">' in line(filtered)
    answer = save(browser, "  Failed   in Pune ")
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/returns?tab=failed&city=Pune"
    back = line(browser.get(answer.headers["Location"]).text)
    assert 'aria-current="page">Failed in Pune</a>' in back
    assert "Save this view" not in back
    plain = line(browser.get("/returns").text)
    assert "Failed in Pune" in plain
    assert "aria-current" not in plain
    assert line(browser.get("/disputes").text) == "", "a view stands above its own list alone"


@pytest.mark.parametrize(
    ("door", "form", "filters"),
    [
        ("", {"list": "disputes", "tab": "late", "kind": "should_have_passed"}, None),
        ("", {"list": "reviews", "tab": "refused", "by": "default", "q": "mug"}, None),
        ("", {"list": "reviews", "by": "admin", "default": "none"}, {"default": "none"}),
        ("/admin", {"list": "returns", "tab": "missing", "q": "mug"}, None),
        ("/admin", {"list": "disputes", "whose": "mine", "late": "1"}, None),
        ("/admin", {"list": "photos", "state": "missing", "day": "2026-11-22"}, None),
        (
            "/admin",
            {"list": "disputes", "whose": "mine", "after": "x", "junk": "y", "kind": "no such"},
            {"whose": "mine"},
        ),
        ("", {**FAILED, "after": "x", "evil": "1", "executive": ""}, None),
    ],
)
def test_each_list_keeps_the_filters_that_it_knows_and_opens_with_them(
    world: World, door: str, form: dict[str, str], filters: dict[str, str] | None
) -> None:
    browser = world.signed_in(world.admin if door else world.a.owner)
    answer = save(browser, "Mine", door=door, **form)
    assert answer.status_code == 303, answer.text
    (view,) = kept(world)
    known = {name: value for name, value in form.items() if name not in {"list", "after", "evil"}}
    expected = filters or {name: value for name, value in known.items() if value}
    assert view.filters == expected
    opened = browser.get(answer.headers["Location"])
    assert opened.status_code == 200
    assert 'aria-current="page">Mine</a>' in line(opened.text)
    assert f'href="{answer.headers["Location"]}"'.replace("&", "&amp;") in opened.text


def test_days_up_to_today_move_along_and_other_days_stay(world: World) -> None:
    browser = world.signed_in(world.a.owner)
    today = clock.now().astimezone(ZoneInfo("Asia/Kolkata")).date()
    week = {"from": (today - timedelta(days=6)).isoformat(), "to": today.isoformat()}
    fixed = {"from": "2026-01-01", "to": "2026-01-31"}
    assert save(browser, "Week", **{"list": "returns", **week}).status_code == 303
    assert save(browser, "January", **{"list": "returns", **fixed}).status_code == 303
    assert [view.filters for view in kept(world)] == [{"last": "6"}, fixed]
    page = line(browser.get("/returns", query_string=week).text)
    assert 'aria-current="page">Week</a>' in page
    with clock.frozen(clock.now() + timedelta(days=3)):
        browser = world.signed_in(world.a.owner)
        later = line(browser.get("/returns").text)
        assert f"from={today - timedelta(days=3)}&amp;to={today + timedelta(days=3)}" in later
        assert "from=2026-01-01&amp;to=2026-01-31" in later


def test_ones_own_views_are_nobody_elses(world: World) -> None:
    save(world.signed_in(world.a.owner), "Mine alone")
    viewer, other = world.signed_in(world.a.viewer), world.signed_in(world.b.owner)
    (view,) = kept(world)
    for browser in (viewer, other):
        assert "Mine alone" not in browser.get("/returns").text
        assert "Mine alone" not in browser.get("/saved-views").text
        for verb in ("rename", "delete"):
            answer = send(browser, f"/saved-views/{view.id}/{verb}", name="Stolen")
            assert answer.status_code == 404
    admin = world.signed_in(world.admin)
    assert send(admin, f"/admin/saved-views/{view.id}/delete").status_code == 404
    assert [each.name for each in kept(world)] == ["Mine alone"]


def test_an_owner_shares_with_the_store_and_no_other_store_sees_it(world: World) -> None:
    owner, viewer = world.signed_in(world.a.owner), world.signed_in(world.a.viewer)
    assert save(owner, "Ours", shared="1", **FAILED).status_code == 303
    assert kept(world)[0].shelf == world.a.id
    assert "Shared view:" in line(viewer.get("/returns").text)
    assert "Ours" in viewer.get("/saved-views").text
    theirs = world.signed_in(world.b.owner)
    assert "Ours" not in theirs.get("/returns").text + theirs.get("/saved-views").text
    view = kept(world)[0]
    for verb, form in (("rename", {"name": "x"}), ("share", {}), ("delete", {})):
        assert send(theirs, f"/saved-views/{view.id}/{verb}", **form).status_code == 404
        assert send(viewer, f"/saved-views/{view.id}/{verb}", **form).status_code == 403
    assert save(viewer, "Not mine to share", shared="1", **FAILED).status_code == 403
    assert [each.name for each in kept(world)] == ["Ours"]


def test_operations_and_system_share_among_the_carriers_people(world: World) -> None:
    with world.inside():
        auditor = world._person("auditor@carrier.example", "Ada", "auditor", None)
    form = {"list": "disputes", "late": "1", "shared": "1"}
    reader = world.signed_in(auditor)
    assert save(reader, "Late ones", door="/admin", **form).status_code == 403
    clerk = world.signed_in(world.clerk)
    assert save(clerk, "Late ones", door="/admin", **form).status_code == 303
    (view,) = kept(world)
    assert (view.shelf, view.merchant_id) == (CARRIER, None)
    assert "Late ones" in line(reader.get("/admin/disputes").text)
    assert send(reader, f"/admin/saved-views/{view.id}/delete").status_code == 403
    assert "Late ones" not in world.signed_in(world.a.owner).get("/disputes").text
    assert send(world.signed_in(world.a.owner), f"/saved-views/{view.id}/delete").status_code == 404
    admin = world.signed_in(world.admin)
    assert send(admin, f"/admin/saved-views/{view.id}/delete").status_code == 303
    assert kept(world) == []


def test_a_refused_name_keeps_what_was_typed_and_says_why(world: World) -> None:
    browser = world.signed_in(world.a.owner)
    for name in ("", "   ", "x" * 61, "tab\x07bell"):
        answer = save(browser, name, shared="1", **FAILED)
        assert answer.status_code == 400
        assert "<title>Error: Save a view: Returns" in answer.text
        assert "Give a name of 1 to 60 characters." in answer.text
        assert '<input type="hidden" name="city" value="Pune">' in answer.text
        assert 'name="shared" value="1" checked' in answer.text
    assert save(browser, "Straße").status_code == 303
    again = save(browser, "STRASSE")
    assert again.status_code == 409
    assert "There is a view of this name already." in again.text
    assert 'value="STRASSE"' in again.text
    assert save(browser, "Straße", list="disputes", tab="draft").status_code == 303
    assert save(browser, "Straße", shared="1", **FAILED).status_code == 303, "another shelf"


def test_bad_filters_and_lists_are_refused(world: World) -> None:
    browser, admin = world.signed_in(world.a.owner), world.signed_in(world.admin)
    wrong = (
        {"list": "returns", "tab": "no such"},
        {"list": "returns", "from": "yesterday"},
        {"list": "returns"},
        {"list": "photos", "state": "missing"},
        {"list": "../returns", "tab": "failed"},
        {"tab": "failed"},
    )
    for form in wrong:
        assert save(browser, "Mine", **form).status_code == 400, form
    for form in ({"list": "photos", "merchant": "no id"}, {"list": "photos", "state": "x"}):
        assert save(admin, "Mine", door="/admin", **form).status_code == 400, form
    assert kept(world) == []


def test_a_shelf_holds_thirty_views_of_a_list(world: World) -> None:
    browser = world.signed_in(world.a.owner)
    with world.inside():
        for place in range(1, MOST + 1):
            if place != 7:
                db.session.add(row(world, place))
    assert save(browser, "The last that fits").status_code == 303
    full = save(browser, "One too many")
    assert full.status_code == 409
    assert "There are 30 views of this list already." in full.text
    assert len(kept(world)) == MOST
    assert save(browser, "Elsewhere", list="disputes", tab="draft").status_code == 303


def row(world: World, place: int) -> SavedView:
    return SavedView(
        id=uuid.uuid4(),
        merchant_id=world.a.id,
        shelf=person(world.a.owner).id,
        list="returns",
        name=f"View {place}",
        key=f"view {place}",
        place=place,
        filters={"tab": "failed"},
        saved_by="Owner",
        saved_at=clock.now(),
    )
