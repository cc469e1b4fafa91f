"""Packs of many returns: archives of a bounded size in the bucket, and going on after an end."""

import io
import subprocess
import sys
import uuid
import zipfile
from pathlib import Path
from typing import Any

import pytest

from qcportal import exports, jobs, packs
from qcportal.history import SYSTEM
from qcportal.jobs import Interrupted, Job
from qcportal.packs import running
from qcportal.returns import ListFilter
from qcportal.worker import Worker, runners_with
from tests.held_bucket import BUCKET, HeldBucket
from tests.packs.cases import a_packed_return
from tests.world import World


def ask(world: World, **filters: Any) -> uuid.UUID:
    with world.inside():
        plain = exports.write_filter(ListFilter(**filters))
        return packs.start(world.a.id, plain, "All", by=SYSTEM).id


def work(world: World) -> None:
    with world.app.app_context():
        assert Worker(runners_with(world.app.extensions["qcportal.store"]), ()).once()


def finished(world: World, job_id: uuid.UUID) -> Job:
    with world.inside(commit=False):
        return jobs.get_job(job_id)


def parts_of(bucket: HeldBucket, job: Job) -> list[zipfile.ZipFile]:
    return [zipfile.ZipFile(io.BytesIO(bucket.get(each["key"]))) for each in job.result["parts"]]


def test_all_returns_of_a_filter_are_packed_and_verify(
    world: World, bucket: HeldBucket, tmp_path: Path
) -> None:
    made = [a_packed_return(world, bucket, here=here) for here in (3, 0)]
    a_packed_return(world, bucket, store=world.b)
    job_id = ask(world)
    work(world)
    job = finished(world, job_id)
    assert (job.state, job.done, job.total) == ("done", 2, 2)
    (held,) = parts_of(bucket, job)
    assert held.testzip() is None
    folders = {name.partition("/")[0] for name in held.namelist()} - {"index.csv"}
    assert folders == {f"{rvp['awb'].lower()}-{rvp['return_id'][-6:]}" for rvp in made}
    index = held.read("index.csv").decode("utf-8-sig").splitlines()
    assert len(index) == 3
    assert job.result["parts"][0]["returns"] == 2
    file = tmp_path / "many.zip"
    file.write_bytes(bucket.get(job.result["parts"][0]["key"]))
    script = tmp_path / "verify.py"
    script.write_bytes(held.read(f"{folders.pop()}/verify.py"))
    command = [sys.executable, "-I", str(script), str(file)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout == "2 of 2 evidence packs are whole and unchanged.\n", done.stdout


def test_archives_are_bounded_and_every_return_is_in_one(
    world: World, bucket: HeldBucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "MOST_RETURNS", 2)
    awbs = {a_packed_return(world, bucket, here=1)["awb"] for _ in range(3)}
    job_id = ask(world)
    work(world)
    job = finished(world, job_id)
    assert [each["returns"] for each in job.result["parts"]] == [2, 1]
    names = [name for part in parts_of(bucket, job) for name in part.namelist()]
    assert {name.partition("-")[0] for name in names if "/" in name} == {a.lower() for a in awbs}
    assert [each["bytes"] for each in job.result["parts"]] == [
        len(bucket.get(each["key"])) for each in job.result["parts"]
    ]


def test_a_job_that_was_broken_off_goes_on_with_the_archive_it_was_at(
    world: World, bucket: HeldBucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "MOST_RETURNS", 1)
    for _ in range(3):
        a_packed_return(world, bucket, here=0)
    job_id = ask(world)
    kept, calls = running.gather, []

    def breaking(return_id: uuid.UUID) -> Any:
        calls.append(return_id)
        if len(calls) == 2:
            raise Interrupted("the worker stops")
        return kept(return_id)

    monkeypatch.setattr(running, "gather", breaking)
    work(world)
    half = finished(world, job_id)
    assert (half.state, len(half.result["parts"])) == ("waiting", 1)
    listed = bucket.client.list_multipart_uploads(Bucket=BUCKET)
    assert listed.get("Uploads", []) == []
    work(world)
    job = finished(world, job_id)
    assert (job.state, job.done, len(job.result["parts"])) == ("done", 3, 3)
    assert len(calls) == 4
    assert len(set(calls)) == 3


def test_a_filter_that_leaves_nothing_makes_no_archive(world: World, bucket: HeldBucket) -> None:
    world.register()
    job_id = ask(world, tab="failed")
    work(world)
    assert finished(world, job_id).result["parts"] == []
    assert bucket.keys("x/") == []
