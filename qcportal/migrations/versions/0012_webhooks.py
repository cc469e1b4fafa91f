"""webhooks: endpoints, the outbox, deliveries and what was tried"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

FENCE = (
    "CASE current_setting('app.tenant', true) WHEN '*' THEN true "
    "ELSE merchant_id::text = current_setting('app.tenant', true) END"
)
TABLES = ("webhook_endpoints", "webhook_events", "webhook_deliveries", "webhook_attempts")


def upgrade() -> None:
    _create_endpoints()
    _create_events()
    _create_deliveries()
    _create_attempts()
    if op.get_bind().dialect.name == "postgresql":
        for table in TABLES:
            op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
            op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
            op.execute(f"CREATE POLICY tenant ON {table} USING ({FENCE}) WITH CHECK ({FENCE})")


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def _owned(table: str) -> tuple[sa.Constraint, ...]:
    return (
        sa.ForeignKeyConstraint(
            ["merchant_id"], ["merchants.id"], name=op.f(f"fk_{table}_merchant_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )


def _known_by_merchant(table: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint("merchant_id", "id", name=op.f(f"uq_{table}_merchant_id_id"))


def _of(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["merchant_id", column],
        [f"{other}.merchant_id", f"{other}.id"],
        name=op.f(f"fk_{table}_merchant_id_{column}"),
    )


def _ids() -> tuple[sa.Column, sa.Column]:
    return (
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("merchant_id", sa.Uuid(), nullable=False),
    )


def _moment(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _index(table: str, *columns: str) -> None:
    op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, list(columns))


def _create_endpoints() -> None:
    table = "webhook_endpoints"
    op.create_table(
        table,
        *_ids(),
        sa.Column("url", sa.String(length=1000), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("event_types", sa.JSON(), nullable=False),
        sa.Column("secret", sa.String(length=300), nullable=False),
        sa.Column("previous_secret", sa.String(length=300), nullable=True),
        _moment("previous_until", nullable=True),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("state_reason", sa.String(length=300), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        _moment("failing_since", nullable=True),
        _moment("delivered_at", nullable=True),
        sa.Column("created_by", sa.String(length=300), nullable=False),
        _moment("created_at"),
        sa.CheckConstraint("state IN ('active', 'paused', 'ended')", name=op.f(f"ck_{table}_state")),
        *_owned(table),
        _known_by_merchant(table),
    )


def _create_events() -> None:
    table = "webhook_events"
    op.create_table(
        table,
        *_ids(),
        sa.Column("type", sa.String(length=40), nullable=False),
        _moment("at"),
        sa.Column("subject", sa.Uuid(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("body", sa.Text(), nullable=True),
        *_owned(table),
        _known_by_merchant(table),
    )
    _index(table, "merchant_id", "at", "id")


def _create_deliveries() -> None:
    table = "webhook_deliveries"
    op.create_table(
        table,
        *_ids(),
        sa.Column("endpoint_id", sa.Uuid(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        _moment("next_at", nullable=True),
        _moment("give_up_at"),
        _moment("created_at"),
        _moment("ended_at", nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'held', 'delivered', 'dead')", name=op.f(f"ck_{table}_state")
        ),
        *_owned(table),
        _of(table, "endpoint_id", "webhook_endpoints"),
        _of(table, "event_id", "webhook_events"),
        _known_by_merchant(table),
        sa.UniqueConstraint(
            "endpoint_id", "event_id", name=op.f(f"uq_{table}_endpoint_id_event_id")
        ),
    )
    _index(table, "state", "next_at")
    _index(table, "endpoint_id", "id")
    _index(table, "endpoint_id", "state", "id")


def _create_attempts() -> None:
    table = "webhook_attempts"
    op.create_table(
        table,
        *_ids(),
        sa.Column("delivery_id", sa.Uuid(), nullable=False),
        _moment("at"),
        sa.Column("milliseconds", sa.Integer(), nullable=False),
        sa.Column("request_headers", sa.JSON(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("response_headers", sa.JSON(), nullable=False),
        sa.Column("response", sa.Text(), nullable=False),
        sa.Column("fault", sa.String(length=300), nullable=True),
        *_owned(table),
        _of(table, "delivery_id", "webhook_deliveries"),
    )
    _index(table, "delivery_id", "at")
    _index(table, "at")
