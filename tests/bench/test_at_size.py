"""A tiny fill: what it makes is what the portal would have made, and every page can be asked."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask_migrate import downgrade

from bench.at_size import filling, measuring, shapes
from bench.at_size.filling import Filled
from bench.at_size.goods import uid
from bench.at_size.pages import PAGES, Site, open_site, standing_still
from bench.at_size.sqlite_stand import SqliteStand
from qcportal import accounts, config, migrating, reports, tenancy
from qcportal.db import db

FIRST, SECOND = 600, 900


@pytest.fixture(scope="module")
def stand(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqliteStand]:
    """With the papers of every return: elsewhere ordinary ones go mostly without."""
    stand = SqliteStand(Path(tmp_path_factory.mktemp("at_size")) / "large.db")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(shapes, "ONE_IN", 1)
        filling.fill(stand, FIRST)
        yield stand
    stand.close()


@pytest.fixture(scope="module")
def grown(stand: SqliteStand) -> tuple[SqliteStand, Filled]:
    stand.made = True
    return stand, filling.fill(stand, SECOND)


def test_growing_adds_what_is_missing_and_filling_again_nothing(
    grown: tuple[SqliteStand, Filled],
) -> None:
    stand, filled = grown
    assert filled.returns == SECOND
    assert filling.fill(stand, SECOND) == filled
    (returns,), (photos,) = (
        stand.rows(f"SELECT count(*) FROM {table} WHERE id IN (SELECT id FROM {table})")[0]
        for table in ("returns", "photos")
    )
    made_by_hand = len(stand.rows("SELECT id FROM bench_roles WHERE role LIKE '0%'"))
    assert returns == SECOND + made_by_hand
    assert photos >= 6 * SECOND


def test_every_row_belongs_to_a_row_that_is_there(grown: tuple[SqliteStand, Filled]) -> None:
    stand, _ = grown
    assert stand.rows("PRAGMA foreign_key_check") == []


def test_the_days_are_those_that_the_worker_counts(grown: tuple[SqliteStand, Filled]) -> None:
    stand, filled = grown
    day: date = filled.now.date() - timedelta(days=50)
    with standing_still(filled), stand.app.app_context(), tenancy.system("test"):
        merchant = accounts.get_merchant(filling.merchant_id(stand, 0))
        found = 0
        for back in range(60):
            counted = reports.count_day(merchant, day - timedelta(days=back))
            kept = _kept(stand, merchant.id.hex, day - timedelta(days=back))
            assert {(row["dimension"], row["value"]): _sums(row) for row in counted} == kept
            found += len(kept)
        db.session.rollback()
    assert found > 50


def test_the_carriers_days_are_those_that_the_worker_adds_up(
    grown: tuple[SqliteStand, Filled],
) -> None:
    stand, filled = grown
    day: date = filled.now.date() - timedelta(days=50)
    asked = "SELECT * FROM carrier_days WHERE day BETWEEN ? AND ? ORDER BY 1, 2, 3, 4"
    ends = (str(day - timedelta(days=60)), str(day))
    summed = stand.rows(asked, *ends)
    with standing_still(filled), stand.app.app_context(), tenancy.system("test"):
        for back in range(61):
            reports.replace_carrier_day(day - timedelta(days=back))
        db.session.commit()
    assert stand.rows(asked, *ends) == summed
    assert len(summed) > 50


def test_what_was_kept_is_brought_to_the_newest_schema(tmp_path: Path) -> None:
    file = tmp_path / "kept.db"
    for older in ("0021", None):
        stand = SqliteStand(file)
        names = {row[0] for row in stand.rows("SELECT name FROM sqlite_master")}
        assert "carrier_days" in names
        if older:
            migrating.prepare(stand.app)
            with stand.app.app_context():
                downgrade(directory=str(config.MIGRATIONS), revision=older)
        stand.close()
    assert stand.made


def test_every_page_answers(grown: tuple[SqliteStand, Filled]) -> None:
    stand, filled = grown
    with standing_still(filled):
        site: Site = open_site("tiny", stand, filled)
    found = measuring.report([site], measuring.measure([site], PAGES, rounds=1))
    assert set(found["pages"]) == set(PAGES)
    assert all(page["sites"][0]["statements"] > 0 for page in found["pages"].values())


def test_ids_of_sql_and_of_python_are_the_same(grown: tuple[SqliteStand, Filled]) -> None:
    stand, _ = grown
    asked = "SELECT n, millis FROM bench_plan ORDER BY n LIMIT 5"
    for number, millis in stand.rows(asked):
        key = uid(millis, 0, number)
        assert stand.rows("SELECT id FROM returns WHERE id = ?", key.hex) == [(key.hex,)]


def _kept(stand: SqliteStand, merchant: str, day: date) -> dict[tuple[str, str], list[int]]:
    names = ", ".join(reports.MEASURES)
    asked = f"SELECT dimension, value, {names} FROM report_days WHERE merchant_id = ? AND day = ?"
    return {(row[0], row[1]): list(row[2:]) for row in stand.rows(asked, merchant, str(day))}


def _sums(row: dict[str, object]) -> list[object]:
    return [row[name] for name in reports.MEASURES]
