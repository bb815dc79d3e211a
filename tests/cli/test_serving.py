"""Real servers: they tell when they are ready, and stop without losing what they have begun."""

import http.client
import json
import os
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, suppress
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.cli.conftest import opened
from tests.support.waiting import free_port, wait_until

COMMENTSVC = Path(sys.executable).with_name("commentsvc")
ROOT = Path(__file__).resolve().parents[2]


def ask(port: int, method: str, path: str, body: object = None) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request(method, path, json.dumps(body) if body is not None else None, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


@pytest.fixture
def start(tmp_path):
    """Starts a program whose output goes to a file; what still runs at the end is killed."""
    running: list[subprocess.Popen[bytes]] = []

    def start_one(*words: object, **environ: str) -> subprocess.Popen[bytes]:
        with (tmp_path / "log").open("ab") as log:
            kept = {name: value for name, value in os.environ.items() if not name.startswith("COMMENTSVC_")}
            # A group of its own, so that what it forks ends with it.
            process = subprocess.Popen(
                [str(word) for word in words], cwd=ROOT, env=kept | environ, stdout=log, stderr=log, start_new_session=True
            )
        running.append(process)
        return process

    yield start_one
    for process in running:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def is_ready(port: int) -> bool:
    try:
        return ask(port, "GET", "/health/ready")[0] == 200
    except OSError:
        return False


def test_a_request_that_runs_is_answered_when_the_server_is_told_to_stop(start, tmp_path):
    port = free_port()
    server = start(sys.executable, "-m", "tests.cli.serving_slowly", port, tmp_path, 30)
    wait_until("the server to be ready", lambda: (tmp_path / "ready").exists() or server.poll() is not None)
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(ask, port, "GET", "/slow")
        wait_until("the request to run", (tmp_path / "begun").exists)
        server.send_signal(signal.SIGTERM)
        wait_until("new connections to be refused", lambda: not is_ready(port))
        assert server.poll() is None
        (tmp_path / "go").touch()
        assert answer.result(60) == (200, b"answered after all")
    assert server.wait(60) == 0


def test_a_request_that_outlives_its_grace_does_not_keep_the_server(start, tmp_path):
    port = free_port()
    server = start(sys.executable, "-m", "tests.cli.serving_slowly", port, tmp_path, 0.2)
    wait_until("the server to be ready", lambda: (tmp_path / "ready").exists() or server.poll() is not None)
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(ask, port, "GET", "/slow")
        wait_until("the request to run", (tmp_path / "begun").exists)
        server.send_signal(signal.SIGTERM)
        assert server.wait(60) == 0
        with pytest.raises((OSError, http.client.HTTPException)):
            answer.result(60)


def test_what_was_acknowledged_before_the_stop_is_there(start, site, environ, tmp_path):
    port = free_port()
    server = start(
        COMMENTSVC, "serve", "--port", port, **environ, COMMENTSVC_LIMITS_COMMENTS_BURST="100000", COMMENTSVC_LIMITS_SITE_BURST="100000"
    )
    wait_until("the server to be ready", lambda: is_ready(port) or server.poll() is not None)
    acknowledged: list[str] = []
    enough = threading.Event()

    def post(worker: int) -> None:
        for number in range(10_000):
            body = {"article": {"key": "tram"}, "body": f"Comment {worker} {number}, civil as can be.", "author": {"name": f"Ann {worker}"}}
            try:
                status, answer = ask(port, "POST", f"/api/v1/sites/{site}/comments", body)
            except (OSError, http.client.HTTPException):
                return
            assert status == 201, answer
            acknowledged.append(json.loads(answer)["id"])
            if len(acknowledged) > 40:
                enough.set()

    with ThreadPoolExecutor(4) as pool:
        posting = [pool.submit(post, worker) for worker in range(4)]
        assert enough.wait(60)
        server.send_signal(signal.SIGTERM)
        for one in posting:
            one.result(60)
    assert server.wait(60) == 0
    with opened(environ) as db, db.reading() as session:
        stored = set(session.execute(text("SELECT id FROM comment")).scalars())
    assert set(acknowledged) == stored


def test_a_port_that_is_taken_is_one_sentence(run, site):
    import socket

    with socket.create_server(("127.0.0.1", 0)) as taken:
        found = run("serve", "--port", taken.getsockname()[1])
    assert found.exit_code == 1
    assert "cannot be had" in found.stderr


def test_an_address_of_another_machine_is_refused(run, site):
    found = run("serve", "--host", "192.0.2.1", "--port", free_port())
    assert found.exit_code == 1


def test_migrate_makes_the_schema_first(start, environ, tmp_path):
    port = free_port()
    server = start(COMMENTSVC, "serve", "--port", port, "--migrate", **environ)
    wait_until("the server to be ready", lambda: is_ready(port) or server.poll() is not None)
    server.send_signal(signal.SIGINT)
    assert server.wait(60) == 0


def test_several_processes_serve_one_postgresql(start, make_database_url, environ, tmp_path):
    port = free_port()
    environ = environ | {"COMMENTSVC_DATABASE_URL": make_database_url("postgresql")}
    server = start(COMMENTSVC, "serve", "--port", port, "--workers", 2, **environ)
    wait_until("the server to be ready", lambda: is_ready(port) or server.poll() is not None)
    assert {ask(port, "GET", "/health/ready")[0] for _ in range(10)} == {200}
    server.send_signal(signal.SIGTERM)
    assert server.wait(60) == 0


@pytest.mark.parametrize(("workers", "engine"), [(1, "sqlite"), (2, "postgresql")])
def test_a_server_that_is_told_to_stop_does_not_wait_for_open_streams(start, done, environ, make_database_url, workers, engine):
    port, site = free_port(), "gazette"
    environ = environ | {"COMMENTSVC_DATABASE_URL": make_database_url(engine)}
    done("site", "create", site, "--name", "The Gazette", **environ)
    server = start(COMMENTSVC, "serve", "--port", port, "--workers", workers, **environ, COMMENTSVC_SERVER_GRACE_S="600")
    wait_until("the server to be ready", lambda: is_ready(port) or server.poll() is not None)
    with ThreadPoolExecutor(3) as pool, ExitStack() as stack:
        connections = [stack.enter_context(closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60))) for _ in range(3)]
        for one in connections:
            one.request("GET", f"/api/v1/sites/{site}/events?article=tram")
        answers = [one.getresponse() for one in connections]
        assert {one.status for one in answers} == {200}
        for answer in answers:
            assert answer.readline() == b"retry: 5000\n"
        rest = [pool.submit(one.read) for one in answers]
        posted = {"article": {"key": "tram"}, "body": "A civil word about trams.", "author": {"name": "Ann"}}
        assert ask(port, "POST", f"/api/v1/sites/{site}/comments", posted)[0] == 201
        server.send_signal(signal.SIGTERM)
        # They end whole, not cut off.
        assert all(one.result(60).endswith(b"\n\n") for one in rest)
    assert server.wait(60) == 0


def test_no_process_outlives_the_one_that_began_it(start, make_database_url, environ):
    port = free_port()
    environ = environ | {"COMMENTSVC_DATABASE_URL": make_database_url("postgresql")}
    server = start(COMMENTSVC, "serve", "--port", port, "--workers", 2, **environ)
    wait_until("the server to be ready", lambda: is_ready(port) or server.poll() is not None)
    assert is_ready(port)
    server.kill()
    server.wait(60)
    wait_until("the port to be free", lambda: not is_ready(port))
    wait_until("its processes to be gone", lambda: not group_exists(server.pid))
    assert server.returncode == -signal.SIGKILL
    assert not is_ready(port)


ORPHAN = """
import signal, sys, threading
from commentsvc.cli.serving import _stop_with
from commentsvc.integrations.streams import Streams

heard = []

def hear(*_):
    heard.append(1)
    print(len(heard), flush=True)
    if len(heard) == 2:
        sys.exit(7)

signal.signal(signal.SIGTERM, hear)
threading.Thread(target=_stop_with, args=(-1, 0, 60.0, threading.get_ident(), Streams()), daemon=True).start()
threading.Event().wait()
"""


def test_a_worker_whose_parent_is_gone_is_told_until_it_hears(start, tmp_path):
    orphan = start(sys.executable, "-c", ORPHAN)
    assert orphan.wait(60) == 7
    assert (tmp_path / "log").read_text() == "1\n2\n"


def group_exists(leader: int) -> bool:
    try:
        os.killpg(leader, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_worker_of_its_own_ends_when_told(start, make_database_url, environ, tmp_path):
    environ = environ | {"COMMENTSVC_DATABASE_URL": make_database_url("postgresql"), "COMMENTSVC_WORKER_EMBEDDED": "false"}
    worker = start(COMMENTSVC, "worker", **environ)
    log = tmp_path / "log"
    wait_until("the worker to say that it is ready", lambda: b"worker_ready" in log.read_bytes() or worker.poll() is not None)
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(60) == 0
