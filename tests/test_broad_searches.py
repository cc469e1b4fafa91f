"""A search that finds very many walks the list in its order, and shows the same."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from qcportal import returns, tenancy
from qcportal.returns import ListFilter, Place, filters
from qcportal.returns.lists import TABS
from tests.world import World, a_return, an_inspection, an_item

QUERIES = ("FH", "fh-1", "FH-2", "SKU-", "sku-b", "AWB", "AWB-1001", "nothing")


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filters, "GATHERED", 5)


@pytest.fixture
def site(world: World) -> Iterator[World]:
    made = [
        world.register(
            client_order_number=f"FH-{place}",
            awb=f"AWB-100{place}",
            items=[an_item(client_sku_id=f"sku-{'ab'[place % 2]}{place}"), an_item()],
            pickup=a_return()["pickup"] | {"city": ("Pune", "Agra")[place % 2]},
        )
        for place in range(14)
    ]
    world.register(store=world.b, client_order_number="FH-1", awb="AWB-1001")
    world.assign(made[3]["return_id"])
    world.field("POST", "/inspections", an_inspection(made[3]))
    yield world


def told(wanted: ListFilter) -> tuple[Any, ...]:
    """Give what is told of a list: both of its ends by pages of four, its counts, neighbours."""
    first = returns.get_page(wanted, None, size=4)
    ids = [each.id for each in first.rows]
    if not first.has_older:
        return ids, returns.tabs_question(wanted).ask()
    last = first.rows[-1]
    place = Place(last.activity_at, last.id)
    older = returns.get_page(wanted, place, size=4)
    newer = returns.get_page(wanted, replace(place, backwards=True), size=4)
    beside = returns.neighbours_question(last, wanted).ask()
    pages = [[each.id for each in page.rows] for page in (older, newer)]
    return ids, pages, beside, returns.tabs_question(wanted).ask()


@pytest.mark.parametrize("own", [True, False])
def test_it_shows_and_counts_what_a_narrow_one_does(site: World, own: bool) -> None:
    mine = site.a.id if own else None
    scope = tenancy.tenant(site.a.id) if own else tenancy.system("test")
    with site.app.app_context(), scope:
        for query in QUERIES:
            for city in ("", "Pune"):
                for tab in TABS:
                    wanted = ListFilter(tab, query, city=city, merchant_id=mine)
                    assert told(returns.weighed(wanted)) == told(wanted), (query, city, tab)


def test_what_finds_more_than_is_gathered_is_broad(site: World) -> None:
    with site.app.app_context(), tenancy.tenant(site.a.id):
        found = {
            query: returns.weighed(ListFilter(query=query, merchant_id=site.a.id)).broad
            for query in ("", *QUERIES)
        }
    broad = {query for query, many in found.items() if many}
    assert broad == {"FH", "SKU-", "sku-b", "AWB"}


def test_a_broad_search_answers_at_the_door_as_any(site: World) -> None:
    body = site.partner("GET", "/returns?q=fh&limit=100").get_json()
    assert len(body["returns"]) == 14
