"""Which comment each record of another system became, so that taking its file in again adds nothing."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make room; the release before imports without it."""
    op.create_table(
        "import_record",
        sa.Column("site_id", sa.String(length=36), nullable=False),
        sa.Column("source", sa.String(length=64), nullable=False, comment="which system or file the ids belong to"),
        sa.Column("source_id", sa.String(length=255), nullable=False, comment="the comment's id there"),
        sa.Column("comment_id", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_import_record_site_id_site"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name=op.f("fk_import_record_comment_id_comment"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("site_id", "source", "source_id", name=op.f("pk_import_record")),
    )
    op.create_index(op.f("ix_import_record_comment_id"), "import_record", ["comment_id"])


def downgrade() -> None:
    """Forget where imported comments came from; the comments stay."""
    op.drop_table("import_record")
