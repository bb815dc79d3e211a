"""The scorers that have judged comments here."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from commentsvc.store.base import table_of
from commentsvc.store.models import ScorerVersion

_SCORER = table_of(ScorerVersion)


@dataclass(frozen=True, slots=True)
class ScorerLine:
    """A scorer version on record."""

    version: str
    name: str
    engine: str
    digest: str
    preparation: str
    labels: list[str]
    languages: list[str]
    created_at: datetime


def list_scorer_versions(session: Session) -> list[ScorerLine]:
    """Every scorer version that has judged a comment, latest first."""
    columns = (_SCORER.c[name] for name in ScorerLine.__slots__)
    query = select(*columns).order_by(_SCORER.c.id.desc())
    return [ScorerLine(*row) for row in session.connection().execute(query)]
