"""Every page and every form behind it: who may, who may not, and that GET changes nothing."""

import re
import uuid
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from qcportal.blueprints import AUDIENCES, access
from qcportal.db import db
from tests.world import World, csrf_of

LINKS = "shared"
"""The door of people without an account; merchant/test_evidence.py knocks there."""
PAGES = [
    name for name, audience in AUDIENCES.items() if audience.errors == "page" and name != LINKS
]
JOINING = {
    "session.join", "session.join_by_link", "session.accept_invitation",
    "session.forgot_password", "session.send_password_link",
    "session.new_password", "session.new_password_by_link", "session.set_new_password",
}  # fmt: skip
OPEN = {"session.sign_in", "session.check_sign_in", "session.theme", "session.language", *JOINING}
LEAVING = "session.sign_out"


def routes(world: World) -> list[tuple[str, str, str]]:
    """List (endpoint, method, path) of every page, with ids that nobody has."""
    found = []
    for rule in world.app.url_map.iter_rules():
        if rule.endpoint.partition(".")[0] in PAGES and rule.endpoint not in OPEN:
            path = re.sub(r"<int:[^>]+>", "99", rule.rule)
            path = re.sub(r"<[^>]+>", str(uuid.uuid4()), path)
            methods = sorted((rule.methods or set()) & {"GET", "POST"})
            found += [(rule.endpoint, method, path) for method in methods]
    return found


def knock(browser: FlaskClient, method: str, path: str, token: str) -> Any:
    form = {"csrf_token": token} if method == "POST" else None
    return browser.open(path, method=method, data=form)


def test_strangers_are_sent_to_sign_in_by_every_page(world: World) -> None:
    browser = world.client
    token = csrf_of(browser, "/sign-in")
    for endpoint, method, path in routes(world):
        answer = knock(browser, method, path, token)
        assert answer.status_code == 303, endpoint
        assert answer.headers["Location"].startswith("/sign-in"), endpoint


@pytest.mark.parametrize("who", ["owner", "viewer"])
def test_merchants_find_no_admin_page(world: World, who: str) -> None:
    browser = world.signed_in(getattr(world.a, who))
    token = csrf_of(browser, "/account/second-step")
    for endpoint, method, path in routes(world):
        if endpoint == LEAVING:
            continue
        answer = knock(browser, method, path, token)
        if endpoint.startswith("admin."):
            assert answer.status_code == 404, (endpoint, answer.status_code)
        assert answer.status_code < 500, endpoint


def test_each_admin_role_does_what_it_may_and_nothing_else(world: World) -> None:
    views = world.app.view_functions
    for role in ("auditor", "operations", "dispute_officer", "appeals_officer", "system"):
        with world.inside():
            email = world._person(f"{role}@carrier.example", role, role, None)
        browser = world.signed_in(email)
        token = csrf_of(browser, "/account/second-step")
        for endpoint, method, path in routes(world):
            if not endpoint.startswith("admin."):
                continue
            answer = knock(browser, method, path, token)
            may = views[endpoint].permission in access.ROLES[role]
            assert (answer.status_code != 403) == may, (role, endpoint, answer.status_code)
            assert answer.status_code < 500, (role, endpoint)


def test_no_form_is_taken_without_its_token(world: World) -> None:
    browser = world.signed_in(world.admin)
    for endpoint, method, path in routes(world):
        if method == "POST":
            answer = browser.post(path)
            assert answer.status_code == 400, endpoint
            assert "open for too long" in answer.text, endpoint


def test_looking_at_every_page_changes_nothing(world: World) -> None:
    rvp = world.register()
    world.assign(rvp["return_id"])
    browsers = [world.signed_in(world.admin), world.signed_in(world.a.owner)]
    before = rows(world)
    for browser in browsers:
        for _, method, path in routes(world):
            if method == "GET":
                browser.get(path)
        browser.get(f"/returns/{rvp['return_id']}")
    assert rows(world) == before


def rows(world: World) -> dict[str, int]:
    with world.inside(commit=False):
        return {
            name: db.session.execute(text(f"SELECT count(*) FROM {name}")).scalar_one()
            for name in sorted(db.metadata.tables)
        }
