"""A comment's Markdown to HTML that is safe on anybody's page, and what the text says without its marks."""

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from typing import Final

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

TAGS: Final = frozenset({"p", "br", "em", "strong", "s", "code", "pre", "blockquote", "ul", "ol", "li", "a"})
_SCHEMES: Final = frozenset({"http", "https", "mailto"})
_SPACE = re.compile(r"\s+")
# Lines of plain words: none of the signs that Markdown or HTML know, no dot, colon or slash by which an address is told, no space at an
# end, and nothing at the beginning by which a list is told. Possessive, so that a text that does not fit is known in linear time.
_FIRST: Final = r"""(?:[^\W\d_]|["'(\u2018\u201c])"""
_AMONG_WORDS: Final = r"""[ ,;!?'"()%$+=#\u2018\u2019\u201c\u201d\u2013\u2014\u2026-]"""
_LINE: Final = rf"""{_FIRST}(?:(?:[^\W_]|{_AMONG_WORDS})++|[.:](?![^\s.,;!?)"'\u2019\u201d])|/(?!/))*+(?<! )"""
_PLAIN: Final = re.compile(rf"{_LINE}(?:\n++{_LINE})*+")
_BLANK: Final = re.compile(r"\n\n+")


@dataclass(frozen=True, slots=True)
class Rendered:
    """The HTML to show and the number of links in it."""

    html: str
    link_count: int


def _markdown() -> MarkdownIt:
    # Headings, pictures, tables and rules have no place in a comment: their text stays, their form goes.
    made = MarkdownIt("js-default", {"html": False, "linkify": True, "typographer": False, "breaks": True, "maxNesting": 20})
    return made.disable(["heading", "lheading", "image", "table", "hr", "reference", "html_block", "html_inline"])


class Renderer:
    """Renders bodies. Safe to share between threads."""

    def __init__(self) -> None:
        """Set up the parser and the sanitiser once: building either costs more than using it."""
        self._markdown = _markdown()
        self._cleaner = nh3.Cleaner(
            tags=set(TAGS),
            attributes={"*": set(), "a": {"href"}},
            url_schemes=set(_SCHEMES),
            link_rel="nofollow ugc noopener noreferrer",
            strip_comments=True,
        )

    def render(self, body: str) -> Rendered:
        """HTML of a body that is bounded in length and holds neither NUL nor lone surrogates."""
        if _PLAIN.fullmatch(body):
            return Rendered(_paragraphs(body), 0)
        return self.render_any(body)

    def render_any(self, body: str) -> Rendered:
        """As `render`, through the parser and the sanitiser whatever the body holds."""
        env: dict[str, object] = {}
        tokens = self._markdown.parse(body, env)
        html = self._markdown.renderer.render(tokens, self._markdown.options, env)
        return Rendered(self._cleaner.clean(html).strip(), _count_links(tokens))


def _paragraphs(plain: str) -> str:
    # What parser and sanitiser make of lines of plain words. Most comments are such, and those two take the most time of making any text.
    broken = [paragraph.replace("\n", "<br>\n") for paragraph in _BLANK.split(plain)]
    return "<p>" + "</p>\n<p>".join(broken) + "</p>"


def _count_links(tokens: list[Token]) -> int:
    return sum(1 for token in tokens for child in (token.children or []) if child.type == "link_open")


def text_hash(body: str) -> str:
    """SHA-256 (hex) of a text without regard to case, width and white space, by which repeats are found."""
    folded = _SPACE.sub(" ", unicodedata.normalize("NFKC", body)).strip().casefold()
    return hashlib.sha256(folded.encode()).hexdigest()
