"""The pages of the reports: what was counted, for whom, in words, and as files."""

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event, update

from qcportal import clock
from qcportal.commands import reporting
from qcportal.db import db
from qcportal.returns import ReturnItem
from tests.disputes import cases
from tests.world import World

AT = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


def counted(world: World, count: int = 3) -> None:
    """Check some returns of the first merchant and one of the other, and count them."""
    for store in [world.a] * count + [world.b]:
        cases.inspected(world, store=store)
    cases.sent(world, rvp=cases.inspected(world))
    with world.inside():
        reporting.count_reports()


def rows(answer) -> list[dict[str, str]]:
    assert answer.status_code == 200
    assert answer.mimetype == "text/csv"
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))


def test_a_merchant_reads_its_own_returns_and_no_names(world: World) -> None:
    with clock.frozen(AT):
        counted(world)
        browser = world.signed_in(world.a.owner)
        page = browser.get("/reports").text
        assert "4 returns were checked." in page
        assert "0.0% of 4 decided returns passed." in page
        assert "“Dents or scratches?” fails most: 4 of 4 (100.0%)." in page
        assert "1 of 4 returns checked in these days were disputed (25.0%)." in page
        assert "Ravi" not in page
        assert browser.get("/reports/executive/table.csv").status_code == 404
        assert "1 return was checked." in world.signed_in(world.b.viewer).get("/reports").text


def test_admins_see_everybody_and_who_it_was(world: World) -> None:
    with clock.frozen(AT):
        counted(world)
        browser = world.signed_in(world.admin)
        page = browser.get("/admin/reports").text
        assert "5 returns were checked." in page
        assert "Ravi K." in page
        assert "Too few to say" in page
        (person,) = rows(browser.get("/admin/reports/executive/table.csv"))
        assert (person["label"], person["checked"], person["failed"]) == ("Ravi K.", "5", "5")


def test_a_table_is_saved_with_its_intervals_and_no_formula_in_it(world: World) -> None:
    with clock.frozen(AT):
        counted(world, 2)
        with world.inside():
            changes = {"client_sku_id": "=HYPERLINK(1)", "name": "+1 lamp"}
            db.session.execute(update(ReturnItem).values(**changes))
        with clock.frozen(AT + timedelta(minutes=2)), world.inside():
            reporting.count_reports()
        (line,) = rows(world.signed_in(world.a.viewer).get("/reports/sku/table.csv"))
        assert (line["value"], line["label"]) == ("'=HYPERLINK(1)", "'+1 lamp")
        assert (line["pass_rate"], line["pass_rate_low"]) == ("0.0", "0.0")
        assert 0.4 < float(line["pass_rate_high"]) < 0.7
        (day,) = rows(world.signed_in(world.a.viewer).get("/reports/days/table.csv"))
        assert (day["value"], day["checked"]) == ("2026-11-20", "3")


def test_a_day_belongs_to_the_merchants_zone_and_the_span_to_the_url(world: World) -> None:
    late = datetime(2026, 11, 19, 19, 0, tzinfo=UTC)  # half past midnight of the 20th in India
    with clock.frozen(late):
        counted(world)
        browser = world.signed_in(world.a.owner)
        assert "4 returns were" in browser.get("/reports?from=2026-11-20&to=2026-11-20").text
        page = browser.get("/reports?from=2026-11-19&to=2026-11-19").text
        assert "Nothing was checked in these days" in page
        assert "4 returns were" in browser.get("/reports?from=2025-11-21&to=2026-11-20").text


@pytest.mark.parametrize(
    "query", ["from=x", "from=2026-11-21&to=2026-11-20", "from=2020-01-01", "to=2026-13-01"]
)
def test_days_that_are_none_are_refused(world: World, query: str) -> None:
    with clock.frozen(AT):
        browser = world.signed_in(world.a.owner)
        assert browser.get(f"/reports?{query}").status_code == 400
        assert browser.get(f"/reports/sku/table.csv?{query}").status_code == 400


def test_admins_narrow_the_reports_to_one_merchant(world: World) -> None:
    with clock.frozen(AT):
        counted(world)
        browser = world.signed_in(world.admin)
        page = browser.get(f"/admin/reports?merchant={world.b.id}").text
        assert "1 return was checked." in page
        assert f'value="{world.b.id}" selected' in page
        assert f"table.csv?from=2026-10-22&amp;to=2026-11-20&amp;merchant={world.b.id}" in page
        assert 'href="/admin/returns?' not in page
        assert 'href="/admin/returns?' in browser.get("/admin/reports?merchant=").text
        (day,) = rows(browser.get(f"/admin/reports/days/table.csv?merchant={world.b.id}"))
        assert day["checked"] == "1"


def test_a_merchant_that_there_is_not_is_not_found_and_another_is_never_shown(world: World) -> None:
    with clock.frozen(AT):
        counted(world)
        browser = world.signed_in(world.admin)
        for path in ("/admin/reports", "/admin/reports/sku/table.csv"):
            for unknown in ("x", "01a21aa1-81da-737e-b193-341ea8e8d3a8"):
                assert browser.get(f"{path}?merchant={unknown}").status_code == 404
        own = world.signed_in(world.a.owner).get(f"/reports?merchant={world.b.id}").text
        assert "4 returns were checked." in own
        assert 'name="merchant"' not in own


@pytest.mark.parametrize("path", ["/reports", "/reports/sku/table.csv", "/admin/reports"])
def test_strangers_sign_in_first_and_nothing_is_posted(world: World, path: str) -> None:
    assert world.client.get(path).status_code == 303
    assert world.signed_in(world.admin).post(path).status_code in (400, 405)
    if path.startswith("/admin"):
        assert world.signed_in(world.a.owner).get(path).status_code == 404


def test_a_page_asks_a_number_of_questions_that_does_not_grow(world: World) -> None:
    with clock.frozen(AT):
        counted(world)
        browser = world.signed_in(world.admin)
        asked: list[str] = []
        with world.app.app_context():
            engine = db.engine
        listen = lambda *given: asked.append(given[2])  # noqa: E731
        event.listen(engine, "before_cursor_execute", listen)
        try:
            browser.get("/admin/reports")
        finally:
            event.remove(engine, "before_cursor_execute", listen)
        assert not [each for each in asked if "FROM returns" in each]
        assert len([each for each in asked if each != "BEGIN"]) <= 14
