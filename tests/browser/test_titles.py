"""The titles of all example pages, read without a browser: told apart, and true about faults."""

import re
from html import unescape

import pytest
from flask import Flask

from tests.browser.example_paths import PAGES

SHORTEST, LONGEST = 4, 110
SAME = {"merchant.dispute_draft": "merchant.new_dispute"}
"""Pages that are one page to who uses them: a dispute's form before and after its first save."""


def title(example_app: Flask, path: str) -> tuple[str, str]:
    """Give a page's title without the product's name, and its HTML."""
    html = example_app.test_client().get(path).text
    found = re.search(r"<title>(.*?)</title>", html, re.DOTALL)
    assert found, path
    text = unescape(found[1])
    assert text.endswith(" – Doorstep"), (path, text)
    return text.removesuffix(" – Doorstep"), html


@pytest.mark.parametrize("path", PAGES)
def test_a_title_is_a_line_that_says_what_the_page_is(example_app: Flask, path: str) -> None:
    text, _html = title(example_app, path)
    assert SHORTEST <= len(text) <= LONGEST, text
    assert text == " ".join(text.split()), "a title is one tidy line"
    assert not re.search(r"[{}<>]|None|\bundefined\b", text)


@pytest.mark.parametrize("path", [path for path in PAGES if path != "/_ui"])  # shows every part
def test_a_title_begins_with_error_where_the_page_sums_up_errors(
    example_app: Flask, path: str
) -> None:
    text, html = title(example_app, path)
    assert ("data-error-summary" in html) == text.startswith("Error: "), text


def test_different_pages_have_different_titles(example_app: Flask) -> None:
    titles: dict[tuple[str, str], set[str]] = {}
    for path in PAGES:
        rule = example_app.url_map.bind("").match(path.partition("?")[0])[0]
        view = SAME.get(rule, rule)
        titles.setdefault((title(example_app, path)[0], door(view)), set()).add(view)
    assert {text: views for text, views in titles.items() if len(views) > 1} == {}


def door(view: str) -> str:
    """Give whose page it is: nobody is behind two doors."""
    return view.partition(".")[0].replace("session", "merchant")
