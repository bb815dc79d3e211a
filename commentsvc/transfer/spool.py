"""A stream of records laid out on disk, so that it can be taken in in an order that works, in memory that does not grow.

Files have replies before what they answer, the same id twice, and comments that answer each other in a ring; and one that was cut
off tells so only at its end. So all of a file is read before anything of it is stored: into a scratch file of SQLite, which is gone
afterwards. From there comments come article by article, what is answered before its answers, siblings by time.
"""

import contextlib
import sqlite3
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from commentsvc.domain.status import Standing
from commentsvc.store.padding import padded
from commentsvc.transfer.fitting import Clock, UnfitError, fit_article, fit_author, fit_comment
from commentsvc.transfer.records import (
    Flaw,
    ImportedArticle,
    ImportedAuthor,
    ImportedComment,
    Problem,
    Record,
    State,
    mended,
    refused,
)

_SCHEMA: Final = """
    PRAGMA journal_mode=OFF;
    PRAGMA synchronous=OFF;
    PRAGMA locking_mode=EXCLUSIVE;
    PRAGMA cache_size=-16000;
    PRAGMA temp_store=FILE;
    CREATE TABLE article (no INTEGER PRIMARY KEY, id TEXT UNIQUE, key, url, title, section, is_closed, closes_at, created_at);
    CREATE TABLE author (id TEXT PRIMARY KEY, name, email, is_guest, is_staff, subject, email_hash, standing, standing_until, created_at);
    CREATE TABLE comment (
        no INTEGER PRIMARY KEY, id TEXT UNIQUE, article TEXT, author TEXT, parent TEXT, number INTEGER, created_at INTEGER, at, body, state,
        edited_at INTEGER, up INTEGER, down INTEGER
    );
    CREATE TABLE problem (action, flaw, at, id);
"""
# A parent that is not among its article's comments makes no branch: that comment begins one.
_ORDER: Final = """
    CREATE INDEX comment_parent ON comment (parent) WHERE parent IS NOT NULL;
    CREATE TABLE branch AS
        WITH RECURSIVE tree (no, id, article, depth) AS (
            SELECT child.no, child.id, child.article, 0 FROM comment AS child
            WHERE child.parent IS NULL OR NOT EXISTS (
                SELECT 1 FROM comment AS parent WHERE parent.id = child.parent AND parent.article = child.article AND parent.no <> child.no
            )
            UNION ALL
            SELECT child.no, child.id, child.article, tree.depth + 1
            FROM tree JOIN comment AS child ON child.parent = tree.id AND child.article = tree.article AND child.no <> tree.no
        )
        SELECT no, depth FROM tree;
    CREATE UNIQUE INDEX branch_no ON branch (no);
    INSERT INTO problem
        SELECT 'refused', 'cycle', at, id FROM comment WHERE no NOT IN (SELECT no FROM branch);
    INSERT INTO problem
        SELECT 'refused', 'article', at, id FROM comment
        WHERE article NOT IN (SELECT id FROM article) AND no IN (SELECT no FROM branch);
    CREATE TABLE line AS
        SELECT comment.no AS no, branch.depth AS depth
        FROM branch JOIN comment ON comment.no = branch.no JOIN article ON article.id = comment.article
        ORDER BY article.no, branch.depth, comment.number, comment.created_at, comment.no;
"""
_READ: Final = """
    SELECT at, comment.id, article, author, body, state, created_at, parent, edited_at, up, down, number, depth
    FROM line JOIN comment ON comment.no = line.no WHERE line.rowid > ? ORDER BY line.rowid LIMIT ?
"""
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_REMEMBERED: Final = 50_000


@dataclass(frozen=True, slots=True)
class Laid:
    """A comment in its place. `is_root` says that nothing in its file stands above it, whatever it names as its parent."""

    comment: ImportedComment
    is_root: bool


class Spool:
    """Takes a stream in, then gives it out in order. Use it in a `with` block: what it wrote is gone at the end."""

    def __init__(self, now: datetime, folder: Path | None = None) -> None:
        """Make the scratch file, in `folder` or where the system keeps such files."""
        self._folder = tempfile.TemporaryDirectory(prefix="commentsvc-import-", dir=folder)
        self._db = sqlite3.connect(Path(self._folder.name) / "spool.db", isolation_level=None)
        self._db.executescript(_SCHEMA)
        self._db.execute("BEGIN")
        self._clock = Clock(now)
        self._seen: dict[str, None] = {}

    def __enter__(self) -> Self:
        """Nothing more to prepare."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Throw the scratch file away."""
        self._db.close()
        with contextlib.suppress(OSError):
            self._folder.cleanup()

    def add(self, record: Record) -> None:
        """Take one record. Of several with the same id the first counts."""
        try:
            if isinstance(record, ImportedComment):
                self._add_comment(record)
            elif isinstance(record, ImportedAuthor):
                self._add_author(record)
            elif isinstance(record, ImportedArticle):
                self._add_article(record)
            else:
                self.note(record)
        except UnfitError as error:
            if isinstance(record, ImportedComment):
                self.note(refused(error.flaw, record.at, record.id or None))
            elif isinstance(record, ImportedArticle):
                self.note(refused(error.flaw, "article", record.id or None))

    def _add_comment(self, record: ImportedComment) -> None:
        comment, flaws = fit_comment(record, self._clock)
        row = (
            comment.id,
            comment.article_id,
            comment.author_id,
            comment.parent_id,
            comment.number,
            _stamp(comment.created_at),
            comment.at,
            comment.body,
            comment.state.value,
            _stamp(comment.edited_at),
            comment.up,
            comment.down,
        )
        if self._put("comment (id, article, author, parent, number, created_at, at, body, state, edited_at, up, down)", row):
            for flaw in flaws:
                self.note(mended(flaw, comment.at, comment.id))
        else:
            self.note(refused(Flaw.DUPLICATE, comment.at, comment.id))

    def _add_author(self, record: ImportedAuthor) -> None:
        if self._is_known(f"u{record.id}"):
            return
        author, flaws = fit_author(record, self._clock)
        row = (author.id, author.name, author.email, author.is_guest, author.is_staff, author.subject, author.email_hash)
        times = (author.standing.value, _stamp(author.standing_until), _stamp(author.created_at))
        columns = "id, name, email, is_guest, is_staff, subject, email_hash, standing, standing_until, created_at"
        if self._put(f"author ({columns})", row + times):
            for flaw in flaws:
                self.note(mended(flaw, "author", author.id))

    def _add_article(self, record: ImportedArticle) -> None:
        if self._is_known(f"a{record.id}"):
            return
        article, flaws = fit_article(record, self._clock)
        row = (article.id, article.key, article.url, article.title, article.section, article.is_closed)
        if self._put(
            "article (id, key, url, title, section, is_closed, closes_at, created_at)",
            (*row, _stamp(article.closes_at), _stamp(article.created_at)),
        ):
            for flaw in flaws:
                self.note(mended(flaw, "article", article.id))

    def _is_known(self, name: str) -> bool:
        # Formats without lists of authors and articles name them with each comment.
        if name in self._seen:
            return True
        if len(self._seen) >= _REMEMBERED:
            self._seen.clear()
        self._seen[name] = None
        return False

    def _put(self, into: str, row: tuple[Any, ...]) -> bool:
        holes = ", ".join("?" * len(row))
        return self._db.execute(f"INSERT OR IGNORE INTO {into} VALUES ({holes})", row).rowcount > 0  # noqa: S608 - names of our own

    def note(self, problem: Problem) -> None:
        """Keep a problem for the report."""
        self._db.execute("INSERT INTO problem VALUES (?, ?, ?, ?)", (problem.action.value, problem.flaw.value, problem.at, problem.id))

    def lay(self) -> int:
        """Find the order, once the stream has ended; returns how many comments can be taken in."""
        self._db.execute("COMMIT")
        self._db.executescript(_ORDER)
        return int(self._db.execute("SELECT count(*) FROM line").fetchone()[0])

    def batches(self, size: int) -> Iterator[list[Laid]]:
        """The comments in order, at most `size` at a time."""
        done = 0
        while rows := self._db.execute(_READ, (done, size)).fetchall():
            done += len(rows)
            yield [_laid(row) for row in rows]

    def articles(self, ids: set[str]) -> dict[str, ImportedArticle]:
        """These articles, by their ids in the source."""
        columns = "id, key, url, title, section, is_closed, closes_at, created_at"
        return {row[0]: _article(row) for row in self._find("article", columns, ids)}

    def authors(self, ids: set[str]) -> dict[str, ImportedAuthor]:
        """These authors, by their ids in the source; those that the stream did not have are left out."""
        columns = "id, name, email, is_guest, is_staff, subject, email_hash, standing, standing_until, created_at"
        return {row[0]: _author(row) for row in self._find("author", columns, ids)}

    def _find(self, table: str, columns: str, ids: set[str]) -> list[tuple[Any, ...]]:
        wanted = padded(ids)
        holes = ", ".join("?" * len(wanted))
        return self._db.execute(f"SELECT {columns} FROM {table} WHERE id IN ({holes})", wanted).fetchall()  # noqa: S608 - as above

    def all_articles(self, size: int) -> Iterator[list[ImportedArticle]]:
        """Every article, also those without comments, at most `size` at a time."""
        return self._pieces("SELECT id, key, url, title, section, is_closed, closes_at, created_at FROM article", size, _article)

    def all_authors(self, size: int) -> Iterator[list[ImportedAuthor]]:
        """Every author, also those without comments, at most `size` at a time."""
        columns = "id, name, email, is_guest, is_staff, subject, email_hash, standing, standing_until, created_at"
        return self._pieces(f"SELECT {columns} FROM author", size, _author)  # noqa: S608 - as above

    def _pieces(self, query: str, size: int, make: Any) -> Iterator[list[Any]]:  # noqa: ANN401 - one of the three below
        after = 0
        while rows := self._db.execute(f"{query} WHERE rowid > ? ORDER BY rowid LIMIT ?", (after, size)).fetchall():
            after += len(rows)
            yield [make(row) for row in rows]

    def problems(self) -> Iterator[Problem]:
        """Every problem, in the order in which they were found."""
        for action, flaw, at, source_id in self._db.execute("SELECT action, flaw, at, id FROM problem ORDER BY rowid"):
            make = refused if action == "refused" else mended
            yield make(Flaw(flaw), at, source_id)


def _stamp(at: datetime | None) -> int | None:
    return None if at is None else (at - _EPOCH) // _MICROSECOND


def _time(stamp: int | None) -> datetime | None:
    return None if stamp is None else _EPOCH + stamp * _MICROSECOND


def _laid(row: tuple[Any, ...]) -> Laid:
    at, key, article, author, body, state, created_at, parent, edited_at, up, down, number, depth = row
    times = _time(created_at), _time(edited_at)
    comment = ImportedComment(at, key, article, author, body, State(state), times[0], parent, times[1], up, down, number)
    return Laid(comment, depth == 0)


def _article(row: tuple[Any, ...]) -> ImportedArticle:
    key, named, url, title, section, is_closed, closes_at, created_at = row
    return ImportedArticle(key, named, url, title, section, bool(is_closed), _time(closes_at), _time(created_at))


def _author(row: tuple[Any, ...]) -> ImportedAuthor:
    key, name, email, is_guest, is_staff, subject, email_hash, standing, until, created_at = row
    standings = (Standing(standing), _time(until), _time(created_at))
    return ImportedAuthor(key, name, email, bool(is_guest), bool(is_staff), subject, email_hash, *standings)
