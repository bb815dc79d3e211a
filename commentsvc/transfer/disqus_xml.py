"""Disqus: its XML export, read and written. Threads come before posts there; posts name them, and each other, by numbers."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from urllib.parse import parse_qs, urlsplit
from xml.etree.ElementTree import Element

from sqlalchemy.orm import Session

from commentsvc.store.queries.export import ArticleLine
from commentsvc.transfer.html_markdown import html_to_markdown
from commentsvc.transfer.intake import Advance, show_nothing
from commentsvc.transfer.leaving import Numbered, numbered_threads, state_of
from commentsvc.transfer.records import Flaw, ImportedArticle, ImportedAuthor, ImportedComment, Records, State, refused
from commentsvc.transfer.reply_files import ImportFileError
from commentsvc.transfer.source_files import opened
from commentsvc.transfer.values import guest_id, is_true, some_text, time_of
from commentsvc.transfer.xml_stream import read_elements
from commentsvc.transfer.xml_writing import escaped, paragraph

_NS: Final = "{http://disqus.com}"
_INTERNAL_ID: Final = "{http://disqus.com/disqus-internals}id"
_THREAD, _POST, _ROOT = f"{_NS}thread", f"{_NS}post", f"{_NS}disqus"


def read_disqus(path: Path) -> Records:
    """The records of an export. Raises ImportFileError for a file that is none.

    An article is called what the site called it (`id`), or where Disqus knew only its address, by that.
    """
    with opened(path) as source:
        is_export = False
        for read in read_elements(source, path, frozenset({_THREAD, _POST}), frozenset({_ROOT})):
            is_export = is_export or read.tag == _ROOT
            if not is_export:
                break
            if read.begins:
                continue
            at = f"line {read.line}"
            if read.element is None:
                yield refused(Flaw.TOO_LARGE, at)
            elif read.tag == _THREAD:
                yield _article(read.element)
            else:
                author = _author(read.element.find(f"{_NS}author"))
                yield author
                yield _comment(read.element, author.id, at)
        if not is_export:
            raise ImportFileError(f"{path} is no export of Disqus")


def _article(thread: Element) -> ImportedArticle:
    link = _text(thread, "link")
    return ImportedArticle(
        id=thread.get(_INTERNAL_ID, ""),
        key=_text(thread, "id") or link or "",
        url=link,
        title=_text(thread, "title"),
        is_closed=is_true(_text(thread, "isClosed")),
        created_at=time_of(_text(thread, "createdAt")),
    )


def _author(author: Element | None) -> ImportedAuthor:
    name, username, email = (
        ("", None, None) if author is None else (_text(author, "name") or "", _text(author, "username"), _text(author, "email"))
    )
    if username is None or (author is not None and is_true(_text(author, "isAnonymous"))):
        return ImportedAuthor(guest_id(name, email), name, email)
    return ImportedAuthor(username, name or username, email, is_guest=False)


def _comment(post: Element, author_id: str, at: str) -> ImportedComment:
    is_deleted, is_spam = is_true(_text(post, "isDeleted")), is_true(_text(post, "isSpam"))
    message = post.findtext(f"{_NS}message") or ""
    # What somebody deleted there is not brought here: its place is kept for the answers.
    return ImportedComment(
        at=at,
        id=post.get(_INTERNAL_ID, ""),
        article_id=_reference(post, "thread") or "",
        author_id=author_id,
        body="" if is_deleted and not is_spam else html_to_markdown(message, address=_without_detour),
        state=State.REJECTED if is_spam else State.WITHDRAWN if is_deleted else State.PUBLISHED,
        created_at=time_of(_text(post, "createdAt")),
        parent_id=_reference(post, "parent"),
    )


def _text(element: Element, name: str) -> str | None:
    return some_text(element.findtext(f"{_NS}{name}"))


def _reference(post: Element, name: str) -> str | None:
    found = post.find(f"{_NS}{name}")
    return None if found is None else found.get(_INTERNAL_ID) or None


def _without_detour(href: str) -> str:
    """The address behind one of Disqus's own, which count who follows them and end in a checksum."""
    try:
        parts = urlsplit(href)
        aim = parse_qs(parts.query).get("url", [""])[0] if parts.hostname in {"disq.us", "www.disq.us"} else ""
    except ValueError:
        return href
    return aim.rpartition(":")[0] if aim.count(":") > 1 else href


# -- Leaving -------------------------------------------------------------------------------------------------------------------
_HEAD: Final = """<?xml version="1.0" encoding="utf-8"?>
<disqus xmlns="http://disqus.com" xmlns:dsq="http://disqus.com/disqus-internals">
"""


def write_disqus(session: Session, site_id: str, forum: str, advance: Advance = show_nothing) -> Iterator[bytes]:
    """A site in the form of an export of Disqus, whose own systems and those of others read it. Held comments go out as deleted.

    Votes, mail addresses and edits have no place in it.
    """
    yield _HEAD.encode()
    for number, article, _ in numbered_threads(session, site_id, frozenset()):
        yield _thread(number, article, forum).encode()
    for number, _, comments in numbered_threads(session, site_id, frozenset(), advance):
        for comment in comments:
            yield _post(number, comment).encode()
    yield b"</disqus>\n"


def _thread(number: int, article: ArticleLine, forum: str) -> str:
    return (
        f'<thread dsq:id="{number}">\n<id>{escaped(article.key)}</id>\n<forum>{escaped(forum)}</forum>\n'
        f"<link>{escaped(article.url or '')}</link>\n<title>{escaped(article.title or '')}</title>\n"
        f"<createdAt>{_time(article.created_at)}</createdAt>\n"
        f"<isClosed>{_truth(is_so=article.is_closed)}</isClosed>\n<isDeleted>false</isDeleted>\n</thread>\n"
    )


def _post(thread: int, comment: Numbered) -> str:
    line, state = comment.line, state_of(comment.line)
    is_gone = state in {State.WITHDRAWN, State.ERASED}
    anonymous = line.author_is_guest
    username = "" if anonymous else f"<username>{escaped(line.subject.removeprefix('sso:'))}</username>"
    parent = f'<parent dsq:id="{comment.parent}"/>\n' if comment.parent else ""
    return (
        f'<post dsq:id="{comment.number}">\n<id/>\n<message>{"" if is_gone else paragraph(line.body_html)}</message>\n'
        f"<createdAt>{_time(line.created_at)}</createdAt>\n<isDeleted>{_truth(is_so=is_gone or state is State.HELD)}</isDeleted>\n"
        f"<isSpam>{_truth(is_so=state is State.REJECTED)}</isSpam>\n"
        f"<author><name>{escaped(line.author_name)}</name><isAnonymous>{_truth(is_so=anonymous)}</isAnonymous>{username}</author>\n"
        f'<thread dsq:id="{thread}"/>\n{parent}</post>\n'
    )


def _time(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _truth(*, is_so: bool) -> str:
    return "true" if is_so else "false"
