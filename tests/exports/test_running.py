"""Exports as jobs: what lies in the bucket at the end, for whom, and with which rows."""

import csv
import hashlib
import io
import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
from sqlalchemy import func, update

from qcportal import clock, errors, exports, jobs, tenancy
from qcportal.db import db
from qcportal.exports import Asked
from qcportal.history import SYSTEM
from qcportal.jobs import Job
from qcportal.returns import ListFilter, Return
from qcportal.worker import Worker, runners_with
from tests.disputes.cases import ASHA, UPHELD, inspected, sent
from tests.held_bucket import HeldBucket, held_bucket
from tests.reviews.cases import a_case
from tests.world import Store, World, an_item


@pytest.fixture
def bucket(world: World) -> Iterator[HeldBucket]:
    with held_bucket(world.app) as held:
        yield held


def ask(world: World, name: str = "returns", kind: str = "csv", *, store: Store | None = None,
        **filters: Any) -> uuid.UUID:  # fmt: skip
    owner = store or world.a
    given = exports.write_filter(ListFilter(**filters)) if name == "returns" else filters
    with world.inside():
        return exports.start(owner.id, Asked(name, kind, given), by=SYSTEM).id


def work(world: World) -> None:
    with world.app.app_context():
        assert Worker(runners_with(world.app.extensions["qcportal.store"]), ()).once()


def finished(world: World, job_id: uuid.UUID) -> Job:
    with world.inside(commit=False):
        return jobs.get_job(job_id)


def csv_rows(bucket: HeldBucket, job: Job) -> list[dict[str, str]]:
    text = bucket.get(job.result["key"]).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_a_list_becomes_a_file_that_excel_reads_and_no_formula_runs_in(
    world: World, bucket: HeldBucket
) -> None:
    hostile = an_item(name='=HYPERLINK("https://evil.example")', return_reason="रंग अलग है")
    mine = world.register(client_order_number="+FH-1", items=[hostile])
    world.register(store=world.b)
    job = finished(world, ask(world))
    work(world)
    job = finished(world, job.id)
    assert (job.state, job.done, job.total, job.result["rows"]) == ("done", 1, 1, 1)
    content = bucket.get(job.result["key"])
    assert content.startswith(b"\xef\xbb\xbf")
    assert hashlib.sha256(content).hexdigest() == job.result["sha256"]
    (row,) = csv_rows(bucket, job)
    assert row["AWB"] == mine["awb"]
    assert row["Order"] == "'+FH-1"
    assert row["Product"] == '\'=HYPERLINK("https://evil.example")'
    assert row["Return reason"] == "रंग अलग है"
    assert row["Photos wanted"] == "3"
    assert row["Registered (Asia/Kolkata)"][:2] == "20"
    text = content.decode("utf-8-sig")
    assert f'"{mine["awb"]}"' in text, "text stands in quotes"
    assert ",3," in text, "a number does not"
    assert "Meera" not in text, "no customer is in an export"


def test_an_excel_file_keeps_text_as_text_numbers_as_numbers_and_times_as_times(
    world: World, bucket: HeldBucket
) -> None:
    rvp = world.register(client_order_number="=1+1", awb="001234567890")
    world.assign(rvp["return_id"])
    job = finished(world, ask(world, kind="xlsx"))
    work(world)
    job = finished(world, job.id)
    book = openpyxl.load_workbook(io.BytesIO(bucket.get(job.result["key"])))
    heads, cells = list(book["Export"].iter_rows())
    found = {head.value: cell for head, cell in zip(heads, cells, strict=True)}
    assert (found["AWB"].value, found["AWB"].data_type) == ("001234567890", "s")
    assert (found["Order"].value, found["Order"].data_type) == ("=1+1", "s")
    assert found["Order"].quotePrefix
    assert (found["Items"].value, found["Items"].data_type) == (1, "n")
    assert found["Registered (Asia/Kolkata)"].is_date
    assert found["Checked (Asia/Kolkata)"].value is None


def test_only_what_the_filter_leaves_is_exported(world: World, bucket: HeldBucket) -> None:
    failed = inspected(world)
    world.register()
    job_id = ask(world, tab="failed")
    since = ask(world, since=clock.now() + timedelta(days=1))
    work(world)
    work(world)
    (row,) = csv_rows(bucket, finished(world, job_id))
    assert row["AWB"] == failed["awb"]
    assert row["Why"] != ""
    assert finished(world, since).result["rows"] == 0


def test_many_rows_come_in_slices_each_once(
    world: World, bucket: HeldBucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    from qcportal.exports import running

    monkeypatch.setattr(
        running, "slices", lambda statement, key: exports.slices(statement, key, size=2)
    )
    awbs = {world.register()["awb"] for _ in range(5)}
    job_id = ask(world)
    work(world)
    rows = csv_rows(bucket, finished(world, job_id))
    assert len(rows) == 5
    assert {row["AWB"] for row in rows} == awbs


def test_reviews_are_exported_waiting_and_decided(world: World, bucket: HeldBucket) -> None:
    rvp = a_case(world, minutes=30, items=2)
    waiting = ask(world, "reviews", tab="waiting")
    decided = ask(world, "reviews", tab="decided")
    work(world)
    work(world)
    rows = csv_rows(bucket, finished(world, waiting))
    assert [row["AWB"] for row in rows] == [rvp["awb"]] * 2
    assert {row["SKU"] for row in rows} == {"NUV-P8-1", "NUV-P8-2"}
    assert rows[0]["Decision"] == ""
    assert csv_rows(bucket, finished(world, decided)) == []


def test_disputes_are_exported_as_their_merchant_sees_them(
    world: World, bucket: HeldBucket
) -> None:
    from qcportal import disputes

    dispute_id = sent(world).id
    with world.inside():
        disputes.claim(dispute_id, by=ASHA)
        disputes.decide(dispute_id, UPHELD, by=ASHA)
    pending = ask(world, "disputes", tab="in_review")
    work(world)
    (row,) = csv_rows(bucket, finished(world, pending))
    assert row["Number"].startswith("D-")
    assert (row["State"], row["Outcome"], row["Granted"]) == ("under_review", "", "")


def test_another_merchants_rows_are_in_no_export(world: World, bucket: HeldBucket) -> None:
    for store in (world.a, world.b):
        inspected(world, store=store)
    theirs = {name: ask(world, name, store=world.b) for name in exports.names()}
    for _ in theirs:
        work(world)
    with world.inside(commit=False):
        own = db.session.scalar(
            db.select(func.max(Return.awb)).where(Return.merchant_id == world.a.id)
        )
    for name, job_id in theirs.items():
        content = bucket.get(finished(world, job_id).result["key"])
        assert own.encode() not in content, name
        assert finished(world, job_id).result["key"].startswith(f"x/{world.b.id.hex}/")


def test_what_is_no_list_and_no_format_is_refused(world: World) -> None:
    with world.inside(commit=False):
        with pytest.raises(errors.NotFound):
            exports.start(world.a.id, Asked("people", "csv", {}), by=SYSTEM)
        with pytest.raises(errors.Invalid):
            exports.start(world.a.id, Asked("returns", "exe", {}), by=SYSTEM)


def test_an_export_that_is_cancelled_meanwhile_leaves_no_file(
    world: World, bucket: HeldBucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.register()
    job_id = ask(world)
    kept = exports.slices

    def cancelled_meanwhile(statement: Any, key: Any) -> Iterator[Any]:
        for rows in kept(statement, key):
            with tenancy.system("somebody else"), db.engine.begin() as connection:
                connection.execute(update(Job).where(Job.id == job_id).values(state="cancelled"))
            yield rows

    from qcportal.exports import running

    monkeypatch.setattr(running, "slices", cancelled_meanwhile)
    work(world)
    assert finished(world, job_id).state == "cancelled"
    assert bucket.keys("x/") == []


def test_a_bucket_that_is_away_lets_the_export_be_tried_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.register()
    job_id = ask(world)
    work(world)
    job = finished(world, job_id)
    assert (job.state, job.attempts) == ("waiting", 1)
