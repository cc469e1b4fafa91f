"""Each invariant is broken behind the portal's back, one by one, and is named."""

import hashlib
import sqlite3
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, text, update

from qcportal import clock, verification
from qcportal.capture_kinds import SHIPPED
from qcportal.db import db
from qcportal.disputes import DisputeEvidence
from qcportal.doctor.arrival import retire
from qcportal.history import HistoryEvent, HistoryHead
from qcportal.inspections import Inspection, InspectionAnswer, IssuedChecklist
from qcportal.manifests import ManifestLine
from qcportal.photos import ArrivalRow, Photo
from qcportal.photos.tables import PROBES
from qcportal.returns import Return
from qcportal.stored_objects import StoredVersion
from qcportal.verification import KINDS, Options, Report
from tests.disputes.cases import sent
from tests.likeness.cases import a_hash, arrive, findings, work
from tests.test_history import unseal
from tests.verification.bucket import MemoryBucket
from tests.world import World, a_capture, an_inspection

GOOD, OTHER, BAD = b"g" * 2000, b"o" * 3000, b"tiny"
AT_ONCE = Options(grace=timedelta())


@dataclass
class Lived:
    """A portal after a day: one good photo, one conflict, one refusal, one parked file."""

    world: World
    bucket: MemoryBucket
    rvp: dict[str, Any]
    forms: dict[str, dict[str, Any]]

    def verify(self, options: Options = AT_ONCE) -> Report:
        with self.world.inside(commit=False):
            return verification.verify(self.bucket, SHIPPED, options)

    def change(self, slot: str, **values: Any) -> None:
        """Change a photo's row past all code."""
        with self.world.inside():
            mine = (Photo.slot == slot) & (Photo.return_id == uuid.UUID(self.rvp["return_id"]))
            table = Photo.__table__
            found = db.session.execute(update(table).where(mine).values(**values))
            assert found.rowcount == 1


@pytest.fixture
def lived(world: World) -> Lived:
    bucket = MemoryBucket()
    rvp = world.register()
    world.assign(rvp["return_id"])
    forms = world.forms(rvp["return_id"])
    captures = [a_capture(forms[slot], GOOD) for slot in ("front", "damage", "imei")]
    world.field("POST", "/inspections", an_inspection(rvp, *captures))
    stray = {"key": "u/2026/11/22/nobody/1/front-x.jpg", "photo_id": str(uuid.uuid4())}
    told = [
        bucket.arrival(forms["front"], GOOD),
        bucket.arrival(forms["damage"], GOOD),
        bucket.arrival(forms["damage"], OTHER),
        bucket.arrival(forms["imei"], BAD),
        bucket.arrival(stray, GOOD),
    ]
    assert world.callback(*told).status_code == 202
    return Lived(world, bucket, rvp, forms)


def test_a_portal_that_lived_holds_and_everything_is_counted(lived: Lived) -> None:
    report = lived.verify(Options(grace=timedelta(), rehash=True))
    assert report.as_json()["invariants"] == {
        name: {"promise": said, "holds": True, "offences": 0, "kinds": {}, "first": []}
        for name, said in verification.INVARIANTS.items()
    }
    counts = report.counts
    assert (counts["versions"], counts["told"], counts["parked"]) == (5, 5, 1)
    assert (counts["verified"], counts["conflict"], counts["refused"]) == (2, 1, 1)
    assert (counts["returns"], counts["manifest_lines"]) == (1, 3)
    assert counts["events"] > 8


def test_a_merchants_own_file_is_looked_at_and_missed_by_no_shift(
    lived: Lived,
) -> None:
    world, digest = lived.world, hashlib.sha256(GOOD).hexdigest()
    claim = {"client_request_id": "d-1", "return_id": lived.rvp["return_id"], "send": False}
    claim |= {"kind": "photos_not_good_enough"}
    path = f"/disputes/{world.partner('POST', '/disputes', claim).get_json()['dispute_id']}/files"
    wanted = {"kind": "photo", "content_type": "image/jpeg", "name": "Shelf", "sha256": digest}
    form = world.partner("POST", path, wanted | {"bytes": len(GOOD)}).get_json()
    before = lived.verify(Options(grace=timedelta(), rehash=True))
    told = world.callback(lived.bucket.arrival(form, GOOD)).get_json()["arrivals"]
    assert [each["outcome"] for each in told] == ["verified"]
    report = lived.verify(Options(grace=timedelta(), rehash=True))
    assert before.holds and report.holds
    assert report.counts["verified"] == before.counts["verified"] + 1


def test_histories_of_other_things_that_name_photos_are_no_offence(lived: Lived) -> None:
    world = lived.world
    first, second = arrive(world, a_hash(5)), arrive(world, a_hash(5))
    work(world)
    assert len(findings(world)) == 1 and first["photo_id"] != second["photo_id"]
    sent(world)
    told = lived.verify().as_json()["invariants"]["I2"]
    assert told["holds"], told


def test_a_verification_changes_nothing(lived: Lived) -> None:
    before = lived.world.photo_rows(lived.rvp["return_id"])["front"].verified_at
    lived.verify()
    assert lived.world.photo_rows(lived.rvp["return_id"])["front"].verified_at == before


def test_what_the_doctor_sent_is_no_offence(lived: Lived) -> None:
    probe = {"key": f"{PROBES}2026/11/22/x.jpg", "photo_id": str(uuid.uuid4())}
    lived.world.callback(lived.bucket.arrival(probe, GOOD))
    with lived.world.inside():
        retire()
    assert lived.verify().holds


Crime = Callable[[Lived], None]


def untold(lived: Lived) -> None:
    lived.bucket.put(lived.forms["spare-1"]["key"], GOOD)


def orphan_untold(lived: Lived) -> None:
    lived.bucket.put("u/2026/11/22/nobody/2/front-y.jpg", GOOD)


def deleted(lived: Lived) -> None:
    del lived.bucket.files[lived.forms["front"]["key"]]


def conflict_deleted(lived: Lived) -> None:
    del lived.bucket.files[lived.forms["damage"]["key"]]["v2"]


def replaced(lived: Lived) -> None:
    _swap(lived, b"h" * 2000)


def grown(lived: Lived) -> None:
    _swap(lived, b"h" * 2001)


def _swap(lived: Lived, data: bytes) -> None:
    key = lived.forms["front"]["key"]
    lived.bucket.files[key]["v1"] = (data, lived.bucket.files[key]["v1"][1])


def arrival(**values: Any) -> Crime:
    """Change what was told of the good photo."""

    def commit(lived: Lived) -> None:
        with lived.world.inside():
            mine = ArrivalRow.key == lived.forms["front"]["key"]
            db.session.execute(update(ArrivalRow).where(mine).values(**values))

    return commit


def row(slot: str = "front", **values: Any) -> Crime:
    return lambda lived: lived.change(slot, **values)


def history(sql: str) -> Crime:
    def commit(lived: Lived) -> None:
        unseal(lived.world)
        with lived.world.inside():
            chain = uuid.UUID(lived.rvp["return_id"])
            sqlite = db.engine.dialect.name == "sqlite"
            found = db.session.execute(text(sql), {"chain": chain.hex if sqlite else chain})
            assert found.rowcount == 1

    return commit


def into_another_return(lived: Lived) -> None:
    other = lived.world.register()
    lived.change("front", item_id=uuid.UUID(other["items"][0]["item_id"]))


def answered_elsewhere(lived: Lived) -> None:
    other = lived.world.register()
    with lived.world.inside():
        answer = db.session.scalars(select(InspectionAnswer).limit(1)).one()
        answer.item_id = uuid.UUID(other["items"][0]["item_id"])


def cited_from_elsewhere(lived: Lived) -> None:
    disputed = sent(lived.world)
    photo = lived.world.photo_rows(lived.rvp["return_id"])["front"].id
    with lived.world.inside():
        mine = DisputeEvidence.dispute_id == disputed.id
        db.session.execute(update(DisputeEvidence).where(mine).values(photo_id=photo))


def key_of_another(lived: Lived) -> None:
    """Let two photos change their keys: each shows what the other took."""
    front, spare = lived.forms["front"]["key"], lived.forms["spare-1"]["key"]
    lived.change("front", key="elsewhere")
    lived.change("spare-1", key=front)
    lived.change("front", key=spare)


def renamed(lived: Lived) -> None:
    """Give the return another waybill than the one its keys were made for."""
    with lived.world.inside():
        db.session.execute(update(Return).values(awb="999900001111"))


def miscounted(lived: Lived) -> None:
    with lived.world.inside():
        db.session.execute(update(Return).values(photos_absent=0))


def parked_with_its_photo(lived: Lived) -> None:
    arrival(photo_id=None, outcome="parked")(lived)


def line_dropped(lived: Lived) -> None:
    with lived.world.inside():
        front = ManifestLine.photo_id == uuid.UUID(lived.forms["front"]["photo_id"])
        db.session.execute(delete(ManifestLine).where(front))


def line_moved(lived: Lived) -> None:
    with lived.world.inside():
        other = lived.world.other_executive_id
        db.session.execute(update(ManifestLine).values(executive_id=other))


def everywhere(table: Any, **values: Any) -> Crime:
    """Change every row of a table past all code."""

    def commit(lived: Lived) -> None:
        with lived.world.inside():
            assert db.session.execute(update(table.__table__).values(**values)).rowcount > 0

    return commit


def asked_less(lived: Lived) -> None:
    with lived.world.inside():
        issued = db.session.scalars(select(IssuedChecklist).limit(1)).one()
        issued.body = issued.body | {"checks": issued.body["checks"][1:]}


def out(table: Any, where: Any) -> Crime:
    """Delete rows past all code."""

    def commit(lived: Lived) -> None:
        with lived.world.inside():
            found = db.session.execute(delete(table.__table__).where(where))
            assert found.rowcount > 0

    return commit


def foreign_arrival(lived: Lived) -> None:
    """Tell of a file that never was, as if it had come before the evidence."""
    key = lived.forms["front"]["key"]
    with lived.world.inside():
        table = ArrivalRow.__table__
        told = dict(db.session.execute(select(table).where(table.c.key == key)).one()._mapping)
        told |= {"id": uuid.uuid4(), "version_id": "v0", "stored_at": clock.ago(days=1)}
        db.session.execute(table.insert().values(**told))


def whole_history_removed(lived: Lived) -> None:
    unseal(lived.world)
    other = uuid.UUID(lived.world.register()["return_id"])
    with lived.world.inside():
        for table in (HistoryEvent, HistoryHead):
            db.session.execute(delete(table.__table__).where(table.chain == other))


def same_bytes_again_deleted(lived: Lived) -> None:
    lived.world.callback(lived.bucket.arrival(lived.forms["front"], GOOD))
    del lived.bucket.files[lived.forms["front"]["key"]]["v2"]


def a_photo_among_the_probes(lived: Lived) -> None:
    stray = {"key": "u/2026/11/22/nobody/3/front-z.jpg", "photo_id": str(uuid.uuid4())}
    lived.world.callback(lived.bucket.arrival(stray, GOOD))
    with lived.world.inside():
        mine = ArrivalRow.key == stray["key"]
        db.session.execute(update(ArrivalRow).where(mine).values(outcome="probe"))


CRIMES: dict[str, tuple[str, Crime]] = {
    "a file nobody told": ("untold", untold),
    "evidence deleted": ("evidence_gone", deleted),
    "file of another size": ("size_differs", grown),
    "parked with its photo": ("not_adopted", parked_with_its_photo),
    "pin lost": ("not_pinned", row(version_id=None, stored_at=None)),
    "pinned to the later file": ("pinned_to_another", row("damage", version_id="v2")),
    "verification taken back": ("not_verified", row(verified_at=None)),
    "verified without a file": ("fact_without_ground", row("imei", verified_at=clock.now())),
    "another digest": ("fact_changed", row(sha256="0" * 64)),
    "another digest than told": ("evidence_swapped", row(sha256="0" * 64)),
    "digest changed in row and telling": ("evidence_swapped", lambda lived: (
        arrival(sha256="0" * 64, declared_sha256="0" * 64)(lived),
        lived.change("front", sha256="0" * 64, claimed_sha256="0" * 64),
    )),
    "a fact taken back": ("fact_taken_back", row("damage", conflict_at=None)),
    "a fact nobody told": ("fact_untold", row(refused_at=clock.now())),
    "another moment": ("moment_changed", row(verified_at=clock.ago(days=3))),
    "history rewritten": ("broken_chain", history(
        "UPDATE history_events SET actor_label = 'Somebody' WHERE chain = :chain AND seq = 2")),
    "history cut short": ("cut_chain", history(
        "DELETE FROM history_events WHERE chain = :chain AND seq = "
        "(SELECT max(seq) FROM history_events WHERE chain = :chain)")),
    "keys exchanged": ("key_of_another", key_of_another),
    "return renamed": ("key_of_another", renamed),
    "shown on another return's item": ("item_of_another_return", into_another_return),
    "answer on another return's item": ("item_of_another_return", answered_elsewhere),
    "cited from another return": ("item_of_another_return", cited_from_elsewhere),
    "told for another photo": ("told_for_another_photo", arrival(photo_id=uuid.uuid4())),
    "sent for another photo": (
        "sent_for_another_photo", arrival(user_metadata={"photo-id": str(uuid.uuid4())})),
    "an orphan nobody told": ("parked_unseen", orphan_untold),
    "conflict hidden": ("conflict_not_shown", row("damage", conflict_at=None)),
    "refusal hidden": ("refusal_not_shown", row("imei", refused_at=None)),
    "shown though it cannot be opened": (
        "unreadable_not_shown", arrival(image={"refused": "corrupt"})),
    "second version deleted": ("kept_file_gone", conflict_deleted),
    "announcement dropped from the manifest": ("announced_unlisted", line_dropped),
    "line under somebody else": ("line_of_another", line_moved),
    "a claim changed": ("claims_changed", row(captured_at=clock.ago(days=9))),
    "a made-up place hidden": ("claims_changed", row(mock_location=False)),
    "claimed without being told": ("fact_untold", row(
        "spare-1", claimed_sha256="0" * 64, captured_reported_at=clock.now())),
    "announcement taken back": ("fact_taken_back", row(
        "imei", claimed_sha256=None, captured_reported_at=None)),
    "another verdict": ("answers_changed", everywhere(Inspection, verdict="failed")),
    "another answer": ("answers_changed", everywhere(InspectionAnswer, value="no")),
    "an answer removed": (
        "answers_changed", out(InspectionAnswer, InspectionAnswer.check_key == "damage")),
    "another checklist": ("checklist_changed", asked_less),
    "a checklist removed": ("checklist_changed", out(
        IssuedChecklist, IssuedChecklist.rulebook_version > 0)),
    "an expected photo removed": ("photo_vanished", out(Photo, Photo.slot == "spare-2")),
    "an arrival removed": ("untold", out(ArrivalRow, ArrivalRow.outcome == "verified")),
    "an arrival made up": ("pinned_to_another", foreign_arrival),
    "a whole history removed": ("no_history", whole_history_removed),
    "same bytes again deleted": ("kept_file_gone", same_bytes_again_deleted),
    "hidden among the probes": ("parked_unseen", a_photo_among_the_probes),
    "outcome nobody counts": ("unknown_outcome", arrival(outcome="lost")),
    "counts painted over": ("counts_differ", miscounted),
}  # fmt: skip


@pytest.mark.parametrize("crime", CRIMES)
def test_what_was_broken_is_named_under_its_invariant(lived: Lived, crime: str) -> None:
    kind, commit = CRIMES[crime]
    commit(lived)
    report = lived.verify()
    assert kind in report.offences
    told = report.as_json()["invariants"][KINDS[kind][0]]
    assert not told["holds"]
    assert kind in {each["kind"] for each in told["first"]}


def test_other_bytes_of_the_same_size_are_found_when_they_are_read_again(lived: Lived) -> None:
    replaced(lived)
    assert lived.verify().holds
    report = lived.verify(Options(grace=timedelta(), rehash=True))
    assert dict(report.offences) == {"bytes_differ": 1}
    assert report.first["bytes_differ"][0].where["key"] == lived.forms["front"]["key"]


def test_what_is_new_may_still_be_on_its_way(lived: Lived) -> None:
    untold(lived)
    report = lived.verify(Options(grace=timedelta(minutes=15)))
    assert report.holds
    assert report.counts["on_the_way"] == 1


def test_a_photo_that_arrives_while_the_bucket_is_listed_is_no_offence(lived: Lived) -> None:
    form = lived.forms["spare-1"]

    class Busy(MemoryBucket):
        def list_versions(self, prefix: str) -> Iterator[StoredVersion]:
            listed = list(super().list_versions(prefix))
            with ThreadPoolExecutor() as elsewhere:
                told = elsewhere.submit(lived.world.callback, self.arrival(form, GOOD)).result()
            arrived.append(told.status_code)
            yield from listed

    arrived: list[int] = []
    lived.bucket = Busy(files=lived.bucket.files)
    assert dict(lived.verify().offences) == {}
    assert arrived == [200]


def test_a_file_that_vanished_and_that_nobody_misses_is_named(lived: Lived) -> None:
    form = lived.forms["spare-1"]
    gone = {"size": None, "sha256": None, "gone": True, "metadata": {}}
    lived.world.callback(lived.bucket.arrival(form, GOOD, **gone))
    del lived.bucket.files[form["key"]]
    assert dict(lived.verify().offences) == {"gone_unseen": 1}


def test_only_the_dates_asked_for_are_looked_at(lived: Lived) -> None:
    untold(lived)
    tomorrow = (clock.now() + timedelta(days=1)).date()
    later = lived.verify(Options(since=tomorrow, grace=timedelta()))
    assert later.counts["versions"] == 0
    today = lived.verify(Options(since=clock.now().date(), grace=timedelta()))
    assert dict(today.offences) == {"untold": 1}


def test_every_kind_of_offence_is_provoked_by_a_test() -> None:
    others = {"bytes_differ", "gone_unseen"}
    guarded = {"return_of_another_merchant", "history_of_another_merchant"}
    assert {kind for kind, _ in CRIMES.values()} | others | guarded == set(KINDS)


def test_a_return_moved_to_another_merchant_is_named(lived: Lived) -> None:
    _move(lived.world)
    report = lived.verify()
    assert {"return_of_another_merchant", "history_of_another_merchant"} <= set(report.offences)


def _move(world: World) -> None:
    """Do what the schema forbids: as its owner on Postgres, without foreign keys on SQLite."""
    with world.inside():
        sqlite, path = db.engine.dialect.name == "sqlite", db.engine.url.database
        if not sqlite:
            found = "SELECT conrelid::regclass, conname FROM pg_constraint WHERE confrelid = "
            for table, name in db.session.execute(text(f"{found} 'returns'::regclass")).all():
                db.session.execute(text(f"ALTER TABLE {table} DROP CONSTRAINT {name}"))
            db.session.execute(update(Return).values(merchant_id=world.b.id))
    if sqlite:
        with closing(sqlite3.connect(str(path))) as bare, bare:
            bare.execute("UPDATE returns SET merchant_id = ?", (world.b.id.hex,))
