"""A return's pack: what is in it, that it proves itself, and what happens to what is not right."""

import hashlib
import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from qcportal import disputes, history, packs
from qcportal.db import db
from qcportal.history import HistoryEvent
from qcportal.packs import Broken, FileChecksum
from qcportal.packs.evidence import VERIFIER
from tests.disputes.cases import ASHA, UPHELD
from tests.held_bucket import BUCKET, HeldBucket
from tests.packs.cases import HINDI, HOSTILE, a_packed_return, files_of, packed, raised, whole
from tests.world import World


def opened(world: World, bucket: HeldBucket, rvp: dict[str, Any]) -> zipfile.ZipFile:
    archive, _ = packed(world, bucket, rvp["return_id"])
    return zipfile.ZipFile(io.BytesIO(whole(archive)))


def verified(folder: Path, held: zipfile.ZipFile) -> subprocess.CompletedProcess[str]:
    """Unpack a pack and run its own verifier, as whoever got it does."""
    held.extractall(folder)
    command = [sys.executable, "-I", str(folder / "verify.py")]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def test_originals_are_the_bytes_that_lie_in_the_bucket(world: World, bucket: HeldBucket) -> None:
    rvp = a_packed_return(world, bucket)
    held = opened(world, bucket, rvp)
    assert held.testzip() is None
    photos = [name for name in held.namelist() if name.startswith("photos/")]
    assert {held.read(name) for name in photos} == files_of(rvp)
    manifest = json.loads(held.read("manifest.json"))
    assert [each["file"] for each in manifest["photos"]] == photos
    for told in manifest["files"]:
        data = held.read(told["path"])
        assert (len(data), hashlib.sha256(data).hexdigest()) == (told["size"], told["sha256"])
    assert {each["path"] for each in manifest["files"]} == set(held.namelist()) - {"manifest.json"}
    assert "http" not in held.read("manifest.json").decode()
    assert "+91" not in held.read("manifest.json").decode(), "no customer is in a pack"


def test_the_manifest_tells_checks_with_rules_answers_and_verdict(
    world: World, bucket: HeldBucket
) -> None:
    rvp = a_packed_return(world, bucket, failed=True, here=2)
    manifest = json.loads(opened(world, bucket, rvp).read("manifest.json"))
    assert manifest["return"]["verdict"] == "failed"
    (item,) = manifest["items"]
    assert item["checklist"]["version"] == 1
    damage = item["checks"][1]
    told = {name: damage[name] for name in ("expected", "value", "result", "remarks")}
    assert told == {"expected": "no", "value": "yes", "result": "mismatch", "remarks": HINDI}
    assert damage["because"] == ["Every article"]
    standings = [each["standing"] for each in manifest["photos"]]
    assert standings == ["matches", "matches", "awaited"]
    assert manifest["photos"][2]["file"] is None


def test_a_pack_verifies_itself_and_notices_every_change(
    world: World, bucket: HeldBucket, tmp_path: Path
) -> None:
    rvp = a_packed_return(world, bucket, failed=True)
    raised(world, rvp)
    held = opened(world, bucket, rvp)
    good = verified(tmp_path / "good", held)
    assert (good.returncode, good.stdout) == (
        0, "1 of 1 evidence packs are whole and unchanged.\n",
    )  # fmt: skip
    (photo, *_) = [name for name in held.namelist() if name.startswith("photos/")]
    for number, (name, change) in enumerate(
        [
            (photo, lambda data: data[:-1] + bytes([data[-1] ^ 1])),
            (photo, lambda data: data + b"x"),
            (photo, None),
            ("history.jsonl", lambda data: data.replace(b"Ravi", b"Hari")),
            ("evidence.pdf", lambda data: data + b"%"),
            ("photos/extra.jpg", lambda data: b"extra"),
        ]
    ):
        folder = tmp_path / str(number)
        held.extractall(folder)
        file = folder / name
        if change is None:
            file.unlink()
        else:
            file.write_bytes(change(file.read_bytes() if file.exists() else b""))
        command = [sys.executable, "-I", str(folder / "verify.py")]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 1, name
        assert "WRONG" in done.stdout
        assert name in done.stdout


def test_a_history_that_was_rewritten_with_its_manifest_breaks_the_chain(
    world: World, bucket: HeldBucket, tmp_path: Path
) -> None:
    held = opened(world, bucket, a_packed_return(world, bucket))
    held.extractall(tmp_path)
    manifest = json.loads((tmp_path / "manifest.json").read_text())
    lines = (tmp_path / "history.jsonl").read_text().splitlines(keepends=True)
    for kept, words in [
        (lines[:-1], "ends too early"),
        (lines[1:], "does not follow"),
        ([lines[0].replace("return_created", "return_faked"), *lines[1:]], "was changed"),
    ]:
        data = "".join(kept).encode()
        (tmp_path / "history.jsonl").write_bytes(data)
        for each in manifest["files"]:
            if each["path"] == "history.jsonl":
                each |= {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
        (tmp_path / "manifest.json").write_text(json.dumps(manifest))
        command = [sys.executable, "-I", str(tmp_path / "verify.py")]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 1
        assert words in done.stdout


def test_the_history_of_a_dispute_holds_without_what_is_the_carriers_own(
    world: World, bucket: HeldBucket, tmp_path: Path
) -> None:
    rvp = a_packed_return(world, bucket, failed=True)
    dispute_id = raised(world, rvp)
    with world.inside():
        disputes.claim(dispute_id, by=ASHA)
        disputes.decide(dispute_id, UPHELD, by=ASHA)
    held = opened(world, bucket, rvp)
    lines = [json.loads(line) for line in held.read("history.jsonl").splitlines()]
    withheld = [each for each in lines if each.get("withheld")]
    assert len(withheld) >= 2
    assert all("action" not in each and "data" not in each for each in withheld)
    everything = held.read("history.jsonl") + held.read("manifest.json")
    assert b"Asha" not in everything
    assert UPHELD.text.encode() not in everything
    assert json.loads(held.read("manifest.json"))["dispute"]["state"] == "under_review"
    assert verified(tmp_path, held).returncode == 0


def test_a_draft_is_nobodys_evidence(world: World, bucket: HeldBucket) -> None:
    from tests.disputes.cases import CLAIMS, a_claim

    rvp = a_packed_return(world, bucket, failed=True)
    with world.inside():
        disputes.draft(a_claim(world, rvp), by=CLAIMS)
    assert json.loads(opened(world, bucket, rvp).read("manifest.json"))["dispute"] is None


def test_the_same_facts_are_the_same_bytes_and_new_ones_another_tag(
    world: World, bucket: HeldBucket
) -> None:
    rvp = a_packed_return(world, bucket, here=2, failed=True)
    first, _ = packed(world, bucket, rvp["return_id"])
    second, _ = packed(world, bucket, rvp["return_id"])
    assert first.tag == second.tag
    data = whole(first)
    assert data == whole(second)
    half = len(data) // 2
    assert b"".join(second.stream(half, second.size)) == data[half:]
    raised(world, rvp)
    third, _ = packed(world, bucket, rvp["return_id"])
    assert third.tag != first.tag


def test_hostile_names_stay_inside_and_are_told_as_they_are(
    world: World, bucket: HeldBucket
) -> None:
    name = HOSTILE.replace("\0", "")
    rvp = a_packed_return(world, bucket, name=name, client_order_number="../../../x")
    held = opened(world, bucket, rvp)
    assert all(".." not in each and not each.startswith("/") for each in held.namelist())
    assert json.loads(held.read("manifest.json"))["return"]["title"] == name


def test_a_file_that_is_gone_or_another_is_told_of_and_left_out(
    world: World, bucket: HeldBucket, tmp_path: Path
) -> None:
    rvp = a_packed_return(world, bucket)
    photos = world.photo_rows(rvp["return_id"])
    gone = photos["front"]
    bucket.client.delete_object(Bucket=BUCKET, Key=gone.key, VersionId=gone.version_id)
    with world.inside():
        row = db.session.get(type(gone), photos["damage"].id)
        row.sha256 = row.claimed_sha256 = "0" * 64
    held = opened(world, bucket, rvp)
    manifest = json.loads(held.read("manifest.json"))
    assert [each.get("problem") for each in manifest["photos"]] == ["gone", "altered", None]
    assert len([name for name in held.namelist() if name.startswith("photos/")]) == 1
    assert verified(tmp_path, held).returncode == 0


def test_a_file_that_changes_while_it_is_sent_ends_the_pack(
    world: World, bucket: HeldBucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive, _ = packed(world, bucket, a_packed_return(world, bucket)["return_id"])
    kept = type(bucket.store).read_in_parts

    def altered(*args: Any, **options: Any) -> Any:
        for part in kept(*args, **options):
            yield bytes(len(part))

    monkeypatch.setattr(type(bucket.store), "read_in_parts", altered)
    with pytest.raises(Broken):
        whole(archive)


def test_a_second_pack_reads_no_file_before_its_first_byte(
    world: World, bucket: HeldBucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    rvp = a_packed_return(world, bucket)
    packed(world, bucket, rvp["return_id"])
    with world.inside(commit=False):
        assert len(db.session.scalars(select(FileChecksum)).all()) == 3
        contents = packs.gather(__import__("uuid").UUID(rvp["return_id"]))

        def never(*_args: Any, **_options: Any) -> Any:
            raise AssertionError("it was read")

        monkeypatch.setattr(type(bucket.store), "read_in_parts", never)
        _, checked = packs.look(bucket.store, contents)
    assert all(each.crc32 is not None and not each.is_new for each in checked.values())


def test_the_verifier_hashes_as_the_history_does(world: World, bucket: HeldBucket) -> None:
    held: dict[str, Any] = {"__name__": "verify"}
    exec(compile(VERIFIER, "verify.py", "exec"), held)
    rvp = a_packed_return(world, bucket)
    with world.inside(commit=False):
        events = db.session.scalars(select(HistoryEvent).order_by(HistoryEvent.seq)).all()
        own = [each for each in events if str(each.chain) == rvp["return_id"]]
        assert history.broken_link(own) is None
    lines = opened(world, bucket, rvp).read("history.jsonl").splitlines()
    for line in map(json.loads, lines):
        assert held["link"](line["previous_hash"], line) == line["hash"]
