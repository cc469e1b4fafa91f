"""The open dates: the issue dates under which photos may still come. Reads only."""

from datetime import date, datetime, timedelta

from sqlalchemy import Select, func, or_, select

from qcportal import clock
from qcportal.db import db
from qcportal.photos import Photo
from qcportal.returns import Return
from qcportal.returns.tables import OPEN_STATES

FORGOTTEN_DAYS = 120
"""A return that was never picked up by then takes no photos any more; a nightly look may."""


def prefix_of(day: date) -> str:
    """Give the prefix under which everything of one issue date (UTC) lies."""
    return f"u/{day:%Y/%m/%d}/"


def last_days(days: int) -> list[str]:
    """Give the prefixes of today and the `days` before it, newest first."""
    today = clock.now().date()
    return [prefix_of(today - timedelta(days=back)) for back in range(days + 1)]


def open_prefixes(days: int) -> list[str]:
    """Give the prefixes of the last days, and of older photos that may still come; newest first.

    Older ones are those of returns that are still to be picked up, were inspected within these
    days, or lack a photo that is expected.
    """
    recent = last_days(days)
    found = db.session.scalars(_select_older(clock.now() - timedelta(days=days)))
    return sorted({*recent, *found}, reverse=True)


def _select_older(recently: datetime) -> Select[str]:
    length = len(prefix_of(date.max))
    may_come = or_(
        Return.shipment_state.in_(OPEN_STATES),
        Return.checked_at >= recently,
        Return.photos_coming > 0,
        Return.photos_absent > 0,
    )
    return (
        select(func.substr(Photo.key, 1, length))
        .join(Return, Return.id == Photo.return_id)
        .where(Photo.verified_at.is_(None), may_come)
        .where(Return.created_at >= clock.now() - timedelta(days=FORGOTTEN_DAYS))
        .distinct()
    )
