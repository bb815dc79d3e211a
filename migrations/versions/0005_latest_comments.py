"""An index of an article's comments by time, whatever their level, as feeds show them."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

SHOWN = {"postgresql_where": sa.text("is_shown"), "sqlite_where": sa.text("is_shown = 1")}


def upgrade() -> None:
    """Build it; the release before does not use it."""
    op.create_index("ix_comment_latest", "comment", ["article_id", "created_at", "id"], **SHOWN)


def downgrade() -> None:
    """Drop it."""
    op.drop_index("ix_comment_latest", table_name="comment", **SHOWN)
