"""Atom feeds (RFC 4287, replies after RFC 4685) of what was published last, and a comment in its conversation, for permalinks."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import quote, urlencode
from xml.sax.saxutils import escape, quoteattr

import marshmallow as ma
from flask import Response

from commentsvc.domain.errors import FieldProblem, NotFoundError
from commentsvc.store.queries.conversations import (
    FeedEntry,
    find_conversation,
    is_shown_on_site,
    list_latest_on_article,
    list_latest_on_site,
    list_latest_replies,
    list_latest_replies_to_author,
)
from commentsvc.store.queries.sites import SiteState, get_site, get_site_by_id
from commentsvc.web.api.cors import reader_blueprint, remember_origins
from commentsvc.web.api.schemas.comments import MAX_KEY
from commentsvc.web.api.schemas.parts import Refusing, line
from commentsvc.web.api.schemas.threads import ConversationSchema
from commentsvc.web.api.thread_pages import comment_document
from commentsvc.web.context import get_runtime, own_origin, reading
from commentsvc.web.etag import apply_etag, make_etag, not_modified
from commentsvc.web.fields import Id
from commentsvc.web.smorest import ANYONE
from commentsvc.web.strictjson import json_response

CONTENT_TYPE: Final = "application/atom+xml; charset=utf-8"
_THREADS: Final = "http://purl.org/syndication/thread/1.0"
_ENTRIES: Final = 50
_KEPT: Final = "public, max-age=60"
_MAX_SECTION: Final = 100
_NOT_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_EMPTY_SINCE: Final = datetime(2026, 1, 1, tzinfo=UTC)

blp = reader_blueprint("feeds", "Feeds, and permalinks.")


class FeedQuerySchema(Refusing):
    """What a feed is of: the narrowest of these that is given, or the whole site."""

    article = line("Only this article's comments.", at_most=MAX_KEY, load_default=None)
    section = line("Only the comments of this section, by its key.", at_most=_MAX_SECTION, load_default=None)
    comment = Id(load_default=None, metadata={"description": "Only the replies to this comment."})
    author = Id(load_default=None, metadata={"description": "Only the replies of others to what this author wrote, by the author's id."})

    @ma.post_load
    def _narrowest(self, data: dict[str, Any], **_: object) -> dict[str, str]:
        return next(({name: data[name]} for name in ("comment", "author", "article", "section") if data[name] is not None), {})


@blp.route("/comments/<comment_id>/context", methods=["GET"])
@blp.doc(security=ANYONE)
@blp.response(200, ConversationSchema)
def show_conversation(comment_id: str) -> Response:
    """Get a comment in its conversation: the article, the comments above it, root first, and its own first replies.

    What a permalink needs to open at the comment, wherever in the thread it stands.
    """
    with reading() as session:
        found = find_conversation(session, comment_id)
        if found is None:
            raise NotFoundError("There is no such comment.")
        site = get_site_by_id(session, found.article.site_id)
    remember_origins(site.origins)
    head = found.article
    is_closed = head.is_closed or (head.closes_at is not None and head.closes_at <= get_runtime().clock.now())
    return json_response(
        {
            "article": {"key": head.key, "title": head.title, "is_closed": is_closed},
            "above": [comment_document(comment) for comment in found.above],
            "comment": comment_document(found.comment),
        }
    )


@blp.route("/sites/<site>/feed.atom", methods=["GET"])
@blp.doc(security=ANYONE)
@blp.arguments(FeedQuerySchema, location="query")
@blp.response(200, description="An Atom feed of up to 50 published comments, newest first.", content_type="application/atom+xml")
@blp.alt_response(304, description="Nothing in the feed has changed.")
def show_feed(wanted: Mapping[str, str], site: str) -> Response:
    """Follow a site, a section, an article, or the replies to one comment or to one author, in a feed reader."""
    with reading() as session:
        place = get_site(session, site)
        remember_origins(place.origins)
        if "article" in wanted:
            entries = list_latest_on_article(session, place.id, wanted["article"], most=_ENTRIES)
        elif "comment" in wanted:
            if not is_shown_on_site(session, place.id, wanted["comment"]):
                raise NotFoundError("There is no such comment.", fields=(FieldProblem("?comment", "Is not a comment on this site."),))
            entries = list_latest_replies(session, wanted["comment"], most=_ENTRIES)
        elif "author" in wanted:
            entries = list_latest_replies_to_author(session, place.id, wanted["author"], most=_ENTRIES)
        else:
            entries = list_latest_on_site(session, place.id, section=wanted.get("section"), most=_ENTRIES)
    body = write_feed(place, wanted, entries, own_origin())
    etag = make_etag(body)
    return not_modified(etag, cache_control=_KEPT, content_type=CONTENT_TYPE) or apply_etag(
        Response(body, content_type=CONTENT_TYPE), etag, cache_control=_KEPT
    )


def write_feed(site: SiteState, wanted: Mapping[str, str], entries: Sequence[FeedEntry], origin: str) -> str:
    """The feed as XML. Its id is its address, an entry's the comment's own; texts are as safe as they are on the page."""
    here = f"{origin}/api/v1/sites/{quote(site.key)}/feed.atom" + (f"?{urlencode(wanted)}" if wanted else "")
    changed = max((_changed(entry) for entry in entries), default=_EMPTY_SINCE)
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        f'<feed xmlns="http://www.w3.org/2005/Atom" xmlns:thr="{_THREADS}" xml:lang={_attribute(site.language)}>',
        f"<id>{_text(here)}</id>",
        f"<title>{_text(_title(site, wanted, entries))}</title>",
        f"<updated>{_time(changed)}</updated>",
        f'<link rel="self" type="application/atom+xml" href={_attribute(here)}/>',
        "<generator>commentsvc</generator>",
        *(_entry(site, entry, origin) for entry in entries),
        "</feed>",
    ]
    return "\n".join(lines) + "\n"


def _title(site: SiteState, wanted: Mapping[str, str], entries: Sequence[FeedEntry]) -> str:
    if "comment" in wanted:
        return f"Replies to a comment – {site.name}"  # noqa: RUF001 - a dash
    if "author" in wanted:
        return f"Replies to an author – {site.name}"  # noqa: RUF001 - a dash
    if "article" in wanted:
        title = entries[0].article_title if entries else None
        return f"Comments on {title or wanted['article']} – {site.name}"  # noqa: RUF001 - a dash
    return f"Comments – {site.name}"  # noqa: RUF001 - a dash


def _entry(site: SiteState, entry: FeedEntry, origin: str) -> str:
    page = entry.article_url
    if page is None or not page.startswith(("https://", "http://")):
        page = f"{origin}/embed/{quote(site.key)}?{urlencode({'article': entry.article_key})}"
    address = f"{page.partition('#')[0]}#comment-{entry.id}"
    about = entry.article_title or entry.article_key
    reply = f'<thr:in-reply-to ref="urn:uuid:{entry.parent}"/>' if entry.parent else ""
    return (
        f"<entry><id>urn:uuid:{entry.id}</id><title>{_text(f'{entry.author_name} on {about}')}</title>"
        f"<author><name>{_text(entry.author_name)}</name></author>"
        f"<published>{_time(entry.published_at)}</published><updated>{_time(_changed(entry))}</updated>"
        f'<link rel="alternate" type="text/html" href={_attribute(address)}/>{reply}'
        f'<content type="html">{_text(entry.body_html)}</content></entry>'
    )


def _changed(entry: FeedEntry) -> datetime:
    return max(entry.published_at, entry.edited_at or entry.published_at)


def _time(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _text(value: str) -> str:
    return escape(_NOT_XML.sub("", value))


def _attribute(value: str) -> str:
    return quoteattr(_NOT_XML.sub("", value))
