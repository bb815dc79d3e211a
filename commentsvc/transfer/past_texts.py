"""Making many texts ready to be stored, beside whatever else is done: half of an import's time goes into it."""

import multiprocessing
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from types import TracebackType
from typing import Final, Self

from commentsvc.scoring.language import detect_language
from commentsvc.services.judging import Text
from commentsvc.services.rendering import Renderer, text_hash

WORTH_PROCESSES: Final = 20_000
"""So many texts take longer than other processes take to start."""
MOST_PROCESSES: Final = 3
_RENDERER: Final = Renderer()

Wait = Callable[[], list[Text]]
"""Gives the texts that were begun, in their order, once they are ready."""


def make_texts(bodies: Sequence[str]) -> list[Text]:
    """N bodies in, n texts out in the same order. They are not prepared for a scorer: whoever scores them does that."""
    made = []
    for body in bodies:
        rendered = _RENDERER.render(body)
        made.append(Text(body, rendered.html, text_hash(body), detect_language(body), rendered.link_count))
    return made


class PastTexts:
    """Makes texts, in other processes where there are many and this machine has more than one core. Use it in a `with` block."""

    def __init__(self, count: int) -> None:
        """Get ready for about so many texts."""
        processes = min(MOST_PROCESSES, (os.cpu_count() or 1) - 1) if count >= WORTH_PROCESSES else 0
        # Begun anew rather than forked: this process has threads and open databases.
        self._pool = ProcessPoolExecutor(processes, multiprocessing.get_context("spawn")) if processes else None

    def __enter__(self) -> Self:
        """Nothing more to prepare."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """End the processes."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def begin(self, bodies: Sequence[str]) -> Wait:
        """Have texts made; what is returned waits for them."""
        if self._pool is None:
            return lambda: make_texts(bodies)
        return self._pool.submit(make_texts, bodies).result
