"""The demo's articles, read once from the package."""

from dataclasses import dataclass
from functools import cache
from importlib import resources

import orjson


@dataclass(frozen=True, slots=True)
class DemoArticle:
    """An article that was written for the demo; its times are minutes before now."""

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
class DemoSite:
    """A site of the demo with its articles, as they stand in its data."""

    key: str
    name: str
    articles: tuple[DemoArticle, ...]


@cache
def demo_sites() -> tuple[DemoSite, ...]:
    """The demo's sites."""
    data = orjson.loads(resources.files("commentsvc.transfer.demo_content").joinpath("articles.json").read_bytes())
    articles = [
        DemoArticle(
            site=item["site"],
            key=item["key"],
            section=item["section"],
            headline=item["headline"],
            standfirst=item["standfirst"],
            byline=item["byline"],
            paragraphs=tuple(item["paragraphs"]),
            published_minutes_ago=item["published_minutes_ago"],
            updated_minutes_ago=item.get("updated_minutes_ago"),
        )
        for item in data["articles"]
    ]
    return tuple(
        DemoSite(site["key"], site["name"], tuple(article for article in articles if article.site == site["key"])) for site in data["sites"]
    )


def find_demo_article(site: str, key: str) -> DemoArticle | None:
    """The article of a site with this key, or None."""
    return next((article for one in demo_sites() for article in one.articles if (article.site, article.key) == (site, key)), None)


def find_demo_site(key: str) -> DemoSite | None:
    """The site with this key, or None."""
    return next((site for site in demo_sites() if site.key == key), None)
