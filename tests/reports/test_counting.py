"""Days are counted as a plain loop over all rows counts them, on random data, on both databases."""

import random
import uuid
from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update

from qcportal import accounts, clock, disputes, reports, tenancy
from qcportal.commands import reporting
from qcportal.db import db
from qcportal.devices import FieldExecutive
from qcportal.disputes import Dispute
from qcportal.inspections import Inspection, InspectionAnswer
from qcportal.photos import Photo
from qcportal.reports import MEASURES, CarrierDay, ReportDay, Wanted
from qcportal.returns import Return, ReturnItem
from tests.disputes import cases
from tests.world import World

AT = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
KOLKATA = ZoneInfo("Asia/Kolkata")
CITIES, REASONS = ("Pune", "Nashik", ""), ("DAMAGED", "SIZE")
VERDICTS = ("passed", "failed", "partially_passed", "needs_review", None)
ITEMS = ("pass", "fail", "partially_passed", "needs_review")
RESULTS = ("match", "mismatch", "not_checked")
OUTCOMES = (None, "approved", "partially_approved", "rejected")


def scattered(world: World, dice: random.Random, count: int) -> None:
    """Take real returns through the door, then strew their facts over days, people and places."""
    made = [cases.inspected(world, store=dice.choice((world.a, world.b))) for _ in range(count)]
    for rvp in made[: count // 2]:
        with world.inside():
            _file(cases.a_claim(world, rvp), dice)
    with world.inside():
        for rvp in db.session.scalars(select(Return)).all():
            _scatter(rvp, dice, (world.executive_id, world.other_executive_id))


def _file(claim: Any, dice: random.Random) -> None:
    begun = disputes.draft(claim, by=cases.CLAIMS)
    if dice.random() < 0.8:
        disputes.send(begun.id, by=cases.CLAIMS, seen=None)
        values: dict[str, Any] = {"outcome": dice.choice(OUTCOMES)}
        if dice.random() < 0.2:
            values["state"] = "withdrawn"
        db.session.execute(update(Dispute).where(Dispute.id == begun.id).values(**values))


def _scatter(rvp: Return, dice: random.Random, people: tuple[uuid.UUID, ...]) -> None:
    rvp.checked_at = AT - timedelta(minutes=dice.randrange(0, 4 * 24 * 60))
    rvp.city, rvp.return_reason = dice.choice(CITIES), dice.choice(REASONS)
    rvp.verdict = dice.choice(VERDICTS)
    mine = InspectionAnswer.inspection_id == Inspection.id
    for item in db.session.scalars(select(ReturnItem).where(ReturnItem.return_id == rvp.id)):
        item.verdict = dice.choice(ITEMS)
        item.client_sku_id = dice.choice(("NUV-1", "NUV-2", "=1+1"))
    where = Inspection.return_id == rvp.id
    started = AT - timedelta(hours=1)
    took = dice.choice((None, -5, 0, 75, 400, 7200, 7201))
    finished = None if took is None else started + timedelta(seconds=took)
    changes = {"executive_id": dice.choice(people), "started_at": started, "finished_at": finished}
    db.session.execute(update(Inspection).where(where).values(**changes))
    answers = select(InspectionAnswer).join(Inspection, mine).where(where)
    for answer in db.session.scalars(answers):
        answer.result = dice.choice(RESULTS)
    for photo in db.session.scalars(select(Photo).where(Photo.return_id == rvp.id)):
        photo.claimed_tries = dice.choice((None, 1, 2, 3))


def by_hand(merchant_id: uuid.UUID, day: date) -> dict[tuple[str, str], Counter[str]]:
    """Count the day with loops and nothing else."""
    found: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    everything = {
        table: list(db.session.scalars(select(table)))
        for table in (Return, Inspection, InspectionAnswer, ReturnItem, Photo, Dispute)
    }
    people = {each.id: each for each in db.session.scalars(select(FieldExecutive))}
    for rvp in everything[Return]:
        if rvp.merchant_id != merchant_id or rvp.checked_at is None:
            continue
        if rvp.checked_at.astimezone(KOLKATA).date() != day:
            continue
        one = Counter(checked=1)
        one["passed"] = int(rvp.verdict == "passed")
        one["failed"] = int(rvp.verdict in ("failed", "partially_passed"))
        work = [each for each in everything[Inspection] if each.return_id == rvp.id]
        ids = {each.id for each in work}
        said = [each for each in everything[InspectionAnswer] if each.inspection_id in ids]
        one["answers"] = len(said)
        for inspection in work:
            if inspection.started_at and inspection.finished_at:
                seconds = (inspection.finished_at - inspection.started_at).total_seconds()
                if 0 < seconds <= 7200:
                    one.update(timed=1, timed_answers=len(said), seconds=int(seconds))
        taken = [p for p in everything[Photo] if p.return_id == rvp.id and p.captured_reported_at]
        one["photos"] = len(taken)
        one["retaken"] = sum((photo.claimed_tries or 0) > 1 for photo in taken)
        for claim in everything[Dispute]:
            if claim.return_id == rvp.id and claim.number and claim.state != "withdrawn":
                names = {"approved": "upheld", "partially_approved": "partly"}
                one["disputed"] += 1
                if claim.outcome:
                    one[names.get(claim.outcome, "declined")] += 1
        person = people[work[0].executive_id]
        keys = [("all", "all"), ("city", rvp.city), ("reason", rvp.return_reason)]
        keys += [("hub", person.hub), ("executive", str(person.id))]
        for key in keys:
            found[key].update(one)
        for item in (each for each in everything[ReturnItem] if each.return_id == rvp.id):
            good, bad = item.verdict == "pass", item.verdict in ("fail", "partially_passed")
            found["sku", item.client_sku_id].update(checked=1, passed=int(good), failed=int(bad))
        for each in said:
            good, bad = each.result == "match", each.result == "mismatch"
            counts = {"checked": 1, "answers": 1, "passed": int(good), "failed": int(bad)}
            found["check", each.check_key].update(counts)
    return {key: counts for key, counts in found.items() if key[1]}


@pytest.mark.parametrize("seed", [1, 2])
def test_a_day_is_counted_as_by_hand(world: World, seed: int) -> None:
    dice = random.Random(seed)
    with clock.frozen(AT):
        scattered(world, dice, 14)
        with world.inside():
            reporting.count_reports()
            rows = list(db.session.scalars(select(ReportDay)))
            for store in (world.a, world.b):
                for back in range(5):
                    day = AT.astimezone(KOLKATA).date() - timedelta(days=back)
                    own = [r for r in rows if (r.merchant_id, r.day) == (store.id, day)]
                    counted = {
                        (row.dimension, row.value): {n: getattr(row, n) for n in MEASURES}
                        for row in own
                    }
                    wanted = {
                        key: {name: counts[name] for name in MEASURES}
                        for key, counts in by_hand(store.id, day).items()
                    }
                    assert counted == wanted


@pytest.mark.parametrize("seed", [3, 4])
def test_the_carriers_days_are_those_of_all_merchants_by_hand(world: World, seed: int) -> None:
    dice = random.Random(seed)
    with clock.frozen(AT):
        scattered(world, dice, 14)
        with world.inside():
            reporting.count_reports()
            assert carrier_days() == everybody_by_hand(world)
            for rvp in db.session.scalars(select(Return)).all():
                _scatter(rvp, dice, (world.executive_id, world.other_executive_id))
            db.session.commit()
            reporting.count_back(reporting.find_merchants(), 5)  # and again, as facts changed
            assert carrier_days() == everybody_by_hand(world)


def carrier_days() -> dict[tuple[date, str, str], dict[str, int]]:
    """Give what is kept, and that it is labelled as some merchant's row is."""
    labels = defaultdict(set)
    for each in db.session.scalars(select(ReportDay)):
        labels[each.day, each.dimension, each.value].add(each.label)
    found = {}
    for row in db.session.scalars(select(CarrierDay).where(CarrierDay.days == 1)):
        key = (row.day, row.dimension, row.value)
        assert row.label == max(labels[key])
        assert row.counted_at == AT
        found[key] = {name: getattr(row, name) for name in MEASURES}
    return found


def everybody_by_hand(world: World) -> dict[tuple[date, str, str], dict[str, int]]:
    sums: dict[tuple[date, str, str], Counter[str]] = defaultdict(Counter)
    today = AT.astimezone(KOLKATA).date()
    for day in (today - timedelta(days=back) for back in range(5)):
        for store in (world.a, world.b):
            for (dimension, value), counts in by_hand(store.id, day).items():
                sums[day, dimension, value].update(counts)
    return {key: {name: counts[name] for name in MEASURES} for key, counts in sums.items()}


@pytest.mark.parametrize("dimension", reports.DIMENSIONS)
def test_everybodys_lines_are_what_the_days_of_all_merchants_add_up_to(
    world: World, dimension: str
) -> None:
    with clock.frozen(AT):
        scattered(world, random.Random(5), 10)
        with world.inside():
            reporting.count_reports()
            day = AT.astimezone(KOLKATA).date()
            wanted = Wanted(day - timedelta(days=5), day)
            rows = list(db.session.scalars(select(ReportDay)))
            assert summed(wanted, dimension) == by_days(rows, wanted, dimension) != {}


def test_whole_weeks_add_up_to_their_days_in_any_period(world: World) -> None:
    dice = random.Random(6)
    today = AT.astimezone(KOLKATA).date()
    with clock.frozen(AT):
        scattered(world, dice, 10)
        with world.inside():
            for rvp in db.session.scalars(select(Return)).all():
                rvp.checked_at = AT - timedelta(minutes=dice.randrange(0, 30 * 24 * 60))
            db.session.commit()
            reporting.count_back(reporting.find_merchants(), 31)
            weeks = list(db.session.scalars(select(CarrierDay).where(CarrierDay.days == 7)))
            assert weeks and {row.day.weekday() for row in weeks} == {0}
            rows = list(db.session.scalars(select(ReportDay)))
            for _ in range(40):
                since = today - timedelta(days=dice.randrange(0, 40))
                wanted = Wanted(since, min(today, since + timedelta(days=dice.randrange(0, 30))))
                for dimension in ("all", "city", "sku", "executive"):
                    assert summed(wanted, dimension) == by_days(rows, wanted, dimension)
                found = reports.sum_up(wanted)
                whole = by_days(rows, wanted, "all").get("all", {})
                assert found.checked == whole.get("checked", 0)
                assert sum(day.checked for day in reports.find_days(wanted).values()) == (
                    found.checked
                )


def summed(wanted: Wanted, dimension: str) -> dict[str, dict[str, int]]:
    lines = reports.find_lines(wanted, dimension)
    return {each.value: {name: getattr(each, name) for name in MEASURES} for each in lines}


def by_days(rows: list[ReportDay], wanted: Wanted, dimension: str) -> dict[str, dict[str, int]]:
    sums: dict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        if row.dimension == dimension and wanted.since <= row.day <= wanted.until:
            sums[row.value].update({name: getattr(row, name) for name in MEASURES})
    return {value: dict(counts) for value, counts in sums.items()}


def test_the_carriers_days_are_in_no_merchants_scope(world: World) -> None:
    with world.inside(commit=False), tenancy.tenant(world.a.id):
        with pytest.raises(tenancy.TenancyError):
            db.session.scalars(select(CarrierDay)).all()
        with pytest.raises(tenancy.TenancyError):
            reports.replace_carrier_day(AT.date())


def test_counting_again_gives_the_same_and_drops_what_went(world: World) -> None:
    with clock.frozen(AT):
        cases.inspected(world)
        with world.inside():
            merchant = accounts.get_merchant(world.a.id)
            day = AT.astimezone(KOLKATA).date()
            for _ in range(2):
                reports.replace_day(merchant.id, day, reports.count_day(merchant, day))
            wanted = Wanted(day, day, merchant.id)
            assert reports.sum_up(wanted).checked == 1
            db.session.execute(update(Return).values(checked_at=AT - timedelta(days=2)))
            reports.replace_day(merchant.id, day, reports.count_day(merchant, day))
            assert reports.sum_up(wanted).checked == 0


def test_sums_go_along_a_dimension_and_stay_with_their_merchant(world: World) -> None:
    with clock.frozen(AT):
        for store in (world.a, world.a, world.b):
            cases.inspected(world, store=store)
        with world.inside():
            reporting.count_reports()
            day = AT.astimezone(KOLKATA).date()
            everybody = Wanted(day - timedelta(days=3), day)
            assert reports.sum_up(everybody).failed == 3
            (line,) = reports.find_lines(everybody, "executive")
            assert (line.label, line.checked) == ("Ravi K.", 3)
            checks = {line.value: line for line in reports.find_lines(everybody, "check")}
            assert checks["damage"].label == "Dents or scratches?"
            assert (checks["damage"].failed, checks["damage"].checked) == (3, 3)
        with world.inside(), tenancy.tenant(world.b.id):
            assert reports.sum_up(Wanted(day, day)).checked == 1
            assert reports.last_counted(Wanted(day, day)) == AT
            assert list(reports.find_days(Wanted(day, day))) == [day]
