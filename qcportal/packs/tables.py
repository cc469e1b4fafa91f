"""Columns of shared links, and of the checksums that archives need."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from qcportal import clock, tenancy
from qcportal.db import At, Base, Id, Key, Line, MaybeAt, Word
from qcportal.history import Actor


class SharedLink(tenancy.TenantOwned, Base):
    """A link by which anybody gets one return's pack until it ends; only its hash is kept.

    `note` says for whom it was made. Every opening is an event of the link's own chain.
    """

    __tablename__ = "shared_links"
    __table_args__ = tenancy.table_args(
        ForeignKeyConstraint(["merchant_id", "return_id"], ["returns.merchant_id", "returns.id"]),
        UniqueConstraint("merchant_id", "id"),
        Index(None, "merchant_id", "return_id", "created_at"),
    )

    id: Mapped[Id]
    return_id: Mapped[Key]
    prefix: Mapped[Word] = mapped_column(unique=True)
    secret_hash: Mapped[Line]
    note: Mapped[Line] = mapped_column(default="")
    created_at: Mapped[At]
    created_by: Mapped[Line]
    expires_at: Mapped[At]
    revoked_at: Mapped[MaybeAt] = mapped_column(default=None)
    revoked_by: Mapped[Line] = mapped_column(default="")
    openings: Mapped[int] = mapped_column(default=0)
    opened_at: Mapped[MaybeAt] = mapped_column(default=None)

    def is_alive(self, at: datetime | None = None) -> bool:
        """Tell whether it opens anything."""
        return self.revoked_at is None and self.expires_at > (at or clock.now())

    @property
    def actor(self) -> Actor:
        """Give whoever holds the link as an actor of the history."""
        return Actor("link", str(self.id), f"Shared link {self.prefix}")


class FileChecksum(tenancy.TenantOwned, Base):
    """The CRC-32 of one version in the bucket, which a ZIP names before the file itself.

    It is found when a pack reads the file for the first time, and the bytes were then those of
    the digest.
    """

    __tablename__ = "file_checksums"
    __table_args__ = tenancy.table_args(
        ForeignKeyConstraint(["merchant_id", "photo_id"], ["photos.merchant_id", "photos.id"]),
    )

    photo_id: Mapped[Key] = mapped_column(primary_key=True)
    version_id: Mapped[Line]
    crc32: Mapped[int] = mapped_column(BigInteger)
    checked_at: Mapped[At]
