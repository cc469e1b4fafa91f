"""Used pictures are found across returns and merchants, and nowhere else."""

import random
import uuid

import pytest
from sqlalchemy import func, select, text, update

from qcportal import history, likeness, tenancy
from qcportal.db import db
from qcportal.likeness import PrintRow, Seen, WaitingPrint
from qcportal.likeness.prints import GUARANTEED, SAME_PERSON, read
from qcportal.likeness.search import find_alike
from qcportal.photos import ArrivalRow, Photo
from tests.likeness.cases import a_form, a_hash, arrive, changed, findings, send, work
from tests.world import World, an_arrival


def test_a_picture_used_again_on_another_return_is_found(world: World) -> None:
    digits = a_hash(1)
    first = arrive(world, digits)
    second = arrive(world, changed(digits, differences=13, frequencies=6))
    work(world)
    (found,) = findings(world)
    assert (found.kind, found.state, found.facts["differences"]) == ("near_duplicate", "open", 13)
    assert (str(found.photo_id), str(found.other_photo_id)) == (
        second["photo_id"], first["photo_id"],
    )  # fmt: skip
    assert found.executive_id == world.executive_id


def test_the_same_file_for_two_merchants_is_found_once(world: World) -> None:
    data = b"the very same picture" * 100
    first = arrive(world, None, data=data)
    second = arrive(world, None, data=data, store=world.b)
    work(world)
    (found,) = findings(world)
    assert (found.kind, found.score) == ("same_bytes", 100)
    assert {found.merchant_id, found.other_merchant_id} == {world.a.id, world.b.id}
    assert str(found.photo_id) == second["photo_id"] != first["photo_id"]


def test_a_photo_taken_again_for_the_same_return_is_no_finding(world: World) -> None:
    digits = a_hash(2)
    form = a_form(world, token=world.device_token)
    send(world, form["forms"]["front"], digits, data=b"one" * 900)
    send(world, form["forms"]["damage"], digits, data=b"one" * 900)
    send(world, form["forms"]["imei"], digits)
    work(world)
    assert findings(world) == []


def test_between_strangers_more_has_to_be_alike_than_with_one_person(world: World) -> None:
    digits = a_hash(3)
    arrive(world, digits)
    arrive(world, changed(digits, differences=13), token=world.other_device_token)
    work(world)
    assert findings(world) == []
    arrive(world, changed(digits, differences=6), token=world.other_device_token)
    work(world)
    assert [each.kind for each in findings(world)] == ["near_duplicate"]


def test_what_the_frequencies_deny_is_no_finding(world: World) -> None:
    digits = a_hash(4)
    arrive(world, digits)
    arrive(world, changed(digits, differences=2, frequencies=20))
    work(world)
    assert findings(world) == []


def test_bare_surfaces_are_not_compared(world: World) -> None:
    for _ in range(2):
        arrive(world, "0" * 48)
    work(world)
    assert findings(world) == []


def test_a_hash_of_an_earlier_relay_is_taken_and_only_bytes_are_compared(world: World) -> None:
    for _ in range(2):
        arrive(world, "0123456789abcdef")
    work(world)
    assert findings(world) == []
    assert count(world, PrintRow) == 2


def test_a_hash_that_is_neither_is_refused(world: World) -> None:
    form = a_form(world, token=world.device_token)
    answer = world.callback(an_arrival(form, image={"dhash": "0123"}))
    assert answer.status_code == 400
    assert "dhash" in answer.text


def test_a_hash_that_comes_after_the_file_is_compared_then(world: World) -> None:
    digits = a_hash(5)
    arrive(world, digits)
    second = arrive(world, None)
    work(world)
    assert findings(world) == []
    row = world.photo_rows(second["rvp"]["return_id"])["front"]
    with world.inside():
        for _ in range(2):
            likeness.index([Seen(row.id, row.return_id, str(row.sha256), digits)])
    work(world)
    assert len(findings(world)) == 1


def test_a_hash_that_the_relay_tells_in_its_second_call_is_compared(world: World) -> None:
    first = a_form(world, token=world.device_token)
    second = a_form(world, token=world.device_token)
    for form in (first, second):
        arrival = an_arrival(form, uuid.uuid4().bytes * 200)
        world.callback(arrival)
        work(world)
        world.callback(arrival | {"image": {"width": 800, "height": 600, "dhash": a_hash(5)}})
        work(world)
    [found] = findings(world)
    assert found.kind == "near_duplicate"


def test_the_hash_of_a_version_that_is_no_evidence_is_not_taken(world: World) -> None:
    held = arrive(world, a_hash(5))
    other = a_form(world, token=world.device_token)
    send(world, other, a_hash(6))
    image = {"width": 800, "height": 600, "dhash": a_hash(5)}
    later = an_arrival(other, uuid.uuid4().bytes * 200, version_id="v2", sequencer="9", image=image)
    for _ in range(2):
        world.callback(later)
        work(world)
    assert held["photo_id"] != other["photo_id"] and findings(world) == []


def test_a_print_without_its_hash_gains_it_by_the_sweep(world: World) -> None:
    form = arrive(world, None)
    work(world)
    image = {"width": 800, "height": 600, "dhash": a_hash(5)}
    with world.inside():
        row = world_photo(form["photo_id"])
        told = update(ArrivalRow).where(ArrivalRow.key == row.key)
        db.session.execute(told.values(image=image))
        likeness.sweep()
    with world.inside():
        assert likeness.sweep() == 1
    arrive(world, a_hash(5))
    work(world)
    assert [each.kind for each in findings(world)] == ["near_duplicate"]


def world_photo(photo_id: str) -> Photo:
    return db.session.scalars(select(Photo).where(Photo.id == uuid.UUID(photo_id))).one()


def test_announcing_again_and_comparing_again_finds_nothing_new(world: World) -> None:
    digits = a_hash(6)
    arrive(world, digits)
    second = arrive(world, digits)
    work(world)
    row = world.photo_rows(second["rvp"]["return_id"])["front"]
    for _ in range(3):
        with world.inside():
            likeness.index([Seen(row.id, row.return_id, str(row.sha256), digits)] * 2)
        work(world)
    assert len(findings(world)) == 1


def test_whoever_is_compared_first_the_later_photo_is_the_finding(world: World) -> None:
    digits = a_hash(7)
    arrive(world, digits)
    later = arrive(world, digits)
    with world.inside():
        likeness.write_prints()
    work(world)
    assert [str(each.photo_id) for each in findings(world)] == [later["photo_id"]]


def test_a_photo_that_nobody_announced_is_found_by_the_sweep(world: World) -> None:
    digits = a_hash(8)
    for _ in range(2):
        arrive(world, digits)
    with world.inside():
        db.session.execute(text("DELETE FROM likeness_waiting"))
    for _ in range(3):
        with world.inside():
            likeness.sweep()
    work(world)
    assert len(findings(world)) == 1
    with world.inside():
        assert not likeness.is_sweep_due()


def test_a_finding_has_its_own_history_that_no_merchant_owns(world: World) -> None:
    digits = a_hash(9)
    for _ in range(2):
        arrive(world, digits)
    work(world)
    (found,) = findings(world)
    with world.inside():
        (event,) = db.session.scalars(history.select_chain(found.id))
        assert (event.action, event.merchant_id) == ("likeness_found", None)


@pytest.mark.parametrize("table", ["likeness_prints", "likeness_waiting", "likeness_findings"])
def test_no_merchants_scope_reads_the_carriers_tables(world: World, table: str) -> None:
    with world.app.app_context(), tenancy.tenant(world.a.id):
        with pytest.raises(tenancy.TenancyError):
            db.session.execute(text(f"SELECT count(*) FROM {table} WHERE merchant_id = 'x'"))
        db.session.rollback()


def test_postgres_shows_a_merchant_no_row_of_them(pg_world: World) -> None:
    arrive(pg_world, a_hash(10))
    with pg_world.app.app_context(), db.engine.connect() as connection:
        raw = connection.connection.cursor()
        for setting, seen in ((str(pg_world.a.id), 0), ("*", 1)):
            raw.execute("SELECT set_config('app.tenant', %s, true)", (setting,))
            raw.execute("SELECT count(*) FROM likeness_waiting")
            assert raw.fetchone() == (seen,)


def test_the_banded_search_finds_what_a_full_scan_finds(world: World) -> None:
    form = a_form(world, token=world.device_token)
    dice, centre = random.Random(5), a_hash(11)
    ids = photo_ids(world, 120, form)
    digits = [
        changed(centre, differences=dice.randrange(0, 24), seed=number)
        for number in range(len(ids) - 20)
    ]
    digits += [a_hash(100 + number) for number in range(20)]
    with world.inside():
        likeness.index(
            [
                Seen(photo_id, uuid.UUID(form["rvp"]["return_id"]), "0" * 64, each)
                for photo_id, each in zip(ids, digits, strict=True)
            ]
        )
    with world.inside():
        likeness.write_prints()
    wanted = read(centre)
    assert wanted is not None
    apart = {
        photo_id: wanted.apart(other).differences
        for photo_id, each in zip(ids, digits, strict=True)
        if (other := read(each))
    }
    with world.inside():
        found = set(find_alike(wanted))
    assert {each for each, bits in apart.items() if bits <= GUARANTEED} <= found
    assert found <= {each for each, bits in apart.items() if bits <= SAME_PERSON.differences}


def photo_ids(world: World, most: int, form: dict) -> list[uuid.UUID]:
    """Give ids of photos that exist, of as many returns as that takes."""
    while True:
        with world.inside():
            found = db.session.scalars(
                select(Photo.id).where(Photo.purpose == "slot", Photo.sha256.is_(None)).limit(most)
            ).all()
        if len(found) >= most:
            return list(found)
        for _ in range(10):
            world.register()


def count(world: World, table: type) -> int:
    with world.inside():
        return db.session.scalar(select(func.count()).select_from(table)) or 0


def test_a_signature_is_not_compared(world: World) -> None:
    form = arrive(world, a_hash(12))
    with world.inside():
        row = db.session.get(Photo, uuid.UUID(form["photo_id"]))
        assert row is not None
        row.kind = "signature"
    work(world)
    assert (count(world, PrintRow), count(world, WaitingPrint)) == (0, 0)
