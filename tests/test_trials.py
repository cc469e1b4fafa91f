"""A dry run reads a merchant's returns of the last months, and says what a draft changes."""

import copy
import uuid
from datetime import timedelta

import pytest
from sqlalchemy import update

from qcportal import clock, errors, jobs, trials
from qcportal.db import db
from qcportal.history import SYSTEM
from qcportal.jobs import Job
from qcportal.returns import Return
from qcportal.worker import RUNNERS, Worker
from tests.world import RULEBOOK, World, a_return, an_inspection, an_item


def draft(*, without: str = "", **more: object) -> dict:
    """Give the rulebook in force without one check, and with what is more."""
    document = copy.deepcopy(RULEBOOK) | more
    for rule in document["rules"]:
        rule["checks"] = [each for each in rule["checks"] if each["key"] != without]
    return document


def a_seal() -> dict:
    check = {"key": "seal", "type": "yes_no", "question": "Is the seal unbroken?"}
    return {"id": "seal", "title": "Sealed phones", "checks": [check]}


def ask(world: World, document: dict, *, days: int = 30) -> uuid.UUID:
    with world.inside():
        return trials.start(world.a.id, document=document, days=days, by=SYSTEM).id


def work(world: World) -> bool:
    with world.app.app_context():
        return Worker(duties=()).once()


def told(world: World, document: dict, **options: int) -> dict:
    """Run a document dry and give the result."""
    job_id = ask(world, document, **options)
    assert work(world)
    job = row(world, job_id)
    assert (job.state, job.fault) == ("done", None)
    return job.result


def row(world: World, job_id: uuid.UUID) -> Job:
    with world.inside(commit=False):
        return jobs.get_job(job_id)


def inspected(world: World, *, damaged: bool = False) -> dict:
    """Register a return and inspect it."""
    rvp = world.register()
    world.assign(rvp["return_id"])
    body = an_inspection(rvp)
    if damaged:
        body["items"][0]["answers"][1] |= {"result": "mismatch", "value": "yes"}
        body["app_verdict"] = "failed"
    answer = world.field("POST", "/inspections", body)
    assert answer.status_code == 201, answer.get_json()
    return rvp


def test_a_row_for_customers_who_return_often_meets_their_past_returns(world: World) -> None:
    world.register(customer_return_count=5)
    world.register(customer_return_count=1)
    world.register()
    often = a_seal() | {"cells": {"customer_return_count": ">= 3"}}
    result = told(world, draft() | {"rules": [*draft()["rules"], often]})
    assert result["rows"]["seal"] == 1
    assert result["counts"]["returns_asked_otherwise"] == 1


def test_the_rules_in_force_change_nothing(world: World) -> None:
    inspected(world)
    world.register()
    result = told(world, draft())
    assert result["returns"] == 2
    assert result["verdicts"] == {"passed": {"passed": 1}}
    assert result["counts"]["checklists_same"] == result["counts"]["items"] == 2
    assert result["examples"] == {}
    assert result["rows"] == {"always": 2, "imei": 2}


def test_what_a_draft_changes_is_counted_and_shown_by_returns(world: World) -> None:
    passed, failed = inspected(world), inspected(world, damaged=True)
    result = told(world, draft(without="damage"))
    assert result["verdicts"] == {"passed": {"passed": 1}, "failed": {"passed": 1}}
    assert result["counts"]["returns_asked_otherwise"] == 2
    assert result["counts"]["verdicts_differ"] == 1
    assert result["checks"] == {
        "damage": {"question": "Dents or scratches?", "added": 0, "removed": 2, "changed": 0}
    }
    shown = {kind: [each[0] for each in found] for kind, found in result["examples"].items()}
    both = [passed["return_id"], failed["return_id"]]
    assert shown == {"checklists": both, "failed-to-passed": [failed["return_id"]]}
    assert result["examples"]["checklists"][0][1] == passed["awb"]


def test_a_question_that_nobody_was_asked_is_a_kind_of_its_own(world: World) -> None:
    inspected(world)
    document = draft()
    document["rules"].append(a_seal())
    assert told(world, document)["verdicts"] == {"passed": {"never_asked": 1}}


def test_an_item_that_needs_no_check_is_left_out(world: World) -> None:
    world.register(items=[an_item(qc_required=False), an_item(client_sku_id="B")])
    assert told(world, draft())["counts"]["items"] == 1


def test_a_run_sees_one_merchant_and_writes_nothing_but_its_job(world: World) -> None:
    world.register(store=world.b)
    rvp = inspected(world)
    before = world.return_row(rvp["return_id"])
    assert told(world, draft(without="damage"))["returns"] == 1
    after = world.return_row(rvp["return_id"])
    assert (after.revision, after.verdict) == (before.revision, before.verdict)


def test_only_the_days_asked_for_are_looked_at(world: World) -> None:
    old, new = world.register(), world.register()
    with world.inside():
        long_ago = clock.now() - timedelta(days=40)
        chosen = update(Return).where(Return.id == uuid.UUID(old["return_id"]))
        db.session.execute(chosen.values(activity_at=long_ago))
    assert new["return_id"]
    assert told(world, draft())["returns"] == 1
    assert told(world, draft(), days=60)["returns"] == 2


def test_a_store_without_returns_has_an_empty_result(world: World) -> None:
    result = told(world, draft())
    assert (result["returns"], result["verdicts"]) == (0, {})


@pytest.mark.parametrize("days", [0, 29, 91])
def test_a_run_goes_back_thirty_to_ninety_days(world: World, days: int) -> None:
    with pytest.raises(errors.Invalid) as refused:
        ask(world, draft(), days=days)
    assert [fault.path for fault in refused.value.faults] == ["/days"]


def test_a_document_with_faults_is_not_run(world: World) -> None:
    with pytest.raises(errors.Invalid) as refused:
        ask(world, draft(title=""))
    assert [fault.path for fault in refused.value.faults] == ["/title"]


def test_the_same_run_asked_twice_is_one(world: World) -> None:
    first = ask(world, draft())
    assert ask(world, draft()) == first
    assert ask(world, draft(), days=60) != first
    assert ask(world, draft(without="damage")) != first


def test_the_last_run_of_a_document_is_found_by_its_digest(world: World) -> None:
    job_id = ask(world, draft())
    digest = row(world, job_id).params["digest"]
    work(world)
    again = ask(world, draft())
    assert again != job_id
    with world.inside(commit=False):
        assert trials.find_last(world.a.id, digest).id == again
        assert trials.find_last(world.b.id, digest) is None
        assert trials.find_last(world.a.id, "another") is None


def test_a_run_that_was_stopped_goes_on_where_it_was(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = {"returns": [a_return() for _ in range(5)]}
    assert world.partner("POST", "/returns/bulk", wanted).status_code == 200
    monkeypatch.setattr(trials, "SLICE", 2)
    job_id = ask(world, draft(without="damage"))
    with world.app.app_context():
        stopping = Worker(duties=())
        stopping.stop()
        stopping.once()
    job = row(world, job_id)
    assert (job.state, job.done, job.total) == ("waiting", 2, 5)
    assert work(world)
    done = row(world, job_id)
    assert (done.state, done.done, done.result["returns"]) == ("done", 5, 5)
    assert done.result["counts"]["checklists_differ"] == 5
    ids = {each[0] for each in done.result["examples"]["checklists"]}
    assert len(ids) == 5


def test_returns_of_the_same_moment_are_all_seen(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with clock.frozen(clock.now() - timedelta(minutes=5)):
        wanted = {"returns": [a_return() for _ in range(7)]}
        assert world.partner("POST", "/returns/bulk", wanted).status_code == 200
    monkeypatch.setattr(trials, "SLICE", 3)
    assert told(world, draft())["returns"] == 7


def test_the_worker_knows_how_to_run_one() -> None:
    assert RUNNERS[trials.KIND] is trials.run
