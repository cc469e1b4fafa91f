"""Evidence files and exports on the embedded AWS: real uploads, real streams, real files in S3."""

import hashlib
import io
import re
import uuid
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from qcportal import exports, jobs, packs
from qcportal.db import db
from qcportal.exports import Asked
from qcportal.history import SYSTEM
from qcportal.jobs import Job
from qcportal.returns import ListFilter
from qcportal.worker import Worker, runners_with
from tests import site as sites
from tests.databases import wait_until
from tests.packs.cases import a_photo
from tests.site import Site
from tests.world import PASSWORD, a_capture, an_inspection

pytestmark = pytest.mark.aws


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with sites.running(tmp_path_factory.mktemp("downloads"), imaging=False) as running:
        yield running


@pytest.fixture(scope="module")
def rvp(site: Site) -> dict[str, Any]:
    """A return whose photos were sent by phone forms and told of by the relay."""
    world = site.world
    made = world.register()
    world.assign(made["return_id"])
    forms = {s: f for s, f in world.forms(made["return_id"]).items() if "spare" not in s}
    files = {slot: a_photo(number) for number, slot in enumerate(forms)}
    captures = [a_capture(forms[slot], data) for slot, data in files.items()]
    world.field("POST", "/inspections", an_inspection(made, *captures))
    for slot, data in files.items():
        assert site.send(forms[slot], data).status_code == 201

    def all_here() -> bool:
        rows = world.photo_rows(made["return_id"])
        return all(rows[slot].verified_at for slot in files)

    assert wait_until(all_here, seconds=60)
    return made | {"files": files}


@pytest.fixture(scope="module")
def owner(site: Site) -> requests.Session:
    """The owner's browser, over real HTTP."""
    browser = requests.Session()
    page = browser.get(f"{site.url}/sign-in", timeout=20).text
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)[1]
    form = {"email": site.world.a.owner, "password": PASSWORD, "csrf_token": token}
    answer = browser.post(f"{site.url}/sign-in", data=form, timeout=20, allow_redirects=False)
    assert answer.status_code == 303
    return browser


def test_an_archive_holds_the_bytes_of_the_bucket_and_goes_on_after_a_break(
    site: Site, rvp: dict[str, Any], owner: requests.Session
) -> None:
    where = f"{site.url}/returns/{rvp['return_id']}/evidence.zip"
    with owner.get(where, stream=True, timeout=60) as begun:
        tag, size = begun.headers["ETag"], int(begun.headers["Content-Length"])
        first = begun.raw.read(size // 3)
    asked = {"Range": f"bytes={len(first)}-", "If-Range": tag}
    rest = owner.get(where, headers=asked, timeout=60)
    assert rest.status_code == 206
    held = zipfile.ZipFile(io.BytesIO(first + rest.content))
    assert held.testzip() is None
    inside = {held.read(name) for name in held.namelist() if name.startswith("photos/")}
    assert inside == set(rvp["files"].values())
    client, bucket = site.aws.client("s3"), site.world.app.extensions["qcportal.settings"].bucket
    for photo in site.world.photo_rows(rvp["return_id"]).values():
        if photo.stored_at:
            stored = client.get_object(Bucket=bucket, Key=photo.key, VersionId=photo.version_id)
            data = stored["Body"].read()
            assert data in inside
            assert hashlib.sha256(data).hexdigest() == photo.sha256


def made(site: Site, start: Any) -> Job:
    """Ask for a file and let a worker make it."""
    world = site.world
    with world.inside():
        job_id: uuid.UUID = start().id
    with world.app.app_context():
        Worker(runners_with(world.app.extensions["qcportal.store"]), ()).once()
        db.session.remove()
    with world.inside(commit=False):
        return jobs.get_job(job_id)


def test_files_of_many_returns_are_fetched_from_s3_itself(
    site: Site, rvp: dict[str, Any], owner: requests.Session
) -> None:
    plain = exports.write_filter(ListFilter())
    store = site.world.a.id
    packed = made(site, lambda: packs.start(store, plain, "", by=SYSTEM))
    listed = made(site, lambda: exports.start(store, Asked("returns", "csv", plain), by=SYSTEM))
    assert (packed.state, listed.state) == ("done", "done"), (packed.fault, listed.fault)
    archive = owner.get(f"{site.url}/exports/{packed.id}/files/1", timeout=60)
    assert archive.headers["Content-Disposition"].startswith("attachment")
    held = zipfile.ZipFile(io.BytesIO(archive.content))
    assert held.testzip() is None
    inside = {held.read(name) for name in held.namelist() if "/photos/" in name}
    assert inside == set(rvp["files"].values())
    sheet = owner.get(f"{site.url}/exports/{listed.id}/files/1", timeout=60)
    assert rvp["awb"] in sheet.content.decode("utf-8-sig")
