"""jobs of the carrier, over all merchants: they belong to none"""

import sqlalchemy as sa
from alembic import op

from qcportal import tenancy

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

STATES = "state IN ('waiting', 'running', 'done', 'failed', 'cancelled')"


def upgrade() -> None:
    _let_belong_to_none(True)


def downgrade() -> None:
    with tenancy.system("migration 0020"):
        op.execute("DELETE FROM jobs WHERE merchant_id IS NULL")
    _let_belong_to_none(False)


def _let_belong_to_none(nullable: bool) -> None:
    # SQLite copies the table, and would leave the constraint behind.
    state = sa.CheckConstraint(STATES, name=op.f("ck_jobs_state"))
    with (
        tenancy.system("migration 0020"),
        op.batch_alter_table("jobs", table_args=(state,)) as batch,
    ):
        batch.alter_column("merchant_id", existing_type=sa.Uuid(), nullable=nullable)
