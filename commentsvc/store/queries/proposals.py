"""Bans that wait for a second moderator."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from commentsvc.domain.errors import NotFoundError
from commentsvc.store.base import table_of
from commentsvc.store.models import Account, Author, BanProposal, Site

_PROPOSAL = table_of(BanProposal)
_ACCOUNT = table_of(Account)
_AUTHOR = table_of(Author)
_SITE = table_of(Site)
MOST_SHOWN: Final = 200


@dataclass(frozen=True, slots=True)
class BanLine:
    """A ban that somebody proposes."""

    id: str
    site_id: str
    site_key: str
    author_id: str
    author_name: str
    account_id: str
    account_name: str
    reason: str
    created_at: datetime


_OPEN: Final = (
    select(
        _PROPOSAL.c.id,
        _PROPOSAL.c.site_id,
        _SITE.c.key,
        _PROPOSAL.c.author_id,
        _AUTHOR.c.name,
        _PROPOSAL.c.proposed_by,
        _ACCOUNT.c.name,
        _PROPOSAL.c.reason,
        _PROPOSAL.c.created_at,
    )
    .join_from(_PROPOSAL, _ACCOUNT, _ACCOUNT.c.id == _PROPOSAL.c.proposed_by)
    .join(_AUTHOR, _AUTHOR.c.id == _PROPOSAL.c.author_id)
    .join(_SITE, _SITE.c.id == _PROPOSAL.c.site_id)
    .where(_PROPOSAL.c.outcome.is_(None))
)


def list_bans_proposed(session: Session, site_ids: list[str]) -> list[BanLine]:
    """Those on the given sites that wait, oldest first, at most 200."""
    query = _OPEN.where(_PROPOSAL.c.site_id.in_(site_ids)).order_by(_PROPOSAL.c.id).limit(MOST_SHOWN)
    return [BanLine(*row) for row in session.connection().execute(query)]


def count_bans_proposed(session: Session, site_ids: list[str]) -> int:
    """How many wait on the given sites."""
    query = select(func.count()).select_from(_PROPOSAL).where(_PROPOSAL.c.site_id.in_(site_ids), _PROPOSAL.c.outcome.is_(None))
    found: int = session.connection().execute(query).scalar_one()
    return found


def find_ban_proposed(session: Session, author_id: str) -> BanLine | None:
    """The one that waits for this author, or None."""
    row = session.connection().execute(_OPEN.where(_PROPOSAL.c.author_id == author_id)).one_or_none()
    return BanLine(*row) if row else None


def get_proposal_place(session: Session, proposal_id: str) -> tuple[str, str]:
    """The ids of the site and of the author that a proposal is about, settled or not. Raises NotFoundError."""
    query = select(_PROPOSAL.c.site_id, _PROPOSAL.c.author_id).where(_PROPOSAL.c.id == proposal_id)
    row = session.connection().execute(query).one_or_none()
    if row is None:
        raise NotFoundError("There is no such proposal.")
    return row.site_id, row.author_id
