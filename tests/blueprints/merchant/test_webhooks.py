"""The pages of webhooks: adding, looking at what was sent, and sending it again."""

import re
import uuid

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from qcportal.db import db
from qcportal.webhooks import WebhookDelivery, WebhookEndpoint
from tests.world import World, csrf_of

URL = "https://erp.fern.example/hooks"


def post(browser: FlaskClient, path: str, **form: object):
    token = csrf_of(browser, "/account/second-step")
    return browser.post(path, data={"csrf_token": token, **form})


@pytest.fixture
def owner(world: World) -> FlaskClient:
    return world.signed_in(world.a.owner)


def added(world: World, browser: FlaskClient, **form: object) -> str:
    """Add an endpoint in the browser; gives the path of its page."""
    answer = post(browser, "/webhooks/add", url=URL, **form)
    assert answer.status_code == 201, answer.text
    with world.inside(commit=False):
        newest = select(WebhookEndpoint).order_by(WebhookEndpoint.id.desc())
        return f"/webhooks/{db.session.scalars(newest).first().id}"


def test_an_owner_adds_an_endpoint_and_sees_its_secret_once(
    world: World, owner: FlaskClient
) -> None:
    answer = post(owner, "/webhooks/add", url=URL, event_types=["photo.verified"], note="ERP")
    assert answer.status_code == 201
    [secret] = re.findall(r"<code>(whsec_[^<]+)</code>", answer.text)
    listed = owner.get("/webhooks").text
    assert URL in listed and "1 event type" in listed and secret not in listed


def test_what_is_wrong_is_said_beside_the_field_and_kept(owner: FlaskClient) -> None:
    answer = post(owner, "/webhooks/add", url="http://erp.fern.example/", note="keep me")
    assert answer.status_code == 400
    assert "Only https addresses are called." in answer.text and "keep me" in answer.text
    assert "Enter an address." in post(owner, "/webhooks/add").text


def test_a_test_leads_to_its_delivery(world: World, owner: FlaskClient) -> None:
    path = added(world, owner)
    answer = post(owner, f"{path}/test")
    assert answer.status_code == 303
    page = owner.get(answer.headers["Location"]).text
    assert "webhook.test" in page and "Not tried yet" in page


def test_pausing_holds_resuming_sends_and_ending_removes(world: World, owner: FlaskClient) -> None:
    path = added(world, owner)
    post(owner, f"{path}/pause")
    world.register()
    paused = owner.get(path).text
    assert "Nothing is sent here now." in paused and "Held" in paused
    assert "return.created" in owner.get(f"{path}?state=held").text
    assert "No event is in this state." in owner.get(f"{path}?state=dead").text
    post(owner, f"{path}/resume")
    assert "Waiting" in owner.get(path).text
    assert post(owner, f"{path}/resume").status_code == 409
    post(owner, f"{path}/end")
    assert owner.get(path).status_code == 404
    assert "Nobody is told yet" in owner.get("/webhooks").text


def test_changing_keeps_what_is_wrong_from_being_saved(world: World, owner: FlaskClient) -> None:
    path = added(world, owner)
    assert post(owner, f"{path}/change", url="ftp://x").status_code == 400
    assert post(owner, f"{path}/change", url=URL + "/2", note="New").status_code == 303
    assert "/hooks/2" in owner.get(path).text


def test_a_new_secret_is_shown_once(world: World, owner: FlaskClient) -> None:
    path = added(world, owner)
    [secret] = re.findall(r"<code>(whsec_[^<]+)</code>", post(owner, f"{path}/rotate-secret").text)
    page = owner.get(path).text
    assert secret not in page and "Old secret signs until" in page


def test_everything_since_a_moment_is_sent_again(world: World, owner: FlaskClient) -> None:
    path = added(world, owner)
    world.register()
    for bad in ("", "yesterday", "2999-01-01T00:00"):
        assert post(owner, f"{path}/replay", since=bad).status_code == 400
    answer = post(owner, f"{path}/replay", since="2020-01-01T00:00")
    assert answer.status_code == 303
    assert "1 event will be sent again." in owner.get(path).text


def test_one_event_is_sent_again_from_its_page(world: World, owner: FlaskClient) -> None:
    path = added(world, owner)
    world.register()
    with world.inside(commit=False):
        sent = db.session.scalars(select(WebhookDelivery)).one().id
    assert post(owner, f"{path}/deliveries/{sent}/replay").status_code == 303
    assert "It will be sent again." in owner.get(f"{path}/deliveries/{sent}").text


def test_a_viewer_sees_and_may_change_nothing(world: World, owner: FlaskClient) -> None:
    path = added(world, owner)
    viewer = world.signed_in(world.a.viewer)
    page = viewer.get(path).text
    assert "Send a test" not in page and "Remove this endpoint" not in page
    assert "New endpoint" not in viewer.get("/webhooks").text
    for action in ("test", "pause", "rotate-secret", "end", "replay", "change"):
        assert post(viewer, f"{path}/{action}").status_code == 403


def test_strangers_find_nothing(world: World, owner: FlaskClient) -> None:
    path = added(world, owner)
    stranger = world.signed_in(world.b.owner)
    assert stranger.get(path).status_code == 404
    assert post(stranger, f"{path}/end").status_code == 404
    assert stranger.get(f"{path}/deliveries/{uuid.uuid4()}").status_code == 404
    assert URL not in stranger.get("/webhooks").text


def test_operations_look_after_them_and_are_named(world: World, owner: FlaskClient) -> None:
    path = added(world, owner)
    clerk = world.signed_in(world.clerk)
    inside = f"/admin/merchants/{world.a.id}{path}"
    assert post(clerk, f"{inside}/pause").status_code == 303
    assert "Paused by Om Rao." in owner.get(path).text
    foreign = f"/admin/merchants/{world.b.id}{path}"
    assert clerk.get(foreign).status_code == 404


def test_a_browser_without_any_cookie_is_sent_to_sign_in(world: World) -> None:
    assert world.client.get("/webhooks").status_code == 303
