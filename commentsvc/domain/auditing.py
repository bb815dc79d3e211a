"""The audit chain: each entry carries a hash over its content and the hash before it, so that a change anywhere shows."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

GENESIS: Final = "0" * 64
"""What stands before the first entry of a chain."""


@dataclass(frozen=True, slots=True)
class AuditFact:
    """What one entry says: who did what to which subject, with its state before and after, and when (UTC)."""

    actor: str
    action: str
    subject: str
    at: datetime
    before: Mapping[str, object] | None = None
    after: Mapping[str, object] | None = None


def chain_hash(previous: str, chain: str, number: int, fact: AuditFact) -> str:
    """SHA-256 (hex) over the previous hash, the chain's name, the entry's number in it and its content in canonical JSON."""
    at = fact.at.astimezone(UTC).isoformat(timespec="microseconds")
    content = [previous, chain, number, fact.actor, fact.action, fact.subject, fact.before, fact.after, at]
    return hashlib.sha256(json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class ChainEnd:
    """How far a chain was followed: the number of its last entry that fits, that entry's hash, and the first that does not (or None)."""

    no: int
    hash: str
    broken_at: int | None


def follow_chain(chain: str, entries: Iterable[tuple[int, AuditFact, str]]) -> ChainEnd:
    """Follow numbered entries with their hashes from the first one on, as they were given out."""
    number, previous = 0, GENESIS
    for no, fact, digest in entries:
        if no != number + 1 or digest != chain_hash(previous, chain, no, fact):
            return ChainEnd(number, previous, number + 1)
        number, previous = no, digest
    return ChainEnd(number, previous, None)
