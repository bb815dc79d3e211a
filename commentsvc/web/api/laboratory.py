"""The thresholds laboratory: the evidence there is, one threshold in every place, and thresholds for a stated goal. Changes nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from commentsvc.domain.advising import promise_words, refusal_words
from commentsvc.domain.dragging import Handle
from commentsvc.domain.histograms import FINDINGS, spread
from commentsvc.domain.policy import Band, Policy, parse_policy, thresholds_into
from commentsvc.domain.principals import Role
from commentsvc.domain.simulation import overlaps
from commentsvc.services.laboratory import ENOUGH_PACE, PLACES, Scope, View
from commentsvc.services.simulation import advise
from commentsvc.store.queries.history import Period, list_policy_versions
from commentsvc.web.api.access import site_for
from commentsvc.web.api.policies import of_document, outcome_of, period_of
from commentsvc.web.api.schemas.laboratory import (
    AdvisedSchema,
    EvidenceQuery,
    EvidenceQuerySchema,
    EvidenceSchema,
    RecommendSchema,
    RecommendWish,
    SweepSchema,
    SweepWish,
    SweptSchema,
)
from commentsvc.web.context import get_runtime, reading
from commentsvc.web.smorest import ACCOUNT, API_PREFIX, CommentBlueprint

blp = CommentBlueprint("laboratory", "laboratory", url_prefix=f"{API_PREFIX}/admin", description="What thresholds do, before they do it.")


@dataclass(frozen=True, slots=True)
class _Bench:
    """A part of a site's history, and the policy in force."""

    view: View
    period: Period
    policy: Policy
    document: dict[str, Any]


@contextmanager
def _bench(site: str, part: EvidenceQuery) -> Iterator[_Bench]:
    runtime = get_runtime()
    now = runtime.clock.now()
    period = period_of(part.since, part.until, now)
    with reading() as session:
        found, _ = site_for(session, site, Role.ADMIN)
        policy, version_id = runtime.policy_of(session, found)
        lines = list_policy_versions(session, found.id, limit=100_000)
        document = next(line.document for line in lines if line.id == version_id)
        with runtime.turnstile.aside():
            view = runtime.laboratory.open(session, found.id, period, Scope(part.section, part.language), (version_id, policy), now)
            yield _Bench(view, period, policy, document)


@blp.route("/sites/<site>/evidence", methods=["GET"])
@blp.doc(security=ACCOUNT)
@blp.arguments(EvidenceQuerySchema, location="query")
@blp.response(200, EvidenceSchema)
def show_evidence(part: EvidenceQuery, site: str) -> dict[str, Any]:
    """See how scores are spread, what moderators said of them, and what today's policy does with them."""
    with _bench(site, part) as bench:
        view, known = bench.view, bench.view.ground.comments
        spreads = {label: spread(view.ground, label).T.tolist() for label in view.ground.columns}
        shared = overlaps(view.ground, bench.policy)
        return {
            "since": bench.period.since,
            "until": bench.period.until,
            "comments": len(known),
            "decided": int(np.count_nonzero(known.verdicts >= 0)),
            "sampled": int(np.count_nonzero(known.is_sampled & (known.verdicts >= 0))),
            "is_cut": view.scored.is_cut,
            "seconds": view.seconds,
            "is_measured": view.pace.count >= ENOUGH_PACE,
            "sections": sorted(known.section_keys),
            "languages": sorted(known.language_keys),
            "labels": [{"label": label, **dict(zip(FINDINGS, counts, strict=True))} for label, counts in spreads.items()],
            "overlaps": [
                {"label": label, "flagged": one.flagged, "alone": one.alone, "shared": dict(one.shared)} for label, one in shared.items()
            ],
            "today": outcome_of(view.try_draft(bench.policy)),
        }


@blp.route("/sites/<site>/policies:sweep", methods=["POST"])
@blp.doc(security=ACCOUNT)
@blp.arguments(SweepSchema)
@blp.response(200, SweptSchema)
def sweep(wish: SweepWish, site: str) -> dict[str, Any]:
    """See what a draft would do with one of its thresholds in each place from 0.01 to 1. Changes nothing.

    With this a threshold can be dragged without asking again. Where a share is null there is too little to say; how many decisions would be
    enough is told by `policies:simulate`.
    """
    with _bench(site, wish.part) as bench:
        with of_document("/document"):
            draft = parse_policy(wish.document)
        section = wish.part.section
        if section is not None:
            draft = with_own_band(draft, section, wish)
        swept = bench.view.sweep(draft, Handle(wish.label, wish.step, section))
    return {
        "items": [
            {"at": at, "stricter": figures.stricter, "milder": figures.milder, "outcome": outcome_of(figures)}
            for at, figures in zip(PLACES, swept, strict=True)
        ]
    }


def with_own_band(draft: Policy, section: str, wish: SweepWish) -> Policy:
    """The draft with a band of the section's own for the label, beginning as the one that it has inherited."""
    own = draft.section_bands.get(section, {})
    bands = {wish.label: draft.bands.get(wish.label, Band()), **own}
    return replace(draft, section_bands={**draft.section_bands, section: bands})


@blp.route("/sites/<site>/policies:recommend", methods=["POST"])
@blp.doc(security=ACCOUNT)
@blp.arguments(RecommendSchema)
@blp.response(200, AdvisedSchema)
def recommend(wish: RecommendWish, site: str) -> dict[str, Any]:
    """Get thresholds for a stated goal in place of today's, or the reason why the goal cannot be kept on this data. Changes nothing."""
    with _bench(site, wish.part) as bench:
        advice = advise(bench.view, bench.policy, wish.wish)
    goal = wish.wish.goal
    refused = advice.refusal
    return {
        "since": bench.period.since,
        "until": bench.period.until,
        "document": None if advice.draft is None else thresholds_into(bench.document, advice.draft),
        "now": None if advice.now is None else outcome_of(advice.now),
        "draft": None if advice.then is None else outcome_of(advice.then),
        "promise": advice.promise,
        "refusal": None if refused is None else refused.kind,
        "more": None if refused is None else refused.more,
        "detail": promise_words(goal, advice.promise) if refused is None else refusal_words(goal, refused),
    }
