"""Hours and spans of time in SQL, the same on SQLite and on Postgres."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import BigInteger, ColumnElement, Float, Integer, case, cast, extract, func

from qcportal.db import db
from qcportal.devices import ZONE
from qcportal.uploads.latency import LAST_STEP, STEPS

HOUR = timedelta(hours=1)


def hour_start(moment: datetime, zone: ZoneInfo = ZONE) -> datetime:
    """Give the start, in UTC, of the clock hour that a moment falls into."""
    local = moment.astimezone(zone)
    return local.replace(minute=0, second=0, microsecond=0).astimezone(UTC)


def shift_of(moment: datetime, zone: ZoneInfo = ZONE) -> int:
    """Give the seconds by which the zone's hours start after UTC's: 1800 for India."""
    return int(hour_start(moment, zone).timestamp()) % 3600


def hour_number(column: Any, shift: int) -> ColumnElement[int]:
    """Number the hours in SQL; `start_of` gives back their start."""
    if _on_postgres():
        return cast(func.floor((extract("epoch", column) - shift) / 3600), BigInteger)
    whole = func.substr(column, 1, 19)  # strftime rounds, and would end an hour too early
    return (cast(func.strftime("%s", whole), Integer) - shift) // 3600


def start_of(number: int, shift: int) -> datetime:
    """Give the start of a numbered hour."""
    return datetime.fromtimestamp(number * 3600 + shift, UTC)


def seconds_between(later: Any, earlier: Any) -> ColumnElement[float]:
    """Give a span in seconds, exact to the millisecond."""
    if _on_postgres():
        span: ColumnElement[float] = cast(extract("epoch", later - earlier), Float)
        return span
    days: ColumnElement[float] = func.julianday(later) - func.julianday(earlier)
    return func.round(days * 86_400.0, 3)


def step_end(seconds: ColumnElement[Any]) -> ColumnElement[int]:
    """Give `latency.step_end` in SQL."""
    whole = _ceiling(seconds)
    up = [(whole <= most, _up(whole, step)) for most, step in STEPS]
    return case((whole < 1, 1), *up, else_=_up(whole, LAST_STEP))


def _up(whole: ColumnElement[int], step: int) -> ColumnElement[int]:
    return (whole + (step - 1)) // step * step


def _ceiling(seconds: ColumnElement[Any]) -> ColumnElement[int]:
    if _on_postgres():
        return cast(func.ceil(seconds), BigInteger)
    whole = cast(seconds, Integer)
    return whole + case((seconds > whole, 1), else_=0)


def _on_postgres() -> bool:
    return db.session.get_bind().dialect.name == "postgresql"
