"""Real processes: servers and workers are started, asked, killed and waited for. Whatever a test starts is stopped at its end."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Self

from commentsvc.domain.principals import Role
from commentsvc.services.accounts import create_account, create_token, set_role
from commentsvc.services.sites import NewSite, create_site
from commentsvc.settings import config_folder, load_settings
from commentsvc.store.engine import Database, DatabaseOptions

ROOT: Final = Path(__file__).resolve().parents[2]
LIMIT_S: Final = 60.0
"""How long a condition may take. Far longer than any takes: a test that fails waits, one that passes does not."""
SITE: Final = "gazette"
_LOOK_EVERY_S: Final = 0.02
_pause = threading.Event()


class WaitedInVainError(AssertionError):
    """A condition that did not come true. The message says which."""


def wait_until(what: str, condition: Callable[[], object], limit_s: float = LIMIT_S) -> None:
    """Look until `condition` holds."""
    ends_at = time.monotonic() + limit_s
    while not condition():
        if time.monotonic() > ends_at:
            raise WaitedInVainError(f"waited {limit_s:.0f} s for {what}")
        _pause.wait(_LOOK_EVERY_S)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True)
class Reply:
    """A whole answer. Names of headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    raw: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.raw)


class Client:
    """One keep-alive connection, made anew after trouble. Trouble is raised as OSError: nobody knows what became of the request."""

    def __init__(self, port: int, token: str | None = None) -> None:
        self._port, self._token = port, token
        self._connection: http.client.HTTPConnection | None = None

    def ask(self, method: str, path: str, body: object = None, headers: Mapping[str, str] | None = None) -> Reply:
        sent = dict(headers or {})
        if self._token:
            sent["Authorization"] = f"Bearer {self._token}"
        raw = None
        if body is not None:
            raw = json.dumps(body).encode()
            sent["Content-Type"] = "application/json"
        connection = self._connection or http.client.HTTPConnection("127.0.0.1", self._port, timeout=LIMIT_S)
        self._connection = None
        try:
            connection.request(method, path, raw, sent)
            answer = connection.getresponse()
            reply = Reply(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())
        except http.client.HTTPException as error:
            connection.close()
            raise ConnectionError(type(error).__name__) from error
        except OSError:
            connection.close()
            raise
        self._connection = connection
        return reply

    def get(self, path: str) -> Reply:
        return self.ask("GET", path)

    def post(self, path: str, body: object, headers: Mapping[str, str] | None = None) -> Reply:
        return self.ask("POST", path, body, headers)

    def close(self) -> None:
        if self._connection:
            self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Program:
    """A process group of our own."""

    def __init__(self, name: str, command: list[str], environ: Mapping[str, str], log: Path) -> None:
        self.name, self.log = name, log
        with log.open("ab") as out:
            self.process = subprocess.Popen(command, cwd=ROOT, env=environ, stdout=out, stderr=subprocess.STDOUT, start_new_session=True)

    @property
    def is_running(self) -> bool:
        return self.process.poll() is None

    def kill(self) -> None:
        """As the kernel does it when memory runs out: every process of it at once, without a word."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def ask_to_stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)

    def wait_for_end(self) -> int:
        try:
            return self.process.wait(LIMIT_S)
        except subprocess.TimeoutExpired:
            raise WaitedInVainError(f"waited {LIMIT_S:.0f} s for {self.name} to end; its log: {self.tail()}") from None

    def tail(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")[-4000:]


@dataclass
class Server:
    """A server process that is ready."""

    program: Program
    port: int

    def client(self, token: str | None = None) -> Client:
        return Client(self.port, token)


@dataclass
class Installation:
    """One database with a site, and the processes that serve it. `changes` are settings by the names of their variables."""

    folder: Path
    url: str
    changes: Mapping[str, str] = field(default_factory=dict)
    site: str = SITE

    def __post_init__(self) -> None:
        self._stack = ExitStack()
        self._serial = 0
        self.settings = load_settings(self._variables())
        self.db = Database(DatabaseOptions(self.url))
        self._stack.callback(self.db.dispose)
        self.tokens = self._open()

    def _variables(self) -> dict[str, str]:
        return {
            "COMMENTSVC_DATABASE_URL": self.url,
            "COMMENTSVC_SECRETS_KEY": "a key for tests, long enough to be taken",
            "COMMENTSVC_SCORER_ENGINE": "fake",
            # Where a machine is busy, a reader's patience must not decide a test.
            "COMMENTSVC_SCORER_BUDGET_MS": "30000",
            "COMMENTSVC_SCORER_QUEUE_LIMIT": "10000",
            "COMMENTSVC_WORKER_POLL_S": "0.2",
            "COMMENTSVC_LIMITS_COMMENTS_BURST": "1000000",
            "COMMENTSVC_LIMITS_SITE_BURST": "1000000",
            "COMMENTSVC_LIMITS_ACTS_BURST": "1000000",
            "COMMENTSVC_LOG_FORMAT": "json",
            **self.changes,
        }

    def environ(self, **more: str) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("COMMENTSVC_")}
        return kept | self._variables() | more

    def _open(self) -> list[str]:
        """The site with the first policy, and eight moderators' tokens."""
        policy = json.loads((config_folder() / "default_policy.json").read_text(encoding="utf-8")) | {"sample_rate": 0.0}
        tokens = []
        with self.db.transaction() as session:
            now = datetime.now(UTC)
            create_site(session, NewSite(self.site, "The Gazette"), policy, None, now)
            for number in range(8):
                account = create_account(session, f"moderator-{number}@example.org", f"Moderator {number}", None, None, now)
                set_role(session, account, "*", Role.MODERATOR, None, now)
                tokens.append(create_token(session, account, "tests", None, now)[1])
        return tokens

    def start(self, name: str, command: list[str], **environ: str) -> Program:
        self._serial += 1
        program = Program(name, command, self.environ(**environ), self.folder / f"{name}-{self._serial}.log")
        self._stack.callback(program.kill)
        return program

    def serve(self, port: int | None = None, **environ: str) -> Server:
        """A server, ready. `port` is for one that comes back where another was."""
        port = port or free_port()
        command = [str(Path(sys.executable).with_name("commentsvc")), "serve"]
        program = self.start("server", command, COMMENTSVC_SERVER_PORT=str(port), **environ)

        def is_ready() -> bool:
            assert program.is_running, program.tail()
            return answers(port, "/health/ready")

        wait_until("the server to be ready", is_ready)
        return Server(program, port)

    def work(self, **environ: str) -> Program:
        """A Celery worker with its beat, forking as it does by default."""
        folder = self.folder / f"beat-{self._serial}"
        celery = [sys.executable, "-m", "celery", "-A", "commentsvc.worker.celery_app", "worker"]
        options = ["--beat", "--schedule", str(folder), "--concurrency", "2", "--loglevel", "WARNING"]
        return self.start("worker", celery + options, **environ)

    def close(self) -> None:
        self._stack.close()

    def on_close(self, callback: Callable[[], object]) -> None:
        self._stack.callback(callback)

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        """Look into the database from outside."""
        with self.db.engine.connect() as connection:
            return [tuple(row) for row in connection.exec_driver_sql(sql)]


def answers(port: int, path: str) -> bool:
    with Client(port) as client:
        try:
            return client.get(path).status == http.HTTPStatus.OK
        except OSError:
            return False
