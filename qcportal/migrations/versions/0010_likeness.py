"""prints of photos, and findings about photos that are used twice or cannot be right"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

TABLES = ("likeness_prints", "likeness_waiting", "likeness_findings")
FENCE = "current_setting('app.tenant', true) = '*'"
BANDS = [f"band_{number}" for number in range(5)]
KINDS = "('same_bytes', 'near_duplicate', 'impossible_travel', 'impossible_time')"


def upgrade() -> None:
    _create_prints()
    _create_findings()
    op.create_index(op.f("ix_photos_device_id_captured_at"), "photos", ["device_id", "captured_at"])
    if op.get_bind().dialect.name == "postgresql":
        for table in TABLES:
            op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
            op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
            op.execute(f"CREATE POLICY carrier ON {table} USING ({FENCE}) WITH CHECK ({FENCE})")


def downgrade() -> None:
    op.drop_index(op.f("ix_photos_device_id_captured_at"), "photos")
    for table in ("likeness_sweeps", *reversed(TABLES)):
        op.drop_table(table)


def _create_prints() -> None:
    op.create_table(
        "likeness_prints",
        sa.Column("photo_id", sa.Uuid(), nullable=False),
        sa.Column("return_id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("high", sa.BigInteger(), nullable=True),
        sa.Column("low", sa.BigInteger(), nullable=True),
        sa.Column("frequencies", sa.BigInteger(), nullable=True),
        *(sa.Column(name, sa.Integer(), nullable=True) for name in BANDS),
        sa.ForeignKeyConstraint(
            ["photo_id"], ["photos.id"], name=op.f("fk_likeness_prints_photo_id")
        ),
        sa.PrimaryKeyConstraint("photo_id", name=op.f("pk_likeness_prints")),
    )
    for name in BANDS:
        columns = [name, "high", "low", "photo_id"]
        op.create_index(op.f(f"ix_likeness_prints_{'_'.join(columns)}"), "likeness_prints", columns)
    op.create_table(
        "likeness_waiting",
        sa.Column("photo_id", sa.Uuid(), nullable=False),
        sa.Column("return_id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=48), nullable=True),
        sa.Column("stage", sa.SmallInteger(), nullable=False),
        sa.Column("queued_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["photo_id"], ["photos.id"], name=op.f("fk_likeness_waiting_photo_id")
        ),
        sa.PrimaryKeyConstraint("photo_id", name=op.f("pk_likeness_waiting")),
    )
    op.create_index(
        op.f("ix_likeness_waiting_stage_queued_at"), "likeness_waiting", ["stage", "queued_at"]
    )
    op.create_table(
        "likeness_sweeps",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("after", sa.Uuid(), nullable=True),
        sa.Column("round_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_likeness_sweeps")),
    )


def _create_findings() -> None:
    op.create_table(
        "likeness_findings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.Uuid(), nullable=False),
        sa.Column("photo_id", sa.Uuid(), nullable=False),
        sa.Column("other_photo_id", sa.Uuid(), nullable=True),
        sa.Column("return_id", sa.Uuid(), nullable=False),
        sa.Column("other_return_id", sa.Uuid(), nullable=True),
        sa.Column("merchant_id", sa.Uuid(), nullable=False),
        sa.Column("other_merchant_id", sa.Uuid(), nullable=True),
        sa.Column("executive_id", sa.Uuid(), nullable=True),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_name", sa.String(length=300), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.CheckConstraint(f"kind IN {KINDS}", name=op.f("ck_likeness_findings_kind")),
        sa.CheckConstraint(
            "state IN ('open', 'dismissed', 'confirmed')", name=op.f("ck_likeness_findings_state")
        ),
        sa.CheckConstraint(
            "(decided_at IS NULL) = (state = 'open')",
            name=op.f("ck_likeness_findings_decided_once"),
        ),
        *(
            sa.ForeignKeyConstraint([name], [target], name=op.f(f"fk_likeness_findings_{name}"))
            for name, target in (
                ("photo_id", "photos.id"),
                ("other_photo_id", "photos.id"),
                ("executive_id", "field_executives.id"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_likeness_findings")),
        sa.UniqueConstraint("kind", "subject", name=op.f("uq_likeness_findings_kind_subject")),
    )
    for columns in (
        ["state", "found_at"],
        ["state", "score"],
        ["return_id"],
        ["other_return_id"],
        ["merchant_id"],
        ["executive_id"],
    ):
        op.create_index(
            op.f(f"ix_likeness_findings_{'_'.join(columns)}"), "likeness_findings", columns
        )
