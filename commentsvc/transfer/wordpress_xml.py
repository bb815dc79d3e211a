"""WordPress: its WXR export, read and written. It is RSS in which each post holds its own comments.

Disqus takes comments in in the same form, with a key of the thread beside each post's number; so it is written, and read, here.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from sqlalchemy.orm import Session

from commentsvc.domain.status import Status
from commentsvc.store.queries.export import ArticleLine
from commentsvc.transfer.html_markdown import html_to_markdown
from commentsvc.transfer.intake import Advance, show_nothing
from commentsvc.transfer.leaving import Numbered, numbered_threads, state_of
from commentsvc.transfer.records import Flaw, ImportedArticle, ImportedAuthor, ImportedComment, Records, State, refused
from commentsvc.transfer.reply_files import ImportFileError
from commentsvc.transfer.source_files import opened
from commentsvc.transfer.values import guest_id, some_text, time_of
from commentsvc.transfer.xml_stream import Read, read_elements
from commentsvc.transfer.xml_writing import escaped, paragraph

_VERSIONS: Final = ("1.0", "1.1", "1.2")
_KEY: Final = "{http://www.disqus.com/}thread_identifier"
_OF_POSTS: Final = ("post_id", "post_date_gmt", "comment_status", "post_type", "status")
_COMMENT: Final = "comment"
_STATES: Final = {
    "1": State.PUBLISHED,
    "approve": State.PUBLISHED,
    "0": State.HELD,
    "hold": State.HELD,
    "spam": State.REJECTED,
    "trash": State.REJECTED,
    "post-trashed": State.REJECTED,
}
_NO_COMMENTS: Final = frozenset({"pingback", "trackback"})


def _names() -> dict[str, str]:
    own = {f"{{http://wordpress.org/export/{version}/}}{name}": name for version in _VERSIONS for name in (*_OF_POSTS, _COMMENT)}
    return own | {"title": "title", "link": "link", _KEY: "key"}


_NAMES: Final = _names()


def read_wordpress(path: Path) -> Records:
    """The records of an export. Raises ImportFileError for a file that is none.

    An article is called by its post's number, or by the key that Disqus's form has beside it. Pings are no comments and are left out.
    """
    with opened(path) as source:
        post: dict[str, str] = {}
        told = False
        is_feed = is_export = False
        for read in read_elements(source, path, frozenset(_NAMES), frozenset({"rss", "item"})):
            if read.begins:
                is_feed = is_feed or read.tag == "rss"
                post, told = {}, False
                continue
            name = _NAMES[read.tag]
            is_export = is_export or name not in {"title", "link"}
            if name != _COMMENT:
                post[name] = "" if read.element is None else (read.element.text or "").strip()
                continue
            if not told:
                yield _article(post)
                told = True
            yield from _records(read, post.get("post_id") or post.get("link", ""))
        if not is_feed or not is_export:
            raise ImportFileError(f"{path} is no export of WordPress")


def _article(post: dict[str, str]) -> ImportedArticle:
    number = post.get("post_id", "")
    return ImportedArticle(
        id=number or post.get("link", ""),
        key=post.get("key") or number or post.get("link", ""),
        url=some_text(post.get("link")),
        title=some_text(post.get("title")),
        is_closed=post.get("comment_status") == "closed",
        created_at=_time(post.get("post_date_gmt")),
    )


def _records(read: Read, article_id: str) -> Records:
    at = f"line {read.line}"
    if read.element is None:
        yield refused(Flaw.TOO_LARGE, at)
        return
    values = {child.tag.rpartition("}")[2]: child.text or "" for child in read.element}
    if values.get("comment_type", "").strip() in _NO_COMMENTS:
        return
    key = values.get("comment_id", "").strip()
    state = _STATES.get(values.get("comment_approved", "1").strip())
    if state is None:
        yield refused(Flaw.UNREADABLE, at, key or None)
        return
    author = _author(values)
    yield author
    parent = values.get("comment_parent", "").strip()
    yield ImportedComment(
        at=at,
        id=key,
        article_id=article_id,
        author_id=author.id,
        body=html_to_markdown(values.get("comment_content", ""), keeps_lines=True),
        state=state,
        created_at=_time(values.get("comment_date_gmt")) or _time(values.get("comment_date")),
        parent_id=None if parent in {"", "0"} else parent,
    )


def _author(values: dict[str, str]) -> ImportedAuthor:
    name, email = values.get("comment_author", "").strip(), some_text(values.get("comment_author_email"))
    account = values.get("comment_user_id", "").strip()
    if account in {"", "0"}:
        return ImportedAuthor(guest_id(name, email), name, email)
    return ImportedAuthor(account, name, email, is_guest=False)


def _time(text: str | None) -> datetime | None:
    return time_of((text or "").strip())


# -- Leaving -------------------------------------------------------------------------------------------------------------------
_LEFT_OUT: Final = frozenset({Status.WITHDRAWN, Status.ERASED})
_APPROVED: Final = {State.PUBLISHED: "1", State.HELD: "0", State.REJECTED: "spam"}
_HEAD: Final = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dsq="http://www.disqus.com/"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:wp="http://wordpress.org/export/1.2/">
<channel>
<wp:wxr_version>1.2</wp:wxr_version>
"""


def write_wordpress(session: Session, site_id: str, advance: Advance = show_nothing) -> Iterator[bytes]:
    """A site as WXR. Withdrawn and erased comments stay behind; answers to them answer what those answered.

    Votes, mail addresses and edits have no place in it.
    """
    yield _HEAD.encode()
    for number, article, comments in numbered_threads(session, site_id, _LEFT_OUT, advance):
        yield _post(number, article).encode()
        for comment in comments:
            yield _comment(comment).encode()
        yield b"</item>\n"
    yield b"</channel>\n</rss>\n"


def _post(number: int, article: ArticleLine) -> str:
    return (
        f"<item>\n<title>{escaped(article.title or article.key)}</title>\n<link>{escaped(article.url or '')}</link>\n"
        f"<content:encoded></content:encoded>\n<dsq:thread_identifier>{escaped(article.key)}</dsq:thread_identifier>\n"
        f"<wp:post_id>{number}</wp:post_id>\n<wp:post_date_gmt>{_written(article.created_at)}</wp:post_date_gmt>\n"
        f"<wp:comment_status>{'closed' if article.is_closed else 'open'}</wp:comment_status>\n<wp:post_type>post</wp:post_type>\n"
    )


def _comment(comment: Numbered) -> str:
    line = comment.line
    return (
        f"<wp:comment>\n<wp:comment_id>{comment.number}</wp:comment_id>\n<wp:comment_author>{escaped(line.author_name)}</wp:comment_author>\n"
        f"<wp:comment_author_email></wp:comment_author_email>\n<wp:comment_author_url></wp:comment_author_url>\n"
        f"<wp:comment_author_IP></wp:comment_author_IP>\n<wp:comment_date_gmt>{_written(line.created_at)}</wp:comment_date_gmt>\n"
        f"<wp:comment_content>{paragraph(_one_line_paragraphs(line.body_html))}</wp:comment_content>\n"
        f"<wp:comment_approved>{_APPROVED[state_of(line)]}</wp:comment_approved>\n<wp:comment_type>comment</wp:comment_type>\n"
        f"<wp:comment_parent>{comment.parent}</wp:comment_parent>\n</wp:comment>\n"
    )


def _one_line_paragraphs(html: str) -> str:
    # Line breaks mean something there, and what our HTML breaks lines with is a `br` already.
    return html.replace("<br>\n", "<br>").replace(">\n<", "><")


def _written(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")
