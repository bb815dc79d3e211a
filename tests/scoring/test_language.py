"""Language detection: right when sure, silent when not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commentsvc.scoring.language import detect_language

SURE = [
    ("You are an idiot", "en"),
    ("This policy is stupid", "en"),
    ("I don't think that this is right.", "en"),
    ("dont tell me what i cant do", "en"),
    ("The council voted against the plan, and nobody was told why.", "en"),
    ("Danke für den Artikel, er ist sehr gut geschrieben!", "de"),
    ("Dies ist ein dummer Kommentar von einem Idioten", "de"),
    ("Merci beaucoup pour cet article très intéressant", "fr"),
    ("Você é um idiota, vai se matar", "pt"),
    ("Ik vind dit een heel slecht artikel van deze krant", "nl"),
    ("Bu makale çok güzel olmuş, teşekkürler herkese", "tr"),
    ("Привет, как дела у вас сегодня?", "ru"),
    ("привет", "ru"),
    ("日本語です", "ja"),
    ("这是一个很好的文章", "zh"),
    ("안녕하세요", "ko"),
    ("Καλημέρα σε όλους", "el"),
    ("שלום לכולם", "he"),
]


@pytest.mark.parametrize(("text", "code"), SURE)
def test_language_is_told(text, code):
    assert detect_language(text) == code


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "Hello", "kys", "lol", "ok", "haha nice goal mate", "Great game", "idiota", "Wow!!!", "1234 5678", "🙂🙂🙂",
        "https://example.org/un/texte/en/francais",
    ],
)  # fmt: skip
def test_short_or_wordless_texts_get_no_guess(text):
    assert detect_language(text) in {None, "en"}


@pytest.mark.parametrize(
    "text",
    [
        "Super game, bravo!", "Bravo bravo", "Merkel resigned", "Great goal Müller", "Nice café", "Erdogan", "Wonderful weather tomorrow",
        "Lovely photos Ali",
        "Kardeshian drama lol", "Agreed", "Thanks", "Totally agree", "Bad idea", "Good point well made", "Typical Labour nonsense",
    ],
)  # fmt: skip
def test_short_english_is_never_another_language(text):
    assert detect_language(text) in {None, "en"}


def test_addresses_and_numbers_do_not_decide():
    assert detect_language("see https://www.example.org/das/ist/ein/deutscher/text/und/noch/mehr and tell me what you think") == "en"


@given(st.text())
def test_any_text_is_answered(text):
    code = detect_language(text)
    assert code is None or (2 <= len(code) <= 3 and code.islower())
