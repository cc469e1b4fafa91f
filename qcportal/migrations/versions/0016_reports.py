"""reports: what was checked, counted by merchant, day and dimension"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

FENCE = (
    "CASE current_setting('app.tenant', true) WHEN '*' THEN true "
    "ELSE merchant_id::text = current_setting('app.tenant', true) END"
)
COUNTS = (
    "checked", "passed", "failed", "answers", "timed", "timed_answers", "seconds", "photos",
    "retaken", "disputed", "upheld", "partly", "declined",
)  # fmt: skip


def upgrade() -> None:
    op.create_table(
        "report_days",
        sa.Column("merchant_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("dimension", sa.String(length=40), nullable=False),
        sa.Column("value", sa.String(length=300), nullable=False),
        sa.Column("label", sa.String(length=300), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in COUNTS),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["merchant_id"], ["merchants.id"], name=op.f("fk_report_days_merchant_id")
        ),
        sa.PrimaryKeyConstraint(
            "merchant_id", "day", "dimension", "value", name=op.f("pk_report_days")
        ),
    )
    op.create_index(
        op.f("ix_report_days_merchant_id_dimension_day"),
        "report_days",
        ["merchant_id", "dimension", "day"],
    )
    op.create_index(op.f("ix_report_days_dimension_day"), "report_days", ["dimension", "day"])
    op.create_index(
        op.f("ix_returns_merchant_id_checked_at"), "returns", ["merchant_id", "checked_at"]
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE report_days ENABLE ROW LEVEL SECURITY")
        op.execute("ALTER TABLE report_days FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY tenant ON report_days USING ({FENCE}) WITH CHECK ({FENCE})")


def downgrade() -> None:
    op.drop_index(op.f("ix_returns_merchant_id_checked_at"), table_name="returns")
    op.drop_table("report_days")
