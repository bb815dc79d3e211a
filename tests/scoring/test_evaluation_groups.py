"""Who is named in a text, and what a scorer makes of the naming."""

import numpy as np
import pytest

from commentsvc.scoring.evaluation import roc_auc
from commentsvc.scoring.evaluation_groups import FEWEST, measure_groups
from commentsvc.scoring.identity_groups import IDENTITY_GROUPS, groups_in, mentions_in


@pytest.mark.parametrize(
    ("text", "groups"),
    [
        ("I am a Muslim woman", {"Muslim", "women"}),
        ("BLACK MEN and black-and-white films", {"Black", "men"}),
        ("He is black, she is white.", {"Black", "white"}),
        ("The white house on the black hill", set()),
        ("my gay friend", {"gay or lesbian"}),
        ("a lesbian couple", {"gay or lesbian"}),
        ("the Jews' rights, the Christian's duty", {"Jewish", "Christian"}),
        ("the Jews\u2019 rights", {"Jewish"}),
        ("I am trans", {"transgender"}),
        ("transport and translation", set()),
        ("refugees, immigrants and Mexicans", {"immigrant or refugee", "Latino"}),
        ("a deaf child in a wheelchair", {"disability"}),
        ("mankind, manage, womanise", set()),
        ("old people and teenagers", {"older", "younger"}),
        ("They eat turkey with thyme", set()),
        ("Asian and Indian food", {"Asian", "South Asian"}),
        ("", set()),
    ],
)
def test_groups_are_found_by_words(text, groups):
    assert groups_in(text) == groups


def test_mentions_are_columns_over_the_texts():
    found = mentions_in(["women", "nobody", "gay women"])
    assert list(found) == list(IDENTITY_GROUPS)
    assert found["women"].tolist() == [True, False, True]
    assert found["gay or lesbian"].tolist() == [False, False, True]
    assert not found["Roma"].any()


def biased(count=2_000):
    """A scorer for which naming the group is worth a third of abuse."""
    chance = np.random.default_rng(6)
    inside = chance.random(count) < 0.2
    targets = (chance.random(count) < 0.3).astype(float)
    return targets, np.clip(0.5 * targets + 0.3 * inside + 0.4 * chance.random(count), 0, 1), inside


def test_areas_are_those_of_the_subsets():
    targets, scores, inside = biased()
    found = measure_groups(targets, scores, {"they": inside}, rounds=20)["they"]
    positive = targets >= 0.5
    bpsn = np.where(inside, ~positive, positive)
    bnsp = np.where(inside, positive, ~positive)
    assert found.areas["subgroup_auc"].value == pytest.approx(roc_auc(positive[inside], scores[inside]))
    assert found.areas["bpsn_auc"].value == pytest.approx(roc_auc(positive[bpsn], scores[bpsn]))
    assert found.areas["bnsp_auc"].value == pytest.approx(roc_auc(positive[bnsp], scores[bnsp]))
    assert (found.text_count, found.positive_count) == (inside.sum(), (inside & positive).sum())


def test_bias_against_a_group_shows_in_bpsn_and_in_false_positives():
    targets, scores, inside = biased()
    others = np.random.default_rng(8).random(len(inside)) < 0.2
    found = measure_groups(targets, scores, {"they": inside, "others": others}, review_at=0.5, rounds=100)
    they, rest = found["they"], found["others"]
    assert they.areas["bpsn_auc"].high < rest.areas["bpsn_auc"].low
    assert they.areas["bnsp_auc"].value > rest.areas["bnsp_auc"].value
    assert they.fpr_at_review is not None
    assert rest.fpr_at_review is not None
    assert they.fpr_at_review.low > rest.fpr_at_review.high


def test_too_few_texts_give_no_area_and_a_wide_rate():
    targets = np.array([1.0] * (FEWEST - 1) + [0.0] * 30)
    scores = np.linspace(0.9, 0.1, len(targets))
    found = measure_groups(targets, scores, {"few": targets >= 0, "none": targets < 0}, review_at=0.95, rounds=10)
    assert list(found) == ["few"]
    assert found["few"].areas == {}
    rate = found["few"].fpr_at_review
    assert rate is not None
    # No alarm among thirty is not none among thousands.
    assert rate.value == 0
    assert rate.high > 0.1


def test_without_a_threshold_there_is_no_rate():
    targets, scores, inside = biased(100)
    assert measure_groups(targets, scores, {"they": inside}, rounds=5)["they"].fpr_at_review is None
