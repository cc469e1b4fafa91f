"""disputes with their clocks, decisions and events; holidays"""

import sqlalchemy as sa
from alembic import op

from qcportal import tenancy
from qcportal.db import new_id

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

FENCE = (
    "CASE current_setting('app.tenant', true) WHEN '*' THEN true "
    "ELSE merchant_id::text = current_setting('app.tenant', true) END"
)
TABLES = (
    "disputes",
    "dispute_decisions",
    "dispute_events",
    "dispute_items",
    "dispute_messages",
    "dispute_evidence",
    "dispute_item_decisions",
)
NATIONAL = ((1, 26, "Republic Day"), (8, 15, "Independence Day"), (10, 2, "Gandhi Jayanti"))
FIRST_RECEIPT = 1000


def upgrade() -> None:
    _create_tables()
    _seed()
    if op.get_bind().dialect.name == "postgresql":
        for table in TABLES:
            op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
            op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
            op.execute(f"CREATE POLICY tenant ON {table} USING ({FENCE}) WITH CHECK ({FENCE})")


def downgrade() -> None:
    with tenancy.system("migration 0011"):
        op.execute("UPDATE returns SET dispute_state = 'none'")
    op.drop_index(op.f("ix_returns_merchant_id_dispute_state_activity_at_id"), "returns")
    for table in (*reversed(TABLES), "holidays", "dispute_numbers"):
        op.drop_table(table)


def _seed() -> None:
    holidays = sa.table(
        "holidays",
        sa.column("id", sa.Uuid()),
        *(sa.column(name, sa.Integer()) for name in ("year", "month", "day")),
        sa.column("name", sa.String()),
    )
    rows = [
        {"id": new_id(), "year": 0, "month": month, "day": day, "name": name}
        for month, day, name in NATIONAL
    ]
    op.bulk_insert(holidays, rows)
    numbers = sa.table(
        "dispute_numbers", sa.column("name", sa.String()), sa.column("last", sa.Integer())
    )
    op.bulk_insert(numbers, [{"name": "dispute", "last": FIRST_RECEIPT}])


def _create_tables() -> None:
    op.create_table(
        "dispute_numbers",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_dispute_numbers")),
    )
    op.create_table(
        "holidays",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.CheckConstraint(
            "month BETWEEN 1 AND 12 AND day BETWEEN 1 AND 31", name=op.f("ck_holidays_day")
        ),
        sa.CheckConstraint("year = 0 OR year BETWEEN 2000 AND 2200", name=op.f("ck_holidays_year")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holidays")),
        sa.UniqueConstraint("year", "month", "day", name=op.f("uq_holidays_year_month_day")),
    )
    op.create_table(
        "disputes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("return_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("category", sa.String(length=40), nullable=False),
        sa.Column("suggested_category", sa.String(length=40), nullable=False),
        sa.Column("lead_check", sa.String(length=40), nullable=True),
        sa.Column("lead_rule", sa.String(length=300), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=40), nullable=False),
        sa.Column("needs_two", sa.Boolean(), nullable=False),
        sa.Column("client_request_id", sa.String(length=300), nullable=True),
        sa.Column("request_digest", sa.String(length=300), nullable=True),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("waits_for", sa.String(length=40), nullable=True),
        sa.Column("last_action", sa.String(length=40), nullable=False),
        sa.Column("last_by_name", sa.String(length=300), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("activity_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("file_by", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reply_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decide_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("appeal_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("effective_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("claimed_by", sa.String(length=300), nullable=False),
        sa.Column("claimed_by_name", sa.String(length=300), nullable=False),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("assigned_to", sa.String(length=300), nullable=False),
        sa.Column("assigned_to_name", sa.String(length=300), nullable=False),
        sa.Column("pending_id", sa.Uuid(), nullable=True),
        sa.Column("pending_outcome", sa.String(length=40), nullable=True),
        sa.Column("decided_by", sa.String(length=300), nullable=False),
        sa.Column("agreed_by", sa.String(length=300), nullable=False),
        sa.Column("deciders", sa.JSON(), nullable=False),
        sa.Column("merchant_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "category IN ('wrong_item', 'missing_item_or_part', 'damaged', 'used', 'empty_or_tampered', 'qc_not_done', 'photos_missing_or_unclear', 'wrongly_failed_at_door', 'other')",
            name=op.f("ck_disputes_category"),
        ),
        sa.CheckConstraint(
            "kind IN ('should_have_passed', 'should_have_failed', 'photos_not_good_enough', 'inspection_not_done')",
            name=op.f("ck_disputes_kind"),
        ),
        sa.CheckConstraint(
            "number IS NOT NULL OR state IN ('draft', 'withdrawn')",
            name=op.f("ck_disputes_numbered_once_sent"),
        ),
        sa.CheckConstraint(
            "outcome IN ('approved', 'partially_approved', 'rejected')",
            name=op.f("ck_disputes_outcome"),
        ),
        sa.CheckConstraint(
            "pending_outcome IN ('approved', 'partially_approved', 'rejected')",
            name=op.f("ck_disputes_pending_outcome"),
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'open', 'under_review', 'info_requested', 'second_look', 'deciding', 'approved', 'partially_approved', 'rejected', 'appealed', 'final', 'closed', 'withdrawn')",
            name=op.f("ck_disputes_state"),
        ),
        sa.CheckConstraint("amount_minor >= 0", name=op.f("ck_disputes_amount_minor")),
        sa.CheckConstraint("level IN (1, 2)", name=op.f("ck_disputes_level")),
        sa.ForeignKeyConstraint(
            ["merchant_id", "return_id"],
            ["returns.merchant_id", "returns.id"],
            name=op.f("fk_disputes_merchant_id_return_id"),
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id"], ["merchants.id"], name=op.f("fk_disputes_merchant_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disputes")),
        sa.UniqueConstraint(
            "merchant_id",
            "client_request_id",
            name=op.f("uq_disputes_merchant_id_client_request_id"),
        ),
        sa.UniqueConstraint("merchant_id", "id", name=op.f("uq_disputes_merchant_id_id")),
        sa.UniqueConstraint("number", name=op.f("uq_disputes_number")),
        info={"tenant": True},
    )
    op.create_index(op.f("ix_disputes_due_at"), "disputes", ["due_at"])
    op.create_index(
        op.f("ix_disputes_merchant_id_activity_at_id"),
        "disputes",
        ["merchant_id", "activity_at", "id"],
    )
    op.create_index(
        op.f("ix_disputes_merchant_id_category_lead_check_waits_for"),
        "disputes",
        ["merchant_id", "category", "lead_check", "waits_for"],
    )
    op.create_index(op.f("ix_disputes_state_file_by"), "disputes", ["state", "file_by"])
    op.create_index(op.f("ix_disputes_merchant_id_due_at"), "disputes", ["merchant_id", "due_at"])
    op.create_index(
        op.f("ix_disputes_merchant_id_return_id"), "disputes", ["merchant_id", "return_id"]
    )
    op.create_index(
        op.f("ix_disputes_merchant_id_state_activity_at_id"),
        "disputes",
        ["merchant_id", "state", "activity_at", "id"],
    )
    op.create_index(
        op.f("ix_disputes_merchant_id_waits_for_decide_by_id"),
        "disputes",
        ["merchant_id", "waits_for", "decide_by", "id"],
    )
    op.create_index(
        op.f("ix_disputes_waits_for_decide_by_id"), "disputes", ["waits_for", "decide_by", "id"]
    )
    op.create_index(
        "uq_disputes_return_id",
        "disputes",
        ["return_id"],
        unique=True,
        sqlite_where=sa.text("state <> 'withdrawn'"),
        postgresql_where=sa.text("state <> 'withdrawn'"),
    )
    op.create_table(
        "dispute_decisions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dispute_id", sa.Uuid(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.String(length=300), nullable=False),
        sa.Column("decided_by_name", sa.String(length=300), nullable=False),
        sa.Column("decided_by_role", sa.String(length=40), nullable=False),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("agreed_by", sa.String(length=300), nullable=False),
        sa.Column("agreed_by_name", sa.String(length=300), nullable=False),
        sa.Column("effective_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by_name", sa.String(length=300), nullable=False),
        sa.Column("undone_text", sa.Text(), nullable=False),
        sa.Column("merchant_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('approved', 'partially_approved', 'rejected')",
            name=op.f("ck_dispute_decisions_outcome"),
        ),
        sa.CheckConstraint(
            "reason IN ('photos_show_it', 'photos_show_otherwise', 'rule_says_so', 'rule_not_followed', 'check_was_done', 'check_was_not_done', 'photos_unusable', 'not_proven', 'paid_already', 'goodwill')",
            name=op.f("ck_dispute_decisions_reason"),
        ),
        sa.CheckConstraint(
            "settled_at IS NULL OR undone_at IS NULL",
            name=op.f("ck_dispute_decisions_settled_or_undone"),
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id", "dispute_id"],
            ["disputes.merchant_id", "disputes.id"],
            name=op.f("fk_dispute_decisions_merchant_id_dispute_id"),
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id"], ["merchants.id"], name=op.f("fk_dispute_decisions_merchant_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispute_decisions")),
        sa.UniqueConstraint("merchant_id", "id", name=op.f("uq_dispute_decisions_merchant_id_id")),
        info={"tenant": True},
    )
    op.create_index(
        op.f("ix_dispute_decisions_dispute_id_decided_at"),
        "dispute_decisions",
        ["dispute_id", "decided_at"],
    )
    op.create_table(
        "dispute_events",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dispute_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("occasion", sa.String(length=300), nullable=False),
        sa.Column("deadline", sa.DateTime(timezone=True), nullable=True),
        sa.Column("audience", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("merchant_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["merchant_id", "dispute_id"],
            ["disputes.merchant_id", "disputes.id"],
            name=op.f("fk_dispute_events_merchant_id_dispute_id"),
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id"], ["merchants.id"], name=op.f("fk_dispute_events_merchant_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispute_events")),
        sa.UniqueConstraint(
            "dispute_id",
            "kind",
            "occasion",
            name=op.f("uq_dispute_events_dispute_id_kind_occasion"),
        ),
        info={"tenant": True},
    )
    op.create_index(
        op.f("ix_dispute_events_told_at_at_id"), "dispute_events", ["told_at", "at", "id"]
    )
    op.create_table(
        "dispute_items",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dispute_id", sa.Uuid(), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("claim", sa.String(length=40), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=40), nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=True),
        sa.Column("granted_minor", sa.BigInteger(), nullable=True),
        sa.Column("merchant_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "claim IN ('should_have_passed', 'should_have_failed', 'photos_not_good_enough', 'inspection_not_done')",
            name=op.f("ck_dispute_items_claim"),
        ),
        sa.CheckConstraint("amount_minor >= 0", name=op.f("ck_dispute_items_amount_minor")),
        sa.CheckConstraint(
            "granted_minor BETWEEN 0 AND amount_minor", name=op.f("ck_dispute_items_granted_minor")
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id", "dispute_id"],
            ["disputes.merchant_id", "disputes.id"],
            name=op.f("fk_dispute_items_merchant_id_dispute_id"),
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id", "item_id"],
            ["return_items.merchant_id", "return_items.id"],
            name=op.f("fk_dispute_items_merchant_id_item_id"),
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id"], ["merchants.id"], name=op.f("fk_dispute_items_merchant_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispute_items")),
        sa.UniqueConstraint(
            "dispute_id", "item_id", name=op.f("uq_dispute_items_dispute_id_item_id")
        ),
        sa.UniqueConstraint("merchant_id", "id", name=op.f("uq_dispute_items_merchant_id_id")),
        info={"tenant": True},
    )
    op.create_table(
        "dispute_messages",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dispute_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("side", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("author_id", sa.String(length=300), nullable=False),
        sa.Column("author_name", sa.String(length=300), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("merchant_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('words', 'question', 'answer', 'appeal')",
            name=op.f("ck_dispute_messages_kind"),
        ),
        sa.CheckConstraint(
            "side IN ('merchant', 'admin', 'portal')", name=op.f("ck_dispute_messages_side")
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id", "dispute_id"],
            ["disputes.merchant_id", "disputes.id"],
            name=op.f("fk_dispute_messages_merchant_id_dispute_id"),
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id"], ["merchants.id"], name=op.f("fk_dispute_messages_merchant_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispute_messages")),
        info={"tenant": True},
    )
    op.create_index(
        op.f("ix_dispute_messages_dispute_id_at"), "dispute_messages", ["dispute_id", "at"]
    )
    op.create_table(
        "dispute_evidence",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dispute_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("photo_id", sa.Uuid(), nullable=True),
        sa.Column("missing", sa.Boolean(), nullable=False),
        sa.Column("own", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("box_x", sa.Float(), nullable=True),
        sa.Column("box_y", sa.Float(), nullable=True),
        sa.Column("box_width", sa.Float(), nullable=True),
        sa.Column("box_height", sa.Float(), nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("merchant_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(box_x IS NULL AND box_y IS NULL AND box_width IS NULL AND box_height IS NULL) OR (box_x >= 0 AND box_y >= 0 AND box_width > 0 AND box_height > 0 AND box_x + box_width <= 1.000001 AND box_y + box_height <= 1.000001)",
            name=op.f("ck_dispute_evidence_box"),
        ),
        sa.CheckConstraint(
            "photo_id IS NOT NULL OR missing", name=op.f("ck_dispute_evidence_something")
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id", "dispute_id"],
            ["disputes.merchant_id", "disputes.id"],
            name=op.f("fk_dispute_evidence_merchant_id_dispute_id"),
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id", "photo_id"],
            ["photos.merchant_id", "photos.id"],
            name=op.f("fk_dispute_evidence_merchant_id_photo_id"),
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id"], ["merchants.id"], name=op.f("fk_dispute_evidence_merchant_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispute_evidence")),
        sa.UniqueConstraint(
            "dispute_id", "photo_id", name=op.f("uq_dispute_evidence_dispute_id_photo_id")
        ),
        info={"tenant": True},
    )
    op.create_index(op.f("ix_dispute_evidence_photo_id"), "dispute_evidence", ["photo_id"])
    op.create_table(
        "dispute_item_decisions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("decision_id", sa.Uuid(), nullable=False),
        sa.Column("dispute_item_id", sa.Uuid(), nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("granted_minor", sa.BigInteger(), nullable=False),
        sa.Column("merchant_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('approved', 'partially_approved', 'rejected')",
            name=op.f("ck_dispute_item_decisions_outcome"),
        ),
        sa.CheckConstraint(
            "reason IN ('photos_show_it', 'photos_show_otherwise', 'rule_says_so', 'rule_not_followed', 'check_was_done', 'check_was_not_done', 'photos_unusable', 'not_proven', 'paid_already', 'goodwill')",
            name=op.f("ck_dispute_item_decisions_reason"),
        ),
        sa.CheckConstraint(
            "granted_minor >= 0", name=op.f("ck_dispute_item_decisions_granted_minor")
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id", "decision_id"],
            ["dispute_decisions.merchant_id", "dispute_decisions.id"],
            name=op.f("fk_dispute_item_decisions_merchant_id_decision_id"),
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id", "dispute_item_id"],
            ["dispute_items.merchant_id", "dispute_items.id"],
            name=op.f("fk_dispute_item_decisions_merchant_id_dispute_item_id"),
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id"], ["merchants.id"], name=op.f("fk_dispute_item_decisions_merchant_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispute_item_decisions")),
        sa.UniqueConstraint(
            "decision_id",
            "dispute_item_id",
            name=op.f("uq_dispute_item_decisions_decision_id_dispute_item_id"),
        ),
        info={"tenant": True},
    )
    op.create_index(
        op.f("ix_returns_merchant_id_dispute_state_activity_at_id"),
        "returns",
        ["merchant_id", "dispute_state", "activity_at", "id"],
    )
