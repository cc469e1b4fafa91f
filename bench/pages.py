"""Server time of merchants' and admins' pages and of the poll, at two sizes, in one run.

`python bench/pages.py [SMALL LARGE]` fills SQLite files of our own with returns of six photos, a
twentieth as many of them disputed, and asks the pages through the WSGI app, sizes in turn; prints
medians, p95 and the ratio of p95.
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from flask.testing import FlaskClient

from bench import telling
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
    wanted = telling.asking(__doc__)
    wanted.add_argument("sizes", nargs="*", type=int, default=[200, 2000])
    wanted.add_argument("--rounds", type=int, default=40)
    options = wanted.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        sites = [fill(Path(folder) / f"{size}.db", size) for size in options.sizes]
        taken = {page: [[] for _ in sites] for page in PAGES}
        for number in range(options.rounds):
            last = number + 1 == options.rounds
            telling.progress(f"round {number + 1} of {options.rounds}", done=last)
            for page, ask in PAGES.items():
                for place, site in enumerate(sites):
                    taken[page][place].append(timed(lambda s=site, a=ask: a(s)))
    found = figures(options.sizes, taken)
    show(options.sizes, found)
    telling.write(options.json, "pages", {"rounds": options.rounds, "ms": found})


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
        telling.progress(f"{len(ids)} of {size} returns", done=len(ids) == size)
    world.assign(*ids[-INSPECTED:])
    for rvp in made[-INSPECTED:]:
        inspect(world, rvp)
    for _ in range(size // ONE_IN):
        sent(world, rvp=inspected(world))
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


def figures(
    sizes: list[int], taken: dict[str, list[list[float]]]
) -> dict[str, dict[int, dict[str, float]]]:
    """Give median and p95 of each page at each size, in milliseconds."""
    return {
        page: {
            size: {
                "median": statistics.median(column),
                "p95": statistics.quantiles(column, n=20)[-1],
            }
            for size, column in zip(sizes, columns, strict=True)
        }
        for page, columns in taken.items()
    }


def show(sizes: list[int], found: dict[str, dict[int, dict[str, float]]]) -> None:
    """Print medians and p95 per page and size, and how p95 grows with the table."""
    head = [f"{name} at {size:,}" for size in sizes for name in ("ms", "p95")]
    rows: list[list[object]] = []
    for page, at in found.items():
        cells = [each[name] for each in at.values() for name in ("median", "p95")]
        rows.append([page, *cells, at[sizes[-1]]["p95"] / at[sizes[0]]["p95"]])
    telling.table(("page", *head, "p95 x"), rows)


if __name__ == "__main__":
    main()
