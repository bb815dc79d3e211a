"""What a client of the Perspective API sends, in one line each."""

from collections.abc import Mapping
from typing import Any

from flask import Flask

KEY = "a-key-for-tests-0123456789"
SLOW_KEY = "another-key-for-tests-01234"
ANALYZE = "/v1alpha1/comments:analyze"
SUGGEST = "/v1alpha1/comments:suggestscore"
SCORES = {"TOXICITY": {"summaryScore": {"value": 0}}}
BODY = {"comment": {"text": "Hm."}, "requestedAttributes": {"TOXICITY": {}}, "attributeScores": SCORES}
"""Does for either method, since each passes over what is the other's."""
ERROR = "type.googleapis.com/google.commentanalyzer.v1alpha1.Error"


class Perspective:
    """Asks an application."""

    def __init__(self, app: Flask) -> None:
        self.client = app.test_client(use_cookies=False)

    def send(self, path: str, body: Any = None, *, key: str | None = KEY, raw: bytes | None = None, **options: Any) -> Any:
        query = f"?key={key}" if key else ""
        sent = {"data": raw} if raw is not None else {"json": body}
        return self.client.post(path + query, **sent, **options)

    def analyze(self, text: str = "A civil comment.", *attributes: str, **members: Any) -> Any:
        asked: Mapping[str, Any] = {name: {} for name in attributes or ("TOXICITY",)}
        return self.send(ANALYZE, {"comment": {"text": text}, "requestedAttributes": asked} | members)

    def scores(self, text: str, *attributes: str, **members: Any) -> dict[str, float]:
        """The summary scores of an answer that is one."""
        answer = self.analyze(text, *attributes, **members)
        assert answer.status_code == 200, answer.json
        return {name: given["summaryScore"]["value"] for name, given in answer.json["attributeScores"].items()}

    def suggest(self, text: str = "A civil comment.", value: Any = 1, **members: Any) -> Any:
        scores = {"TOXICITY": {"summaryScore": {"value": value}}}
        return self.send(SUGGEST, {"comment": {"text": text}, "attributeScores": scores} | members)


def refused(answer: Any, status: int, error_type: str | None = None, message: str | None = None) -> dict[str, Any]:
    """The error of an answer that refuses, in Google's shape; its first detail."""
    words = {
        400: "INVALID_ARGUMENT",
        403: "PERMISSION_DENIED",
        404: "NOT_FOUND",
        405: "UNIMPLEMENTED",
        413: "INVALID_ARGUMENT",
        429: "RESOURCE_EXHAUSTED",
        500: "INTERNAL",
        503: "UNAVAILABLE",
    }
    assert answer.status_code == status, answer.get_data(as_text=True)
    assert answer.mimetype == "application/json"
    assert set(answer.json) == {"error"}
    error = answer.json["error"]
    assert (error["code"], error["status"]) == (status, words[status])
    assert error["message"]
    if message is not None:
        assert error["message"] == message
    if error_type is None:
        return {}
    (detail,) = error["details"]
    assert detail["@type"] == ERROR
    assert detail["errorType"] == error_type
    return dict(detail)
