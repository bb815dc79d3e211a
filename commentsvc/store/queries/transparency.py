"""A year of a site in the figures of its transparency report."""

from array import array
from contextlib import closing
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from commentsvc.domain.status import AppealOutcome, Queue, ReasonCode, Route, Standing, Verdict
from commentsvc.domain.transparency import Appeals, Automation, Measures, Notices, Share, TransparencyReport, median_hours
from commentsvc.store.base import table_of
from commentsvc.store.models import Appeal, AuditEntry, Comment, Decision, Report, ReviewItem, Routing

_COMMENT: Final = table_of(Comment)
_REPORT: Final = table_of(Report)
_DECISION: Final = table_of(Decision)
_ROUTING: Final = table_of(Routing)
_APPEAL: Final = table_of(Appeal)
_ITEM: Final = table_of(ReviewItem)
_AUDIT: Final = table_of(AuditEntry)
_PIECE: Final = 2048
_STOPPED: Final = (Route.HOLD, Route.REJECT)


def report_year(session: Session, site_id: str, year: int) -> TransparencyReport:
    """The report of a calendar year (UTC), 2000 to 2100. A decision counts where it stands in force, or was replaced by that on an appeal.

    What was imported counts as a comment of its time, and not as a measure of this service.
    """
    return _Year(session, site_id, datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)).report()


class _Year:
    def __init__(self, session: Session, site_id: str, since: datetime, until: datetime) -> None:
        self._conn, self._site_id, self._since, self._until = session.connection(), site_id, since, until

    def report(self) -> TransparencyReport:
        comments = self._count(select(func.count()).where(_COMMENT.c.site_id == self._site_id, self._within(_COMMENT.c.created_at)))
        return TransparencyReport(self._since.year, comments, self._notices(), self._measures(), self._automation(), self._appeals())

    def _within(self, column: ColumnElement[datetime]) -> ColumnElement[bool]:
        return (column >= self._since) & (column < self._until)

    def _count(self, query: Select[int]) -> int:
        return int(self._conn.execute(query).scalar_one())

    def _median(self, query: Select[datetime, datetime]) -> float | None:
        """The median of the hours from the first column's time to the second's."""
        seconds = array("d")
        # Some thousands at a time, and of each eight bytes: a year may have had a million.
        with closing(self._conn.execute(query.execution_options(yield_per=_PIECE))) as rows:
            seconds.extend((end - begin).total_seconds() for begin, end in rows)
        return median_hours(seconds)

    def _notices(self) -> Notices:
        mine = (_COMMENT.c.site_id == self._site_id, self._within(_REPORT.c.created_at))
        joined = _REPORT.join(_COMMENT, _COMMENT.c.id == _REPORT.c.comment_id)
        grouped = select(_REPORT.c.reason, func.count()).select_from(joined).where(*mine).group_by(_REPORT.c.reason)
        found = {row[0]: row[1] for row in self._conn.execute(grouped)}
        first = (
            select(_REPORT.c.revision_id, func.min(_REPORT.c.created_at).label("at"))
            .select_from(joined)
            .where(*mine)
            .group_by(_REPORT.c.revision_id)
        ).subquery()
        later = (_DECISION.c.revision_id == first.c.revision_id) & (_DECISION.c.created_at >= first.c.at) & _DECISION.c.is_in_force
        decided = first.join(_DECISION, later)
        return Notices(
            by_reason={reason.value: found.get(reason, 0) for reason in ReasonCode},
            comments=self._count(select(func.count()).select_from(first)),
            rejected=self._count(select(func.count()).select_from(decided).where(_DECISION.c.verdict == Verdict.REJECT)),
            median_h=self._median(select(first.c.at, _DECISION.c.created_at).select_from(decided)),
        )

    def _measures(self) -> Measures:
        standing = (_DECISION.c.site_id == self._site_id, self._within(_DECISION.c.created_at), _DECISION.c.is_in_force)
        grouped = (
            select(_DECISION.c.reason_code, func.count())
            .where(*standing, _DECISION.c.verdict == Verdict.REJECT)
            .group_by(_DECISION.c.reason_code)
        )
        found = {row[0]: row[1] for row in self._conn.execute(grouped)}
        ours = self._routed()
        decided = select(_DECISION.c.id).where(_DECISION.c.revision_id == _ROUTING.c.revision_id, _DECISION.c.is_in_force).exists()
        alone = self._count(select(func.count()).where(*ours, _ROUTING.c.route == Route.REJECT, ~decided))
        waited = (
            select(_ITEM.c.created_at, _DECISION.c.created_at)
            .select_from(_DECISION.join(_ITEM, _ITEM.c.id == _DECISION.c.item_id))
            .where(*standing, _DECISION.c.queue == Queue.HELD)
        )
        sanctions = self._sanctions()
        return Measures(
            rejected_by_people={reason.value: found.get(reason, 0) for reason in ReasonCode},
            rejected_by_software=alone,
            held=self._count(select(func.count()).where(*ours, _ROUTING.c.route == Route.HOLD)),
            suspended=sanctions.count(Standing.SUSPENDED.value),
            banned=sanctions.count(Standing.BANNED.value),
            median_held_h=self._median(waited),
        )

    def _sanctions(self) -> list[str]:
        query = select(_AUDIT.c.after).where(
            _AUDIT.c.chain == self._site_id, _AUDIT.c.action == "author_sanctioned", self._within(_AUDIT.c.at)
        )
        return [str(after.get("standing")) for after in self._conn.execute(query).scalars() if after]

    def _routed(self) -> tuple[ColumnElement[bool], ...]:
        """Routings of ours: those of an import come from no scores."""
        return (
            _ROUTING.c.site_id == self._site_id,
            _ROUTING.c.is_in_force,
            self._within(_ROUTING.c.created_at),
            _ROUTING.c.score_set_id.is_not(None),
        )

    def _automation(self) -> Automation:
        ours = self._routed()
        grouped = select(_ROUTING.c.route, func.count()).where(*ours).group_by(_ROUTING.c.route)
        routed = {row[0]: row[1] for row in self._conn.execute(grouped)}
        judged = (_DECISION.c.revision_id == _ROUTING.c.revision_id) & _DECISION.c.is_in_force
        of_those: Select[*tuple[Any, ...]] = (
            select(_DECISION.c.verdict, func.count()).select_from(_ROUTING.join(_DECISION, judged)).where(*ours)
        )
        stopped = self._verdicts(of_those.where(_ROUTING.c.route.in_(_STOPPED)))
        sampled = self._verdicts(
            of_those.where(_ROUTING.c.route == Route.PUBLISH, _ROUTING.c.is_sampled, _DECISION.c.queue == Queue.SAMPLE)
        )
        return Automation({route.value: routed.get(route, 0) for route in Route}, stopped, sampled)

    def _verdicts(self, query: Select[*tuple[Any, ...]]) -> Share:
        found = {row[0]: row[1] for row in self._conn.execute(query.group_by(_DECISION.c.verdict))}
        return Share(found.get(Verdict.REJECT, 0), sum(found.values()))

    def _appeals(self) -> Appeals:
        mine = (_APPEAL.c.site_id == self._site_id, self._within(_APPEAL.c.created_at))
        grouped = select(_APPEAL.c.outcome, func.count()).where(*mine).group_by(_APPEAL.c.outcome)
        found = {row[0]: row[1] for row in self._conn.execute(grouped)}
        waited = select(_APPEAL.c.created_at, _APPEAL.c.decided_at).where(*mine, _APPEAL.c.decided_at.is_not(None))
        upheld, overturned = found.get(AppealOutcome.UPHELD, 0), found.get(AppealOutcome.OVERTURNED, 0)
        return Appeals(sum(found.values()), upheld, overturned, self._median(waited))
