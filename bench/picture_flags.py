"""How the flags of `photos/quality.py` part the demo's spoilt pictures from all others.

python bench/picture_flags.py
"""

import json
import sys
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench import telling
from qcportal import imaging
from qcportal.demo.pictures import FOLDER
from qcportal.photos.quality import Flag, flags_of

SPOILT = {"blurred": Flag.BLURRED, "dark": Flag.TOO_DARK, "bright": Flag.TOO_BRIGHT}


def main() -> None:
    """Print a table of what is wrong and what is flagged, and how near the others come."""
    table, measured, started = Counter[tuple[str, str]](), [], time.process_time()
    options = telling.asking(__doc__).parse_args()
    entries = json.loads((FOLDER / "index.json").read_text())
    for number, entry in enumerate(entries, 1):
        telling.progress(f"picture {number} of {len(entries)}", done=number == len(entries))
        seen = imaging.analyse((FOLDER / entry["file"]).read_bytes()).facts
        wrong = SPOILT.get(entry["quality"])
        table[wrong or "good", "+".join(flags_of(seen)) or "no flag"] += 1
        measured.append((wrong, seen))
    rows = [
        (f"{wrong} flagged as {flagged}", count)
        for (wrong, flagged), count in sorted(table.items())
    ]
    telling.table(("pictures", "count"), rows)
    for flag, name in (
        (Flag.BLURRED, "sharpest"),
        (Flag.TOO_DARK, "dark"),
        (Flag.TOO_BRIGHT, "bright"),
    ):
        own = [seen[name] for wrong, seen in measured if wrong is flag]
        others = [seen[name] for wrong, seen in measured if wrong is None]
        print(f"{name:12} spoilt {min(own):.2f} to {max(own):.2f}, "
              f"good {min(others):.2f} to {max(others):.2f}")  # fmt: skip
    each = (time.process_time() - started) / len(measured)
    print(f"{each * 1000:.0f} ms of processor a picture, thumbnails and all")
    missed = sum(
        count
        for (wrong, flagged), count in table.items()
        if (wrong if wrong != "good" else "no flag") != flagged
    )
    figures = {"pictures": dict(rows), "missed": missed, "ms_each": round(each * 1000, 1)}
    telling.write(options.json, "picture_flags", figures)
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()
