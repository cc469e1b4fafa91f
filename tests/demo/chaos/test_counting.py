"""The count itself: whatever is wrong with one photo, it is named and nothing else is."""

import dataclasses

import pytest

from qcportal.demo.chaos.counting import Count, Held, Row, count
from qcportal.demo.chaos.diary import Claim, Diary, Event, Line, read
from qcportal.demo.chaos.ground import Bucket
from qcportal.demo.chaos.kinds import Kind, Tally
from qcportal.demo.chaos.verdict import Verdict, named, unexplained

PHOTO, OTHER = "0191aaaa-0000-7000-8000-000000000001", "0191aaaa-0000-7000-8000-000000000002"
KEY = f"u/2026/11/02/fern/770001/whole-{PHOTO}.jpg"
TAKEN = Line(Event.CAPTURED, PHOTO, "770001", "fern", "whole", KEY, "a" * 64, "0" * 32, "E-101")
ACKED = dataclasses.replace(TAKEN, event=Event.ACKED, version="v1")
ROW = Row(PHOTO, KEY, "whole", "770001", "fern", "v1", "a" * 64, True, False, False, False)
HELD = Held(
    rows={PHOTO: ROW},
    told={(KEY, "v1"): (PHOTO, "a" * 64, "verified")},
    versions={(KEY, "v1"): "0" * 32},
    digests={(KEY, "v1"): "a" * 64},
)


def counted(held: Held, *lines: Line) -> Count:
    return count(lines or (TAKEN, ACKED), held, Bucket(None, "photos"))


def changed(**facts: object) -> Held:
    return dataclasses.replace(HELD, rows={PHOTO: dataclasses.replace(ROW, **facts)})  # type: ignore[arg-type]


def test_a_photo_that_is_held_is_acked_and_verified() -> None:
    found = counted(HELD)
    assert (found.photos, found.acked, found.verified) == (1, 1, 1)
    assert (found.lost, found.duplicated, found.misattributed, found.why) == (0, 0, 0, [])


def test_a_photo_that_s3_never_took_is_not_lost() -> None:
    nothing = Held(rows={PHOTO: dataclasses.replace(ROW, version=None, sha256=None)}, told={},
                   versions={}, digests={})  # fmt: skip
    found = counted(nothing, TAKEN)
    assert (found.photos, found.acked, found.lost) == (1, 0, 0)


@pytest.mark.parametrize(
    "held",
    [
        dataclasses.replace(HELD, rows={}),
        changed(sha256="b" * 64),
        changed(version=None),
        changed(verified=False),
        changed(key=KEY.replace("770001", "770002")),
        dataclasses.replace(HELD, versions={}),
        dataclasses.replace(HELD, versions={(KEY, "v1"): "1" * 32}),
        dataclasses.replace(HELD, digests={(KEY, "v1"): "b" * 64}),
    ],
    ids=["row", "digest", "version", "verified", "key", "listing", "etag", "bytes"],
)
def test_a_photo_that_is_not_held_as_it_was_taken_is_lost(held: Held) -> None:
    found = counted(held)
    assert found.lost == 1
    assert PHOTO in found.why[0]


@pytest.mark.parametrize(
    "facts",
    [{"awb": "770002"}, {"merchant": "kiln"}, {"slot": "box"}, {"photo_id": OTHER}],
    ids=["return", "merchant", "slot", "photo"],
)
def test_a_photo_under_another_name_is_misattributed(facts: dict[str, str]) -> None:
    assert counted(changed(**facts)).misattributed == 1


def test_bytes_that_no_phone_took_are_misattributed() -> None:
    stranger = dataclasses.replace(ROW, photo_id=OTHER, sha256="c" * 64)
    assert counted(dataclasses.replace(HELD, rows={PHOTO: ROW, OTHER: stranger})).misattributed == 1


def test_the_same_bytes_under_two_photos_are_doubled() -> None:
    twin = dataclasses.replace(ROW, photo_id=OTHER)
    found = counted(dataclasses.replace(HELD, rows={PHOTO: ROW, OTHER: twin}))
    assert found.duplicated == 1
    assert found.misattributed == 1


def test_other_bytes_have_to_be_kept_told_and_shown() -> None:
    other = dataclasses.replace(
        ACKED, sha256="d" * 64, md5="2" * 32, version="v2", claim=Claim.OTHER_BYTES
    )
    whole = dataclasses.replace(
        HELD,
        rows={PHOTO: dataclasses.replace(ROW, conflict=True)},
        told=HELD.told | {(KEY, "v2"): (PHOTO, "d" * 64, "conflict")},
        versions=HELD.versions | {(KEY, "v2"): "2" * 32},
    )
    assert counted(whole, TAKEN, ACKED, other).lost == 0
    for wrong in (
        dataclasses.replace(whole, rows=HELD.rows),
        dataclasses.replace(whole, told=HELD.told),
        dataclasses.replace(whole, versions=HELD.versions),
    ):
        assert counted(wrong, TAKEN, ACKED, other).lost == 1


def test_a_hostile_file_may_be_refused_if_it_is_kept() -> None:
    lines = [dataclasses.replace(each, hostile=True) for each in (TAKEN, ACKED)]
    refused = changed(version=None, sha256=None, verified=False, unreadable=True)
    assert counted(refused, *lines).lost == 0
    for held in (refused, changed(unreadable=True)):
        found = counted(held, *lines)
        assert (found.refused, found.verified, found.why) == (1, 0, [])
    assert "not shown as refused" in counted(HELD, *lines).why[0]
    assert counted(dataclasses.replace(refused, told={}), *lines).lost == 1


def test_the_diary_comes_back_as_written_without_a_line_that_was_cut(tmp_path) -> None:
    diary = Diary(tmp_path / "E-101.jsonl")
    diary.write(TAKEN, ACKED)
    diary.close()
    with (tmp_path / "E-101.jsonl").open("a") as file:
        file.write('{"event": "acked", "photo_')
    assert list(read(tmp_path)) == [TAKEN, ACKED]


def verdict(*, without: Kind | None = None, faults: tuple[str, ...] = (), **counts: int) -> Verdict:
    tally = Tally()
    for kind in Kind:
        tally.add(kind, kind is not without)
    right = {"photos": 1, "acked": 1, "verified": 1} | counts
    return Verdict(7, "sqlite", "0f", Count(**right), tally, 1.0, {}, faults)  # type: ignore[arg-type]


def test_a_run_is_good_only_when_all_holds_and_every_kind_was_there() -> None:
    assert verdict().good
    assert not any(verdict(**{name: 1}).good for name in ("lost", "duplicated", "misattributed"))
    assert not verdict(verified=0).good
    assert not verdict(faults=("a forged callback was taken",)).good
    assert not any(verdict(without=kind).good for kind in Kind)


def a_report(*offences: dict[str, str]) -> dict[str, object]:
    kinds = {each["kind"]: 1 for each in offences}
    return {"invariants": {"I1": {"kinds": kinds, "first": [*offences]}}}


def test_only_what_the_run_deleted_itself_is_explained() -> None:
    gone = {"kind": "evidence_gone", "key": KEY, "version": "v1"}
    assert unexplained(a_report(), set()) == []
    assert unexplained(a_report(gone), {(KEY, "v1")}) == []
    assert unexplained(a_report(gone), {(KEY, "v2")})
    assert unexplained(a_report(gone | {"kind": "untold"}), {(KEY, "v1")})
    assert named(a_report(gone), "evidence_gone") == {(KEY, "v1")}
