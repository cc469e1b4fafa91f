"""What all phones of a fault run share: the plan, the doors they go through, and the pace."""

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from qcportal import clock
from qcportal.demo.chaos.courier import Courier
from qcportal.demo.chaos.kinds import Tally
from qcportal.demo.chaos.office import Office
from qcportal.demo.chaos.plan import Fate, Scale, Visit
from qcportal.demo.inspection import Shot
from qcportal.demo.plan import Door
from qcportal.storage import FormWanted, PhotoStore, UploadForm

LONG_AGO = timedelta(days=2)


@dataclass(frozen=True)
class Task:
    """One photo to be taken: what it shows, in which slot, and what happens to it."""

    shot: Shot
    slot: str
    fate: Fate


@dataclass(frozen=True)
class Job:
    """One return to be visited, as it stood on the run sheet before anything went wrong."""

    door: Door
    stop: Mapping[str, Any]
    visit: Visit
    tasks: tuple[Task, ...]


class Pace:
    """Lets the phones go on only as far as the faults have come; counts photos that S3 took."""

    def __init__(self, total: int) -> None:
        self.total, self.acked, self.limit = total, 0, 0.0
        self.ended = False
        self._changed = threading.Condition()

    def add(self) -> None:
        """Count a photo that S3 took for the first time."""
        with self._changed:
            self.acked += 1
            self._changed.notify_all()

    def open(self, share: float) -> None:
        """Let the phones go on until this share of all photos is at S3."""
        with self._changed:
            self.limit = max(self.limit, share)
            self._changed.notify_all()

    def end(self) -> None:
        """Let nobody begin anything new: somebody failed, or wants the run to stop."""
        with self._changed:
            self.ended = True
            self._changed.notify_all()

    def await_turn(self) -> bool:
        """Wait until a phone may visit its next return; gives False when it is to go home."""
        with self._changed:
            self._changed.wait_for(lambda: self.ended or self.acked < self.limit * self.total)
            return not self.ended

    def await_share(self, share: float, seconds: float) -> None:
        """Wait until a share of all photos is at S3, at most so long."""
        until = time.monotonic() + seconds
        with self._changed:
            while self._is_below(share) and time.monotonic() < until:
                self._changed.wait(0.5)

    def _is_below(self, share: float) -> bool:
        return not self.ended and self.acked < share * self.total


@dataclass
class Bucket:
    """The bucket in the hands of somebody who may do anything; remembers what they did."""

    s3: Any
    name: str
    deleted: set[tuple[str, str]] = field(default_factory=set)
    unknown: list[str] = field(default_factory=list)

    def delete(self, key: str, version: str) -> None:
        """Delete one version for good."""
        self.s3.delete_object(Bucket=self.name, Key=key, VersionId=version)
        self.deleted.add((key, version))

    def put(self, key: str, data: bytes, content_type: str = "image/jpeg") -> str:
        """Store past every form; gives the version."""
        answer = self.s3.put_object(Bucket=self.name, Key=key, Body=data, ContentType=content_type)
        return str(answer["VersionId"])


@dataclass(frozen=True)
class Ground:
    """Everything that the phones share."""

    scale: Scale
    origin: str
    folder: Path
    tally: Tally
    courier: Courier
    bucket: Bucket
    store: PhotoStore
    office: Office
    pace: Pace

    def expired_form(self, key: str, executive: int) -> UploadForm:
        """Give a truly signed form for a key that ended long ago."""
        wanted = FormWanted(
            key=key,
            content_type="image/jpeg",
            min_bytes=1,
            max_bytes=10**7,
            metadata={"executive-id": str(self.office.team[executive]), "kind": "photo"},
            open_metadata=("sha256", "captured-at", "note"),
        )
        (form,) = self.store.issue_forms([wanted], clock.now() - LONG_AGO).forms
        return form
