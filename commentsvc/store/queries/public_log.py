"""What everybody may know of a site's moderation: figures and statements of reasons, with nobody's words, names or ids."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Row, exists, func, select
from sqlalchemy.orm import Session

from commentsvc.domain.status import AppealOutcome, Queue, ReasonCode, Route, Standing, Verdict
from commentsvc.store.base import table_of
from commentsvc.store.models import Appeal, Author, Decision, Revision, Routing

_ROUTING = table_of(Routing)
_DECISION = table_of(Decision)
_REVISION = table_of(Revision)
_APPEAL = table_of(Appeal)
_AUTHOR = table_of(Author)
MOST_STATEMENTS: Final = 50


class FoundBy(StrEnum):
    """Who brought a comment before the site."""

    SOFTWARE = "software"
    READERS = "readers"
    MODERATORS = "moderators"


@dataclass(frozen=True, slots=True)
class Statement:
    """Why one comment is not shown. `ground` is a moderator's (None: software decided), `rules` are those of the software that spoke.

    A rule is named by its kind, or by the label whose band was reached; what was found in the text is never part of it. `appeal` is ''
    where nobody appealed, 'open' while an appeal waits, or its outcome.
    """

    on: date
    ground: ReasonCode | None
    rules: tuple[str, ...]
    found_by: FoundBy
    language: str | None
    appeal: str


@dataclass(frozen=True, slots=True)
class PublicLog:
    """A site's moderation from `since` to `until` (UTC): what software routed, what people decided, and the latest statements."""

    since: datetime
    until: datetime
    routed: dict[Route, int]
    approved_count: int
    rejected: dict[ReasonCode, int]
    reported_count: int
    """Decisions about comments that readers had reported."""
    appeals: dict[str, int]
    """Appeals of the period: `open`, `upheld`, `overturned`."""
    suspended_count: int
    banned_count: int
    statements: list[Statement]

    @property
    def rejected_count(self) -> int:
        """Comments that moderators rejected."""
        return sum(self.rejected.values())


def read_public_log(session: Session, site_id: str, since: datetime, until: datetime) -> PublicLog:
    """Read it. It looks through all routings and decisions of the period: keep the answer for a while."""
    conn = session.connection()
    routed = conn.execute(
        select(_ROUTING.c.route, func.count())
        .where(_ROUTING.c.site_id == site_id, _ROUTING.c.is_in_force, _ROUTING.c.created_at >= since, _ROUTING.c.created_at <= until)
        .group_by(_ROUTING.c.route)
    )
    decided = conn.execute(
        select(_DECISION.c.verdict, _DECISION.c.reason_code, _DECISION.c.queue, func.count())
        .where(_DECISION.c.site_id == site_id, _DECISION.c.is_in_force, _DECISION.c.created_at >= since, _DECISION.c.created_at <= until)
        .group_by(_DECISION.c.verdict, _DECISION.c.reason_code, _DECISION.c.queue)
    ).all()
    appeals = conn.execute(
        select(_APPEAL.c.outcome, func.count())
        .where(_APPEAL.c.site_id == site_id, _APPEAL.c.created_at >= since, _APPEAL.c.created_at <= until)
        .group_by(_APPEAL.c.outcome)
    )
    standings = conn.execute(
        select(_AUTHOR.c.standing, func.count())
        .where(
            _AUTHOR.c.site_id == site_id,
            _AUTHOR.c.standing != Standing.NORMAL,
            (_AUTHOR.c.standing_until.is_(None)) | (_AUTHOR.c.standing_until > until),
        )
        .group_by(_AUTHOR.c.standing)
    )
    rejected = dict.fromkeys(ReasonCode, 0)
    for verdict, reason_code, _, count in decided:
        if verdict is Verdict.REJECT:
            rejected[reason_code] += count
    counted: dict[Standing, int] = dict(standings.all())
    return PublicLog(
        since,
        until,
        dict.fromkeys(Route, 0) | dict(routed.all()),
        sum(count for verdict, _, _, count in decided if verdict is Verdict.APPROVE),
        rejected,
        sum(count for _, _, queue, count in decided if queue is Queue.REPORTED),
        dict.fromkeys(("open", *AppealOutcome), 0) | {"open" if outcome is None else outcome.value: count for outcome, count in appeals},
        counted.get(Standing.SUSPENDED, 0),
        counted.get(Standing.BANNED, 0),
        _statements(session, site_id, since, until),
    )


def _statements(session: Session, site_id: str, since: datetime, until: datetime) -> list[Statement]:
    by_people = (
        select(
            _DECISION.c.created_at,
            _DECISION.c.reason_code,
            _DECISION.c.queue,
            _ROUTING.c.route,
            _ROUTING.c.reasons,
            _REVISION.c.language,
            _APPEAL.c.id.label("appeal_id"),
            _APPEAL.c.outcome,
        )
        .join_from(_DECISION, _REVISION, _REVISION.c.id == _DECISION.c.revision_id)
        .outerjoin(_ROUTING, (_ROUTING.c.revision_id == _DECISION.c.revision_id) & _ROUTING.c.is_in_force)
        .outerjoin(_APPEAL, _APPEAL.c.revision_id == _DECISION.c.revision_id)
        .where(
            _DECISION.c.site_id == site_id,
            _DECISION.c.is_in_force,
            _DECISION.c.verdict == Verdict.REJECT,
            _DECISION.c.created_at >= since,
            _DECISION.c.created_at <= until,
        )
        .order_by(_DECISION.c.created_at.desc())
        .limit(MOST_STATEMENTS)
    )
    decided = select(1).where(_DECISION.c.revision_id == _ROUTING.c.revision_id, _DECISION.c.is_in_force)
    by_software = (
        select(_ROUTING.c.created_at, _ROUTING.c.reasons, _REVISION.c.language, _APPEAL.c.id.label("appeal_id"), _APPEAL.c.outcome)
        .join_from(_ROUTING, _REVISION, _REVISION.c.id == _ROUTING.c.revision_id)
        .outerjoin(_APPEAL, _APPEAL.c.revision_id == _ROUTING.c.revision_id)
        .where(
            _ROUTING.c.site_id == site_id,
            _ROUTING.c.is_in_force,
            _ROUTING.c.route == Route.REJECT,
            _ROUTING.c.created_at >= since,
            _ROUTING.c.created_at <= until,
            ~exists(decided.correlate(_ROUTING)),
        )
        .order_by(_ROUTING.c.created_at.desc())
        .limit(MOST_STATEMENTS)
    )
    conn = session.connection()
    found = [(row.created_at, _by_people(row)) for row in conn.execute(by_people)]
    found += [
        (row.created_at, Statement(row.created_at.date(), None, _rules(row.reasons), FoundBy.SOFTWARE, row.language, _appeal(row)))
        for row in conn.execute(by_software)
    ]
    return [statement for _, statement in sorted(found, key=lambda one: one[0], reverse=True)[:MOST_STATEMENTS]]


def _by_people(row: Row[*tuple[Any, ...]]) -> Statement:
    is_flagged = row.route is not None and row.route is not Route.PUBLISH
    found_by = FoundBy.READERS if row.queue is Queue.REPORTED else FoundBy.SOFTWARE if is_flagged else FoundBy.MODERATORS
    rules = _rules(row.reasons) if is_flagged else ()
    return Statement(row.created_at.date(), row.reason_code, rules, found_by, row.language, _appeal(row))


def _rules(reasons: list[dict[str, Any]] | None) -> tuple[str, ...]:
    return tuple(dict.fromkeys(str(reason.get("label") or reason["kind"]) for reason in reasons or []))


def _appeal(row: Row[*tuple[Any, ...]]) -> str:
    if row.appeal_id is None:
        return ""
    return "open" if row.outcome is None else str(row.outcome.value)
