"""One verdict on many items, for every face that offers it: what it would hit, doing it, and taking it back."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from commentsvc.domain.commands import Decide, DecideMany
from commentsvc.domain.errors import DomainError
from commentsvc.domain.leases import is_held
from commentsvc.services.bulk import begin_bulk, mark_bulk_undone, tell_bulk
from commentsvc.services.review import Decided, decide, undo_decision
from commentsvc.store.engine import SerializationError, StorageUnavailableError
from commentsvc.store.queries.bulk import BulkState
from commentsvc.store.queries.queue import QueueItem
from commentsvc.web.context import get_runtime

MAX_BULK: Final = 500
"""Items of one verdict: what takes a few seconds, and what somebody may still look through before saying yes."""


@dataclass(frozen=True, slots=True)
class Pair:
    """An item and the revision of it that was seen."""

    item_id: str
    revision_id: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """An item that was left as it is, and why."""

    item_id: str
    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class BulkResult:
    """What became of each item, in the order asked."""

    id: str
    decided: list[Decided]
    refused: list[Refusal]


def obstacle_to(item: QueueItem, account_id: str) -> str:
    """Why an item would be left as it is, in words; empty when nothing stands in the way."""
    if not item.is_open:
        return "decided already"
    if item.kept_from == account_id:
        return "an appeal against your own rejection"
    if item.leased_by != account_id and is_held(item.leased_until, get_runtime().clock.now()):
        return "a colleague is working on it"
    return ""


def decide_many(command: DecideMany, pairs: Sequence[Pair], site_ids: frozenset[str] | None) -> BulkResult:
    """Decide item by item, each kept or refused by itself; `site_ids` as in `review.decide`.

    Raises InvalidError before anything is done.
    """
    runtime = get_runtime()
    now = runtime.clock.now()
    bulk_id = runtime.in_transaction(lambda session: begin_bulk(session, command, len(pairs), now))
    decided: list[Decided] = []
    refused: list[Refusal] = []
    for pair in pairs:
        one = Decide(
            pair.item_id, command.account_id, command.verdict, pair.revision_id, command.reason_code, command.note, bulk_id=bulk_id
        )
        try:
            decided.append(runtime.in_transaction(lambda session, one=one: decide(session, one, site_ids, now)))  # type: ignore[misc]  # bound at once
        except DomainError as error:
            refused.append(Refusal(pair.item_id, error.code, error.detail))
        except (StorageUnavailableError, SerializationError):
            refused.append(Refusal(pair.item_id, "storage-unavailable", "The database did not take it. Try this one again."))
    runtime.in_transaction(lambda session: tell_bulk(session, bulk_id, now))
    return BulkResult(bulk_id, decided, refused)


def undo_many(bulk: BulkState, account_id: str, site_ids: frozenset[str] | None) -> BulkResult:
    """Take back whatever of it still stands. What has moved on since is left, and said; a second try takes up what was left."""
    runtime = get_runtime()
    now = runtime.clock.now()
    undone: list[Decided] = []
    refused: list[Refusal] = []
    for member in bulk.members:
        if member.is_undone:
            continue
        try:
            undone.append(
                runtime.in_transaction(
                    lambda session, member=member: undo_decision(  # type: ignore[misc]  # bound at once
                        session, member.item_id, account_id, site_ids, now, only=member.decision_id
                    )
                )
            )
        except DomainError as error:
            refused.append(Refusal(member.item_id, error.code, error.detail))
        except (StorageUnavailableError, SerializationError):
            refused.append(Refusal(member.item_id, "storage-unavailable", "The database did not take it. Try again."))
    runtime.in_transaction(lambda session: mark_bulk_undone(session, bulk.id, account_id, len(undone), now))
    return BulkResult(bulk.id, undone, refused)
