"""Letters: what stands in them, and when the next one is due."""

from datetime import UTC, datetime, timedelta
from string import Formatter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commentsvc.domain.letter_words import LETTER_WORDS, letter_words
from commentsvc.domain.letters import MOST_IN_ONE, Letterhead, Reply, due_at, plain_text, write_confirmation, write_digest
from commentsvc.domain.status import Pace

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
HEAD = Letterhead("The Gazette", "en", "https://comments.example/mail/x")
REPLY = Reply("Ben", "The tram", "<p>It was <em>late</em>.</p>", "https://gazette.example/tram#comment-1")


@pytest.mark.parametrize(
    ("pace", "sent", "due"),
    [
        (Pace.EACH, None, timedelta(minutes=1)),
        (Pace.DAILY, None, timedelta(minutes=1)),
        (Pace.EACH, timedelta(seconds=-5), timedelta(minutes=1)),
        (Pace.HOURLY, timedelta(minutes=-10), timedelta(minutes=50)),
        (Pace.HOURLY, timedelta(minutes=-90), timedelta(minutes=1)),
        (Pace.DAILY, timedelta(hours=-1), timedelta(hours=23)),
    ],
)
def test_letters_wait_for_their_pace_and_gather_for_a_minute(pace, sent, due):
    assert due_at(pace, None if sent is None else NOON + sent, NOON) == NOON + due


def test_every_language_has_every_word_with_the_same_holes():
    def holes(text: str) -> set[str | None]:
        return {name for _, name, _, _ in Formatter().parse(text) if name}

    for language, words in LETTER_WORDS.items():
        assert words.keys() == LETTER_WORDS["en"].keys(), language
        for key, text in words.items():
            assert holes(text) == holes(LETTER_WORDS["en"][key]), (language, key)
            assert text.strip() == text != ""


def test_languages_are_found_by_their_first_part_and_english_stands_in():
    assert letter_words("de-AT") is letter_words("DE") is LETTER_WORDS["de"]
    assert letter_words("tlh") is LETTER_WORDS["en"]


def test_a_letter_about_one_reply_names_who_wrote():
    letter = write_digest(HEAD, [REPLY])
    assert letter.subject == "Ben replied to you on The Gazette"
    assert "Ben wrote, on “The tram”:\n\n> It was late.\n\nRead and answer: https://gazette.example/tram#comment-1" in letter.text
    assert letter.text.rstrip().endswith("Stop, or change how often: https://comments.example/mail/x")


def test_a_letter_about_many_tells_the_first_and_that_there_are_more():
    letter = write_digest(HEAD, [REPLY] * (MOST_IN_ONE + 1))
    assert letter.subject == f"{MOST_IN_ONE + 1} new replies on The Gazette"
    assert letter.text.count("Ben wrote") == MOST_IN_ONE
    assert "And more, on the page." in letter.text


@given(
    name=st.text(min_size=1, max_size=100),
    title=st.text(max_size=500),
    body=st.text(max_size=1000),
    language=st.sampled_from(list(LETTER_WORDS)),
)
def test_nothing_that_readers_write_breaks_a_letter(name, title, body, language):
    head = Letterhead(title or "x", language, HEAD.manage)
    letter = write_digest(head, [Reply(name, title, f"<p>{body}</p>", REPLY.address)])
    assert "\n" not in letter.subject
    assert "\r" not in letter.subject + letter.text
    assert len(letter.subject) <= 150
    assert letter.text.count(head.manage) >= 1
    confirmation = write_confirmation(head)
    assert HEAD.manage in confirmation.text


def test_braces_in_a_name_are_letters():
    assert write_digest(HEAD, [Reply("{site}", "{n}", "<p>{name}</p>", "a")]).subject == "{site} replied to you on The Gazette"


def test_the_confirmation_holds_nothing_but_the_sites_name_and_our_words():
    letter = write_confirmation(HEAD)
    assert letter.subject == "Replies from The Gazette by e-mail: please confirm"
    assert letter.text.count("https://") == 1


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>One &amp; two</p>\n<p>Three<br>\nfour</p>", "One & two\n Three\n four".replace(" Three", "Three").replace(" four", "four")),
        ("<ul><li>a</li>\n<li>b</li></ul>", "a\nb"),
        ('<p>A <a href="https://x.example">link</a></p>', "A link"),
        ("<p>&lt;script&gt;</p>", "<script>"),
        ("<p>a\u202eb\x07c</p>", "abc"),
    ],
)
def test_html_becomes_plain_text(html, text):
    assert plain_text(html) == text


def test_long_texts_are_cut_after_a_word():
    cut = plain_text("<p>" + "word " * 500 + "</p>", most=22)
    assert cut == "word word word word …"
