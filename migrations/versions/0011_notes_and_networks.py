"""Notes that moderators leave on authors, and comments found by the network they came from."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

AT = sa.DateTime(timezone=True)
KNOWN = sa.text("address_hash IS NOT NULL")


def upgrade() -> None:
    """Make room; the release before leaves no notes and looks nobody up by their network."""
    op.create_table(
        "author_note",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("author_id", sa.String(length=36), nullable=False),
        sa.Column("account_id", sa.String(length=36), nullable=False, comment="who wrote it"),
        sa.Column("body", sa.String(length=2000), nullable=False),
        sa.Column("created_at", AT, nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["author.id"], name=op.f("fk_author_note_author_id_author"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_author_note_account_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_author_note")),
    )
    op.create_index(op.f("ix_author_note_author_id"), "author_note", ["author_id"])
    op.create_index("ix_comment_address", "comment", ["site_id", "address_hash", "author_id"], postgresql_where=KNOWN, sqlite_where=KNOWN)


def downgrade() -> None:
    """Forget the notes."""
    op.drop_index("ix_comment_address", "comment")
    op.drop_table("author_note")
