"""One telling of a version in the bucket, and what became of it; values only."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

Identity = tuple[str, str, str]
"""Bucket, key and version: what makes two tellings the same arrival."""


class Outcome(StrEnum):
    """What became of one arrival."""

    VERIFIED = "verified"
    STORED = "stored"
    ALREADY = "already"
    REFUSED = "refused"
    CONFLICT = "conflict"
    PARKED = "parked"
    GONE = "gone"
    PROBE = "probe"


@dataclass(frozen=True)
class Arrival:
    """One object version that we are told of; `version_id` is `""` where the bucket has none.

    S3 tells `stored_at` in whole seconds. What parts versions of one second is the event's
    `sequencer`, and the `place` within the second that a listing showed.
    """

    bucket: str
    key: str
    version_id: str
    sequencer: str
    size: int
    content_type: str
    stored_at: datetime
    sha256: str | None
    sha256_source: str
    declared_sha256: str | None
    gone: bool = False
    place: int | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)
    image: Mapping[str, Any] = field(default_factory=dict)

    @property
    def identity(self) -> Identity:
        """Give what makes two tellings the same arrival."""
        return (self.bucket, self.key, self.version_id)


@dataclass(frozen=True)
class Told:
    """The answer to one arrival: its outcome, why, and the photo it belongs to, if any.

    `fit` tells whether its bytes are what the form asked for and their sender declared, `pinned`
    whether this very version is the photo's evidence, `looked_at` whether we were told by now what
    its picture shows, or why it cannot be opened.
    """

    arrival: Arrival
    outcome: Outcome
    reason: str | None = None
    photo_id: uuid.UUID | None = None
    return_id: uuid.UUID | None = None
    fit: bool = False
    looked_at: bool = False
    pinned: bool = False
