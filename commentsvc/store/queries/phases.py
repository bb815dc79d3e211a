"""What Coral's moderators made of comments that were routed here."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from commentsvc.domain.status import ROUTES, Route
from commentsvc.store.base import table_of
from commentsvc.store.models import PhaseRouting, Suggestion

_PHASE: Final = table_of(PhaseRouting)
_SUGGESTION: Final = table_of(Suggestion)


@dataclass(frozen=True, slots=True)
class PhaseLine:
    """Texts of one route: how many there were, and how many of them moderators approved and rejected."""

    route: Route
    texts: int
    approved: int
    rejected: int


def count_phase(session: Session, site_id: str, source: str, since: datetime) -> list[PhaseLine]:
    """Texts routed since a time, by route from mild to strict, beside the latest judgement that came with the key `source`.

    The two are joined by the hash of the text: nothing else names the same comment on both ways.
    """
    joined = _PHASE.outerjoin(_SUGGESTION, and_(_SUGGESTION.c.text_hash == _PHASE.c.text_hash, _SUGGESTION.c.source == source))
    query = (
        select(
            _PHASE.c.route,
            func.count(),
            func.count().filter(~_SUGGESTION.c.is_rejected),
            func.count().filter(_SUGGESTION.c.is_rejected),
        )
        .select_from(joined)
        .where(_PHASE.c.site_id == site_id, _PHASE.c.updated_at >= since)
        .group_by(_PHASE.c.route)
    )
    found = {row[0]: PhaseLine(*row) for row in session.connection().execute(query)}
    return [found.get(route, PhaseLine(route, 0, 0, 0)) for route in ROUTES]
