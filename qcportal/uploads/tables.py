"""Columns of what the worker counts about uploads, so that no page has to count it."""

from datetime import date

from sqlalchemy import Date, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from qcportal.db import At, Base, Document, Key, MaybeAt, Prose, Word


class UploadHour(Base):
    """One clock hour of the carrier: a sum over photos, counted again as late facts come in.

    `here` are the photos first heard of in that hour that are verified and undisputed, and
    `latencies` how many of them took how long (see `latency`). `told` are the versions that we
    were told of in that hour, `healed` those of them that only the reconciler told.
    """

    __tablename__ = "upload_hours"

    start: Mapped[At] = mapped_column(primary_key=True)
    here: Mapped[int] = mapped_column(default=0)
    latencies: Mapped[Document] = mapped_column(default=dict)
    told: Mapped[int] = mapped_column(default=0)
    healed: Mapped[int] = mapped_column(default=0)


class UploadShift(Base):
    """One executive's day: what phones captured by their manifests, and what became of it.

    `waiting` is on the way or late, `held` is in S3 and not verified; `closed` tells whether the
    phones said that they told all. Counted again as facts come in.
    """

    __tablename__ = "upload_shifts"
    __table_args__ = (Index(None, "day"),)

    run_sheet_id: Mapped[Key] = mapped_column(ForeignKey("run_sheets.id"), primary_key=True)
    day: Mapped[date] = mapped_column(Date)
    executive_id: Mapped[Key] = mapped_column(ForeignKey("field_executives.id"))
    captured: Mapped[int] = mapped_column(default=0)
    discarded: Mapped[int] = mapped_column(default=0)
    verified: Mapped[int] = mapped_column(default=0)
    held: Mapped[int] = mapped_column(default=0)
    waiting: Mapped[int] = mapped_column(default=0)
    lost: Mapped[int] = mapped_column(default=0)
    unreadable: Mapped[int] = mapped_column(default=0)
    unclaimed: Mapped[int] = mapped_column(default=0)
    closed: Mapped[bool] = mapped_column(default=False)


class UploadMeasure(Base):
    """The last measurement of one kind: the value that was taken, and whether trying goes well.

    After a failure `fault` says why, and `value` stays the one of `taken_at`.
    """

    __tablename__ = "upload_measures"

    name: Mapped[Word] = mapped_column(primary_key=True)
    tried_at: Mapped[At]
    taken_at: Mapped[MaybeAt] = mapped_column(default=None)
    value: Mapped[Document] = mapped_column(default=dict)
    fault: Mapped[Prose | None] = mapped_column(default=None)
