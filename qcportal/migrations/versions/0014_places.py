"""a version's place within its second, beside the moment instead of in it"""

import sqlalchemy as sa
from alembic import op

from qcportal import tenancy

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

# The reconciler had told places as microseconds, which S3 does not tell.
SECOND = {
    "sqlite": "strftime('%Y-%m-%d %H:%M:%S.000000', stored_at)",
    "postgresql": "date_trunc('second', stored_at)",
}
PLACE = {
    "sqlite": "CAST(substr(stored_at || '.000000', 21, 6) AS INTEGER)",
    "postgresql": "CAST(extract(microseconds FROM stored_at) AS INTEGER) % 1000000",
}


def upgrade() -> None:
    op.add_column("arrivals", sa.Column("place", sa.Integer(), nullable=True))
    dialect = op.get_bind().dialect.name
    listed = "arrivals.source = 'reconciler' AND arrivals.sha256 IS NOT NULL"
    with tenancy.system("migration 0014"):
        op.execute(
            f"UPDATE photos SET stored_at = {SECOND[dialect]} WHERE EXISTS (SELECT 1 FROM arrivals"
            " WHERE arrivals.photo_id = photos.id AND arrivals.version_id = photos.version_id"
            f" AND {listed})"
        )
        op.execute(
            f"UPDATE arrivals SET place = {PLACE[dialect]}, stored_at = {SECOND[dialect]}"
            f" WHERE {listed}"
        )


def downgrade() -> None:
    op.drop_column("arrivals", "place")
