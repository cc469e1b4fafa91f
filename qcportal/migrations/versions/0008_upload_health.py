"""what the page of upload health counts: hours, measurements, and indexes over what is open"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

PARTIAL = (
    ("photos", "captured_reported_at", "captured_reported_at IS NOT NULL AND verified_at IS NULL"),
    ("photos", "stored_at", "stored_at IS NOT NULL AND captured_reported_at IS NULL"),
    ("photos", "refused_at", "refused_at IS NOT NULL"),
    ("photos", "conflict_at", "conflict_at IS NOT NULL"),
    ("returns", "checked_at", "photos_absent > 0"),
)


def upgrade() -> None:
    op.create_table(
        "upload_hours",
        sa.Column("start", sa.DateTime(timezone=True), nullable=False),
        sa.Column("here", sa.Integer(), nullable=False),
        sa.Column("latencies", sa.JSON(), nullable=False),
        sa.Column("told", sa.Integer(), nullable=False),
        sa.Column("healed", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("start", name=op.f("pk_upload_hours")),
    )
    op.create_table(
        "upload_measures",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("fault", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_upload_measures")),
    )
    _create_shifts()
    op.create_index(op.f("ix_photos_captured_reported_at"), "photos", ["captured_reported_at"])
    for table, column, where in PARTIAL:
        name = op.f(f"ix_{table}_{column}_id")
        kept = sa.text(where)
        op.create_index(name, table, [column, "id"], postgresql_where=kept, sqlite_where=kept)


def downgrade() -> None:
    for table, column, _ in PARTIAL:
        op.drop_index(op.f(f"ix_{table}_{column}_id"), table_name=table)
    op.drop_index(op.f("ix_photos_captured_reported_at"), table_name="photos")
    op.drop_table("upload_shifts")
    op.drop_table("upload_measures")
    op.drop_table("upload_hours")


def _create_shifts() -> None:
    numbers = (
        "captured", "discarded", "verified", "held", "waiting", "lost", "unreadable", "unclaimed",
    )  # fmt: skip
    op.create_table(
        "upload_shifts",
        sa.Column("run_sheet_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("executive_id", sa.Uuid(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in numbers),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["run_sheet_id"], ["run_sheets.id"], name=op.f("fk_upload_shifts_run_sheet_id")
        ),
        sa.ForeignKeyConstraint(
            ["executive_id"],
            ["field_executives.id"],
            name=op.f("fk_upload_shifts_executive_id"),
        ),
        sa.PrimaryKeyConstraint("run_sheet_id", name=op.f("pk_upload_shifts")),
    )
    op.create_index(op.f("ix_upload_shifts_day"), "upload_shifts", ["day"])
