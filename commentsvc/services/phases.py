"""How comments of another system were routed: kept by the hash of their text, until its moderators say what they made of them."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from commentsvc.domain.routing import Routing
from commentsvc.store import models
from commentsvc.store.base import insert_of, table_of

_PHASE: Final = table_of(models.PhaseRouting)


def keep_phase_routing(
    session: Session, site_id: str, text_hash: str, routing: Routing, policy_version_id: str, days: int, now: datetime
) -> None:
    """Keep a routing in place of an earlier one of the same text on the site, for so many days. Caller holds a transaction."""
    conn = session.connection()
    told = [{"kind": reason.kind.value, "route": reason.route.value} | _label(reason.label) for reason in routing.reasons]
    known: dict[str, object] = {"route": routing.route, "reasons": told, "policy_version_id": policy_version_id}
    known |= {"updated_at": now, "expires_at": now + timedelta(days=days)}
    row = {"site_id": site_id, "text_hash": text_hash, "times": 1, "created_at": now}
    statement = insert_of(conn, _PHASE).values(row | known)
    conn.execute(statement.on_conflict_do_update(index_elements=["site_id", "text_hash"], set_=known | {"times": _PHASE.c.times + 1}))


def _label(label: str | None) -> dict[str, str]:
    return {} if label is None else {"label": str(label)}
