"""From scores, rules and context to a route. Pure: the same input gives the same routing for ever.

Every rule is one function that looks at the facts and either stays silent or gives a reason. The strictest reason wins, so
adding a reason never makes a routing milder; and each band is a step upwards in its score, so raising a score never does.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from math import isfinite
from typing import Final

from commentsvc.domain.errors import InvalidError
from commentsvc.domain.labels import Label
from commentsvc.domain.policy import Policy
from commentsvc.domain.status import Queue, Route, Standing


class ReasonKind(StrEnum):
    """Which rule spoke."""

    BAND = "band"
    SUSPECT_WORD = "suspect_word"
    BANNED_WORD = "banned_word"
    PREMODERATION = "premoderation"
    PREMODERATED_AUTHOR = "premoderated_author"
    FIRST_COMMENTS = "first_comments"
    LINKS = "links"
    REPEATS = "repeats"
    UNKNOWN_LANGUAGE = "unknown_language"
    UNSCORED = "unscored"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a routing is not milder. `score` and `threshold` belong to a band; `match` and the characters to a word list."""

    kind: ReasonKind
    route: Route
    label: Label | None = None
    score: float | None = None
    threshold: float | None = None
    match: str | None = None
    begin: int | None = None
    end: int | None = None

    def as_document(self) -> dict[str, str | float | int]:
        """The reason as stored and as the API shows it, without the parts that do not apply."""
        parts: dict[str, str | float | int | None] = {
            "kind": self.kind.value,
            "route": self.route.value,
            "label": self.label.value if self.label else None,
            "score": None if self.score is None else round(self.score, 4),
            "threshold": self.threshold,
            "match": self.match,
            "begin": self.begin,
            "end": self.end,
        }
        return {key: value for key, value in parts.items() if value is not None}


@dataclass(frozen=True, slots=True)
class RoutingFacts:
    """All that a routing may depend on besides the policy.

    `scores` is None when the scorer did not answer. `link_count` and `repeat_count` count links in the text and earlier
    comments with the same text on the site within a day. `approved_count` counts this author's published comments.
    `language` is an ISO 639-1 code or None when the text is too short to tell; `scorer_languages` empty means any.
    """

    text: str
    scores: Mapping[Label, float] | None
    section: str | None = None
    standing: Standing = Standing.NORMAL
    approved_count: int = 0
    link_count: int = 0
    repeat_count: int = 0
    language: str | None = None
    scorer_languages: tuple[str, ...] = ()
    prepared_text: str | None = None


@dataclass(frozen=True, slots=True)
class Routing:
    """A route with every reason, strictest first, and the part the random sample plays.

    `rule_route` is the strictest route without the bands: a simulation puts other bands on top of it. `sample_probability`
    is the chance in [0, 1] with which this revision was to be looked at by a human: 1 when a rule flagged it.
    """

    route: Route
    reasons: tuple[Reason, ...]
    rule_route: Route
    sample_probability: float
    is_sampled: bool = False

    @property
    def queue(self) -> Queue | None:
        """The queue in which the revision waits, or None when no human needs to look."""
        if self.route is Route.HOLD:
            return Queue.HELD
        if self.route is Route.REVIEW:
            return Queue.REVIEW
        return Queue.SAMPLE if self.is_sampled else None


Rule = Callable[[Policy, RoutingFacts], Reason | None]


def premoderation(policy: Policy, facts: RoutingFacts) -> Reason | None:
    """The site shows nothing before a human has decided."""
    del facts
    return Reason(ReasonKind.PREMODERATION, Route.HOLD) if policy.premoderation else None


def premoderated_author(policy: Policy, facts: RoutingFacts) -> Reason | None:
    """A moderator wants to see this author's comments first."""
    del policy
    return Reason(ReasonKind.PREMODERATED_AUTHOR, Route.HOLD) if facts.standing is Standing.PREMODERATED else None


def first_comments(policy: Policy, facts: RoutingFacts) -> Reason | None:
    """The author has too few published comments to be known."""
    if facts.standing is Standing.TRUSTED or facts.approved_count >= policy.first_comments:
        return None
    return Reason(ReasonKind.FIRST_COMMENTS, policy.first_comments_route)


def links(policy: Policy, facts: RoutingFacts) -> Reason | None:
    """More links than a conversation needs."""
    return Reason(ReasonKind.LINKS, policy.links_route) if facts.link_count > policy.max_links else None


def repeats(policy: Policy, facts: RoutingFacts) -> Reason | None:
    """The same text came again and again."""
    if policy.repeats == 0 or facts.repeat_count < policy.repeats:
        return None
    return Reason(ReasonKind.REPEATS, policy.repeats_route)


def banned_word(policy: Policy, facts: RoutingFacts) -> Reason | None:
    """A word of the banned list stands in the text."""
    found = policy.banned_words.find(facts.text)
    if found:
        return Reason(ReasonKind.BANNED_WORD, policy.banned_route, match=found.phrase, begin=found.begin, end=found.end)
    disguised = policy.banned_words.find(facts.prepared_text) if facts.prepared_text and facts.prepared_text != facts.text else None
    return Reason(ReasonKind.BANNED_WORD, policy.banned_route, match=disguised.phrase) if disguised else None


def suspect_word(policy: Policy, facts: RoutingFacts) -> Reason | None:
    """A word of the suspect list stands in the text."""
    found = policy.suspect_words.find(facts.text)
    if found:
        return Reason(ReasonKind.SUSPECT_WORD, policy.suspect_route, match=found.phrase, begin=found.begin, end=found.end)
    disguised = policy.suspect_words.find(facts.prepared_text) if facts.prepared_text and facts.prepared_text != facts.text else None
    return Reason(ReasonKind.SUSPECT_WORD, policy.suspect_route, match=disguised.phrase) if disguised else None


def unknown_language(policy: Policy, facts: RoutingFacts) -> Reason | None:
    """The scorer was not trained on the language of the text, so its scores say little."""
    if facts.language is None or not facts.scorer_languages or facts.language in facts.scorer_languages:
        return None
    return Reason(ReasonKind.UNKNOWN_LANGUAGE, policy.unknown_language_route, match=facts.language)


def unscored(policy: Policy, facts: RoutingFacts) -> Reason | None:
    """Nobody has measured the text. Held, unless the admin has chosen otherwise; even then a moderator looks."""
    if facts.scores is not None:
        return None
    return Reason(ReasonKind.UNSCORED, Route.REVIEW if policy.publish_unscored else Route.HOLD)


RULES: Final[tuple[Rule, ...]] = (
    unscored,
    premoderation,
    premoderated_author,
    banned_word,
    suspect_word,
    links,
    repeats,
    first_comments,
    unknown_language,
)
WORD_RULES: Final[tuple[Rule, ...]] = (banned_word, suspect_word, links)
"""The rules that speak of the text alone, whoever wrote it: of these an author can be told before posting, and mend it."""


def band_reasons(policy: Policy, facts: RoutingFacts) -> Iterator[Reason]:
    """A reason for each label whose score reaches a threshold of its band."""
    if facts.scores is None:
        return
    for label, band in policy.bands_for(facts.section).items():
        score = facts.scores.get(label)
        reached = band.route(score) if score is not None else None
        if reached:
            yield Reason(ReasonKind.BAND, reached[0], label=label, score=score, threshold=reached[1])


def _strictest(reasons: list[Reason]) -> Route:
    return max((reason.route for reason in reasons), key=lambda route: route.severity, default=Route.PUBLISH)


def route(policy: Policy, facts: RoutingFacts, *, chance: float, rules: tuple[Rule, ...] = RULES) -> Routing:
    """Route one revision.

    `chance` is a number drawn evenly from [0, 1) that decides whether a published one is sampled. The bands are always asked; `rules` are
    those that are asked beside them.

    Raises InvalidError for a score that is not a finite number in [0, 1]: such an answer of a scorer is no score.
    """
    for label, score in (facts.scores or {}).items():
        if not (isfinite(score) and 0.0 <= score <= 1.0):
            msg = f"The score of {label} is not a number from 0 to 1."
            raise InvalidError(msg)
    ruled = [reason for rule in rules if (reason := rule(policy, facts)) is not None]
    reasons = ruled + list(band_reasons(policy, facts))
    taken = _strictest(reasons)
    # A reason that asks for nothing (a route of `publish`) explains nothing either.
    spoken = [reason for reason in reasons if reason.route is not Route.PUBLISH]
    spoken.sort(key=lambda reason: (-reason.route.severity, -(reason.score or 0.0)))
    is_published = taken is Route.PUBLISH
    return Routing(
        route=taken,
        reasons=tuple(spoken),
        rule_route=_strictest(ruled),
        sample_probability=policy.sample_rate if is_published else 1.0,
        is_sampled=is_published and chance < policy.sample_rate,
    )


HARM_WEIGHT: Final[Mapping[Label, float]] = {
    Label.THREAT: 1.0,
    Label.IDENTITY_ATTACK: 0.95,
    Label.SEVERE_TOXICITY: 0.9,
    Label.SEXUAL_EXPLICIT: 0.75,
    Label.INSULT: 0.7,
    Label.OBSCENE: 0.6,
    Label.TOXICITY: 0.6,
}
"""How much a full score of a label weighs when the queue is ordered. A judgement, not a measurement."""


def expected_harm(routing: Routing, report_count: int = 0) -> float:
    """A number in [0, 1] by which the queue is ordered, highest first: severity of the strongest band, and reports."""
    strongest = max((HARM_WEIGHT[r.label] * r.score for r in routing.reasons if r.label and r.score is not None), default=0.2)
    return min(1.0, strongest + 0.1 * min(report_count, 5))


@dataclass(frozen=True, slots=True)
class Scored:
    """Scores with the scorer version they came from, as the services take them."""

    values: Mapping[Label, float]
    scorer_version_id: str
    languages: tuple[str, ...] = field(default=())
