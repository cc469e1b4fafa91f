"""The evidence file of a return in the browser: page, downloads, resuming, and shared links."""

import io
import re
import uuid
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from qcportal import clock, packs
from qcportal.blueprints import evidence_files
from qcportal.db import db
from qcportal.packs import SharedLink
from tests.held_bucket import HeldBucket, held_bucket
from tests.packs.cases import a_packed_return, files_of
from tests.world import World, csrf_of


@pytest.fixture
def bucket(world: World) -> Iterator[HeldBucket]:
    with held_bucket(world.app) as held:
        yield held


@pytest.fixture
def rvp(world: World, bucket: HeldBucket) -> dict[str, Any]:
    return a_packed_return(world, bucket)


@pytest.fixture
def owner(world: World) -> FlaskClient:
    return world.signed_in(world.a.owner)


def share(browser: FlaskClient, rvp: dict[str, Any], **fields: Any) -> Any:
    page = f"/returns/{rvp['return_id']}/evidence"
    form = {"days": "7", "note": "Bank", "csrf_token": csrf_of(browser, page)} | fields
    return browser.post(f"{page}/share", data=form)


def link_of(answer: Any) -> str:
    return re.search(r'value="(http://localhost)?(/shared/qcs_[^"]+)"', answer.text)[2]


def test_the_return_leads_to_its_evidence_file(owner: FlaskClient, rvp: dict[str, Any]) -> None:
    where = f"/returns/{rvp['return_id']}/evidence"
    assert f'href="{where}"' in owner.get(f"/returns/{rvp['return_id']}").text
    page = owner.get(where).text
    for words in ("Document (PDF)", "Archive (ZIP)", "3 of 3", "was not shared by a link"):
        assert words in page


def test_document_and_archive_are_downloads_that_nobody_keeps(
    owner: FlaskClient, rvp: dict[str, Any]
) -> None:
    where = f"/returns/{rvp['return_id']}/evidence"
    pdf = owner.get(f"{where}.pdf")
    assert (pdf.status_code, pdf.mimetype, pdf.data[:5]) == (200, "application/pdf", b"%PDF-")
    answer = owner.get(f"{where}.zip")
    assert answer.mimetype == "application/zip"
    assert answer.content_length == len(answer.data)
    name = f'attachment; filename="evidence-{rvp["awb"].lower()}.zip"'
    assert answer.headers["Content-Disposition"] == name
    assert answer.headers["Cache-Control"] == "no-store"
    held = zipfile.ZipFile(io.BytesIO(answer.data))
    photos = {held.read(name) for name in held.namelist() if name.startswith("photos/")}
    assert photos == files_of(rvp)


def test_a_broken_download_goes_on_where_it_ended(owner: FlaskClient, rvp: dict[str, Any]) -> None:
    where = f"/returns/{rvp['return_id']}/evidence.zip"
    whole = owner.get(where)
    data, tag = whole.data, whole.headers["ETag"]
    half = len(data) // 2
    rest = owner.get(where, headers={"Range": f"bytes={half}-", "If-Range": tag})
    assert rest.status_code == 206
    assert rest.headers["Content-Range"] == f"bytes {half}-{len(data) - 1}/{len(data)}"
    assert data[:half] + rest.data == data
    some = owner.get(where, headers={"Range": "bytes=10-19"})
    assert (some.status_code, some.data) == (206, data[10:20])
    last = owner.get(where, headers={"Range": "bytes=-7"})
    assert last.data == data[-7:]
    other = owner.get(where, headers={"Range": f"bytes={half}-", "If-Range": '"other"'})
    assert (other.status_code, other.data) == (200, data)
    several = owner.get(where, headers={"Range": "bytes=0-1,5-6"})
    assert (several.status_code, several.data) == (200, data)
    beyond = owner.get(where, headers={"Range": f"bytes={len(data)}-"})
    assert beyond.status_code == 416
    assert beyond.headers["Content-Range"] == f"bytes */{len(data)}"
    head = owner.head(where)
    assert (head.status_code, head.data, head.content_length) == (200, b"", len(data))


def test_only_so_many_are_made_at_once_and_turns_come_back(
    owner: FlaskClient, rvp: dict[str, Any]
) -> None:
    where = f"/returns/{rvp['return_id']}/evidence.zip"
    for _ in range(evidence_files.MOST_AT_ONCE):
        assert evidence_files._turns.acquire(blocking=False)
    try:
        busy = owner.get(where)
        assert (busy.status_code, busy.headers["Retry-After"]) == (503, "10")
    finally:
        for _ in range(evidence_files.MOST_AT_ONCE):
            evidence_files._turns.release()
    for _ in range(evidence_files.MOST_AT_ONCE + 2):
        assert owner.get(where).status_code == 200
        assert owner.get(where, headers={"Range": "bytes=99999999-"}).status_code == 416
        assert owner.get(f"/returns/{uuid.uuid4()}/evidence.zip").status_code == 404


def test_a_bucket_that_is_away_is_told_and_nothing_is_half_given(
    world: World, owner: FlaskClient
) -> None:
    made = world.register()
    where = f"/returns/{made['return_id']}/evidence"
    assert owner.get(f"{where}.pdf").status_code == 200, "nothing of it lies in the bucket"
    with world.inside():
        photo = next(iter(world.photo_rows(made["return_id"]).values()))
        row = db.session.merge(photo)
        row.stored_at, row.sha256, row.size, row.version_id = clock.now(), "0" * 64, 10, "v"
    assert owner.get(f"{where}.zip").status_code == 503


def test_strangers_and_other_merchants_find_nothing(world: World, rvp: dict[str, Any]) -> None:
    theirs = world.signed_in(world.b.owner)
    token = csrf_of(theirs, "/account/second-step")
    base = f"/returns/{rvp['return_id']}/evidence"
    for path in (base, f"{base}.pdf", f"{base}.zip"):
        assert theirs.get(path).status_code == 404
        assert world.client.get(path).status_code == 303
        assert theirs.post(path, data={"csrf_token": token}).status_code == 405
    sent = theirs.post(f"{base}/share", data={"csrf_token": token, "days": "7"})
    assert sent.status_code == 404
    with world.inside(commit=False):
        assert packs.find_links(uuid.UUID(rvp["return_id"])) == []


def test_a_link_is_shown_once_listed_and_ended(
    world: World, owner: FlaskClient, rvp: dict[str, Any]
) -> None:
    made = share(owner, rvp)
    assert made.status_code == 201
    link = link_of(made)
    page = owner.get(f"/returns/{rvp['return_id']}/evidence").text
    assert link not in page
    assert "Bank" in page
    assert "Not opened yet" in page
    stranger = world.client
    assert stranger.get(link).status_code == 200
    listed = owner.get(f"/returns/{rvp['return_id']}").text
    assert "Shared by link" in listed
    assert "Opened 1 time" in listed
    end = re.search(r'action="(/returns/[^"]+/end)"', page)[1]
    token = csrf_of(owner, f"/returns/{rvp['return_id']}/evidence")
    assert owner.post(end, data={"csrf_token": token}).status_code == 303
    for path in (link, f"{link}/evidence.pdf", f"{link}/evidence.zip"):
        assert stranger.get(path).status_code == 404
    assert "Shared by link" not in owner.get(f"/returns/{rvp['return_id']}").text


def test_wrong_days_are_said_beside_the_form(owner: FlaskClient, rvp: dict[str, Any]) -> None:
    for days in ("0", "31", "x", ""):
        answer = share(owner, rvp, days=days)
        assert answer.status_code == 400
        assert "1 to 30 days" in answer.text
        assert "Bank" in answer.text, "what was typed stays"


def test_a_viewer_may_download_and_not_share(world: World, rvp: dict[str, Any]) -> None:
    viewer = world.signed_in(world.a.viewer)
    page = viewer.get(f"/returns/{rvp['return_id']}/evidence")
    assert page.status_code == 200
    assert "Make a link" not in page.text
    token = csrf_of(viewer, "/account/second-step")
    form = {"csrf_token": token, "days": "7"}
    sent = viewer.post(f"/returns/{rvp['return_id']}/evidence/share", data=form)
    assert sent.status_code == 403


def test_an_admin_sees_the_same_files_and_shares_nothing(
    world: World, owner: FlaskClient, rvp: dict[str, Any]
) -> None:
    share(owner, rvp)
    admin = world.signed_in(world.admin)
    where = f"/admin/returns/{rvp['return_id']}/evidence"
    page = admin.get(where).text
    assert "Bank" in page
    assert "Make a link" not in page
    assert "End this link" not in page
    mine = owner.get(f"/returns/{rvp['return_id']}/evidence.zip")
    assert admin.get(f"{where}.zip").data == mine.data


def test_whoever_has_the_link_gets_both_files_and_nothing_else(
    world: World, owner: FlaskClient, rvp: dict[str, Any]
) -> None:
    link = link_of(share(owner, rvp))
    stranger = world.client
    page = stranger.get(link)
    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["X-Robots-Tag"] == "noindex"
    assert page.headers["Referrer-Policy"] == "no-referrer"
    for words in ("Fern Home", "Nuvio P8 phone", "Document (PDF)"):
        assert words in page.text
    for hidden in ("Ravi", "Meera", "Lake Road", rvp["client_order_number"], "/returns"):
        assert hidden not in page.text
    assert stranger.get(f"{link}/evidence.pdf").data[:5] == b"%PDF-"
    whole = stranger.get(f"{link}/evidence.zip")
    mine = owner.get(f"/returns/{rvp['return_id']}/evidence.zip")
    assert whole.data == mine.data
    half = len(whole.data) // 2
    asked = {"Range": f"bytes={half}-", "If-Range": whole.headers["ETag"]}
    rest = stranger.get(f"{link}/evidence.zip", headers=asked)
    assert rest.data == whole.data[half:], "openings do not change what is being downloaded"
    with world.inside(commit=False):
        (row,) = packs.find_links(uuid.UUID(rvp["return_id"]))
        told = [each.data for each in packs.find_openings(row.id)]
    assert [each["what"] for each in told] == ["archive", "archive", "document", "page"]
    assert told[0]["from_byte"] == half
    assert stranger.post(link).status_code == 405
    assert stranger.get(f"{link}/photos").status_code == 404


def test_what_is_no_link_any_more_looks_like_what_never_was_one(
    world: World, owner: FlaskClient, rvp: dict[str, Any]
) -> None:
    link = link_of(share(owner, rvp))
    stranger = world.client
    wrong = [link[:-1] + ("A" if link[-1] != "A" else "B"), "/shared/x", "/shared/qcs_"]
    before = [stranger.get(path) for path in wrong]
    with world.inside():
        past = clock.now() - timedelta(seconds=1)
        db.session.execute(update(SharedLink).values(expires_at=past))
    ended = stranger.get(link)
    assert {each.status_code for each in before} | {ended.status_code} == {404}
    assert len({each.text.replace(path, "") for each, path in zip(before, wrong, strict=True)}) == 1
    assert ended.text == before[0].text
    assert ended.headers["X-Content-Type-Options"] == "nosniff"


def test_no_log_holds_a_shared_link(
    world: World,
    owner: FlaskClient,
    rvp: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    link = link_of(share(owner, rvp))

    def broken(*_args: Any) -> None:
        raise ValueError("a bug")

    monkeypatch.setattr(packs, "gather", broken)
    monkeypatch.setitem(world.app.config, "PROPAGATE_EXCEPTIONS", False)
    assert world.client.get(f"{link}/evidence.pdf").status_code == 500
    logged = capsys.readouterr().err
    assert "a bug" in logged
    assert link.rpartition("/")[2] not in logged
