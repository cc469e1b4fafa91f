"""whether a person uses single keys on the pages"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    column = sa.Column("single_keys", sa.Boolean(), nullable=False, server_default=sa.true())
    op.add_column("users", column)


def downgrade() -> None:
    op.drop_column("users", "single_keys")
