"""Columns of photos and of arrivals."""

from sqlalchemy import (
    BigInteger,
    Float,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from qcportal import tenancy
from qcportal.db import (
    At,
    Base,
    Document,
    Id,
    Key,
    Line,
    MaybeAt,
    MaybeKey,
    Prose,
    Word,
    partial_index,
)

UNANNOUNCED = text("stored_at IS NOT NULL AND captured_reported_at IS NULL")
OUTCOMES = ("verified", "stored", "already", "refused", "conflict", "parked", "gone", "probe")
PROBES = "u/doctor/"
"""Where the doctor's own uploads lie. No photo does; what was told of them ends as `probe`."""

NOT_LOOKED_AT = text("pictured_at IS NULL AND stored_at IS NOT NULL")


class Photo(tenancy.TenantOwned, Base):
    """One expected file: what is wanted of it, and the facts, each of which is set once.

    `claimed_*` is what the phone announced, `sha256` and `size` what the pinned version in the
    bucket really is. `picture` is what was measured of that version, once it was (`pictured_at`).
    """

    __tablename__ = "photos"
    __table_args__ = tenancy.table_args(
        ForeignKeyConstraint(["merchant_id", "return_id"], ["returns.merchant_id", "returns.id"]),
        ForeignKeyConstraint(
            ["merchant_id", "item_id"], ["return_items.merchant_id", "return_items.id"]
        ),
        UniqueConstraint("merchant_id", "id"),
        UniqueConstraint("return_id", "slot"),
        UniqueConstraint("bucket", "key"),
        Index(None, "return_id", "position"),
        Index(None, "claimed_sha256"),
        Index(None, "sha256"),
        Index(
            "ix_photos_unannounced",
            "return_id",
            postgresql_where=UNANNOUNCED,
            sqlite_where=UNANNOUNCED,
        ),
        Index(
            "ix_photos_not_looked_at",
            "stored_at",
            postgresql_where=NOT_LOOKED_AT,
            sqlite_where=NOT_LOOKED_AT,
        ),
        partial_index("captured_reported_at", where="verified_at IS NOT NULL"),
        partial_index(
            "captured_reported_at",
            "id",
            where="captured_reported_at IS NOT NULL AND verified_at IS NULL",
        ),
        partial_index(
            "stored_at", "id", where="stored_at IS NOT NULL AND captured_reported_at IS NULL"
        ),
        partial_index("refused_at", "id", where="refused_at IS NOT NULL"),
        partial_index("conflict_at", "id", where="conflict_at IS NOT NULL"),
        partial_index("unreadable_at", "id", where="unreadable_at IS NOT NULL"),
        Index(None, "device_id", "captured_at"),
    )

    id: Mapped[Id]
    return_id: Mapped[Key]
    item_id: Mapped[MaybeKey]
    check_key: Mapped[Word | None]
    slot: Mapped[Word]
    title: Mapped[Line]
    position: Mapped[int]
    purpose: Mapped[Word]
    required: Mapped[bool]
    kind: Mapped[Word]
    content_type: Mapped[Line]
    min_bytes: Mapped[int] = mapped_column(BigInteger)
    max_bytes: Mapped[int] = mapped_column(BigInteger)
    bucket: Mapped[Line]
    key: Mapped[str] = mapped_column(String(500))

    expected_at: Mapped[At]
    form_issued_at: Mapped[MaybeAt] = mapped_column(default=None)
    captured_at: Mapped[MaybeAt] = mapped_column(default=None)
    captured_reported_at: Mapped[MaybeAt] = mapped_column(default=None)
    stored_at: Mapped[MaybeAt] = mapped_column(default=None)
    verified_at: Mapped[MaybeAt] = mapped_column(default=None)
    refused_at: Mapped[MaybeAt] = mapped_column(default=None)
    refused_reason: Mapped[Line | None] = mapped_column(default=None)
    conflict_at: Mapped[MaybeAt] = mapped_column(default=None)
    unreadable_at: Mapped[MaybeAt] = mapped_column(default=None)
    unreadable_reason: Mapped[Line | None] = mapped_column(default=None)

    claimed_sha256: Mapped[str | None] = mapped_column(String(64), default=None)
    claimed_bytes: Mapped[int | None] = mapped_column(BigInteger, default=None)
    thumbhash: Mapped[bytes | None] = mapped_column(LargeBinary(40), default=None)
    width: Mapped[int | None] = mapped_column(default=None)
    height: Mapped[int | None] = mapped_column(default=None)
    latitude: Mapped[float | None] = mapped_column(Float, default=None)
    longitude: Mapped[float | None] = mapped_column(Float, default=None)
    accuracy_m: Mapped[float | None] = mapped_column(Float, default=None)
    mock_location: Mapped[bool | None] = mapped_column(default=None)
    claimed_tries: Mapped[int | None] = mapped_column(default=None)
    accepted_flags: Mapped[Document] = mapped_column(default=list)
    device_id: Mapped[MaybeKey] = mapped_column(default=None)

    version_id: Mapped[Line | None] = mapped_column(default=None)
    sha256: Mapped[str | None] = mapped_column(String(64), default=None)
    size: Mapped[int | None] = mapped_column(BigInteger, default=None)
    thumbnails: Mapped[Document] = mapped_column(default=list)
    picture: Mapped[Document] = mapped_column(default=dict)
    pictured_at: Mapped[MaybeAt] = mapped_column(default=None)


class ArrivalRow(Base):
    """One version of one object in the bucket, as the relay or the reconciler told us.

    No tenant owns it: whose it is turns out when its photo is found.
    """

    __tablename__ = "arrivals"
    __table_args__ = (
        UniqueConstraint("bucket", "key", "version_id"),
        Index(None, "photo_id"),
        Index(None, "outcome", "received_at"),
        Index(None, "sha256"),
    )

    id: Mapped[Id]
    photo_id: Mapped[MaybeKey] = mapped_column(default=None)
    bucket: Mapped[Line]
    key: Mapped[str] = mapped_column(String(1100))
    version_id: Mapped[Line]
    sequencer: Mapped[Line]
    place: Mapped[int | None] = mapped_column(default=None)
    outcome: Mapped[Word]
    reason: Mapped[Prose | None] = mapped_column(default=None)
    size: Mapped[int] = mapped_column(BigInteger)
    content_type: Mapped[Line]
    sha256: Mapped[str | None] = mapped_column(String(64))
    sha256_source: Mapped[Word]
    declared_sha256: Mapped[str | None] = mapped_column(String(64))
    user_metadata: Mapped[Document]
    image: Mapped[Document]
    stored_at: Mapped[At]
    received_at: Mapped[At]
    source: Mapped[Word]
