"""Routing: a table of what each rule says, and what must hold whatever the scores, thresholds and facts are."""

from dataclasses import replace
from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commentsvc.domain.errors import InvalidError
from commentsvc.domain.labels import ALL_LABELS, Label
from commentsvc.domain.policy import Band, Policy
from commentsvc.domain.routing import (
    RULES,
    Reason,
    ReasonKind,
    RoutingFacts,
    expected_harm,
    route,
)
from commentsvc.domain.status import ROUTES, STATUS_OF_ROUTE, Queue, Route, Standing, Status
from commentsvc.domain.wordlist import WordList

CIVIL = RoutingFacts("A civil word.", {Label.TOXICITY: 0.1}, approved_count=100)
QUIET = Policy(bands={})

unit = st.floats(0, 1)
scores = st.dictionaries(st.sampled_from(ALL_LABELS), unit)


@st.composite
def bands(draw) -> Band:
    low, middle, high = sorted(draw(st.lists(st.floats(0, 1, exclude_min=True), min_size=3, max_size=3)))
    keep = draw(st.tuples(st.booleans(), st.booleans(), st.booleans()))
    return Band(*(value if kept else None for value, kept in zip((low, middle, high), keep, strict=True)))


band_maps = st.dictionaries(st.sampled_from(ALL_LABELS), bands())
route_of = st.sampled_from(ROUTES)
policies = st.builds(
    Policy,
    bands=band_maps,
    section_bands=st.dictionaries(st.sampled_from(["sport", "local"]), band_maps, max_size=2),
    suspect_words=st.sampled_from([WordList(), WordList(["word"])]),
    suspect_route=route_of,
    banned_words=st.sampled_from([WordList(), WordList(["other word"])]),
    banned_route=route_of,
    first_comments=st.integers(0, 3),
    first_comments_route=route_of,
    max_links=st.integers(0, 2),
    links_route=route_of,
    repeats=st.integers(0, 2),
    repeats_route=route_of,
    unknown_language_route=route_of,
    premoderation=st.booleans(),
    publish_unscored=st.booleans(),
    sample_rate=unit,
)
facts = st.builds(
    RoutingFacts,
    text=st.sampled_from(["", "word", "another word", "some other word here"]),
    scores=st.none() | scores,
    section=st.sampled_from([None, "sport", "local", "unknown"]),
    standing=st.sampled_from(Standing),
    approved_count=st.integers(0, 4),
    link_count=st.integers(0, 3),
    repeat_count=st.integers(0, 3),
    language=st.sampled_from([None, "en", "xx"]),
    scorer_languages=st.sampled_from([(), ("en",)]),
    prepared_text=st.sampled_from([None, "other word"]),
)
chances = st.floats(0, 1, exclude_max=True)


@given(policies, facts, st.sampled_from(ALL_LABELS), unit, chances)
def test_raising_a_score_never_makes_it_milder(policy, given_facts, label, score, chance):
    before = given_facts.scores or {}
    raised = replace(given_facts, scores={**before, label: max(score, before.get(label, 0.0))})
    lower = replace(given_facts, scores=before)
    assert route(policy, raised, chance=chance).route.severity >= route(policy, lower, chance=chance).route.severity


@given(policies, facts, st.data(), chances)
def test_lowering_a_threshold_never_makes_it_milder(policy, given_facts, data, chance):
    label = data.draw(st.sampled_from(ALL_LABELS))
    band = policy.bands.get(label, Band())
    name = data.draw(st.sampled_from(["review_at", "hold_at", "reject_at"]))
    old = getattr(band, name)
    lowered = replace(band, **{name: data.draw(st.floats(0, 1 if old is None else old))})
    stricter = replace(policy, bands={**policy.bands, label: lowered})
    assert route(stricter, given_facts, chance=chance).route.severity >= route(policy, given_facts, chance=chance).route.severity


def is_explained_strictest_first(policy, given_facts, chance, routing):
    severities = [reason.route.severity for reason in routing.reasons]
    assert severities == sorted(severities, reverse=True)
    assert routing.route is (routing.reasons[0].route if routing.reasons else Route.PUBLISH)
    assert Route.PUBLISH not in {reason.route for reason in routing.reasons}
    for reason in routing.reasons:
        if reason.kind is ReasonKind.BAND:
            assert reason.score is not None
            assert reason.threshold is not None
            assert reason.score >= reason.threshold


def is_its_rules_with_the_bands_on_top(policy, given_facts, chance, routing):
    """What a simulation relies on."""
    bands_alone = route(Policy(bands=policy.bands_for(given_facts.section)), RoutingFacts("", given_facts.scores or {}), chance=chance)
    assert routing.route.severity == max(routing.rule_route.severity, bands_alone.route.severity)


def is_sampled_only_when_published_and_keeps_the_probability(policy, given_facts, chance, routing):
    if routing.route is Route.PUBLISH:
        assert routing.sample_probability == policy.sample_rate
        assert routing.is_sampled == (chance < policy.sample_rate)
        assert routing.queue is (Queue.SAMPLE if routing.is_sampled else None)
    else:
        assert (routing.sample_probability, routing.is_sampled) == (1.0, False)


def is_the_same_again(policy, given_facts, chance, routing):
    assert route(policy, given_facts, chance=chance) == routing


def has_an_expected_harm_that_grows_with_reports(policy, given_facts, chance, routing):
    harms = [expected_harm(routing, reports) for reports in range(8)]
    assert harms == sorted(harms)
    assert 0 < harms[0] <= harms[-1] <= 1


@given(policies, facts, chances)
def test_whatever_is_routed(policy, given_facts, chance):
    routing = route(policy, given_facts, chance=chance)
    for holds in (
        is_explained_strictest_first,
        is_its_rules_with_the_bands_on_top,
        is_sampled_only_when_published_and_keeps_the_probability,
        is_the_same_again,
        has_an_expected_harm_that_grows_with_reports,
    ):
        holds(policy, given_facts, chance, routing)


@given(policies, facts, chances)
def test_without_scores_nothing_is_published_unless_the_policy_says_so_and_then_somebody_looks(policy, given_facts, chance):
    routing = route(policy, replace(given_facts, scores=None), chance=chance)
    assert routing.route.severity >= (Route.REVIEW if policy.publish_unscored else Route.HOLD).severity
    assert ReasonKind.UNSCORED in {reason.kind for reason in routing.reasons}


@pytest.mark.parametrize("score", [nan, inf, -inf, -0.0001, 1.0001, 2, -1])
@pytest.mark.parametrize("label", [Label.TOXICITY, Label.SEXUAL_EXPLICIT])
def test_what_is_no_score_is_refused(label, score):
    with pytest.raises(InvalidError):
        route(QUIET, replace(CIVIL, scores={Label.INSULT: 0.5, label: score}), chance=0.5)


@pytest.mark.parametrize(
    ("policy", "change", "kind", "expected"),
    [
        # scored in full, known author, nothing else: each rule speaks for itself
        (QUIET, {}, None, Route.PUBLISH),
        (QUIET, {"scores": None}, ReasonKind.UNSCORED, Route.HOLD),
        (replace(QUIET, publish_unscored=True), {"scores": None}, ReasonKind.UNSCORED, Route.REVIEW),
        (replace(QUIET, premoderation=True), {}, ReasonKind.PREMODERATION, Route.HOLD),
        (replace(QUIET, premoderation=True), {"standing": Standing.TRUSTED}, ReasonKind.PREMODERATION, Route.HOLD),
        (QUIET, {"standing": Standing.PREMODERATED}, ReasonKind.PREMODERATED_AUTHOR, Route.HOLD),
        (QUIET, {"standing": Standing.TRUSTED}, None, Route.PUBLISH),
        (replace(QUIET, banned_words=WordList(["civil"])), {}, ReasonKind.BANNED_WORD, Route.HOLD),
        (replace(QUIET, banned_words=WordList(["civil"]), banned_route=Route.REJECT), {}, ReasonKind.BANNED_WORD, Route.REJECT),
        (replace(QUIET, suspect_words=WordList(["civil word"])), {}, ReasonKind.SUSPECT_WORD, Route.REVIEW),
        (replace(QUIET, suspect_words=WordList(["civ"])), {}, None, Route.PUBLISH),
        (QUIET, {"link_count": 3}, None, Route.PUBLISH),
        (QUIET, {"link_count": 4}, ReasonKind.LINKS, Route.HOLD),
        (replace(QUIET, max_links=0, links_route=Route.REVIEW), {"link_count": 1}, ReasonKind.LINKS, Route.REVIEW),
        (replace(QUIET, links_route=Route.PUBLISH), {"link_count": 100}, None, Route.PUBLISH),
        (QUIET, {"repeat_count": 2}, None, Route.PUBLISH),
        (QUIET, {"repeat_count": 3}, ReasonKind.REPEATS, Route.HOLD),
        (replace(QUIET, repeats=0), {"repeat_count": 1000}, None, Route.PUBLISH),
        (replace(QUIET, first_comments=3), {"approved_count": 2}, ReasonKind.FIRST_COMMENTS, Route.REVIEW),
        (replace(QUIET, first_comments=3), {"approved_count": 3}, None, Route.PUBLISH),
        (replace(QUIET, first_comments=3), {"approved_count": 0, "standing": Standing.TRUSTED}, None, Route.PUBLISH),
        (QUIET, {"language": "xx", "scorer_languages": ("en", "de")}, ReasonKind.UNKNOWN_LANGUAGE, Route.REVIEW),
        (QUIET, {"language": "de", "scorer_languages": ("en", "de")}, None, Route.PUBLISH),
        (QUIET, {"language": None, "scorer_languages": ("en",)}, None, Route.PUBLISH),
        (QUIET, {"language": "xx", "scorer_languages": ()}, None, Route.PUBLISH),
    ],
)
def test_each_rule_alone(policy, change, kind, expected):
    routing = route(policy, replace(CIVIL, **change), chance=0.999)
    assert [reason.kind for reason in routing.reasons] == ([kind] if kind else [])
    assert routing.route is routing.rule_route is expected


def test_every_rule_stands_in_that_table_and_has_a_kind_of_its_own():
    assert {rule.__name__ for rule in RULES} | {"band"} == {kind.value for kind in ReasonKind}


@pytest.mark.parametrize(
    ("score", "expected", "threshold"),
    [
        (0.0, Route.PUBLISH, None),
        (0.3999, Route.PUBLISH, None),
        (0.4, Route.REVIEW, 0.4),
        (0.7, Route.HOLD, 0.7),
        (0.95, Route.REJECT, 0.95),
        (1.0, Route.REJECT, 0.95),
    ],
)
def test_a_threshold_is_reached_at_its_value(score, expected, threshold):
    policy = Policy(bands={Label.THREAT: Band(0.4, 0.7, 0.95)})
    routing = route(policy, replace(CIVIL, scores={Label.THREAT: score}), chance=0.999)
    assert routing.route is expected
    assert [reason.threshold for reason in routing.reasons] == ([] if threshold is None else [threshold])
    assert routing.rule_route is Route.PUBLISH


def test_bands_of_a_section_replace_the_sites_label_by_label():
    policy = Policy(
        bands={Label.THREAT: Band(hold_at=0.5), Label.INSULT: Band(hold_at=0.5)}, section_bands={"sport": {Label.INSULT: Band(hold_at=0.9)}}
    )
    for section, label, expected in (
        ("sport", Label.INSULT, Route.PUBLISH),
        ("sport", Label.THREAT, Route.HOLD),
        ("local", Label.INSULT, Route.HOLD),
        (None, Label.INSULT, Route.HOLD),
    ):
        assert route(policy, replace(CIVIL, section=section, scores={label: 0.6}), chance=0.999).route is expected


def test_a_label_that_was_not_measured_says_nothing():
    policy = Policy(bands={Label.SEXUAL_EXPLICIT: Band(review_at=0.01)})
    assert route(policy, CIVIL, chance=0.999).route is Route.PUBLISH


def test_a_word_is_shown_where_it_stands_and_one_in_disguise_by_its_name():
    policy = replace(QUIET, banned_words=WordList(["vile"]))
    plain = route(policy, replace(CIVIL, text="So VILE!"), chance=0.9).reasons[0]
    assert (plain.match, plain.begin, plain.end) == ("vile", 3, 7)
    disguised = route(policy, replace(CIVIL, text="So v1le!", prepared_text="so vile!"), chance=0.9).reasons[0]
    assert (disguised.match, disguised.begin, disguised.end) == ("vile", None, None)


def test_a_reason_as_a_document_has_only_what_applies():
    band = Reason(ReasonKind.BAND, Route.HOLD, label=Label.THREAT, score=0.123456, threshold=0.1)
    assert band.as_document() == {"kind": "band", "route": "hold", "label": "threat", "score": 0.1235, "threshold": 0.1}
    assert Reason(ReasonKind.LINKS, Route.HOLD).as_document() == {"kind": "links", "route": "hold"}
    word = Reason(ReasonKind.BANNED_WORD, Route.HOLD, match="w", begin=0, end=1)
    assert word.as_document() == {"kind": "banned_word", "route": "hold", "match": "w", "begin": 0, "end": 1}


def test_every_route_leads_to_a_status_and_strictness_is_the_order_of_declaration():
    assert [one.severity for one in Route] == [0, 1, 2, 3]
    assert set(STATUS_OF_ROUTE) == set(Route)
    visible = {one for one, status in STATUS_OF_ROUTE.items() if status is Status.PUBLISHED}
    assert visible == {Route.PUBLISH, Route.REVIEW}
