"""The phones' own diary: the truth that everything is compared with, kept apart from the portal.

One file per phone, one JSON line per event, on the disk (fsync) before the phone goes on.
"""

import json
import os
import threading
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from pathlib import Path
from typing import Any


class Event(StrEnum):
    """What a phone writes down."""

    CAPTURED = "captured"
    ACKED = "acked"
    TOLD_STORED = "told_stored"


class Claim(StrEnum):
    """What a file is to its photo: the right one, or one that may never take its place."""

    RIGHT = "right"
    SECOND = "second"
    OTHER_BYTES = "other_bytes"
    DAMAGED = "damaged"


@dataclass(frozen=True)
class Line:
    """One event of one photo; digests are of the file that was sent, `version` is S3's."""

    event: Event
    photo_id: str
    awb: str
    merchant: str
    slot: str
    key: str
    sha256: str
    md5: str
    executive: str
    claim: Claim = Claim.RIGHT
    hostile: bool = False
    version: str = ""


class Diary:
    """The diary of one phone."""

    def __init__(self, file: Path) -> None:
        self._file = file.open("ab")
        self._lock = threading.Lock()

    def write(self, *lines: Line) -> None:
        """Write down what happened, and come back when the disk has it."""
        text = "".join(json.dumps(asdict(line)) + "\n" for line in lines)
        with self._lock:
            self._file.write(text.encode())
            self._file.flush()
            os.fsync(self._file.fileno())

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def read(folder: Path) -> Iterator[Line]:
    """Give every event of every diary in a folder; a line cut off by a kill is no event."""
    for file in sorted(folder.glob("*.jsonl")):
        for text in file.read_text().splitlines():
            try:
                yield _parse(json.loads(text))
            except (ValueError, TypeError, KeyError):
                continue


def _parse(told: dict[str, Any]) -> Line:
    known = {name.name for name in fields(Line)}
    values = {name: value for name, value in told.items() if name in known}
    values |= {"event": Event(told["event"]), "claim": Claim(told["claim"])}
    return Line(**values)
