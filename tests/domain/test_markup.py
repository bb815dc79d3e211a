"""What a reader of some HTML sees, and where it stands."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commentsvc.domain.markup import see_text


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("plain", "plain"),
        ("<p>One</p><p>Two</p>", "\nOne\n\nTwo\n"),
        ("id<b>io</b>t", "idiot"),
        ('<a href="https://example.org">here</a>', "here"),
        ("fish &amp; chips &#33; &#x21;", "fish & chips ! !"),
        ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
        ("a<br/>b<!-- c -->d", "a\nb\nd"),
        ("&nosuchthing; &", "&nosuchthing; &"),
        ("<p></p>", "\n\n"),
    ],
)
def test_tags_go_and_references_are_resolved(source, text):
    assert see_text(source).text == text


def test_places_lead_back_into_the_source():
    source = "<p>You &amp; me, id<b>io</b>t.</p>"
    seen = see_text(source)
    begin = seen.text.index("idiot")
    first, last = seen.source_range(begin, begin + len("idiot"))
    assert source[first:last] == "id<b>io</b>t"
    at = seen.text.index("&")
    assert source[slice(*seen.source_range(at, at + 1))] == "&amp;"


@given(st.text(st.sampled_from("ab<>/&;#x1!- "), max_size=40))
def test_every_character_has_a_place(source):
    seen = see_text(source)
    assert len(seen.begins) == len(seen.ends) == len(seen.text)
    assert all(0 <= begin < end <= len(source) for begin, end in zip(seen.begins, seen.ends, strict=True))
    assert list(seen.begins) == sorted(seen.begins)


@pytest.mark.parametrize("source", ["<!--" * 5_000, "<a " * 7_000, "<" * 20_000, "&#" * 10_000, "<a>" * 7_000])
def test_no_source_takes_long(source):
    began = time.process_time()
    see_text(source)
    assert time.process_time() - began < 1.0
