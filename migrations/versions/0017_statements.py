"""Statements of reasons for the EU's DSA Transparency Database, each made once and sent once."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make room; the release before makes none."""
    op.create_table(
        "statement",
        sa.Column("id", sa.String(length=36), nullable=False, comment="its name in the database of the EU, too"),
        sa.Column("site_id", sa.String(length=36), nullable=False),
        sa.Column("subject", sa.String(length=100), nullable=False, comment="revision:<id> or sanction:<number in the audit log>"),
        sa.Column("document", sa.JSON(), nullable=False, comment="as it is sent: no personal data"),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("attempts", sa.SmallInteger(), nullable=False),
        sa.Column("last_status", sa.SmallInteger(), nullable=True, comment="HTTP status of the last answer"),
        sa.Column("last_error", sa.String(length=200), nullable=True, comment="a code, or the fields that do not fit"),
        sa.Column("applied_at", AT, nullable=False, comment="when the restriction began"),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("sent_at", AT, nullable=True),
        sa.CheckConstraint("state IN ('kept', 'waiting', 'sent', 'refused', 'given_up')", name=op.f("ck_statement_state")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_statement_site_id_site"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statement")),
        sa.UniqueConstraint("site_id", "subject", name=op.f("uq_statement_site_id_subject")),
    )
    op.create_index("ix_statement_applied", "statement", ["site_id", "applied_at"])


def downgrade() -> None:
    """Forget the statements."""
    op.drop_table("statement")
