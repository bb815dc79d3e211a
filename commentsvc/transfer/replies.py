"""Takes a file of replies in as threads: each comment that was answered becomes a root comment, its replies stand below it.

The file names no authors, so each comment gets one of its own, whose subject is made from the text. That makes taking the same
file in again harmless for ever: what is there is found by its author's subject and left alone.
"""

import itertools
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy.orm import Session

from commentsvc.domain.commands import ArticleRef, Decide, Identity, SubmitComment
from commentsvc.domain.policy import Policy
from commentsvc.domain.ports import Chance, ScoreSet
from commentsvc.domain.status import ReasonCode, Route, Verdict
from commentsvc.services.commenting import Submitted, submit_comment
from commentsvc.services.judging import Assessment, Judge, Text
from commentsvc.services.review import decide
from commentsvc.store.queries.imports import find_comments_by_subject
from commentsvc.store.queries.sites import SiteState
from commentsvc.transfer.intake import Advance, Intake, Transact, score_sorted, show_nothing
from commentsvc.transfer.reply_files import ReplyRow

ROWS_AT_ONCE: Final = 200
"""Rows in one transaction: few enough that a reader's post does not wait long for it."""
MARGIN: Final = timedelta(hours=1)
"""So much later than the days ask for, so that whoever then looks back over as many days sees all of it."""


class Deciding(StrEnum):
    """Which replies get their label as a moderator's decision."""

    NONE = "none"
    HALF = "half"
    ALL = "all"


_SHARE: Final = {Deciding.HALF: 0.5, Deciding.ALL: 1.0}


@dataclass(frozen=True, slots=True)
class ReplyPlan:
    """Where the replies go and what becomes of their labels.

    With `HALF`, every flagged reply is decided and a random half of the others, and that chance is kept as their sample
    probability, so that figures drawn from the decisions stay honest. `row_count` spreads the rows over the last `days`.
    """

    site: SiteState
    policy: Policy
    policy_version_id: str
    deciding: Deciding
    account_id: str | None
    row_count: int
    now: datetime
    days: int = 30
    article_count: int = 12


@dataclass(slots=True)
class ReplyReport:
    """What came of an import. Counts of routes and labels are about what was new."""

    rows: int = 0
    roots: int = 0
    replies: int = 0
    known: int = 0
    refused: int = 0
    decided: int = 0
    routes: Counter[str] = field(default_factory=Counter)
    toxic: int = 0
    toxic_flagged: int = 0
    civil: int = 0
    civil_flagged: int = 0


@dataclass(frozen=True, slots=True)
class _Entry:
    """A comment to be made: a root where `root_key` is None, else a reply."""

    key: str
    body: str
    row: ReplyRow
    root_key: str | None

    @property
    def subject(self) -> str:
        return f"import:{self.key}"


@dataclass(frozen=True, slots=True)
class _Ready:
    entry: _Entry
    text: Text
    scores: ScoreSet


@dataclass(frozen=True, slots=True)
class _Done:
    entry: _Entry
    route: Route
    is_decided: bool


class ReplyImporter:
    """Takes rows in, batch by batch; what a batch wrote stays when a later one fails."""

    def __init__(self, intake: Intake, plan: ReplyPlan, chance: Chance, transact: Transact) -> None:
        self._intake = intake
        self._plan = plan
        self._chance = chance
        self._transact = transact
        self._began = plan.now - timedelta(days=plan.days) + MARGIN
        self._step = (plan.now - self._began) / max(1, plan.row_count)

    def run(self, rows: Iterable[ReplyRow], advance: Advance = show_nothing) -> ReplyReport:
        """Take all rows in. Raises ScorerUnavailableError, StorageUnavailableError and what reading the rows raises."""
        report = ReplyReport()
        for batch in _batches(rows):
            self._take_in(batch, report)
            advance(len(batch))
        return report

    def _take_in(self, batch: Sequence[ReplyRow], report: ReplyReport) -> None:
        entries: dict[str, _Entry] = {}
        for entry in itertools.chain.from_iterable(map(_entries, batch)):
            # The first counts: a root comment is as old as the first of its replies.
            entries.setdefault(entry.key, entry)
        known = self._find_known(list(entries.values()))
        wanted = [entry for entry in entries.values() if entry.key not in known]
        fitting = [entry for entry in wanted if self._fits(entry.body)]
        scores = score_sorted(self._intake.scorer, [entry.body for entry in fitting])
        ready = [_Ready(entry, self._intake.make_text(entry.body), given) for entry, given in zip(fitting, scores, strict=True)]
        done: list[_Done] = []

        def write(session: Session) -> None:
            done[:] = self._write(session, ready, dict(known))

        if ready:
            self._transact(write)
        report.rows += len(batch)
        report.known += len(batch) - sum(entry.root_key is not None for entry in wanted)
        report.refused += len(wanted) - len(done)
        _count(report, done)

    def _find_known(self, entries: list[_Entry]) -> dict[str, str]:
        known: dict[str, str] = {}

        def look(session: Session) -> None:
            found = find_comments_by_subject(session, self._plan.site.id, [entry.subject for entry in entries])
            known.update({entry.key: found[entry.subject] for entry in entries if entry.subject in found})

        self._transact(look)
        return known

    def _fits(self, body: str) -> bool:
        return bool(body.strip()) and "\0" not in body and len(body) <= self._plan.site.limits.max_body_chars

    def _write(self, session: Session, ready: Sequence[_Ready], ids: dict[str, str]) -> list[_Done]:
        done: list[_Done] = []
        for one in ready:
            root_key = one.entry.root_key
            if root_key is not None and root_key not in ids:
                # What it answers was refused.
                continue
            at = self._time_of(one.entry)
            submitted = submit_comment(session, self._plan.site, self._command(one.entry, ids), self._assess(one, at))
            ids[one.entry.key] = submitted.comment_id
            is_decided = self._decide(session, one.entry, submitted, at)
            done.append(_Done(one.entry, submitted.routing.route if submitted.routing else Route.HOLD, is_decided))
        return done

    def _time_of(self, entry: _Entry) -> datetime:
        begin = self._began + self._step * (entry.row.no - 1)
        return begin if entry.root_key is None else begin + self._step / 2

    def _command(self, entry: _Entry, ids: dict[str, str]) -> SubmitComment:
        number = int(entry.row.root_key[:8], 16) % self._plan.article_count + 1
        return SubmitComment(
            site=self._plan.site.key,
            article=ArticleRef(f"import-{number}", title=f"Imported conversations {number}"),
            identity=Identity(entry.subject, f"Reader {entry.key[:6]}", is_guest=False),
            body=entry.body,
            parent=ids[entry.root_key] if entry.root_key is not None else None,
            is_history=True,
        )

    def _assess(self, one: _Ready, at: datetime) -> Assessment:
        policy, chance = self._plan.policy, self._chance.uniform()
        share = _SHARE.get(self._plan.deciding)
        if share is not None and one.entry.root_key is not None:
            # Drawn from the key, so that a second try draws the same.
            policy, chance = replace(policy, sample_rate=share), int(one.entry.key[-8:], 16) / 2**32
        judge = Judge(policy, self._plan.policy_version_id, self._intake.scorer.version, self._intake.scorer_row, chance)
        return Assessment(one.text, one.scores, judge, at)

    def _decide(self, session: Session, entry: _Entry, submitted: Submitted, at: datetime) -> bool:
        account_id, item_id = self._plan.account_id, submitted.item_id
        if self._plan.deciding is Deciding.NONE or entry.root_key is None or account_id is None or item_id is None:
            return False
        verdict, reason = (Verdict.REJECT, ReasonCode.ABUSE) if entry.row.is_toxic else (Verdict.APPROVE, None)
        decide(session, Decide(item_id, account_id, verdict, submitted.revision_id, reason, "Label of an imported file"), None, at)
        return True


def _entries(row: ReplyRow) -> tuple[_Entry, _Entry]:
    return _Entry(row.root_key, row.parent, row, None), _Entry(row.key, row.text, row, row.root_key)


def _batches(rows: Iterable[ReplyRow]) -> Iterator[list[ReplyRow]]:
    waiting = iter(rows)
    while batch := list(itertools.islice(waiting, ROWS_AT_ONCE)):
        yield batch


def _count(report: ReplyReport, done: Sequence[_Done]) -> None:
    for one in done:
        is_flagged = one.route is not Route.PUBLISH
        report.routes[one.route.value] += 1
        report.decided += one.is_decided
        if one.entry.root_key is None:
            report.roots += 1
        elif one.entry.row.is_toxic:
            report.replies += 1
            report.toxic += 1
            report.toxic_flagged += is_flagged
        else:
            report.replies += 1
            report.civil += 1
            report.civil_flagged += is_flagged
