"""Days as the database compares them."""

from datetime import UTC, date, datetime


def first_of(day: date) -> datetime:
    """Give the first moment of a day, in UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
