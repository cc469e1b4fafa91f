"""Server time of merchants' and admins' pages and of the poll, at two sizes, in one run.

`python bench/pages.py [SMALL LARGE]` fills SQLite files of our own with returns of six photos, a
twentieth as many of them disputed, and asks the pages through the WSGI app, sizes in turn; prints
medians, p95 and the ratio of p95.
"""

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from flask.testing import FlaskClient

from qcportal import create_app
from qcportal.commands import measuring, reporting
from tests.conftest import make_settings, migrate
from tests.disputes.cases import inspected, sent
from tests.world import World, a_capture, a_return, an_arrival, an_inspection

BULK = 100
INSPECTED = 40
ONE_IN = 20
"""How many returns there are for each dispute."""


@dataclass(frozen=True)
class Site:
    """One portal: who asks, and the addresses that depend on what is in it."""

    merchant: FlaskClient
    admin: FlaskClient
    page: str
    poll: str


def main() -> None:
    """Measure and print the table."""
    wanted = argparse.ArgumentParser(description=__doc__)
    wanted.add_argument("sizes", nargs="*", type=int, default=[200, 2000])
    wanted.add_argument("--rounds", type=int, default=40)
    options = wanted.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        sites = [fill(Path(folder) / f"{size}.db", size) for size in options.sizes]
        taken = {page: [[] for _ in sites] for page in PAGES}
        for _ in range(options.rounds):
            for page, ask in PAGES.items():
                for place, site in enumerate(sites):
                    taken[page][place].append(timed(lambda s=site, a=ask: a(s)))
    show(options.sizes, taken)


def fill(path: Path, size: int) -> Site:
    """Make a portal with `size` returns, in which an owner and an admin are signed in."""
    url = f"sqlite:///{path}"
    migrate(url)
    world = World(create_app(make_settings(url)))
    ids: list[str] = []
    for start in range(0, size, BULK):
        bulk = {"returns": [a_return() for _ in range(min(BULK, size - start))]}
        answers = world.partner("POST", "/returns/bulk", bulk).get_json()["results"]
        made = [each["return"] for each in answers]
        ids += [each["return_id"] for each in made]
        print(f"\r{len(ids)} of {size} returns", end="", file=sys.stderr)
    world.assign(*ids[-INSPECTED:])
    for rvp in made[-INSPECTED:]:
        inspect(world, rvp)
    for _ in range(size // ONE_IN):
        sent(world, rvp=inspected(world))
    print(file=sys.stderr)
    with world.inside():
        measuring.measure_hours()
        measuring.measure_shifts(world.app)
        reporting.count_reports()
    browser = world.signed_in(world.a.owner)
    page = browser.get(f"/returns/{ids[-1]}").text
    poll = page.split('id="live" hx-get="')[1].split('"')[0].replace("&amp;", "&")
    return Site(browser, world.signed_in(world.admin), f"/returns/{ids[-1]}", poll)


def inspect(world: World, rvp: dict[str, str]) -> None:
    """Inspect a return; two of its photos are here, one is on the way."""
    forms = world.forms(rvp["return_id"])
    slots = [forms[slot] for slot in ("front", "damage", "imei")]
    captures = [a_capture(form) for form in slots]
    world.field("POST", "/inspections", an_inspection(rvp, *captures))
    world.callback(*[an_arrival(form, version_id=form["photo_id"]) for form in slots[:2]])


def timed(ask: Callable[[], int]) -> float:
    """Give the milliseconds that one answer took."""
    start = time.perf_counter()
    status = ask()
    taken = (time.perf_counter() - start) * 1000
    if status not in {200, 204}:
        raise SystemExit(f"a page answered {status}")
    return taken


PAGES: dict[str, Callable[[Site], int]] = {
    "home": lambda site: site.merchant.get("/").status_code,
    "list": lambda site: site.merchant.get("/returns").status_code,
    "list, failed": lambda site: site.merchant.get("/returns?tab=failed").status_code,
    "return": lambda site: site.merchant.get(site.page).status_code,
    "poll, no change": lambda site: site.merchant.get(site.poll).status_code,
    "disputes": lambda site: site.merchant.get("/disputes").status_code,
    "reports": lambda site: site.merchant.get("/reports").status_code,
    "admin home": lambda site: site.admin.get("/admin").status_code,
    "admin list": lambda site: site.admin.get("/admin/returns").status_code,
    "dispute queue": lambda site: site.admin.get("/admin/disputes").status_code,
    "upload health": lambda site: site.admin.get("/admin/uploads").status_code,
    "admin reports": lambda site: site.admin.get("/admin/reports").status_code,
}


def show(sizes: list[int], taken: dict[str, list[list[float]]]) -> None:
    """Print medians and p95 per page and size, and how p95 grows with the table."""
    print(
        f"{'page':18}" + "".join(f"{f'{size} median':>14}{'p95':>9}" for size in sizes) + "   p95 x"
    )
    for page, columns in taken.items():
        p95 = [statistics.quantiles(column, n=20)[-1] for column in columns]
        cells = "".join(
            f"{statistics.median(column):11.1f} ms{high:6.1f} ms"
            for column, high in zip(columns, p95, strict=True)
        )
        print(f"{page:18}{cells}{p95[-1] / p95[0]:8.2f}")


if __name__ == "__main__":
    main()
