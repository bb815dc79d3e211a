"""A thread as its page shows it: what everybody sees, and among it what only its author does."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from markupsafe import Markup
from sqlalchemy.orm import Session

from commentsvc.domain.status import ReasonCode, Status
from commentsvc.domain.threads import depth_of
from commentsvc.store.queries.history import find_reasons
from commentsvc.store.queries.readers import find_current_grounds, find_votes, keep_article_comments
from commentsvc.store.queries.threads import OwnedComment, ThreadComment, find_comment
from commentsvc.web.embed.words import Words
from commentsvc.web.pages.guests import NAMELESS
from commentsvc.web.pages.marks import find_marks
from commentsvc.web.pages.wording import marked

_HIDDEN = frozenset({Status.PENDING, Status.HELD, Status.REJECTED})


@dataclass(frozen=True, slots=True)
class Note:
    """What the author alone is told about a comment, or about the change of one: a heading, why, and their text with its marks."""

    heading: str
    sentence: str
    text: Markup
    has_marks: bool
    status: Status


@dataclass(slots=True)
class Shown:
    """A comment with its place on the page."""

    id: str
    parent: str | None
    author_name: str
    is_staff: bool
    is_by_article_author: bool
    body_html: str | None
    created_at: datetime
    edited_at: datetime | None
    up: int
    down: int
    is_published: bool
    depth: int
    in_reply_to: str | None = None
    vote: int = 0
    is_own: bool = False
    can_change: bool = False
    note: Note | None = None
    body: str = ""
    replies: list["Shown"] = field(default_factory=list)
    more_after: int | None = None
    more_count: int = 0


@dataclass(frozen=True, slots=True)
class Own:
    """One's own comment on this article with the reasons of its routing."""

    comment: OwnedComment
    reasons: list[dict[str, Any]]
    ground: ReasonCode | None


def load_own(session: Session, article_id: str, ids: list[str]) -> list[Own]:
    """The comments of this browser that stand on the article and were not withdrawn."""
    found = [find_comment(session, comment_id) for comment_id in keep_article_comments(session, article_id, ids)]
    kept = [comment for comment in found if comment is not None and comment.status not in {Status.WITHDRAWN, Status.ERASED}]
    grounds = find_current_grounds(session, [comment.id for comment in kept])
    return [Own(comment, find_reasons(session, comment.revision_id), grounds.get(comment.id)) for comment in kept]


def load_votes(session: Session, voter: str, comments: Iterable[ThreadComment]) -> dict[str, int]:
    """Votes of one reader on the comments of a page and all that hang on them."""
    return find_votes(session, voter, [comment.id for comment in _walk_stored(comments)])


def _walk_stored(comments: Iterable[ThreadComment]) -> Iterator[ThreadComment]:
    for comment in comments:
        yield comment
        yield from _walk_stored(comment.replies)


def walk(comments: Iterable[Shown]) -> Iterator[Shown]:
    """Every comment of a page, parents before their replies."""
    for comment in comments:
        yield comment
        yield from walk(comment.replies)


def arrange(comments: Iterable[ThreadComment], votes: Mapping[str, int], parent_name: str | None = None) -> list[Shown]:
    """Turn what is stored into what is shown."""
    return [_shown(comment, votes, parent_name) for comment in comments]


def _shown(comment: ThreadComment, votes: Mapping[str, int], parent_name: str | None) -> Shown:
    name = comment.author_name or NAMELESS
    return Shown(
        id=comment.id,
        parent=comment.parent,
        author_name=name,
        is_staff=comment.author_is_staff,
        is_by_article_author=comment.is_by_article_author,
        body_html=comment.body_html,
        created_at=comment.created_at,
        edited_at=comment.edited_at,
        up=comment.up,
        down=comment.down,
        is_published=comment.status is Status.PUBLISHED,
        depth=comment.depth,
        in_reply_to=parent_name,
        vote=votes.get(comment.id, 0),
        replies=arrange(comment.replies, votes, name if comment.body_html is not None else None),
        more_after=comment.next_reply_no,
        more_count=max(0, comment.reply_count - len(comment.replies)),
    )


def add_own(page: list[Shown], own: Iterable[Own], now: datetime, posted: str | None, words: Words) -> list[Shown]:
    """Mark this browser's comments on the page and put those that only their author sees where they belong.

    What belongs below a comment that is not on this page comes first, and so does the one that was just posted. Asks the scorer for marks,
    so no transaction may be open. Gives the comments that belong nowhere else.
    """
    by_id = {comment.id: comment for comment in walk(page)}
    first: list[Shown] = []
    for mine in own:
        stored = mine.comment
        shown = by_id.get(stored.id)
        note = _note(mine, words)
        can_change = stored.edit_until > now and stored.status is not Status.REJECTED
        if shown is None:
            if stored.status not in _HIDDEN and stored.id != posted:
                continue
            shown = _from_own(stored)
            parent = by_id.get(stored.parent) if stored.parent else None
            if parent is not None:
                shown.in_reply_to = parent.author_name
                parent.replies.append(shown)
            else:
                first.append(shown)
            by_id[shown.id] = shown
        shown.is_own, shown.note, shown.can_change, shown.body = True, note, can_change, stored.body
    return first


def _from_own(stored: OwnedComment) -> Shown:
    return Shown(
        id=stored.id,
        parent=stored.parent,
        author_name=stored.author_name or NAMELESS,
        is_staff=False,
        is_by_article_author=False,
        body_html=stored.published_html,
        created_at=stored.created_at,
        edited_at=stored.edited_at,
        up=stored.up,
        down=stored.down,
        is_published=stored.status is Status.PUBLISHED,
        depth=depth_of(stored.path),
    )


def _note(mine: Own, words: Words) -> Note | None:
    stored = mine.comment
    if stored.revision_status not in _HIDDEN:
        return None
    marks = find_marks(stored.revision_id, stored.body, mine.reasons) if stored.revision_status is not Status.PENDING else []
    status = stored.revision_status.value
    return Note(
        words.say(f"{status}_head"),
        words.standing(status, mine.reasons, mine.ground),
        marked(stored.body, marks),
        bool(marks),
        stored.revision_status,
    )
