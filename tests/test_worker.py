"""A job is done once, by one worker, whatever happens to the workers."""

import threading
import uuid
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from qcportal import clock, errors, jobs, tenancy
from qcportal.db import db
from qcportal.history import SYSTEM, HistoryEvent
from qcportal.jobs import Interrupted, Job
from qcportal.worker import Duty, Runner, Worker
from tests.world import World


def ask(world: World, **params: object) -> uuid.UUID:
    with world.inside():
        return jobs.start(world.a.id, "count", params, by=SYSTEM).id


def row(world: World, job_id: uuid.UUID) -> Job:
    with world.inside(commit=False):
        return jobs.get_job(job_id)


def run(world: World, runner: Runner, **options: object) -> bool:
    with world.app.app_context():
        return Worker({"count": runner}, (), **options).once()


def count_to_three(job: Job, progress) -> dict:
    for step in (1, 2, 3):
        progress.at(step, 3)
    return {"counted": 3}


def test_a_job_is_run_in_its_merchants_scope_and_keeps_its_result(world: World) -> None:
    seen = []

    def runner(job: Job, progress) -> dict:
        seen.append(tenancy.current().merchant_id)
        return count_to_three(job, progress) | job.params

    job_id = ask(world, of="sheep")
    assert run(world, runner)
    job = row(world, job_id)
    assert (job.state, job.done, job.total) == ("done", 3, 3)
    assert job.result == {"counted": 3, "of": "sheep"}
    assert seen == [world.a.id]
    assert job.started_at <= job.ended_at
    assert job.attempts == 1
    assert not run(world, runner), "there is nothing left"


def test_jobs_are_taken_in_the_order_they_were_asked_for(world: World) -> None:
    wanted = [ask(world, number=number) for number in range(3)]
    done = []
    for _ in wanted:
        run(world, lambda job, _progress: done.append(job.id) or {})
    assert done == wanted


def test_of_many_workers_one_takes_a_job(world: World) -> None:
    job_id = ask(world)
    runs, began = [], threading.Barrier(8)

    def work() -> None:
        began.wait(10)
        run(world, lambda job, _progress: runs.append(job.id) or {})

    threads = [threading.Thread(target=work) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(30)
    assert runs == [job_id]
    assert row(world, job_id).attempts == 1


def test_a_job_whose_worker_died_is_taken_again_after_its_lease(world: World) -> None:
    job_id = ask(world)
    with world.inside():
        assert jobs.take(jobs.get_job(job_id))
    assert not run(world, count_to_three), "somebody holds it"
    with clock.frozen(clock.now() + timedelta(seconds=jobs.LEASE_SECONDS + 1)):
        assert run(world, count_to_three)
    assert (row(world, job_id).state, row(world, job_id).attempts) == ("done", 2)


def test_progress_renews_the_lease(world: World) -> None:
    job_id = ask(world)
    start = clock.now()

    def slow(_job: Job, progress) -> dict:
        for minute in range(1, 5):
            with clock.frozen(start + timedelta(seconds=50 * minute)):
                progress.at(minute, 4)
                assert not run(world, count_to_three)
        return {}

    with clock.frozen(start):
        run(world, slow)
    assert (row(world, job_id).state, row(world, job_id).attempts) == ("done", 1)


def test_who_lost_a_job_to_another_worker_keeps_nothing_of_the_last_slice(world: World) -> None:
    job_id = ask(world)

    def slow(_job: Job, progress) -> dict:
        progress.at(1, 9, {"mine": 1})
        with clock.frozen(clock.now() + timedelta(seconds=jobs.LEASE_SECONDS + 1)):
            run(world, count_to_three)
        with pytest.raises(Interrupted):
            progress.at(2, 9, {"mine": 2})
        return {"mine": 3}

    run(world, slow)
    assert row(world, job_id).result == {"counted": 3}
    assert row(world, job_id).attempts == 2


def test_a_job_that_never_ends_is_given_up_in_words(world: World) -> None:
    job_id = ask(world)
    for attempt in range(jobs.MOST_ATTEMPTS + 1):
        later = clock.now() + timedelta(minutes=2 * attempt)
        with world.inside(), clock.frozen(later):
            assert jobs.take(jobs.get_job(job_id)) is (attempt < jobs.MOST_ATTEMPTS)
    job = row(world, job_id)
    assert (job.state, job.fault) == ("failed", jobs.GIVEN_UP)
    assert not run(world, count_to_three)


def test_cancelling_takes_hold_while_it_runs(world: World) -> None:
    job_id = ask(world)
    passed = []

    def runner(job: Job, progress) -> dict:
        progress.at(1, 3, {"kept": 1})
        with world.inside():
            jobs.cancel(jobs.get_job(job.id), by=SYSTEM)
        progress.at(2, 3, {"kept": 2})
        passed.append(job.id)
        return {}

    run(world, runner)
    job = row(world, job_id)
    assert (job.state, job.done, job.result, passed) == ("cancelled", 1, {"kept": 1}, [])
    with world.inside(commit=False):
        actions = db.session.scalars(
            select(HistoryEvent.action).where(HistoryEvent.chain == job_id)
        )
        assert sorted(actions) == ["job_asked", "job_cancelled"]


def test_what_was_cancelled_in_the_last_slice_is_not_done(world: World) -> None:
    job_id = ask(world)

    def runner(job: Job, _progress) -> dict:
        with world.inside():
            jobs.cancel(jobs.get_job(job.id), by=SYSTEM)
        return {"late": True}

    run(world, runner)
    assert (row(world, job_id).state, row(world, job_id).result) == ("cancelled", {})


def test_what_has_ended_cannot_be_cancelled(world: World) -> None:
    job_id = ask(world)
    run(world, count_to_three)
    with world.inside(commit=False), pytest.raises(errors.Conflict, match="ended"):
        jobs.cancel(jobs.get_job(job_id), by=SYSTEM)


def test_an_error_of_the_domain_ends_the_job_with_its_words(world: World) -> None:
    def runner(_job: Job, _progress) -> dict:
        fault = errors.Fault("", "no_header", "The first line names no column `sku`.")
        raise errors.Invalid(faults=[fault])

    job_id = ask(world)
    run(world, runner)
    job = row(world, job_id)
    assert (job.state, job.fault) == ("failed", "The first line names no column `sku`.")


def test_a_bug_ends_the_job_in_plain_words_and_undoes_the_slice(world: World) -> None:
    def runner(_job: Job, progress) -> dict:
        progress.at(1, 2)
        jobs.start(world.a.id, "never", {}, by=SYSTEM)
        raise ZeroDivisionError("an inner detail")

    job_id = ask(world)
    run(world, runner)
    job = row(world, job_id)
    assert (job.state, job.done) == ("failed", 1)
    assert "inner detail" not in job.fault
    assert "on our side" in job.fault
    with world.inside(commit=False):
        assert db.session.scalar(select(func.count()).select_from(Job)) == 1


@pytest.mark.parametrize(
    "error",
    [errors.Unavailable("S3 did not answer."), OperationalError("", {}, Exception("locked"))],
    ids=["s3", "database"],
)
def test_what_is_away_for_a_moment_is_tried_again(world: World, error: Exception) -> None:
    def runner(_job: Job, _progress) -> dict:
        raise error

    job_id = ask(world)
    run(world, runner)
    assert row(world, job_id).state == "waiting"
    assert not run(world, count_to_three), "not at once"
    with clock.frozen(clock.now() + timedelta(minutes=1)):
        assert run(world, count_to_three)
    assert (row(world, job_id).state, row(world, job_id).attempts) == ("done", 2)


def test_a_worker_told_to_stop_hands_its_job_back_with_what_it_did(world: World) -> None:
    stopping = threading.Event()

    def runner(_job: Job, progress) -> dict:
        stopping.set()
        progress.at(1, 3, {"so": "far"})
        raise AssertionError("it went on")

    job_id = ask(world)
    run(world, runner, stopping=stopping)
    job = row(world, job_id)
    assert (job.state, job.done, job.result, job.attempts) == ("waiting", 1, {"so": "far"}, 0)
    assert run(world, count_to_three), "another one goes on at once"


def test_duties_are_done_when_due_and_one_does_not_keep_the_others(world: World) -> None:
    done = []

    def broken() -> None:
        raise ZeroDivisionError

    duties = (Duty("broken", 3600, broken), Duty("good", 3600, lambda: done.append(1)))
    worker = Worker({}, duties)
    with world.app.app_context():
        worker.once()
        worker.once()
    assert done == [1]


def test_a_merchants_jobs_are_no_other_merchants(world: World) -> None:
    job_id = ask(world)
    with world.app.app_context(), tenancy.tenant(world.b.id):
        assert db.session.scalars(jobs.select_jobs(world.b.id, "count")).all() == []
        with pytest.raises(errors.NotFound):
            jobs.get_job(job_id)
    with world.app.app_context(), tenancy.tenant(world.a.id):
        assert [each.id for each in db.session.scalars(jobs.select_jobs(world.a.id, "count"))] == [
            job_id
        ]


def test_jobs_of_a_kind_that_a_worker_does_not_know_are_left_to_others(world: World) -> None:
    job_id = ask(world)
    with world.app.app_context():
        assert not Worker({"another": count_to_three}, ()).once()
    assert row(world, job_id).state == "waiting"


def test_the_loop_runs_jobs_until_it_is_told_to_stop(world: World) -> None:
    worker = Worker({}, ())
    worker.runners = {"count": lambda job, progress: worker.stop() or count_to_three(job, progress)}
    first, second = ask(world), ask(world)
    with world.app.app_context():
        worker.work()
    assert (row(world, first).state, row(world, second).state) == ("waiting", "waiting")
    assert row(world, first).done == 1, "its slice was kept"


def test_duties_go_on_while_a_job_runs(world: World) -> None:
    done = threading.Event()
    worker = Worker({}, (Duty("mark", 3600, done.set),))

    def runner(_job: Job, _progress) -> dict:
        in_time = done.wait(20)
        worker.stopping.set()
        return {"in_time": in_time}

    def attend() -> None:
        with world.app.app_context():
            worker.attend()

    worker.runners = {"count": runner}
    job_id = ask(world)
    attendant = threading.Thread(target=attend)
    with world.app.app_context():
        attendant.start()
        worker.work()
        attendant.join(20)
    assert row(world, job_id).result == {"in_time": True}


def test_a_database_that_is_away_is_waited_for(world: World, monkeypatch) -> None:
    worker = Worker({"count": count_to_three}, ())

    def away(*_arguments: object) -> None:
        raise OperationalError("", {}, Exception("gone"))

    with monkeypatch.context() as patched, world.app.app_context():
        patched.setattr(jobs, "select_takeable", away)
        assert not worker.once()
    job_id = ask(world)
    with world.app.app_context():
        assert worker.once()
    assert row(world, job_id).state == "done"
