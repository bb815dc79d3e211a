"""The scores of the routings on record, packed, and then an index that holds all that a simulation reads.

Packed are big-endian doubles, the first of them four times the severity of the route plus that of the rules. The index comes after
the values, so that it is built in one go, and takes the place of one that only finds them. The other index is of what is not packed:
what servers of the release before write beside those of this one.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

BATCH = 5_000
SEVERITY = {"publish": 0, "review": 1, "hold": 2, "reject": 3}
LABELS = ("toxicity", "severe_toxicity", "obscene", "threat", "insult", "identity_attack", "sexual_explicit")
NOT_A_NUMBER = 0x7FF8 << 48
ROUTING = sa.table("routing", *map(sa.column, ("id", "score_set_id", "route", "rule_route")), sa.column("packed", sa.LargeBinary))
SCORES = sa.table("score_set", sa.column("id"), *map(sa.column, LABELS))
IN_FORCE = {"postgresql_where": sa.text("is_in_force"), "sqlite_where": sa.text("is_in_force = 1")}
UNPACKED = {
    "postgresql_where": sa.text("is_in_force AND packed IS NULL AND score_set_id IS NOT NULL"),
    "sqlite_where": sa.text("is_in_force = 1 AND packed IS NULL AND score_set_id IS NOT NULL"),
}


def double(value: float | None) -> bytes:
    """A double's eight bytes, the highest first, from its hexadecimal digits; NaN for None."""
    if value is None:
        return NOT_A_NUMBER.to_bytes(8, "big")
    lead, _, rest = abs(value).hex().removeprefix("0x").partition(".")
    digits, _, exponent = rest.partition("p")
    biased = int(exponent) + 1023 if lead == "1" else 0
    return (biased << 52 | int(digits.ljust(13, "0"), 16)).to_bytes(8, "big")


def upgrade() -> None:
    """Pack what is there, some thousand rows at a time, and put one index in place of the other."""
    connection = op.get_bind()
    scored = ROUTING.join(SCORES, SCORES.c.id == ROUTING.c.score_set_id)
    columns = (ROUTING.c.id, ROUTING.c.route, ROUTING.c.rule_route, *(SCORES.c[label] for label in LABELS))
    query = sa.select(*columns).select_from(scored).order_by(ROUTING.c.id).limit(BATCH)
    change = sa.update(ROUTING).where(ROUTING.c.id == sa.bindparam("routing_id")).values(packed=sa.bindparam("value"))
    last = ""
    while rows := connection.execute(query.where(ROUTING.c.id > last)).all():
        connection.execute(
            change,
            [
                {"routing_id": key, "value": double(4.0 * SEVERITY[route] + SEVERITY[rules]) + b"".join(map(double, scores))}
                for key, route, rules, *scores in rows
            ],
        )
        last = rows[-1][0]
    op.drop_index("ix_routing_site_created", table_name="routing", **IN_FORCE)
    op.create_index("ix_routing_history", "routing", ["site_id", "created_at", "section_key", "packed", "is_in_force"], **IN_FORCE)
    op.create_index("ix_routing_unpacked", "routing", ["site_id", "created_at"], **UNPACKED)


def downgrade() -> None:
    """Put the index of the first schema back, and empty the column."""
    op.drop_index("ix_routing_unpacked", table_name="routing", **UNPACKED)
    op.drop_index("ix_routing_history", table_name="routing", **IN_FORCE)
    op.create_index("ix_routing_site_created", "routing", ["site_id", "created_at"], unique=False, **IN_FORCE)
    op.execute(sa.update(ROUTING).values(packed=None))
