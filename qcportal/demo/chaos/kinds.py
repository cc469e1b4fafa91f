"""The kinds of faults, each of which a run has to inject, and how often each was."""

import threading
from collections import Counter
from enum import StrEnum


class Kind(StrEnum):
    """One kind of fault; docs/fault-run.md says how each is injected."""

    DUPLICATE_EVENTS = "duplicate_events"
    REORDERED_EVENTS = "reordered_events"
    EVENTS_LOST = "events_lost"
    CALLBACK_BEFORE_COMMIT = "callback_before_commit"
    UNKNOWN_KEYS = "unknown_keys"
    FORGED_CALLBACKS = "forged_callbacks"
    REPLAYED_CALLBACKS = "replayed_callbacks"
    STALE_CALLBACKS = "stale_callbacks"
    CALLBACK_ANSWERS_LOST = "callback_answers_lost"
    RELAY_DOWN_THEN_FLOOD = "relay_down_then_flood"
    RECONCILER_KILLED = "reconciler_killed"
    WORKERS_KILLED = "workers_killed"
    DATABASE_KILLED = "database_killed"
    S3_5XX = "s3_5xx"
    S3_SLOW = "s3_slow"
    S3_RESET = "s3_reset"
    S3_ANSWERS_LOST = "s3_answers_lost"
    KEY_OVERWRITTEN = "key_overwritten"
    FORM_EXPIRED = "form_expired"
    OBJECT_DELETED = "object_deleted"
    EVIDENCE_DELETED = "evidence_deleted"
    CORRUPT_IN_TRANSIT = "corrupt_in_transit"
    CORRUPT_FILES = "corrupt_files"
    OVERSIZE_FILES = "oversize_files"
    BOMB_FILES = "bomb_files"
    APP_RETRIES = "app_retries"
    TWO_EXECUTIVES = "two_executives"
    RULEBOOK_CHANGED = "rulebook_changed"
    TOKEN_REVOKED = "token_revoked"  # noqa: S105 - the name of a fault
    SECRET_ROTATED = "secret_rotated"  # noqa: S105 - the name of a fault
    CLOCK_SKEW = "clock_skew"


class Tally:
    """How often each kind was injected; for several threads."""

    def __init__(self) -> None:
        self._counts: Counter[Kind] = Counter()
        self._lock = threading.Lock()

    def add(self, kind: Kind, times: int = 1) -> None:
        """Count a fault that really took place."""
        with self._lock:
            self._counts[kind] += times

    def __getitem__(self, kind: Kind) -> int:
        """Give how often a kind was injected."""
        with self._lock:
            return self._counts[kind]

    def as_json(self) -> dict[str, int]:
        """Give every kind with its count, of those that never took place too."""
        with self._lock:
            return {kind.value: self._counts[kind] for kind in Kind}

    def missing(self) -> list[str]:
        """Name the kinds that were not injected."""
        return [name for name, times in self.as_json().items() if not times]
