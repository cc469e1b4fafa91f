"""Merchants are told of what happened: once it is kept, signed, again and again, and on record."""

import base64
import json
import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from standardwebhooks import Webhook

from qcportal import clock, disputes, errors, tenancy, webhooks
from qcportal.db import db
from qcportal.history import HistoryEvent
from qcportal.outgoing import Gate
from qcportal.webhooks import Post, WebhookAttempt, WebhookDelivery, WebhookEndpoint, WebhookEvent
from qcportal.webhooks.delivering import PAUSE_AFTER, PAUSE_AFTER_FAILURES, WAITS, take_due
from tests.disputes.cases import ASHA, CLAIMS, sent
from tests.webhooks.conftest import OWNER, Hooks
from tests.world import a_capture, a_return, an_arrival, an_inspection


def deliveries(hooks: Hooks) -> list[WebhookDelivery]:
    with hooks.world.inside(commit=False):
        return list(db.session.scalars(select(WebhookDelivery).order_by(WebhookDelivery.id)))


def attempts(hooks: Hooks) -> list[WebhookAttempt]:
    with hooks.world.inside(commit=False):
        return list(db.session.scalars(select(WebhookAttempt).order_by(WebhookAttempt.id)))


def endpoint_row(hooks: Hooks, endpoint: WebhookEndpoint) -> WebhookEndpoint:
    with hooks.world.inside(commit=False):
        return db.session.scalars(
            select(WebhookEndpoint).where(WebhookEndpoint.id == endpoint.id)
        ).one()


def types(hooks: Hooks) -> list[str]:
    return [json.loads(body)["type"] for _, body in hooks.inbox.got]


def test_a_return_is_told_from_its_registration_to_its_photos(hooks: Hooks) -> None:
    hooks.endpoint()
    rvp = hooks.world.register()
    hooks.world.assign(rvp["return_id"])
    form = next(iter(hooks.world.forms(rvp["return_id"]).values()))
    hooks.world.callback(an_arrival(form))
    hooks.world.field("POST", "/inspections", an_inspection(rvp, a_capture(form)))
    assert hooks.deliver() == 4
    told = sorted(types(hooks))
    assert told == ["inspection.recorded", "photo.verified", "return.assigned", "return.created"]
    for _, body in hooks.inbox.got:
        data = json.loads(body)["data"]
        assert data["return_id"] == rvp["return_id"] and data["awb"] == rvp["awb"]
    assert hooks.deliver() == 0


def test_a_dispute_is_told_as_its_merchant_sees_it(hooks: Hooks) -> None:
    hooks.endpoint("dispute.opened", "dispute.withdrawn")
    dispute_id = sent(hooks.world).id
    with hooks.world.inside():
        disputes.claim(dispute_id, by=ASHA)
        disputes.withdraw(dispute_id, by=CLAIMS)
    hooks.deliver()
    bodies = [json.loads(body)["data"] for _, body in hooks.inbox.got]
    assert sorted(each["state"] for each in bodies) == ["open", "withdrawn"]
    for told in bodies:
        assert told["dispute_id"] == str(dispute_id) and told["number"].startswith("D-")
        assert told["awb"] and told["return_id"] and "by" not in told and "version" not in told


def test_any_standard_webhooks_library_verifies_what_comes(hooks: Hooks) -> None:
    endpoint = hooks.endpoint()
    hooks.world.register()
    hooks.deliver()
    [(headers, body)] = hooks.inbox.got
    told = Webhook(endpoint.secret).verify(body, headers)
    assert told["type"] == "return.created" and headers["content-type"] == "application/json"
    with pytest.raises(Exception, match="signature"):
        Webhook(endpoint.secret).verify(body + b" ", headers)


def test_during_a_rotation_both_secrets_sign_and_after_it_the_new_one(hooks: Hooks) -> None:
    endpoint = hooks.endpoint()
    with hooks.world.inside():
        old = webhooks.get_endpoint(endpoint.id)
        fresh = webhooks.rotate_secret(old, by=OWNER)
    hooks.world.register()
    hooks.deliver()
    with clock.frozen(clock.now() + timedelta(hours=25)):
        hooks.world.register()
        hooks.deliver()
    first, second = hooks.inbox.got
    for secret in (endpoint.secret, fresh):
        Webhook(secret).verify(first[1], first[0])
    assert len(second[0]["webhook-signature"].split()) == 1


def test_what_was_not_kept_is_not_told(hooks: Hooks) -> None:
    hooks.endpoint()
    taken = hooks.world.register()
    answer = hooks.world.partner(
        "POST", "/returns", a_return(awb=taken["awb"], client_request_id="another")
    )
    assert answer.status_code == 409
    hooks.deliver()
    assert types(hooks) == ["return.created"]


def test_only_what_an_endpoint_wants_is_sent_to_it_and_nothing_of_others(hooks: Hooks) -> None:
    hooks.endpoint("return.cancelled")
    hooks.endpoint(store=hooks.world.b)
    rvp = hooks.world.register()
    hooks.world.partner("POST", f"/returns/{rvp['return_id']}/cancel")
    hooks.deliver()
    assert types(hooks) == ["return.cancelled"]


def test_nobody_is_told_where_nobody_asked(hooks: Hooks) -> None:
    hooks.world.register()
    with hooks.world.inside(commit=False):
        assert db.session.scalar(select(func.count()).select_from(WebhookEvent)) == 0


def test_what_failed_comes_again_later_with_the_same_id_and_body(hooks: Hooks) -> None:
    hooks.endpoint()
    hooks.inbox.answers = [(500, {"Content-Type": "text/plain"}, b"sorry"), (302, {}, b"")]
    hooks.world.register()
    at = clock.now()
    assert hooks.deliver() == 1
    with clock.frozen(at + timedelta(seconds=WAITS[0] * 0.8)):
        assert hooks.deliver() == 0
    with clock.frozen(at + timedelta(seconds=WAITS[0] * 3)):
        assert hooks.deliver() == 1
    with clock.frozen(at + timedelta(minutes=5)):
        assert hooks.deliver() == 1
    assert len({headers["webhook-id"] for headers, _ in hooks.inbox.got}) == 1
    assert len({body for _, body in hooks.inbox.got}) == 1
    assert len({headers["webhook-timestamp"] for headers, _ in hooks.inbox.got}) == 3
    assert [each.status for each in attempts(hooks)] == [500, 302, 200]
    first = attempts(hooks)[0]
    assert first.response == "sorry" and first.response_headers["content-type"] == "text/plain"
    assert "webhook-id" in first.request_headers
    assert "webhook-signature" not in first.request_headers
    assert [each.state for each in deliveries(hooks)] == ["delivered"]


def test_an_endpoint_may_ask_to_be_left_alone_for_a_while(hooks: Hooks) -> None:
    hooks.endpoint()
    hooks.inbox.answers = [(429, {"Retry-After": "900"}, b"")]
    hooks.world.register()
    at = clock.now()
    hooks.deliver()
    with clock.frozen(at + timedelta(seconds=700)):
        assert hooks.deliver() == 0
    with clock.frozen(at + timedelta(seconds=1100)):
        assert hooks.deliver() == 1


def test_after_three_days_it_is_a_dead_letter_and_can_be_sent_again(hooks: Hooks) -> None:
    endpoint = hooks.endpoint()
    hooks.inbox.always = 503
    hooks.world.register()
    at, tries = clock.now(), 0
    for hours in range(0, 80, 2):
        with clock.frozen(at + timedelta(hours=hours)):
            tries += hooks.deliver()
            resume_if_paused(hooks, endpoint, keep_age=True)
    [dead] = deliveries(hooks)
    assert dead.state == "dead" and dead.next_at is None and tries > len(WAITS)
    hooks.inbox.always = 200
    with hooks.world.inside():
        found = webhooks.get_delivery(endpoint.id, dead.id)
        webhooks.replay(found, webhooks.get_endpoint(endpoint.id), by=OWNER)
    assert hooks.deliver() == 1
    assert deliveries(hooks)[0].state == "delivered"


def resume_if_paused(hooks: Hooks, endpoint: WebhookEndpoint, *, keep_age: bool) -> None:
    """Resume without the three days that a person's resuming gives anew."""
    with hooks.world.inside():
        row = webhooks.get_endpoint(endpoint.id)
        before = {each.id: each.give_up_at for each in db.session.scalars(select(WebhookDelivery))}
        if row.state == "paused":
            webhooks.resume(row, by=OWNER)
            for each in db.session.scalars(select(WebhookDelivery)):
                each.give_up_at = before[each.id] if keep_age else each.give_up_at


def test_an_endpoint_that_fails_for_long_is_paused_and_what_comes_is_held(hooks: Hooks) -> None:
    endpoint = hooks.endpoint()
    hooks.inbox.always = 500
    at = clock.now()
    for number in range(PAUSE_AFTER_FAILURES):
        with clock.frozen(at + (PAUSE_AFTER * number) / (PAUSE_AFTER_FAILURES - 1)):
            hooks.world.register()
            hooks.deliver()
    row = endpoint_row(hooks, endpoint)
    assert row.state == "paused" and "12 hours" in row.state_reason
    assert {each.state for each in deliveries(hooks)} == {"held"}
    hooks.world.register()
    assert hooks.deliver() == 0
    hooks.inbox.always, held = 200, len(deliveries(hooks))
    hooks.inbox.got.clear()
    with hooks.world.inside():
        webhooks.resume(webhooks.get_endpoint(endpoint.id), by=OWNER)
    assert hooks.deliver() == held
    assert {each.state for each in deliveries(hooks)} == {"delivered"}
    assert endpoint_row(hooks, endpoint).failures == 0


def test_failing_often_in_a_short_time_pauses_nothing(hooks: Hooks) -> None:
    endpoint = hooks.endpoint()
    hooks.inbox.always = 500
    for _ in range(PAUSE_AFTER_FAILURES + 2):
        hooks.world.register()
    hooks.deliver()
    assert endpoint_row(hooks, endpoint).state == "active"


def test_an_endpoint_that_says_gone_is_paused_at_once(hooks: Hooks) -> None:
    endpoint = hooks.endpoint()
    hooks.inbox.answers = [(410, {}, b"")]
    hooks.world.register()
    hooks.deliver()
    assert endpoint_row(hooks, endpoint).state == "paused"
    with hooks.world.inside(commit=False):
        told = select(HistoryEvent).where(HistoryEvent.action == "webhook_paused")
        assert "410" in db.session.scalars(told).one().data["reason"]


def test_a_private_address_is_never_called(hooks: Hooks, gate: Gate) -> None:
    endpoint = hooks.endpoint()
    with hooks.world.inside():
        webhooks.get_endpoint(endpoint.id).url = "https://erp.example/hooks"
    hooks.world.register()
    with hooks.world.inside():
        inner = Gate(10.0, loopback=False, context=gate.context, resolve=gate.resolve)
        webhooks.deliver_due(Post(db.session.commit, threading.Event(), inner))
    assert hooks.inbox.got == []
    [tried] = attempts(hooks)
    assert tried.status is None and tried.fault == "erp.example is not a public address."


def test_a_long_answer_is_cut_and_no_answer_is_told(hooks: Hooks) -> None:
    hooks.endpoint()
    hooks.inbox.answers = [(500, {}, b"\x00\xff" * 100_000)]
    hooks.world.register()
    hooks.deliver()
    [tried] = attempts(hooks)
    assert len(tried.response) == 4000 and "\x00" not in tried.response


def test_two_senders_never_send_the_same_at_once(hooks: Hooks) -> None:
    hooks.endpoint()
    for _ in range(3):
        hooks.world.register()
    with hooks.world.inside():
        first = take_due({}, most=10)
    with hooks.world.inside():
        second = take_due({}, most=10)
    assert len(first) == 3 and second == []


def test_who_dies_with_a_delivery_in_hand_loses_nothing(hooks: Hooks) -> None:
    hooks.endpoint()
    hooks.world.register()
    with hooks.world.inside():
        take_due({}, most=10)
    assert hooks.deliver() == 0
    with clock.frozen(clock.now() + timedelta(seconds=61)):
        assert hooks.deliver() == 1
    assert types(hooks) == ["return.created"]


def test_a_backlog_of_one_endpoint_leaves_room_for_others(hooks: Hooks) -> None:
    hooks.endpoint()
    other = hooks.endpoint(store=hooks.world.b)
    for _ in range(8):
        hooks.world.register()
    hooks.world.register(store=hooks.world.b)
    with hooks.world.inside():
        taken = take_due({}, most=32)
    assert sum(each.endpoint_id == other.id for each in taken) == 1
    assert len(taken) == 5


def test_everything_since_a_moment_is_sent_again_and_late_comers_get_it_too(hooks: Hooks) -> None:
    hooks.endpoint()
    at = clock.now()
    for _ in range(3):
        hooks.world.register()
    hooks.deliver()
    late = hooks.endpoint("return.created")
    with hooks.world.inside():
        row = webhooks.get_endpoint(late.id)
        assert webhooks.replay_since(row, at, by=OWNER) == 3
        assert webhooks.replay_since(row, clock.now(), by=OWNER) == 0
    assert hooks.deliver() == 3
    with hooks.world.inside():
        assert webhooks.replay_since(webhooks.get_endpoint(late.id), at, by=OWNER) == 3
    assert hooks.deliver() == 3


def test_a_test_goes_to_its_endpoint_alone(hooks: Hooks) -> None:
    hooks.endpoint()
    second = hooks.endpoint("photo.verified")
    with hooks.world.inside():
        webhooks.send_test(webhooks.get_endpoint(second.id), by=OWNER)
    assert hooks.deliver() == 1
    assert types(hooks) == ["webhook.test"]


def test_an_ended_endpoint_gets_nothing_more_and_is_not_found(hooks: Hooks) -> None:
    endpoint = hooks.endpoint()
    hooks.world.register()
    with hooks.world.inside():
        webhooks.end(webhooks.get_endpoint(endpoint.id), by=OWNER)
    hooks.world.register()
    assert hooks.deliver() == 0
    assert [each.state for each in deliveries(hooks)] == ["dead"]
    with hooks.world.inside(), pytest.raises(errors.NotFound):
        webhooks.get_endpoint(endpoint.id)


def test_the_log_forgets_after_thirty_days(hooks: Hooks) -> None:
    hooks.endpoint()
    hooks.world.register()
    hooks.deliver()
    with hooks.world.inside():
        assert webhooks.forget_old() == 0
    with hooks.world.inside(), clock.frozen(clock.now() + timedelta(days=31)):
        assert webhooks.forget_old() == 1
    assert attempts(hooks) == []


def test_an_endpoint_of_another_merchant_is_not_found(hooks: Hooks) -> None:
    endpoint = hooks.endpoint()
    inside_b = tenancy.tenant(hooks.world.b.id)
    with hooks.world.app.app_context(), inside_b, pytest.raises(errors.NotFound):
        webhooks.get_endpoint(endpoint.id)


def test_the_secret_is_a_whsec_of_256_bits(hooks: Hooks) -> None:
    secret = hooks.endpoint().secret
    assert len(base64.b64decode(secret.removeprefix("whsec_"))) == 32
