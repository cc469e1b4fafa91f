"""guards: history is append-only, and Postgres fences tenants by itself"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TENANT_TABLES = (
    "api_keys",
    "catalogue_pictures",
    "history_events",
    "inspection_answers",
    "inspections",
    "issued_checklists",
    "photos",
    "return_items",
    "returns",
    "rulebooks",
)
FENCE = (
    "CASE current_setting('app.tenant', true) WHEN '*' THEN true "
    "ELSE merchant_id::text = current_setting('app.tenant', true) END"
)


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _seal_on_sqlite()
        return
    op.execute(
        "CREATE FUNCTION history_is_sealed() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'history is append-only'; END $$"
    )
    op.execute(
        "CREATE TRIGGER history_events_sealed BEFORE UPDATE OR DELETE ON history_events "
        "FOR EACH ROW EXECUTE FUNCTION history_is_sealed()"
    )
    op.execute(
        "CREATE TRIGGER history_events_kept BEFORE TRUNCATE ON history_events "
        "FOR EACH STATEMENT EXECUTE FUNCTION history_is_sealed()"
    )
    for table in TENANT_TABLES:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY tenant ON {table} USING ({FENCE}) WITH CHECK ({FENCE})")


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("update", "delete"):
            op.execute(f"DROP TRIGGER history_events_no_{verb}")
        return
    for table in TENANT_TABLES:
        op.execute(f"DROP POLICY tenant ON {table}")
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
    op.execute("DROP TRIGGER history_events_sealed ON history_events")
    op.execute("DROP TRIGGER history_events_kept ON history_events")
    op.execute("DROP FUNCTION history_is_sealed()")


def _seal_on_sqlite() -> None:
    for verb in ("update", "delete"):
        op.execute(
            f"CREATE TRIGGER history_events_no_{verb} BEFORE {verb.upper()} ON history_events "
            "BEGIN SELECT RAISE(ABORT, 'history is append-only'); END"
        )
