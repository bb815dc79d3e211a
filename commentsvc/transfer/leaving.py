"""A site's threads as the neutral stream, for every export."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from commentsvc.domain.status import Status
from commentsvc.store.queries.export import ArticleLine, CommentLine, iterate_articles, iterate_authors, iterate_comments
from commentsvc.transfer.intake import Advance, show_nothing
from commentsvc.transfer.records import ImportedArticle, ImportedAuthor, ImportedComment, Records, State

_STATE: Final = {
    # What no scorer has judged yet is invisible, and so it stays until somebody looks.
    Status.PENDING: State.HELD,
    Status.PUBLISHED: State.PUBLISHED,
    Status.HELD: State.HELD,
    Status.REJECTED: State.REJECTED,
    Status.WITHDRAWN: State.WITHDRAWN,
    Status.ERASED: State.ERASED,
}


def state_of(comment: CommentLine) -> State:
    """What a comment is, in the words of the stream."""
    return _STATE[comment.status]


def site_records(session: Session, site_id: str, advance: Advance = show_nothing) -> Records:
    """Everything: authors, then each article with its comments, what is answered before its answers."""
    for author in iterate_authors(session, site_id):
        yield ImportedAuthor(
            author.subject,
            author.name,
            None,
            author.is_guest,
            author.is_staff,
            author.subject,
            author.email_hash,
            author.standing,
            author.standing_until,
            author.created_at,
        )
    for article in iterate_articles(session, site_id):
        yield ImportedArticle(
            article.key, article.key, article.url, article.title, article.section, article.is_closed, article.closes_at, article.created_at
        )
        for comment in iterate_comments(session, article.id):
            yield _comment(article.key, comment)
            advance(1)


def _comment(article_key: str, comment: CommentLine) -> ImportedComment:
    return ImportedComment(
        at="",
        id=comment.id,
        article_id=article_key,
        author_id=comment.subject,
        body=comment.body,
        state=state_of(comment),
        created_at=comment.created_at,
        parent_id=comment.parent_id,
        edited_at=comment.edited_at,
        up=comment.up,
        down=comment.down,
        number=comment.number,
    )


@dataclass(frozen=True, slots=True)
class Numbered:
    """A comment with a number of its own, from 1 in the whole site, and that of the comment above it that is told of; 0 for none."""

    number: int
    parent: int
    line: CommentLine


def numbered_threads(
    session: Session, site_id: str, left_out: frozenset[Status], advance: Advance = show_nothing
) -> Iterator[tuple[int, ArticleLine, Iterator[Numbered]]]:
    """Each article with its number and its comments, for formats whose ids are numbers. Comments of the statuses `left_out` are not told.

    Read each article's comments to their end before the next article.
    """
    counter = _Counter()
    for number, article in enumerate(iterate_articles(session, site_id), start=1):
        yield number, article, _numbered(iterate_comments(session, article.id), left_out, counter, advance)


@dataclass(slots=True)
class _Counter:
    last: int = 0


def _numbered(lines: Iterator[CommentLine], left_out: frozenset[Status], counter: _Counter, advance: Advance) -> Iterator[Numbered]:
    # In reading order the comments above one are those whose paths begin its own: never more than the thread is deep.
    above: list[tuple[str, int]] = []
    for line in lines:
        while above and not line.path.startswith(above[-1][0]):
            above.pop()
        advance(1)
        if line.status in left_out:
            continue
        counter.last += 1
        yield Numbered(counter.last, above[-1][1] if above else 0, line)
        above.append((line.path, counter.last))
