"""Starting servers, and reading from /proc what they cost."""

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
TICKS_PER_S: Final = os.sysconf("SC_CLK_TCK")
START_LIMIT_S: Final = 60.0
STOP_LIMIT_S: Final = 15.0
IDLE_SHARE: Final = 0.1
_PAUSE: Final = threading.Event()


class StartError(Exception):
    """A server that did not become ready. The message tells where its log is."""


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass(frozen=True, slots=True)
class Memory:
    """Resident and proportional memory of a process tree, in MiB."""

    rss_mib: float
    pss_mib: float


class Server:
    """A server process with everything below it. Stop it, whatever happens."""

    def __init__(self, name: str, command: list[str], environ: Mapping[str, str], port: int, ready: str, log: Path) -> None:
        """Start `command` and wait until GET `ready` answers 200; `start_s` says how long that took."""
        self.name, self.port, self.log = name, port, log
        began_at = time.perf_counter()
        with log.open("ab") as out:
            self._process = subprocess.Popen(
                command, cwd=ROOT, env={**os.environ, **environ}, stdout=out, stderr=out, start_new_session=True
            )
        while not _answers(port, ready):
            if self._process.poll() is not None or time.perf_counter() - began_at > START_LIMIT_S:
                self.stop()
                raise StartError(f"{name} was not ready within {START_LIMIT_S:.0f} s; its log is {log}")
            _PAUSE.wait(0.005)
        self.start_s = time.perf_counter() - began_at

    def cpu_s(self) -> float:
        """Processor time that the tree has used so far."""
        return sum(_cpu_s(pid) for pid in self.pids())

    def settle(self) -> None:
        """Wait until the server has stopped working on what it was asked, 20 s at most."""
        for _ in range(80):
            before = self.cpu_s()
            _PAUSE.wait(0.25)
            if self.cpu_s() - before <= 0.25 * IDLE_SHARE:
                return

    def memory(self) -> Memory:
        """What the tree holds now."""
        rolls = [_rollup(pid) for pid in self.pids()]
        return Memory(sum(roll.get("Rss", 0) for roll in rolls) / 1024, sum(roll.get("Pss", 0) for roll in rolls) / 1024)

    def pids(self) -> list[int]:
        """The process and all its descendants."""
        parents = _parents()
        found, todo = [], [self._process.pid]
        while todo:
            pid = todo.pop()
            found.append(pid)
            todo += [child for child, parent in parents.items() if parent == pid]
        return found

    def stop(self) -> None:
        """Ask it to stop, then make it."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(STOP_LIMIT_S)
            except subprocess.TimeoutExpired:
                print(f"{self.name} did not stop within {STOP_LIMIT_S:.0f} s", file=sys.stderr)
        try:
            os.killpg(self._process.pid, signal.SIGKILL)
        except ProcessLookupError:
            return
        finally:
            self._process.wait()


def fetch(port: int, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None) -> tuple[int, bytes]:
    """One request on a connection of its own: status and body."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        sent = dict(headers or {}) | ({"Content-Type": "application/json"} if body else {})
        connection.request(method, path, body, sent)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def _answers(port: int, path: str) -> bool:
    try:
        return fetch(port, "GET", path)[0] == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False


def _stat(pid: int) -> list[str]:
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return []
    return text[text.rindex(")") + 2 :].split()


def _parents() -> dict[int, int]:
    stats = {int(folder.name): _stat(int(folder.name)) for folder in Path("/proc").iterdir() if folder.name.isdigit()}
    return {pid: int(fields[1]) for pid, fields in stats.items() if fields}


def _cpu_s(pid: int) -> float:
    fields = _stat(pid)
    # utime, stime, and those of children that have ended.
    return sum(map(int, fields[11:15])) / TICKS_PER_S if fields else 0.0


def _rollup(pid: int) -> dict[str, int]:
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    except OSError:
        return {}
    return {name: int(size) for name, size in re.findall(r"^(\w+):\s+(\d+) kB", text, re.MULTILINE)}
