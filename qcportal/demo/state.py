"""The demo's folder: one JSON file of what must be the same after a restart, and a lock."""

import base64
import fcntl
import json
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Self

from qcportal.errors import Conflict, Invalid

FILE, LOCK = "demo.json", "demo.lock"
OURS = {FILE, LOCK, "aws", "captures.jsonl", "portal.log"}
DATABASE = "portal.db"


@dataclass
class State:
    """What the demo remembers; `done` names the parts that need not be done again."""

    folder: Path
    begun: dict[str, int] = field(default_factory=dict)
    day: str = ""
    portal_port: int = 0
    aws_port: int = 0
    secret_key: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)
    callback_secret: str = field(default_factory=lambda: _callback_secret(), repr=False)
    api_keys: dict[str, str] = field(default_factory=dict, repr=False)
    device_tokens: dict[str, str] = field(default_factory=dict, repr=False)
    done: list[str] = field(default_factory=list)

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read the folder's state; a new one for a new folder. Raises Invalid for a broken file."""
        file = folder / FILE
        if not file.exists():
            return cls(folder)
        try:
            return cls(folder, **json.loads(file.read_text()))
        except (ValueError, TypeError) as error:
            raise Invalid(f"{file} cannot be read; start with --fresh to begin anew.") from error

    @property
    def database(self) -> Path:
        """Give the portal's SQLite file."""
        return self.folder / DATABASE

    @property
    def diary(self) -> Path:
        """Give the file in which the phones' photos are written down."""
        return self.folder / "captures.jsonl"

    def save(self) -> None:
        """Write the state, readable by its owner only, whole or not at all."""
        kept = asdict(self)
        del kept["folder"]
        new = self.folder / (FILE + ".new")
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as sink:
            json.dump(kept, sink, indent=1)
        new.replace(self.folder / FILE)

    def finish(self, part: str) -> None:
        """Remember that a part is done."""
        if part not in self.done:
            self.done.append(part)
        self.save()


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the folder inside the block; raises Conflict when another demo does."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Conflict(f"Another demo is running with {folder}; stop it first.") from error
        yield


def wipe(folder: Path) -> None:
    """Delete what a demo left in the folder, and nothing else; needs the lock."""
    for entry in folder.iterdir():
        if entry.name == LOCK or not (entry.name in OURS or entry.name.startswith(DATABASE)):
            continue
        if entry.is_dir():
            shutil.rmtree(entry)
        else:
            entry.unlink()


def _callback_secret() -> str:
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()
