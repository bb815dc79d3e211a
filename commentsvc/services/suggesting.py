"""Keeping what moderators elsewhere said of texts: each text once for each key, at most so many, and not for ever."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from commentsvc.domain.auditing import AuditFact
from commentsvc.domain.perspective import Suggestion
from commentsvc.domain.ports import ScoreSet
from commentsvc.services.audit import INSTALLATION, append_audit_entry
from commentsvc.services.rendering import text_hash
from commentsvc.store import models
from commentsvc.store.base import insert_of, table_of
from commentsvc.store.ids import new_id

_SUGGESTION: Final = table_of(models.Suggestion)
_PHASE: Final = table_of(models.PhaseRouting)
MOST_KEPT: Final = 50_000
"""Texts of one key: where there are more, those judged longest ago give way."""
MOST_ATTRIBUTES: Final = 16
_MOST_TOKEN: Final = 255
_MOST_LANGUAGE: Final = 16


def keep_suggestion(session: Session, suggestion: Suggestion, kept_for: timedelta, now: datetime) -> str:
    """Keep one judgement, in place of an earlier one by the same key of the same text; returns its id. Caller holds a transaction.

    The text keeps the scores it has: they are joined to it by the hash of the text, whatever was said of it.
    """
    conn = session.connection()
    digest, token = text_hash(suggestion.plain), suggestion.client_token
    said = {
        "is_rejected": suggestion.is_rejection,
        "attributes": dict(list(suggestion.values.items())[:MOST_ATTRIBUTES]),
        "language": suggestion.languages[0][:_MOST_LANGUAGE] if suggestion.languages else None,
        # A cut one would be the name of another text.
        "client_token": token if token is not None and len(token) <= _MOST_TOKEN else None,
        "updated_at": now,
        "expires_at": now + kept_for,
    }
    row = {"id": new_id(), "source": suggestion.key_name, "text_hash": digest, "body": suggestion.plain, "times": 1, "created_at": now}
    row |= {"scorer_version_id": None, "scores": None, "scored_at": None}
    statement = insert_of(conn, _SUGGESTION).values(row | said)
    again = said | {"times": _SUGGESTION.c.times + 1}
    kept = conn.execute(
        statement.on_conflict_do_update(index_elements=["source", "text_hash"], set_=again).returning(_SUGGESTION.c.id, _SUGGESTION.c.times)
    ).one()
    if kept.times == 1:
        _make_room(session, suggestion.key_name)
    return str(kept.id)


def _make_room(session: Session, source: str) -> None:
    conn = session.connection()
    of_source = _SUGGESTION.c.source == source
    surplus = conn.execute(select(func.count()).select_from(_SUGGESTION).where(of_source)).scalar_one() - MOST_KEPT
    if surplus > 0:
        oldest = select(_SUGGESTION.c.id).where(of_source).order_by(_SUGGESTION.c.updated_at, _SUGGESTION.c.id).limit(surplus)
        conn.execute(delete(_SUGGESTION).where(_SUGGESTION.c.id.in_(oldest.scalar_subquery())))


def record_suggestion_scores(
    session: Session, scored: Mapping[str, ScoreSet], unbearable: Sequence[str], scorer_row: str, now: datetime
) -> None:
    """Keep the scores of texts by their ids; those that the scorer cannot bear are not asked about again. Caller holds a transaction."""
    conn = session.connection()
    for key, scores in scored.items():
        found = {label.value: value for label, value in scores.values.items()}
        known = {"scores": found, "scorer_version_id": scorer_row, "scored_at": now}
        conn.execute(update(_SUGGESTION).where(_SUGGESTION.c.id == key).values(known))
    if unbearable:
        conn.execute(update(_SUGGESTION).where(_SUGGESTION.c.id.in_(unbearable)).values(scored_at=now))


@dataclass(frozen=True, slots=True)
class Forgetting:
    """Which judgements are to go: all of a key, or those about one text by its client's own id; both together narrow."""

    source: str | None = None
    client_token: str | None = None


def forget_suggestions(session: Session, which: Forgetting, account_id: str | None, now: datetime) -> int:
    """Delete judgements with their texts; returns how many. Caller holds a transaction."""
    conditions = [_SUGGESTION.c[name] == value for name in ("source", "client_token") if (value := getattr(which, name)) is not None]
    if not conditions:
        return 0
    gone = session.connection().execute(delete(_SUGGESTION).where(*conditions)).rowcount
    actor = f"account:{account_id}" if account_id else "system"
    # The token is a client's id of a text, which is nobody's words; yet the log needs only how many.
    fact = AuditFact(actor=actor, action="suggestions_forgotten", subject="suggestions", after={"count": gone}, at=now)
    append_audit_entry(session, INSTALLATION, fact)
    return int(gone)


def forget_expired(session: Session, now: datetime) -> int:
    """Delete judgements and routings that were kept long enough; returns how many. Caller holds a transaction."""
    return sum(int(session.connection().execute(delete(table).where(table.c.expires_at < now)).rowcount) for table in (_SUGGESTION, _PHASE))
