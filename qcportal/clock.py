"""The one place that reads the time, so that tests can set it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta

_frozen: ContextVar[datetime | None] = ContextVar("frozen_clock", default=None)


def now() -> datetime:
    """Give the current moment as an aware UTC datetime with microseconds."""
    return _frozen.get() or datetime.now(UTC)


def ago(**parts: float) -> datetime:
    """Give the moment that lies a `timedelta(**parts)` before now."""
    return now() - timedelta(**parts)


@contextmanager
def frozen(moment: datetime) -> Iterator[None]:
    """Stop the clock at `moment` (aware) inside the block; for tests and replays."""
    token = _frozen.set(moment)
    try:
        yield
    finally:
        _frozen.reset(token)
