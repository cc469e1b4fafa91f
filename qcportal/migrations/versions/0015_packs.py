"""packs: shared links, and the checksums that archives need"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

FENCE = (
    "CASE current_setting('app.tenant', true) WHEN '*' THEN true "
    "ELSE merchant_id::text = current_setting('app.tenant', true) END"
)
TABLES = ("shared_links", "file_checksums")


def upgrade() -> None:
    _create_links()
    _create_checksums()
    if op.get_bind().dialect.name == "postgresql":
        for table in TABLES:
            op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
            op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
            op.execute(f"CREATE POLICY tenant ON {table} USING ({FENCE}) WITH CHECK ({FENCE})")


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def _create_links() -> None:
    op.create_table(
        "shared_links",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("merchant_id", sa.Uuid(), nullable=False),
        sa.Column("return_id", sa.Uuid(), nullable=False),
        sa.Column("prefix", sa.String(40), nullable=False),
        sa.Column("secret_hash", sa.String(300), nullable=False),
        sa.Column("note", sa.String(300), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(300), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_by", sa.String(300), nullable=False),
        sa.Column("openings", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shared_links")),
        sa.ForeignKeyConstraint(
            ["merchant_id"], ["merchants.id"], name=op.f("fk_shared_links_merchant_id")
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id", "return_id"],
            ["returns.merchant_id", "returns.id"],
            name=op.f("fk_shared_links_merchant_id_return_id"),
        ),
        sa.UniqueConstraint("merchant_id", "id", name=op.f("uq_shared_links_merchant_id_id")),
        sa.UniqueConstraint("prefix", name=op.f("uq_shared_links_prefix")),
    )
    op.create_index(
        op.f("ix_shared_links_merchant_id_return_id_created_at"),
        "shared_links",
        ["merchant_id", "return_id", "created_at"],
    )


def _create_checksums() -> None:
    op.create_table(
        "file_checksums",
        sa.Column("photo_id", sa.Uuid(), nullable=False),
        sa.Column("merchant_id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.String(300), nullable=False),
        sa.Column("crc32", sa.BigInteger(), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("photo_id", name=op.f("pk_file_checksums")),
        sa.ForeignKeyConstraint(
            ["merchant_id"], ["merchants.id"], name=op.f("fk_file_checksums_merchant_id")
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id", "photo_id"],
            ["photos.merchant_id", "photos.id"],
            name=op.f("fk_file_checksums_merchant_id_photo_id"),
        ),
    )
