"""A scorer in another process: the contract, what is believed of its answers, and what happens when it is away or another one."""

import os
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from commentsvc.domain.labels import Label
from commentsvc.domain.ports import ScorerUnavailableError
from commentsvc.scoring.batching import BatchingScorer
from commentsvc.scoring.checks import ScorerFileError
from commentsvc.scoring.fake_scorer import FakeScorer
from commentsvc.scoring.registry import build_configured_scorer, build_scorer
from commentsvc.scoring.remote_scorer import RemoteOptions, RemoteScorer
from commentsvc.scoring.remote_wire import MAX_TEXTS
from commentsvc.settings import load_settings
from tests.scoring.contract import ScorerContract
from tests.scoring.remote_servers import LONG_S, Stand
from tests.support.waiting import wait_until


@pytest.fixture(scope="module")
def process(tmp_path_factory):
    """The shipped scorer in a real scoring process, at a Unix socket."""
    path = tmp_path_factory.mktemp("s") / "scorer.sock"
    command = [str(Path(sys.executable).with_name("commentsvc")), "scorer", "serve", "--socket", str(path)]
    running = subprocess.Popen(command, stderr=subprocess.DEVNULL, start_new_session=True)
    scorer = RemoteScorer(RemoteOptions(f"unix:{path}", timeout_s=LONG_S))
    wait_until("the scoring process to answer", lambda: scorer.is_reachable() or running.poll() is not None)
    yield scorer
    scorer.close()
    os.killpg(running.pid, signal.SIGTERM)
    assert running.wait(60) == 0


class TestRemoteFake(ScorerContract):
    @pytest.fixture(scope="class")
    @classmethod
    def scorer(cls):
        made = Stand()
        yield made.ask(made.serve())
        made.close()


class TestRemoteProcess(ScorerContract):
    @pytest.fixture(scope="class")
    @classmethod
    def scorer(cls, process):
        return process


def test_scores_are_those_of_the_scorer_itself(process):
    here, texts = build_scorer("shipped"), ["You are an idiot", "", "a\ud800b you stupid \x00 fool", "Thank you. " * 200, "🙂" * 40]
    assert process.version == here.version
    assert process.version.calibration == here.version.calibration
    assert process.score(texts) == here.score(texts)
    assert [process.spans(text) for text in texts] == [here.spans(text) for text in texts]


# -- Sharing -------------------------------------------------------------------------------------------------------------------
def test_several_servers_share_a_call(stand):
    served = stand.serve()
    servers = [stand.ask(served) for _ in range(3)]
    for server in servers:
        assert server.version.name == "fake"
    stand.fake.hold()
    with ThreadPoolExecutor(4) as pool:
        first = pool.submit(servers[0].score, ["first"])
        assert stand.fake.has_entered.wait(LONG_S)
        others = [pool.submit(server.score, [f"an idiot {at}", "b"]) for at, server in enumerate(servers)]
        wait_until("all texts to wait", lambda: served.application._scorer.waiting_count == 6)
        stand.fake.release()
        assert len(first.result(LONG_S)) == 1
        assert [[one.values[Label.INSULT] > 0.5 for one in other.result(LONG_S)] for other in others] == [[True, False]] * 3
    assert [len(batch) for batch in stand.fake.batches] == [1, 6]


def test_bulk_work_goes_beside_the_queue_in_bounded_requests(stand):
    remote = stand.ask(stand.serve())
    texts = [f"toxicity=0.{at:03d}" for at in range(150)]
    assert [round(one.values[Label.TOXICITY] * 1000) for one in remote.score(texts)] == list(range(150))
    assert [len(batch) for batch in stand.fake.batches] == [MAX_TEXTS, MAX_TEXTS, 150 - 2 * MAX_TEXTS]


def test_bulk_work_that_waits_leaves_threads_to_readers(stand):
    served = stand.serve(stand.service(threads=4))
    bulk, reader = [stand.ask(served) for _ in range(3)], stand.ask(served)
    assert reader.score(["warm"])
    stand.fake.hold()
    with ThreadPoolExecutor(4) as pool:
        # Two may wait, which is half of the threads; a third is sent away at once.
        running = [pool.submit(one.score, ["bulk"] * 9) for one in bulk]
        wait_until("one of three to be refused", lambda: any(one.done() for one in running))
        (refused,) = [one for one in running if one.done()]
        with pytest.raises(ScorerUnavailableError, match="could not score in time"):
            refused.result()
        stand.fake.release()
        assert all(len(one.result(LONG_S)) == 9 for one in running if one is not refused)


def test_connections_are_kept_and_bounded(stand):
    served = stand.serve()
    remote = stand.ask(served)
    for _ in range(10):
        remote.score(["one after another"])
    assert served.connection_count == 1
    stand.fake.hold()
    with ThreadPoolExecutor(20) as pool:
        answers = [pool.submit(remote.score, [f"at once {at}"]) for at in range(20)]
        wait_until("as many to wait as may", lambda: served.most_open == 8)
        stand.fake.release()
        assert all(len(answer.result(LONG_S)) == 1 for answer in answers)
    assert served.most_open == 8


def test_spans_never_take_every_connection(stand):
    served = stand.serve()
    remote = stand.ask(served)
    assert remote.score(["warm"])
    entered, go = threading.Semaphore(0), threading.Event()
    plain = served.application

    def slow_spans(environ, start_response):
        if environ["PATH_INFO"].endswith("spans"):
            entered.release()
            go.wait(LONG_S)
        return plain(environ, start_response)

    served.application = slow_spans
    with ThreadPoolExecutor(10) as pool:
        asked = [pool.submit(remote.spans, "an idiot") for _ in range(10)]
        for _ in range(6):
            assert entered.acquire(timeout=LONG_S)
        assert len(remote.score(["a reader's comment"])) == 1
        go.set()
        assert all(one.result(LONG_S) for one in asked)


def test_a_connection_hung_up_meanwhile_is_made_anew(stand):
    served = stand.serve()
    remote = stand.ask(served)
    remote.score(["before"])
    served.hang_up()
    assert len(remote.score(["after"])) == 1
    assert served.connection_count == 2


def test_a_connection_hung_up_at_the_moment_of_asking_is_made_anew(stand):
    served = stand.serve()
    remote = stand.ask(served)
    remote.score(["before"])
    plain, hung_up = served.application, threading.Event()

    def once(environ, start_response):
        if not hung_up.is_set():
            hung_up.set()
            raise ConnectionAbortedError
        return plain(environ, start_response)

    served.application = once
    assert len(remote.score(["after"])) == 1


# -- Away, late, another one ---------------------------------------------------------------------------------------------------
def test_nobody_there_is_said_at_once_and_passes(stand):
    served = stand.serve()
    remote = stand.ask(served)
    batching = BatchingScorer(remote)
    batching.warm()
    assert batching.is_ready
    served.stop()
    with pytest.raises(ScorerUnavailableError, match="does not answer: ConnectionRefusedError"):
        remote.score(["x"])
    assert batching.score_within("x", LONG_S) is None
    wait_until("readiness to end", lambda: not batching.is_ready)
    served.start()
    assert batching.score_within("x", LONG_S) is not None
    wait_until("readiness to return", lambda: batching.is_ready)
    batching.close()
    assert not batching.is_ready
    with pytest.raises(ScorerUnavailableError, match="closed"):
        remote.score(["x"])


def test_a_scorer_never_heard_of_has_no_version(stand):
    served = stand.serve()
    remote = stand.ask(served)
    served.stop()
    with pytest.raises(ScorerUnavailableError):
        _ = remote.version
    assert not remote.is_reachable()
    served.start()
    assert remote.version == stand.fake.version


def test_a_scorer_that_hangs_is_given_up_in_time(stand):
    served = stand.serve()
    remote = stand.ask(served, timeout_s=0.2)
    assert remote.version.name == "fake"
    stand.fake.hold()
    for texts in (["x"], ["x"] * 9):
        with pytest.raises(ScorerUnavailableError, match="in time"):
            remote.score(texts)
    stand.fake.release()
    assert len(stand.ask(served).score(["x"])) == 1


def test_a_process_that_hangs_is_given_up_in_time(stand):
    served = stand.serve()
    remote = stand.ask(served, timeout_s=0.2)
    assert remote.version.name == "fake"
    plain, go = served.application, threading.Event()

    def hang(environ, start_response):
        go.wait(LONG_S)
        return plain(environ, start_response)

    served.application = hang
    with pytest.raises(ScorerUnavailableError, match="did not answer in time"):
        remote.score(["x"])
    go.set()
    assert len(stand.ask(served).score(["x"])) == 1


def test_readers_wait_for_their_budget_alone(stand):
    batching = BatchingScorer(stand.ask(stand.serve()))
    batching.warm()
    stand.fake.hold()
    assert batching.score_within("late", 0.05) is None
    stand.fake.release()
    assert batching.score_within("in time", LONG_S) is not None
    batching.close()


def test_an_answer_that_trickles_is_given_up_in_time(stand):
    gone = threading.Event()

    def trickle(environ, start_response):
        start_response("200 OK", [("Content-Length", "100000")])

        def parts():
            while not gone.wait(0.01):
                yield b" "

        return parts()

    remote = stand.ask(stand.serve(trickle), timeout_s=0.3)
    with pytest.raises(ScorerUnavailableError, match="did not answer in time"):
        remote.score(["x"])
    gone.set()


class OtherCalibration(FakeScorer):
    @property
    def version(self):
        return replace(super().version, calibration={Label.TOXICITY: ((0.0, 1.0), (0.0, 0.5))})


@pytest.mark.parametrize("other", [FakeScorer(name="another"), OtherCalibration()])
def test_another_scorer_is_noticed_and_refused_until_the_first_is_back(stand, other):
    served = stand.serve()
    remote = stand.ask(served)
    before = remote.score(["an idiot"])
    first = served.application
    served.stop()
    served.application = stand.service(other)
    served.start()
    with capture_logs() as logs:
        for _ in range(3):
            with pytest.raises(ScorerUnavailableError, match="another scorer than at the start"):
                remote.score(["an idiot"])
    told = [(line["event"], line["log_level"]) for line in logs]
    assert told == [("remote_scorer_changed", "error")]
    assert remote.version == stand.fake.version
    assert not remote.is_reachable()
    assert "/v1/score" not in served.paths[served.paths.index("/v1/score") + 1 :], "the other one was not even asked"
    # One that is built now takes it as it is.
    assert stand.ask(served).version.name == other.version.name
    served.stop()
    served.application = first
    served.start()
    assert remote.score(["an idiot"]) == before


def test_another_scorer_behind_the_same_connection_is_noticed(stand):
    served = stand.serve()
    remote = stand.ask(served)
    remote.score(["x"])
    served.application = stand.service(FakeScorer(name="another"))
    with pytest.raises(ScorerUnavailableError, match="another scorer"):
        remote.score(["x"])
    assert served.connection_count == 1


def test_the_digest_of_the_settings_must_be_the_model_s(stand):
    served = stand.serve()
    assert stand.ask(served, digest=stand.fake.version.digest.upper()).score(["x"])
    with pytest.raises(ScorerUnavailableError, match="the settings ask for"):
        stand.ask(served, digest="0" * 64).score(["x"])


# -- Secrets -------------------------------------------------------------------------------------------------------------------
def secret_file(folder, text):
    path = folder / "secret"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_a_secret_lets_in_and_its_lack_does_not(stand, tmp_path):
    served = stand.serve(stand.service(secret="s" * 40))
    assert stand.ask(served, secret_file=secret_file(tmp_path, f"{'s' * 40}\n")).score(["x"])
    for options in ({}, {"secret_file": secret_file(tmp_path, "t" * 40)}):
        with pytest.raises(ScorerUnavailableError, match="refuses the secret"):
            stand.ask(served, **options).score(["x"])
    assert stand.fake.batches == [("x",)]


@pytest.mark.parametrize("text", ["", "too short", "ä" * 40, f"{'a' * 20} {'b' * 20}", f"{'a' * 40}\n{'b' * 40}"])
def test_a_secret_that_is_none_is_refused(tmp_path, text):
    with pytest.raises(ScorerFileError, match="secret_file"):
        RemoteScorer(RemoteOptions("http://127.0.0.1:9", secret_file(tmp_path, text)))


def test_a_network_needs_a_secret(tmp_path):
    with pytest.raises(ScorerFileError, match="shared secret"):
        RemoteScorer(RemoteOptions("http://192.0.2.1:9000"))
    RemoteScorer(RemoteOptions("http://192.0.2.1:9000", secret_file(tmp_path, "s" * 40)))
    with pytest.raises(ScorerFileError, match="cannot be read"):
        RemoteScorer(RemoteOptions("http://127.0.0.1:9", str(tmp_path / "nothing")))


# -- Settings ------------------------------------------------------------------------------------------------------------------
def test_settings_name_a_remote_scorer(stand):
    served = stand.serve()
    environ = {"COMMENTSVC_SCORER_ENGINE": "remote", "COMMENTSVC_SCORER_URL": served.url, "COMMENTSVC_SCORER_TIMEOUT_S": "7"}
    scorer = build_configured_scorer(load_settings(environ).scorer)
    assert isinstance(scorer, RemoteScorer)
    assert scorer.version == stand.fake.version
    scorer.close()


def test_a_remote_scorer_without_settings_is_refused():
    with pytest.raises(ScorerFileError, match=r"scorer\.url"):
        build_scorer("remote")
    with pytest.raises(ScorerFileError, match=r"scorer\.url"):
        build_configured_scorer(load_settings({"COMMENTSVC_SCORER_ENGINE": "remote"}).scorer)
