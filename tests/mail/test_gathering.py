"""Who is told what, when: at once, in the daily mail, or never; each thing once."""

import threading
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from qcportal import accounts, clock, disputes, errors, history, mail, tenancy, webhooks
from qcportal.db import db, new_id
from qcportal.history import SYSTEM, Actor
from qcportal.mail import AT_ONCE, BY_KEY, DAILY, KINDS, NEVER, Choices, Mail, MailNotice, News
from qcportal.mail.choices import next_hour
from qcportal.mail.outbox import TOLD_ACTIONS
from qcportal.mail.words import SAID, path_of
from qcportal.webhooks import EndpointFields
from tests.disputes.cases import ASHA, DECLINED, DEV, inspected, sent
from tests.mail.conftest import person
from tests.reviews.cases import a_case
from tests.world import World


def tell(world: World) -> None:
    """Do what the worker does of it."""
    with world.inside():
        mail.tell_of_disputes()
    with world.inside():
        mail.gather()


def letters(world: World) -> dict[str, list[str]]:
    """Give the events of every letter by address, oldest first."""
    with world.inside(commit=False):
        found: dict[str, list[str]] = {}
        for each in db.session.scalars(select(Mail).order_by(Mail.id)):
            found.setdefault(each.address, []).extend(line["event"] for line in each.data["lines"])
        return found


def choose(world: World, email: str, hour: int = 9, **chosen: str) -> None:
    with world.inside():
        mail.choose(person(email), Choices(hour, chosen))


def a_minute_passes(world: World, **more: float) -> None:
    """Let what was told be older, so that the next letter does not wait."""
    with world.inside():
        past = clock.now() - timedelta(minutes=2)
        db.session.execute(update(Mail).values(created_at=past))


def test_a_question_reaches_the_merchants_people_at_once_and_nobody_else(world: World) -> None:
    dispute = sent(world)
    tell(world)
    with world.inside():
        disputes.claim(dispute.id, by=ASHA)
        disputes.ask(dispute.id, "Which of the two boxes is it?", by=ASHA)
    tell(world)
    found = letters(world)
    assert found[world.a.owner] == ["dispute.question"]
    assert world.a.viewer not in found
    assert world.b.owner not in found
    assert world.admin not in found


def test_what_comes_daily_waits_for_the_persons_hour(world: World) -> None:
    sent(world)
    tell(world)
    assert letters(world) == {}
    with world.inside():
        rows = list(db.session.scalars(select(MailNotice)))
        people = {person(world.a.owner).id, person(world.admin).id}
        assert {each.user_id for each in rows} == people
        assert {each.due_at.astimezone(UTC).strftime("%H:%M") for each in rows} == {"03:30"}
        db.session.execute(update(MailNotice).values(due_at=clock.now()))
    tell(world)
    assert letters(world) == {
        world.a.owner: ["dispute.opened"], world.admin: ["dispute.opened"],
    }  # fmt: skip
    with world.inside(commit=False):
        assert {each.kind for each in db.session.scalars(select(Mail))} == {"digest"}


def test_what_was_told_is_told_once(world: World) -> None:
    choose(world, world.a.owner, sent=AT_ONCE)
    sent(world)
    for _ in range(3):
        tell(world)
        a_minute_passes(world)
    assert letters(world)[world.a.owner] == ["dispute.opened"]


def test_many_things_at_once_become_one_letter(world: World) -> None:
    choose(world, world.a.owner, sent=AT_ONCE)
    for _ in range(3):
        sent(world, rvp=inspected(world))
    tell(world)
    with world.inside(commit=False):
        mine = select(Mail).where(Mail.address == world.a.owner)
        (letter,) = db.session.scalars(mine)
        assert len(letter.data["lines"]) == 3


def test_the_next_letter_waits_a_minute_and_nothing_is_lost(world: World) -> None:
    choose(world, world.a.owner, sent=AT_ONCE)
    sent(world)
    tell(world)
    sent(world, rvp=inspected(world))
    tell(world)
    assert letters(world)[world.a.owner] == ["dispute.opened"]
    a_minute_passes(world)
    tell(world)
    assert letters(world)[world.a.owner] == ["dispute.opened"] * 2


def test_a_decision_is_told_when_it_holds_and_the_appeal_to_those_who_decide_on_it(
    world: World,
) -> None:
    with world.inside():
        world._person("dev@carrier.example", "Dev Nair", "appeals_officer", None)
    dispute = sent(world)
    with world.inside():
        disputes.claim(dispute.id, by=ASHA)
        disputes.decide(dispute.id, DECLINED, by=ASHA)
    tell(world)
    assert letters(world) == {}, "ten seconds to undo"
    with world.inside():
        disputes.settle_due(clock.now() + timedelta(seconds=11))
    tell(world)
    assert letters(world) == {world.a.owner: ["dispute.decided"]}
    from tests.disputes.cases import CLAIMS, TEXT

    with world.inside():
        disputes.appeal(dispute.id, TEXT, by=CLAIMS)
    tell(world)
    found = letters(world)
    assert found["dev@carrier.example"] == ["dispute.appealed"]
    assert found[world.admin] == ["dispute.appealed"]
    assert world.clerk not in found
    assert DEV.role == "appeals_officer"


def test_a_deadline_that_is_near_or_over_is_told(world: World) -> None:
    dispute = sent(world)
    with world.inside():
        disputes.remind(dispute.decide_by - timedelta(hours=1))
    tell(world)
    assert letters(world) == {world.admin: ["dispute.decide_due_soon"]}
    a_minute_passes(world)
    with world.inside():
        disputes.remind(dispute.decide_by + timedelta(hours=1))
    tell(world)
    assert letters(world) == {world.admin: ["dispute.decide_due_soon", "dispute.decide_overdue"]}


def test_an_item_that_waits_for_a_decision_is_told_to_its_store(world: World) -> None:
    rvp = a_case(world, minutes=30)
    tell(world)
    assert letters(world) == {world.a.owner: ["review_opened"]}
    with world.inside(commit=False):
        (letter,) = db.session.scalars(select(Mail))
        assert letter.data["lines"][0]["subject"] == rvp["return_id"]


def paused(world: World, by: Actor) -> None:
    with world.inside(), tenancy.tenant(world.a.id):
        fields = EndpointFields("https://erp.fern.example/hook")
        endpoint = webhooks.create(accounts.get_merchant(world.a.id), fields, by=SYSTEM)
        webhooks.pause(endpoint, reason="It answered 410 Gone.", by=by)


def test_a_webhook_that_was_paused_by_itself_is_told_to_the_owner(world: World) -> None:
    paused(world, SYSTEM)
    tell(world)
    assert letters(world) == {world.a.owner: ["webhook_paused"]}


def test_who_pauses_a_webhook_needs_no_mail(world: World) -> None:
    paused(world, Actor("user", "1", "Owner"))
    tell(world)
    assert letters(world) == {}


def test_never_means_never_and_a_viewer_is_asked_first(world: World) -> None:
    choose(world, world.a.owner, review=NEVER)
    choose(world, world.a.viewer, review=AT_ONCE)
    a_case(world, minutes=30)
    tell(world)
    assert letters(world) == {world.a.viewer: ["review_opened"]}


@pytest.mark.parametrize("change", ["deactivate", "role", "never"])
def test_who_may_or_wants_no_more_gets_nothing_of_before(world: World, change: str) -> None:
    choose(world, world.a.owner, webhook=DAILY)
    paused(world, SYSTEM)
    with world.inside():
        owner = person(world.a.owner)
        merchant = accounts.get_merchant(world.a.id)
        accounts.create_user(
            email="second@fern.example", name="Second", password="correct horse battery",
            role="owner", merchant=merchant, by=SYSTEM,
        )  # fmt: skip
        if change == "deactivate":
            accounts.deactivate(owner, by=SYSTEM)
        elif change == "role":
            accounts.set_role(owner, "claims", by=SYSTEM)
        else:
            mail.choose(owner, Choices(9, {"webhook": NEVER}))
        db.session.execute(update(MailNotice).values(due_at=clock.now()))
    tell(world)
    assert set(letters(world)) == {world.admin, world.clerk}


def test_what_is_days_old_is_not_told_when_mail_is_set_up_at_last(world: World) -> None:
    paused(world, SYSTEM)
    with world.inside():
        past = clock.now() - timedelta(days=4)
        db.session.execute(update(MailNotice).values(at=past, due_at=past))
    tell(world)
    assert letters(world) == {}
    with world.inside(commit=False):
        assert not mail.is_any_due()


def test_what_a_role_back_changes_is_taken_back_too(world: World) -> None:
    """What was written in a transaction that failed is told to nobody."""
    with world.inside(commit=False):
        entry = history.Entry(uuid.uuid4(), world.a.id, "webhook_paused", SYSTEM, {"url": "x"})
        history.record([entry])
        db.session.rollback()
    tell(world)
    assert letters(world) == {}


def test_the_same_event_twice_is_one_notice(world: World) -> None:
    news = News("webhook_paused", new_id(), world.a.id, new_id(), {"url": "x"})
    with world.inside():
        assert mail.write_notices([news], clock.now()) > 0
        assert mail.write_notices([news], clock.now()) == 0


def test_machines_that_gather_at_once_tell_each_thing_once(world: World) -> None:
    news = [
        News("webhook_paused", new_id(), world.a.id, new_id(), {"url": str(n)}) for n in range(20)
    ]
    with world.inside():
        mail.write_notices(news, clock.now())
    failed: list[Exception] = []

    def work() -> None:
        try:
            with world.inside():
                mail.gather()
        except Exception as error:  # noqa: BLE001
            failed.append(error)
        finally:
            with world.app.app_context():
                db.session.remove()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert failed == []
    assert letters(world)[world.a.owner].count("webhook_paused") == 20


def test_every_event_that_is_told_has_words_and_every_word_an_event() -> None:
    told = {event for kind in KINDS for event in kind.events}
    assert told == set(SAID)
    assert set(TOLD_ACTIONS) <= told


def test_every_line_of_a_mail_leads_to_a_page(lite_app: Flask) -> None:
    known = {rule.rule for rule in lite_app.url_map.iter_rules()}
    pages = lite_app.url_map.bind("portal.example")
    for event in SAID:
        for is_admin in (False, True):
            told = {"event": event, "subject": str(uuid.uuid4()), "merchant_id": str(uuid.uuid4())}
            path = path_of(told, is_admin)
            pattern = "/admin/disputes/<uuid:id>" if is_admin else "/disputes/<uuid:id>"
            if "/disputes/" not in path or pattern in known:
                assert pages.match(path)


def test_every_key_stands_for_one_kind() -> None:
    assert len(BY_KEY) == len(KINDS)


@pytest.mark.parametrize(
    "choices",
    [Choices(24), Choices(-1), Choices(9, {"nothing": DAILY}), Choices(9, {"review": "hourly"}),
     Choices(9, {"appeal": DAILY})],
)  # fmt: skip
def test_a_choice_that_is_none_is_refused(world: World, choices: Choices) -> None:
    with world.inside(), pytest.raises(errors.Invalid):
        mail.choose(person(world.a.owner), choices)


def test_choices_are_kept(world: World) -> None:
    choose(world, world.a.owner, 18, review=DAILY)
    choose(world, world.a.owner, 7, review=NEVER)
    with world.inside(commit=False):
        found = mail.choices_of(person(world.a.owner).id)
    assert (found.digest_hour, dict(found.chosen)) == (7, {"review": NEVER})


@pytest.mark.parametrize(
    ("after", "hour", "tz", "then"),
    [
        ("2026-11-27T03:00", 9, "Asia/Kolkata", "2026-11-27T03:30"),
        ("2026-11-27T03:30", 9, "Asia/Kolkata", "2026-11-28T03:30"),
        ("2026-03-29T00:30", 9, "Europe/Berlin", "2026-03-29T07:00"),
        ("2026-03-28T09:00", 9, "Europe/Berlin", "2026-03-29T07:00"),
    ],
)
def test_the_hour_is_the_one_on_the_merchants_clock(
    after: str, hour: int, tz: str, then: str
) -> None:
    def utc(text: str) -> Any:
        return datetime.fromisoformat(text).replace(tzinfo=UTC)

    assert next_hour(hour, tz, after=utc(after)).astimezone(UTC) == utc(then)
