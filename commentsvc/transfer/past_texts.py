"""Making many texts ready to be stored, beside whatever else is done: a third of an import's time goes into it."""

import multiprocessing
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from types import TracebackType
from typing import Final, Self

from commentsvc.services.judging import Text
from commentsvc.transfer.text_making import MadeText, make_all

WORTH_PROCESSES: Final = 20_000
"""So many texts take longer than another process takes to start."""

Wait = Callable[[], list[Text]]
"""Gives the texts that were begun, in their order, once they are ready."""


class PastTexts:
    """Makes texts, in a process beside this one where there are many and the machine has more than one core. Use it in a `with` block.

    One is enough: storing takes longer than making texts.
    """

    def __init__(self, count: int) -> None:
        """Get ready for about so many texts."""
        is_worth_it = count >= WORTH_PROCESSES and (os.cpu_count() or 1) > 1
        # Begun anew rather than forked: this process has threads and open databases.
        self._pool = ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) if is_worth_it else None

    def __enter__(self) -> Self:
        """Nothing more to prepare."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """End the process."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def begin(self, bodies: Sequence[str]) -> Wait:
        """Have texts made; what is returned waits for them."""
        if self._pool is None:
            return lambda: _texts(bodies, make_all(list(bodies)))
        future = self._pool.submit(make_all, list(bodies))
        return lambda: _texts(bodies, future.result())


def _texts(bodies: Sequence[str], made: Sequence[MadeText]) -> list[Text]:
    # They are not prepared for a scorer: whoever scores them does that.
    return [Text(body, *parts) for body, parts in zip(bodies, made, strict=True)]
