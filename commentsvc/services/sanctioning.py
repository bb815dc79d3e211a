"""What moderators do about authors. Where the site wants two for a ban, one proposes it and another confirms or declines.

The author's row is locked first, and a proposal is settled by a compare-and-set: of two who settle it at once, one does.
"""

from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Row, insert, select, update
from sqlalchemy.orm import Session

from commentsvc.domain.auditing import AuditFact
from commentsvc.domain.commands import Sanction
from commentsvc.domain.errors import ConflictError, FieldProblem, ForbiddenError, InvalidError, NotFoundError
from commentsvc.domain.status import ProposalOutcome, Standing
from commentsvc.services.audit import append_audit_entry
from commentsvc.services.moderation import AUTHOR
from commentsvc.store import models
from commentsvc.store.base import table_of
from commentsvc.store.ids import new_id
from commentsvc.store.queries.practice import get_practice

_PROPOSAL: Final = table_of(models.BanProposal)
_LONGEST_ALONE: Final = timedelta(days=366)


def sanction_author(session: Session, command: Sanction, site_ids: frozenset[str] | None, now: datetime) -> str | None:
    """Change an author's standing, from the next comment on. Gives the id of the proposal where a ban waits for a colleague instead.

    `site_ids` are those that the moderator works on (None: all). Raises NotFoundError, InvalidError for a suspension without an end,
    ConflictError for a ban that is proposed already. Caller holds a transaction.
    """
    if command.standing is Standing.SUSPENDED and (command.until is None or command.until <= now):
        msg = "A suspension needs an end that lies ahead."
        raise InvalidError(msg, fields=(FieldProblem("/until", "Must be a time in the future."),))
    author = _lock_author(session, command.author_id, site_ids)
    is_new_ban = command.standing is Standing.BANNED and author.standing is not Standing.BANNED
    is_long = command.standing is Standing.SUSPENDED and command.until is not None and command.until > now + _LONGEST_ALONE
    if (is_new_ban or is_long) and get_practice(session, author.site_id).two_for_bans:
        if is_long:
            # Else a suspension for a hundred years would be a ban by one.
            msg = "On this site a suspension lasts a year at most. Propose a ban."
            raise InvalidError(msg, fields=(FieldProblem("/until", "Must be within a year."),))
        return _propose(session, author, command, now)
    _settle_open(session.connection(), command.author_id, ProposalOutcome.OVERTAKEN, command.account_id, now)
    _set_standing(session, author, command, now)
    return None


def confirm_ban(session: Session, proposal_id: str, account_id: str, site_ids: frozenset[str] | None, now: datetime) -> None:
    """Ban the author, as a colleague proposed. Caller holds a transaction.

    Raises NotFoundError, ForbiddenError for one's own proposal, ConflictError for one that is settled.
    """
    author, proposal = _lock_proposal(session, proposal_id, site_ids)
    if proposal.proposed_by == account_id:
        raise ForbiddenError("You proposed this ban. Somebody else has to confirm it.")
    _settle(session.connection(), proposal_id, ProposalOutcome.CONFIRMED, account_id, now)
    command = Sanction(proposal.author_id, account_id, Standing.BANNED, proposal.reason)
    _set_standing(session, author, command, now, {"proposal": proposal_id, "proposed_by": proposal.proposed_by})


def decline_ban(session: Session, proposal_id: str, account_id: str, site_ids: frozenset[str] | None, now: datetime) -> None:
    """Leave the author as they are; one's own proposal is withdrawn so. Raises NotFoundError, ConflictError. Caller holds a transaction."""
    author, proposal = _lock_proposal(session, proposal_id, site_ids)
    outcome = ProposalOutcome.WITHDRAWN if proposal.proposed_by == account_id else ProposalOutcome.DECLINED
    _settle(session.connection(), proposal_id, outcome, account_id, now)
    _audit(session, author, account_id, f"ban_{outcome.value}", {"proposal": proposal_id}, now)


def _lock_author(session: Session, author_id: str, site_ids: frozenset[str] | None) -> Row[*tuple[Any, ...]]:
    query = select(AUTHOR.c.id, AUTHOR.c.site_id, AUTHOR.c.standing, AUTHOR.c.standing_until).where(AUTHOR.c.id == author_id)
    author = session.connection().execute(query.with_for_update()).one_or_none()
    if author is None or (site_ids is not None and author.site_id not in site_ids):
        msg = "There is no such author."
        raise NotFoundError(msg)
    return author


def _lock_proposal(
    session: Session, proposal_id: str, site_ids: frozenset[str] | None
) -> tuple[Row[*tuple[Any, ...]], Row[*tuple[Any, ...]]]:
    columns = (_PROPOSAL.c.author_id, _PROPOSAL.c.site_id, _PROPOSAL.c.proposed_by, _PROPOSAL.c.reason)
    found = session.connection().execute(select(*columns).where(_PROPOSAL.c.id == proposal_id)).one_or_none()
    if found is None or (site_ids is not None and found.site_id not in site_ids):
        msg = "There is no such proposal."
        raise NotFoundError(msg)
    return _lock_author(session, found.author_id, site_ids), found


def _propose(session: Session, author: Row[*tuple[Any, ...]], command: Sanction, now: datetime) -> str:
    conn = session.connection()
    if conn.execute(select(_PROPOSAL.c.id).where(_PROPOSAL.c.author_id == author.id, _PROPOSAL.c.outcome.is_(None))).first():
        msg = "A ban of this author is proposed already. Confirm that one, or decline it."
        raise ConflictError(msg)
    proposal_id = new_id()
    row = {
        "id": proposal_id,
        "site_id": author.site_id,
        "author_id": author.id,
        "proposed_by": command.account_id,
        "reason": command.reason,
    }
    conn.execute(insert(_PROPOSAL), {**row, "created_at": now, "outcome": None, "settled_by": None, "settled_at": None})
    _audit(session, author, command.account_id, "ban_proposed", {"proposal": proposal_id, "reason": command.reason}, now)
    return proposal_id


def _settle(conn: Connection, proposal_id: str, outcome: ProposalOutcome, account_id: str, now: datetime) -> None:
    settled = conn.execute(
        update(_PROPOSAL)
        .where(_PROPOSAL.c.id == proposal_id, _PROPOSAL.c.outcome.is_(None))
        .values(outcome=outcome, settled_by=account_id, settled_at=now)
        .returning(_PROPOSAL.c.id)
    ).one_or_none()
    if settled is None:
        msg = "Somebody has settled this proposal already."
        raise ConflictError(msg)


def _settle_open(conn: Connection, author_id: str, outcome: ProposalOutcome, account_id: str, now: datetime) -> None:
    conn.execute(
        update(_PROPOSAL)
        .where(_PROPOSAL.c.author_id == author_id, _PROPOSAL.c.outcome.is_(None))
        .values(outcome=outcome, settled_by=account_id, settled_at=now)
    )


def _set_standing(
    session: Session, author: Row[*tuple[Any, ...]], command: Sanction, now: datetime, more: dict[str, object] | None = None
) -> None:
    values = {"standing": command.standing, "standing_until": command.until}
    session.connection().execute(update(AUTHOR).where(AUTHOR.c.id == command.author_id).values(values))
    until = command.until.isoformat() if command.until else None
    before = {"standing": author.standing.value, "until": author.standing_until.isoformat() if author.standing_until else None}
    after = {"standing": command.standing.value, "until": until, "reason": command.reason, **(more or {})}
    _audit(session, author, command.account_id, "author_sanctioned", after, now, before=before)


def _audit(
    session: Session,
    author: Row[*tuple[Any, ...]],
    account_id: str,
    action: str,
    after: dict[str, object],
    now: datetime,
    *,
    before: dict[str, object] | None = None,
) -> None:
    fact = AuditFact(actor=f"account:{account_id}", action=action, subject=f"author:{author.id}", before=before, after=after, at=now)
    append_audit_entry(session, author.site_id, fact)
