"""Artalk: its Artrans, one JSON list in which every value is a string."""

from pathlib import Path

from commentsvc.transfer.json_stream import read_elements
from commentsvc.transfer.records import Flaw, ImportedArticle, ImportedAuthor, ImportedComment, Records, State, refused
from commentsvc.transfer.reply_files import ImportFileError
from commentsvc.transfer.source_files import Object, opened
from commentsvc.transfer.values import count_of, guest_id, is_true, some_text, text_of, time_of


def read_artalk(path: Path) -> Records:
    """The records of an Artrans file. Raises ImportFileError for a file that is none.

    Articles are called by their page keys. Links and badges of authors, pins and collapsed states are left behind. Artalk knows
    everybody by name and address alone, so all are guests.
    """
    with opened(path) as source:
        for number, (name, found) in enumerate(read_elements(source, path), start=1):
            at = f"element {number}"
            if name:
                raise ImportFileError(f"{path} is no Artrans file")
            if not isinstance(found, dict):
                yield refused(Flaw.UNREADABLE, at)
                continue
            page, nick, email = text_of(found.get("page_key")), text_of(found.get("nick")), some_text(found.get("email"))
            yield ImportedArticle(page, page, some_text(page), some_text(found.get("page_title")))
            yield ImportedAuthor(guest_id(nick, email), nick, email)
            yield _comment(found, at, page, guest_id(nick, email))


def _comment(found: Object, at: str, page: str, author_id: str) -> ImportedComment:
    parent = text_of(found.get("rid"))
    created_at, changed_at = time_of(found.get("created_at")), time_of(found.get("updated_at"))
    return ImportedComment(
        at=at,
        id=text_of(found.get("id")),
        article_id=page,
        author_id=author_id,
        body=text_of(found.get("content")),
        state=State.HELD if is_true(found.get("is_pending")) else State.PUBLISHED,
        created_at=created_at,
        parent_id=None if parent in {"", "0", text_of(found.get("id"))} else parent,
        edited_at=changed_at if created_at and changed_at and changed_at > created_at else None,
        up=count_of(found.get("vote_up")),
        down=count_of(found.get("vote_down")),
    )
