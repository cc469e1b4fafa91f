"""Columns of what the worker counts about uploads, so that no page has to count it."""

from sqlalchemy.orm import Mapped, mapped_column

from qcportal.db import At, Base, Document, MaybeAt, Prose, Word


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
