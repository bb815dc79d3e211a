"""Start-up without the garbage collector: what is loaded then is kept for good, and looking through it again and again costs a tenth."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def starting() -> Iterator[None]:
    """Let nothing be collected while modules are loaded, until `started`."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def started() -> None:
    """Collect again, but never look again at what has been loaded so far."""
    gc.freeze()
    gc.enable()
