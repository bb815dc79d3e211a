"""Writing and verifying the audit chains."""

from contextlib import closing
from dataclasses import dataclass
from typing import Final

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

from commentsvc.domain.auditing import GENESIS, AuditFact, chain_hash, follow_chain
from commentsvc.store.base import insert_of, table_of
from commentsvc.store.models import AuditChain, AuditEntry
from commentsvc.store.prepared import Prepared

INSTALLATION: Final = "installation"
"""The chain of what belongs to no single site."""

_CHAIN = table_of(AuditChain)
_ENTRY = table_of(AuditEntry)
_LOCK_END = Prepared(select(_CHAIN.c.length, _CHAIN.c.hash).where(_CHAIN.c.name == bindparam("chain")).with_for_update())
_MOVE_END = Prepared(update(_CHAIN).where(_CHAIN.c.name == bindparam("chain")).values(length=bindparam("number"), hash=bindparam("digest")))
_INSERT_ENTRY = Prepared(insert(_ENTRY))


@dataclass(frozen=True, slots=True)
class BrokenChain:
    """The first entry of a chain that does not fit what stands before it, or `no` one past the end when entries are missing."""

    chain: str
    no: int


def actor_of(account_id: str | None) -> str:
    """How an entry names an account that acted; None is the operator on the command line, or the service itself."""
    return f"account:{account_id}" if account_id else "system"


def append_audit_entry(session: Session, chain: str, fact: AuditFact) -> None:
    """Add one entry to a site's chain (its id) or to INSTALLATION. Caller holds a transaction.

    The chain's end is locked until that transaction ends, so call this last.
    """
    conn = session.connection()
    row = _LOCK_END.find(conn, {"chain": chain})
    if row is None:
        conn.execute(insert_of(conn, _CHAIN).values(name=chain, length=0, hash=GENESIS).on_conflict_do_nothing())
        (row,) = _LOCK_END.rows(conn, {"chain": chain})
    length, previous = row
    number = int(length) + 1
    digest = chain_hash(previous, chain, number, fact)
    _INSERT_ENTRY.execute(
        conn,
        {
            "chain": chain,
            "no": number,
            "actor": fact.actor,
            "action": fact.action,
            "subject": fact.subject,
            "before": fact.before,
            "after": fact.after,
            "at": fact.at,
            "hash": digest,
        },
    )
    _MOVE_END.execute(conn, {"chain": chain, "number": number, "digest": digest})


def verify_audit_chains(session: Session) -> list[BrokenChain]:
    """Read every chain from its beginning and list where each first breaks; empty when all are whole."""
    broken: list[BrokenChain] = []
    heads = {name: (length, digest) for name, length, digest in session.execute(select(_CHAIN.c.name, _CHAIN.c.length, _CHAIN.c.hash))}
    orphans = session.execute(select(_ENTRY.c.chain).distinct().where(_ENTRY.c.chain.not_in(heads))).scalars()
    broken.extend(BrokenChain(chain, 1) for chain in orphans)
    for chain, (length, head) in heads.items():
        query = select(_ENTRY).where(_ENTRY.c.chain == chain).order_by(_ENTRY.c.no).execution_options(yield_per=1000)
        # Closed by hand: at a break the rows are not read to their end, and PostgreSQL would keep the cursor.
        with closing(session.execute(query)) as rows:
            entries = ((row.no, AuditFact(row.actor, row.action, row.subject, row.at, row.before, row.after), row.hash) for row in rows)
            end = follow_chain(chain, entries)
        if end.broken_at is not None:
            broken.append(BrokenChain(chain, end.broken_at))
        elif (end.no, end.hash) != (length, head):
            broken.append(BrokenChain(chain, end.no + 1))
    return broken
