"""drafts of rulebooks"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

FENCE = (
    "CASE current_setting('app.tenant', true) WHEN '*' THEN true "
    "ELSE merchant_id::text = current_setting('app.tenant', true) END"
)


def upgrade() -> None:
    op.create_table(
        "rulebook_drafts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("merchant_id", sa.Uuid(), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("base_version", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("previous", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("undo", sa.String(length=300), nullable=False),
        sa.Column("saved_from", sa.String(length=40), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_by", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(
            ["merchant_id"], ["merchants.id"], name=op.f("fk_rulebook_drafts_merchant_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rulebook_drafts")),
        sa.UniqueConstraint("merchant_id", name=op.f("uq_rulebook_drafts_merchant_id")),
    )
    op.create_index(op.f("ix_rulebook_drafts_merchant_id"), "rulebook_drafts", ["merchant_id"])
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE rulebook_drafts ENABLE ROW LEVEL SECURITY")
        op.execute("ALTER TABLE rulebook_drafts FORCE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY tenant ON rulebook_drafts USING ({FENCE}) WITH CHECK ({FENCE})"
        )


def downgrade() -> None:
    op.drop_table("rulebook_drafts")
