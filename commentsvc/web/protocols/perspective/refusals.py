"""Every refusal in the shape in which Google's interfaces give theirs: clients read `error.message`, some look for `errorType`."""

from http import HTTPStatus
from typing import Final

import structlog
from flask import Blueprint, Response
from werkzeug.exceptions import HTTPException

from commentsvc.domain.errors import DomainError, ThrottledError
from commentsvc.domain.ports import ScorerUnavailableError
from commentsvc.web.refusals import MalformedJsonError, PayloadTooLargeError
from commentsvc.web.strictjson import json_response

log = structlog.get_logger(__name__)

INVALID_REQUEST: Final = "INVALID_REQUEST"
_ERROR: Final = "type.googleapis.com/google.commentanalyzer.v1alpha1.Error"
_INFO: Final = "type.googleapis.com/google.rpc.ErrorInfo"
_STATUS: Final = {
    400: "INVALID_ARGUMENT",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    405: "UNIMPLEMENTED",
    413: "INVALID_ARGUMENT",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    503: "UNAVAILABLE",
}
_RETRY_AFTER_S: Final = 1


class RefusedRequestError(Exception):
    """A request that the protocol answers with 400: `error_type` is its word for why, `more` what it says besides."""

    def __init__(self, message: str, error_type: str = INVALID_REQUEST, more: dict[str, object] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.details: list[dict[str, object]] = [{"@type": _ERROR, "errorType": error_type, **(more or {})}]


class RefusedKeyError(Exception):
    """No key, or one that is not ours."""


def refuse_as_google_does(blueprint: Blueprint) -> None:
    """Answer whatever goes wrong on the routes of `blueprint` in this shape."""
    blueprint.register_error_handler(RefusedRequestError, _on_request)
    blueprint.register_error_handler(RefusedKeyError, _on_key)
    blueprint.register_error_handler(ThrottledError, _on_throttled)
    blueprint.register_error_handler(PayloadTooLargeError, _on_too_large)
    blueprint.register_error_handler(DomainError, _on_domain_error)
    blueprint.register_error_handler(ScorerUnavailableError, _on_no_scores)
    blueprint.register_error_handler(HTTPException, _on_http_exception)
    blueprint.register_error_handler(Exception, _on_unknown_error)


def refusal(status: int, message: str, details: list[dict[str, object]] | None = None, retry_after_s: int | None = None) -> Response:
    """Make the answer of a refusal."""
    error = {"code": status, "message": message, "status": _STATUS.get(status, "UNKNOWN")}
    response = json_response({"error": error | ({"details": details} if details else {})}, status)
    response.headers["Cache-Control"] = "no-store"
    if retry_after_s is not None:
        response.headers["Retry-After"] = str(retry_after_s)
    return response


def _on_request(error: RefusedRequestError) -> Response:
    return refusal(400, error.message, error.details)


def _on_key(_error: RefusedKeyError) -> Response:
    # One answer for no key and for a wrong one: the clients make no difference either.
    return refusal(403, "The request is missing a valid API key.", [_info("API_KEY_INVALID")])


def _on_throttled(error: ThrottledError) -> Response:
    message = "Quota exceeded for quota metric 'Analysis requests' and limit 'Queries per second' of this key."
    return refusal(429, message, [_info("RATE_LIMIT_EXCEEDED")], error.retry_after_s)


def _on_too_large(_error: PayloadTooLargeError) -> Response:
    return refusal(413, "Request payload size exceeds the limit.")


def _on_domain_error(error: DomainError) -> Response:
    what = "Invalid JSON payload received. " if isinstance(error, MalformedJsonError) else ""
    return _on_request(RefusedRequestError(what + error.detail))


def _on_no_scores(_error: ScorerUnavailableError) -> Response:
    return refusal(503, "The scorer did not answer in time.", retry_after_s=_RETRY_AFTER_S)


def _on_http_exception(error: HTTPException) -> Response:
    code = error.code or 500
    response = refusal(code, HTTPStatus(code).phrase)
    response.headers.extend([(name, value) for name, value in error.get_headers() if name == "Allow"])
    return response


def _on_unknown_error(error: Exception) -> Response:
    log.error("request_failed", exc_info=error)
    return refusal(500, "Internal error encountered.")


def _info(reason: str) -> dict[str, object]:
    return {"@type": _INFO, "reason": reason, "domain": "googleapis.com"}
