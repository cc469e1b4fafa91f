"""How browser tests open a page, and what they ask of every page."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, expect

AXE = (Path(__file__).parent / "vendor/axe.min.js").read_text()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
COLOUR_RULES = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
ASK_AXE = """rules => axe.run({runOnly: rules, resultTypes: ["violations"]}).then(found =>
  found.violations.map(v => v.id + ": " + v.nodes.map(n => n.target.join(" ")).join(", ")))"""
SHAPES = """() => [...document.body.querySelectorAll("*")].map(each => {
  const {x, y, width, height} = each.getBoundingClientRect();
  const {display, visibility, opacity, content} = getComputedStyle(each);
  return [each.tagName, x, y, width, height, display, visibility, opacity, content].join(" ");
})"""
"""Where each element lies and whether it shows: all of how a page looks but its colours."""
COUNT_VIOLATIONS = """
window.broken = [];
addEventListener("securitypolicyviolation",
  event => broken.push(event.violatedDirective + " " + event.blockedURI));
"""


def opened(chromium: Browser, address: str, *, refused: int = 0, **options: Any) -> Iterator[Page]:
    """Give a page that fails its test on any script error; policy faults are counted in it.

    `refused` forms are answered with status 400, which browsers write into their console.
    """
    context = chromium.new_context(base_url=address, reduced_motion="reduce", **options)
    if options.get("java_script_enabled", True):
        context.add_init_script(COUNT_VIOLATIONS)
    context.set_default_timeout(15_000)
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    yield page
    context.close()
    told = [said for said in wrong if "status of 400" in said]
    assert [said for said in wrong if said not in told] == []
    assert len(told) <= refused


def press(page: Page, *keys: str) -> None:
    """Press keys one after the other, as soon as the page's scripts listen to them."""
    for key in keys:
        expect(page.locator("html[data-ready]")).to_be_attached()
        page.keyboard.press(key)
