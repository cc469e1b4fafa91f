"""Drafts of disputes on the pages: kept, changed, thrown away, their files taken out again."""

from typing import Any

from flask.testing import FlaskClient

from qcportal.disputes import State
from tests.blueprints.merchant.claiming import TEXT, filled, owner
from tests.blueprints.merchant.test_raising import case_of, create, new
from tests.disputes.cases import inspected, steps
from tests.world import World, csrf_of


def drafted(browser: FlaskClient, rvp: dict[str, Any]) -> str:
    """Begin a draft; gives its address."""
    form = filled(browser, new(rvp), action="save", text="Mine")
    return str(browser.post(create(rvp), data=form).headers["Location"])


def with_file(browser: FlaskClient, draft: str, name: str) -> str:
    """Announce a file for a draft; gives the id of its photo."""
    about = {"name": name, "content_type": "image/png", "bytes": "5000"}
    token = {"csrf_token": csrf_of(browser, "/account/second-step")}
    files = f"{draft.removesuffix('/draft')}/files"
    told = browser.post(files, data=about | token, headers={"Accept": "application/json"})
    assert told.status_code == 200, told.text
    return str(told.get_json()["photo_id"])


def test_a_draft_is_kept_changed_and_sent(world: World) -> None:
    rvp = inspected(world)
    browser = owner(world)
    form = filled(browser, new(rvp), action="save", text="Short")
    draft = browser.post(create(rvp), data=form).headers["Location"]
    assert draft.endswith("/draft")
    page = browser.get(draft).text
    assert "Saved as a draft" in page
    assert ">Short</textarea>" in page
    assert browser.get(new(rvp)).headers["Location"] == draft
    again = filled(browser, draft, action="send", text=TEXT, category="used")
    assert "/receipt" in browser.post(draft, data=again).headers["Location"]
    full = case_of(world, rvp)
    assert full is not None
    assert (full.case.state, full.case.category) == (State.OPEN, "used")
    assert steps(world, full.case.id) == ["draft", "save", "send"]
    assert browser.get(draft).status_code == 303


def test_what_somebody_changed_meanwhile_is_not_written_over(world: World) -> None:
    rvp = inspected(world)
    browser = owner(world)
    form = filled(browser, new(rvp), action="save", text="Mine")
    draft = browser.post(create(rvp), data=form).headers["Location"]
    stale = filled(browser, draft, action="save", text="Mine again")
    browser.post(draft, data=filled(browser, draft, action="save", text="Theirs"))
    answer = browser.post(draft, data=stale)
    assert answer.status_code == 409
    assert "changed this draft meanwhile" in answer.text
    assert ">Mine again</textarea>" in answer.text
    full = case_of(world, rvp)
    assert full is not None
    assert full.case.text == "Theirs"


def test_a_draft_is_thrown_away_and_the_return_can_be_disputed_again(world: World) -> None:
    rvp = inspected(world)
    browser = owner(world)
    form = filled(browser, new(rvp), action="save", text="Mine")
    draft = browser.post(create(rvp), data=form).headers["Location"]
    answer = browser.post(draft, data=filled(browser, draft, action="discard"))
    assert answer.headers["Location"] == f"/returns/{rvp['return_id']}"
    assert "dispute/new" in browser.get(f"/returns/{rvp['return_id']}").text


def test_an_own_file_is_taken_out_of_a_draft_and_what_was_typed_is_kept(world: World) -> None:
    rvp = inspected(world)
    browser = owner(world)
    draft = drafted(browser, rvp)
    photos = [with_file(browser, draft, name) for name in ("one.png", "two.png")]
    page = browser.get(draft).text
    assert page.count("Take it out</button>") == 0
    assert page.count("Take it out<span") == 2
    form = filled(browser, draft, action=f"drop-{photos[0]}", text=TEXT)
    answer = browser.post(draft, data=form)
    assert answer.headers["Location"] == f"{draft}#own-files"
    page = browser.get(draft).text
    assert "The file was taken out of this dispute." in page
    assert f">{TEXT}</textarea>" in page
    assert ("one.png" in page, "two.png" in page) == (False, True)
    full = case_of(world, rvp)
    assert full is not None
    assert [str(each.photo.id) for each in full.evidence if each.own] == [photos[1]]
    assert full.history[0].data["dropped"] == "one.png"
    returned = browser.get(f"/returns/{rvp['return_id']}").text
    assert "File taken out" in returned
    again = filled(browser, draft, action=f"drop-{photos[0]}")
    assert browser.post(draft, data=again).status_code == 404


def test_a_file_of_another_draft_and_of_a_sent_dispute_stays(world: World) -> None:
    browser = owner(world)
    rvps = [inspected(world), inspected(world)]
    drafts = [drafted(browser, rvp) for rvp in rvps]
    photo = with_file(browser, drafts[0], "one.png")
    for wrong in (f"drop-{photo}", "drop-nonsense"):
        form = filled(browser, drafts[1], action=wrong)
        assert browser.post(drafts[1], data=form).status_code == 404
    stale = filled(browser, drafts[0], action=f"drop-{photo}", text=TEXT)
    viewer, stranger = world.signed_in(world.a.viewer), world.signed_in(world.b.owner)
    for other, status in ((viewer, 403), (stranger, 404)):
        strange = stale.copy()
        strange["csrf_token"] = csrf_of(other, "/account/second-step")
        assert other.post(drafts[0], data=strange).status_code == status
    browser.post(drafts[0], data=filled(browser, drafts[0], action="send", text=TEXT))
    assert browser.post(drafts[0], data=stale).status_code == 409
    full = case_of(world, rvps[0])
    assert full is not None
    assert [str(each.photo.id) for each in full.evidence if each.own] == [photo]


def test_the_carrier_finds_no_draft(world: World) -> None:
    rvp = inspected(world)
    draft = drafted(owner(world), rvp)
    admin = world.signed_in(world.admin)
    page = admin.get(f"/admin/returns/{rvp['return_id']}").text
    assert "to dispute" in page
    assert "Draft" not in page
    assert "Draft" not in admin.get("/admin/returns").text
    desk = f"/admin{draft.removesuffix('/draft')}"
    assert admin.get(desk).status_code == 404
    browser = owner(world)
    browser.post(draft, data=filled(browser, draft, action="send", text=TEXT))
    assert f'href="{desk}"' in admin.get(f"/admin/returns/{rvp['return_id']}").text
    assert admin.get(desk).status_code == 200
