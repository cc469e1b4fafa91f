"""in which language a person reads the pages"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("users", sa.Column("language", sa.String(length=40), nullable=True))


def downgrade() -> None:
    op.drop_column("users", "language")
