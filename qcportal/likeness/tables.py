"""Columns of prints, of photos still to be looked at, and of findings; the carrier's alone.

A print or a finding may be about several merchants' photos, so no merchant's scope reads any.
"""

from typing import Literal

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    SmallInteger,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from qcportal import tenancy
from qcportal.db import At, Base, Document, Id, Key, Line, MaybeAt, MaybeKey, Prose, Word
from qcportal.likeness.prints import BANDS

Kind = Literal["same_bytes", "near_duplicate", "impossible_travel", "impossible_time"]
Decision = Literal["dismissed", "confirmed"]
KINDS: tuple[Kind, ...] = ("same_bytes", "near_duplicate", "impossible_travel", "impossible_time")
STATES = ("open", "dismissed", "confirmed")
NEW, INDEXED, COMPARED = 0, 1, 2
BAND_NAMES = tuple(f"band_{number}" for number in range(BANDS))


class PrintRow(Base):
    """What one photo looks like, and the bands it is looked up by; each index holds the whole hash.

    A photo without a hash, or of a bare surface, has no bands: only its bytes are compared.
    """

    __tablename__ = "likeness_prints"
    __table_args__ = tenancy.carrier_args(
        *(Index(None, name, "high", "low", "photo_id") for name in BAND_NAMES)
    )

    photo_id: Mapped[Key] = mapped_column(ForeignKey("photos.id"), primary_key=True)
    return_id: Mapped[Key]
    sha256: Mapped[str] = mapped_column(String(64))
    high: Mapped[int | None] = mapped_column(BigInteger)
    low: Mapped[int | None] = mapped_column(BigInteger)
    frequencies: Mapped[int | None] = mapped_column(BigInteger)
    band_0: Mapped[int | None]
    band_1: Mapped[int | None]
    band_2: Mapped[int | None]
    band_3: Mapped[int | None]
    band_4: Mapped[int | None]


class WaitingPrint(Base):
    """A photo whose picture is known and that is still to be looked at.

    `stage` is NEW until its print is in the index, INDEXED until it was compared, and COMPARED
    until the phone's claims about it were checked; then the row goes.
    """

    __tablename__ = "likeness_waiting"
    __table_args__ = tenancy.carrier_args(Index(None, "stage", "queued_at"))

    photo_id: Mapped[Key] = mapped_column(ForeignKey("photos.id"), primary_key=True)
    return_id: Mapped[Key]
    sha256: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str | None] = mapped_column(String(48))
    stage: Mapped[int] = mapped_column(SmallInteger)
    queued_at: Mapped[At]


class Sweep(Base):
    """How far the search for photos without a print has come; one row."""

    __tablename__ = "likeness_sweeps"

    name: Mapped[Word] = mapped_column(primary_key=True)
    after: Mapped[MaybeKey]
    round_at: Mapped[At]


class Finding(Base):
    """Something about a photo, or about two, that people should look at; nothing follows by itself.

    `photo_id` is the later photo and `other_photo_id` the earlier one, or none where one photo
    contradicts itself. `subject` (a photo, or a return for claims) has one finding of a kind.
    """

    __tablename__ = "likeness_findings"
    __table_args__ = tenancy.carrier_args(
        UniqueConstraint("kind", "subject"),
        Index(None, "state", "found_at"),
        Index(None, "state", "score"),
        Index(None, "return_id"),
        Index(None, "other_return_id"),
        Index(None, "merchant_id"),
        Index(None, "executive_id"),
        CheckConstraint(f"kind IN {KINDS}", name="kind"),
        CheckConstraint(f"state IN {STATES}", name="state"),
        CheckConstraint("(decided_at IS NULL) = (state = 'open')", name="decided_once"),
    )

    id: Mapped[Id]
    kind: Mapped[Word]
    subject: Mapped[Key]
    photo_id: Mapped[Key] = mapped_column(ForeignKey("photos.id"))
    other_photo_id: Mapped[MaybeKey] = mapped_column(ForeignKey("photos.id"))
    return_id: Mapped[Key]
    other_return_id: Mapped[MaybeKey]
    merchant_id: Mapped[Key]
    other_merchant_id: Mapped[MaybeKey]
    executive_id: Mapped[MaybeKey] = mapped_column(ForeignKey("field_executives.id"))
    score: Mapped[int]
    facts: Mapped[Document]
    found_at: Mapped[At]
    state: Mapped[Word] = mapped_column(default="open")
    decided_at: Mapped[MaybeAt] = mapped_column(default=None)
    decided_by_name: Mapped[Line | None] = mapped_column(default=None)
    note: Mapped[Prose] = mapped_column(default="")
