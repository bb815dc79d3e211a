"""A second factor for accounts, codes for when it is lost, and which browser a session belongs to."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

SEALED = "secret of the second factor, sealed; NULL without one"
STEP = "the last step whose code was taken, so that none works twice"
AGENT = "which browser, in a few words"


def upgrade() -> None:
    """Make room; the release before signs in without."""
    op.add_column("account", sa.Column("factor_sealed", sa.String(length=255), nullable=True, comment=SEALED))
    op.add_column("account", sa.Column("factor_step", sa.BigInteger(), nullable=True, comment=STEP))
    op.add_column("session", sa.Column("agent", sa.String(length=60), nullable=True, comment=AGENT))
    op.create_table(
        "recovery_code",
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_recovery_code_account_id_account"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("account_id", "code_hash", name=op.f("pk_recovery_code")),
    )


def downgrade() -> None:
    """Forget them: passwords alone open the accounts again."""
    op.drop_table("recovery_code")
    op.drop_column("session", "agent")
    op.drop_column("account", "factor_step")
    op.drop_column("account", "factor_sealed")
