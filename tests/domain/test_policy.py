"""A policy's document is read strictly: what does not fit is named with a pointer to it."""

from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commentsvc.domain.errors import InvalidError
from commentsvc.domain.labels import Label
from commentsvc.domain.policy import MAX_WORDS, Band, Policy, parse_policy
from commentsvc.domain.status import Route
from commentsvc.domain.wordlist import WordList

FULL: dict[str, object] = {
    "bands": {"toxicity": {"review_at": 0.4, "hold_at": 0.7, "reject_at": 0.95}, "threat": {"hold_at": 0.5, "reject_at": None}},
    "sections": {"sport/local~1": {"bands": {"insult": {"review_at": 1}}}},
    "words": {"suspect": ["fish"], "suspect_route": "hold", "banned": ["two words"], "banned_route": "reject"},
    "first_comments": {"count": 3, "route": "hold"},
    "links": {"max": 0, "route": "review"},
    "repeats": {"count": 5, "route": "review"},
    "language": {"unknown_route": "publish"},
    "premoderation": True,
    "publish_unscored": True,
    "sample_rate": 0.5,
}


def pointers(document: object) -> list[str]:
    with pytest.raises(InvalidError) as refused:
        parse_policy(document)
    return [problem.pointer for problem in refused.value.fields]


def test_everything_that_can_be_said_is_understood():
    assert parse_policy(FULL) == Policy(
        bands={Label.TOXICITY: Band(0.4, 0.7, 0.95), Label.THREAT: Band(hold_at=0.5)},
        section_bands={"sport/local~1": {Label.INSULT: Band(review_at=1.0)}},
        suspect_words=WordList(["fish"]),
        suspect_route=Route.HOLD,
        banned_words=WordList(["two words"]),
        banned_route=Route.REJECT,
        first_comments=3,
        first_comments_route=Route.HOLD,
        max_links=0,
        links_route=Route.REVIEW,
        repeats=5,
        repeats_route=Route.REVIEW,
        unknown_language_route=Route.PUBLISH,
        premoderation=True,
        publish_unscored=True,
        sample_rate=0.5,
    )


def test_an_empty_document_is_the_mildest_policy():
    assert parse_policy({}) == Policy(bands={})


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (None, [""]),
        ([], [""]),
        ("x", [""]),
        ({"wrods": {}}, ["/wrods"]),
        ({"a/b~c": 1}, ["/a~1b~0c"]),
        ({"bands": []}, ["/bands"]),
        ({"bands": {"rudeness": {}}}, ["/bands/rudeness"]),
        ({"bands": {"threat": 0.5}}, ["/bands/threat"]),
        ({"bands": {"threat": {"hold": 0.5}}}, ["/bands/threat/hold"]),
        ({"bands": {"threat": {"hold_at": 0}}}, ["/bands/threat/hold_at"]),
        ({"bands": {"threat": {"hold_at": 1.01}}}, ["/bands/threat/hold_at"]),
        ({"bands": {"threat": {"hold_at": nan}}}, ["/bands/threat/hold_at"]),
        ({"bands": {"threat": {"hold_at": inf}}}, ["/bands/threat/hold_at"]),
        ({"bands": {"threat": {"hold_at": True}}}, ["/bands/threat/hold_at"]),
        ({"bands": {"threat": {"hold_at": "0.5"}}}, ["/bands/threat/hold_at"]),
        ({"bands": {"threat": {"review_at": 0.6, "hold_at": 0.5}}}, ["/bands/threat/hold_at"]),
        ({"bands": {"threat": {"review_at": 0.6, "reject_at": 0.5}}}, ["/bands/threat/reject_at"]),
        ({"bands": {"threat": {"review_at": 0.9, "hold_at": 0.5, "reject_at": 0.7}}}, ["/bands/threat/hold_at", "/bands/threat/reject_at"]),
        ({"sections": {"a/b": {"bands": {"threat": {"hold_at": 2}}}}}, ["/sections/a~1b/bands/threat/hold_at"]),
        ({"sections": {"sport": {"words": []}}}, ["/sections/sport/words"]),
        ({"sections": {"sport": None}}, ["/sections/sport"]),
        ({"words": {"banned": "fish"}}, ["/words/banned"]),
        ({"words": {"banned": ["fish", "", "  ", 7, "!?", "a b c d e f g h i", "x" * 101]}}, [f"/words/banned/{n}" for n in range(1, 7)]),
        ({"words": {"suspect": ["w"] * (MAX_WORDS + 1)}}, ["/words/suspect"]),
        ({"words": {"suspect_route": "delete"}}, ["/words/suspect_route"]),
        ({"words": {"banned_route": 3}}, ["/words/banned_route"]),
        ({"first_comments": {"count": -1}}, ["/first_comments/count"]),
        ({"first_comments": {"count": 101}}, ["/first_comments/count"]),
        ({"first_comments": {"count": 1.5}}, ["/first_comments/count"]),
        ({"links": {"max": True}}, ["/links/max"]),
        ({"repeats": {"count": 1001}}, ["/repeats/count"]),
        ({"language": {"unknown_route": "Hold"}}, ["/language/unknown_route"]),
        ({"premoderation": "yes"}, ["/premoderation"]),
        ({"publish_unscored": 1}, ["/publish_unscored"]),
        ({"sample_rate": -0.1}, ["/sample_rate"]),
        ({"sample_rate": 1.1}, ["/sample_rate"]),
        ({"sample_rate": nan}, ["/sample_rate"]),
        ({"sample_rate": "0.1"}, ["/sample_rate"]),
        ({"bands": {"threat": {"hold_at": 10**400}}, "sample_rate": 10**400}, ["/bands/threat/hold_at", "/sample_rate"]),
    ],
)
def test_what_does_not_fit_is_named(document, expected):
    assert pointers(document) == expected


def test_every_problem_is_told_at_once():
    assert set(pointers({"bands": {"threat": {"hold_at": 2}}, "sample_rate": 7, "premoderation": 0, "x": 1})) == {
        "/bands/threat/hold_at",
        "/sample_rate",
        "/premoderation",
        "/x",
    }


def test_equal_thresholds_are_in_order():
    policy = parse_policy({"bands": {"threat": {"review_at": 0.5, "hold_at": 0.5, "reject_at": 0.5}}})
    assert policy.bands[Label.THREAT].route(0.5) == (Route.REJECT, 0.5)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*FULL, "threat", "hold_at", "count", "x"]), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(json_values)
def test_whatever_is_sent_is_read_or_refused(document):
    try:
        found: Policy | InvalidError = parse_policy(document)
    except InvalidError as refused:
        found = refused
    assert isinstance(found, Policy) or found.fields


@given(st.dictionaries(st.sampled_from(list(FULL)), json_values, max_size=3))
def test_a_value_of_the_wrong_kind_never_becomes_a_rule(replaced):
    document = {**FULL, **replaced}
    try:
        policy = parse_policy(document)
    except InvalidError:
        return
    assert 0 <= policy.sample_rate <= 1
    for band in policy.bands.values():
        told = [value for value in (band.review_at, band.hold_at, band.reject_at) if value is not None]
        assert told == sorted(told)
        assert all(0 < value <= 1 for value in told)
