"""A merchant raises a dispute on the pages: the form, drafts, sending, and what is refused."""

import re
import uuid
from datetime import timedelta
from typing import Any

import pytest

from qcportal import clock, disputes
from qcportal.disputes import CaseInFull
from tests.blueprints.merchant.claiming import TEXT, filled, owner
from tests.disputes.cases import CLAIMS, inspected, sent
from tests.world import World, csrf_of


def new(rvp: dict[str, Any]) -> str:
    return f"/returns/{rvp['return_id']}/dispute/new"


def create(rvp: dict[str, Any]) -> str:
    return f"/returns/{rvp['return_id']}/dispute"


def case_of(world: World, rvp: dict[str, Any]) -> CaseInFull | None:
    with world.inside(commit=False):
        found = disputes.find_case_of_return(uuid.UUID(rvp["return_id"]), by=CLAIMS)
        return disputes.get_full(found.id, by=CLAIMS) if found else None


def test_the_form_starts_with_what_failed(world: World) -> None:
    rvp = inspected(world, here=("front", "damage"))
    browser = owner(world)
    page = browser.get(new(rvp)).text
    damage = world.photo_rows(rvp["return_id"])["damage"]
    ticked = re.findall(r'name="photo" value="([^"]+)" checked', page)
    assert ticked == [str(damage.id)]
    assert re.search(r'value="should_have_passed"[^>]*checked', page)
    assert "should_have_failed" not in page
    assert "Suggested: Damaged" in page
    assert "7 d to dispute" in page or "6 d 23 h to dispute" in page
    assert "Answer within 5 working days" in page
    assert 'value="18999"' in page
    assert "It is still on its way." in page or "It was not taken." in page


def test_a_check_and_a_photo_of_a_link_are_chosen_in_the_form(world: World) -> None:
    rvp = inspected(world, here=("front", "damage"))
    browser = owner(world)
    rows = world.photo_rows(rvp["return_id"])
    of_check = filled(browser, f"{new(rvp)}?check=1")
    assert of_check.getlist("photo") == [str(rows["front"].id)]
    assert of_check["check"] == "same-item"
    of_photo = filled(browser, f"{new(rvp)}?photo={rows['front'].id}&photo=nonsense")
    assert of_photo.getlist("photo") == [str(rows["front"].id)]
    gone = filled(browser, f"{new(rvp)}?check=3")
    assert gone.getlist("missing") == [str(rows["imei"].id)]
    assert filled(browser, f"{new(rvp)}?check=99").getlist("photo") == [str(rows["damage"].id)]


def test_sending_gives_a_receipt_and_the_return_says_so(world: World) -> None:
    rvp = inspected(world, here=("front", "damage"))
    browser = owner(world)
    rows = world.photo_rows(rvp["return_id"])
    key = rows["damage"].id
    box = {f"x-{key}": "25", f"y-{key}": "50", f"width-{key}": "12.5", f"height-{key}": "25"}
    more = {"action": "send", "text": TEXT, "missing": [str(rows["imei"].id)], **box}
    item = rvp["items"][0]["item_id"]
    form = filled(
        browser, new(rvp), **more, **{f"note-{key}": "Sealed", f"amount-{item}": "1,499.50"}
    )
    answer = browser.post(create(rvp), data=form)
    assert answer.status_code == 303, answer.text
    receipt = browser.get(answer.headers["Location"]).text
    full = case_of(world, rvp)
    assert full is not None
    assert full.case.number in receipt
    assert "You get an answer by" in receipt
    assert full.case.amount_minor == 149_950
    cited, gap = full.evidence
    assert (cited.photo.id, cited.note, cited.box) == (key, "Sealed", (0.25, 0.5, 0.125, 0.25))
    assert (gap.photo.id, gap.missing) == (rows["imei"].id, True)
    assert full.case.category == "damaged"
    page = browser.get(f"/returns/{rvp['return_id']}").text
    assert full.case.number in page
    assert "dispute/new" not in page
    assert f"Dispute {full.case.number} sent" in page


def test_what_is_wrong_stands_above_the_form_and_beside_its_field(world: World) -> None:
    rvp = inspected(world)
    browser = owner(world)
    item = rvp["items"][0]["item_id"]
    form = filled(browser, new(rvp), action="send", text="Too short", photo=[], missing=[])
    form[f"amount-{item}"] = "a lot"
    answer = browser.post(create(rvp), data=form)
    assert answer.status_code == 400
    assert "<title>Error:" in answer.text
    assert f'href="#amount-{item}"' in answer.text
    assert answer.text.count("Give a sum like 1499") == 2
    assert 'href="#text"' in answer.text
    assert 'href="#photos"' in answer.text
    form[f"amount-{item}"] = "1499"
    answer = browser.post(create(rvp), data=form)
    assert answer.status_code == 400
    assert 'href="#text"' in answer.text
    assert 'href="#photos"' in answer.text
    assert ">Too short</textarea>" in answer.text
    assert case_of(world, rvp) is None


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("kind", "should_have_failed", "does not fit the verdict"),
        ("kind", "", "Choose what you disagree with"),
        ("category", "nonsense", "Choose one of the categories"),
        ("photo", "0190b6a0-5c4e-7d3a-9a41-0c5e6f7a8b9c", "A photo changed meanwhile"),
        ("photo", "nonsense", "Look at this again"),
        ("item", "nonsense", "Look at this again"),
        ("text", "x" * 1001, "Use fewer words"),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_is_kept(
    world: World, field: str, value: str, words: str
) -> None:
    rvp = inspected(world)
    browser = owner(world)
    form = filled(browser, new(rvp), action="send", **({"text": TEXT} | {field: value}))
    answer = browser.post(create(rvp), data=form)
    assert answer.status_code == 400
    assert words in answer.text
    assert case_of(world, rvp) is None


@pytest.mark.parametrize(
    "sides",
    [("90", "0", "20", "10"), ("x", "0", "1", "1"), ("1", "", "", ""), ("nan", "0", "9", "9")],
)
def test_a_box_that_is_none_is_told_beside_its_photo(world: World, sides: tuple[str, ...]) -> None:
    rvp = inspected(world)
    browser = owner(world)
    form = filled(browser, new(rvp), action="send", text=TEXT)
    key = world.photo_rows(rvp["return_id"])["front"].id
    form.setlist("photo", [str(key)])
    names = ("x", "y", "width", "height")
    for name, side in zip(names, sides, strict=True):
        form.setlist(f"{name}-{key}", [side])
    answer = browser.post(create(rvp), data=form)
    assert answer.status_code == 400
    assert f'href="#box-{key}"' in answer.text
    assert f'value="{sides[0]}"' in answer.text


def test_after_the_deadline_the_sentence_stands_in_the_buttons_place(world: World) -> None:
    rvp = inspected(world)
    browser = owner(world)
    form = filled(browser, new(rvp), action="send", text=TEXT)
    with clock.frozen(clock.now() + timedelta(days=8)):
        browser = owner(world)
        page = browser.get(f"/returns/{rvp['return_id']}").text
        assert "The time to dispute ended on" in page
        assert "dispute/new" not in page
        assert "claim-form" not in browser.get(new(rvp)).text
        form["csrf_token"] = csrf_of(browser, "/account/second-step")
        answer = browser.post(create(rvp), data=form)
        assert answer.status_code == 409
        assert "The time to dispute ended on" in answer.text


def test_a_return_has_one_open_dispute(world: World) -> None:
    rvp = inspected(world)
    browser = owner(world)
    form = filled(browser, new(rvp), action="send", text=TEXT)
    there = sent(world, rvp=rvp)
    assert "is disputed already" in browser.get(new(rvp)).text
    answer = browser.post(create(rvp), data=form)
    assert answer.status_code == 409
    assert f"/disputes/{there.id}" in answer.text


def test_the_drawer_gets_a_part_and_is_told_where_to_go(world: World) -> None:
    rvp = inspected(world)
    browser = owner(world)
    part = browser.get(new(rvp), headers={"HX-Request": "true"}).text
    assert "<html" not in part
    assert 'id="drawer-title"' in part
    form = filled(browser, new(rvp), action="send", text=TEXT)
    bad = form.copy()
    bad["text"] = ""
    answer = browser.post(create(rvp), data=bad, headers={"HX-Request": "true"})
    assert (answer.status_code, "<html" in answer.text) == (400, False)
    answer = browser.post(create(rvp), data=form, headers={"HX-Request": "true"})
    assert answer.status_code == 204
    assert answer.headers["HX-Redirect"].endswith("/receipt")


def test_a_viewer_and_a_stranger_raise_nothing(world: World) -> None:
    rvp = inspected(world)
    form = filled(owner(world), new(rvp), action="send", text=TEXT)
    viewer = world.signed_in(world.a.viewer)
    assert "dispute/new" not in viewer.get(f"/returns/{rvp['return_id']}").text
    assert "to dispute" in viewer.get(f"/returns/{rvp['return_id']}").text
    stranger = world.signed_in(world.b.owner)
    for browser, status in ((viewer, 403), (stranger, 404)):
        form["csrf_token"] = csrf_of(browser, "/account/second-step")
        assert browser.get(new(rvp)).status_code == status
        assert browser.post(create(rvp), data=form).status_code == status
    assert case_of(world, rvp) is None
    assert world.client.get(new(rvp)).headers["Location"].startswith("/sign-in")


def test_several_items_are_claimed_each_for_itself(world: World) -> None:
    rvp = inspected(world, items=2)
    browser = owner(world)
    first, second = (item["item_id"] for item in rvp["items"])
    form = filled(browser, new(rvp), action="send", text=TEXT, item=[second])
    form[f"amount-{second}"] = "10"
    form[f"claim-{second}"] = "photos_not_good_enough"
    assert browser.post(create(rvp), data=form).status_code == 303
    full = case_of(world, rvp)
    assert full is not None
    (item,) = full.items
    assert (str(item.item_id), item.amount_minor) == (second, 1000)
    assert item.claim == "photos_not_good_enough"
    assert first not in {str(each.item_id) for each in full.items}
    form.setlist("item", [])
