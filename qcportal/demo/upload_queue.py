"""A phone's store of photos that the portal has not verified yet; nothing leaves it before."""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random

FIRST_WAIT, LONGEST_WAIT = 0.3, 30.0


@dataclass
class Parcel:
    """One photo with its form; `unsure` after an attempt whose answer was lost."""

    photo_id: str
    sha256: str
    data: bytes
    url: str
    fields: Mapping[str, str]
    captured_at: str
    tries: int = 0
    due: float = 0.0
    unsure: bool = False


@dataclass
class _Shelf:
    """Where parcels stand: to be sent, being sent, or sent and not yet verified."""

    waiting: dict[str, Parcel] = field(default_factory=dict)
    moving: dict[str, Parcel] = field(default_factory=dict)
    sent: dict[str, Parcel] = field(default_factory=dict)


class UploadQueue:
    """Parcels by photo; for several threads. Times are of `now`, in seconds."""

    def __init__(
        self, now: Callable[[], float] = time.monotonic, dice: Random | None = None
    ) -> None:
        self._now = now
        self._dice = dice or Random()
        self._shelf = _Shelf()
        self._change = threading.Condition()

    def __len__(self) -> int:
        """Count what the phone still holds, in whichever state."""
        with self._change:
            shelf = self._shelf
            return len(shelf.waiting) + len(shelf.moving) + len(shelf.sent)

    def put(self, parcel: Parcel) -> None:
        """Take in a photo that was just taken; one that is held already stays as it is."""
        with self._change:
            shelf = self._shelf
            held = shelf.waiting.keys() | shelf.moving.keys() | shelf.sent.keys()
            if parcel.photo_id not in held:
                shelf.waiting[parcel.photo_id] = parcel
                self._change.notify()

    def take(self, *, wait: float = 0.0) -> Parcel | None:
        """Give the parcel that is due longest; waits at most `wait` seconds for one."""
        with self._change:
            parcel = self._due()
            if parcel is None and wait:
                self._change.wait(wait)
                parcel = self._due()
            if parcel is not None:
                self._shelf.moving[parcel.photo_id] = self._shelf.waiting.pop(parcel.photo_id)
            return parcel

    def postpone(self, parcel: Parcel) -> None:
        """Put a parcel back after a failure, to be tried after a growing, jittered wait."""
        with self._change:
            parcel.tries += 1
            longest = min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(parcel.tries - 1, 10))
            parcel.due = self._now() + self._dice.uniform(longest / 2, longest)
            self._shelf.waiting[parcel.photo_id] = self._shelf.moving.pop(parcel.photo_id)

    def keep_as_sent(self, parcel: Parcel) -> None:
        """Keep a parcel that S3 acknowledged, until the portal has verified it."""
        with self._change:
            self._shelf.sent[parcel.photo_id] = self._shelf.moving.pop(parcel.photo_id)

    def tries(self) -> dict[str, int]:
        """Give how often each held photo was tried in vain."""
        with self._change:
            shelf = self._shelf
            held = (*shelf.waiting.values(), *shelf.moving.values(), *shelf.sent.values())
            return {parcel.photo_id: parcel.tries for parcel in held}

    def unverified(self) -> list[str]:
        """Give the digests of what was sent and is not verified."""
        with self._change:
            return sorted({parcel.sha256 for parcel in self._shelf.sent.values()})

    def discard(self, sha256: str) -> int:
        """Delete what the portal says may be deleted; gives how many photos that was."""
        with self._change:
            sent = self._shelf.sent
            gone = [photo_id for photo_id, each in sent.items() if each.sha256 == sha256]
            for photo_id in gone:
                del sent[photo_id]
            return len(gone)

    def _due(self) -> Parcel | None:
        now = self._now()
        ready = [parcel for parcel in self._shelf.waiting.values() if parcel.due <= now]
        return min(ready, key=lambda parcel: parcel.due, default=None)
