"""Exports of the carrier's lists: over all merchants, named in each row, and nobody else's."""

import csv
import io
import uuid
from collections.abc import Iterator
from typing import Any

import openpyxl
import pytest
from sqlalchemy import select, update

from qcportal import errors, exports, jobs, tenancy
from qcportal.db import db
from qcportal.disputes import Dispute, Person, QueueFilter
from qcportal.exports import Asked
from qcportal.history import SYSTEM, Actor, HistoryEvent
from qcportal.jobs import Job
from qcportal.returns import ListFilter
from qcportal.uploads import Patience, Wanted
from qcportal.worker import Worker, runners_with
from tests.disputes.cases import ASHA, sent
from tests.held_bucket import HeldBucket, held_bucket
from tests.world import World, a_capture, an_item


@pytest.fixture
def bucket(world: World) -> Iterator[HeldBucket]:
    with held_bucket(world.app) as held:
        yield held


def made(world: World, name: str, kind: str, filters: Any, *, by: Actor = SYSTEM) -> Job:
    """Ask for a file of the carrier, let a worker make it, and give the job."""
    with world.inside():
        job_id = exports.start(None, Asked(name, kind, filters), by=by).id
    with world.app.app_context():
        assert Worker(runners_with(world.app.extensions["qcportal.store"]), ()).once()
    with world.inside(commit=False):
        return jobs.get_job(job_id)


def csv_rows(bucket: HeldBucket, job: Job) -> list[dict[str, str]]:
    text = bucket.get(job.result["key"]).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def call_merchant(world: World, merchant_id: uuid.UUID, name: str) -> None:
    from qcportal.accounts import Merchant

    with world.inside():
        db.session.execute(update(Merchant).where(Merchant.id == merchant_id).values(name=name))


def test_returns_of_all_merchants_are_in_one_file_each_named_and_defused(
    world: World, bucket: HeldBucket
) -> None:
    call_merchant(world, world.b.id, "=Kiln & Co")
    hostile = an_item(name='=HYPERLINK("https://evil.example")')
    own = {world.register(items=[hostile])["awb"]: "", world.register(store=world.b)["awb"]: ""}
    job = made(world, "returns", "csv", exports.write_filter(ListFilter()))
    assert (job.state, job.merchant_id, job.result["rows"]) == ("done", None, 2)
    assert job.result["key"].startswith("x/carrier/")
    rows = {row["AWB"]: row for row in csv_rows(bucket, job)}
    assert rows.keys() == own.keys()
    assert next(iter(rows[next(iter(own))])) == "Merchant", "it is the first column"
    assert {row["Merchant"] for row in rows.values()} >= {"'=Kiln & Co"}
    assert len({row["Merchant"] for row in rows.values()}) == 2
    assert '\'=HYPERLINK("https://evil.example")' in {row["Product"] for row in rows.values()}


def test_an_excel_file_keeps_the_merchants_name_as_text(world: World, bucket: HeldBucket) -> None:
    call_merchant(world, world.a.id, "=1+1")
    world.register()
    job = made(world, "returns", "xlsx", exports.write_filter(ListFilter()))
    heads, cells = openpyxl.load_workbook(io.BytesIO(bucket.get(job.result["key"])))["Export"]
    assert (heads[0].value, cells[0].value, cells[0].data_type) == ("Merchant", "=1+1", "s")
    assert cells[0].quotePrefix


def test_photos_of_a_state_are_exported_with_whose_and_by_whom(
    world: World, bucket: HeldBucket
) -> None:
    rvp = world.register()
    world.assign(rvp["return_id"])
    form = world.forms(rvp["return_id"])["front"]
    body = {"return_id": rvp["return_id"], "captures": [a_capture(form)]}
    assert world.field("POST", "/captures", body).status_code == 200
    waiting = exports.write_photos("on_the_way", Patience(), Wanted())
    (row,) = csv_rows(bucket, made(world, "photos", "csv", waiting))
    assert row["AWB"] == rvp["awb"]
    assert row["Photo"]
    assert row["Merchant"]
    assert row["Picked up by"]
    assert row["Since (Asia/Kolkata)"]
    others = exports.write_photos("on_the_way", Patience(), Wanted(merchant_id=world.b.id))
    assert csv_rows(bucket, made(world, "photos", "csv", others)) == []
    for state in ("late", "missing", "unvouched", "conflict", "refused"):
        wanted = exports.write_photos(state, Patience(), Wanted())
        assert csv_rows(bucket, made(world, "photos", "csv", wanted)) == []


def test_the_queue_is_exported_as_its_filters_have_it(world: World, bucket: HeldBucket) -> None:
    mine, other = sent(world).id, sent(world).id
    with world.inside():
        given = {"assigned_to": ASHA.id, "assigned_to_name": ASHA.name}
        db.session.execute(update(Dispute).where(Dispute.id == mine).values(**given))
        told = db.session.execute(select(Dispute.id, Dispute.number))
        numbers = {each.id: each.number for each in told}

    def exported(wanted: QueueFilter, by: Person = ASHA) -> list[dict[str, str]]:
        job = made(world, "disputes", "csv", exports.write_queue(wanted, by=by))
        return csv_rows(bucket, job)

    everything = exported(QueueFilter())
    assert {int(row["Number"][2:]) for row in everything} == {numbers[mine], numbers[other]}
    (row,) = exported(QueueFilter("mine"))
    assert (int(row["Number"][2:]), row["Assigned to"]) == (numbers[mine], ASHA.name)
    assert row["Merchant"] != ""
    assert row["Stage"] == "open"
    (row,) = exported(QueueFilter("unassigned"))
    assert int(row["Number"][2:]) == numbers[other]
    assert exported(QueueFilter(merchant_id=world.b.id)) == []
    assert exported(QueueFilter(late=True)) == []


def test_who_asked_is_in_the_history_of_the_carrier(world: World, bucket: HeldBucket) -> None:
    job = made(world, "returns", "csv", exports.write_filter(ListFilter()), by=ASHA.actor)
    with world.inside(commit=False):
        (event,) = db.session.scalars(select(HistoryEvent).where(HistoryEvent.chain == job.id))
        assert (event.action, event.actor_label) == ("job_asked", ASHA.name)
        assert event.merchant_id is None


def test_no_merchants_scope_has_a_job_of_the_carrier(world: World, bucket: HeldBucket) -> None:
    job = made(world, "returns", "csv", exports.write_filter(ListFilter()))
    with world.inside(commit=False), tenancy.tenant(world.a.id), pytest.raises(errors.NotFound):
        jobs.get_job(job.id)
    with pytest.raises(tenancy.TenancyError):
        _ = job.owner_id


def test_a_job_of_the_carrier_is_cancelled(world: World) -> None:
    with world.inside():
        job = exports.start(None, Asked("returns", "csv", {}), by=SYSTEM)
        jobs.cancel(job, by=SYSTEM)
        assert job.state == "cancelled"
        with pytest.raises(errors.Conflict):
            jobs.cancel(job, by=SYSTEM)
