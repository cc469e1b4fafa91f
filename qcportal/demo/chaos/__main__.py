"""`python -m qcportal.demo.chaos`: run every fault at once, count, and say so in one line of JSON.

The line goes to standard output, all that is for people to standard error. Status 1 when a photo
was lost, doubled or misattributed, a verification finds what the run did not do itself, or a kind
of fault was not injected.
"""

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

from rich.markup import escape

from qcportal.demo.chaos import run
from qcportal.demo.chaos.plan import Scale
from qcportal.demo.chaos.run import Wanted
from qcportal.demo.chaos.verdict import Verdict
from qcportal.demo.processes import Stopped, stopping_on_signals
from qcportal.demo.progress import console
from qcportal.errors import PortalError

FEWEST, MOST = 120, 100_000
CANNOT_START, INTERRUPTED = 2, 130


def main() -> int:
    """Run as the command line says; gives the exit status."""
    asked = _read_arguments()
    folder = Path(tempfile.mkdtemp(prefix="qcportal-chaos-"))
    try:
        with stopping_on_signals():
            verdict = run.run(Wanted(Scale(asked.seed, asked.photos), asked.database, folder))
    except Stopped:
        console.print("Stopped.")
        shutil.rmtree(folder, ignore_errors=True)
        return INTERRUPTED
    except PortalError as error:
        console.print(f"[bold red]The run cannot start.[/bold red] {escape(error.detail)}")
        return CANNOT_START
    print(verdict.as_line(), flush=True)
    _tell(verdict, folder)
    if verdict.good:
        shutil.rmtree(folder, ignore_errors=True)
    return 0 if verdict.good else 1


def _read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="qcportal.demo.chaos", description=__doc__)
    parser.add_argument("--photos", type=_number, default=1_000, help="how many (1000)")
    parser.add_argument("--seed", type=int, default=7, help="another one gives another plan (7)")
    parser.add_argument("--database", choices=("postgres", "sqlite"), default="postgres")
    return parser.parse_args()


def _number(text: str) -> int:
    number = int(text)
    if not FEWEST <= number <= MOST:
        raise argparse.ArgumentTypeError(f"give {FEWEST} to {MOST}")
    return number


def _tell(verdict: Verdict, folder: Path) -> None:
    count = verdict.count
    console.print(
        f"{count.acked} photos acknowledged by S3, {count.verified} verified; {count.lost} lost, "
        f"{count.duplicated} doubled, {count.misattributed} misattributed."
    )
    for kind in verdict.tally.missing():
        console.print(f"[bold red]Not injected:[/bold red] {kind}")
    for fault in verdict.faults:
        console.print(f"[bold red]Wrong:[/bold red] {escape(fault)}", soft_wrap=True)
    if not verdict.good:
        console.print(f"Diaries and logs are in {escape(str(folder))}.")


if __name__ == "__main__":
    sys.exit(main())
