"""Everything that can be a reason has words for the author and for the moderator."""

import pytest

from commentsvc.domain.labels import ALL_LABELS, PLAIN_NAMES, Label
from commentsvc.domain.routing import Reason, ReasonKind
from commentsvc.domain.status import ReasonCode, Route, Status
from commentsvc.domain.wording import author_sentence, moderator_sentence

KINDS = [kind for kind in ReasonKind if kind is not ReasonKind.BAND]
NOT_ON_THE_PAGE = {Status.PENDING, Status.HELD, Status.REJECTED}


def document(kind: ReasonKind, label: Label | None = None) -> dict[str, str | float | int]:
    match = "fish" if "word" in kind.value else "xx" if kind is ReasonKind.UNKNOWN_LANGUAGE else None
    score, threshold = (0.876, 0.7) if label else (None, None)
    return Reason(kind, Route.HOLD, label=label, score=score, threshold=threshold, match=match).as_document()


DOCUMENTS = [document(kind) for kind in KINDS] + [document(ReasonKind.BAND, label) for label in ALL_LABELS]


def test_every_label_has_a_plain_name():
    assert set(PLAIN_NAMES) == set(Label)


def test_every_reason_has_words_of_its_own():
    for sentence in (lambda reason: author_sentence("held", [reason]), moderator_sentence):
        sentences = [sentence(reason) for reason in DOCUMENTS]
        assert len(set(sentences)) == len(DOCUMENTS)
        # The code of a kind or label is not words.
        assert not [text for text in sentences if "_" in text]


@pytest.mark.parametrize("reason", DOCUMENTS, ids=lambda reason: str(reason.get("label", reason["kind"])))
def test_an_author_is_told_why(reason):
    held = author_sentence("held", [reason])
    assert held.startswith("Waiting for a moderator. Your comment was held because it ") or " because " in held
    assert author_sentence("rejected", [reason]).startswith("Your comment is not shown because ")
    # Neither numbers nor the words of a list are for the author.
    assert "0.8" not in held
    assert "fish" not in held


def test_several_reasons_are_joined_and_said_once():
    reasons = [
        document(ReasonKind.LINKS),
        document(ReasonKind.BAND, Label.THREAT),
        document(ReasonKind.BAND, Label.INSULT),
        document(ReasonKind.LINKS),
        document(ReasonKind.REPEATS),
    ]
    assert author_sentence("held", reasons) == (
        "Waiting for a moderator. Your comment was held because it looks like a threat and an insult,"
        " it contains many links and the same text has been posted several times."
    )
    assert author_sentence("held", []) == "Waiting for a moderator. Your comment was held."


@pytest.mark.parametrize("ground", list(ReasonCode))
def test_a_moderators_ground_is_told_in_place_of_what_software_thought(ground):
    told = author_sentence("rejected", [document(ReasonKind.BAND, Label.THREAT)], ground)
    assert told.startswith("Your comment is not shown. A moderator read it and rejected it as ")
    assert "looks like" not in told
    assert author_sentence("held", [], ground) == author_sentence("held", [])


@pytest.mark.parametrize("status", list(Status))
def test_a_status_has_a_sentence_when_the_comment_is_not_on_the_page(status):
    sentence = author_sentence(status.value, [])
    assert bool(sentence) == (status in NOT_ON_THE_PAGE)


def test_a_moderator_reads_the_number_against_its_threshold():
    assert moderator_sentence(document(ReasonKind.BAND, Label.THREAT)) == "Threat 0.88, held from 0.70"
    assert moderator_sentence(document(ReasonKind.BANNED_WORD)) == "Banned word: fish"
    assert moderator_sentence({"kind": "reported", "count": 3}) == "Reported by readers: 3"


def test_what_was_not_shown_elsewhere_says_so():
    reason = {"kind": "imported", "route": "hold"}
    assert author_sentence("held", [reason]) == (
        "Waiting for a moderator. Your comment was held because it was not shown where it was first posted."
    )
    assert moderator_sentence(reason) == "Not shown where it was imported from"
