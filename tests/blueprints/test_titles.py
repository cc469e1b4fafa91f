"""The titles of lists say how a list is narrowed and which of its pages is shown."""

import re
from html import unescape
from pathlib import Path

import pytest
from flask import Flask

import qcportal
from qcportal.blueprints.shown.frame import Option
from qcportal.blueprints.shown.returns_list import Chip
from qcportal.blueprints.titles import label_of, list_title, turned
from tests.reviews.cases import a_case
from tests.world import World

TEMPLATES = Path(qcportal.__file__).parent / "templates"
ON_LISTS = re.compile(r'pager\(page|class="finder"|<form [^>]*method="get"')
NOT_LISTS = {"error.html", "rules/compare.html", "rules/try_it.html"}
"""Pages with a search that leads elsewhere, or with a form that asks instead of narrowing."""


def title(page: str) -> str:
    found = re.search(r"<title>(.*?) – Doorstep</title>", page, re.DOTALL)
    assert found
    return unescape(found[1])


def names(folder: Path) -> list[str]:
    return sorted(str(each.relative_to(folder)) for each in folder.rglob("*.html"))


LISTS = [
    name
    for name in names(TEMPLATES)
    if ON_LISTS.search((TEMPLATES / name).read_text())
    and "block title" in (TEMPLATES / name).read_text()
    and name not in NOT_LISTS
]


@pytest.mark.parametrize("name", LISTS)
def test_every_page_that_is_narrowed_or_paged_names_itself_as_a_list(name: str) -> None:
    text = (TEMPLATES / name).read_text()
    block = re.search(r"\{% block title %\}(.*?)\{% endblock %\}", text, re.DOTALL)
    assert block
    assert "list_title(" in block[1]


def test_the_lists_that_are_known_are_found() -> None:
    assert {"merchant/returns_list.html", "merchant/reviews.html", "admin/mails.html"} <= set(LISTS)
    assert len(LISTS) >= 10


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/returns?tab=failed&q=AWB12&city=Pune", "Returns: failed, “AWB12”, Pune"),
        ("/returns?page=3", "Returns: all, page 3"),
        (
            "/disputes?tab=late&kind=should_have_passed",
            "Disputes: overdue, The item should have passed",
        ),
        ("/reviews?default=fail", "Needs a look: waiting, Leave it with the customer"),
        ("/reviews?tab=refused&q=mug", "Needs a look: refused, “mug”"),
        ("/catalogue?q=mug", "Catalogue: “mug”"),
        ("/audit?since=2026-11-01", "History: 2026-11-01 – …"),
        ("/reports?from=2026-11-01&to=2026-11-02", "Reports: 1 Nov 2026 to 2 Nov 2026"),
        ("/admin/returns?tab=missing&q=x", "Returns: photo missing, “x”"),
        ("/admin/disputes?late=1&merchant={b}", "Disputes: late, {b_name}"),
        ("/admin/likenesses?state=open&merchant={b}", "Look-alikes: to decide, {b_name}"),
        ("/admin/uploads/photos?state=missing&day=2026-11-22", "Missing photos: 2026-11-22"),
        ("/admin/mail?state=sent", "Mail: sent"),
        ("/admin/audit?store={b}&since=2026-11-01", "History: {b_name}, 2026-11-01 – …"),
        (
            "/admin/reports?merchant={b}&from=2026-11-01&to=2026-11-01",
            "Reports: 1 Nov 2026, {b_name}",
        ),
    ],
)
def test_a_title_says_what_the_address_asks_for(world: World, path: str, expected: str) -> None:
    given = {"b": str(world.b.id), "b_name": "Kiln Street"}
    browser = world.signed_in(world.admin if path.startswith("/admin") else world.a.owner)
    answer = browser.get(path.format(**given))
    assert answer.status_code == 200, answer.text
    assert title(answer.text) == expected.format(**given)


def test_the_pager_counts_its_pages(world: World) -> None:
    for _each in range(3):
        a_case(world, items=7)
    browser = world.signed_in(world.a.owner)
    first = browser.get("/reviews").text
    assert title(first) == "Needs a look: waiting (20 of 21)"
    on = re.search(r'href="(/reviews\?[^"]*after=[^"]*)"', first)
    assert on
    second = browser.get(unescape(on[1])).text
    assert title(second) == "Needs a look: waiting (1 of 21), page 2"
    assert re.search(r'href="/reviews"[^>]*>.{0,200}Back to the most urgent', second, re.DOTALL)


@pytest.mark.parametrize(
    ("here", "href", "steps", "there"),
    [
        ("/r", "/r?after=x", 1, "/r?after=x&page=2"),
        ("/r?after=x&page=2", "/r?tab=a&after=y", 1, "/r?tab=a&after=y&page=3"),
        ("/r?after=x&page=3", "/r?before=y", -1, "/r?before=y&page=2"),
        ("/r?after=x&page=2", "/r?before=y", -1, "/r?before=y"),
        ("/r?after=x&page=2", "/r?tab=a", -1, "/r?tab=a"),
        (
            "/r?page=nonsense",
            "/r?after=%2B%E0%A4%B9&q=a+b",
            1,
            "/r?after=%2B%E0%A4%B9&q=a+b&page=2",
        ),
        ("/r?page=99999999", "/r?before=y", -1, "/r?before=y&page=9998"),
    ],
)
def test_a_pagers_link_carries_the_number_of_its_page(
    app: Flask, here: str, href: str, steps: int, there: str
) -> None:
    with app.test_request_context(here):
        assert turned(href, steps) == there


def test_a_title_is_short_whatever_is_asked_for(app: Flask) -> None:
    chips = [Chip("Search", "x" * 90, {"q": ""}), Chip("City", "y" * 90, {"city": ""})]
    with app.test_request_context("/returns?page=12"):
        text = list_title("Returns", ["failed", ""], words="x" * 90, chips=chips, shown="25 of 96")
    assert text == f"Returns: failed, “{'x' * 29}…”, {'y' * 29}… (25 of 96), page 12"
    assert label_of([Option("a", "One")], "a") == "One"
    assert label_of([Option("", "Any")], "") == label_of([], "a") == ""
