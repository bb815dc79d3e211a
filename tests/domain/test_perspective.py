"""Attributes and labels, and the scale on which one cut-off means the same for all of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commentsvc.domain.labels import Label
from commentsvc.domain.perspective import LABEL_OF_ATTRIBUTE, PLAIN_SCALE, find_label, match_scales

SHARES = {
    Label.TOXICITY: {"fpr_1": 0.83, "fpr_5": 0.46, "fpr_10": 0.2},
    Label.THREAT: {"fpr_1": 0.11, "fpr_5": 0.03, "fpr_10": 0.02},
}
SCORES = st.floats(0.0, 1.0)


@pytest.mark.parametrize(
    ("attribute", "label"),
    [
        ("TOXICITY", Label.TOXICITY),
        ("SEVERE_TOXICITY", Label.SEVERE_TOXICITY),
        ("IDENTITY_ATTACK", Label.IDENTITY_ATTACK),
        ("INSULT", Label.INSULT),
        ("PROFANITY", Label.OBSCENE),
        ("OBSCENE", Label.OBSCENE),
        ("THREAT", Label.THREAT),
        ("SEXUALLY_EXPLICIT", Label.SEXUAL_EXPLICIT),
        ("TOXICITY@6", Label.TOXICITY),
        ("SPAM", None),
        ("FLIRTATION", None),
        ("INFLAMMATORY", None),
        ("ATTACK_ON_AUTHOR", None),
        ("ATTACK_ON_COMMENTER", None),
        ("UNSUBSTANTIAL", None),
        ("INCOHERENT", None),
        ("toxicity", None),
        ("", None),
        ("@6", None),
    ],
)
def test_an_attribute_asks_for_a_label_or_for_nothing_of_ours(attribute, label):
    assert find_label(attribute) is label


def test_every_label_can_be_asked_for():
    assert set(LABEL_OF_ATTRIBUTE.values()) == set(Label)


@pytest.mark.parametrize("share", ["fpr_1", "fpr_5"])
def test_one_number_is_equally_rare_whatever_the_label(share):
    scales = match_scales(SHARES)
    assert scales[Label.THREAT].apply(SHARES[Label.THREAT][share]) == pytest.approx(SHARES[Label.TOXICITY][share])


def test_below_every_cut_off_civil_texts_stay_civil():
    """One civil text in ten has at least 0.02 here; that is no reason to show it beside a toxicity of 0.2."""
    scale = match_scales({**SHARES, Label.THREAT: {**SHARES[Label.THREAT], "fpr_10": 0.0001}})[Label.THREAT]
    assert scale.apply(0.0001) < 0.01


@given(SCORES)
def test_toxicity_stays_as_it_is(score):
    assert match_scales(SHARES)[Label.TOXICITY].apply(score) == pytest.approx(score)


@given(SCORES, SCORES)
def test_a_higher_score_never_looks_lower(one, other):
    scale = match_scales(SHARES)[Label.THREAT]
    low, high = sorted([one, other])
    assert 0.0 <= scale.apply(low) <= scale.apply(high) <= 1.0


def test_the_ends_stay():
    for scale in match_scales(SHARES).values():
        assert (scale.apply(0.0), scale.apply(1.0)) == (0.0, 1.0)


@pytest.mark.parametrize(
    "threat",
    [{}, {"fpr_5": 0.0}, {"fpr_5": 0.3, "fpr_1": 0.3}, {"fpr_5": 0.4, "fpr_1": 0.2}, {"fpr_2": 0.5}],
    ids=["none", "at the end", "twice the same", "falling", "of no such share"],
)
def test_shares_that_say_nothing_leave_the_scores_alone(threat):
    assert match_scales({**SHARES, Label.THREAT: threat})[Label.THREAT] == PLAIN_SCALE


def test_without_toxicity_there_is_nothing_to_be_put_beside():
    assert match_scales({Label.THREAT: SHARES[Label.THREAT]}) == {Label.THREAT: PLAIN_SCALE}
