"""Columns of what phones say they captured: lines, and which phone told of which shift."""

from sqlalchemy import BigInteger, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from qcportal import tenancy
from qcportal.db import At, Base, Id, Key, Line, MaybeAt, MaybeKey, Word


class ManifestLine(tenancy.TenantOwned, Base):
    """The bytes that one executive's phone says it captured for one photo.

    It stands for itself: no fact of the photo changes it, and it changes none. `told_at` and the
    three moments after it are ours: when we first heard of it, and by which way. `captured_at`,
    `tries`, `waiting_reason` (as of `said_at`) and what was discarded are the phone's word.
    `on_sheet` tells whether the photo was on the executive's run sheets; whose it is stays empty
    for a photo that we do not know.
    """

    __tablename__ = "manifest_lines"
    __table_args__ = tenancy.table_args(
        UniqueConstraint("executive_id", "photo_id", "sha256"),
        Index(None, "run_sheet_id"),
        Index(None, "photo_id"),
    )

    id: Mapped[Id]
    merchant_id: Mapped[MaybeKey] = mapped_column(  # type: ignore[assignment]
        ForeignKey("merchants.id"), nullable=True
    )
    executive_id: Mapped[Key] = mapped_column(ForeignKey("field_executives.id"))
    run_sheet_id: Mapped[Key] = mapped_column(ForeignKey("run_sheets.id"))
    device_id: Mapped[MaybeKey] = mapped_column(ForeignKey("devices.id"), default=None)
    photo_id: Mapped[Key]
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int] = mapped_column(BigInteger)
    on_sheet: Mapped[bool]
    told_at: Mapped[At]
    capture_at: Mapped[MaybeAt] = mapped_column(default=None)
    inspection_at: Mapped[MaybeAt] = mapped_column(default=None)
    manifest_at: Mapped[MaybeAt] = mapped_column(default=None)
    captured_at: Mapped[MaybeAt] = mapped_column(default=None)
    said_at: Mapped[MaybeAt] = mapped_column(default=None)
    tries: Mapped[int] = mapped_column(default=0)
    waiting_reason: Mapped[Word | None] = mapped_column(default=None)
    discarded_at: Mapped[MaybeAt] = mapped_column(default=None)
    discard_reason: Mapped[Line | None] = mapped_column(default=None)


class ShiftReport(Base):
    """That one phone told of one shift (the run sheet), and whether it said that this was all.

    `closed_at` is when its first final manifest came. `unreadable` is the largest number of lines
    of one manifest that could not be read.
    """

    __tablename__ = "shift_reports"
    __table_args__ = (UniqueConstraint("run_sheet_id", "device_id"),)

    id: Mapped[Id]
    run_sheet_id: Mapped[Key] = mapped_column(ForeignKey("run_sheets.id"))
    device_id: Mapped[Key] = mapped_column(ForeignKey("devices.id"))
    first_at: Mapped[At]
    last_at: Mapped[At]
    closed_at: Mapped[MaybeAt] = mapped_column(default=None)
    unreadable: Mapped[int] = mapped_column(default=0)
