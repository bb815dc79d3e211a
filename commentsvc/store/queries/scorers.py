"""The scorers that have judged comments here."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from commentsvc.store.base import table_of
from commentsvc.store.models import Revision, ScorerVersion, ScoreSet

_SCORER = table_of(ScorerVersion)
_SCORES = table_of(ScoreSet)
_REVISION = table_of(Revision)


@dataclass(frozen=True, slots=True)
class ScorerLine:
    """A scorer version on record with its row's id, first seen at `created_at`. `shadow_since` is when it became the shadow, if it is."""

    id: str
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
    return [ScorerLine(*list(row)) for row in session.connection().execute(query)]


def find_scorer_version(session: Session, version: str) -> ScorerLine | None:
    """A scorer version by its word or by the beginning of it; None where that names none or several."""
    lines = list_scorer_versions(session)
    found = [line for line in lines if line.version == version] or [line for line in lines if line.version.startswith(version)]
    return found[0] if len(found) == 1 else None


def count_score_sets(session: Session, site_ids: Collection[str] | None = None) -> dict[str, int]:
    """How many score sets there are by scorer version, on all sites or on those given; versions without any are left out."""
    query = select(_SCORES.c.scorer_version_id.label("id"), func.count().label("count")).group_by(_SCORES.c.scorer_version_id)
    if site_ids is not None:
        query = query.join(_REVISION, _REVISION.c.id == _SCORES.c.revision_id).where(_REVISION.c.site_id.in_(site_ids))
    counted = query.subquery()
    found = select(_SCORER.c.version, counted.c["count"]).join(counted, counted.c.id == _SCORER.c.id)
    return {version: int(count) for version, count in session.connection().execute(found)}
