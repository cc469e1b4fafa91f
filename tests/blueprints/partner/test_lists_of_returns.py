"""A merchant's back-end lists, pages, searches and filters its returns."""

import base64
from typing import Any

import pytest

from qcportal import clock
from tests.world import World, a_return, an_inspection, an_item


def listed(world: World, query: str = "", **options: Any) -> list[str]:
    answer = world.partner("GET", f"/returns{query}", **options)
    assert answer.status_code == 200, answer.get_json()
    return [each["return_id"] for each in answer.get_json()["returns"]]


def test_the_list_shows_ones_own_latest_first(world: World) -> None:
    made = [world.register()["return_id"] for _ in range(3)]
    world.register(store=world.b)
    assert listed(world) == made[::-1]


def test_paging_walks_every_return_once_while_new_ones_come_in(world: World) -> None:
    made = [world.register()["return_id"] for _ in range(11)]
    seen: list[str] = []
    query = "?limit=3"
    while True:
        body = world.partner("GET", f"/returns{query}").get_json()
        seen += [each["return_id"] for each in body["returns"]]
        world.register()
        if body["next_cursor"] is None:
            break
        query = f"?limit=3&cursor={body['next_cursor']}"
    assert seen == made[::-1]


def test_paging_parts_returns_of_the_same_moment(world: World) -> None:
    with clock.frozen(clock.now()):
        returns = [a_return() for _ in range(7)]
        world.partner("POST", "/returns/bulk", {"returns": returns})
    seen: list[str] = []
    query = "?limit=2"
    while query:
        body = world.partner("GET", f"/returns{query}").get_json()
        seen += [each["return_id"] for each in body["returns"]]
        query = body["next_cursor"] and f"?limit=2&cursor={body['next_cursor']}"
    assert len(seen) == len(set(seen)) == 7


def test_the_last_page_has_no_cursor_even_when_it_is_full(world: World) -> None:
    world.register()
    world.register()
    body = world.partner("GET", "/returns?limit=2").get_json()
    assert (len(body["returns"]), body["next_cursor"]) == (2, None)


@pytest.mark.parametrize("query", ["ord-77", "ORD-7", "awb 00", "AWB000777", "sku-z", "Sku-Z9"])
def test_search_finds_awb_order_and_sku_by_their_beginning(world: World, query: str) -> None:
    wanted = world.register(
        client_order_number="Ord-77",
        awb="awb 000777",
        items=[an_item(), an_item(client_sku_id="sku-z9")],
    )
    world.register()
    world.register(store=world.b, client_order_number="ORD-77", awb="AWB000777")
    assert listed(world, f"?q={query}") == [wanted["return_id"]]


@pytest.mark.parametrize("query", ["%25", "_", "'", "%F0%9F%93%B1", "ZZZ-none"])
def test_search_takes_every_sign_literally(world: World, query: str) -> None:
    world.register()
    assert listed(world, f"?q={query}") == []


def test_filters_show_what_fits_and_nothing_else(world: World) -> None:
    pune = world.register()["return_id"]
    delhi = world.register(pickup={"city": "New Delhi", "pincode": "110001"})["return_id"]
    assert listed(world, "?city=new%20delhi") == [delhi]
    assert listed(world, "?city=Agra") == []
    middle = world.return_row(delhi).activity_at.isoformat().replace("+00:00", "Z")
    assert listed(world, f"?since={middle}") == [delhi]
    assert listed(world, f"?until={middle}") == [pune]
    assert listed(world, f"?since={middle}&until={middle}") == []


def test_tabs_show_what_became_of_the_inspections(world: World) -> None:
    passed, failed, open_ = (world.register() for _ in range(3))
    world.assign(passed["return_id"], failed["return_id"])
    world.field("POST", "/inspections", an_inspection(passed))
    bad = an_inspection(failed)
    bad["items"][0]["answers"][1]["value"] = "yes"
    assert world.field("POST", "/inspections", bad).status_code == 201
    assert listed(world, "?tab=passed") == [passed["return_id"]]
    assert listed(world, "?tab=failed") == [failed["return_id"]]
    assert set(listed(world, "?tab=missing")) == {passed["return_id"], failed["return_id"]}
    assert len(listed(world, "?tab=all")) == 3
    assert open_["return_id"] in listed(world)


@pytest.mark.parametrize(
    ("query", "path"),
    [
        ("tab=lost", "/tab"),
        ("limit=0", "/limit"),
        ("limit=101", "/limit"),
        ("limit=many", "/limit"),
        ("limit=" + "9" * 400, "/limit"),
        ("since=yesterday", "/since"),
        ("since=2026-01-01", "/since"),
        ("until=2026-01-01T00:00:00", "/until"),
        ("until=0001-01-01T00:00:00%2B14:00", "/until"),
        ("until=9999-12-31T23:59:59-14:00", "/until"),
        ("q=" + "x" * 121, "/q"),
        ("q=%00", "/q"),
        ("city=" + "x" * 301, "/city"),
        ("cursor=%%%", "/cursor"),
        ("cursor=AAAA", "/cursor"),
        ("cursor=" + base64.urlsafe_b64encode(b"\xff" * 24).decode(), "/cursor"),
        ("cursor=%F0%9F%93%B1", "/cursor"),
        ("colour=red", "/colour"),
    ],
)
def test_a_bad_query_is_400_with_its_path(lite_world: World, query: str, path: str) -> None:
    answer = lite_world.partner("GET", f"/returns?{query}")
    assert answer.status_code == 400, answer.text
    assert path in [fault["path"] for fault in answer.get_json()["errors"]]


def test_a_cursor_of_another_merchant_shows_none_of_its_returns(world: World) -> None:
    for _ in range(3):
        world.register(store=world.b)
    mine = world.register()["return_id"]
    theirs = world.partner("GET", "/returns?limit=1", store=world.b).get_json()["next_cursor"]
    assert set(listed(world, f"?cursor={theirs}")) <= {mine}


# --- who may -----------------------------------------------------------------------------------
