"""The worker thread inside the server process."""

import threading
from typing import Final

from commentsvc.integrations.system import ThreadWaker
from commentsvc.runtime import Runtime
from commentsvc.worker.loop import run_until_stopped

_STOP_WITHIN_S: Final = 10.0


class EmbeddedWorker:
    """Starts and stops the thread. Stopping waits for the job at hand; what is cut off is done again after its lease."""

    def __init__(self, runtime: Runtime) -> None:
        """Prepare; nothing runs yet."""
        self._runtime = runtime
        self._stop = threading.Event()
        self._has_work = runtime.waker.has_work if isinstance(runtime.waker, ThreadWaker) else threading.Event()
        self._thread = threading.Thread(target=self._run, name="worker", daemon=True)

    def start(self) -> None:
        """Begin to work."""
        self._thread.start()

    def stop(self) -> None:
        """Finish the job at hand and end."""
        self._stop.set()
        self._has_work.set()
        if self._thread.is_alive():
            self._thread.join(_STOP_WITHIN_S)

    def _run(self) -> None:
        run_until_stopped(self._runtime, self._stop, self._has_work)
