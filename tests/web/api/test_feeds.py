"""Feeds and permalinks: what was published last, and one comment in its conversation."""

import xml.etree.ElementTree as ET
from datetime import datetime

import pytest

from commentsvc.domain.status import Verdict
from commentsvc.scoring.fake_scorer import FakeMood
from tests.support.world import HELD, REJECTED
from tests.web.api.api_client import counted_queries, problem

FEED = "sites/gazette/feed.atom"
ATOM = "{http://www.w3.org/2005/Atom}"
THREAD = "sites/gazette/comments"


def read(answer) -> ET.Element:
    assert answer.status_code == 200
    assert answer.content_type == "application/atom+xml; charset=utf-8"
    root = ET.fromstring(answer.get_data())
    assert root.tag == f"{ATOM}feed"
    for element in (root, *root.iter(f"{ATOM}entry")):
        assert all(element.findtext(f"{ATOM}{name}") for name in ("id", "title", "updated"))
        datetime.fromisoformat(element.findtext(f"{ATOM}updated") or "")
    return root


def ids(root: ET.Element) -> list[str]:
    return [(entry.findtext(f"{ATOM}id") or "").removeprefix("urn:uuid:") for entry in root.iter(f"{ATOM}entry")]


def test_a_site_without_comments_has_an_empty_feed(api):
    assert ids(read(api.get(FEED))) == []


def test_feeds_of_site_section_article_and_replies(api):
    def post(key, section, **rest):
        answer = api.post(
            THREAD, {"article": {"key": key, "section": section, "title": f"On {key}"}, "body": f"About {key}, {rest}.", **rest}
        )
        assert answer.status_code == 201
        return answer.json["id"]

    tram, match = post("tram", "local"), post("match", "sport")
    reply = post("tram", "local", parent=tram)
    assert ids(read(api.get(FEED))) == [reply, match, tram]
    assert ids(read(api.get(FEED, query_string={"article": "tram"}))) == [reply, tram]
    assert ids(read(api.get(FEED, query_string={"section": "sport"}))) == [match]
    assert ids(read(api.get(FEED, query_string={"section": "weather"}))) == []
    assert ids(read(api.get(FEED, query_string={"comment": tram}))) == [reply]
    assert ids(read(api.get(FEED, query_string={"article": "never-seen"}))) == []
    assert ids(read(api.get("sites/courier/feed.atom"))) == []
    problem(api.get("sites/courier/feed.atom", query_string={"comment": tram}), 404, "not-found")
    assert ids(read(api.get(FEED, query_string={"article": "match", "section": "local"}))) == [match]
    problem(api.get("sites/nowhere/feed.atom"), 404, "not-found")


def test_an_entry_says_who_what_where_and_to_whom(api):
    article = {"key": "tram", "title": "Trams & <trains>", "url": "https://gazette.example/tram?a=1&b=2#top"}
    root_id = api.post(THREAD, {"article": article, "body": "**Bold** & <b>brave</b>.", "author": {"name": 'Ann "A" <O\'Hara>'}}).json["id"]
    api.post(THREAD, {"article": article, "body": "A reply.", "parent": root_id})
    reply, entry = read(api.get(FEED, query_string={"article": "tram"})).iter(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}author/{ATOM}name") == 'Ann "A" <O\'Hara>'
    assert entry.findtext(f"{ATOM}title") == 'Ann "A" <O\'Hara> on Trams & <trains>'
    content = entry.find(f"{ATOM}content")
    assert content is not None
    assert content.get("type") == "html"
    assert content.text == api.get(THREAD, query_string={"article": "tram"}).json["items"][0]["body_html"]
    link = entry.find(f"{ATOM}link[@rel='alternate']")
    assert link is not None
    assert link.get("href") == f"https://gazette.example/tram?a=1&b=2#comment-{root_id}"
    answered = reply.find("{http://purl.org/syndication/thread/1.0}in-reply-to")
    assert answered is not None
    assert answered.get("ref") == f"urn:uuid:{root_id}"


def test_a_feed_that_has_not_changed_costs_no_body(api):
    api.comment("The first.")
    answer = api.get(FEED)
    again = api.get(FEED, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.get_data()) == (304, b"")
    api.comment("The second.")
    assert api.get(FEED, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 200


def test_a_feed_is_bounded_and_costs_as_many_queries_whatever_its_length(api, world):
    api.comment("One.")
    with counted_queries(world) as few:
        api.get(FEED, query_string={"article": "tram"})
    made = [api.comment(f"Number {number} on the tram.")["id"] for number in range(55)]
    with counted_queries(world) as many:
        assert ids(read(api.get(FEED, query_string={"article": "tram"}))) == made[:-51:-1]
    assert len(many) == len(few)


@pytest.mark.parametrize("text", [HELD, REJECTED])
def test_what_is_not_published_is_in_no_feed_and_no_conversation(api, world, text):
    root = api.comment("A civil root.")["id"]
    hidden = api.comment(text, parent=root)["id"]
    world.scorer.mood = FakeMood.FAILING
    pending = api.comment("Nobody has scored me.", parent=root)["id"]
    world.scorer.mood = FakeMood.WELL
    for query in ({}, {"article": "tram"}, {"comment": root}):
        feed = api.get(FEED, query_string=query).get_data(as_text=True)
        assert hidden not in feed
        assert pending not in feed
        assert "Nobody has scored me" not in feed
    for unseen in (hidden, pending):
        problem(api.get(f"comments/{unseen}/context"), 404, "not-found")
        problem(api.get(FEED, query_string={"comment": unseen}), 404, "not-found")
    shown = api.get(f"comments/{root}/context").json
    assert shown["comment"]["replies"] == {"items": [], "next": None}


def test_what_is_taken_back_leaves_the_feed(api, world):
    made = api.comment("Civil at first.", token=api.jwt("ann"))["id"]
    api.patch(f"comments/{made}", {"body": HELD}, token=api.jwt("ann"))
    (item,) = world.open_items(made)
    world.decide(item.id, world.moderator("moderator"), Verdict.REJECT)
    assert made not in api.get(FEED).get_data(as_text=True)


def test_a_permalink_opens_at_the_comment_in_its_conversation(api):
    root = api.comment("Root.")["id"]
    api.comment("Beside it.")
    child = api.comment("Child.", parent=root)["id"]
    api.comment("Its sibling.", parent=root)
    leaf = api.comment("Leaf.", parent=child)["id"]
    answers = [api.comment(f"Answer {number}.", parent=leaf)["id"] for number in range(7)]
    found = api.get(f"comments/{leaf}/context").json
    assert found["article"]["key"] == "tram"
    assert [above["id"] for above in found["above"]] == [root, child]
    assert [above["replies"] for above in found["above"]] == [{"items": [], "next": None}] * 2
    assert (found["comment"]["id"], found["comment"]["depth"]) == (leaf, 2)
    replies = found["comment"]["replies"]
    assert [reply["id"] for reply in replies["items"]] == answers[:5]
    rest = api.thread(parent=leaf, cursor=replies["next"])
    assert [reply["id"] for reply in rest["items"]] == answers[5:]
    problem(api.get("comments/0198c000-0000-7000-8000-000000000000/context"), 404, "not-found")


def test_a_placeholder_stands_above_what_hangs_on_it(api):
    root = api.comment("Root.", token=api.jwt("ann"))["id"]
    child = api.comment("Child.", parent=root)["id"]
    api.delete(f"comments/{root}", token=api.jwt("ann"))
    (above,) = api.get(f"comments/{child}/context").json["above"]
    assert (above["status"], above["body_html"], above["author"]) == ("withdrawn", None, None)


def test_replies_to_an_author_are_those_of_others_and_published(api):
    token = api.jwt("ann")
    mine = [api.comment(f"Ann's number {number}.", article=key, token=token)["id"] for number, key in enumerate(("tram", "bus"))]
    author = api.get(f"comments/{mine[0]}").json["author"]["id"]
    told = [api.comment(f"To {parent}.", article=key, parent=parent)["id"] for parent, key in zip(mine, ("tram", "bus"), strict=True)]
    api.comment("Ann goes on.", parent=mine[0], token=token)
    api.comment(HELD, parent=mine[0])
    api.comment("To a reply.", parent=told[0])
    feed = read(api.get(FEED, query_string={"author": author}))
    assert ids(feed) == [told[1], told[0]]
    assert feed.findtext(f"{ATOM}title") == "Replies to an author – The Gazette"
    assert ids(read(api.get("sites/courier/feed.atom", query_string={"author": author}))) == []
    assert ids(read(api.get(FEED, query_string={"author": mine[0]}))) == []
