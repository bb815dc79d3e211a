"""The scoring process's side: strict about what it takes, and silent about what it was given."""

import io
from concurrent.futures import ThreadPoolExecutor

import orjson
import pytest
from structlog.testing import capture_logs

from commentsvc.scoring.batching import BatchingScorer
from commentsvc.scoring.fake_scorer import FakeMood, FakeScorer
from commentsvc.scoring.remote_service import ScoringService
from commentsvc.scoring.remote_wire import MAX_REQUEST_BYTES, MAX_TEXTS, write_version
from tests.scoring.remote_servers import CANARY, LONG_S

FINGERPRINT = write_version(FakeScorer().version)["fingerprint"]


def call(service, path="/v1/score", body=b'["x"]', **environ):
    """One request past every network; the status and what was said."""
    given = {"PATH_INFO": path, "REQUEST_METHOD": "POST", "CONTENT_TYPE": "application/json", "CONTENT_LENGTH": str(len(body))}
    given |= {"wsgi.input": io.BytesIO(body), **environ}
    told = []
    (answer,) = service({name: value for name, value in given.items() if value is not None}, lambda *head: told.append(head))
    ((status, headers),) = told
    assert dict(headers)["Content-Length"] == str(len(answer))
    return int(status[:3]), orjson.loads(answer)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b'"x"',
        b"{}",
        b'{"texts": ["x"]}',
        b"[1]",
        b'["x", null]',
        b'[["x"]]',
        b'["x"',
        b'["x"] ["y"]',
        b"['x']",
        b'["\xff"]',
        b'\xef\xbb\xbf["x"]',
        rb'["\ud800"]',
        b"[NaN]",
        b"[" * 200_000,
        orjson.dumps(["x"] * (MAX_TEXTS + 1)),
    ],
)
def test_what_is_no_request_is_refused(stand, body):
    status, answer = call(stand.service(), body=body)
    assert status == 400
    assert set(answer) == {"error"}
    assert stand.fake.batches == []


@pytest.mark.parametrize("body", [b"", b"[]", b'["x"]', b"{}", b"1", b'"x'])
def test_spans_are_of_one_text(stand, body):
    assert call(stand.service(), "/v1/spans", body)[0] == 400


@pytest.mark.parametrize(
    ("environ", "status"),
    [
        ({"CONTENT_TYPE": "text/plain"}, 415),
        ({"CONTENT_TYPE": None}, 415),
        ({"CONTENT_TYPE": "application/json; charset=utf-8"}, 200),
        ({"CONTENT_LENGTH": None}, 411),
        ({"CONTENT_LENGTH": "-1"}, 411),
        ({"CONTENT_LENGTH": "5x"}, 411),
        ({"CONTENT_LENGTH": "6"}, 400),
        ({"CONTENT_LENGTH": str(MAX_REQUEST_BYTES + 1), "wsgi.input": None}, 413),
        ({"CONTENT_LENGTH": "9" * 5000, "wsgi.input": None}, 413),
        ({"REQUEST_METHOD": "GET"}, 405),
        ({"PATH_INFO": "/v1/version"}, 405),
        ({"PATH_INFO": "/"}, 404),
        ({"PATH_INFO": "/v1/score/"}, 404),
        ({"HTTP_PATIENCE_MS": "x"}, 400),
        ({"HTTP_PATIENCE_MS": "-1"}, 400),
        ({"HTTP_PATIENCE_MS": "9" * 5000}, 400),
        ({"HTTP_PATIENCE_MS": "60000"}, 200),
    ],
)
def test_requests_are_taken_strictly(stand, environ, status):
    assert call(stand.service(), **environ)[0] == status


def test_whose_patience_is_over_is_not_scored(stand):
    service = stand.service()
    stand.fake.hold()
    with ThreadPoolExecutor(1) as pool:
        busy = pool.submit(call, service, body=b'["busy"]')
        assert stand.fake.has_entered.wait(LONG_S)
        assert call(service, body=b'["gone"]', HTTP_PATIENCE_MS="0")[0] == 503
        stand.fake.release()
        assert busy.result(LONG_S)[0] == 200
    assert call(service, body=b'["stays"]')[0] == 200
    assert ("gone",) not in stand.fake.batches


def test_nothing_in_nothing_out(stand):
    assert call(stand.service(), body=b"[]") == (200, {"fingerprint": FINGERPRINT, "scores": []})


def test_health_needs_no_secret_and_the_rest_does(stand):
    service = stand.service(secret="s" * 40)
    asked = {"REQUEST_METHOD": "GET"}
    assert call(service, "/health", **asked) == (200, {"status": "ok"})
    assert call(service, "/v1/version", **asked)[0] == 401
    assert call(service, HTTP_AUTHORIZATION=f"Bearer {'s' * 39}")[0] == 401
    assert call(service, HTTP_AUTHORIZATION="Bearer \xff\u2603")[0] == 401
    assert call(service, HTTP_AUTHORIZATION=f"Bearer {'s' * 40}")[0] == 200
    assert call(service, "/v1/version", HTTP_AUTHORIZATION=f"Bearer {'s' * 40}", **asked)[0] == 200


def test_health_ends_with_the_scorer(stand):
    service = stand.service()
    service._scorer.close()
    assert call(service, "/health", REQUEST_METHOD="GET")[0] == 503


class Talkative(FakeScorer):
    """Says in its errors what it was given."""

    def score(self, texts):
        if any(CANARY in text for text in texts):
            raise RuntimeError(f"cannot bear {texts}")
        return super().score(texts)

    def spans(self, text):
        raise RuntimeError(f"cannot bear {text}")


@pytest.mark.parametrize("mood", list(FakeMood))
def test_no_words_in_logs_and_errors(stand, mood):
    service = stand.service(Talkative())
    stand.fake.mood = mood
    plain = ScoringService(BatchingScorer(stand.fake), shared_texts=8, threads=4)
    with capture_logs() as logs:
        for one in (service, plain):
            for body in (orjson.dumps([CANARY]), orjson.dumps([CANARY] * 9), CANARY.encode(), orjson.dumps({CANARY: 1})):
                status, answer = call(one, body=body)
                assert status in ({200, 400} if one is plain and mood is FakeMood.WELL else {400, 503})
                assert CANARY not in str(answer)
        assert call(service, "/v1/spans", orjson.dumps(CANARY))[0] == 503
    assert logs
    assert CANARY not in str(logs)
    plain._scorer.close()


def test_what_nobody_thought_of_is_an_answer_too(stand):
    service = stand.service()

    class Broken:
        def read(self, _size):
            raise RuntimeError(CANARY)

    with capture_logs() as logs:
        assert call(service, **{"wsgi.input": Broken()}) == (500, {"error": "Something went wrong."})
    assert [line["event"] for line in logs] == ["request_failed"]
