"""What results come to: medians over rounds, ratios within them, and the table."""

import gzip
import statistics
from collections.abc import Sequence
from typing import Any

from rich.table import Table

from bench.endpoints.client import body_of
from bench.endpoints.legs import Result

BESIDE = {
    "one form": ("bare Flask", "one form, Companion", "one form, Companion, 2 processes"),
    "240 forms": ("one form, Companion", "one form, Companion, 2 processes"),
    "240 forms, factored": ("one form, Companion", "one form, Companion, 2 processes"),
    "callback": ("callback, database alone",),
    "callback of 10": ("callback of 10, database alone",),
}
"""What each leg is held beside; ratios are of units (forms, arrivals) a second."""

Round = dict[str, Result]


def gather(rounds: Sequence[Round]) -> list[dict[str, Any]]:
    """Give a line of figures for each leg, in the order in which they ran."""
    return [_line(name, rounds) for name in rounds[0]]


def _line(name: str, rounds: Sequence[Round]) -> dict[str, Any]:
    results = [each[name] for each in rounds]
    took = sorted(seconds for each in results for seconds in each.driven.took)
    spent = [each.processor for each in results if each.processor is not None]
    answers = sum(len(each.driven.took) for each in results)
    body = body_of(results[-1].driven.sample)
    return {
        "leg": name,
        "answers": answers,
        "per_second": _median([each.per_second for each in results]),
        "units_per_second": _median([each.per_second * each.units for each in results]),
        **percentiles(took),
        "processor_ms": round(sum(spent) / answers * 1000, 3) if spent else None,
        "client_share": _median([each.driven.processor / each.driven.elapsed for each in results]),
        "body": len(body),
        "unpacked": len(gzip.decompress(body)) if body[:2] == b"\x1f\x8b" else len(body),
        "statements": results[-1].statements,
        "ratios": {other: _ratio(name, other, rounds) for other in BESIDE.get(name, ())},
    }


def _ratio(name: str, other: str, rounds: Sequence[Round]) -> float | None:
    """Give the median over rounds of how many times the other's units a second are ours."""
    both = [(each[name], each[other]) for each in rounds if name in each and other in each]
    if not both:
        return None
    return _median([a.per_second * a.units / (b.per_second * b.units) for a, b in both])


def table(title: str, lines: Sequence[dict[str, Any]]) -> Table:
    """Draw the lines."""
    drawn = Table(title=title)
    drawn.add_column("endpoint")
    heads = ("requests/s", "units/s", "p50 ms", "p95", "p99", "CPU ms", "bytes", "beside")
    for head in heads:
        drawn.add_column(head, justify="left" if head == "beside" else "right")
    for line in lines:
        times = [f"{line[name]:.1f}" for name in ("p50_ms", "p95_ms", "p99_ms")]
        cpu = "" if line["processor_ms"] is None else f"{line['processor_ms']:.2f}"
        rates = [f"{line['per_second']:,.0f}", f"{line['units_per_second']:,.0f}"]
        body = f"{line['body']:,}" if line["body"] else ""
        drawn.add_row(line["leg"], *rates, *times, cpu, body, _beside(line))
    return drawn


def _beside(line: dict[str, Any]) -> str:
    told = [f"{ratio:.2f} x {other}" for other, ratio in line["ratios"].items() if ratio]
    if line["statements"]:
        told.append(f"{line['statements']} statements")
    return "\n".join(told)


def percentiles(ordered: Sequence[float]) -> dict[str, float]:
    """Give p50, p95 and p99 in milliseconds of seconds in order."""
    shares = {"p50_ms": 0.50, "p95_ms": 0.95, "p99_ms": 0.99}
    last = len(ordered) - 1
    return {
        name: round(ordered[min(last, int(len(ordered) * share))] * 1000, 2)
        for name, share in shares.items()
    }


def _median(values: Sequence[float]) -> float:
    return round(statistics.median(values), 4)
