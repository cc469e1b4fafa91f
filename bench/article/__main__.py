"""`python -m bench.article`: send photos in five ways over slow networks, and compare.

Tables go to standard output, progress to standard error. The status is 1 when our queue lost a
photo.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from rich.console import Console

from bench.article import figures, ground, measuring, plan, plot
from bench.article.ground import Ground
from bench.article.measuring import Done, Round
from bench.article.profiles import PROFILES, Profile
from qcportal.demo.processes import Stopped, stopping_on_signals
from qcportal.demo.progress import step

WIDTH = 132
COSTED = (250_000, 2_000_000)
LOST, INTERRUPTED = 1, 130


def main() -> int:
    """Measure as the command line says; gives the exit status."""
    asked = _read_arguments()
    profiles = [PROFILES[name] for name in asked.profile or PROFILES]
    found = []
    try:
        with stopping_on_signals():
            for profile in profiles:
                fit = profile.changed(phones=asked.phones, loss=asked.loss)
                found.append(measure(fit, asked))
                show(found[-1])
    except Stopped:
        return INTERRUPTED
    dollars = {size: figures.costs(size) for size in COSTED}
    for size, lines in dollars.items():
        Console(width=WIDTH).print(figures.cost_table(size, lines))
    if asked.json:
        told = {"seed": asked.seed, "profiles": found, "costs": dollars}
        asked.json.write_text(json.dumps(told, indent=1))
    if asked.plots:
        for each in found:
            (asked.plots / f"article-{each['profile']}.svg").write_text(plot.draw(each))
    lost = sum(figures.lost_by_our_queue(each["latency"] + each["failures"]) for each in found)
    print(f"Photos that our queue lost: {lost}")
    return LOST if lost else 0


def measure(profile: Profile, asked: argparse.Namespace) -> dict[str, Any]:
    """Run one profile's rounds; gives its figures."""
    wanted = plan.make(profile, full=asked.full)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="article-")))
        place = ground.opened(profile, asked.network, wanted.visits, folder)
        opened = stack.enter_context(place)
        clean = _run(opened, wanted.clean, asked.seed)
        cut = _run(opened, wanted.cut, asked.seed)
        kind = opened.network.kind
    latency = figures.latency(clean)
    return {
        "profile": profile.name,
        "title": profile.title,
        "network": kind,
        "conditions": dict(vars(profile)),
        "latency": latency,
        "failures": figures.failures(cut, latency),
    }


def show(found: dict[str, Any]) -> None:
    """Print one profile's tables."""
    console = Console(width=WIDTH)
    console.print(figures.latency_table(found["title"], found["latency"]))
    if found["failures"]:
        console.print(figures.failure_table(found["title"], found["failures"]))


def _run(opened: Ground, rounds: Sequence[Round], seed: int) -> list[Done]:
    found = []
    for number, each in enumerate(rounds, 1):
        begun = time.monotonic()
        found.append(measuring.run_round(opened, each, seed))
        cuts = f", {each.cuts:.1%} cuts/s, {'queue' if each.queue else 'no queue'}"
        what = f"{each.arm}, {each.size // 1000} KB{cuts if each.cuts else ''}"
        step(f"round {number} of {len(rounds)}: {what}: {time.monotonic() - begun:.0f} s")
    return found


def _read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench.article", description=__doc__)
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--quick", action="store_true", help="few samples (the default)")
    size.add_argument("--full", action="store_true", help="four times as many, and disconnects")
    parser.add_argument("--profile", action="append", choices=[*PROFILES], help="only these")
    parser.add_argument("--network", choices=("auto", "namespaces", "shaper"), default="auto")
    parser.add_argument("--phones", type=int, help="how many work at once")
    parser.add_argument("--loss", type=float, help="share of packets lost (namespaces only)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path, help="write all figures to this file")
    parser.add_argument("--plots", type=Path, help="draw each profile into this folder")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
