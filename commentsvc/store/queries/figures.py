"""What moderators did, in figures: each for themselves, and all of a site together; and how far they agree."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from statistics import median
from typing import Final

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from commentsvc.domain.drift import Agreement, measure_agreement
from commentsvc.domain.status import AppealOutcome, Queue, ReasonCode, Verdict
from commentsvc.store.base import table_of
from commentsvc.store.models import Account, Appeal, Decision, ReviewItem, Revision, SecondOpinion

_DECISION = table_of(Decision)
_APPEAL = table_of(Appeal)
_SECOND = table_of(SecondOpinion)
_REVISION = table_of(Revision)
_ITEM = table_of(ReviewItem)
_ACCOUNT = table_of(Account)
MOST_DIFFERENCES: Final = 20


@dataclass(frozen=True, slots=True)
class WorkFigures:
    """Decisions of a period: those that nobody took back, by verdict; how long one took; and what became of them.

    `median_s` is the median of the seconds from claim to decision (None: not known). `overturned_count` counts rejections that an appeal
    overturned, `undone_count` decisions that a colleague took back, `own_undone_count` those that who made them took back.
    """

    approved_count: int
    rejected: dict[ReasonCode, int]
    escalated_count: int
    median_s: float | None
    overturned_count: int
    undone_count: int
    own_undone_count: int
    moderator_count: int

    @property
    def rejected_count(self) -> int:
        """Rejections of all reasons."""
        return sum(self.rejected.values())

    @property
    def decided_count(self) -> int:
        """Approvals and rejections."""
        return self.approved_count + self.rejected_count


def count_work(session: Session, since: datetime, *, account_id: str | None = None, site_ids: list[str] | None = None) -> WorkFigures:
    """Decisions made from `since` on: of one account, on the given sites, or both."""
    conn = session.connection()
    period: list[ColumnElement[bool]] = [_DECISION.c.created_at >= since]
    if account_id is not None:
        period.append(_DECISION.c.account_id == account_id)
    if site_ids is not None:
        period.append(_DECISION.c.site_id.in_(site_ids))
    stands = _DECISION.c.undone_at.is_(None)
    columns = (_DECISION.c.verdict, _DECISION.c.reason_code, func.count())
    grouped = conn.execute(select(*columns).where(*period, stands).group_by(_DECISION.c.verdict, _DECISION.c.reason_code))
    verdicts: Counter[Verdict] = Counter()
    rejected = dict.fromkeys(ReasonCode, 0)
    for verdict, reason_code, count in grouped:
        verdicts[verdict] += count
        if verdict is Verdict.REJECT:
            rejected[reason_code] += count
    timed = select(_DECISION.c.seconds).where(*period, stands, _DECISION.c.verdict != Verdict.ESCALATE, _DECISION.c.seconds.is_not(None))
    seconds = list(conn.execute(timed).scalars())
    overturned = (
        select(func.count())
        .select_from(_DECISION)
        .join(_APPEAL, (_APPEAL.c.revision_id == _DECISION.c.revision_id) & (_APPEAL.c.item_id != _DECISION.c.item_id))
        # A second opinion was never in force, so no appeal was about it.
        .outerjoin(_SECOND, _SECOND.c.decision_id == _DECISION.c.id)
        .where(*period, stands, _DECISION.c.verdict == Verdict.REJECT, _APPEAL.c.outcome == AppealOutcome.OVERTURNED)
        .where(_SECOND.c.item_id.is_(None), _DECISION.c.created_at <= _APPEAL.c.created_at)
    )
    is_own = _DECISION.c.undone_by == _DECISION.c.account_id
    undone = Counter(
        dict(conn.execute(select(is_own, func.count()).where(*period, _DECISION.c.undone_at.is_not(None)).group_by(is_own)).all())
    )
    people = select(func.count(func.distinct(_DECISION.c.account_id))).where(*period, stands)
    return WorkFigures(
        verdicts[Verdict.APPROVE],
        rejected,
        verdicts[Verdict.ESCALATE],
        median(seconds) if seconds else None,
        conn.execute(overturned).scalar_one(),
        undone[False],
        undone[True],
        conn.execute(people).scalar_one(),
    )


@dataclass(frozen=True, slots=True)
class Difference:
    """A comment that two moderators judged differently: the first decision, which stands, and the second opinion."""

    item_id: str
    body: str
    first_name: str
    first: Verdict
    second_name: str
    second: Verdict
    created_at: datetime


@dataclass(frozen=True, slots=True)
class DoubleDecided:
    """Samples that two moderators judged, and how far they agree; `agreement` is None where there are too few to say, or no variety.

    `waiting_count` samples wait for their second opinion.
    """

    both_approved: int
    both_rejected: int
    differed: int
    waiting_count: int
    agreement: Agreement | None
    differences: list[Difference]

    @property
    def pair_count(self) -> int:
        """Samples that two have judged."""
        return self.both_approved + self.both_rejected + self.differed


def compare_moderators(session: Session, site_id: str, since: datetime) -> DoubleDecided:
    """Second opinions of a site asked for from `since` on. What was undone does not count."""
    conn = session.connection()
    first, second = _DECISION.alias(), _DECISION.alias()
    joined = _SECOND.join(first, first.c.id == _SECOND.c.first_decision_id).join(second, second.c.id == _SECOND.c.decision_id)
    pairs = (_SECOND.c.site_id == site_id, _SECOND.c.created_at >= since, first.c.undone_at.is_(None), second.c.undone_at.is_(None))
    counted: Counter[tuple[Verdict, Verdict]] = Counter()
    grouped = select(first.c.verdict, second.c.verdict, func.count()).select_from(joined).where(*pairs)
    for one, other, count in conn.execute(grouped.group_by(first.c.verdict, second.c.verdict)):
        counted[one, other] += count
    approved, rejected = counted[Verdict.APPROVE, Verdict.APPROVE], counted[Verdict.REJECT, Verdict.REJECT]
    differed = counted[Verdict.APPROVE, Verdict.REJECT] + counted[Verdict.REJECT, Verdict.APPROVE]
    waiting = (
        select(func.count())
        .select_from(_SECOND.join(_ITEM, _ITEM.c.id == _SECOND.c.item_id))
        .where(_SECOND.c.site_id == site_id, _SECOND.c.decision_id.is_(None), _ITEM.c.is_open, _ITEM.c.queue == Queue.SAMPLE)
    )
    judge, other_judge = _ACCOUNT.alias(), _ACCOUNT.alias()
    columns = (
        first.c.item_id,
        _REVISION.c.body,
        judge.c.name,
        first.c.verdict,
        other_judge.c.name,
        second.c.verdict,
        second.c.created_at,
    )
    differing = (
        select(*columns)
        .select_from(
            joined.join(_REVISION, _REVISION.c.id == first.c.revision_id)
            .join(judge, judge.c.id == first.c.account_id)
            .join(other_judge, other_judge.c.id == second.c.account_id)
        )
        .where(*pairs, first.c.verdict != second.c.verdict)
        .order_by(second.c.id.desc())
        .limit(MOST_DIFFERENCES)
    )
    return DoubleDecided(
        approved,
        rejected,
        differed,
        conn.execute(waiting).scalar_one(),
        measure_agreement(rejected, differed, approved),
        [Difference(*row) for row in conn.execute(differing)],
    )
