"""`python -m qcportal.demo`: the whole chain on this machine, with simulated executives.

Needs no account anywhere. What it prints for programs (--exit) goes to standard output, all that
is for people to standard error.
"""

import argparse
import os
import sys
from pathlib import Path

from rich.markup import escape

from qcportal.demo import show
from qcportal.demo.processes import Stopped, stopping_on_signals
from qcportal.demo.progress import console
from qcportal.demo.stage import Wanted
from qcportal.demo.wire import NoAnswer, Refused
from qcportal.errors import PortalError

MOST = 100_000
FASTEST_PACE = 4.0
PHOTOS_PER_DOOR, MEASURED_PER_PROCESSOR = 4.8, 2.2
FOLDER, EXIT_FOLDER = Path(".state/demo"), Path(".state/demo-exit")
FAILED, CANNOT_START, INTERRUPTED = 1, 2, 130


def main() -> int:
    """Run as the command line says; gives the exit status."""
    wanted = _read_arguments()
    try:
        with stopping_on_signals():
            return show.run(wanted)
    except Stopped:
        console.print("Stopped.")
        return INTERRUPTED if wanted.exits else 0
    except PortalError as error:
        console.print(f"[bold red]The demo cannot run.[/bold red] {escape(error.detail)}")
        return CANNOT_START
    except (show.DemoFailed, Refused, NoAnswer) as error:
        console.print(f"[bold red]The demo failed.[/bold red] {escape(str(error))}")
        console.print(f"The logs of its processes are in {escape(str(wanted.folder))}.")
        return FAILED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="qcportal.demo", description=__doc__)
    parser.add_argument("--returns", type=_number, default=200, help="how many (200)")
    parser.add_argument("--executives", type=_number, default=6, help="how many (6)")
    parser.add_argument(
        "--pace",
        type=_seconds,
        help="seconds from door to door; people need minutes, the demo hurries them (4, and with "
        "pictures measured as many as this machine's processors keep up with)",
    )
    parser.add_argument(
        "--exit",
        action="store_true",
        help="do not stay up: end with one line of JSON, and status 1 if anything was lost",
    )
    parser.add_argument("--fresh", action="store_true", help="wipe the state folder first")
    parser.add_argument(
        "--state",
        type=Path,
        help="folder of everything (.state/demo; --exit without it keeps nothing)",
    )
    parser.add_argument(
        "--port", type=int, default=0, help="of the portal (8700; free with --exit)"
    )
    parser.add_argument("--seed", type=int, default=1, help="another one gives other returns (1)")
    parser.add_argument(
        "--imaging",
        action=argparse.BooleanOptionalAction,
        help="let the relay measure pictures and make thumbnails. Off with --exit unless asked "
        "for: on AWS each relay brings a processor of its own, here it would take 0.15 s of the "
        "two that everything shares, and that is what would be measured",
    )
    return parser


def _read_arguments() -> Wanted:
    asked = _parser().parse_args()
    throwaway = asked.exit and asked.state is None
    imaging = not asked.exit if asked.imaging is None else asked.imaging
    return Wanted(
        returns=asked.returns,
        executives=asked.executives,
        pace=_pace(asked.executives, imaging) if asked.pace is None else asked.pace,
        exits=asked.exit,
        fresh=asked.fresh or throwaway,
        folder=(asked.state or (EXIT_FOLDER if throwaway else FOLDER)).resolve(),
        throwaway=throwaway,
        port=asked.port,
        seed=asked.seed,
        imaging=imaging,
    )


def _pace(executives: int, imaging: bool) -> float:
    """Choose the seconds from door to door that keep the relay's queue short on this machine.

    A photo of a return costs about 0.2 s of a processor where the relay measures it; at the rate
    chosen somewhat less than half of all processors is busy with that.
    """
    if not imaging:
        return FASTEST_PACE
    photos_per_second = MEASURED_PER_PROCESSOR * (os.cpu_count() or 1)
    return max(FASTEST_PACE, executives * PHOTOS_PER_DOOR / photos_per_second)


def _number(text: str) -> int:
    number = int(text)
    if not 1 <= number <= MOST:
        raise argparse.ArgumentTypeError(f"give 1 to {MOST}")
    return number


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0 <= seconds <= 3600:
        raise argparse.ArgumentTypeError("give 0 to 3600 seconds")
    return seconds


if __name__ == "__main__":
    sys.exit(main())
