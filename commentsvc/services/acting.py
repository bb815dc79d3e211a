"""A decision and what becomes of its author, in one act."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from commentsvc.domain.commands import Decide, Sanction
from commentsvc.domain.status import Standing
from commentsvc.services.review import Decided, decide
from commentsvc.services.sanctioning import sanction_author


@dataclass(frozen=True, slots=True)
class AlsoSanction:
    """The author's new standing, with its reason and, for a suspension, its end."""

    standing: Standing
    reason: str
    until: datetime | None = None


def act(session: Session, command: Decide, also: AlsoSanction | None, site_ids: frozenset[str] | None, now: datetime) -> Decided:
    """Decide, and change the author's standing with it: both are kept, or neither. Raises what either does. Caller holds a transaction.

    Where the site wants two for a ban, the decision is kept and the ban proposed. Undoing the decision leaves the standing.
    """
    decided = decide(session, command, site_ids, now)
    if also is not None:
        sanction_author(session, Sanction(decided.author_id, command.account_id, also.standing, also.reason, also.until), site_ids, now)
    return decided
