"""The texts that a comment had before."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from commentsvc.store.base import table_of
from commentsvc.store.models import Revision

_REVISION = table_of(Revision)
MOST_REVISIONS: Final = 10


@dataclass(frozen=True, slots=True)
class RevisionText:
    """One text of a comment."""

    no: int
    body: str
    created_at: datetime


def list_revisions(session: Session, comment_id: str, up_to: int) -> list[RevisionText]:
    """The latest texts of a comment up to this number, newest first, at most 10."""
    query = (
        select(_REVISION.c.no, _REVISION.c.body, _REVISION.c.created_at)
        .where(_REVISION.c.comment_id == comment_id, _REVISION.c.no <= up_to)
        .order_by(_REVISION.c.no.desc())
        .limit(MOST_REVISIONS)
    )
    return [RevisionText(*row) for row in session.connection().execute(query)]
