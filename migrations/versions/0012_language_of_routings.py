"""The language of each routing's text, and an index that holds all that the laboratory reads.

Beside what a simulation has read so far these are the chance of the sample, whether it drew the comment, the language, and the revision that
decisions are about. The index comes after the values, so that it is built in one go. Servers of the release before leave the language empty.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

BATCH = 20_000
LANGUAGE = "of the text; here too, so that simulations tell languages apart"
BEFORE = ["site_id", "created_at", "section_key", "packed", "is_in_force"]
SINCE = [*BEFORE, "sample_probability", "is_sampled", "language", "revision_id"]
IN_FORCE = {"postgresql_where": sa.text("is_in_force"), "sqlite_where": sa.text("is_in_force = 1")}
ROUTING = sa.table("routing", *map(sa.column, ("id", "revision_id", "language")))
REVISION = sa.table("revision", *map(sa.column, ("id", "language")))


def upgrade() -> None:
    """Add the column, fill it some thousand rows at a time, and put one index in place of the other."""
    op.add_column("routing", sa.Column("language", sa.String(8), nullable=True, comment=LANGUAGE))
    op.drop_index("ix_routing_history", table_name="routing", **IN_FORCE)
    connection = op.get_bind()
    spoken = sa.select(REVISION.c.language).where(REVISION.c.id == ROUTING.c.revision_id).scalar_subquery()
    keys = sa.select(ROUTING.c.id).order_by(ROUTING.c.id).limit(BATCH)
    last = ""
    while found := connection.execute(keys.where(ROUTING.c.id > last)).scalars().all():
        connection.execute(sa.update(ROUTING).where(ROUTING.c.id > last, ROUTING.c.id <= found[-1]).values(language=spoken))
        last = found[-1]
    op.create_index("ix_routing_history", "routing", SINCE, **IN_FORCE)


def downgrade() -> None:
    """Put the narrower index back and drop the column: a language stands with its text too."""
    op.drop_index("ix_routing_history", table_name="routing", **IN_FORCE)
    op.drop_column("routing", "language")
    op.create_index("ix_routing_history", "routing", BEFORE, **IN_FORCE)
