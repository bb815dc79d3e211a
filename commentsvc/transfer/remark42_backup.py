"""Remark42: its backup, one JSON object a line, the first with what is known of users and posts."""

from pathlib import Path

from commentsvc.transfer.html_markdown import html_to_markdown
from commentsvc.transfer.records import ImportedArticle, ImportedAuthor, ImportedComment, Problem, Records, State
from commentsvc.transfer.reply_files import ImportFileError
from commentsvc.transfer.source_files import Object, object_in, objects_in, opened, read_objects
from commentsvc.transfer.values import guest_id, is_true, some_text, text_of, time_of

_ANONYMOUS = "anonymous_"
_DELETED = "deleted"


def read_remark42(path: Path) -> Records:
    """The records of a backup, gzipped as it is written or not. Raises ImportFileError for a file that is none.

    Articles are called by their addresses. Pins and pictures are left behind.
    """
    with opened(path) as source:
        objects = read_objects(source, path)
        _, head = next(objects, ("", None))
        if not isinstance(head, dict) or "version" not in head:
            raise ImportFileError(f"{path} is no backup of Remark42: its first line tells no version")
        closed = {text_of(post.get("url")) for post in objects_in(head, "posts") if is_true(post.get("read_only"))}
        for at, found in objects:
            if isinstance(found, Problem):
                yield found
                continue
            url = text_of(object_in(found, "locator").get("url"))
            author = _author(object_in(found, "user"))
            yield ImportedArticle(url, url, url, some_text(found.get("title")), is_closed=url in closed)
            yield author
            yield _comment(found, at, url, author.id)


def _author(user: Object) -> ImportedAuthor:
    key, name = text_of(user.get("id")), text_of(user.get("name"))
    is_guest = key in {"", _DELETED} or key.startswith(_ANONYMOUS)
    return ImportedAuthor(key or guest_id(name, None), name, is_guest=is_guest, is_staff=is_true(user.get("admin")))


def _comment(found: Object, at: str, url: str, author_id: str) -> ImportedComment:
    is_deleted = is_true(found.get("delete"))
    votes = object_in(found, "votes")
    up = sum(value is True for value in votes.values())
    return ImportedComment(
        at=at,
        id=text_of(found.get("id")),
        article_id=url,
        author_id=author_id,
        # What was written is kept beside what was made of it, but not for all: earlier releases kept the HTML alone.
        body="" if is_deleted else some_text(found.get("orig")) or html_to_markdown(text_of(found.get("text"))),
        state=State.WITHDRAWN if is_deleted else State.PUBLISHED,
        created_at=time_of(found.get("time")),
        parent_id=some_text(found.get("pid")),
        edited_at=time_of(object_in(found, "edit").get("time")),
        up=up,
        down=len(votes) - up,
    )
