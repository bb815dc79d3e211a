"""Commento: its export, one JSON document with comments and, after them, those who wrote them."""

from pathlib import Path
from typing import Final

from commentsvc.transfer.html_markdown import html_to_markdown
from commentsvc.transfer.json_stream import read_elements
from commentsvc.transfer.records import Flaw, ImportedArticle, ImportedAuthor, ImportedComment, Record, Records, State, refused
from commentsvc.transfer.reply_files import ImportFileError
from commentsvc.transfer.source_files import Object, opened
from commentsvc.transfer.values import count_of, is_true, some_text, text_of, time_of

_LISTS: Final = frozenset({"comments", "commenters"})
_STATES: Final = {"approved": State.PUBLISHED, "": State.PUBLISHED, "unapproved": State.HELD, "flagged": State.HELD}
_ROOT: Final = "root"
ANONYMOUS: Final = "anonymous"


def read_commento(path: Path) -> Records:
    """The records of an export. Raises ImportFileError for a file that is none.

    Articles are called by the paths that Commento knew them by. Its scores, which are votes for less votes against, become votes.
    """
    with opened(path) as source:
        yield ImportedAuthor(ANONYMOUS, "Anonymous")
        for number, (name, found) in enumerate(read_elements(source, path, _LISTS), start=1):
            if not name:
                raise ImportFileError(f"{path} is no export of Commento")
            at = f"element {number}"
            if not isinstance(found, dict):
                yield refused(Flaw.UNREADABLE, at)
            elif name == "commenters":
                yield _author(found)
            else:
                yield from _records(found, at)


def _author(found: Object) -> ImportedAuthor:
    key, name = text_of(found.get("commenterHex")), text_of(found.get("name"))
    return ImportedAuthor(key, name, some_text(found.get("email")), is_guest=False, is_staff=is_true(found.get("isModerator")))


def _records(found: Object, at: str) -> Records:
    page = text_of(found.get("url")) or text_of(found.get("path"))
    domain = text_of(found.get("domain"))
    yield ImportedArticle(page, page, f"https://{domain}{page}" if domain and page.startswith("/") else page)
    yield _comment(found, at, page)


def _comment(found: Object, at: str, page: str) -> Record:
    key = text_of(found.get("commentHex"))
    state = _STATES.get(text_of(found.get("state")))
    if state is None:
        return refused(Flaw.UNREADABLE, at, key or None)
    is_deleted = is_true(found.get("deleted"))
    parent, score = text_of(found.get("parentHex")), count_of(found.get("score"))
    return ImportedComment(
        at=at,
        id=key,
        article_id=page,
        author_id=text_of(found.get("commenterHex")) or ANONYMOUS,
        body="" if is_deleted else some_text(found.get("markdown")) or html_to_markdown(text_of(found.get("html"))),
        state=State.WITHDRAWN if is_deleted else state,
        created_at=time_of(found.get("creationDate")),
        parent_id=None if parent in {"", _ROOT} else parent,
        up=max(score, 0),
        down=max(-score, 0),
    )
