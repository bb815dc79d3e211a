"""Plain texts take a shorter way to their HTML, and come out the same."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from commentsvc.services.rendering import Renderer

RENDERER = Renderer()
PIECES = st.one_of(
    st.sampled_from(list("ab Z.,;:!?'\"()%$+=#/-\n1*_`<>&[]\\~|@\t\r\0\x0b\xa0\u2028")),
    st.sampled_from(["\n\n", "com", "www.", "http:", "//", "’", "“", "…", "é", "и", "中", "  ", "1. ", "- ", "a.b", ". ", "co.uk", "İ"]),
    st.sampled_from(["x@y.org", "https://a.org", "mailto:", "&amp;", "---", "===", "(c)", "...", "``", "word ", "word ", "word\n"]),
    st.characters(codec="utf-8"),
)


@given(st.lists(PIECES, max_size=16).map("".join))
@settings(max_examples=1500)
@example("It rained. (No. 1-0) Who said: yes/no?\nNobody\n\n\nAnd “so” on…")
@example("a.b")
@example("yes: no")
@example("See example.com")
@example("Write to x@y.org")
@example("a //b.c")
def test_any_text_comes_out_as_parser_and_sanitiser_have_it(body):
    if "\0" not in body:
        assert RENDERER.render(body) == RENDERER.render_any(body)


@pytest.mark.parametrize(
    ("body", "html"),
    [
        ("It rained.", "<p>It rained.</p>"),
        ("One\nTwo\n\nThree", "<p>One<br>\nTwo</p>\n<p>Three</p>"),
        ("\"Yes\" isn't 'no'", "<p>\"Yes\" isn't 'no'</p>"),
        ("5 > 3", "<p>5 &gt; 3</p>"),
        ("*so*", "<p><em>so</em></p>"),
        ("1. one", "<ol>\n<li>one</li>\n</ol>"),
    ],
)
def test_how_a_text_looks(body, html):
    assert RENDERER.render(body).html == html


def test_an_address_in_words_is_still_a_link():
    assert RENDERER.render("Look at example.com now").link_count == 1
    assert RENDERER.render("Look at https://example.com/a now").link_count == 1


@pytest.mark.parametrize("body", ["a" * 50_000 + "*", "a. " * 15_000 + "*", "a\n" * 20_000 + " ", "a/" * 20_000 + "/", "a " * 20_000])
def test_a_text_that_is_almost_plain_takes_the_long_way(body, monkeypatch):
    # Were this not linear in the text's length, it would not come to an end.
    went: list[str] = []
    monkeypatch.setattr(RENDERER, "render_any", went.append)
    RENDERER.render(body)
    assert went == [body]
