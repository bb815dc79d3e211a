"""Reads the demo's articles and comments."""

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from commentsvc.domain.status import ReasonCode, Standing, Verdict


@dataclass(frozen=True, slots=True)
class DemoSite:
    """A site of the demo with its sections."""

    key: str
    name: str
    sections: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DemoArticle:
    """An article as its page shows it. Times are minutes before the demo was made."""

    site: str
    key: str
    section: str
    headline: str
    standfirst: str
    byline: str
    paragraphs: tuple[str, ...]
    published_minutes_ago: int
    updated_minutes_ago: int | None


@dataclass(frozen=True, slots=True)
class DemoAuthor:
    """Who wrote; the standing is that of today."""

    key: str
    name: str
    is_guest: bool
    is_staff: bool
    standing: Standing

    @property
    def subject(self) -> str:
        """What the author is known by on a site."""
        return f"{'guest' if self.is_guest else 'sso'}:demo-{self.key}"


@dataclass(frozen=True, slots=True)
class DemoReport:
    """What a reader said against a comment."""

    reason: ReasonCode
    note: str


@dataclass(frozen=True, slots=True)
class DemoComment:
    """A comment with what readers and a moderator made of it; `verdict` is None for one that nobody has decided."""

    id: str
    parent: str | None
    article: str
    author: str
    body: str
    minutes_ago: int
    verdict: Verdict | None
    reason_code: ReasonCode | None
    tone: str
    reports: tuple[DemoReport, ...]
    up: int
    down: int


@dataclass(frozen=True, slots=True)
class DemoContent:
    """All of it; articles and authors by key, comments oldest first."""

    sites: tuple[DemoSite, ...]
    articles: dict[str, DemoArticle]
    authors: dict[str, DemoAuthor]
    comments: tuple[DemoComment, ...]


def read_articles() -> tuple[tuple[DemoSite, ...], dict[str, DemoArticle]]:
    """Sites and articles, without the comments."""
    found = _read("articles.json")
    sites = tuple(DemoSite(one["key"], one["name"], tuple(one["sections"])) for one in found["sites"])
    return sites, {one["key"]: _article(one) for one in found["articles"]}


@lru_cache(maxsize=1)
def read_content() -> DemoContent:
    """Everything, as it lies in the package."""
    sites, articles = read_articles()
    found = _read("comments.json")
    comments = tuple(_comment(one) for one in found["comments"])
    return DemoContent(sites, articles, {one["key"]: _author(one) for one in found["authors"]}, comments)


def _read(name: str) -> Any:  # noqa: ANN401 - what JSON holds
    return json.loads((Path(__file__).parent / name).read_text(encoding="utf-8"))


def _article(one: dict[str, Any]) -> DemoArticle:
    texts = (one["site"], one["key"], one["section"], one["headline"], one["standfirst"], one["byline"])
    return DemoArticle(*texts, tuple(one["paragraphs"]), one["published_minutes_ago"], one.get("updated_minutes_ago"))


def _author(one: dict[str, Any]) -> DemoAuthor:
    return DemoAuthor(one["key"], one["name"], one["kind"] == "guest", bool(one["staff"]), Standing(one["standing"]))


def _comment(one: dict[str, Any]) -> DemoComment:
    up, down = one.get("votes", (0, 0))
    return DemoComment(
        id=one["id"],
        parent=one["parent"],
        article=one["article"],
        author=one["author"],
        body=one["body"],
        minutes_ago=one["minutes_ago"],
        verdict=Verdict(one["verdict"]) if one["verdict"] else None,
        reason_code=ReasonCode(one["reason_code"]) if one.get("reason_code") else None,
        tone=one["tone"],
        reports=tuple(DemoReport(ReasonCode(report["reason"]), report.get("note", "")) for report in one.get("reports", ())),
        up=up,
        down=down,
    )
