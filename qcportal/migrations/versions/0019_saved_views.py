"""saved views: the filters of a list under a name, of a person or of their side"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

TABLE = "saved_views"
FENCE = (
    "CASE current_setting('app.tenant', true) WHEN '*' THEN true "
    "ELSE merchant_id::text = current_setting('app.tenant', true) END"
)


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("merchant_id", sa.Uuid(), nullable=True),
        sa.Column("shelf", sa.Uuid(), nullable=False),
        sa.Column("list", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("key", sa.String(length=300), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("filters", sa.JSON(), nullable=False),
        sa.Column("saved_by", sa.String(length=300), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("place BETWEEN 1 AND 30", name=op.f(f"ck_{TABLE}_place")),
        sa.ForeignKeyConstraint(
            ["merchant_id"], ["merchants.id"], name=op.f(f"fk_{TABLE}_merchant_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TABLE}")),
        sa.UniqueConstraint("shelf", "list", "key", name=op.f(f"uq_{TABLE}_shelf_list_key")),
        sa.UniqueConstraint("shelf", "list", "place", name=op.f(f"uq_{TABLE}_shelf_list_place")),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"ALTER TABLE {TABLE} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {TABLE} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY tenant ON {TABLE} USING ({FENCE}) WITH CHECK ({FENCE})")


def downgrade() -> None:
    op.drop_table(TABLE)
