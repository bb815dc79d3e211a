"""Appeals against rejections, who may not judge one, what a nudge led to, and articles that close by themselves."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

AT = sa.DateTime(timezone=True)
BODY = "why, in the author's words; may be empty"
KEPT_FROM = "the account whose rejection is appealed, while others can judge it"
NUDGED = "what its author did when told to think again"
CLOSES = "new articles close by themselves; NULL: never"


def upgrade() -> None:
    """Make room; the release before leaves all of it empty."""
    op.create_table(
        "appeal",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("site_id", sa.String(length=36), nullable=False),
        sa.Column("comment_id", sa.String(length=36), nullable=False),
        sa.Column("revision_id", sa.String(length=36), nullable=False),
        sa.Column("item_id", sa.String(length=36), nullable=False),
        sa.Column("body", sa.String(length=2000), nullable=False, comment=BODY),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("outcome", sa.String(length=32), nullable=True),
        sa.Column("decided_at", AT, nullable=True),
        sa.CheckConstraint("outcome IS NULL OR outcome IN ('upheld', 'overturned')", name=op.f("ck_appeal_outcome")),
        sa.CheckConstraint("(outcome IS NULL) = (decided_at IS NULL)", name=op.f("ck_appeal_decided")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_appeal_site_id_site"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name=op.f("fk_appeal_comment_id_comment"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["revision_id"], ["revision.id"], name=op.f("fk_appeal_revision_id_revision"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["item_id"], ["review_item.id"], name=op.f("fk_appeal_item_id_review_item"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appeal")),
        sa.UniqueConstraint("item_id", name=op.f("uq_appeal_item_id")),
        sa.UniqueConstraint("revision_id", name=op.f("uq_appeal_revision_id")),
    )
    op.create_index(op.f("ix_appeal_comment_id"), "appeal", ["comment_id"])
    op.add_column("review_item", sa.Column("kept_from", sa.String(length=36), nullable=True, comment=KEPT_FROM))
    op.add_column("comment", sa.Column("nudged", sa.String(length=32), nullable=True, comment=NUDGED))
    op.add_column("site", sa.Column("close_after_days", sa.Integer(), nullable=True, comment=CLOSES))


def downgrade() -> None:
    """Forget them. Comments that an appeal brought back stay published."""
    op.drop_column("site", "close_after_days")
    op.drop_column("comment", "nudged")
    op.drop_column("review_item", "kept_from")
    op.drop_table("appeal")
