"""indexes by which every filter of the returns costs the same at any size"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

BY_PEOPLE = sa.text("actor_kind = 'user'")
LACKING = sa.text("photos_absent > 0 OR photos_coming > 0")
IN_LISTS = [
    "photos_absent", "photos_coming", "coming_since", "city", "return_reason", "executive_name",
]  # fmt: skip
ADDED = (
    ("returns", ("merchant_id", "city", "activity_at", "id"), ["verdict"]),
    ("returns", ("merchant_id", "return_reason", "activity_at", "id"), ["verdict"]),
    ("returns", ("merchant_id", "executive_name", "activity_at", "id"), ["verdict"]),
    ("returns", ("verdict", "activity_at", "id"), []),
    ("returns", ("awb",), []),
    ("returns", ("order_key",), []),
    ("return_items", ("sku_key",), []),
    ("disputes", ("assigned_to", "waits_for", "decide_by"), []),
    ("disputes", ("claimed_by",), []),
)
GONE = (
    ("returns", ("merchant_id", "photos_coming", "activity_at")),
    ("returns", ("merchant_id", "photos_absent", "activity_at")),
)
OWN = ("merchant_id", "activity_at", "id")
OWN_EVENTS = ("merchant_id", "at", "id")
PARTIAL = (
    ("ix_returns_own_lacking", "returns", OWN, LACKING, IN_LISTS),
    ("ix_returns_lacking", "returns", ("activity_at", "id"), LACKING, IN_LISTS),
    ("ix_history_events_merchant_id_at_id", "history_events", OWN_EVENTS, BY_PEOPLE, []),
)
REPORTED = "ix_photos_captured_reported_at"
VERIFIED = sa.text("verified_at IS NOT NULL")


def upgrade() -> None:
    for table, columns, include in ADDED:
        op.create_index(_name(table, columns), table, columns, postgresql_include=include)
    for name, table, columns, where, include in PARTIAL:
        op.create_index(
            name,
            table,
            columns,
            postgresql_where=where,
            sqlite_where=where,
            postgresql_include=include,
        )
    for table, columns in GONE:
        op.drop_index(_name(table, columns), table_name=table)
    # Over all photos it was taken for the index of those that are not here, which is far smaller.
    op.drop_index(REPORTED, table_name="photos")
    op.create_index(
        REPORTED,
        "photos",
        ["captured_reported_at"],
        postgresql_where=VERIFIED,
        sqlite_where=VERIFIED,
    )


def downgrade() -> None:
    op.drop_index(REPORTED, table_name="photos")
    op.create_index(REPORTED, "photos", ["captured_reported_at"])
    for table, columns in GONE:
        op.create_index(_name(table, columns), table, columns)
    for name, table, *_ in PARTIAL:
        op.drop_index(name, table_name=table)
    for table, columns, _ in ADDED:
        op.drop_index(_name(table, columns), table_name=table)


def _name(table: str, columns: tuple[str, ...]) -> str:
    return op.f(f"ix_{table}_{'_'.join(columns)}")
