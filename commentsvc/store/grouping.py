"""Group commit for SQLite: writes that wait for the one writer share its next transaction.

A commit writes every page it touched, so it costs as much as all statements of a post together. Whoever finds no leader leads:
it takes what waits, runs each piece in a savepoint of its own, commits once, and wakes the others. Nobody waits for a group to
fill, so a lone write is as quick as ever; and nobody is told "done" before the commit.
"""

import contextvars
import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, Final, Generic, TypeVar

from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from commentsvc.store.prepared import say

T = TypeVar("T")
LARGEST_GROUP: Final = 64


class GroupFailedError(Exception):
    """The transaction of the group this piece was in could not be kept, on account of another piece or of the commit."""


class _Piece(Generic[T]):
    """One caller's work, the context it is to run in, and what came of it."""

    __slots__ = ("context", "error", "is_leader", "result", "settled", "work")

    def __init__(self, work: Callable[[Session], T]) -> None:
        self.work = work
        # The work runs in another thread's turn, but in its own caller's context: request, log fields and all.
        self.context = contextvars.copy_context()
        self.result: T | None = None
        self.error: BaseException | None = None
        self.is_leader = False
        self.settled = threading.Event()


class WriteGroups:
    """Hands pieces of work to leaders. `run_group` opens the transaction, calls what it is given with the session, and commits."""

    def __init__(self, run_group: Callable[[Callable[[Session], None]], None]) -> None:
        """Begin with nobody leading."""
        self._run_group = run_group
        self._lock = threading.Lock()
        self._waiting: deque[_Piece[Any]] = deque()
        self._has_leader = False

    def run(self, work: Callable[[Session], T]) -> T:
        """Run `work` in a transaction shared with whatever else waits; returns its result once that is committed.

        Raises what `work` raised (its own changes are undone, the others' are not), or GroupFailedError caused by what undid all.
        """
        piece = _Piece(work)
        with self._lock:
            self._waiting.append(piece)
            if not self._has_leader:
                self._has_leader = piece.is_leader = True
        if not piece.is_leader:
            piece.settled.wait()
        if piece.is_leader:
            self._lead(piece)
        if piece.error is not None:
            raise piece.error
        return piece.result  # type: ignore[return-value]  # None only where T allows it: without an error it was set

    def _lead(self, own: _Piece[Any]) -> None:
        with self._lock:
            group = [self._waiting.popleft() for _ in range(min(LARGEST_GROUP, len(self._waiting)))]
        try:
            self._run_group(lambda session: _run_pieces(session, group))
        except BaseException as error:
            for piece in group:
                if piece is own:
                    piece.error = piece.error or error
                elif piece.error is None:
                    piece.error = GroupFailedError(type(error).__name__)
                    piece.error.__cause__ = error
            raise
        finally:
            with self._lock:
                following = self._waiting[0] if self._waiting else None
                self._has_leader = following is not None
                if following is not None:
                    following.is_leader = True
            for piece in group:
                if piece is not own:
                    piece.settled.set()
            if following is not None:
                following.settled.set()


def _run_pieces(session: Session, group: Sequence[_Piece[Any]]) -> None:
    conn = session.connection()
    if len(group) == 1:
        # Alone in its transaction a piece needs no savepoint: what it raises undoes everything, which is its own.
        group[0].result = group[0].context.run(group[0].work, session)
        return
    for piece in group:
        say(conn, "SAVEPOINT piece")
        try:
            piece.result = piece.context.run(piece.work, session)
        except OperationalError:
            # The disk is full or the file is gone: SQLite may have ended the transaction, so nothing of it may be kept.
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, it belongs to the piece's own caller
            piece.error = error
            say(conn, "ROLLBACK TO piece")
        say(conn, "RELEASE piece")
