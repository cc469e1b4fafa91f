"""Columns of what the worker counts about days, so that no report has to read the returns."""

from datetime import date
from typing import Any

from sqlalchemy import Date, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from qcportal import tenancy
from qcportal.db import At, Base, Key, Line, Word

DAY, WEEK = 1, 7
DIMENSIONS = ("all", "sku", "reason", "check", "city", "hub", "executive")


MEASURES = (
    "checked", "passed", "failed", "answers", "timed", "timed_answers", "seconds", "photos",
    "retaken", "disputed", "upheld", "partly", "declined",
)  # fmt: skip
OF_ALL: dict[str, Any] = {
    "postgresql_where": text("dimension = 'all'"),
    "sqlite_where": text("dimension = 'all'"),
    "postgresql_include": list(MEASURES),
}
"""What the sums of all merchants' days are read off, without the rows of their SKUs between."""


class Counts:
    """Column set: what was counted of one value, and when; `ReportDay` says what each means."""

    label: Mapped[Line] = mapped_column(default="")
    checked: Mapped[int] = mapped_column(default=0)
    passed: Mapped[int] = mapped_column(default=0)
    failed: Mapped[int] = mapped_column(default=0)
    answers: Mapped[int] = mapped_column(default=0)
    timed: Mapped[int] = mapped_column(default=0)
    timed_answers: Mapped[int] = mapped_column(default=0)
    seconds: Mapped[int] = mapped_column(default=0)
    photos: Mapped[int] = mapped_column(default=0)
    retaken: Mapped[int] = mapped_column(default=0)
    disputed: Mapped[int] = mapped_column(default=0)
    upheld: Mapped[int] = mapped_column(default=0)
    partly: Mapped[int] = mapped_column(default=0)
    declined: Mapped[int] = mapped_column(default=0)
    counted_at: Mapped[At]


class ReportDay(tenancy.TenantOwned, Counts, Base):
    """What was checked of a merchant on one day of its zone, seen along one dimension.

    `all` has one row; the others one per value that occurred. What is counted as checked is a
    return, along `sku` an item, and along `check` an answer. `passed` and `failed` leave out what
    is undecided. `seconds` are of the `timed` inspections whose time is believable, with
    `timed_answers` answers. Disputes count on the day of the check that they are about.
    """

    __tablename__ = "report_days"
    __table_args__ = tenancy.table_args(
        Index(None, "merchant_id", "dimension", "day"),
        Index(None, "dimension", "day"),
        Index("ix_report_days_all", "day", "merchant_id", **OF_ALL),
    )

    merchant_id: Mapped[Key] = mapped_column(ForeignKey("merchants.id"), primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    dimension: Mapped[Word] = mapped_column(primary_key=True)
    value: Mapped[Line] = mapped_column(primary_key=True)


class CarrierDay(Counts, Base):
    """What was checked of all merchants, each in its own zone: sums of `ReportDay`.

    `days` is 1 for a day, and 7 for the whole week that begins on it, a Monday. The carrier's pages
    read these: so what they read grows neither with the merchants nor with each day of a long time.
    """

    __tablename__ = "carrier_days"
    __table_args__ = tenancy.carrier_args()

    dimension: Mapped[Word] = mapped_column(primary_key=True)
    days: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    value: Mapped[Line] = mapped_column(primary_key=True)


ALONG = {
    "sku": ("checked", "passed", "failed"),
    "check": ("checked", "passed", "failed", "answers"),
}
"""Along these dimensions only so much is counted, and everything else is 0."""
