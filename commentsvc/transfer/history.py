"""Takes a neutral stream of records in: reads all of it, then stores comments batch by batch, each batch whole or not at all.

Which records have been taken in is remembered for ever, by source and id. So an import that was stopped goes on where it was, and one
that is done adds nothing when it is run again.
"""

import hashlib
import itertools
import re
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Final

from sqlalchemy.orm import Session

from commentsvc.domain.addresses import email_hash
from commentsvc.domain.status import Standing, Status
from commentsvc.services.judging import Text
from commentsvc.services.past_articles import PastArticle, PastAuthor, ensure_articles, ensure_authors
from commentsvc.services.past_comments import ImportPlace, PastComment, lock_imports, store_past_comments
from commentsvc.store.ids import new_ids
from commentsvc.store.queries.imports import find_imported, find_sites_of_comments
from commentsvc.store.queries.sites import SiteState
from commentsvc.transfer.fitting import LONGEST_ID, NAMELESS
from commentsvc.transfer.intake import Advance, Transact, show_nothing
from commentsvc.transfer.past_texts import PastTexts, Wait
from commentsvc.transfer.records import Flaw, ImportedArticle, ImportedAuthor, Problem, Record, State, mended
from commentsvc.transfer.spool import Laid, Spool
from commentsvc.transfer.values import path_of

BATCH: Final = 1000
"""Comments in one transaction: some tenths of a second, for which a reader who posts has to wait on SQLite."""
AHEAD: Final = 3
"""Batches whose texts are being made while one is stored."""
_STATUS: Final = {
    State.PUBLISHED: Status.PUBLISHED,
    State.HELD: Status.HELD,
    State.REJECTED: Status.REJECTED,
    State.WITHDRAWN: Status.WITHDRAWN,
    State.ERASED: Status.ERASED,
}
_OUR_ID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
_NO_TEXT: Final = Text("", "", "", None, 0)
KEYS: Final[dict[str, Callable[[ImportedArticle], str]]] = {
    "id": lambda article: article.key,
    "url": lambda article: article.url or article.key,
    "path": lambda article: path_of(article.url or article.key),
}
"""What an article may be called here: as the source calls it, by its address, or by the path of its address."""


@dataclass(frozen=True, slots=True)
class HistoryPlan:
    """Where a stream goes. `source` names whose ids its records have; `key` is one of KEYS.

    `is_sso` says that ids of authors who are no guests are those in the site's own tokens. `keeps_ids` says that comments come from
    this service: where no comment has its id, it keeps it. `secret` is the installation's.
    """

    site: SiteState
    source: str
    now: datetime
    secret: bytes
    key: str = "id"
    is_sso: bool = False
    keeps_ids: bool = False
    is_dry: bool = False


@dataclass(slots=True)
class HistoryReport:
    """What came of a stream. `made` is by state; in a dry run it is what would be made."""

    fitting: int = 0
    known: int = 0
    made: Counter[State] = field(default_factory=Counter)


class HistoryImporter:
    """Takes one stream in. Use `problems` after `run`, inside the `with` block of its spool."""

    def __init__(self, plan: HistoryPlan, transact: Transact, spool: Spool) -> None:
        policy_version_id = plan.site.policy_version_id
        if policy_version_id is None:
            msg = f"site {plan.site.id} has no active policy"
            raise RuntimeError(msg)
        self._plan = plan
        self._transact = transact
        self._spool = spool
        self._count = 0
        self._may_be_known = True
        self._place = ImportPlace(plan.site.id, policy_version_id, plan.site.limits.max_depth, plan.source)

    def read(self, records: Iterable[Record], advance: Advance = show_nothing) -> int:
        """Read the whole stream; returns how many comments fit. Raises what reading it raises, with nothing stored."""
        for piece in _pieces(records):
            for record in piece:
                self._spool.add(record)
            advance(len(piece))
        self._count = self._spool.lay()
        return self._count

    def store(self, advance: Advance = show_nothing) -> HistoryReport:
        """Store what was read. What a batch wrote stays when a later one fails. Raises StorageUnavailableError."""
        report = HistoryReport()
        begun: deque[_Begun] = deque()
        with PastTexts(self._count) as texts:
            for batch in self._spool.batches(BATCH):
                report.fitting += len(batch)
                begun.append(self._begin(batch, texts))
                if len(begun) > AHEAD:
                    self._finish(begun.popleft(), report, advance)
            while begun:
                self._finish(begun.popleft(), report, advance)
        if self._plan.keeps_ids and not self._plan.is_dry:
            self._store_rest()
        return report

    def problems(self) -> Iterator[Problem]:
        """What was refused and what was mended."""
        return self._spool.problems()

    def _begin(self, batch: Sequence[Laid], texts: PastTexts) -> "_Begun":
        known: set[str] = set()

        def look(session: Session) -> None:
            known.clear()
            known.update(self._find_known(session, batch)[0])

        # Where the first batch held nothing that is known, a file that goes on is rare: then only storing finds out.
        if self._may_be_known:
            self._transact(look)
            self._may_be_known = bool(known & {laid.comment.id for laid in batch})
        wanted = [laid for laid in batch if laid.comment.id not in known]
        bodies = [] if self._plan.is_dry else [laid.comment.body for laid in wanted]
        return _Begun(wanted, len(batch), texts.begin(bodies) if bodies else list)

    def _finish(self, begun: "_Begun", report: HistoryReport, advance: Advance) -> None:
        made: list[Laid] = []
        problems: list[Problem] = []
        if begun.wanted:
            articles = self._spool.articles({laid.comment.article_id for laid in begun.wanted})
            authors = self._spool.authors({laid.comment.author_id for laid in begun.wanted})
            texts = dict(zip((laid.comment.id for laid in begun.wanted), begun.texts(), strict=False))

            def write(session: Session) -> None:
                if not self._plan.is_dry:
                    lock_imports(session, self._plan.site.id)
                # Whoever imports the same beside us may have been faster since we looked: what is known now is left alone.
                known, taken = self._find_known(session, begun.wanted)
                made[:] = [laid for laid in begun.wanted if laid.comment.id not in known]
                writer = _BatchWriter(session, self._plan, self._place, known, taken)
                problems[:] = writer.find_orphans(made) if self._plan.is_dry else writer.write(made, articles, authors, texts)

            self._transact(write)
        for problem in problems:
            self._spool.note(problem)
        report.known += begun.size - len(made)
        report.made.update(laid.comment.state for laid in made)
        advance(begun.size)

    def _find_known(self, session: Session, batch: Sequence[Laid]) -> tuple[dict[str, str], set[str]]:
        """Comments that are here already, by their ids in the source (parents, too); and of the others, ids that nobody else may have."""
        asked = {laid.comment.id for laid in batch} | {laid.comment.parent_id for laid in batch if laid.comment.parent_id}
        ids = sorted(key for key in asked if len(key) <= LONGEST_ID and "\0" not in key)
        known = find_imported(session, self._plan.site.id, self._plan.source, ids)
        if not self._plan.keeps_ids:
            return known, set()
        ours = [key for key in ids if key not in known and _OUR_ID.fullmatch(key)]
        sites = find_sites_of_comments(session, ours)
        return known | {key: key for key, site_id in sites.items() if site_id == self._plan.site.id}, set(sites)

    def _store_rest(self) -> None:
        # Authors who wrote nothing may be banned all the same, and articles without comments closed.
        site_id, now = self._plan.site.id, self._plan.now
        for articles in self._spool.all_articles(BATCH):
            pages = {page.key: page for page in (_past_article(one, self._plan, now) for one in articles)}
            self._transact(partial(_make_articles, site_id, pages))
        for authors in self._spool.all_authors(BATCH):
            people = {one.subject: one for one in (_past_author(author, self._plan, now) for author in authors)}
            self._transact(partial(_make_authors, site_id, people))


@dataclass(frozen=True, slots=True)
class _Begun:
    """The comments of a batch that were not known when it was looked at, and how to get their texts."""

    wanted: Sequence[Laid]
    size: int
    texts: Wait


class _BatchWriter:
    def __init__(self, session: Session, plan: HistoryPlan, place: ImportPlace, known: dict[str, str], taken: set[str]) -> None:
        self._session, self._plan, self._place = session, plan, place
        self._ids = dict(known)
        self._taken = taken

    def find_orphans(self, made: Sequence[Laid]) -> list[Problem]:
        """Those whose parent is neither in the file nor here."""
        return [
            mended(Flaw.PARENT, laid.comment.at, laid.comment.id)
            for laid in made
            if laid.is_root and laid.comment.parent_id is not None and laid.comment.parent_id not in self._ids
        ]

    def write(
        self,
        made: Sequence[Laid],
        articles: dict[str, ImportedArticle],
        authors: dict[str, ImportedAuthor],
        texts: dict[str, Text],
    ) -> list[Problem]:
        """Store a batch; returns what had to be mended."""
        problems = self.find_orphans(made)
        first: dict[str, datetime] = {}
        by_author: dict[str, datetime] = {}
        for laid in made:
            at = laid.comment.created_at or self._plan.now
            first[laid.comment.article_id] = min(at, first.get(laid.comment.article_id, at))
            by_author[laid.comment.author_id] = min(at, by_author.get(laid.comment.author_id, at))
        pages = {key: _past_article(articles[key], self._plan, at) for key, at in first.items()}
        people = {key: _past_author(authors.get(key) or _nobody(key), self._plan, at) for key, at in by_author.items()}
        problems += [mended(Flaw.AUTHOR, laid.comment.at, laid.comment.id) for laid in made if laid.comment.author_id not in authors]
        site_id = self._plan.site.id
        page_ids = ensure_articles(self._session, site_id, {page.key: page for page in pages.values()}) if pages else {}
        people_ids = ensure_authors(self._session, site_id, {one.subject: one for one in people.values()}) if people else {}
        batch = []
        for laid, fresh in zip(made, new_ids(len(made)), strict=True):
            comment = laid.comment
            belongs = page_ids[pages[comment.article_id].key], people_ids[people[comment.author_id].subject]
            batch.append(self._past_comment(laid, fresh, belongs, texts[comment.id]))
        moved = store_past_comments(self._session, self._place, batch, self._plan.now)
        places = {laid.comment.id: laid.comment.at for laid in made}
        told = {problem.id for problem in problems if problem.flaw is Flaw.PARENT}
        problems += [mended(Flaw.TOO_DEEP, places[key], key) for key in moved.flattened]
        problems += [mended(Flaw.PARENT, places[key], key) for key in moved.strays if key not in told]
        return problems

    def _past_comment(self, laid: Laid, fresh: str, belongs: tuple[str, str], text: Text) -> PastComment:
        comment = laid.comment
        keeps = self._plan.keeps_ids and comment.id not in self._taken and _OUR_ID.fullmatch(comment.id)
        # In this order: what answers itself answers nobody.
        parent_id = self._ids.get(comment.parent_id) if comment.parent_id is not None else None
        comment_id = self._ids[comment.id] = comment.id if keeps else fresh
        status = _STATUS[comment.state]
        if status is Status.ERASED:
            text = _NO_TEXT
        return PastComment(
            comment_id,
            comment.id,
            *belongs,
            parent_id,
            text,
            status,
            comment.created_at or self._plan.now,
            comment.edited_at,
            comment.up,
            comment.down,
        )


def _past_article(article: ImportedArticle, plan: HistoryPlan, first_at: datetime) -> PastArticle:
    key = KEYS[plan.key](article)[:500]
    created_at = min(article.created_at or first_at, first_at)
    return PastArticle(key, created_at, article.url, article.title, article.section, article.is_closed, article.closes_at)


def _past_author(author: ImportedAuthor, plan: HistoryPlan, first_at: datetime) -> PastAuthor:
    """The author as they are known here: under the subject they had, or one that names the source."""
    if author.subject is not None:
        subject = author.subject
    elif plan.is_sso and not author.is_guest:
        subject = f"sso:{author.id}"
    else:
        subject = f"import:{plan.source}:{author.id}"
    if len(subject) > LONGEST_ID or not subject.isprintable():
        subject = f"import:{plan.source}:{hashlib.sha256(author.id.encode()).hexdigest()}"
    hashed = author.email_hash or (email_hash(plan.secret, author.email) if author.email else None)
    created_at = min(author.created_at or first_at, first_at)
    standing = (author.standing, author.standing_until if author.standing is not Standing.NORMAL else None)
    return PastAuthor(subject, author.name, created_at, author.is_guest, author.is_staff, hashed, *standing)


def _nobody(key: str) -> ImportedAuthor:
    return ImportedAuthor(key[:LONGEST_ID], NAMELESS)


def _pieces(records: Iterable[Record]) -> Iterator[list[Record]]:
    waiting = iter(records)
    while piece := list(itertools.islice(waiting, BATCH)):
        yield piece


def _make_articles(site_id: str, pages: dict[str, PastArticle], session: Session) -> None:
    ensure_articles(session, site_id, pages)


def _make_authors(site_id: str, people: dict[str, PastAuthor], session: Session) -> None:
    ensure_authors(session, site_id, people)
