"""reviews by merchants, overrides by admins"""

import sqlalchemy as sa
from alembic import op

from qcportal import tenancy

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

FENCE = (
    "CASE current_setting('app.tenant', true) WHEN '*' THEN true "
    "ELSE merchant_id::text = current_setting('app.tenant', true) END"
)
DECIDED = (
    ("inspected_verdict", sa.String(length=40)),
    ("decided_by", sa.String(length=40)),
    ("decided_by_name", sa.String(length=300)),
    ("decided_note", sa.Text()),
    ("decided_at", sa.DateTime(timezone=True)),
)


def upgrade() -> None:
    with tenancy.system("migration 0006"):
        _change_rows()
    _create_reviews()
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE reviews ENABLE ROW LEVEL SECURITY")
        op.execute("ALTER TABLE reviews FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY tenant ON reviews USING ({FENCE}) WITH CHECK ({FENCE})")


def _change_rows() -> None:
    with op.batch_alter_table("inspection_answers") as batch:
        batch.alter_column("app_result", existing_type=sa.String(length=40), nullable=True)
    op.add_column(
        "return_items", sa.Column("units", sa.JSON(), nullable=False, server_default="[]")
    )
    op.add_column("returns", sa.Column("source", sa.JSON(), nullable=False, server_default="{}"))
    op.add_column("returns", sa.Column("customer_return_count", sa.Integer(), nullable=True))
    for name, kind in DECIDED:
        op.add_column("return_items", sa.Column(name, kind, nullable=True))
    op.add_column(
        "return_items", sa.Column("decisions", sa.Integer(), nullable=False, server_default="0")
    )
    op.execute("UPDATE return_items SET inspected_verdict = verdict")


def downgrade() -> None:
    op.drop_table("reviews")
    op.drop_column("return_items", "decisions")
    for name, _ in reversed(DECIDED):
        op.drop_column("return_items", name)
    op.drop_column("returns", "customer_return_count")
    op.drop_column("returns", "source")
    op.drop_column("return_items", "units")
    with tenancy.system("migration 0006"):
        op.execute("UPDATE inspection_answers SET app_result = result WHERE app_result IS NULL")
        with op.batch_alter_table("inspection_answers") as batch:
            batch.alter_column("app_result", existing_type=sa.String(length=40), nullable=False)


def _create_reviews() -> None:
    op.create_table(
        "reviews",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("merchant_id", sa.Uuid(), nullable=False),
        sa.Column("return_id", sa.Uuid(), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decide_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("default_verdict", sa.String(length=40), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision", sa.String(length=40), nullable=True),
        sa.Column("decided_by", sa.String(length=40), nullable=True),
        sa.Column("decided_by_name", sa.String(length=300), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "default_verdict IN ('pass', 'fail')", name=op.f("ck_reviews_default_verdict")
        ),
        sa.CheckConstraint("decision IN ('accept', 'refuse')", name=op.f("ck_reviews_decision")),
        sa.CheckConstraint(
            "decided_by IN ('merchant', 'default', 'admin')", name=op.f("ck_reviews_decided_by")
        ),
        sa.CheckConstraint(
            "(decided_at IS NULL) = (decision IS NULL)", name=op.f("ck_reviews_decided_once")
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id"], ["merchants.id"], name=op.f("fk_reviews_merchant_id")
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id", "return_id"],
            ["returns.merchant_id", "returns.id"],
            name=op.f("fk_reviews_merchant_id_return_id"),
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id", "item_id"],
            ["return_items.merchant_id", "return_items.id"],
            name=op.f("fk_reviews_merchant_id_item_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviews")),
        sa.UniqueConstraint("item_id", name=op.f("uq_reviews_item_id")),
    )
    for columns in (
        ["return_id"],
        ["merchant_id", "decided_at", "decide_by"],
        ["decided_at", "decide_by"],
    ):
        op.create_index(op.f(f"ix_reviews_{'_'.join(columns)}"), "reviews", columns)
