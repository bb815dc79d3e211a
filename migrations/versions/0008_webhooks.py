"""Webhooks, the messages that are on their way to them, and where a site publishes its keys."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make room; the release before tells nobody of anything."""
    op.add_column("site", sa.Column("jwks_url", sa.String(length=2000), nullable=True, comment="where the site publishes its RS256 keys"))
    op.create_table(
        "webhook",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("site_id", sa.String(length=36), nullable=False),
        sa.Column("url", sa.String(length=2000), nullable=False),
        sa.Column("topics", sa.String(length=500), nullable=False),
        sa.Column("secret_sealed", sa.String(length=255), nullable=False, comment="what messages are signed with, sealed"),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("created_at", AT, nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_webhook_site_id_site"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook")),
    )
    op.create_index(op.f("ix_webhook_site_id"), "webhook", ["site_id"])
    op.create_table(
        "webhook_delivery",
        sa.Column("id", sa.String(length=36), nullable=False, comment="the message's id, the same at each try"),
        sa.Column("webhook_id", sa.String(length=36), nullable=False),
        sa.Column("topic", sa.String(length=50), nullable=False),
        sa.Column("body", sa.Text(), nullable=False, comment="JSON with ids and states, never anybody's text"),
        sa.Column("attempts", sa.SmallInteger(), nullable=False),
        sa.Column("last_status", sa.SmallInteger(), nullable=True, comment="HTTP status of the last answer"),
        sa.Column("last_error", sa.String(length=100), nullable=True, comment="a code, where there was no answer"),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("delivered_at", AT, nullable=True),
        sa.Column("given_up_at", AT, nullable=True),
        sa.ForeignKeyConstraint(["webhook_id"], ["webhook.id"], name=op.f("fk_webhook_delivery_webhook_id_webhook"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_delivery")),
    )
    op.create_index("ix_webhook_delivery_webhook", "webhook_delivery", ["webhook_id", "id"])
    op.create_index("ix_webhook_delivery_created", "webhook_delivery", ["created_at"])


def downgrade() -> None:
    """Forget them; jobs about messages that were not sent go, too, since the release before does not know them."""
    op.execute("DELETE FROM job WHERE kind = 'deliver'")
    op.drop_table("webhook_delivery")
    op.drop_table("webhook")
    op.drop_column("site", "jwks_url")
