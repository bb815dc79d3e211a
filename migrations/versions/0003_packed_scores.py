"""Room in a routing for its scores in one value, as simulations read them."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

PACKED = "routes and scores as big-endian doubles, for simulations; NULL when unscored"


def upgrade() -> None:
    """Add the column; the release before leaves it empty."""
    op.add_column("routing", sa.Column("packed", sa.LargeBinary(), nullable=True, comment=PACKED))


def downgrade() -> None:
    """Drop it: everything in it stands elsewhere too."""
    op.drop_column("routing", "packed")
