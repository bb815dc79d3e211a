"""HTML of other systems becomes Markdown that shows the same."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commentsvc.services.rendering import TAGS, Renderer
from commentsvc.transfer.html_markdown import escape_markdown, html_to_markdown

RENDERER = Renderer()


def shown(html: str, **rest) -> str:
    """What readers see of it here."""
    return RENDERER.render(html_to_markdown(html, **rest)).html


LINK = 'rel="nofollow ugc noopener noreferrer"'
SAME = [
    "<p>Plain words.</p>",
    "<p>One paragraph.</p>\n<p>Another one.</p>",
    "<p>A line.<br>\nAnother line.</p>",
    "<p><strong>Bold</strong>, <em>slanted</em> and <s>struck</s>.</p>",
    f'<p>See <a href="https://example.org/a_b*c" {LINK}>this page</a>.</p>',
    f'<p><a href="https://example.org/a_b_c" {LINK}>https://example.org/a_b_c</a></p>',
    "<p>Say <code>x = *p</code> here.</p>",
    "<pre><code>if x:\n    **y**\n</code></pre>",
    "<blockquote>\n<p>Quoted</p>\n<blockquote>\n<p>twice.</p>\n</blockquote>\n</blockquote>\n<p>Answer.</p>",
    "<ul>\n<li>one</li>\n<li>two\n<ul>\n<li>within</li>\n</ul>\n</li>\n</ul>",
    "<ol>\n<li>one</li>\n<li>two</li>\n</ol>",
    "<p>5 &lt; 6 &amp; 7 &gt; 6, *stars*, _lines_, [brackets](x), ~~waves~~, `ticks` and \\ strokes.</p>",
    "<p>&amp;amp; is written &amp;amp;amp;.</p>",
    "<p>- no list</p>\n<p>1. no number</p>\n<p>&gt; no quotation</p>\n<p># no heading</p>",
]


@pytest.mark.parametrize("html", SAME)
def test_what_we_show_ourselves_comes_back_the_same(html):
    assert shown(html) == html


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("Loose words<br/>and more", "<p>Loose words<br>\nand more</p>"),
        ("<p>never <b>closed", "<p>never <strong>closed</strong></p>"),
        ("<p>one<p>two", "<p>one</p>\n<p>two</p>"),
        ("<div>one<div>two</div>three</div>", "<p>one</p>\n<p>two</p>\n<p>three</p>"),
        ("<b> spaced </b>out", "<p><strong>spaced</strong> out</p>"),
        ("a<script>alert(1)</script>b<style>p{}</style>", "<p>ab</p>"),
        ("<h2>Title</h2>text", "<p>Title</p>\n<p>text</p>"),
        ('<a href="javascript:alert(1)">click</a>', "<p>click</p>"),
        ('<img src="https://example.org/cat.png" alt="a cat">', f'<p><a href="https://example.org/cat.png" {LINK}>a cat</a></p>'),
        ('<img src="data:x" onerror="alert(1)">', ""),
        ("<![CDATA[odd]]> fine", "<p>fine</p>"),
        ("&nbsp;&#0;&#xD800;&bogus; x", None),
        ("<li>loose item", "<p>loose item</p>"),
    ],
)
def test_odd_html_becomes_what_was_meant(html, expected):
    if expected is not None:
        assert shown(html) == expected
    assert "<script" not in shown(html)


def test_lines_are_kept_where_they_mean_something():
    assert shown("One.\r\nTwo.\n\nThree.", keeps_lines=True) == "<p>One.<br>\nTwo.</p>\n<p>Three.</p>"
    assert shown("One.\nTwo.") == "<p>One. Two.</p>"


def test_an_address_ends_before_the_sentence_does():
    assert shown("Look at https://example.org/x_y. (Or https://example.org/z)").count("</a>") == 2
    assert "<https://example.org/x_y>." in html_to_markdown("Look at https://example.org/x_y.")


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=80))
def test_a_text_that_is_escaped_shows_as_it_is(text):
    import html
    import re

    rendered = RENDERER.render(html_to_markdown(html.escape(text))).html
    bare = html.unescape(re.sub(r"<[^>]*>", "", rendered))
    assert " ".join(bare.split()) == " ".join(text.split())


@given(
    st.text(max_size=300)
    | st.lists(
        st.sampled_from(
            ["<p>", "</p>", "<b>", "<a href='http://x.y'>", "</a>", "<ul>", "<li>", "<", "x", "<pre>", "<!", "&", "<![", "<blockquote>"]
        ),
        max_size=60,
    ).map("".join)
)
def test_anything_becomes_some_text(html):
    for keeps_lines in (False, True):
        shown_html = RENDERER.render(html_to_markdown(html, keeps_lines=keeps_lines)).html
        assert not set(re.findall(r"<([a-z]+)", shown_html)) - TAGS


def test_a_thousand_open_elements_are_no_trouble():
    for tag in ("blockquote", "ul><li", "b", "a href='https://x.example'", "div", "code"):
        assert "deep" in shown(f"<{tag}>" * 1000 + "deep")
    assert escape_markdown("") == ""
