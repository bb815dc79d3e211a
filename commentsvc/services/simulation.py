"""What a draft policy would have done with the site's own history."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy.orm import Session

from commentsvc.domain.estimation import Ints, Outcome, Routed, band_routes, count_moves, outcome
from commentsvc.domain.policy import Policy
from commentsvc.domain.status import ROUTES
from commentsvc.store.queries.history import Period, iterate_routed, load_decided


@dataclass(frozen=True, slots=True)
class Simulation:
    """The history as it was routed, the same under the draft, and how many comments change sides."""

    comments: int
    decided: int
    now: Outcome
    draft: Outcome
    stricter: int
    milder: int


def simulate_policy(session: Session, site_id: str, draft: Policy, period: Period) -> Simulation:
    """Route a period's scored comments by the draft's bands. Other rules keep the outcome they had; nothing is written.

    Memory does not grow with the number of comments, but with that of the decisions on them.
    """
    own = tuple(draft.section_bands) if period.section is None else ()
    # What moderators said concerns the decided ones alone: they are few, and finding a decision costs more than reading scores.
    decided = load_decided(session, site_id, period, sections=own)
    moves = np.zeros((len(ROUTES), len(ROUTES)), dtype=np.int64)
    for piece in iterate_routed(session, site_id, period, sections=own):
        moves += count_moves(piece.routes, _drafted(piece, draft, period.section, own))
    return Simulation(
        comments=int(moves.sum()),
        decided=len(decided),
        now=outcome(decided, decided.routes, moves.sum(axis=1)),
        draft=outcome(decided, _drafted(decided, draft, period.section, own), moves.sum(axis=0)),
        stricter=int(np.triu(moves, 1).sum()),
        milder=int(np.tril(moves, -1).sum()),
    )


def _drafted(routed: Routed, draft: Policy, section: str | None, own: Sequence[str]) -> Ints:
    """The routes under the draft; `own` are the sections told apart in `routed`, which have bands of their own."""
    routes = band_routes(routed, draft.bands_for(section))
    for place, key in enumerate(own, start=1):
        inside = routed.sections == place
        routes[inside] = band_routes(routed, draft.bands_for(key), rows=inside)
    return routes
