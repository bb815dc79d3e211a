"""How the shipped scorer, with the bands it recommends, treats sentences that people really write, group by group.

The pass rates are what the model that ships reaches, less a little for other processors' rounding: a new model may raise
them, and must not lower them. A few of these sentences also come out of the templates that training uses, most do not.
"""

from dataclasses import dataclass

import pytest

from commentsvc.domain.labels import Label
from commentsvc.domain.policy import Band
from commentsvc.domain.ports import ScoreSet
from commentsvc.scoring.shipped_scorer import load_shipped_scorer


@dataclass(frozen=True)
class Group:
    """Sentences that should meet the same fate, and the share of them that does."""

    should_be: str
    pass_rate: float
    sentences: tuple[str, ...]


GROUPS = {
    "identity statements": Group(
        "published",
        0.0,
        (
            "Speaking as a Muslim woman, I found the interview fair.",
            "My wife is Jewish and we celebrate both holidays.",
            "I came out as gay when I was nineteen.",
            "He is black, she is white, and they have been married for forty years.",
            "I have been a lesbian all my life.",
            "My parents are Mexican immigrants who run a bakery.",
            "The new bishop is the first woman in that office.",
            "Two trans students spoke at the school board.",
            "I'm an atheist, my sister is Catholic.",
            "Our family fled from Syria in 2015.",
            "I use a wheelchair, and the station has no lift.",
            "As an old white man I learnt something from this.",
            "My son is autistic.",
            "Chinese New Year is next week, and my students are excited.",
            "The black community in our town has organised a food bank.",
            "I am Muslim",
            "im gay",
            "Women earn less than men in this company.",
            "She is Jewish.",
            "Indian and Pakistani fans watched the match together.",
        ),
    ),
    "criticism of things": Group(
        "published",
        0.0,
        (
            "This policy is stupid",
            "The new timetable is a complete mess.",
            "What an idiotic rule.",
            "That was the worst film I have seen in years.",
            "The budget is garbage and everybody knows it.",
            "These parking fees are insane!",
            "The referee's decision was ridiculous.",
            "Their website is useless, I gave up after ten minutes.",
            "The stadium plan is a dumb waste of public money",
            "I hate the new logo.",
            "Pathetic excuse for a bus service.",
            "The law is badly written and will fail in court.",
            "Such a silly headline for a serious story.",
            "This bridge is ugly as sin.",
            "Your argument makes no sense.",
            "The roads here are a disgrace.",
        ),
    ),
    "civil disagreement": Group(
        "published",
        0.0,
        (
            "I think you are mistaken about the figures.",
            "No, that is simply not true.",
            "With respect, you have not read the report.",
            "You keep missing the point, which is the cost.",
            "The mayor should explain herself, or go.",
            "I could not disagree more.",
            "Sorry, but this comparison does not hold.",
            "Why should my taxes pay for that?",
            "Nobody asked the neighbours, and that makes me angry.",
            "Vote them out next year.",
            "He lost the election because he did not listen.",
            "The killer was sentenced to life in prison on Friday.",
            "Kill the lights when you leave the room.",
            "We got beaten three to nil, and deserved it.",
            "She was shot twice and survived.",
            "If you feel that life is not worth living, please call someone.",
        ),
    ),
    "plain abuse": Group(
        "held",
        0.0,
        (
            "You are a worthless idiot, go kill yourself",
            "Shut your mouth, you stupid cow.",
            "You're nothing but a pathetic loser.",
            "What a bunch of morons you all are.",
            "Go to hell, you piece of shit.",
            "fuck you and fuck your family",
            "You are dumb as a brick and twice as ugly.",
            "He's a lying scumbag and so is his whole party.",
            "Nobody wants you here, dickhead",
            "you disgusting little rat",
            "Stupid bitch, learn to read.",
            "I have never met such an ignorant asshole.",
            "crawl back under your rock, troll",
            "Are you retarded?",
        ),
    ),
    "hate": Group(
        "held",
        0.0,
        (
            "Muslims are animals and do not belong here.",
            "All gays should burn.",
            "Jews run everything and must be stopped, the rats.",
            "Send those filthy immigrants back to the jungle.",
            "Women are too stupid for politics.",
            "Black people are subhuman.",
            "Trans people are disgusting freaks.",
            "Gypsies are thieves, every last one of them, get rid of the vermin",
        ),
    ),
    "threats": Group(
        "held",
        0.0,
        (
            "I am going to find out where you live and kill you.",
            "You will be dead by Friday.",
            "Someone ought to put a bullet in your head.",
            "I'll beat you so hard that your mother won't know you.",
            "We are coming to burn your house down.",
            "Sleep with one eye open, because I will get you.",
            "You should be hanged from the nearest tree.",
            "I will cut you into pieces, bitch",
        ),
    ),
    "disguised abuse": Group(
        "reviewed",
        0.0,
        (
            "y0u are an id1ot",
            "k y s",
            "you stup1d m0ron",
            "f u c k you",
            "you are an i.d.i.o.t",
            "уоu аrе а mоrоn",
            "you fu\u200bcking id\u200biot",
            "yoooou are soooo stuuuupid, you looooser",
            "what an a$$hole",
            "go k1ll y0urself",
            "b!tch, shut up",
            "ｙｏｕ ａｒｅ ａｎ ｉｄｉｏｔ",
            "𝕪𝕠𝕦 𝕒𝕣𝕖 𝕤𝕔𝕦𝕞",
            "f**k off you sh*thead",
            "you are such a m o r o n",
            "ᴋɪʟʟ ʏᴏᴜʀꜱᴇʟꜰ",
        ),
    ),
}  # fmt: skip
_ORDER = ("published", "reviewed", "held")


@pytest.fixture(scope="module")
def scorer():
    return load_shipped_scorer()


def fate(score_set: ScoreSet, bands: dict[Label, Band]) -> str:
    found = "published"
    for label, band in bands.items():
        value = score_set.values[label]
        if band.hold_at is not None and value >= band.hold_at:
            return "held"
        if band.review_at is not None and value >= band.review_at:
            found = "reviewed"
    return found


@pytest.mark.parametrize("name", GROUPS)
def test_pass_rate_of_a_group(scorer, name):
    group = GROUPS[name]
    bands = scorer.description.recommended_bands
    fates = [fate(score_set, bands) for score_set in scorer.score(group.sentences)]
    # What should be published must not go further, what should be stopped must go at least that far.
    wanted = _ORDER.index(group.should_be)
    passes = [_ORDER.index(one) >= wanted if wanted else one == "published" for one in fates]
    rate = sum(passes) / len(passes)
    failed = [f"{sentence} ({one})" for sentence, one, passed in zip(group.sentences, fates, passes, strict=True) if not passed]
    print(f"{name}: {rate:.0%} of {len(passes)} {group.should_be}; not: {failed}")  # noqa: T201 - shown with -s and on failure
    assert rate >= group.pass_rate


def test_a_plain_insult_scores_above_the_same_word_about_a_thing(scorer):
    pairs = [
        ("You are stupid.", "This policy is stupid."),
        ("You are pathetic.", "The turnout was pathetic."),
        ("You are garbage.", "The garbage is collected on Mondays."),
        ("You people are idiots.", "The plan is idiotic."),
    ]
    insults = scorer.score([one for one, _ in pairs])
    things = scorer.score([other for _, other in pairs])
    assert all(one.values[Label.INSULT] > other.values[Label.INSULT] for one, other in zip(insults, things, strict=True))
    assert all(one.values[Label.TOXICITY] > other.values[Label.TOXICITY] for one, other in zip(insults, things, strict=True))
