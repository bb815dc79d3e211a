"""The start page and the demo's articles."""

import pytest

from commentsvc.services.sites import NewSite
from tests.support.world import CIVIL, POLICY
from tests.web.pages.browsing import Browser, build_pages_app

ARTICLE = "/demo/harbour-post/harbour-bridge"


@pytest.fixture
def visitor(world) -> Browser:
    for key in ("harbour-post", "valley-echo"):
        world.make_site(NewSite(key, key), POLICY)
    return Browser(build_pages_app(world.runtime, demo=True))


def test_start_page_leads_everywhere(visitor):
    page = visitor.get("/")
    assert {"/moderate", "/admin", "/api/docs", ARTICLE} <= set(page.links.values())
    assert "The Harbour Post" in page.text


def test_article_ends_in_comments_and_takes_one(visitor):
    page = visitor.get(ARTICLE)
    assert "Council votes to close the old harbour bridge to cars" in page.text
    assert page.text.index("Comments 0") < page.text.index("Add a comment")
    page = visitor.send(page.form("/embed/harbour-post/comments"), "Post comment", body=CIVIL, name="Gus")
    assert page.address.startswith(ARTICLE)
    assert CIVIL in page.text


def test_the_article_has_the_widget_and_without_scripts_the_plain_thread(visitor):
    html = visitor.get(ARTICLE).html
    widget, _, plain = html.partition("<noscript>")
    assert '<script src="/embed.js" defer></script>' in html
    assert '<comment-thread site="harbour-post" article="harbour-bridge"' in widget
    assert "Add a comment" in plain.partition("</noscript>")[0]
    assert "Add a comment" not in widget


def test_refused_text_comes_back_on_the_article(visitor):
    page = visitor.send(visitor.get(ARTICLE).form("/embed/harbour-post/comments"), "Post comment", body=" ")
    assert page.status == 422
    assert "Council votes" in page.text


def test_without_the_demo_there_are_no_articles(reader, world):
    world.make_site(NewSite("harbour-post", "The Harbour Post"), POLICY)
    assert reader.get(ARTICLE).status == 404
    page = reader.get("/")
    assert page.links["Sign in"] == "/signin"
    assert reader.post("/embed/harbour-post/comments", {"page": "demo", "article": "harbour-bridge", "body": CIVIL}).status == 404
