"""A server that was started as operators start it, for clients to drive."""

import http.client
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from click.testing import CliRunner

from commentsvc.cli import main
from tests.support.waiting import free_port, wait_until
from tests.web.protocols.perspective.perspective_client import KEY

ROOT = Path(__file__).resolve().parents[4]
PHASE_SECRET = "whse_a-secret-of-coral"
COMMAND = "from commentsvc.cli import main; main()"
CORAL_WAITS_S = 60.0
"""Coral waits for 0.8 s; where a machine is busy, that must not decide a test."""


def exchange(port: int, raw: bytes) -> tuple[int, dict[str, str], bytes]:
    """Status, headers by their names in small letters, and body of the answer to bytes."""
    with socket.create_connection(("127.0.0.1", port), timeout=CORAL_WAITS_S) as connection:
        connection.sendall(raw)
        answer = http.client.HTTPResponse(connection)
        answer.begin()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()


def is_ready(port: int) -> bool:
    try:
        return exchange(port, b"GET /health/ready HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")[0] == 200
    except (OSError, http.client.HTTPException):
        return False


@pytest.fixture(scope="session")
def log(tmp_path_factory) -> Path:
    return Path(tmp_path_factory.mktemp("clients")) / "log"


@pytest.fixture(scope="session")
def port(log: Path, sqlite_template: Path) -> Iterator[int]:
    """Where a server answers that was started as operators start it."""
    folder, port = log.parent, free_port()
    (folder / "comments.db").write_bytes(sqlite_template.read_bytes())
    (folder / "keys").write_text(f"{KEY} coral 100000\n", encoding="utf-8")
    (folder / "phases").write_text(f"gazette {PHASE_SECRET}\n", encoding="utf-8")
    kept = {name: value for name, value in os.environ.items() if not name.startswith("COMMENTSVC_")}
    environ = {
        "COMMENTSVC_DATABASE_URL": f"sqlite:///{folder / 'comments.db'}",
        "COMMENTSVC_SECRETS_KEY_FILE": str(folder / "secret.key"),
        "COMMENTSVC_SCORER_ENGINE": "fake",
        "COMMENTSVC_SERVER_PORT": str(port),
        "COMMENTSVC_PERSPECTIVE_KEYS_FILE": str(folder / "keys"),
        "COMMENTSVC_PERSPECTIVE_BUDGET_MS": "60000",
        "COMMENTSVC_SCORER_BUDGET_MS": "60000",
        "COMMENTSVC_CORAL_PHASES_FILE": str(folder / "phases"),
    }
    made = CliRunner().invoke(main, ["site", "create", "gazette"], env=environ)
    assert made.exit_code == 0, made.output
    with log.open("wb") as out:
        server = subprocess.Popen(
            [sys.executable, "-c", COMMAND, "serve"], cwd=ROOT, env=kept | environ, stdout=out, stderr=out, start_new_session=True
        )
    try:
        wait_until("the server to be ready", lambda: is_ready(port) or server.poll() is not None)
        assert server.poll() is None, log.read_text(encoding="utf-8")
        yield port
    finally:
        with suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGKILL)
        server.wait()
