"""Why a revision went where it went, told from the policy version that routed it, and which thresholds hold where."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from commentsvc.domain.labels import ALL_LABELS, Label
from commentsvc.domain.policy import Band, Policy
from commentsvc.domain.routing import ReasonKind
from commentsvc.domain.status import Route


@dataclass(frozen=True, slots=True)
class EffectiveBand:
    """The band of a label in a place, and whether the section has it from the site (`is_inherited`) or for itself."""

    label: Label
    band: Band
    is_inherited: bool


def effective_bands(policy: Policy, section: str | None) -> list[EffectiveBand]:
    """The bands in force in a section (None: where no section has bands of its own), in the order of labels; without a band: none."""
    own = policy.section_bands.get(section, {}) if section is not None else {}
    bands = policy.bands_for(section)
    return [EffectiveBand(label, bands[label], section is not None and label not in own) for label in ALL_LABELS if label in bands]


@dataclass(frozen=True, slots=True)
class LabelLine:
    """One label of an explanation: its score (None: not measured), its band, and the route and threshold that the score reached, if any."""

    label: Label
    score: float | None
    band: Band
    is_inherited: bool
    route: Route | None
    threshold: float | None


@dataclass(frozen=True, slots=True)
class Explanation:
    """A routing told again from its version.

    `rules` are the reasons that are not bands, as stored. `is_reproduced` says that bands and rules together give the stored route: the
    version, which never changes, explains it to the full.
    """

    labels: list[LabelLine]
    rules: list[Mapping[str, Any]]
    band_route: Route
    rule_route: Route
    is_reproduced: bool


@dataclass(frozen=True, slots=True)
class Routed:
    """What is stored of a routing: its section's key, its scores (None: it was routed unscored), and what came out."""

    section: str | None
    scores: Mapping[Label, float] | None
    reasons: Sequence[Mapping[str, Any]]
    route: Route
    rule_route: Route


def explain_routing(policy: Policy, routed: Routed) -> Explanation:
    """Tell a routing from its version's policy. Pure: the same for ever, whatever is active now."""
    lines: list[LabelLine] = []
    scores = routed.scores or {}
    for one in effective_bands(policy, routed.section):
        score = scores.get(one.label)
        reached = one.band.route(score) if score is not None else None
        route, threshold = reached or (None, None)
        lines.append(LabelLine(one.label, score, one.band, one.is_inherited, route, threshold))
    unbanded = [label for label in ALL_LABELS if label in scores and not any(line.label is label for line in lines)]
    lines += [LabelLine(label, scores[label], Band(), routed.section is not None, None, None) for label in unbanded]
    band_route = max((line.route for line in lines if line.route), key=lambda route: route.severity, default=Route.PUBLISH)
    return Explanation(
        labels=lines,
        rules=[reason for reason in routed.reasons if reason.get("kind") != ReasonKind.BAND.value],
        band_route=band_route,
        rule_route=routed.rule_route,
        is_reproduced=max(band_route.severity, routed.rule_route.severity) == routed.route.severity,
    )
