"""What a draft policy would have done with the site's own history."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from commentsvc.domain.estimation import Outcome, band_routes, outcome
from commentsvc.domain.policy import Policy
from commentsvc.store.queries.history import Period, load_history


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
    """Route a period's scored comments by the draft's bands. Other rules keep the outcome they had; nothing is written."""
    own = tuple(draft.section_bands) if period.section is None else ()
    history = load_history(session, site_id, period, sections=own)
    routes = band_routes(history, draft.bands_for(period.section))
    for place, key in enumerate(own, start=1):
        inside = history.sections == place
        routes[inside] = band_routes(history, draft.bands_for(key), rows=inside)
    return Simulation(
        comments=len(history),
        decided=int((history.verdicts >= 0).sum()),
        now=outcome(history, history.routes),
        draft=outcome(history, routes),
        stricter=int((routes > history.routes).sum()),
        milder=int((routes < history.routes).sum()),
    )
