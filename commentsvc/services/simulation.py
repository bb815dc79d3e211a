"""What a draft policy would have done with the site's own history, and which thresholds keep a stated goal."""

from dataclasses import dataclass

import numpy as np
from sqlalchemy.orm import Session

from commentsvc.domain.advising import Goal
from commentsvc.domain.policy import Policy
from commentsvc.domain.promising import recommend_missing, recommend_rejecting
from commentsvc.domain.recommending import Promise, Refusal, recommend_within
from commentsvc.domain.simulation import simulate
from commentsvc.services.laboratory import Figures, View, open_once
from commentsvc.store.queries.history import Period


@dataclass(frozen=True, slots=True)
class Simulation:
    """The history as it was routed, the same under the draft, and how many comments change sides.

    `sampled` are decisions on published comments that chance had picked; `is_cut` says that only the latest comments were read.
    """

    comments: int
    decided: int
    sampled: int
    is_cut: bool
    now: Figures
    draft: Figures
    stricter: int
    milder: int


def simulate_policy(session: Session, site_id: str, draft: Policy, period: Period) -> Simulation:
    """Route a period's scored comments by the draft's bands. Other rules keep the outcome they had; nothing is written."""
    return simulate_draft(open_once(session, site_id, period), draft)


def simulate_draft(view: View, draft: Policy) -> Simulation:
    """The same with a history that was read already."""
    known = view.ground.comments
    now = view.figures(simulate(view.ground, known.routes if view.ground.before is None else view.ground.before), draft)
    drafted = view.try_draft(draft)
    return Simulation(
        comments=len(known),
        decided=int(np.count_nonzero(known.verdicts >= 0)),
        sampled=int(np.count_nonzero(known.is_sampled & (known.verdicts >= 0))),
        is_cut=view.scored.is_cut,
        now=now,
        draft=drafted,
        stricter=drafted.stricter,
        milder=drafted.milder,
    )


@dataclass(frozen=True, slots=True)
class Wish:
    """A goal with its limit: items a day, or a share in (0, 1). `most_items_a_day` bounds what missing little may cost."""

    goal: Goal
    limit: float
    most_items_a_day: float = float("inf")


@dataclass(frozen=True, slots=True)
class Advice:
    """Thresholds that keep a goal, with the figures of today's policy and of the draft; or the refusal."""

    draft: Policy | None
    now: Figures | None
    then: Figures | None
    promise: Promise | None
    refusal: Refusal | None


def advise(view: View, today: Policy, wish: Wish) -> Advice:
    """Recommend thresholds for a goal in place of today's, or tell why not."""
    if wish.goal is Goal.ITEMS:
        answer = recommend_within(view.ground, today, wish.limit)
    elif wish.goal is Goal.MISSED:
        answer = recommend_missing(view.ground, today, wish.limit, most_items_a_day=wish.most_items_a_day)
    else:
        answer = recommend_rejecting(view.ground, today, wish.limit)
    if isinstance(answer, Refusal):
        return Advice(None, None, None, None, answer)
    return Advice(answer.draft, view.figures(answer.now, today), view.figures(answer.then, answer.draft), answer.promise, None)
