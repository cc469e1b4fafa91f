"""Clocks that stand still, run out, remind and escalate; who is late is seen and counted."""

import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from qcportal import accounts, clock, disputes, errors
from qcportal.db import db
from qcportal.disputes import Deadlines, working_days
from qcportal.disputes.working_days import Calendar
from qcportal.history import SYSTEM
from qcportal.worker import EVERY, Worker
from tests.disputes.cases import (
    ASHA,
    BALA,
    CLAIMS,
    DECLINED,
    a_claim,
    in_review,
    inspected,
    row,
    sent,
    steps,
    told,
)
from tests.world import World

QUESTION = "Which of the two boxes do you mean?"
DAY = timedelta(days=1)
TUESDAY = datetime(2026, 11, 24, 9, tzinfo=UTC)


def india(world: World) -> Calendar:
    with world.inside(commit=False):
        return disputes.calendar_of(accounts.get_merchant(world.a.id))


def asked(world: World):
    dispute = in_review(world)
    with world.inside():
        return disputes.ask(dispute.id, QUESTION, by=ASHA)


def test_a_question_stops_the_clock_and_the_answer_lets_it_go_on(world: World) -> None:
    before = in_review(world)
    dispute = asked_again = asked(world)
    calendar, decide_by = india(world), dispute.decide_by
    assert (dispute.state, dispute.waits_for) == ("info_requested", "merchant")
    assert dispute.reply_by == working_days.add_days(calendar, dispute.stopped_at, 3)
    assert world.return_row(str(dispute.return_id)).dispute_state == "info_requested"
    left = working_days.between(calendar, dispute.stopped_at, decide_by)
    answered_at = dispute.reply_by - timedelta(hours=1)
    with clock.frozen(answered_at), world.inside():
        asked_again = disputes.answer(dispute.id, "The one on the left.", by=CLAIMS)
    assert (asked_again.state, asked_again.stopped_at) == ("under_review", None)
    assert asked_again.decide_by == working_days.add(calendar, answered_at, left)
    assert row(world, before.id).decide_by is not None
    with world.inside(commit=False):
        messages = disputes.get_full(dispute.id, by=CLAIMS).messages
    assert [(each.side, each.kind) for each in messages] == [
        ("admin", "question"), ("merchant", "answer"),
    ]  # fmt: skip
    assert told(world, dispute.id) == ["opened", "question", "answered"]


def test_without_an_answer_the_review_goes_on_from_the_end_of_its_time(world: World) -> None:
    dispute = asked(world)
    calendar, reply_by = india(world), dispute.reply_by
    left = working_days.between(calendar, dispute.stopped_at, dispute.decide_by)
    late = pytest.raises(errors.Conflict, match="time to answer has ended")
    with clock.frozen(reply_by), late, world.inside():
        disputes.answer(dispute.id, "Too late", by=CLAIMS)
    with clock.frozen(reply_by + 2 * DAY), world.inside():
        assert disputes.is_any_due(dispute_id=dispute.id)
        assert disputes.settle_due(dispute_id=dispute.id) == 1
        assert not disputes.is_any_due(dispute_id=dispute.id)
    now = row(world, dispute.id)
    assert (now.state, now.reply_by) == ("under_review", None)
    assert now.decide_by == working_days.add(calendar, reply_by, left)
    assert steps(world, dispute.id)[-1] == "resume"
    with clock.frozen(reply_by + 3 * DAY), world.inside():
        disputes.add_words(dispute.id, "Sorry for being late: the left one.", by=CLAIMS)
    assert told(world, dispute.id)[-2:] == ["reply_overdue", "words_added"]


def test_two_workers_settle_each_step_once(world: World) -> None:
    pending = [in_review(world) for _ in range(3)]
    with world.inside():
        for each in pending:
            disputes.decide(each.id, DECLINED, by=ASHA)
    at, made, start = clock.now() + timedelta(minutes=1), [], threading.Barrier(8)

    def settle() -> None:
        start.wait()
        with world.inside():
            made.append(disputes.settle_due(at))

    threads = [threading.Thread(target=settle) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sum(made) == 3
    assert [steps(world, each.id).count("settle") for each in pending] == [1, 1, 1]


def test_the_worker_has_the_duties(world: World) -> None:
    assert {"settle disputes", "remind of disputes"} <= {duty.name for duty in EVERY}
    dispute = in_review(world)
    with world.inside():
        disputes.decide(dispute.id, DECLINED, by=ASHA)
    with world.app.app_context(), clock.frozen(clock.now() + timedelta(minutes=1)):
        Worker().once()
    assert row(world, dispute.id).state == "rejected"


def test_reminders_come_once_before_and_escalations_once_after(world: World) -> None:
    dispute = sent(world)
    end = dispute.decide_by

    def remind(at) -> int:
        with world.inside(), clock.frozen(at):
            return disputes.remind()

    assert remind(end - timedelta(hours=5)) == 0
    assert [remind(end - timedelta(hours=3)) for _ in range(2)] == [1, 0]
    assert [remind(end + timedelta(seconds=each)) for each in (0, 60)] == [1, 0]
    assert told(world, dispute.id) == ["opened", "decide_due_soon", "decide_overdue"]
    assert steps(world, dispute.id)[-2:] == ["reminded", "escalated"]


def test_merchants_are_reminded_of_what_waits_for_them(world: World) -> None:
    question = asked(world)
    rvp = inspected(world)
    claim = a_claim(world, rvp)
    with world.inside():
        draft = disputes.draft(claim, by=CLAIMS)
    declined = in_review(world)
    with world.inside():
        disputes.decide(declined.id, DECLINED, by=ASHA)
        disputes.settle_due(clock.now() + timedelta(minutes=1))
    appeal_by = row(world, declined.id).appeal_by
    for at in (question.reply_by, draft.file_by, appeal_by):
        with world.inside(), clock.frozen(at - timedelta(hours=2)):
            disputes.remind()
    assert told(world, question.id)[-1] in ("reply_due_soon", "decide_due_soon")
    assert "reply_due_soon" in told(world, question.id)
    assert told(world, draft.id) == ["file_due_soon"]
    assert told(world, declined.id)[-1] == "appeal_due_soon"


def test_an_event_is_taken_off_once_it_was_told(world: World) -> None:
    sent(world)
    with world.inside():
        events = disputes.due_events()
        assert [event.kind for event in events] == ["dispute.opened"]
        assert events[0].data["number"] == "D-1001"
        assert disputes.mark_told([event.id for event in events]) == 1
        assert disputes.mark_told([event.id for event in events]) == 0
        assert disputes.due_events() == []


def test_who_is_late_is_shown_filtered_and_counted(world: World) -> None:
    with clock.frozen(TUESDAY):
        late = sent(world)
    with clock.frozen(TUESDAY + timedelta(hours=1)):
        fresh = sent(world)
    with clock.frozen(late.decide_by + timedelta(seconds=1)), world.inside(commit=False):
        assert disputes.count_queue(disputes.QueueFilter(), by=ASHA).late == 1
        wanted = disputes.ListFilter(late=True)
        assert [case.id for case in disputes.get_page(wanted, by=CLAIMS).rows] == [late.id]
        assert disputes.count_tabs(disputes.ListFilter())["late"] == 1
        queue = disputes.get_queue(disputes.QueueFilter(), by=ASHA).rows
        assert [(case.id, case.late) for case in queue] == [(late.id, True), (fresh.id, False)]
        only = disputes.get_queue(disputes.QueueFilter(late=True), by=ASHA).rows
        assert [case.id for case in only] == [late.id]
        assert disputes.count_queue(disputes.QueueFilter(), by=ASHA).late == 1
        assert queue[0].time_left(clock.now()) == -1


def test_a_holiday_moves_what_is_asked_from_then_on(world: World) -> None:
    with world.inside(commit=False):
        names = [each.name for each in db.session.scalars(disputes.select_holidays())]
    assert names == ["Republic Day", "Independence Day", "Gandhi Jayanti"]
    calendar = india(world)
    day = calendar.day_of(working_days.add_days(calendar, clock.now(), 1))
    with world.inside():
        added = disputes.add_holiday(day, "Diwali", yearly=False, by=SYSTEM)
        with pytest.raises(errors.Conflict, match="free already"):
            disputes.add_holiday(day, "Again", yearly=False, by=SYSTEM)
    assert not india(world).works_on(day)
    assert sent(world).decide_by.date() > working_days.add_days(calendar, clock.now(), 5).date()
    with world.inside():
        disputes.remove_holiday(added.id, by=SYSTEM)
        with pytest.raises(errors.NotFound):
            disputes.remove_holiday(added.id, by=SYSTEM)
    assert india(world).works_on(day)


@pytest.mark.parametrize(
    "wrong",
    [
        Deadlines(file_days=0),
        Deadlines(reply_days=366),
        Deadlines(weekend=tuple(range(7))),
        Deadlines(weekend=(7,)),
        Deadlines(two_above=-1),
    ],
)
def test_deadlines_that_make_no_sense_are_refused(world: World, wrong: Deadlines) -> None:
    with pytest.raises(errors.Invalid), world.inside():
        disputes.set_deadlines(accounts.get_merchant(world.a.id), wrong, by=SYSTEM)


def test_deadlines_are_the_merchants_own(world: World) -> None:
    wanted = Deadlines(2, 1, 1, 3, (6,), None)
    with world.inside():
        disputes.set_deadlines(accounts.get_merchant(world.a.id), wanted, by=SYSTEM)
    with world.inside(commit=False):
        assert disputes.deadlines_of(accounts.get_merchant(world.a.id)) == wanted
        assert disputes.deadlines_of(accounts.get_merchant(world.b.id)) == Deadlines()
    dispute = sent(world)
    assert dispute.file_by - dispute.filed_at < timedelta(days=2)
    assert not dispute.needs_two
    with pytest.raises(errors.Invalid), world.inside():
        disputes.add_holiday(date(2026, 1, 1), " ", yearly=False, by=SYSTEM)


def test_a_yearly_holiday_is_free_every_year(world: World) -> None:
    with world.inside():
        disputes.add_holiday(date(2026, 12, 25), "Christmas", yearly=True, by=SYSTEM)
        for each in db.session.scalars(select(disputes.Holiday)).all():
            assert each.year == 0
    assert not any(india(world).works_on(date(year, 12, 25)) for year in range(2026, 2040))


def test_every_step_is_one_row_of_the_history(world: World) -> None:
    dispute = sent(world)
    with world.inside():
        disputes.claim(dispute.id, by=ASHA)
        disputes.recategorise(dispute.id, "used", by=ASHA)
        disputes.ask(dispute.id, QUESTION, by=ASHA)
        disputes.answer(dispute.id, "The left one.", by=CLAIMS)
        disputes.claim(dispute.id, by=BALA)
        disputes.decide(dispute.id, DECLINED, by=BALA)
        disputes.settle_due(clock.now() + timedelta(minutes=1))
    now = row(world, dispute.id)
    wanted = ["draft", "send", "claim", "recategorise", "ask", "answer", "claim", "decide"]
    assert steps(world, dispute.id) == [*wanted, "settle"]
    assert (now.version, now.category, now.suggested_category) == (9, "used", "damaged")
    with world.inside(commit=False):
        full = disputes.get_full(dispute.id, by=ASHA)
    assert [each.data["version"] for each in full.history] == list(range(9, 0, -1))
