"""Proofs of work, texts nearly the same, sections that close, secrets that change hands, articles' authors, and replies by e-mail."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

AT = sa.DateTime(timezone=True)
NO = sa.false()


def upgrade() -> None:
    """Make room. The release before asks for no proof, closes no section and sends nothing; what it stores is nobody's near repeat."""
    op.add_column("site", sa.Column("proof", sa.String(length=32), nullable=False, server_default="busy"))
    op.add_column("site", sa.Column("jwt_secret_before", sa.String(length=255), nullable=True, comment="the HS256 secret before this one"))
    op.add_column("site", sa.Column("jwt_secret_before_until", AT, nullable=True, comment="how long it still holds"))
    op.add_column("section", sa.Column("close_after_days", sa.Integer(), nullable=True, comment="NULL: as the site says; 0: never"))
    op.add_column("section", sa.Column("is_closed", sa.Boolean(), nullable=False, server_default=NO))
    op.add_column("comment", sa.Column("is_by_article_author", sa.Boolean(), nullable=False, server_default=NO))
    op.add_column("revision", sa.Column("likeness", sa.BigInteger(), nullable=True, comment="SimHash, for texts nearly the same"))
    op.create_index("ix_revision_recent", "revision", ["site_id", "created_at", "likeness"])
    op.create_table(
        "spent_proof",
        sa.Column("challenge", sa.String(length=64), nullable=False, comment="hash that the challenge asked for"),
        sa.Column("expires_at", AT, nullable=False),
        sa.PrimaryKeyConstraint("challenge", name=op.f("pk_spent_proof")),
    )
    op.create_index(op.f("ix_spent_proof_expires_at"), "spent_proof", ["expires_at"])
    op.create_table(
        "subscription",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("site_id", sa.String(length=36), nullable=False),
        sa.Column("author_id", sa.String(length=36), nullable=False),
        sa.Column("email_hash", sa.String(length=64), nullable=False, comment="keyed hash, by which an address is found again"),
        sa.Column("email_sealed", sa.String(length=600), nullable=False, comment="the address, sealed"),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("pace", sa.String(length=32), nullable=False),
        sa.Column("asked_at", AT, nullable=True, comment="when the address was last asked to confirm"),
        sa.Column("confirmed_at", AT, nullable=True),
        sa.Column("sent_at", AT, nullable=True, comment="when replies were last sent"),
        sa.Column("created_at", AT, nullable=False),
        sa.CheckConstraint("pace IN ('each', 'hourly', 'daily')", name=op.f("ck_subscription_pace")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_subscription_site_id_site"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["author_id"], ["author.id"], name=op.f("fk_subscription_author_id_author"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscription")),
        sa.UniqueConstraint("site_id", "email_hash", "author_id", name=op.f("uq_subscription_site_id_email_hash_author_id")),
    )
    op.create_index(op.f("ix_subscription_author_id"), "subscription", ["author_id"])
    op.create_table(
        "follow",
        sa.Column("comment_id", sa.String(length=36), nullable=False),
        sa.Column("subscription_id", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name=op.f("fk_follow_comment_id_comment"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["subscription_id"], ["subscription.id"], name=op.f("fk_follow_subscription_id_subscription"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("comment_id", "subscription_id", name=op.f("pk_follow")),
    )
    op.create_index(op.f("ix_follow_subscription_id"), "follow", ["subscription_id"])
    op.create_table(
        "notice",
        sa.Column("subscription_id", sa.String(length=36), nullable=False),
        sa.Column("comment_id", sa.String(length=36), nullable=False, comment="the reply to be told of"),
        sa.Column("created_at", AT, nullable=False),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name=op.f("fk_notice_comment_id_comment"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["subscription_id"], ["subscription.id"], name=op.f("fk_notice_subscription_id_subscription"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("subscription_id", "comment_id", name=op.f("pk_notice")),
    )
    op.create_index(op.f("ix_notice_comment_id"), "notice", ["comment_id"])


def downgrade() -> None:
    """Forget it all: addresses that were to be written to, proofs that were spent, and jobs that the release before does not know."""
    op.execute("DELETE FROM job WHERE kind IN ('confirm', 'mail')")
    for table in ("notice", "follow", "subscription", "spent_proof"):
        op.drop_table(table)
    op.drop_index("ix_revision_recent", "revision")
    op.drop_column("revision", "likeness")
    op.drop_column("comment", "is_by_article_author")
    op.drop_column("section", "is_closed")
    op.drop_column("section", "close_after_days")
    op.drop_column("site", "jwt_secret_before_until")
    op.drop_column("site", "jwt_secret_before")
    op.drop_column("site", "proof")
