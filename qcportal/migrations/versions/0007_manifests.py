"""manifests: what phones say they captured, and what they announced before"""

import sqlalchemy as sa
from alembic import op

from qcportal import tenancy

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

FENCE = (
    "CASE current_setting('app.tenant', true) WHEN '*' THEN true "
    "ELSE merchant_id::text = current_setting('app.tenant', true) END"
)
# Every photo that was announced has a line, so that earlier days are counted like later ones.
ANNOUNCED = """
INSERT INTO manifest_lines (id, merchant_id, executive_id, run_sheet_id, device_id, photo_id,
    sha256, size, on_sheet, told_at, capture_at, captured_at, tries)
SELECT photos.id, photos.merchant_id, run_sheets.executive_id, run_sheets.id, devices.id, photos.id,
    photos.claimed_sha256, photos.claimed_bytes, true, photos.captured_reported_at,
    photos.captured_reported_at, photos.captured_at, 0
FROM photos
JOIN returns ON returns.id = photos.return_id
JOIN run_sheets ON run_sheets.id = returns.run_sheet_id
LEFT JOIN devices ON devices.id = photos.device_id
WHERE photos.claimed_sha256 IS NOT NULL
"""


def upgrade() -> None:
    _create_lines()
    _create_reports()
    with tenancy.system("migration 0007"):
        op.execute(ANNOUNCED)
    op.create_index(
        "ix_photos_unannounced",
        "photos",
        ["return_id"],
        postgresql_where=sa.text("stored_at IS NOT NULL AND captured_reported_at IS NULL"),
        sqlite_where=sa.text("stored_at IS NOT NULL AND captured_reported_at IS NULL"),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE manifest_lines ENABLE ROW LEVEL SECURITY")
        op.execute("ALTER TABLE manifest_lines FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY tenant ON manifest_lines USING ({FENCE}) WITH CHECK ({FENCE})")


def downgrade() -> None:
    op.drop_index("ix_photos_unannounced", "photos")
    op.drop_table("shift_reports")
    op.drop_table("manifest_lines")


def _create_lines() -> None:
    op.create_table(
        "manifest_lines",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("merchant_id", sa.Uuid(), nullable=True),
        sa.Column("executive_id", sa.Uuid(), nullable=False),
        sa.Column("run_sheet_id", sa.Uuid(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=True),
        sa.Column("photo_id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("on_sheet", sa.Boolean(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("capture_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("inspection_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("manifest_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("captured_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("waiting_reason", sa.String(length=40), nullable=True),
        sa.Column("discarded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("discard_reason", sa.String(length=300), nullable=True),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{table}.id"], name=op.f(f"fk_manifest_lines_{column}")
            )
            for column, table in (
                ("merchant_id", "merchants"),
                ("executive_id", "field_executives"),
                ("run_sheet_id", "run_sheets"),
                ("device_id", "devices"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_manifest_lines")),
        sa.UniqueConstraint(
            "executive_id",
            "photo_id",
            "sha256",
            name=op.f("uq_manifest_lines_executive_id_photo_id_sha256"),
        ),
    )
    for column in ("run_sheet_id", "photo_id"):
        op.create_index(op.f(f"ix_manifest_lines_{column}"), "manifest_lines", [column])


def _create_reports() -> None:
    op.create_table(
        "shift_reports",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("run_sheet_id", sa.Uuid(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("unreadable", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["run_sheet_id"], ["run_sheets.id"], name=op.f("fk_shift_reports_run_sheet_id")
        ),
        sa.ForeignKeyConstraint(
            ["device_id"], ["devices.id"], name=op.f("fk_shift_reports_device_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shift_reports")),
        sa.UniqueConstraint(
            "run_sheet_id", "device_id", name=op.f("uq_shift_reports_run_sheet_id_device_id")
        ),
    )
