"""What is folded on the screen is open on paper: pages are printed and the PDF's text is read."""

import io
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page
from pypdf import PdfReader

from tests.browser.pages import opened

pytestmark = pytest.mark.browser

FOLDED = """() => [...document.querySelectorAll(".main details:not([open])")]
  .filter(fold => !fold.querySelector("form") && !fold.closest("form, .actions"))
  .flatMap(fold => [...fold.querySelectorAll("td, th, dd, dt, li, p")])
  .filter(each => !each.children.length && !each.closest("summary, .hidden-text, [hidden]"))
  .map(each => each.textContent)"""
FORMS = """() => [...document.querySelectorAll(".main details:has(form) > summary")]
  .map(each => each.getClientRects().length)"""
WITH_FOLDS = [
    "/reports",
    "/admin/reports",
    "/admin/uploads",
    "/returns/9bX2",
    "/returns/9bX2?waiting=1",
    "/audit",
    "/webhooks/1/deliveries/1",
]
OTHERS = [
    "/returns/9bX2/evidence",
    "/admin/returns/9bX2",
    "/shared/x",
    "/disputes/rejected",
    "/disputes/open/receipt",
    "/admin/disputes/1",
]


@pytest.fixture
def page(chromium: Browser, address: str) -> Iterator[Page]:
    yield from opened(chromium, address, java_script_enabled=True)


def squeezed(text: str) -> str:
    """Give a text without spaces, which a PDF places as it likes."""
    return re.sub(r"\s+", "", text)


def printed(page: Page) -> str:
    return squeezed(
        "".join(each.extract_text() for each in PdfReader(io.BytesIO(page.pdf())).pages)
    )


def missing(page: Page) -> list[str]:
    """Give what lies in closed folds and is not on paper."""
    paper = printed(page)
    folded = [squeezed(text) for text in page.evaluate(FOLDED)]
    return [text for text in folded if text and text not in paper]


@pytest.mark.parametrize("path", WITH_FOLDS)
def test_what_is_folded_is_printed_open(page: Page, path: str) -> None:
    page.goto(path)
    folded = page.evaluate(FOLDED)
    assert len(folded) >= 2, "a page without folds shows nothing here"
    assert missing(page) == []


@pytest.mark.parametrize("path", OTHERS)
def test_nothing_stays_folded_on_the_pages_that_are_kept(page: Page, path: str) -> None:
    page.goto(path)
    assert missing(page) == []


def test_the_table_behind_a_chart_is_on_paper_with_its_figures(page: Page) -> None:
    page.goto("/reports")
    rows = page.locator("details.numbers").first.locator("tbody tr")
    name = rows.first.locator("th").text_content()
    figures = rows.first.locator("td").all_text_contents()
    assert name
    assert not page.locator("details.numbers[open]").count(), "it is closed on the screen"
    assert squeezed(name + "".join(figures)) in printed(page)


@pytest.mark.parametrize("path", ["/admin/returns/9bX2?overridden=1", "/disputes/info_requested"])
def test_a_fold_that_holds_a_form_is_left_out(page: Page, path: str) -> None:
    page.goto(path)
    assert page.evaluate(FORMS)
    page.emulate_media(media="print")
    assert set(page.evaluate(FORMS)) == {0}
