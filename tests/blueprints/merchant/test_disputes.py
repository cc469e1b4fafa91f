"""A merchant follows disputes on the pages: list, thread, question, decision, appeal, live."""

import re
import uuid
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient

from qcportal import clock, disputes
from qcportal.blueprints.cursors import write_place
from qcportal.db import db
from qcportal.disputes import Dispute, State
from tests.blueprints.merchant.claiming import owner
from tests.disputes.cases import (
    ASHA,
    CLAIMS,
    DECLINED,
    UPHELD,
    WHY,
    a_claim,
    in_review,
    inspected,
    row,
    sent,
)
from tests.world import World, csrf_of


def post(browser: FlaskClient, path: str, **form: str) -> Any:
    return browser.post(path, data={"csrf_token": csrf_of(browser, "/account/second-step")} | form)


def page_of(dispute: Dispute) -> str:
    return f"/disputes/{dispute.id}"


def decided(world: World, verdict: Any = DECLINED) -> Dispute:
    dispute = in_review(world)
    with world.inside():
        disputes.decide(dispute.id, verdict, by=ASHA)
    return dispute


def after(seconds: float = 11) -> Any:
    return clock.frozen(clock.now() + timedelta(seconds=seconds))


def test_a_store_without_disputes_reads_what_they_are(world: World) -> None:
    page = owner(world).get("/disputes").text
    assert "You have not disputed anything" in page


def test_the_list_has_tabs_with_counts_and_finds_by_number_and_awb(world: World) -> None:
    rvp = inspected(world)
    first = sent(world, rvp=rvp)
    asked = in_review(world)
    with world.inside():
        disputes.ask(asked.id, "Which seal do you mean?", by=ASHA)
        disputes.draft(a_claim(world, inspected(world)), by=CLAIMS)
    browser = owner(world)
    page = browser.get("/disputes").text
    counts = dict(re.findall(r"([A-Z][\w ]+) <span class=\"count\">(\d+)</span></a>", page))
    assert (counts["All"], counts["Drafts"], counts["Question for you"]) == ("3", "1", "1")
    assert counts["In review"] == "1"
    assert "1 dispute waits for your answer." in page
    assert re.search(r"Disputes\s*<span class=\"count count-hot\">1", page)
    assert browser.get("/disputes?q=" + f"d-{first.number}").headers["Location"] == page_of(first)
    found = browser.get(f"/disputes?q={rvp['awb'][:8]}").text
    assert (f"D-{first.number}" in found, f"D-{asked.number}" in found) == (True, False)
    assert "No dispute fits" in browser.get("/disputes?kind=inspection_not_done").text
    assert f"D-{asked.number}" in browser.get("/disputes?tab=question").text


@pytest.mark.parametrize("query", ["tab=nonsense", "kind=x", "category=x", "after=x"])
def test_an_address_that_is_none_is_refused(lite_world: World, query: str) -> None:
    assert owner(lite_world).get(f"/disputes?{query}").status_code == 400


def test_the_list_goes_on_behind_25_disputes(lite_world: World) -> None:
    world = lite_world
    claims = [a_claim(world, inspected(world)) for _ in range(3)]
    with world.inside():
        for claim in claims:
            disputes.draft(claim, by=CLAIMS)
        page = disputes.get_page(disputes.ListFilter(), by=CLAIMS, size=2)
    assert page.next is not None
    older = owner(world).get(f"/disputes?after={write_place(page.next.at, page.next.id)}").text
    assert older.count('class="row-link nowrap"') == 1


def test_a_question_is_answered_and_the_carriers_clock_goes_on(world: World) -> None:
    dispute = in_review(world)
    with world.inside():
        disputes.ask(dispute.id, "Which seal do you mean?", by=ASHA)
    browser = owner(world)
    page = browser.get(page_of(dispute)).text
    assert "Which seal do you mean?" in page
    assert "The carrier’s clock stands still" in page
    assert f'action="{page_of(dispute)}/answer"' in page
    bad = post(browser, f"{page_of(dispute)}/answer", text="  ")
    assert bad.status_code == 400
    assert "Write 1 to 1000 characters." in bad.text
    answer = post(browser, f"{page_of(dispute)}/answer", text="The one on the box.")
    assert answer.status_code == 303
    page = browser.get(page_of(dispute)).text
    assert "Answered." in page
    assert "The one on the box." in page
    assert "/answer" not in page
    assert row(world, dispute.id).state == "under_review"


def test_a_decision_is_read_with_its_reason_and_appealed_once(world: World) -> None:
    dispute = decided(world)
    browser = owner(world)
    page = browser.get(page_of(dispute)).text
    assert "In review" in page
    assert WHY not in page
    with after():
        page = browser.get(page_of(dispute)).text
        assert "Declined" in page
        assert "The photos show otherwise." in page
        assert "Dispute officer" in page
        assert "Asha Shinde" not in page
        short = post(browser, f"{page_of(dispute)}/appeal", text="No.")
        assert short.status_code == 400
        assert ">No.</textarea>" in short.text
        assert "Say in 20 to 1000 characters why" in short.text
        told = post(browser, f"{page_of(dispute)}/appeal", text="The seal is whole on photo one.")
        assert told.status_code == 303
        page = browser.get(page_of(dispute)).text
        assert "Appeal in review" in page
        assert "that is final" in page
        assert "/appeal" not in page
        again = post(browser, f"{page_of(dispute)}/appeal", text="The seal is whole on photo one.")
        assert again.status_code == 409


def test_what_was_upheld_offers_no_appeal(world: World) -> None:
    dispute = decided(world, UPHELD)
    browser = owner(world)
    with after():
        page = browser.get(page_of(dispute)).text
    assert "Upheld" in page
    assert "granted" in page
    assert "/appeal" not in page


def test_it_is_withdrawn_and_the_return_can_be_disputed_again(world: World) -> None:
    dispute = in_review(world)
    browser = owner(world)
    answer = post(browser, f"{page_of(dispute)}/withdraw")
    assert answer.status_code == 303
    assert "It was withdrawn" in browser.get(page_of(dispute)).text
    assert "dispute/new" in browser.get(f"/returns/{dispute.return_id}").text
    again = post(browser, f"{page_of(dispute)}/withdraw")
    assert again.status_code == 409
    assert "not possible any more" in again.text


def test_words_are_added_until_it_is_decided(world: World) -> None:
    dispute = in_review(world)
    browser = owner(world)
    assert post(browser, f"{page_of(dispute)}/words", text="One more thing").status_code == 303
    assert "One more thing" in browser.get(page_of(dispute)).text
    with world.inside():
        disputes.decide(dispute.id, DECLINED, by=ASHA)
    with after():
        assert post(browser, f"{page_of(dispute)}/words", text="Too late").status_code == 409


def test_overdue_is_said_on_every_page_and_counted(world: World) -> None:
    dispute = in_review(world)
    end = row(world, dispute.id).decide_by
    assert end is not None
    with clock.frozen(end + timedelta(hours=2)):
        browser = owner(world)
        listed = browser.get("/disputes").text
        assert "The carrier is late with 1 dispute." in listed
        assert f"D-{dispute.number}" in browser.get("/disputes?tab=late").text
        assert "Overdue by 2 h" in browser.get(page_of(dispute)).text
        returned = browser.get(f"/returns/{dispute.return_id}").text
        assert "Overdue by 2 h" in returned
        assert "count-hot" in returned
        assert "count-hot" in browser.get("/").text


def test_the_poll_tells_nothing_then_the_parts_that_changed(world: World) -> None:
    dispute = in_review(world)
    browser = owner(world)
    poll = re.search(r'hx-get="([^"]*/live[^"]*)"', browser.get(page_of(dispute)).text)
    assert poll
    path = unescape(poll[1])
    assert browser.get(path).status_code == 204
    with world.inside():
        disputes.ask(dispute.id, "Which seal do you mean?", by=ASHA)
    answer = browser.get(path)
    assert answer.status_code == 200
    assert "Which seal do you mean?" in answer.text
    assert "This dispute moved on: Question for you." in answer.text
    assert "<form" not in answer.text
    assert browser.get(f"{page_of(dispute)}/live?seen=x").status_code == 400
    assert browser.get(f"/disputes/{uuid.uuid4()}/live?seen=1.1.1.").status_code == 404


def test_a_file_is_announced_as_json_or_as_a_form_that_goes_to_s3(world: World) -> None:
    dispute = in_review(world)
    browser = owner(world)
    about = {"name": "divider.png", "content_type": "image/png", "bytes": "5000"}
    token = {"csrf_token": csrf_of(browser, "/account/second-step")}
    told = browser.post(
        f"{page_of(dispute)}/files",
        data=about | token | {"sha256": "a" * 64},
        headers={"Accept": "application/json"},
    )
    assert told.status_code == 200
    body = told.get_json()
    assert body["fields"]["x-amz-meta-sha256"] == "a" * 64
    assert body["seen"] == row(world, dispute.id).version
    answer = post(browser, f"{page_of(dispute)}/files", **about)
    assert answer.status_code == 303
    form = browser.get(answer.headers["Location"]).text
    assert 'enctype="multipart/form-data"' in form
    assert 'name="success_action_redirect"' in form
    assert f'action="{body["url"]}"' in form
    back = browser.get(f"{answer.headers['Location']}?bucket=photos&key=k&etag=e")
    assert back.headers["Location"] == page_of(dispute)
    page = browser.get(page_of(dispute)).text
    assert page.count("Not here yet") == 2
    assert "Send this file" in page


@pytest.mark.parametrize(
    "change",
    [
        {"content_type": "text/html"}, {"content_type": ""}, {"name": ""}, {"bytes": "1"},
        {"sha256": "xyz"}, {"name": "a\0b"},
    ],
)  # fmt: skip
def test_a_file_that_is_none_is_refused(lite_world: World, change: dict[str, str]) -> None:
    dispute = in_review(lite_world)
    about = {"name": "divider.png", "content_type": "image/png", "bytes": "5000"} | change
    assert post(owner(lite_world), f"{page_of(dispute)}/files", **about).status_code == 400


def test_a_viewer_reads_and_a_stranger_finds_nothing(world: World) -> None:
    dispute = in_review(world)
    viewer, stranger = world.signed_in(world.a.viewer), world.signed_in(world.b.owner)
    page = viewer.get(page_of(dispute)).text
    assert f"D-{dispute.number}" in page
    assert "<textarea" not in page
    assert "/withdraw" not in page
    assert viewer.get(f"{page_of(dispute)}/receipt").status_code == 200
    for path in ("", "/receipt", "/draft", "/live?seen=1.1.1."):
        assert stranger.get(page_of(dispute) + path).status_code == 404, path
        assert world.client.get(page_of(dispute) + path).status_code == 303, path
    for step in ("answer", "words", "withdraw", "appeal", "files", "draft"):
        form = {"text": "Words that are long enough", "kind": "should_have_passed"}
        assert post(viewer, f"{page_of(dispute)}/{step}", **form).status_code == 403, step
        assert post(stranger, f"{page_of(dispute)}/{step}", **form).status_code == 404, step
        assert viewer.get(f"{page_of(dispute)}/{step}").status_code in (403, 404, 405), step
    assert f"D-{dispute.number}" not in stranger.get("/disputes").text
    assert stranger.get(f"/disputes?q=D-{dispute.number}").status_code == 200
    assert row(world, dispute.id).state == State.UNDER_REVIEW.value


def test_a_draft_has_no_receipt_and_leads_to_its_form(world: World) -> None:
    with world.inside():
        begun = disputes.draft(a_claim(world, inspected(world)), by=CLAIMS)
        db.session.flush()
        key = begun.id
    browser = owner(world)
    assert browser.get(f"/disputes/{key}/receipt").status_code == 404
    assert browser.get(f"/disputes/{key}").headers["Location"].endswith("/draft")
    viewer = world.signed_in(world.a.viewer)
    assert "Nobody at the carrier sees a draft" in viewer.get(f"/disputes/{key}").text
