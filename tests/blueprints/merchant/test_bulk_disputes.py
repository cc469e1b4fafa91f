"""Disputes on ticked returns: which can, which cannot and why, drafts, a second step to send."""

import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from qcportal import clock, disputes
from qcportal.disputes import ListFilter
from tests.blueprints.merchant.claiming import TEXT, owner
from tests.disputes.cases import CLAIMS, inspected, sent
from tests.world import World, csrf_of


def bulk(browser: FlaskClient, rvps: list[dict[str, Any]], **form: str) -> Any:
    given = {"kind": "should_have_passed", "text": TEXT, "action": "check"} | form
    given["csrf_token"] = csrf_of(browser, "/account/second-step")
    return browser.post("/disputes/bulk", data=given | {"return": [r["return_id"] for r in rvps]})


def address(rvps: list[dict[str, Any]]) -> str:
    return "/disputes/bulk?" + "&".join(f"return={rvp['return_id']}" for rvp in rvps)


def there(world: World) -> list[Any]:
    with world.inside(commit=False):
        return list(disputes.get_page(ListFilter(merchant_id=world.a.id), by=CLAIMS).rows)


def test_ticked_rows_lead_to_a_page_that_says_which_can_be_disputed(world: World) -> None:
    able, taken, untouched = inspected(world), inspected(world), world.register()
    sent(world, rvp=taken)
    browser = owner(world)
    listed = browser.get("/returns").text
    assert re.findall(r'name="return" value="([^"]+)"', listed) == [able["return_id"]]
    assert "to dispute" in listed
    page = browser.get(address([able, taken, untouched])).text
    assert "1 return can be disputed" in page
    assert "2 left out" in page
    assert "This return is disputed already." in page
    assert "This return was not inspected yet." in page
    assert re.findall(r'<input type="hidden" name="return" value="([^"]+)">', page) == [
        able["return_id"]
    ]


def test_nothing_is_sent_before_the_second_step(world: World) -> None:
    rvps = [inspected(world, here=("front", "damage")), inspected(world)]
    browser = owner(world)
    checked = bulk(browser, rvps).text
    assert "Send 2 disputes" in checked
    assert "You cannot change this after sending." in checked
    assert "₹37,998" in checked
    assert there(world) == []
    done = bulk(browser, rvps, action="send").text
    cases = there(world)
    assert len(cases) == 2
    assert all(f"Sent as {case.number}" in done for case in cases)
    again = bulk(browser, rvps, action="send").text
    assert "2 left out" in again
    assert len(there(world)) == 2


def test_each_points_at_the_photos_of_its_own_failed_checks(world: World) -> None:
    rvp = inspected(world, here=("front", "damage"))
    bulk(owner(world), [rvp], action="send")
    (case,) = there(world)
    with world.inside(commit=False):
        full = disputes.get_full(case.id, by=CLAIMS)
    assert [each.photo.slot for each in full.evidence] == ["damage"]
    assert full.case.category == "damaged"


def test_drafts_need_no_words_yet(world: World) -> None:
    rvps = [inspected(world), inspected(world)]
    done = bulk(owner(world), rvps, action="drafts", text="").text
    assert done.count("Draft made") == 2
    assert {case.state.value for case in there(world)} == {"draft"}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"text": "short"}, "Say in 20 to 1000 characters"),
        ({"kind": "nonsense"}, "Choose what you disagree with"),
    ],
)
def test_words_that_do_not_do_are_told_and_kept(
    lite_world: World, change: dict[str, str], words: str
) -> None:
    answer = bulk(owner(lite_world), [inspected(lite_world)], **change)
    assert answer.status_code == 400
    assert words in answer.text
    assert f">{change.get('text', TEXT)}</textarea>" in answer.text
    assert there(lite_world) == []


def test_a_claim_that_fits_only_some_verdicts_leaves_the_others_out(world: World) -> None:
    failed, passed = inspected(world), inspected(world, failed="")
    checked = bulk(owner(world), [failed, passed]).text
    assert "Send 1 dispute<" in checked
    assert "This does not fit the verdict on the return." in checked


def test_one_that_ran_out_of_time_meanwhile_is_left_out(world: World) -> None:
    rvp = inspected(world)
    with clock.frozen(clock.now() + timedelta(days=8)):
        done = bulk(owner(world), [rvp], action="send").text
    assert "The time to dispute ended on" in done
    assert there(world) == []


def test_others_returns_and_nonsense_are_not_raised_on(world: World) -> None:
    theirs = inspected(world, store=world.b)
    browser = owner(world)
    assert "No return is ticked" in browser.get(address([theirs])).text
    assert "No return is ticked" in bulk(browser, [theirs], action="send").text
    assert "No return is ticked" in browser.get("/disputes/bulk").text
    assert browser.get("/disputes/bulk?return=x").status_code == 400
    many = [{"return_id": str(uuid.uuid4())} for _ in range(101)]
    assert browser.get(address(many)).status_code == 413
    with world.inside(commit=False):
        assert not disputes.get_page(ListFilter(merchant_id=world.b.id), by=CLAIMS).rows


def test_all_of_the_filter_are_a_step_of_their_own(world: World) -> None:
    rvps = [inspected(world), inspected(world), inspected(world, failed="")]
    browser = owner(world)
    page = browser.get(address(rvps[:1]) + "&tab=failed").text
    more = re.search(r'href="([^"]*)">Take all 2 returns of this list', page)
    assert more
    page = browser.get(more[1].replace("&amp;", "&")).text
    assert "2 returns can be disputed" in page
    assert rvps[2]["return_id"] not in page


def test_a_viewer_ticks_nothing(world: World) -> None:
    rvp = inspected(world)
    viewer = world.signed_in(world.a.viewer)
    assert 'name="return"' not in viewer.get("/returns").text
    assert viewer.get(address([rvp])).status_code == 403
    assert bulk(viewer, [rvp], action="send").status_code == 403
