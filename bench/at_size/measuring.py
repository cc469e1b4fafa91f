"""Asking every page of every site in turn, and what that took: in the app and in the database."""

import math
import statistics
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Engine, event

from bench.at_size.pages import Ask, Site, standing_still
from bench.telling import progress

GROWS = 1.5
"""A page's p95 may be so many times that of the small site."""
WARM, LEAST = 2, 2


@dataclass
class Heard:
    """What the database was asked during one page, with the milliseconds of each statement."""

    statements: list[tuple[str, float]] = field(default_factory=list)
    began: float = 0.0


@dataclass(frozen=True)
class Sample:
    """One answer: how long it took, and its statements."""

    ms: float
    statements: tuple[tuple[str, float], ...]

    @property
    def database_ms(self) -> float:
        """Give how long the database took."""
        return sum(each[1] for each in self.statements)


Taken = dict[str, list[list[Sample]]]


@contextmanager
def listening() -> Iterator[Heard]:
    """Hear every statement inside the block."""
    heard = Heard()

    def before(*_rest: Any) -> None:
        heard.began = time.perf_counter()

    def after(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        heard.statements.append((statement, (time.perf_counter() - heard.began) * 1000))

    event.listen(Engine, "before_cursor_execute", before)
    event.listen(Engine, "after_cursor_execute", after)
    try:
        yield heard
    finally:
        event.remove(Engine, "before_cursor_execute", before)
        event.remove(Engine, "after_cursor_execute", after)


def measure(
    sites: Sequence[Site], pages: Mapping[str, Ask], rounds: int, seconds: float = math.inf
) -> Taken:
    """Ask all pages in turn, each of all sites in turn, in so many rounds after two for warmth.

    After so many `seconds` no further round begins, once there were two.
    """
    ends = time.monotonic() + seconds
    taken: Taken = {page: [[] for _ in sites] for page in pages}
    with listening() as heard:
        for number in range(rounds + WARM):
            if number >= WARM + LEAST and time.monotonic() > ends:
                break
            progress(f"round {number - WARM + 1} of {rounds}", done=number == rounds + WARM - 1)
            for page, ask in pages.items():
                for place, site in enumerate(sites):
                    sample = _ask(page, ask, site, heard)
                    if number >= WARM:
                        taken[page][place].append(sample)
    return taken


def _ask(page: str, ask: Ask, site: Site, heard: Heard) -> Sample:
    heard.statements.clear()
    with standing_still(site.filled):
        began = time.perf_counter()
        status = ask(site)
        spent = (time.perf_counter() - began) * 1000
    if status not in {200, 204}:
        raise SystemExit(f"{page} of {site.name} answered {status}")
    return Sample(spent, tuple(heard.statements))


@dataclass(frozen=True)
class Figure:
    """One page of one site, in milliseconds; `statements` is how many it takes."""

    median: float
    p95: float
    database: float
    statements: int


def figure(samples: Sequence[Sample]) -> Figure:
    """Sum up the answers of one page."""
    times = [each.ms for each in samples]
    return Figure(
        round(statistics.median(times), 2),
        round(statistics.quantiles(times, n=20)[-1] if len(times) > 1 else times[0], 2),
        round(statistics.median(each.database_ms for each in samples), 2),
        len(samples[-1].statements),
    )


def slowest(samples: Sequence[Sample], most: int = 3) -> list[dict[str, Any]]:
    """Give the statements of a page that take longest, with their median."""
    times: dict[str, list[float]] = defaultdict(list)
    for sample in samples:
        for statement, ms in sample.statements:
            times[statement].append(ms)
    found = sorted(times, key=lambda each: -statistics.median(times[each]))[:most]
    return [{"ms": round(statistics.median(times[each]), 2), "sql": each} for each in found]


def report(sites: Sequence[Site], taken: Taken) -> dict[str, Any]:
    """Give everything as it is written to a file."""
    pages = {}
    for page, columns in taken.items():
        figures = [figure(samples) for samples in columns]
        pages[page] = {
            "sites": [vars(each) for each in figures],
            "ratio": round(figures[-1].p95 / figures[0].p95, 2),
            "slowest": slowest(columns[-1]),
        }
    rounds = len(next(iter(taken.values()))[0])
    return {"sites": [site.name for site in sites], "rounds": rounds, "pages": pages}


def lines(found: Mapping[str, Any]) -> Iterator[str]:
    """Give the table."""
    names = found["sites"]
    head = "".join(f"{f'{name} median':>16}{'p95':>8}{'db':>8}{'n':>4}" for name in names)
    yield f"{'page':28}{head}  p95 x"
    for page, each in found["pages"].items():
        cells = "".join(
            f"{site['median']:16.1f}{site['p95']:8.1f}{site['database']:8.1f}{site['statements']:4}"
            for site in each["sites"]
        )
        mark = " *" if each["ratio"] > GROWS and len(names) > 1 else ""
        yield f"{page:28}{cells}{each['ratio']:7.2f}{mark}"
