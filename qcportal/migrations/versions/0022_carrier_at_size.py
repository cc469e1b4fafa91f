"""days of all merchants together, and indexes by which the carrier's pages cost the same"""

import sqlalchemy as sa
from alembic import op

from qcportal import tenancy

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

FENCE = "current_setting('app.tenant', true) = '*'"
COUNTS = (
    "checked", "passed", "failed", "answers", "timed", "timed_answers", "seconds", "photos",
    "retaken", "disputed", "upheld", "partly", "declined",
)  # fmt: skip
BY_CITY = "ix_returns_city_activity_at_id"
WIDER = (
    ("returns", ["merchant_id", "city", "activity_at", "id"], ["verdict"],
     ["verdict", "return_reason"]),
    ("returns", ["merchant_id", "executive_name", "activity_at", "id"], ["verdict"],
     ["verdict", "city", "return_reason"]),
    ("return_items", ["merchant_id", "sku_key"], [], ["return_id", "position"]),
    ("return_items", ["sku_key"], [], ["return_id", "position", "merchant_id"]),
    ("returns", ["verdict", "activity_at", "id"], [], ["merchant_id"]),
)  # fmt: skip
"""Indexes of lists and searches: their columns, what they knew beside them, what they know."""
OWNER = ["merchant_id"]
"""Beside the carrier's indexes: row level security asks for it, and would read the rows for it."""
LACKING, BY_LACKING = "photos_absent > 0 OR photos_coming > 0", "ix_returns_lacking"
IN_LISTS = [
    "photos_absent", "photos_coming", "coming_since", "city", "return_reason", "executive_name",
]  # fmt: skip
WITH_COMING = ["activity_at", "city", "return_reason", "executive_name", "photos_absent", "id"]
COMING = (
    ("ix_returns_own_coming", ["merchant_id", "coming_since"], WITH_COMING),
    ("ix_returns_coming", ["coming_since"], WITH_COMING + OWNER),
)
OF_ALL = "ix_report_days_all"


def upgrade() -> None:
    op.create_index(
        op.f(BY_CITY),
        "returns",
        ["city", "activity_at", "id"],
        postgresql_include=["verdict", *OWNER],
    )
    for table, columns, _, now in WIDER:
        _include(table, columns, now)
    _include_lacking(IN_LISTS + OWNER)
    for name, columns, beside in COMING:
        op.create_index(
            name,
            "returns",
            columns,
            postgresql_include=beside,
            postgresql_where=sa.text("photos_coming > 0"),
            sqlite_where=sa.text("photos_coming > 0"),
        )
    op.create_index(
        OF_ALL,
        "report_days",
        ["day", "merchant_id"],
        postgresql_include=list(COUNTS),
        postgresql_where=sa.text("dimension = 'all'"),
        sqlite_where=sa.text("dimension = 'all'"),
    )
    op.create_table(
        "carrier_days",
        sa.Column("dimension", sa.String(length=40), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("value", sa.String(length=300), nullable=False),
        sa.Column("label", sa.String(length=300), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in COUNTS),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("dimension", "days", "day", "value", name=op.f("pk_carrier_days")),
    )
    with tenancy.system("migration 0022"):
        _add_up()
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE carrier_days ENABLE ROW LEVEL SECURITY")
        op.execute("ALTER TABLE carrier_days FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY carrier ON carrier_days USING ({FENCE}) WITH CHECK ({FENCE})")


def downgrade() -> None:
    op.drop_index(OF_ALL, table_name="report_days")
    for name, _, _ in COMING:
        op.drop_index(name, table_name="returns")
    for table, columns, before, _ in WIDER:
        _include(table, columns, before)
    _include_lacking(IN_LISTS)
    op.drop_index(op.f(BY_CITY), table_name="returns")
    op.drop_table("carrier_days")


def _include(table: str, columns: list[str], now: list[str]) -> None:
    """Make an index anew; SQLite has no such columns in its indexes."""
    if op.get_bind().dialect.name != "postgresql":
        return
    name = op.f(f"ix_{table}_{'_'.join(columns)}")
    op.drop_index(name, table_name=table)
    op.create_index(name, table, columns, postgresql_include=now)


def _include_lacking(now: list[str]) -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    op.drop_index(BY_LACKING, table_name="returns")
    op.create_index(
        BY_LACKING,
        "returns",
        ["activity_at", "id"],
        postgresql_include=now,
        postgresql_where=sa.text(LACKING),
    )


def _add_up() -> None:
    """Add up what was counted of each merchant, so that no page waits for the worker."""
    names, sums = ", ".join(COUNTS), ", ".join(f"SUM({name})" for name in COUNTS)
    monday = "date(day, 'weekday 0', '-6 days')"
    if op.get_bind().dialect.name == "postgresql":
        monday = "date_trunc('week', day)::date"
    for days, first in ((1, "day"), (7, monday)):
        op.execute(
            f"INSERT INTO carrier_days (days, day, dimension, value, label, counted_at, {names}) "
            f"SELECT {days}, {first}, dimension, value, MAX(label), MAX(counted_at), {sums} "
            "FROM report_days GROUP BY 2, 3, 4 ORDER BY 2, 3, 4"
        )
