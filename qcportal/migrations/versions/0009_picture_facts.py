"""what pictures show: measured, not to be opened, and what the app accepted"""

import sqlalchemy as sa
from alembic import op

from qcportal import tenancy

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

NOT_LOOKED_AT = sa.text("pictured_at IS NULL AND stored_at IS NOT NULL")
UNREADABLE = sa.text("unreadable_at IS NOT NULL")
MEASURED = {
    "sqlite": "json_extract(arrivals.image, '$.width') IS NOT NULL",
    "postgresql": "arrivals.image->>'width' IS NOT NULL",
}
MEASURES = {
    "sqlite": "json_remove(arrivals.image, '$.thumbnails', '$.width', '$.height')",
    "postgresql": "(arrivals.image::jsonb - 'thumbnails' - 'width' - 'height')::json",
}


def upgrade() -> None:
    for column in (
        sa.Column("unreadable_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("unreadable_reason", sa.String(length=300), nullable=True),
        sa.Column("picture", sa.JSON(), nullable=False, server_default="{}"),
        sa.Column("pictured_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("claimed_tries", sa.Integer(), nullable=True),
        sa.Column("accepted_flags", sa.JSON(), nullable=False, server_default="[]"),
    ):
        op.add_column("photos", column)
    with tenancy.system("migration 0009"):
        _take_over()
    op.create_index(
        "ix_photos_not_looked_at",
        "photos",
        ["stored_at"],
        postgresql_where=NOT_LOOKED_AT,
        sqlite_where=NOT_LOOKED_AT,
    )
    op.create_index(
        op.f("ix_photos_unreadable_at_id"),
        "photos",
        ["unreadable_at", "id"],
        postgresql_where=UNREADABLE,
        sqlite_where=UNREADABLE,
    )


def _take_over() -> None:
    """Copy what was measured already; what was not is measured by the reconciler."""
    dialect = op.get_bind().dialect.name
    pinned = (
        "arrivals.bucket = photos.bucket AND arrivals.key = photos.key "
        f"AND arrivals.version_id = photos.version_id AND {MEASURED[dialect]}"
    )
    op.execute(
        f"UPDATE photos SET "
        f"picture = (SELECT {MEASURES[dialect]} FROM arrivals WHERE {pinned}), "
        f"pictured_at = (SELECT arrivals.received_at FROM arrivals WHERE {pinned}) "
        f"WHERE EXISTS (SELECT 1 FROM arrivals WHERE {pinned})"
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_photos_unreadable_at_id"), table_name="photos")
    op.drop_index("ix_photos_not_looked_at", table_name="photos")
    for name in (
        "accepted_flags",
        "claimed_tries",
        "pictured_at",
        "picture",
        "unreadable_reason",
        "unreadable_at",
    ):
        op.drop_column("photos", name)
