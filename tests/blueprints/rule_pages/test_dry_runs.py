"""Dry runs over past returns: started from a draft, watched, cancelled, and read."""

import copy
import re
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient

from qcportal import accounts, jobs, rulebooks
from qcportal.db import db
from qcportal.history import SYSTEM
from qcportal.rulebooks import Saving
from qcportal.worker import RUNNERS, Worker
from tests.world import RULEBOOK, World, an_inspection, csrf_of

NEW_CHECK: dict[str, Any] = {
    "key": "box",
    "type": "yes_no",
    "question": "Is it in its box?",
    "expected": {"value": "yes"},
}


def draft(world: World, **changes: Any) -> None:
    """Save a draft of A's: the published rules with these changes."""
    with world.inside():
        merchant = accounts.get_merchant(world.a.id)
        found = rulebooks.open_draft(merchant, by=SYSTEM)
        document = copy.deepcopy(RULEBOOK) | changes
        rulebooks.change_draft(found, found.revision, document, saving=Saving(SYSTEM))


def stricter() -> list[dict[str, Any]]:
    """Give the rules with a new check, and one row that no item meets."""
    rules = copy.deepcopy(RULEBOOK["rules"])
    rules[0]["checks"].append(NEW_CHECK)
    rules.append({"id": "boats", "title": "Boats", "when": 'category == "Boats"', "qc": "none"})
    return rules


def inspected(world: World) -> dict[str, Any]:
    rvp = world.register()
    world.assign(rvp["return_id"])
    answer = world.field("POST", "/inspections", an_inspection(rvp))
    assert answer.status_code == 201, answer.text
    return rvp


def started(browser: FlaskClient, days: str = "30") -> str:
    form = {"csrf_token": csrf_of(browser, "/rules/dry-runs"), "days": days}
    answer = browser.post("/rules/dry-runs", data=form)
    assert answer.status_code == 303
    return answer.location


def work(world: World) -> bool:
    with world.app.app_context():
        return Worker(RUNNERS, ()).once()


def page(browser: FlaskClient, path: str) -> str:
    answer = browser.get(path)
    assert answer.status_code == 200, answer.text
    return unescape(answer.text)


def plain(text: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", text).split())


@pytest.fixture
def owner(world: World) -> FlaskClient:
    return world.signed_in(world.a.owner)


def test_a_run_tells_what_would_be_otherwise_and_leads_to_the_returns(
    world: World, owner: FlaskClient
) -> None:
    rvp = inspected(world)
    draft(world, rules=stricter())
    path = started(owner)
    assert "Waiting for a free worker" in page(owner, path)
    assert work(world)
    shown = page(owner, path)
    assert "Is it in its box?" in shown
    assert "Passed → A new check was never asked" in shown
    assert "Boats" in plain(shown.partition("Rows that never fitted")[2])
    link = re.search(rf'href="({path}/passed-to-never-asked)"', shown)
    assert link
    listed = page(owner, link[1])
    assert f"/returns/{rvp['return_id']}" in listed
    told = plain(listed.partition("Is now")[2])
    for word in ("NUV-P8-BLK", "Changed my mind", "Photos outstanding"):
        assert word in told
    assert f"/returns/{rvp['return_id']}" in page(owner, f"{path}/checklists")
    assert world.return_row(rvp["return_id"]).verdict == "passed"


def test_a_run_that_ended_is_not_polled_any_more(world: World, owner: FlaskClient) -> None:
    inspected(world)
    draft(world)
    path = started(owner)
    assert f'hx-get="{path}"' in page(owner, path)
    work(world)
    shown = page(owner, path)
    assert "hx-get" not in shown
    assert "Every checklist would ask the same." in shown


def test_a_store_without_returns_is_told_so(world: World, owner: FlaskClient) -> None:
    draft(world, rules=stricter())
    path = started(owner)
    work(world)
    assert "Nothing came back in that time" in page(owner, path)
    assert "No return in that time" in page(owner, "/rules/dry-runs")


def test_a_draft_that_changed_since_is_named(world: World, owner: FlaskClient) -> None:
    inspected(world)
    draft(world, rules=stricter())
    path = started(owner)
    work(world)
    assert "The draft changed since this run." not in page(owner, path)
    draft(world, title="Changed")
    assert "The draft changed since this run." in page(owner, path)


def test_a_run_can_be_cancelled_and_says_that_nothing_was_changed(
    world: World, owner: FlaskClient
) -> None:
    draft(world)
    path = started(owner)
    token = csrf_of(owner, path)
    assert owner.post(f"{path}/cancel", data={"csrf_token": token}).location == path
    assert "The run was cancelled." in page(owner, path)
    assert owner.post(f"{path}/cancel", data={"csrf_token": token}).location == path
    assert "It has ended already" in page(owner, path)
    assert not work(world)


def test_a_draft_with_faults_is_not_run(world: World, owner: FlaskClient) -> None:
    rules = [*stricter(), {"id": "bad", "title": "Bad", "when": "price >", "qc": "none"}]
    draft(world, rules=rules)
    assert started(owner) == "/rules/dry-runs"
    assert "The draft has 1 fault. Correct them first" in page(owner, "/rules/dry-runs")


@pytest.mark.parametrize("days", ["7", "365", "many", ""])
def test_a_run_goes_back_thirty_to_ninety_days(world: World, owner: FlaskClient, days: str) -> None:
    draft(world)
    assert started(owner, days) == "/rules/dry-runs"
    assert "Choose how many days to go back" in page(owner, "/rules/dry-runs")


def test_without_a_draft_there_is_nothing_to_run(world: World, owner: FlaskClient) -> None:
    assert "There is no draft." in page(owner, "/rules/dry-runs")
    token = csrf_of(owner, "/rules/dry-runs")
    answer = owner.post("/rules/dry-runs", data={"csrf_token": token, "days": "30"})
    assert answer.status_code == 404


def test_who_may_only_look_starts_and_cancels_nothing(world: World, owner: FlaskClient) -> None:
    draft(world)
    path = started(owner)
    viewer = world.signed_in(world.a.viewer)
    shown = page(viewer, path)
    assert "Cancel" not in plain(shown)
    token = csrf_of(viewer, path)
    for target in ("/rules/dry-runs", f"{path}/cancel"):
        answer = viewer.post(target, data={"csrf_token": token, "days": "30"})
        assert answer.status_code == 403


def test_strangers_and_unknown_lists_are_not_found(world: World, owner: FlaskClient) -> None:
    inspected(world)
    draft(world, rules=stricter())
    path = started(owner)
    work(world)
    assert world.signed_in(world.b.owner).get(path).status_code == 404
    assert owner.get(f"{path}/passed-to-heaven").status_code == 404
    with world.inside():
        other = jobs.start(world.a.id, "catalogue_import", {}, by=SYSTEM).id
    assert owner.get(f"/rules/dry-runs/{other}").status_code == 404


def test_an_admin_runs_a_merchants_draft(world: World, owner: FlaskClient) -> None:
    rvp = inspected(world)
    draft(world, rules=stricter())
    admin, start = world.signed_in(world.clerk), f"/admin/merchants/{world.a.id}/rules/dry-runs"
    token = csrf_of(admin, start)
    path = admin.post(start, data={"csrf_token": token, "days": "90"}).location
    assert path.startswith(f"{start}/")
    work(world)
    assert "Fern Home" in page(admin, path)
    assert f"/admin/returns/{rvp['return_id']}" in page(admin, f"{path}/checklists")
    strange = path.replace(str(world.a.id), str(world.b.id))
    assert admin.get(strange).status_code == 404


def test_the_card_beside_a_table_shows_the_last_run(world: World, owner: FlaskClient) -> None:
    inspected(world)
    draft(world, rules=stricter())
    table = "/rules/tables/every-item"
    assert "The draft was not run on past returns yet." in page(owner, table)
    path = started(owner, "90")
    assert "Dry run: Waiting." in page(owner, table)
    work(world)
    shown = page(owner, table)
    assert f'href="{path}/passed-to-never-asked"' in shown
    draft(world, title="Changed")
    assert "An earlier state of the draft." in page(owner, table)


def test_a_run_that_failed_says_why(world: World, owner: FlaskClient) -> None:
    draft(world)
    path = started(owner)
    with world.app.app_context():
        Worker({"dry_run": lambda job, progress: {}["missing"]}, ()).once()
    with world.inside():
        for job in db.session.scalars(jobs.select_jobs(world.a.id, "dry_run")):
            assert job.state == "failed"
    assert "The run did not finish." in page(owner, path)
