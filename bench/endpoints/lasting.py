"""What a portal is like after many requests, and callbacks that come in at a steady pace."""

from itertools import cycle, islice
from typing import Any

from bench.endpoints import asks
from bench.endpoints.asks import Ask
from bench.endpoints.figures import percentiles
from bench.endpoints.legs import Bench
from qcportal.demo.progress import step

PER_SECOND, STEADY_CALLS = 50, 300
SLICE = 5_000
AS_LONG_AS_IT_TAKES = 600.0


def measure(bench: Bench, *, requests: int) -> dict[str, Any]:
    """Tell how callbacks fare at 50 a second, and what a worker keeps after so many requests."""
    portal = bench.servers["portal"]
    assert portal is not None
    told: dict[str, Any] = {"steady": _steady(bench), "before_mb": round(portal.largest_mb(), 1)}
    for begun in range(0, requests, SLICE):
        bench.drive("portal", _mixed(bench, SLICE), seconds=AS_LONG_AS_IT_TAKES)
        step(f"{begun + SLICE:,} mixed requests: {portal.largest_mb():.0f} MB in a worker")
    return told | {"requests": requests, "after_mb": round(portal.largest_mb(), 1)}


def _steady(bench: Bench) -> dict[str, Any]:
    """Tell first-time arrivals at a fixed pace; a photo is visible when its call is answered.

    Times count from the moment at which a call was due, so that waiting to be sent is in them.
    """
    made = [asks.callback([each]) for each in islice(bench.ground.stock.arrivals, STEADY_CALLS)]
    result = bench.drive("portal", made, seconds=AS_LONG_AS_IT_TAKES, rate=PER_SECOND)
    assert result is not None
    per_second = round(result.per_second, 1)
    return {"per_second": per_second, **percentiles(sorted(result.driven.took))}


def _mixed(bench: Bench, count: int) -> list[Ask]:
    """Give requests of all kinds, twenty in turn: phones ask the most, and people now and then."""
    ground, stock = bench.ground, bench.ground.stock
    told = [asks.callback([each]) for each in bench.told] or [asks.page(ground, "/returns")]
    photos, digests, shown = cycle(stock.photos), cycle(stock.digests), cycle(stock.shown)
    turn = [
        *[lambda: asks.form(ground, next(photos))] * 4,
        *[lambda: asks.status(ground, next(digests))] * 4,
        *[lambda: next(again)] * 5,
        *[lambda: asks.poll(ground, next(shown))] * 5,
        lambda: asks.page(ground, "/returns"),
        lambda: asks.page(ground, f"/returns/{next(shown)}"),
    ]
    again = cycle(told)
    return [make() for make in islice(cycle(turn), count)]
