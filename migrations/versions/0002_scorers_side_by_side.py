"""Scorers side by side: what calibrates each, which one is the shadow, and stored comments scored anew."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

CALIBRATION = "by label, what the network says and the score given for it"
SHADOW_SINCE = "since when it scores new comments beside the active one"
SHADOW_CURSOR = "the routing up to which it has done so"


def upgrade() -> None:
    """Add what is known of a scorer, and the table of rescorings."""
    op.add_column("scorer_version", sa.Column("calibration", sa.JSON(), nullable=True, comment=CALIBRATION))
    op.add_column("scorer_version", sa.Column("shadow_since", sa.DateTime(timezone=True), nullable=True, comment=SHADOW_SINCE))
    op.add_column("scorer_version", sa.Column("shadow_cursor", sa.String(length=36), nullable=True, comment=SHADOW_CURSOR))
    op.create_table(
        "rescoring",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("site_id", sa.String(length=36), nullable=False),
        sa.Column("scorer_version_id", sa.String(length=36), nullable=False),
        sa.Column("account_id", sa.String(length=36), nullable=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=True, comment="comments posted from then on; NULL for all"),
        sa.Column("most", sa.Integer(), nullable=True, comment="how many comments at most; NULL for all"),
        sa.Column("total", sa.Integer(), nullable=False, comment="comments to be scored when it was asked for"),
        sa.Column("scored", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False, comment="comments that the scorer could not bear"),
        sa.Column("reached_at", sa.DateTime(timezone=True), nullable=True, comment="with reached_id: the comment it has come to"),
        sa.Column("reached_id", sa.String(length=36), nullable=True),
        sa.Column("changes", sa.JSON(), nullable=True, comment="once finished: routes that would change"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_rescoring_account_id_account")),
        sa.ForeignKeyConstraint(["scorer_version_id"], ["scorer_version.id"], name=op.f("fk_rescoring_scorer_version_id_scorer_version")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_rescoring_site_id_site"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rescoring")),
    )
    op.create_index(op.f("ix_rescoring_site_id"), "rescoring", ["site_id"], unique=False)


def downgrade() -> None:
    """Forget them. Score sets stay: the first schema has room for them."""
    op.drop_index(op.f("ix_rescoring_site_id"), table_name="rescoring")
    op.drop_table("rescoring")
    for name in ("shadow_cursor", "shadow_since", "calibration"):
        op.drop_column("scorer_version", name)
