"""Restrictions that a statement of reasons is due about: rejected comments, and authors who were suspended or banned."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import func, literal, select
from sqlalchemy.orm import Session

from commentsvc.domain.labels import Label
from commentsvc.domain.routing import ReasonKind
from commentsvc.domain.status import ReasonCode, Route, Standing, Status, Verdict
from commentsvc.store.base import table_of
from commentsvc.store.models import AuditEntry, Comment, Decision, ImportRecord, Report, Revision, Routing, Statement

_DECISION: Final = table_of(Decision)
_ROUTING: Final = table_of(Routing)
_REVISION: Final = table_of(Revision)
_COMMENT: Final = table_of(Comment)
_REPORT: Final = table_of(Report)
_STATEMENT: Final = table_of(Statement)
_RECORD: Final = table_of(ImportRecord)
_AUDIT: Final = table_of(AuditEntry)
_STANDINGS: Final = frozenset({Standing.SUSPENDED.value, Standing.BANNED.value})


@dataclass(frozen=True, slots=True)
class Due:
    """From when to when a restriction began: late enough that it was not soon taken back, and not so long ago that it is history."""

    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class RejectedText:
    """A rejected comment's text, without the text. `reason_code` is None where software alone rejected it."""

    revision_id: str
    comment_id: str
    written_at: datetime
    applied_at: datetime
    language: str | None
    reason_code: ReasonCode | None
    is_decided: bool
    is_detected: bool
    labels: tuple[Label, ...]
    reported_as: frozenset[ReasonCode]


@dataclass(frozen=True, slots=True)
class Sanctioned:
    """An author's suspension or ban, by the number of its entry in the site's audit log."""

    no: int
    standing: Standing
    at: datetime
    until: datetime | None


def list_due_rejections(session: Session, site_id: str, due: Due, limit: int) -> list[RejectedText]:
    """Rejections in force that have no statement yet, by moderators first, oldest first."""
    conn = session.connection()
    subject = literal("revision:") + _REVISION.c.id
    has_none = ~select(_STATEMENT.c.id).where(_STATEMENT.c.site_id == site_id, _STATEMENT.c.subject == subject).exists()
    texts = (_REVISION.c.id, _REVISION.c.comment_id, _REVISION.c.created_at, _REVISION.c.language)
    in_force = (_ROUTING.c.revision_id == _REVISION.c.id) & _ROUTING.c.is_in_force
    decided = (
        select(*texts, _DECISION.c.created_at, _DECISION.c.reason_code, _ROUTING.c.route, _ROUTING.c.reasons)
        .select_from(_DECISION.join(_REVISION, _REVISION.c.id == _DECISION.c.revision_id).outerjoin(_ROUTING, in_force))
        .where(_DECISION.c.site_id == site_id, _DECISION.c.is_in_force, _DECISION.c.verdict == Verdict.REJECT, has_none)
        .where(_DECISION.c.created_at >= due.since, _DECISION.c.created_at < due.until)
        .order_by(_DECISION.c.created_at, _DECISION.c.id)
        .limit(limit)
    )
    rows: list[Any] = list(conn.execute(decided))
    judged = select(_DECISION.c.id).where(_DECISION.c.revision_id == _ROUTING.c.revision_id, _DECISION.c.is_in_force).exists()
    routed = (
        select(*texts, _ROUTING.c.created_at, literal(None), _ROUTING.c.route, _ROUTING.c.reasons)
        .select_from(
            _ROUTING.join(_REVISION, _REVISION.c.id == _ROUTING.c.revision_id).join(_COMMENT, _COMMENT.c.id == _ROUTING.c.comment_id)
        )
        .where(_ROUTING.c.site_id == site_id, _ROUTING.c.is_in_force, _ROUTING.c.route == Route.REJECT, ~judged, has_none)
        # Rejected still: a text that was withdrawn, or replaced by a better one, restricts nobody.
        .where(_COMMENT.c.status == Status.REJECTED, _COMMENT.c.current_revision_id == _REVISION.c.id)
        # What came in rejected was rejected elsewhere.
        .where(~select(_RECORD.c.comment_id).where(_RECORD.c.comment_id == _ROUTING.c.comment_id).exists())
        .where(_ROUTING.c.created_at >= due.since, _ROUTING.c.created_at < due.until)
        .order_by(_ROUTING.c.created_at, _ROUTING.c.id)
        .limit(limit - len(rows))
    )
    undecided: list[Any] = list(conn.execute(routed))
    reports = _find_reports(session, [row[0] for row in (*rows, *undecided)])
    return [_rejected(row, reports, is_decided=True) for row in rows] + [_rejected(row, reports, is_decided=False) for row in undecided]


def _find_reports(session: Session, revision_ids: list[str]) -> dict[str, list[tuple[datetime, ReasonCode]]]:
    found: dict[str, list[tuple[datetime, ReasonCode]]] = {}
    if revision_ids:
        query = select(_REPORT.c.revision_id, _REPORT.c.created_at, _REPORT.c.reason).where(_REPORT.c.revision_id.in_(revision_ids))
        for revision_id, at, reason in session.connection().execute(query):
            found.setdefault(revision_id, []).append((at, reason))
    return found


def _rejected(row: Any, reports: dict[str, list[tuple[datetime, ReasonCode]]], *, is_decided: bool) -> RejectedText:  # noqa: ANN401 - a row
    revision_id, comment_id, written_at, language, applied_at, reason_code, route, reasons = row
    spoken = [Label(reason["label"]) for reason in reasons or [] if reason.get("kind") == ReasonKind.BAND.value]
    # What was only put before a moderator because nobody knew it yet was not found by software.
    found = [
        reason
        for reason in reasons or []
        if reason.get("kind") not in {"premoderation", "premoderated_author", "first_comments", "unscored"}
    ]
    is_detected = not is_decided or (route is not None and route is not Route.PUBLISH and bool(found))
    told = frozenset(reason for at, reason in reports.get(revision_id, []) if at < applied_at)
    return RejectedText(
        revision_id, comment_id, written_at, applied_at, language, reason_code, is_decided, is_detected, tuple(dict.fromkeys(spoken)), told
    )  # fmt: skip


def list_due_sanctions(session: Session, site_id: str, due: Due, limit: int) -> list[Sanctioned]:
    """Suspensions and bans that have no statement yet, oldest first, as the audit log has them."""
    query = (
        select(_AUDIT.c.no, _AUDIT.c.after, _AUDIT.c.at)
        .where(_AUDIT.c.chain == site_id, _AUDIT.c.action == "author_sanctioned", _AUDIT.c.at >= due.since, _AUDIT.c.at < due.until)
        .order_by(_AUDIT.c.no)
    )
    known = select(_STATEMENT.c.subject).where(_STATEMENT.c.site_id == site_id, _STATEMENT.c.applied_at >= due.since)
    conn = session.connection()
    stated = set(conn.execute(known).scalars())
    found = []
    for no, after, at in conn.execute(query):
        if after and after.get("standing") in _STANDINGS and f"sanction:{no}" not in stated:
            until = after.get("until")
            found.append(Sanctioned(no, Standing(after["standing"]), at, datetime.fromisoformat(until) if until else None))
    return found[:limit]


@dataclass(frozen=True, slots=True)
class StatementLine:
    """A statement and where it is."""

    id: str
    subject: str
    document: dict[str, Any]
    state: str
    attempts: int
    last_status: int | None
    last_error: str | None
    applied_at: datetime
    created_at: datetime
    sent_at: datetime | None


def list_statements(
    session: Session,
    site_id: str,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    before: str | None = None,
    limit: int = 100,
) -> list[StatementLine]:
    """A site's statements, latest first; `since` and `until` bound when the restrictions began; `before` is the last id of a page."""
    names = [field for field in StatementLine.__slots__ if field != "state"]
    query = select(_STATEMENT).where(_STATEMENT.c.site_id == site_id).order_by(_STATEMENT.c.id.desc()).limit(limit)
    if since is not None:
        query = query.where(_STATEMENT.c.applied_at >= since)
    if until is not None:
        query = query.where(_STATEMENT.c.applied_at < until)
    if before is not None:
        query = query.where(_STATEMENT.c.id < before)
    rows = session.connection().execute(query)
    return [StatementLine(state=row.state.value, **{name: getattr(row, name) for name in names}) for row in rows]


def count_statements(session: Session, site_id: str) -> dict[str, int]:
    """How many statements of a site are in each state."""
    query = select(_STATEMENT.c.state, func.count()).where(_STATEMENT.c.site_id == site_id).group_by(_STATEMENT.c.state)
    return {row[0].value: row[1] for row in session.connection().execute(query)}
