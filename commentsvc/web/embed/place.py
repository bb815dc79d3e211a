"""Where a thread stands: a site's article, on our own page or on the demo's."""

from dataclasses import dataclass
from typing import Any, Final

from flask import abort, current_app, url_for

from commentsvc.domain.commands import ArticleRef
from commentsvc.domain.errors import FieldProblem, InvalidError
from commentsvc.store.queries.sites import SiteState
from commentsvc.web.context import own_origin
from commentsvc.web.embed.articles import DemoArticle, find_demo_article
from commentsvc.web.embed.words import Words, words_of

MAX_KEY: Final = 500
MAX_TITLE: Final = 500
MAX_URL: Final = 2000
MAX_SECTION: Final = 100
FIELDS: Final = {"page": 8, "article": MAX_KEY, "title": MAX_TITLE, "url": MAX_URL, "section": MAX_SECTION, "sort": 8}
"""The hidden fields with which every form says where it stands, and their greatest lengths."""


@dataclass(frozen=True, slots=True)
class Place:
    """A thread's place: `demo` is the article whose page it stands on, None on our own page."""

    site: SiteState
    article: ArticleRef
    demo: DemoArticle | None = None

    @property
    def words(self) -> Words:
        """The words of the site's language."""
        return words_of(self.site.language)

    def address(self, anchor: str = "", **parameters: str | None) -> str:
        """The address of the page with the given parameters."""
        given: dict[str, Any] = {name: value for name, value in parameters.items() if value}
        if self.demo is not None:
            return url_for("embed.demo_article", site=self.site.key, key=self.article.key, _anchor=anchor or None, **given)
        told = {"title": self.article.title, "url": self.article.url, "section": self.article.section}
        known: dict[str, Any] = {name: value for name, value in told.items() if value}
        return url_for("embed.thread", site=self.site.key, article=self.article.key, _anchor=anchor or None, **known, **given)

    def hidden(self) -> dict[str, str]:
        """The hidden fields for a form that stands here."""
        if self.demo is not None:
            return {"page": "demo", "article": self.article.key}
        told = {"title": self.article.title, "url": self.article.url, "section": self.article.section}
        return {"page": "embed", "article": self.article.key} | {name: value for name, value in told.items() if value}


def read_place(site: SiteState, given: dict[str, str]) -> Place:
    """The place that a form or a query names. Raises InvalidError where it names none."""
    key = given.get("article", "")
    if given.get("page") == "demo":
        return demo_place(site, key)
    problems = []
    if not 0 < len(key.strip()) <= MAX_KEY or "\0" in key:
        problems.append(FieldProblem("?article", f"Must be the article's key, 1 to {MAX_KEY} characters."))
    title, url, section = given.get("title") or None, given.get("url") or None, given.get("section") or None
    if title and len(title) > MAX_TITLE:
        problems.append(FieldProblem("?title", f"Longer than {MAX_TITLE} characters."))
    if url and (len(url) > MAX_URL or not url.startswith(("https://", "http://"))):
        problems.append(FieldProblem("?url", "Must be an http or https address."))
    if section and len(section) > MAX_SECTION:
        problems.append(FieldProblem("?section", f"Longer than {MAX_SECTION} characters."))
    if problems:
        raise InvalidError("This page needs to know the article.", fields=tuple(problems))
    return Place(site, ArticleRef(key, url, title, section))


def demo_place(site: SiteState, key: str) -> Place:
    """The place below a demo article; a 404 where there is none."""
    demo = find_demo_article(site.key, key) if current_app.config.get("DEMO") else None
    if demo is None:
        abort(404)
    address = own_origin() + url_for("embed.demo_article", site=site.key, key=key)
    return Place(site, ArticleRef(key, address, demo.headline, demo.section), demo)
