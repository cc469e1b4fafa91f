"""people and mail: invitations, links to new passwords, looking as a merchant, letters"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

FENCE = (
    "CASE current_setting('app.tenant', true) WHEN '*' THEN true "
    "ELSE merchant_id::text = current_setting('app.tenant', true) END"
)
TENANT_TABLES = ("invitations", "mail_notices", "mails")
OPEN = "accepted_at IS NULL AND revoked_at IS NULL"
BY_PEOPLE = "actor_kind = 'user'"


def upgrade() -> None:
    _create_invitations()
    _create_password_resets()
    _create_notices()
    _create_mails()
    _create_choices()
    op.add_column("browser_sessions", sa.Column("viewing_id", sa.Uuid(), nullable=True))
    op.add_column("browser_sessions", _moment("viewing_since", nullable=True))
    where = {"sqlite_where": sa.text(BY_PEOPLE), "postgresql_where": sa.text(BY_PEOPLE)}
    op.create_index(op.f("ix_history_events_at_id"), "history_events", ["at", "id"], **where)
    if op.get_bind().dialect.name == "postgresql":
        for table in TENANT_TABLES:
            op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
            op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
            op.execute(f"CREATE POLICY tenant ON {table} USING ({FENCE}) WITH CHECK ({FENCE})")


def downgrade() -> None:
    op.drop_index(op.f("ix_history_events_at_id"), "history_events")
    op.drop_column("browser_sessions", "viewing_since")
    op.drop_column("browser_sessions", "viewing_id")
    for table in ("mail_choices", "mails", "mail_notices", "password_resets", "invitations"):
        op.drop_table(table)


def _moment(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _of(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}"))


def _key(table: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}"))


def _create_invitations() -> None:
    table = "invitations"
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("merchant_id", sa.Uuid(), nullable=True),
        sa.Column("email", sa.String(length=300), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("invited_by", sa.String(length=300), nullable=False),
        _moment("created_at"),
        sa.Column("sends", sa.Integer(), nullable=False),
        _moment("sent_at"),
        _moment("expires_at"),
        sa.Column("secret_hash", sa.String(length=300), nullable=False),
        _moment("accepted_at", nullable=True),
        _moment("revoked_at", nullable=True),
        _of(table, "merchant_id", "merchants"),
        _key(table),
    )
    op.create_index(
        op.f(f"ix_{table}_merchant_id_email"),
        table,
        ["merchant_id", "email"],
        unique=True,
        sqlite_where=sa.text(OPEN),
        postgresql_where=sa.text(OPEN),
    )


def _create_password_resets() -> None:
    table = "password_resets"
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("secret_hash", sa.String(length=300), nullable=False),
        _moment("created_at"),
        _moment("expires_at"),
        _moment("used_at", nullable=True),
        _of(table, "user_id", "users"),
        _key(table),
    )
    op.create_index(op.f(f"ix_{table}_user_id_created_at"), table, ["user_id", "created_at"])


def _create_notices() -> None:
    table, untold = "mail_notices", sa.text("told_at IS NULL")
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("merchant_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("event", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.Uuid(), nullable=False),
        sa.Column("source", sa.Uuid(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        _moment("at"),
        _moment("due_at"),
        _moment("told_at", nullable=True),
        _of(table, "merchant_id", "merchants"),
        _of(table, "user_id", "users"),
        _key(table),
        sa.UniqueConstraint("user_id", "source", name=op.f(f"uq_{table}_user_id_source")),
    )
    where = {"sqlite_where": untold, "postgresql_where": untold}
    op.create_index(op.f(f"ix_{table}_due_at"), table, ["due_at"], **where)


def _create_mails() -> None:
    table = "mails"
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("merchant_id", sa.Uuid(), nullable=True),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("address", sa.String(length=300), nullable=False),
        sa.Column("language", sa.String(length=40), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        _moment("next_at", nullable=True),
        _moment("created_at"),
        _moment("ended_at", nullable=True),
        sa.Column("reason", sa.String(length=300), nullable=True),
        sa.CheckConstraint("state IN ('waiting', 'sent', 'dead')", name=op.f(f"ck_{table}_state")),
        _of(table, "merchant_id", "merchants"),
        _of(table, "user_id", "users"),
        _key(table),
    )
    for columns in (("state", "next_at"), ("created_at",)):
        op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, list(columns))


def _create_choices() -> None:
    table = "mail_choices"
    op.create_table(
        table,
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("digest_hour", sa.Integer(), nullable=False),
        sa.Column("chosen", sa.JSON(), nullable=False),
        _of(table, "user_id", "users"),
        sa.PrimaryKeyConstraint("user_id", name=op.f(f"pk_{table}")),
    )
