"""Largest contentful paint, layout shift and bytes of pages of a running portal, in Chromium.

    make demo                      # in another terminal
    python bench/paint.py [--address http://127.0.0.1:8700] [--rounds 5]

signs in as a merchant and as an admin of the demo, opens each page with a cold cache under the
profile of UI.md section 14 (1.6 Mbit/s, 150 ms, a processor four times slower), pages in turn, and
prints medians beside the budgets. The status is 1 when one is broken.
"""

import shutil
import statistics
import sys
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench import telling

PASSWORD = "doorstep-demo-2026"
OWNER, ADMIN = "owner@electronics.example", "admin@carrier.example"
SLOW = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 1.6e6 / 8,
    "uploadThroughput": 0.75e6 / 8,
}
PROCESSOR = 4
SETTLED = 700
WATCH = """
window.painted = {lcp: 0, cls: 0};
new PerformanceObserver(list => {
  for (const entry of list.getEntries()) painted.lcp = entry.startTime;
}).observe({type: "largest-contentful-paint", buffered: true});
new PerformanceObserver(list => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) painted.cls += entry.value;
}).observe({type: "layout-shift", buffered: true});
"""
KINDS = {"Document": "html", "Stylesheet": "css", "Script": "js", "Image": "images"}
BUDGETS = {"lcp": 1.8, "cls": 0.02, "html": 12.0, "css": 12.0, "js": 20.0, "images": 150.0}
PAGES = (
    (OWNER, "/"),
    (OWNER, "/returns"),
    (OWNER, "first of /returns"),
    (OWNER, "/disputes"),
    (OWNER, "/reports"),
    (ADMIN, "/admin/disputes"),
    (ADMIN, "/admin/uploads"),
    (ADMIN, "/admin/returns"),
)
FIRST = """() => document.querySelector('main a[href^="/returns/"]').getAttribute("href")"""


@dataclass
class Taken:
    """What one page took in each round; seconds, and KiB of bodies over the wire."""

    figures: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    def median(self, name: str) -> float:
        """Give the middle of a figure."""
        return statistics.median(self.figures[name] or [0.0])


def main() -> int:
    """Measure and print the table; gives the exit status."""
    wanted = telling.asking(__doc__)
    wanted.add_argument("--address", default="http://127.0.0.1:8700")
    wanted.add_argument("--rounds", type=int, default=5)
    options = wanted.parse_args()
    taken: dict[str, Taken] = defaultdict(Taken)
    with sync_playwright() as driver:
        path = shutil.which("chromium")
        browser = driver.chromium.launch(executable_path=path, args=["--no-sandbox"])
        cookies = {who: signed_in(browser, options.address, who) for who in (OWNER, ADMIN)}
        for number in range(options.rounds):
            for who, path in PAGES:
                telling.progress(f"round {number + 1}: {path}")
                measure(browser, options.address, cookies[who], path, taken[path])
        browser.close()
    telling.progress("", done=True)
    medians = {page: {name: one.median(name) for name in BUDGETS} for page, one in taken.items()}
    telling.write(options.json, "paint", {"rounds": options.rounds, "pages": medians})
    return show(medians)


def signed_in(browser: Browser, address: str, who: str) -> Any:
    """Give the cookies of somebody who signed in."""
    context = browser.new_context(base_url=address)
    page = context.new_page()
    page.goto("/sign-in")
    page.fill("[name=email]", who)
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url(lambda url: "sign-in" not in url)
    state = context.storage_state()
    context.close()
    return state


def measure(browser: Browser, address: str, state: Any, path: str, taken: Taken) -> None:
    """Open one page in a fresh browser on a slow line, and keep what it took."""
    context = browser.new_context(
        base_url=address, storage_state=state, viewport={"width": 1440, "height": 900}
    )
    if path.startswith("first of "):
        path = found(context, path.removeprefix("first of "))
    page = context.new_page()
    page.add_init_script(WATCH)
    sizes = throttled(context, page)
    page.goto(path, wait_until="load")
    page.wait_for_timeout(SETTLED)
    painted = page.evaluate("painted")
    taken.figures["lcp"].append(painted["lcp"] / 1000)
    taken.figures["cls"].append(painted["cls"])
    for kind in KINDS.values():
        taken.figures[kind].append(sizes[kind] / 1024)
    context.close()


def found(context: BrowserContext, listed: str) -> str:
    """Give the first return of a list, at full speed."""
    page = context.new_page()
    page.goto(listed)
    path = str(page.evaluate(FIRST))
    page.close()
    return path


def throttled(context: BrowserContext, page: Page) -> dict[str, float]:
    """Slow line and processor down, and count the bytes of each kind that come."""
    client, kinds = context.new_cdp_session(page), dict[str, str]()
    sizes: dict[str, float] = defaultdict(float)

    def came(event: dict[str, Any]) -> None:
        kind = kinds[event["requestId"]] = KINDS.get(event["type"], "other")
        sizes[kind] -= event["response"]["encodedDataLength"]  # what came so far are the headers

    def ended(event: dict[str, Any]) -> None:
        sizes[kinds.get(event["requestId"], "other")] += event["encodedDataLength"]

    client.on("Network.responseReceived", came)
    client.on("Network.loadingFinished", ended)
    client.send("Network.enable")
    client.send("Network.setCacheDisabled", {"cacheDisabled": True})
    client.send("Network.emulateNetworkConditions", SLOW)
    client.send("Emulation.setCPUThrottlingRate", {"rate": PROCESSOR})
    return sizes


def show(medians: dict[str, dict[str, float]]) -> int:
    """Print medians beside the budgets; gives 1 when one is broken."""
    rows: list[list[object]] = [["budget", *BUDGETS.values(), ""]]
    broken = 0
    for path, figures in medians.items():
        over = [name for name, most in BUDGETS.items() if round(figures[name], 3) > most]
        broken += len(over)
        rows.append([path, *[round(figures[name], 3) for name in BUDGETS], ", ".join(over)])
    telling.table(("page", *BUDGETS, "over"), rows)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
