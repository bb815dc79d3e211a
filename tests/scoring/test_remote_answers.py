"""What is believed of a scoring process's answers: nothing that a scorer could not have said."""

import json

import pytest

from commentsvc.domain.labels import Label
from commentsvc.domain.ports import ScorerUnavailableError
from commentsvc.scoring.fake_scorer import FakeScorer
from commentsvc.scoring.remote_wire import read_version, write_version

GOOD = {label.value: 0.5 for label in FakeScorer().version.labels}
FINGERPRINT = write_version(FakeScorer().version)["fingerprint"]


def lying(stand, path, answer, status="200 OK", headers=()):
    """Says the truth about everything but `path`."""
    service = stand.service()

    def application(environ, start_response):
        if environ["PATH_INFO"] != path:
            return service(environ, start_response)
        environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH", 0)))
        body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        start_response(status, [*headers, *([] if dict(headers).get("Transfer-Encoding") else [("Content-Length", str(len(body)))])])
        return [body]

    return application


def scored(*rows, fingerprint=FINGERPRINT):
    return {"fingerprint": fingerprint, "scores": list(rows)}


@pytest.mark.parametrize(
    "answer",
    [
        scored({name: value for name, value in GOOD.items() if name != "threat"}),
        scored(GOOD | {"kindness": 0.5}),
        scored({("kindness" if name == "threat" else name): value for name, value in GOOD.items()}),
        scored(GOOD | {"threat": None}),
        scored(GOOD | {"threat": 1.01}),
        scored(GOOD | {"threat": -0.01}),
        scored(GOOD | {"threat": True}),
        scored(GOOD | {"threat": "0.5"}),
        scored(GOOD | {"threat": 10**15}),
        scored(),
        scored(GOOD, GOOD),
        scored([0.5] * 6),
        scored(GOOD, fingerprint="0" * 64),
        {"scores": [GOOD]},
        {"fingerprint": FINGERPRINT},
        {"fingerprint": FINGERPRINT, "scores": GOOD},
        [GOOD],
        b'{"fingerprint": "%s", "scores": [{"toxicity": NaN}]}' % FINGERPRINT.encode(),
        b"",
        b"\xff\xfe",
        b"[" * 100_000,
        b" " * 5_000_000,
    ],
)
def test_what_is_no_answer_is_refused(stand, answer):
    application = lying(stand, "/v1/score", answer)
    remote = stand.ask(stand.serve(application))
    with pytest.raises(ScorerUnavailableError):
        remote.score(["x"])


def test_a_good_answer_of_the_same_making_is_taken(stand):
    application = lying(stand, "/v1/score", scored(GOOD | {"threat": 0, "insult": 1}))
    assert stand.ask(stand.serve(application)).score(["x"])[0].values[Label.INSULT] == 1.0


@pytest.mark.parametrize(
    "spans",
    [
        [[0, 9, "toxicity", 0.5]],
        [[2, 2, "toxicity", 0.5]],
        [[-1, 2, "toxicity", 0.5]],
        [[0, 2, "toxicity", 1.5]],
        [[0, 2, "sexual_explicit", 0.5]],
        [[0, 2, "kindness", 0.5]],
        [[2, 4, "toxicity", 0.5], [0, 1, "insult", 0.5]],
        [[0, 3, "toxicity", 0.5], [2, 4, "toxicity", 0.5]],
        [[0.0, 2, "toxicity", 0.5]],
        [[0, 2, "toxicity"]],
        ["span"],
        [None],
        None,
        {},
    ],
)
def test_spans_that_are_none_are_refused(stand, spans):
    application = lying(stand, "/v1/spans", {"fingerprint": FINGERPRINT, "spans": spans})
    with pytest.raises(ScorerUnavailableError):
        stand.ask(stand.serve(application)).spans("abcde")


@pytest.mark.parametrize("change", [{"labels": []}, {"labels": ["threat", "toxicity"]}, {"digest": "x"}, {"name": 1}, {"more": 1}])
def test_a_version_that_is_none_is_refused(change):
    document = write_version(FakeScorer().version)
    assert read_version(document) == (FakeScorer().version, document["fingerprint"])
    with pytest.raises(ScorerUnavailableError):
        read_version(document | change)


@pytest.mark.parametrize("junk", [None, [], "x", 1, {}])
def test_junk_is_no_version(junk):
    with pytest.raises(ScorerUnavailableError):
        read_version(junk)


@pytest.mark.parametrize("path", ["/v1/score", "/v1/version"])
def test_redirects_are_not_followed(stand, path):
    target = stand.serve()
    application = lying(stand, path, b"", "307 Temporary Redirect", [("Location", f"{target.url}{path}")])
    with pytest.raises(ScorerUnavailableError, match="status 307"):
        stand.ask(stand.serve(application)).score(["x"])
    assert target.connection_count == 0


def test_an_answer_without_a_length_is_refused(stand):
    application = lying(stand, "/v1/score", b"2\r\n{}\r\n0\r\n\r\n", headers=[("Transfer-Encoding", "chunked")])
    with pytest.raises(ScorerUnavailableError):
        stand.ask(stand.serve(application)).score(["x"])
