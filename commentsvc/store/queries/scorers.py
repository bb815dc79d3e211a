"""The scorers that have judged comments here."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from commentsvc.store.base import table_of
from commentsvc.store.models import ScorerVersion, ScoreSet

_SCORER = table_of(ScorerVersion)
_SCORES = table_of(ScoreSet)


@dataclass(frozen=True, slots=True)
class ScorerLine:
    """A scorer version on record, first seen at `created_at`. `shadow_since` is when it became the shadow, if it is."""

    version: str
    name: str
    engine: str
    digest: str
    preparation: str
    labels: list[str]
    languages: list[str]
    calibration: dict[str, Any] | None
    created_at: datetime
    shadow_since: datetime | None


def list_scorer_versions(session: Session) -> list[ScorerLine]:
    """Every scorer version on record, latest first."""
    columns = (_SCORER.c[name] for name in ScorerLine.__slots__)
    query = select(*columns).order_by(_SCORER.c.id.desc())
    return [ScorerLine(*row) for row in session.connection().execute(query)]


def find_scorer_version(session: Session, version: str) -> tuple[str, ScorerLine] | None:
    """A scorer version with its row's id, by its word or by the beginning of it; None where that names none or several."""
    rows = session.connection().execute(select(_SCORER.c.id, *(_SCORER.c[name] for name in ScorerLine.__slots__)))
    lines = [(str(row[0]), ScorerLine(*list(row)[1:])) for row in rows]
    found = [one for one in lines if one[1].version == version] or [one for one in lines if one[1].version.startswith(version)]
    return found[0] if len(found) == 1 else None


def count_score_sets(session: Session) -> dict[str, int]:
    """How many score sets there are by scorer version; versions without any are left out."""
    counted = select(_SCORES.c.scorer_version_id.label("id"), func.count().label("count")).group_by(_SCORES.c.scorer_version_id).subquery()
    query = select(_SCORER.c.version, counted.c["count"]).join(counted, counted.c.id == _SCORER.c.id)
    return {version: int(count) for version, count in session.connection().execute(query)}
