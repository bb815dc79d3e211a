"""How moderators work together: decisions made many at a time, queues of a site's own, and what a site asks of its moderators."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

AT = sa.DateTime(timezone=True)
ID = sa.String(length=36)
WORD = sa.String(length=32)
WAITS = sa.text("outcome IS NULL")


def upgrade() -> None:
    """Make room; the release before decides one by one and knows no queue but its own."""
    op.create_table(
        "bulk_decision",
        sa.Column("id", ID, nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("verdict", WORD, nullable=False),
        sa.Column("reason_code", WORD, nullable=True),
        sa.Column("note", sa.String(length=2000), nullable=False),
        sa.Column("asked_count", sa.Integer(), nullable=False, comment="items that it was asked for; some may have been refused"),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("undone_at", AT, nullable=True),
        sa.Column("undone_by", ID, nullable=True),
        sa.CheckConstraint("verdict IN ('approve', 'reject', 'escalate')", name=op.f("ck_bulk_decision_verdict")),
        sa.CheckConstraint("verdict <> 'reject' OR reason_code IS NOT NULL", name=op.f("ck_bulk_decision_rejection_has_reason")),
        sa.CheckConstraint("asked_count >= 1", name=op.f("ck_bulk_decision_asked_count")),
        sa.CheckConstraint("(undone_at IS NULL) = (undone_by IS NULL)", name=op.f("ck_bulk_decision_undone")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_bulk_decision_account_id_account")),
        sa.ForeignKeyConstraint(["undone_by"], ["account.id"], name=op.f("fk_bulk_decision_undone_by_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk_decision")),
    )
    op.create_index(op.f("ix_bulk_decision_account_id"), "bulk_decision", ["account_id"])
    op.create_table(
        "bulk_member",
        sa.Column("decision_id", ID, nullable=False),
        sa.Column("bulk_id", ID, nullable=False),
        sa.ForeignKeyConstraint(["decision_id"], ["decision.id"], name=op.f("fk_bulk_member_decision_id_decision"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["bulk_id"], ["bulk_decision.id"], name=op.f("fk_bulk_member_bulk_id_bulk_decision"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("decision_id", name=op.f("pk_bulk_member")),
    )
    op.create_index(op.f("ix_bulk_member_bulk_id"), "bulk_member", ["bulk_id"])
    op.create_table(
        "queue_filter",
        sa.Column("id", ID, nullable=False),
        sa.Column("site_id", ID, nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("queue", WORD, nullable=True, comment="NULL: whatever waits"),
        sa.Column("wish", sa.JSON(), nullable=False),
        sa.Column("account_id", ID, nullable=False, comment="who made it"),
        sa.Column("created_at", AT, nullable=False),
        sa.CheckConstraint(
            "queue IS NULL OR queue IN ('held', 'review', 'reported', 'appeals', 'escalated')", name=op.f("ck_queue_filter_queue")
        ),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_queue_filter_site_id_site"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_queue_filter_account_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_queue_filter")),
        sa.UniqueConstraint("site_id", "name", name=op.f("uq_queue_filter_site_id_name")),
    )
    op.create_table(
        "site_practice",
        sa.Column("site_id", ID, nullable=False),
        sa.Column("has_public_log", sa.Boolean(), nullable=False, comment="everybody may see what is decided, in figures"),
        sa.Column("two_for_bans", sa.Boolean(), nullable=False, comment="one moderator proposes a ban, another confirms it"),
        sa.Column("second_share", sa.Float(), nullable=False, comment="share of the decided sample that a second moderator judges"),
        sa.CheckConstraint("second_share BETWEEN 0 AND 1", name=op.f("ck_site_practice_second_share")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_site_practice_site_id_site"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("site_id", name=op.f("pk_site_practice")),
    )
    op.create_table(
        "ban_proposal",
        sa.Column("id", ID, nullable=False),
        sa.Column("site_id", ID, nullable=False),
        sa.Column("author_id", ID, nullable=False),
        sa.Column("proposed_by", ID, nullable=False),
        sa.Column("reason", sa.String(length=1000), nullable=False),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("outcome", WORD, nullable=True),
        sa.Column("settled_by", ID, nullable=True),
        sa.Column("settled_at", AT, nullable=True),
        sa.CheckConstraint(
            "outcome IS NULL OR outcome IN ('confirmed', 'declined', 'withdrawn', 'overtaken')", name=op.f("ck_ban_proposal_outcome")
        ),
        sa.CheckConstraint(
            "(outcome IS NULL) = (settled_at IS NULL) AND (outcome IS NULL) = (settled_by IS NULL)", name=op.f("ck_ban_proposal_settled")
        ),
        sa.CheckConstraint("outcome <> 'confirmed' OR settled_by <> proposed_by", name=op.f("ck_ban_proposal_two")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_ban_proposal_site_id_site"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["author_id"], ["author.id"], name=op.f("fk_ban_proposal_author_id_author"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["proposed_by"], ["account.id"], name=op.f("fk_ban_proposal_proposed_by_account")),
        sa.ForeignKeyConstraint(["settled_by"], ["account.id"], name=op.f("fk_ban_proposal_settled_by_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ban_proposal")),
    )
    op.create_index(op.f("ix_ban_proposal_site_id"), "ban_proposal", ["site_id"])
    op.create_index("uq_ban_proposal_open", "ban_proposal", ["author_id"], unique=True, postgresql_where=WAITS, sqlite_where=WAITS)
    op.create_table(
        "second_opinion",
        sa.Column("item_id", ID, nullable=False),
        sa.Column("site_id", ID, nullable=False),
        sa.Column("first_decision_id", ID, nullable=False),
        sa.Column("decision_id", ID, nullable=True),
        sa.Column("created_at", AT, nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["review_item.id"], name=op.f("fk_second_opinion_item_id_review_item"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_second_opinion_site_id_site"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["first_decision_id"], ["decision.id"], name=op.f("fk_second_opinion_first_decision_id_decision"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["decision_id"], ["decision.id"], name=op.f("fk_second_opinion_decision_id_decision"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("item_id", name=op.f("pk_second_opinion")),
        sa.UniqueConstraint("first_decision_id", name=op.f("uq_second_opinion_first_decision_id")),
        sa.UniqueConstraint("decision_id", name=op.f("uq_second_opinion_decision_id")),
    )
    op.create_index(op.f("ix_second_opinion_site_id"), "second_opinion", ["site_id"])


def downgrade() -> None:
    """Forget which decisions were made together, and the rest; the decisions stay."""
    op.drop_table("second_opinion")
    op.drop_table("ban_proposal")
    op.drop_table("site_practice")
    op.drop_table("queue_filter")
    op.drop_table("bulk_member")
    op.drop_table("bulk_decision")
