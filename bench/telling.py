"""What benches tell: a table for people, progress on standard error, JSON with the machine's facts.

A bench calls `asking` for its `--json FILE`, `progress` while it works, `table` at its end and
`write` with its figures.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]


def asking(said: str | None) -> argparse.ArgumentParser:
    """Give a parser with the first paragraph of what a bench says of itself, and `--json`."""
    asked = argparse.ArgumentParser(
        description=said, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    asked.add_argument("--json", type=Path, metavar="FILE", help="write the figures there, too")
    return asked


def progress(words: str, *, done: bool = False) -> None:
    """Tell how far it is, on one line of a terminal or on lines of a file."""
    alone = not sys.stderr.isatty()
    print(
        words if alone else f"\r\033[K{words}", end="\n" if done or alone else "", file=sys.stderr
    )
    sys.stderr.flush()


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print rows under their head; the first column is words, all others are numbers."""
    texts = [[*map(str, head)], *[[*map(_written, row)] for row in rows]]
    widths = [max(map(len, column)) for column in zip(*texts, strict=True)]
    for first, *others in texts:
        cells = [f"{text:>{width + 2}}" for text, width in zip(others, widths[1:], strict=True)]
        print(f"{first:<{widths[0]}}{''.join(cells)}")


def write(path: Path | None, bench: str, figures: Any) -> None:
    """Write the figures with the machine they are from; nothing without a path."""
    if path is None:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    told = {"bench": bench, "machine": machine(), "figures": figures}
    path.write_text(json.dumps(told, indent=1) + "\n")
    print(f"written to {path}", file=sys.stderr)


def machine() -> dict[str, Any]:
    """Give processors, load over 1, 5 and 15 minutes, Python, system, commit and date."""
    return {
        "processors": os.cpu_count(),
        "load": [round(each, 2) for each in os.getloadavg()],
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "commit": _commit(),
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def _commit() -> str:
    asked = ["git", "-C", str(ROOT), "describe", "--always", "--dirty"]
    try:
        found = subprocess.run(asked, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return found.stdout.strip()


def _written(value: object) -> str:
    if isinstance(value, float):
        return f"{value:,.2f}" if abs(value) < 100 else f"{value:,.0f}"
    return f"{value:,}" if isinstance(value, int) else str(value)
