"""The audit chains as people read them: searched, paged, and given out whole."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from commentsvc.store.base import table_of
from commentsvc.store.models import AuditChain, AuditEntry

_ENTRY = table_of(AuditEntry)
_CHAIN = table_of(AuditChain)
_COLUMNS: Final = ("no", "actor", "action", "subject", "before", "after", "at", "hash")
_TOGETHER: Final = 1000
_LATEST: Final = 10_000


@dataclass(frozen=True, slots=True)
class AuditLine:
    """An entry of an audit chain."""

    no: int
    actor: str
    action: str
    subject: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    at: datetime
    hash: str


@dataclass(frozen=True, slots=True)
class AuditSearch:
    """Which entries of a chain. None asks for all; `since` belongs to the time asked for and `until` no longer does."""

    actor: str | None = None
    action: str | None = None
    subject: str | None = None
    since: datetime | None = None
    until: datetime | None = None


EVERYTHING: Final = AuditSearch()


def list_audit(
    session: Session, chain: str, search: AuditSearch = EVERYTHING, *, before: int | None = None, limit: int = 50
) -> list[AuditLine]:
    """Entries of a chain, newest first; those with a number below `before` when it is given."""
    query = _found(chain, search).order_by(_ENTRY.c.no.desc()).limit(limit)
    if before is not None:
        query = query.where(_ENTRY.c.no < before)
    return [AuditLine(*row) for row in session.connection().execute(query)]


def read_audit(session: Session, chain: str, search: AuditSearch = EVERYTHING) -> Iterator[AuditLine]:
    """Entries of a chain from the first on, however many there are: a thousand at a time are in memory."""
    reached = 0
    while True:
        query = _found(chain, search).where(_ENTRY.c.no > reached).order_by(_ENTRY.c.no).limit(_TOGETHER)
        lines = [AuditLine(*row) for row in session.connection().execute(query)]
        yield from lines
        if len(lines) < _TOGETHER:
            return
        reached = lines[-1].no


def list_actions(session: Session, chain: str) -> list[str]:
    """The kinds of act that the latest 10,000 entries of a chain tell of, by name: a long chain is not read through for each page."""
    length = select(_CHAIN.c.length).where(_CHAIN.c.name == chain).scalar_subquery()
    query = select(_ENTRY.c.action).where(_ENTRY.c.chain == chain, _ENTRY.c.no > length - _LATEST).distinct().order_by(_ENTRY.c.action)
    return list(session.connection().execute(query).scalars())


def count_audit(session: Session, chains: Sequence[str]) -> dict[str, int]:
    """The length of each of the given chains; 0 for one that has not begun."""
    query = select(_CHAIN.c.name, _CHAIN.c.length).where(_CHAIN.c.name.in_(chains))
    lengths: dict[str, int] = dict(session.connection().execute(query).all())
    return {chain: lengths.get(chain, 0) for chain in chains}


def _found(chain: str, search: AuditSearch) -> Select[*tuple[Any, ...]]:
    query = select(*(_ENTRY.c[name] for name in _COLUMNS)).where(_ENTRY.c.chain == chain)
    for column, value in ((_ENTRY.c.actor, search.actor), (_ENTRY.c.action, search.action), (_ENTRY.c.subject, search.subject)):
        if value is not None:
            query = query.where(column == value)
    if search.since is not None:
        query = query.where(_ENTRY.c.at >= search.since)
    if search.until is not None:
        query = query.where(_ENTRY.c.at < search.until)
    return query
