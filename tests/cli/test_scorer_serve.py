"""A real scoring process: where it listens, whom it lets in, and servers that go on while it is away."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from commentsvc.domain.ports import ScorerUnavailableError
from commentsvc.scoring.remote_scorer import RemoteOptions, RemoteScorer
from tests.support.waiting import free_port, wait_until

COMMENTSVC = Path(sys.executable).with_name("commentsvc")
ROOT = Path(__file__).resolve().parents[2]
FAKE = {"COMMENTSVC_SCORER_ENGINE": "fake", "COMMENTSVC_LOG_FORMAT": "json"}


@pytest.fixture
def start(tmp_path):
    """Starts a program whose output goes to a file; what still runs at the end is killed."""
    running = []

    def start_one(*words, **environ):
        kept = {name: value for name, value in os.environ.items() if not name.startswith("COMMENTSVC_")}
        with (tmp_path / "log").open("ab") as log:
            command = [str(COMMENTSVC), *map(str, words)]
            running.append(subprocess.Popen(command, cwd=ROOT, env=kept | environ, stdout=log, stderr=log, start_new_session=True))
        return running[-1]

    yield start_one
    for process in running:
        kill(process)


def kill(process):
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@pytest.fixture
def path(tmp_path_factory):
    # A folder with a short name: the path of a socket may not be long.
    return tmp_path_factory.mktemp("s") / "scorer.sock"


def answers(process, url, secret_file=""):
    scorer = RemoteScorer(RemoteOptions(url, secret_file, timeout_s=60))
    wait_until("the scoring process to answer", lambda: scorer.is_reachable() or process.poll() is not None)
    return scorer


def test_a_unix_socket_is_for_user_and_group_and_goes_with_the_process(start, path):
    process = start("scorer", "serve", "--socket", path, **FAKE)
    scorer = answers(process, f"unix:{path}")
    assert scorer.score(["you idiot"])[0].scorer == scorer.version.id
    assert path.stat().st_mode & 0o777 == 0o660
    process.send_signal(signal.SIGTERM)
    assert process.wait(60) == 0
    assert not path.exists()
    with pytest.raises(ScorerUnavailableError):
        scorer.score(["you idiot"])
    scorer.close()


def test_a_port_on_this_machine_needs_no_secret(start, run):
    port = free_port()
    process = start("scorer", "serve", "--port", port, **FAKE)
    scorer = answers(process, f"http://127.0.0.1:{port}")
    assert scorer.score(["x"])
    scorer.close()
    found = run("scorer", "serve", "--port", port)
    assert found.exit_code == 1
    assert "cannot be had" in found.stderr
    process.send_signal(signal.SIGINT)
    assert process.wait(60) == 0


def test_other_machines_need_the_secret(start, tmp_path, run):
    port, secret = free_port(), tmp_path / "secret"
    found = run("scorer", "serve", "--host", "0.0.0.0", "--port", port)
    assert found.exit_code == 2
    assert "scorer.secret_file" in found.stderr
    secret.write_text("a" * 40, encoding="ascii")
    process = start("scorer", "serve", "--host", "0.0.0.0", "--port", port, COMMENTSVC_SCORER_SECRET_FILE=str(secret), **FAKE)
    scorer = answers(process, f"http://127.0.0.1:{port}", str(secret))
    assert scorer.score(["x"])
    scorer.close()
    stranger = RemoteScorer(RemoteOptions(f"http://127.0.0.1:{port}"))
    with pytest.raises(ScorerUnavailableError, match="refuses the secret"):
        stranger.score(["x"])
    stranger.close()


def test_too_large_a_body_is_not_read(start):
    port = free_port()
    process = start("scorer", "serve", "--port", port, **FAKE)
    answers(process, f"http://127.0.0.1:{port}").close()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.putrequest("POST", "/v1/score")
    connection.putheader("Content-Type", "application/json")
    connection.putheader("Content-Length", str(1 << 40))
    connection.endheaders()
    assert connection.getresponse().status == 413
    connection.close()


def test_a_socket_that_a_killed_process_left_is_taken_over(start, path):
    process = start("scorer", "serve", "--socket", path, **FAKE)
    answers(process, f"unix:{path}").close()
    kill(process)
    assert path.exists()
    process = start("scorer", "serve", "--socket", path, **FAKE)
    scorer = answers(process, f"unix:{path}")
    assert scorer.score(["x"])
    scorer.close()


def test_what_is_in_the_way_is_left_alone(run, path):
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as other:
        other.bind(str(path))
        other.listen()
        found = run("scorer", "serve", "--socket", path)
        assert found.exit_code == 1
        assert "Another process listens" in found.stderr
    path.unlink()
    path.write_text("precious", encoding="ascii")
    found = run("scorer", "serve", "--socket", path)
    assert found.exit_code == 2
    assert path.read_text(encoding="ascii") == "precious"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "Say where to listen"),
        (["--host", "127.0.0.1"], "Say where to listen"),
        (["--socket", "/tmp/x", "--port", "9000"], "without --host and --port"),
        (["--socket", "/nowhere/at/all.sock"], "no directory /nowhere/at"),
        (["--socket", f"/tmp/{'x' * 120}"], "107 bytes"),
    ],
)
def test_where_it_cannot_listen_is_one_sentence(run, words, said):
    found = run("scorer", "serve", *words)
    assert found.exit_code != 0
    assert said in found.stderr


def test_a_scoring_process_does_not_ask_another_one(run, path):
    found = run("scorer", "serve", "--socket", path, COMMENTSVC_SCORER_ENGINE="remote", COMMENTSVC_SCORER_URL="unix:/tmp/x.sock")
    assert found.exit_code == 2
    assert "one that scores itself" in found.stderr


def test_a_scorer_that_cannot_be_loaded_is_one_sentence(run, path, tmp_path):
    found = run("scorer", "serve", "--socket", path, COMMENTSVC_SCORER_ENGINE="onnx", COMMENTSVC_SCORER_PATH=str(tmp_path))
    assert found.exit_code == 1
    assert "The scorer does not answer" in found.stderr


def test_doctor_and_server_say_that_it_is_not_there(run, site, path):
    remote = {"COMMENTSVC_SCORER_ENGINE": "remote", "COMMENTSVC_SCORER_URL": f"unix:{path}"}
    found = run("doctor", **remote)
    assert found.exit_code == 1
    assert f"The scorer does not answer: unix:{path}" in found.stdout
    found = run("serve", "--port", free_port(), **remote)
    assert found.exit_code == 1
    assert f"The scorer does not answer: unix:{path}" in found.stderr


# -- Servers that go on --------------------------------------------------------------------------------------------------------
class Server:
    """A server and what a reader sees of it."""

    def __init__(self, process, port, site):
        self.process, self.port, self.site = process, port, site

    def ask(self, method, path, body=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, path, json.dumps(body) if body else None, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())
        finally:
            connection.close()

    def post(self, text):
        body = {"article": {"key": "bridge"}, "body": text, "author": {"name": "Ann"}}
        status, told = self.ask("POST", f"/api/v1/sites/{self.site}/comments", body)
        return status, told["status"], told["id"]

    def seen(self):
        return {item["id"] for item in self.ask("GET", f"/api/v1/sites/{self.site}/comments?article=bridge")[1]["items"]}

    def unready(self):
        """What is not ready, by name."""
        try:
            status, told = self.ask("GET", "/health/ready")
        except OSError:
            return {"server"}
        return set() if status == 200 else {error["pointer"] for error in told["errors"]}


@pytest.fixture
def serve(start, environ, site, path):
    """Starts a server whose scorer is the scoring process at `path`."""

    def serve_one():
        port = free_port()
        remote = {"COMMENTSVC_SCORER_ENGINE": "remote", "COMMENTSVC_SCORER_URL": f"unix:{path}"}
        # Where a machine is busy, a reader's patience must not decide a test.
        more = {"COMMENTSVC_SCORER_BUDGET_MS": "30000", "COMMENTSVC_WORKER_POLL_S": "0.1", "COMMENTSVC_LOG_FORMAT": "json"}
        server = Server(start("serve", "--port", port, **(environ | remote | more)), port, site)
        wait_until("the server to be ready", lambda: not server.unready() or server.process.poll() is not None)
        return server

    return serve_one


def test_comments_wait_while_the_scoring_process_is_dead_and_are_scored_when_it_is_back(start, serve, path, tmp_path):
    process = start("scorer", "serve", "--socket", path, **FAKE)
    answers(process, f"unix:{path}").close()
    server = serve()
    status, _, before = server.post("A fine bridge.")
    assert status == 201
    kill(process)
    status, state, waiting = server.post("A quixotic bridge.")
    assert (status, state) == (202, "pending")
    wait_until("the server to say what is missing", lambda: server.unready() == {"/scorer"})
    assert server.seen() == {before}
    start("scorer", "serve", "--socket", path, **FAKE)
    wait_until("the comment to be scored", lambda: server.seen() == {before, waiting})
    wait_until("the server to be ready again", lambda: not server.unready())
    status, _, after = server.post("A bridge after all.")
    assert status == 201
    assert server.seen() == {before, waiting, after}
    assert "quixotic" not in (tmp_path / "log").read_text(encoding="utf-8")


def test_another_scorer_judges_nothing_before_the_server_is_restarted(start, serve, path, tmp_path):
    process = start("scorer", "serve", "--socket", path, **FAKE)
    answers(process, f"unix:{path}").close()
    server = serve()
    assert server.post("A fine bridge.")[0] == 201
    kill(process)
    process = start("scorer", "serve", "--socket", path, COMMENTSVC_SCORER_ENGINE="shipped")
    other = answers(process, f"unix:{path}")
    assert other.version.engine == "shipped"
    other.close()
    status, state, waiting = server.post("Another bridge.")
    assert (status, state) == (202, "pending")
    wait_until("the server to say what is missing", lambda: server.unready() == {"/scorer"})
    assert "remote_scorer_changed" in (tmp_path / "log").read_text(encoding="utf-8")
    server.process.send_signal(signal.SIGTERM)
    assert server.process.wait(60) == 0
    server = serve()
    assert server.post("A third bridge.")[0] == 201
    wait_until("the comment to be scored", lambda: waiting in server.seen())
