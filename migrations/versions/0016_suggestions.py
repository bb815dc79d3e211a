"""What moderators elsewhere said of texts that were scored or routed here, and how those were routed."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

AT = sa.DateTime(timezone=True)
UNSCORED = sa.text("scored_at IS NULL")


def upgrade() -> None:
    """Make room; the release before keeps nothing of what is suggested."""
    op.create_table(
        "suggestion",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("source", sa.String(length=100), nullable=False, comment="name of the key it came with"),
        sa.Column("text_hash", sa.String(length=64), nullable=False, comment="SHA-256 of the folded text"),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("is_rejected", sa.Boolean(), nullable=False, comment="rejected, for whatever reason"),
        sa.Column("attributes", sa.JSON(), nullable=False, comment="what each attribute should score, by its name"),
        sa.Column("language", sa.String(length=16), nullable=True),
        sa.Column("client_token", sa.String(length=255), nullable=True, comment="the client's own id of the text"),
        sa.Column("times", sa.Integer(), nullable=False, comment="how often the text was judged; the latest counts"),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("updated_at", AT, nullable=False),
        sa.Column("expires_at", AT, nullable=False),
        sa.Column("scorer_version_id", sa.String(length=36), nullable=True, comment="NULL until scored, and where it cannot be"),
        sa.Column("scores", sa.JSON(), nullable=True, comment="by label, as the scorer gives them"),
        sa.Column("scored_at", AT, nullable=True),
        sa.ForeignKeyConstraint(["scorer_version_id"], ["scorer_version.id"], name=op.f("fk_suggestion_scorer_version_id_scorer_version")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suggestion")),
        sa.UniqueConstraint("source", "text_hash", name=op.f("uq_suggestion_source_text_hash")),
    )
    op.create_index("ix_suggestion_source_updated", "suggestion", ["source", "updated_at"])
    op.create_index("ix_suggestion_expires", "suggestion", ["expires_at"])
    op.create_index("ix_suggestion_token", "suggestion", ["client_token"])
    op.create_index("ix_suggestion_unscored", "suggestion", ["id"], postgresql_where=UNSCORED, sqlite_where=UNSCORED)
    op.create_table(
        "phase_routing",
        sa.Column("site_id", sa.String(length=36), nullable=False),
        sa.Column("text_hash", sa.String(length=64), nullable=False, comment="SHA-256 of the folded text, which is not kept"),
        sa.Column("route", sa.String(length=32), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("policy_version_id", sa.String(length=36), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False, comment="how often the text came; the latest routing counts"),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("updated_at", AT, nullable=False),
        sa.Column("expires_at", AT, nullable=False),
        sa.CheckConstraint("route IN ('publish', 'review', 'hold', 'reject')", name=op.f("ck_phase_routing_route")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_phase_routing_site_id_site"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["policy_version_id"], ["policy_version.id"], name=op.f("fk_phase_routing_policy_version_id_policy_version")
        ),
        sa.PrimaryKeyConstraint("site_id", "text_hash", name=op.f("pk_phase_routing")),
    )
    op.create_index("ix_phase_routing_expires", "phase_routing", ["expires_at"])
    op.create_index("ix_phase_routing_updated", "phase_routing", ["site_id", "updated_at"])


def downgrade() -> None:
    """Forget what was suggested and routed for others."""
    op.drop_table("phase_routing")
    op.drop_table("suggestion")
