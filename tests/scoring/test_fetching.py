"""Fetching a checkpoint from a real server over TLS, however that behaves."""

import random

import pytest

from commentsvc.scoring.checks import ScorerFileError
from commentsvc.scoring.fetching import TRIES, fetch
from tests.support.https_server import serving_https

CONTENT = random.Random(1).randbytes(3_500_000)
LATER = "try again later, or fetch it elsewhere, then use --checkpoint and --model-files"


@pytest.fixture
def server(tmp_path, monkeypatch):
    with serving_https(tmp_path) as running:
        monkeypatch.setenv("SSL_CERT_FILE", str(running.certificate))
        running.files["/x.ckpt"] = CONTENT
        yield running


def fetched(server, tmp_path, path="/x.ckpt", **settings):
    told: list[str] = []
    fetch(server.address + path, tmp_path / "got", told.append, **settings)
    return (tmp_path / "got").read_bytes(), told


def refusal(server, tmp_path, path="/x.ckpt", **settings):
    with pytest.raises(ScorerFileError) as refused:
        fetched(server, tmp_path, path, **settings)
    return str(refused.value)


def test_a_whole_file_comes_with_word_of_its_progress(server, tmp_path):
    content, told = fetched(server, tmp_path)
    assert content == CONTENT
    assert told[0] == f"fetching {server.address}/x.ckpt"
    assert told[-1] == "  100 % of 3.5 MB"
    assert server.asked == [("/x.ckpt", None)]


def test_an_empty_file_is_a_file(server, tmp_path):
    server.files["/empty"] = b""
    assert fetched(server, tmp_path, "/empty")[0] == b""


def test_it_goes_on_where_the_connection_broke_off(server, tmp_path):
    server.breaks["/x.ckpt"] = [1_000_000, 2_000_000]
    content, told = fetched(server, tmp_path)
    assert content == CONTENT
    assert server.asked == [("/x.ckpt", None), ("/x.ckpt", "bytes=1000000-"), ("/x.ckpt", "bytes=3000000-")]
    assert "  broke off after 1,000,000 bytes (ended after 1,000,000 of 3,500,000 bytes): going on" in told


def test_it_begins_anew_where_a_server_cannot_go_on(server, tmp_path):
    server.takes_ranges = False
    server.breaks["/x.ckpt"] = [1_000_000, 500_000]
    assert fetched(server, tmp_path)[0] == CONTENT
    assert len(server.asked) == 3


def test_a_file_that_always_ends_early_is_refused(server, tmp_path):
    server.breaks["/x.ckpt"] = [1_000_000] + [0] * 10
    cause = f"ended after 1,000,000 of 3,500,000 bytes, {TRIES} times"
    assert refusal(server, tmp_path) == f"{server.address}/x.ckpt cannot be fetched ({cause}): {LATER}"
    assert len(server.asked) == TRIES


def test_a_server_that_falls_silent_is_not_waited_for_without_end(server, tmp_path):
    server.silent.add("/x.ckpt")
    assert f"cannot be fetched (nothing came for 0.2 s, {TRIES} times): {LATER}" in refusal(server, tmp_path, timeout_s=0.2)


def test_a_file_that_is_not_there_is_asked_for_once(server, tmp_path):
    said = refusal(server, tmp_path, "/elsewhere")
    assert "cannot be fetched (HTTP Error 404: Not Found): fetch it elsewhere, then use --checkpoint and --model-files" in said
    assert len(server.asked) == 1


def test_a_move_is_followed(server, tmp_path):
    server.moved |= {"/release": "/storage", "/storage": f"{server.address}/x.ckpt"}
    assert fetched(server, tmp_path, "/release")[0] == CONTENT


def test_a_move_away_from_https_is_not_followed(server, tmp_path):
    plain = server.address.replace("https", "http") + "/x.ckpt"
    server.moved["/release"] = plain
    assert f"{server.address}/release leads to {plain}, which is not https" in refusal(server, tmp_path, "/release")
    assert server.asked == [("/release", None)]


def test_a_move_in_circles_ends(server, tmp_path):
    server.moved |= {"/a": "/b", "/b": "/a"}
    assert "infinite loop" in refusal(server, tmp_path, "/a")


def test_a_server_that_nobody_vouches_for_gets_no_request(server, tmp_path, monkeypatch):
    monkeypatch.delenv("SSL_CERT_FILE")
    assert "CERTIFICATE_VERIFY_FAILED" in refusal(server, tmp_path)
    assert server.asked == []


def test_no_server_at_all_is_said(server, tmp_path):
    server.address = "https://127.0.0.1:1"
    assert "Connection refused" in refusal(server, tmp_path)
