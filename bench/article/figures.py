"""What samples come to: percentiles of times, shares of failures, and the tables for people."""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich.table import Table

from bench.article import camera
from bench.article.arms import ARMS
from bench.article.costs import Usage, per_million
from bench.article.measuring import Done
from qcportal.demo.report import percentile

SHARES = {"p50": 0.50, "p95": 0.95, "p99": 0.99}
KB = 1000
Cell = dict[str, Any]


def latency(rounds: Iterable[Done]) -> list[Cell]:
    """Give a cell for each architecture and size of the rounds without disconnects."""
    cells = []
    for (arm, size), some in _by(rounds, lambda each: (each.arm, each.size)).items():
        samples = [sample for done in some for sample in done.samples]
        cells.append(
            {
                "arm": arm,
                "size": size,
                "photos": len(samples),
                "sent_bytes": round(_mean(sample.sent_bytes for sample in samples)),
                "moved_on": _times(sample.moved_on for sample in samples),
                "seen": _times(sample.seen for sample in samples),
                "preview": _times(sample.preview for sample in samples),
                "ocean_bytes": round(_mean(done.ocean_bytes for done in some)),
                "lost": sum(sample.lost and arm == "ours" for sample in samples),
            }
        )
    return cells


def failures(rounds: Iterable[Done], clean: Sequence[Cell]) -> list[Cell]:
    """Give a cell for each architecture, rate of disconnects, and with the queue or without.

    `attempts_failed` is the share of whole attempts that the client saw fail, `never_seen` of
    photos that the merchant never sees; `expected` is the share of attempts of this length in
    which a disconnect falls, by calculation.
    """
    cells = []
    by = _by(rounds, lambda each: (each.arm, each.size, each.cuts, each.queue))
    for (arm, size, cuts, queue), some in by.items():
        samples = [sample for done in some for sample in done.samples]
        cells.append(
            {
                "arm": arm,
                "size": size,
                "cuts": cuts,
                "queue": queue,
                "photos": len(samples),
                "attempts_failed": None if queue else _mean(each.failed for each in samples),
                "expected": None if queue else _expected(arm, size, cuts, clean),
                "never_seen": _mean(each.seen is None for each in samples),
                "calls": _mean(each.calls for each in samples),
                "seen": _times(each.seen for each in samples),
                "lost": sum(each.lost for each in samples),
            }
        )
    return cells


def costs(size: int) -> dict[str, dict[str, float]]:
    """Give dollars per million photos of this size from the camera, by architecture."""
    taken = camera.photo(size)
    sent = {arm: len(taken) for arm in ARMS} | {"ours": len(camera.compressed(taken).data)}
    return {arm: per_million(usage(arm, each)) for arm, each in sent.items()}


def usage(arm: str, photo_bytes: float) -> Usage:
    """Say what an architecture uses; the callback's 2 KB are all that Mumbai sends to the US."""
    if arm == "conventional":
        return Usage(photo_bytes, "us")
    if arm == "file server":
        return Usage(photo_bytes, "mumbai", mumbai_servers=2)
    return Usage(photo_bytes, "mumbai", mumbai_ocean_bytes=2 * KB, relayed=True)


def lost_by_our_queue(cells: Iterable[Cell]) -> int:
    """Count the photos that our architecture with its queue lost, wherever it was measured."""
    ours = (cell for cell in cells if cell["arm"] == "ours" and cell.get("queue", True))
    return sum(cell["lost"] for cell in ours)


def latency_table(title: str, cells: Sequence[Cell]) -> Table:
    """Draw the times of one profile."""
    table = Table(
        "photo", "architecture", "n", title=f"{title}: seconds from capture (p50/p95/p99)"
    )
    for name in ("may move on", "merchant sees it", "preview", "KB over the ocean"):
        table.add_column(name, justify="right")
    for cell in sorted(cells, key=lambda each: (each["size"], [*ARMS].index(each["arm"]))):
        times = [_shown(cell[name]) for name in ("moved_on", "seen", "preview")]
        size, ocean = f"{cell['size'] // KB} KB", f"{cell['ocean_bytes'] / KB:.1f}"
        table.add_row(size, cell["arm"], str(cell["photos"]), *times, ocean)
    return table


def failure_table(title: str, cells: Sequence[Cell]) -> Table:
    """Draw what disconnects did to one profile."""
    title = f"{title}: with disconnects and a time-out of 60 s"
    table = Table("photo", "cuts/s", "queue", "architecture", "n", title=title)
    for name in ("attempts failed", "expected", "never seen", "sees it (p50/p95/p99)", "calls"):
        table.add_column(name, justify="right")
    for cell in cells:
        shares = [_percent(cell[name]) for name in ("attempts_failed", "expected", "never_seen")]
        what = [
            f"{cell['size'] // KB} KB",
            f"{cell['cuts']:.1%}",
            "yes" if cell["queue"] else "no",
            cell["arm"],
        ]
        table.add_row(
            *what, str(cell["photos"]), *shares, _shown(cell["seen"]), f"{cell['calls']:.2f}"
        )
    return table


def cost_table(size: int, dollars: Mapping[str, Mapping[str, float]]) -> Table:
    """Draw what a million photos of this size cost."""
    kinds = [*next(iter(dollars.values()))]
    title = f"US dollars for a million photos of {size // KB} KB a month, list prices"
    table = Table("architecture", title=title)
    for kind in kinds:
        table.add_column(kind, justify="right")
    for arm, lines in dollars.items():
        table.add_row(arm, *[f"{lines[kind]:.2f}" for kind in kinds])
    return table


def _by(rounds: Iterable[Done], key: Any) -> dict[Any, list[Done]]:
    groups: dict[Any, list[Done]] = {}
    for done in rounds:
        groups.setdefault(key(done.samples[0]), []).append(done)
    return groups


def _expected(arm: str, size: int, cuts: float, clean: Sequence[Cell]) -> float | None:
    """Give the chance that a disconnect falls into an attempt of the usual length."""
    for cell in clean:
        if (cell["arm"], cell["size"]) == (arm, size) and cell["seen"]:
            length = max(cell["seen"]["p50"], cell["moved_on"]["p50"])
            return round(1 - math.exp(-cuts * length), 4)
    return None


def _times(values: Iterable[float | None]) -> dict[str, float] | None:
    there = [value for value in values if value is not None]
    if not there:
        return None
    return {name: round(percentile(there, share), 2) for name, share in SHARES.items()}


def _mean(values: Iterable[float]) -> float:
    every = [*values]
    return round(sum(every) / len(every), 4)


def _shown(times: Mapping[str, float] | None) -> str:
    return " / ".join(f"{value:.1f}" for value in times.values()) if times else "-"


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{share:.1%}"
