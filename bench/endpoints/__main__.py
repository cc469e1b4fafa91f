"""`python -m bench.endpoints`: what the portal's endpoints carry, beside peers and the database.

Tables go to standard output, progress to standard error.
"""

import argparse
import json
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from rich.console import Console

from bench import telling
from bench.endpoints import figures, ground, lasting, peers, servers
from bench.endpoints.figures import Round
from bench.endpoints.ground import PER_RETURN, Ground, Size
from bench.endpoints.lasting import STEADY_CALLS
from bench.endpoints.legs import LEGS, Bench, Plan
from bench.endpoints.servers import Server
from qcportal.demo.processes import Stopped, stopping_on_signals
from qcportal.demo.progress import step

WIDTH = 150
INTERRUPTED = 130
SINGLES, BATCHES, RECORDED = 400, 60, 160
"""How many first-time callbacks there are for each second of a leg."""
DATABASES = ("postgres", "sqlite")


def main() -> int:
    """Measure as the command line says; gives the exit status."""
    asked = _read_arguments()
    kinds = DATABASES if asked.database == "both" else (asked.database,)
    found = {}
    try:
        with stopping_on_signals():
            for kind in kinds:
                found[kind] = measure(kind, asked)
                title = f"Endpoints over HTTP, {kind}"
                Console(width=WIDTH).print(figures.table(title, found[kind]["legs"]))
                print(json.dumps(found[kind]["lasting"]))
    except Stopped:
        return INTERRUPTED
    telling.write(asked.json, "endpoints", found)
    return 0


def measure(kind: str, asked: argparse.Namespace) -> dict[str, Any]:
    """Run the rounds on one kind of database; gives the figures."""
    plan = _plan(asked.seconds)
    arriving = -(-(plan.photos * asked.rounds + STEADY_CALLS) // PER_RETURN)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="endpoints-")))
        size = Size(asked.sheets, arriving)
        filled = stack.enter_context(ground.opened(kind, size, folder))
        bench = Bench(filled, plan, _serve(stack, filled, folder, asked.peers))
        rounds = [_round(bench, asked.only, number) for number in range(asked.rounds)]
        told = lasting.measure(bench, requests=asked.requests)
    return {"legs": figures.gather(rounds), "lasting": told}


def _serve(
    stack: ExitStack, filled: Ground, folder: Path, peers_folder: Path | None
) -> dict[str, Server | None]:
    portal = servers.gunicorn("wsgi:app", filled.environment, folder / "portal.log")
    bare = servers.gunicorn("bench.endpoints.bare:create()", {}, folder / "bare.log")
    found: dict[str, Server | None] = {
        "portal": stack.enter_context(portal),
        "bare": stack.enter_context(bare),
        "companion": None,
        "companion 2": None,
        "s3direct": None,
    }
    if peers_folder is None:
        step("Peers are left out: no --peers")
        return found
    for number, name in ((1, "companion"), (2, "companion 2")):
        peer = peers.companion(peers_folder, folder / "companion.log", number)
        found[name] = stack.enter_context(peer)
    found["s3direct"] = stack.enter_context(peers.s3direct(peers_folder, folder / "django.log"))
    return found


def _round(bench: Bench, only: str, number: int) -> Round:
    done: Round = {}
    for name, leg in LEGS.items():
        if only not in name:
            continue
        begun = time.monotonic()
        result = leg(bench)
        if result is not None:
            done[name] = result
            took = f"{time.monotonic() - begun:.0f} s"
            step(f"round {number + 1}: {name}: {result.per_second:,.0f} requests/s ({took})")
    return done


def _plan(seconds: float) -> Plan:
    return Plan(
        seconds,
        singles=int(SINGLES * seconds),
        batches=int(BATCHES * seconds),
        recorded=int(RECORDED * seconds),
    )


def _read_arguments() -> argparse.Namespace:
    parser = telling.asking(__doc__)
    parser.prog = "bench.endpoints"
    parser.add_argument("--database", choices=(*DATABASES, "both"), default="postgres")
    parser.add_argument("--seconds", type=float, default=3.0, help="how long each leg may be (3)")
    parser.add_argument("--rounds", type=int, default=3, help="how often each leg is run (3)")
    parser.add_argument("--sheets", type=int, default=50, help="run sheets of 240 forms (50)")
    parser.add_argument("--requests", type=int, default=0, help="answer so many, for the memory")
    parser.add_argument("--only", default="", help="only the legs with this in their name")
    parser.add_argument("--peers", type=Path, help="folder in which peers are kept")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
