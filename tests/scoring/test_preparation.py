"""Text preparation: tables of what it undoes and what it leaves alone, and what holds for every text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commentsvc.scoring.preparation import PREPARATION_VERSION, prepare

UNDONE = [
    # mojibake and compatibility forms
    ("that\u00e2\u20ac\u2122s wrong", "that\u2019s wrong"),
    ("ｆｕｌｌ ｗｉｄｔｈ", "full width"),
    ("𝕚𝕕𝕚𝕠𝕥 and 𝓶𝓸𝓻𝓸𝓷", "idiot and moron"),
    ("ⓘⓓⓘⓞⓣ", "idiot"),
    # invisible characters
    ("i\u200bd\u200di\u2060o\u00adt", "idiot"),
    ("\ufeffyou\u202e fool\u202c", "you fool"),
    ("fo\u034fol\ufe0f", "fool"),
    ("no\u00a0break", "no break"),
    ("a\ud800b", "ab"),
    # strokes and piles of marks
    ("i̷d̵i̶o̸t", "idiot"),
    ("i̇͂̈́ḋ̾̈́ï̾̈́ȯ̾̈́ṫ̾̈́", "idiot"),
    # look-alikes
    ("іdіоt", "idiot"),
    ("уоu аrе ѕtuріd", "you are stupid"),
    ("ѕοn οf а bіtсһ", "son of a bitch"),
    ("ᴋɪʟʟ ʏᴏᴜʀꜱᴇʟꜰ", "kill yourself"),
    ("🅺🆈🆂", "kys"),
    # digits and signs for letters
    ("y0u are an id1ot", "you are an idiot"),
    ("1d10t", "idiot"),
    ("5tupid n00b", "stupid noob"),
    ("k1ll h1m", "kill him"),
    ("he11o a55hole", "hello asshole"),
    ("b!tch, sh!t, k!ll", "bitch, shit, kill"),
    ("a$$ and @sshole", "ass and asshole"),
    ("m0th3rfuck3r", "motherfucker"),
    # spaced-out letters
    ("k y s", "kys"),
    ("you i d i o t", "you idiot"),
    ("i.d.i.o.t and m-o-r-o-n and f_o_o_l", "idiot and moron and fool"),
    ("y o u  a r e  d u m b", "you  are  dumb"),
    ("no: i d 1 o t", "no: idiot"),
    # repeated letters and signs
    ("stuuuuupid", "stuupid"),
    ("nooooo!!!!!!!", "noo!!!"),
    ("FUUUUCK", "FUUCK"),
    # starred-out vowels
    ("f**k this sh*t", "fuck this shit"),
    ("you b*tch, you c*nt", "you bitch, you cunt"),
    ("f*cking a**hole", "fucking asshole"),
    # pictures
    ("you 💩💩💩", "you  pile of poo "),
    ("👍🏽 ok", " thumbs up sign   ok"),
]

LEFT_ALONE = [
    "",
    " ",
    "Plain words, with commas; and a question?",
    "In 2024 he drove a 4x4 through covid19 and the G7 met.",
    "mp3, 1st, 2nd, 3rd, 4th, 10k, 90s, 5pm, H2O, B2B, w3c, 7eleven, 4chan, 3D",
    "It costs US$5 or $300, so 50% off",
    "Write to jane@example.org or @jane_doe, see https://example.org/c0de?x=1",
    "wait!what? no!stop",
    "e.g. this, i.e. that, J. R. R. Tolkien, 5 p.m.",
    "A/C and I/O, a-b, x_y",
    "Henry VIII and Louis XIII at www.example.org",
    "Weißt du, was Häuser kosten? Ça va, señor?",
    "Привет, как дела? Всё хорошо.",
    "Καλημέρα σας",
    "日本語のテキスト",
    "2 * 3 * 4 = 24; f(x) = a + b",
    "too good, less cool, really",
]


@pytest.mark.parametrize(("text", "expected"), UNDONE)
def test_disguise_is_undone(text, expected):
    assert prepare(text).text == expected


@pytest.mark.parametrize("text", LEFT_ALONE)
def test_plain_text_is_left_alone(text):
    prepared = prepare(text)
    assert prepared.text == text
    assert [prepared.original_range(at, at + 1) for at in range(len(text))] == [(at, at + 1) for at in range(len(text))]


@pytest.mark.parametrize(
    ("text", "word", "expected"),
    [
        ("oh k y s now", "kys", "k y s"),
        ("you \u200bi\u200bd\u200biot", "idiot", "i\u200bd\u200biot"),
        ("such an id1ot!", "idiot", "id1ot"),
        ("that\u00e2\u20ac\u2122s a st\u0443pid plan", "stypid", "st\u0443pid"),
        ("a 💩 plan", "pile of poo", "💩"),
        ("so stuuuuupid", "stuupid", "stuuuuupid"),
        ("well f**k off", "fuck", "f**k"),
    ],
)
def test_the_way_back_to_the_original(text, word, expected):
    prepared = prepare(text)
    begin = prepared.text.index(word)
    assert text[slice(*prepared.original_range(begin, begin + len(word)))] == expected


NASTY = st.text(
    st.one_of(
        st.sampled_from("aeiost AEIOST013457@$!*-_. \t\n\u200b\u0301\u0336\ufe0f\u20ac\u2122\u00e2іоаеѕ💩🇬🇧ﬁﷺ\u3164"),
        st.characters(),
    )
)


@given(NASTY)
def test_offsets_are_in_range_and_rise(text):
    prepared = prepare(text)
    begins, ends = list(prepared.begins), list(prepared.ends)
    assert len(begins) == len(ends) == len(prepared.text)
    assert begins == sorted(begins)
    assert ends == sorted(ends)
    assert all(0 <= begin < end <= len(text) for begin, end in zip(begins, ends, strict=True))


@given(NASTY)
def test_no_invisible_characters_are_left(text):
    assert not set(prepare(text).text) & set("\u200b\u200c\u200d\u2060\ufeff\u00ad\u202e\ufe0f\x00\ud800")


@given(st.text(st.sampled_from("abcde ,.?"), max_size=200))
def test_only_repeats_and_spacing_change_in_plain_text(text):
    kept = iter(text)
    assert all(character in kept for character in prepare(text).text)


@given(NASTY)
def test_same_text_same_result(text):
    assert prepare(text) == prepare(text)


@pytest.mark.parametrize("unit", ["a ", "a.b ", "\u0301\u0323", "😀", "ﷺ", "1a", "f*", "Ã©", "$a", "a!", "і", "ab\u200b", "aaa", "a@b."])
def test_output_grows_no_faster_than_the_text(unit):
    """Each step passes once over the text and grows it by a bounded factor; nothing depends on the square of its length."""
    short, long = len(prepare(unit * 500).text), len(prepare(unit * 4_000).text)
    assert long <= 8 * short + 8
    assert long <= 40 * len(unit * 4_000)


def test_version_is_one_short_word():
    assert PREPARATION_VERSION.isalnum()
