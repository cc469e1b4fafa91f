"""What each page asks the database: the session and its person, the menu's counts, its own."""

import pytest

from tests.disputes.cases import inspected, sent
from tests.statements import asked
from tests.world import World

MERCHANTS = {"/": 4, "/returns": 6, "/returns?tab=failed": 6, "/returns/{id}": 10, "/disputes": 6}
ADMINS = {
    "/admin": 7,
    "/admin/returns": 6,
    "/admin/returns/{id}": 11,
    "/admin/disputes": 8,
    "/admin/run-sheets": 5,
}


@pytest.fixture
def made(world: World) -> str:
    """Give a return that was inspected, among others of which two are disputed."""
    for _ in range(2):
        sent(world, rvp=inspected(world))
    for _ in range(3):
        world.register()
    return str(inspected(world)["return_id"])


@pytest.mark.parametrize(("path", "most"), MERCHANTS.items())
def test_a_merchants_page_asks_few_questions(world: World, made: str, path: str, most: int) -> None:
    browser, target = world.signed_in(world.a.owner), path.format(id=made)
    browser.get(target)
    told = asked(world, lambda: browser.get(target))
    assert len(told) <= most, "\n\n".join(told)


@pytest.mark.parametrize(("path", "most"), ADMINS.items())
def test_an_admins_page_asks_few_questions(world: World, made: str, path: str, most: int) -> None:
    browser, target = world.signed_in(world.admin), path.format(id=made)
    browser.get(target)
    told = asked(world, lambda: browser.get(target))
    assert len(told) <= most, "\n\n".join(told)


def test_a_poll_without_news_asks_for_the_session_and_one_number(world: World) -> None:
    rvp = world.register()
    world.assign(rvp["return_id"])
    browser = world.signed_in(world.a.owner)
    page = browser.get(f"/returns/{rvp['return_id']}").text
    url = page.split('id="live" hx-get="')[1].split('"')[0].replace("&amp;", "&")
    told = asked(world, lambda: browser.get(url))
    assert len(told) == 2, "\n\n".join(told)
    assert "browser_sessions" in told[0]
    assert told[1].startswith("SELECT returns.revision")


def test_the_menu_counts_nothing_that_it_does_not_show(world: World) -> None:
    path = f"/admin/merchants/{world.a.id}/catalogue"
    browser = world.signed_in(world.admin)
    told = asked(world, lambda: browser.get(path))
    assert not [each for each in told if "disputes" in each or "reviews" in each]
