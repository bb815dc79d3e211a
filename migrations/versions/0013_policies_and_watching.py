"""How admins change policies and watch what comes of it: drafts, approvals, plans, shadows; weeks in counts, and alerts."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

AT = sa.DateTime(timezone=True)
ID = sa.String(length=36)
WORD = sa.String(length=32)
WAITING = sa.text("state = 'waiting'")
RUNNING = sa.text("ended_at IS NULL")
OPEN = sa.text("closed_at IS NULL")
ROUTES = "'publish', 'review', 'hold', 'reject'"


def key(table: str, column: str, to: str, *, cascades: bool = True) -> sa.ForeignKeyConstraint:
    """A foreign key by the house's name."""
    name = op.f(f"fk_{table}_{column}_{to}")
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=name, ondelete="CASCADE" if cascades else None)


def upgrade() -> None:
    """Make room; the release before knows of none of these."""
    op.create_table(
        "policy_draft",
        sa.Column("id", ID, nullable=False),
        sa.Column("site_id", ID, nullable=False),
        sa.Column("account_id", ID, nullable=True, comment="NULL when made on the command line"),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("base_version", sa.Integer(), nullable=False, comment="number of the version that it began from"),
        sa.Column(
            "edition", sa.Integer(), nullable=False, comment="grows with each change, so that two windows do not undo each other's work"
        ),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("changed_at", AT, nullable=False),
        key("policy_draft", "site_id", "site"),
        key("policy_draft", "account_id", "account", cascades=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_draft")),
    )
    op.create_index(op.f("ix_policy_draft_site_id"), "policy_draft", ["site_id"])
    op.create_table(
        "policy_approval",
        sa.Column("version_id", ID, nullable=False),
        sa.Column("account_id", ID, nullable=True, comment="NULL when given on the command line"),
        sa.Column("note", sa.String(length=1000), nullable=False),
        sa.Column("created_at", AT, nullable=False),
        key("policy_approval", "version_id", "policy_version"),
        key("policy_approval", "account_id", "account", cascades=False),
        sa.PrimaryKeyConstraint("version_id", name=op.f("pk_policy_approval")),
    )
    op.create_table(
        "policy_rule",
        sa.Column("site_id", ID, nullable=False),
        sa.Column("needs_approval", sa.Boolean(), nullable=False),
        sa.Column("off_asked_by", ID, nullable=True, comment="who wants to do without; another must agree"),
        sa.Column("off_asked_at", AT, nullable=True),
        key("policy_rule", "site_id", "site"),
        key("policy_rule", "off_asked_by", "account", cascades=False),
        sa.PrimaryKeyConstraint("site_id", name=op.f("pk_policy_rule")),
    )
    op.create_table(
        "policy_schedule",
        sa.Column("id", ID, nullable=False),
        sa.Column("site_id", ID, nullable=False),
        sa.Column("version_id", ID, nullable=False),
        sa.Column("account_id", ID, nullable=True),
        sa.Column("activate_at", AT, nullable=False),
        sa.Column("state", WORD, nullable=False),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("ended_at", AT, nullable=True, comment="when it was activated, cancelled or refused"),
        sa.CheckConstraint("state IN ('waiting', 'done', 'cancelled', 'refused')", name=op.f("ck_policy_schedule_state")),
        key("policy_schedule", "site_id", "site"),
        key("policy_schedule", "version_id", "policy_version"),
        key("policy_schedule", "account_id", "account", cascades=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_schedule")),
    )
    op.create_index(
        "uq_policy_schedule_waiting", "policy_schedule", ["site_id"], unique=True, postgresql_where=WAITING, sqlite_where=WAITING
    )
    op.create_index("ix_policy_schedule_due", "policy_schedule", ["activate_at"], postgresql_where=WAITING, sqlite_where=WAITING)
    op.create_table(
        "policy_shadow",
        sa.Column("id", ID, nullable=False),
        sa.Column("site_id", ID, nullable=False),
        sa.Column("version_id", ID, nullable=False),
        sa.Column("account_id", ID, nullable=True),
        sa.Column("begun_at", AT, nullable=False),
        sa.Column("ended_at", AT, nullable=True),
        key("policy_shadow", "site_id", "site"),
        key("policy_shadow", "version_id", "policy_version"),
        key("policy_shadow", "account_id", "account", cascades=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_shadow")),
    )
    op.create_index(
        "uq_policy_shadow_running", "policy_shadow", ["version_id"], unique=True, postgresql_where=RUNNING, sqlite_where=RUNNING
    )
    op.create_index("ix_policy_shadow_running", "policy_shadow", ["site_id"], postgresql_where=RUNNING, sqlite_where=RUNNING)
    op.create_index("ix_policy_shadow_site", "policy_shadow", ["site_id", "id"])
    op.create_table(
        "shadow_routing",
        sa.Column("shadow_id", ID, nullable=False),
        sa.Column("routing_id", ID, nullable=False),
        sa.Column("active_route", WORD, nullable=False, comment="where the active policy sent it"),
        sa.Column("route", WORD, nullable=False),
        sa.CheckConstraint(f"active_route IN ({ROUTES})", name=op.f("ck_shadow_routing_active_route")),
        sa.CheckConstraint(f"route IN ({ROUTES})", name=op.f("ck_shadow_routing_route")),
        key("shadow_routing", "shadow_id", "policy_shadow"),
        key("shadow_routing", "routing_id", "routing"),
        sa.PrimaryKeyConstraint("shadow_id", "routing_id", name=op.f("pk_shadow_routing")),
    )
    op.create_index(op.f("ix_shadow_routing_routing_id"), "shadow_routing", ["routing_id"])
    op.create_index("ix_shadow_routing_counts", "shadow_routing", ["shadow_id", "active_route", "route"])
    watching()


def watching() -> None:
    """Weeks in counts, alerts, and who is told of them."""
    op.create_table(
        "watch_week",
        sa.Column("site_id", ID, nullable=False),
        sa.Column("starts_at", AT, nullable=False, comment="a Monday, 00:00 UTC"),
        sa.Column("figures", sa.JSON(), nullable=False, comment="domain/watching.py: counts and ids, never anybody's text"),
        sa.Column("counted_at", AT, nullable=False),
        key("watch_week", "site_id", "site"),
        sa.PrimaryKeyConstraint("site_id", "starts_at", name=op.f("pk_watch_week")),
    )
    op.create_table(
        "watch_rule",
        sa.Column("site_id", ID, nullable=False),
        sa.Column("waiting_hours", sa.Integer(), nullable=False, comment="how long the oldest item may wait; 0: as long as it likes"),
        key("watch_rule", "site_id", "site"),
        sa.PrimaryKeyConstraint("site_id", name=op.f("pk_watch_rule")),
    )
    op.create_table(
        "alert",
        sa.Column("id", ID, nullable=False),
        sa.Column("site_id", ID, nullable=False),
        sa.Column("kind", WORD, nullable=False),
        sa.Column(
            "subject", sa.String(length=140), nullable=False, comment="a label, with @section where it is of one; empty for the site"
        ),
        sa.Column("detail", sa.JSON(), nullable=False, comment="figures"),
        sa.Column("opened_at", AT, nullable=False),
        sa.Column("closed_at", AT, nullable=True),
        sa.CheckConstraint("kind IN ('drift', 'waiting')", name=op.f("ck_alert_kind")),
        key("alert", "site_id", "site"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert")),
    )
    op.create_index("uq_alert_open", "alert", ["site_id", "kind", "subject"], unique=True, postgresql_where=OPEN, sqlite_where=OPEN)
    op.create_index("ix_alert_site", "alert", ["site_id", "id"])
    op.create_table(
        "alert_reader",
        sa.Column("site_id", ID, nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("created_at", AT, nullable=False),
        key("alert_reader", "site_id", "site"),
        key("alert_reader", "account_id", "account"),
        sa.PrimaryKeyConstraint("site_id", "account_id", name=op.f("pk_alert_reader")),
    )
    op.create_table(
        "alert_letter",
        sa.Column("id", ID, nullable=False),
        sa.Column("alert_id", ID, nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("created_at", AT, nullable=False),
        key("alert_letter", "alert_id", "alert"),
        key("alert_letter", "account_id", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert_letter")),
    )
    op.create_index(op.f("ix_alert_letter_alert_id"), "alert_letter", ["alert_id"])


def downgrade() -> None:
    """Forget them; the active version stays the site's own."""
    op.execute("DELETE FROM job WHERE kind IN ('watch', 'alert')")
    for table in ("alert_letter", "alert_reader", "alert", "watch_rule", "watch_week"):
        op.drop_table(table)
    for table in ("shadow_routing", "policy_shadow", "policy_schedule", "policy_rule", "policy_approval", "policy_draft"):
        op.drop_table(table)
