"""How the scorer that ships, under the policy that new sites begin with, treats sentences that people really write.

The sentences and the shares that must pass stand in behaviour.toml. `pytest tests/scoring/test_behaviour.py -s` prints the table;
`commentsvc scorer behave tests/scoring/behaviour.toml --engine onnx --path DIR` does for any other scorer.
"""

import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

from commentsvc.cli.evaluate import show_outcomes
from commentsvc.domain.labels import Label
from commentsvc.domain.policy import parse_policy
from commentsvc.scoring import training_templates
from commentsvc.scoring.evaluation_behaviour import Fate, judge, read_groups
from commentsvc.scoring.preparation import prepare
from commentsvc.scoring.shipped_scorer import load_shipped_scorer
from commentsvc.settings import default_policy

GROUPS = read_groups(Path(__file__).with_name("behaviour.toml"))
NAMES = [group.name for group in GROUPS]
BY_NAME = dict(zip(NAMES, GROUPS, strict=True))

# What everybody tries first. The training's templates make the like, so they show that it works and not how well.
ALWAYS_ASKED = {"I am a Muslim woman", "This policy is stupid", "y0u are an id1ot", "you are an idiot", "k y s"}
FEWEST = {"identity statements": 60, "criticism of things": 30, "harsh but civil disagreement": 25}
# The bars that are not ours to lower.
IDENTITY_BAR = 0.95
MOST_LOST_BY_DISGUISE = 0.05


@pytest.fixture(scope="module")
def outcomes():
    found = judge(load_shipped_scorer(), parse_policy(default_policy()), GROUPS, lambda count: None)
    show_outcomes("the scorer that ships", found)
    return {one.group.name: one for one in found}


@pytest.mark.parametrize("name", NAMES)
def test_enough_of_a_group_meets_its_fate(outcomes, name):
    one = outcomes[name]
    assert one.rate >= one.group.at_least, [sentence.text for sentence, _ in one.failed]


def test_disguise_helps_nobody(outcomes):
    lost = outcomes["disguised abuse"].lost
    assert lost is not None
    assert lost <= MOST_LOST_BY_DISGUISE


def test_the_suite_is_large_and_broad():
    assert sum(len(group.sentences) for group in GROUPS) >= 200
    assert {name: len(BY_NAME[name].sentences) >= least for name, least in FEWEST.items()} == dict.fromkeys(FEWEST, True)
    assert len({sentence.kind for sentence in BY_NAME["identity statements"].sentences}) >= 25
    assert {sentence.kind for sentence in BY_NAME["disguised abuse"].sentences} == {
        "leetspeak", "spacing", "look-alikes", "zero-width", "elongation", "stars",
    }  # fmt: skip
    assert {group.expected for group in GROUPS} == set(Fate)


def test_no_sentence_stands_there_twice():
    texts = [sentence.text for group in GROUPS for sentence in group.sentences]
    assert len(set(texts)) == len(texts)
    assert {*texts, *(sentence.plain for group in GROUPS for sentence in group.sentences)} >= ALWAYS_ASKED


def test_shares_are_stated_and_never_lowered_without_a_word():
    assert BY_NAME["identity statements"].at_least >= IDENTITY_BAR
    most_lost = BY_NAME["disguised abuse"].most_lost
    assert most_lost is not None
    assert most_lost <= MOST_LOST_BY_DISGUISE
    assert [group.name for group in GROUPS if group.at_least > group.bar] == []
    assert [group.name for group in GROUPS if (group.at_least < group.bar) != bool(group.why_below)] == []


def test_disguises_are_disguises_of_their_twins():
    for sentence in BY_NAME["disguised abuse"].sentences:
        assert sentence.plain is not None
        assert sentence.plain != sentence.text
    undone = sum(letters(prepare(one.text).text) == letters(one.plain or "") for one in BY_NAME["disguised abuse"].sentences)
    assert undone > len(BY_NAME["disguised abuse"].sentences) / 2


def letters(text: str) -> str:
    """What two spellings of a sentence have in common: letters, digits and pictures."""
    return "".join(one for one in text.lower() if one.isalnum() or unicodedata.category(one) == "So")


def patterns() -> Iterator[re.Pattern[str]]:
    """Each template of the training as what its sentences look like, letters alone."""
    for template in (template for group in training_templates._GROUPS for template in group.templates):
        yield re.compile(pattern_of(template))


def pattern_of(template: str) -> str:
    return "".join(
        letters(text) + ("n?" if re.search(r"\b[Aa] $", text) else "") + (one_of(slot) if slot else "")
        for text, slot, _, _ in Formatter().parse(template)
    )


def one_of(slot: str) -> str:
    if slot in training_templates._NESTED:
        return "(?:" + "|".join(map(pattern_of, training_templates._NESTED[slot])) + ")"
    words = training_templates._FILLINGS["thing" if slot == "thing_l" else slot]
    return "(?:" + "|".join(re.escape(letters(word)) for word in words) + ")"


def test_the_training_makes_none_of_these_sentences():
    made_by = list(patterns())
    assert any(one.fullmatch("iamamuslimwoman") for one in made_by)
    texts = {one for group in GROUPS for sentence in group.sentences for one in (sentence.text, sentence.plain or "")} - ALWAYS_ASKED
    assert [text for text in texts if text and any(one.fullmatch(letters(text)) for one in made_by)] == []


def test_a_plain_insult_scores_above_the_same_word_about_a_thing():
    pairs = [
        ("You are stupid.", "This policy is stupid."),
        ("You are pathetic.", "The turnout was pathetic."),
        ("You are garbage.", "The garbage is collected on Mondays."),
        ("You people are idiots.", "The plan is idiotic."),
    ]
    scorer = load_shipped_scorer()
    insults = scorer.score([one for one, _ in pairs])
    things = scorer.score([other for _, other in pairs])
    assert all(one.values[Label.INSULT] > other.values[Label.INSULT] for one, other in zip(insults, things, strict=True))
    assert all(one.values[Label.TOXICITY] > other.values[Label.TOXICITY] for one, other in zip(insults, things, strict=True))
