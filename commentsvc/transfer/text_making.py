"""What is found out about one text without a database. Loads as little as it can, since whole processes are begun for it."""

from typing import Final

from commentsvc.scoring.language import detect_language
from commentsvc.services.rendering import Renderer, text_hash

MadeText = tuple[str, str, str | None, int]
"""HTML, hash, language and number of links."""
_RENDERER: Final = Renderer()


def make_all(bodies: list[str]) -> list[MadeText]:
    """N bodies in, n texts out in the same order."""
    return [make_one(body) for body in bodies]


def make_one(body: str) -> MadeText:
    """What there is to know of one body."""
    rendered = _RENDERER.render(body)
    return rendered.html, text_hash(body), detect_language(body), rendered.link_count
