"""Every refusal as RFC 9457 has it. This module holds the only table from a problem's code to its HTTP status and title."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, cast

import structlog
from flask import Flask, Response, current_app, g, has_request_context, request
from markupsafe import Markup
from marshmallow import ValidationError
from werkzeug.exceptions import HTTPException

from commentsvc.domain.errors import DomainError, FieldProblem, ThrottledError
from commentsvc.web import strictjson

log = structlog.get_logger(__name__)

CONTENT_TYPE = "application/problem+json"
_EXTENSION = "commentsvc.problems"
_MAX_FIELDS = 50
_MAX_POINTER = 300


@dataclass(frozen=True, slots=True)
class ProblemKind:
    """What a code means: its HTTP status, a title that never changes, and what a developer can do about it."""

    status: int
    title: str
    advice: str


PROBLEMS: Mapping[str, ProblemKind] = {
    # The request
    "malformed-request": ProblemKind(400, "Malformed request", "Path, query or a header holds bytes that are not UTF-8 text, or NUL."),
    "malformed-json": ProblemKind(400, "Malformed JSON", "Send JSON as RFC 8259 has it: UTF-8, no duplicate names, no NaN."),
    "unauthenticated": ProblemKind(401, "Not signed in", "Send a valid token, or sign in again."),
    "forbidden": ProblemKind(403, "Not allowed", "You are known, and this is not yours to do."),
    "csrf-refused": ProblemKind(403, "Not sent from our page", "Reload the page and try again; programs use a token in place of a cookie."),
    "not-found": ProblemKind(404, "Not found", "It does not exist, or you may not know that it does."),
    "method-not-allowed": ProblemKind(405, "Method not allowed", "The Allow header names the methods of this address."),
    "not-acceptable": ProblemKind(406, "Not acceptable", "This address does not answer in a form that you accept."),
    "request-timeout": ProblemKind(408, "Request took too long", "Send the request again."),
    "precondition-failed": ProblemKind(412, "Changed in the meantime", "Fetch it again and repeat the change on the new version."),
    "payload-too-large": ProblemKind(413, "Body too large", "Send fewer bytes."),
    "uri-too-long": ProblemKind(414, "Address too long", "Shorten the query."),
    "unsupported-media-type": ProblemKind(415, "Unsupported media type", "Send application/json, in UTF-8, uncompressed."),
    "validation-failed": ProblemKind(422, "Invalid values", "`errors` points at each value that does not fit."),
    "throttled": ProblemKind(429, "Too many requests", "Wait as many seconds as Retry-After says."),
    "headers-too-large": ProblemKind(431, "Headers too large", "Send fewer or shorter headers."),
    "refused": ProblemKind(400, "Refused", "`detail` says why."),
    # The state of things
    "conflict": ProblemKind(409, "Conflict", "Fetch it again: someone was faster."),
    "stale-revision": ProblemKind(409, "The text has changed", "Fetch the current revision and decide on that."),
    "kept-from": ProblemKind(409, "A colleague decides this", "You decided before. Take another item."),
    "lease-held": ProblemKind(409, "Another moderator has it", "Take another item, or wait until the lease is over."),
    "already-decided": ProblemKind(409, "Already decided", "Nothing is left to do; undo the decision to change it."),
    "idempotency-key-reused": ProblemKind(409, "Idempotency key reused", "Use a new key for a new request."),
    "article-closed": ProblemKind(409, "Comments are closed", "The article takes no more comments."),
    "repeated": ProblemKind(409, "Already posted", "The same text was posted here a moment ago."),
    "no-mail": ProblemKind(409, "Cannot be told by e-mail", "Post without `notify`, or with an address that letters can go to."),
    "edit-window-closed": ProblemKind(409, "Too late to change", "The time for changing a comment is over."),
    # The author and the text
    "author-banned": ProblemKind(403, "May not comment here", "`detail` says until when."),
    "proof-required": ProblemKind(
        403, "A short calculation first", "Get a challenge at `/api/v1/sites/{site}/challenge`, solve it, and send its solution as `proof`."
    ),
    "guests-not-allowed": ProblemKind(403, "Sign in to comment", "This site takes comments from signed-in readers only."),
    "body-too-long": ProblemKind(422, "Comment too long", "Shorten the comment."),
    "too-deep": ProblemKind(422, "Replies nested too deep", "Reply to a comment further up."),
    # Ourselves
    "internal-error": ProblemKind(500, "Something went wrong here", "It has been logged; name the instance when you report it."),
    "not-implemented": ProblemKind(501, "Not implemented", "This is not offered here."),
    "storage-unavailable": ProblemKind(503, "Storage unavailable", "Try again in a few seconds; nothing was half written."),
    "scorer-unavailable": ProblemKind(503, "Scorer unavailable", "Try again in a few seconds."),
    "unavailable": ProblemKind(503, "Unavailable", "Try again in a few seconds."),
}

_CODE_BY_STATUS: Mapping[int, str] = {
    400: "malformed-request",
    401: "unauthenticated",
    403: "forbidden",
    404: "not-found",
    405: "method-not-allowed",
    406: "not-acceptable",
    408: "request-timeout",
    409: "conflict",
    412: "precondition-failed",
    413: "payload-too-large",
    414: "uri-too-long",
    415: "unsupported-media-type",
    422: "validation-failed",
    429: "throttled",
    431: "headers-too-large",
    500: "internal-error",
    501: "not-implemented",
    503: "unavailable",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One refusal, ready to be written as JSON or shown on a page."""

    code: str
    detail: str = ""
    fields: tuple[FieldProblem, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def kind(self) -> ProblemKind:
        """Its line in the table."""
        return PROBLEMS[self.code]

    def document(self) -> dict[str, object]:
        """Write it as the members of a problem document."""
        members: dict[str, object] = {"type": f"/problems/{self.code}", "title": self.kind.title, "status": self.kind.status}
        if self.detail:
            members["detail"] = self.detail
        request_id = g.get("request_id") if has_request_context() else None
        if request_id:
            members["instance"] = f"urn:uuid:{request_id}" if _UUID.fullmatch(request_id) else f"urn:request:{request_id}"
        if self.fields:
            members["errors"] = [_field_member(problem) for problem in self.fields[:_MAX_FIELDS]]
        return members


HtmlRenderer = Callable[[Problem], str]
"""Makes a whole HTML page of a problem; it must not fail, and escapes what it shows."""


@dataclass(slots=True)
class _Registry:
    exceptions: dict[type[Exception], tuple[str, int | None]] = field(default_factory=dict)
    renderers: dict[str, HtmlRenderer] = field(default_factory=dict)


_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def install_problems(app: Flask) -> None:
    """Answer every refusal and every failure of `app` as a problem, and serve a page about each at `/problems/<code>`."""
    app.extensions[_EXTENSION] = _Registry()
    app.register_error_handler(DomainError, _on_domain_error)
    app.register_error_handler(ValidationError, _on_validation_error)
    app.register_error_handler(HTTPException, _on_http_exception)
    app.register_error_handler(Exception, _on_unknown_error)
    app.add_url_rule("/problems/<code>", "problem_page", _problem_page, methods=["GET"])


def register_exception(app: Flask, cls: type[Exception], code: str, *, retry_after_s: int | None = None) -> None:
    """Answer exceptions of `cls` (and below) with the problem `code`. Their text is logged nowhere and shown to nobody."""
    if code not in PROBLEMS:
        raise ValueError(f"unknown problem code: {code}")
    registry: _Registry = app.extensions[_EXTENSION]
    registry.exceptions[cls] = (code, retry_after_s)
    app.register_error_handler(cls, _on_registered_error)


def register_html_problems(app: Flask, prefix: str, renderer: HtmlRenderer) -> None:
    """Show problems as pages made by `renderer` below the path `prefix` (such as `/moderate`), unless the caller asks for JSON."""
    registry: _Registry = app.extensions[_EXTENSION]
    registry.renderers[prefix.rstrip("/")] = renderer


def problem_response(
    code: str,
    detail: str = "",
    *,
    fields: tuple[FieldProblem, ...] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Make the answer for a refusal that is not worth an exception."""
    return _respond(Problem(code, detail, fields, headers or {}))


def pointers_of(messages: object, *, location: str = "json") -> tuple[FieldProblem, ...]:
    """Turn marshmallow's nested messages into one FieldProblem for each value.

    Values of the body get an RFC 6901 pointer, those of the query and the path `?name`, headers `header:Name`.
    """
    found: list[FieldProblem] = []
    _walk(messages, (), found, location)
    return tuple(found[:_MAX_FIELDS])


def _walk(messages: object, at: tuple[str | int, ...], found: list[FieldProblem], location: str) -> None:
    if isinstance(messages, Mapping):
        for key, inner in messages.items():
            _walk(inner, at if key == "_schema" else (*at, key), found, location)
    elif isinstance(messages, Sequence) and not isinstance(messages, str):
        for message in messages:
            _walk(message, at, found, location)
    else:
        found.append(FieldProblem(_locate(at, location), str(messages)))


def _locate(at: tuple[str | int, ...], location: str) -> str:
    if location in {"json", "form", "files", "json_or_form"} or not at:
        return strictjson.pointer(*at)
    return f"header:{at[0]}" if location == "headers" else f"?{at[0]}"


def _field_member(problem: FieldProblem) -> dict[str, str]:
    where = problem.pointer[:_MAX_POINTER]
    if where.startswith("?"):
        return {"parameter": where[1:], "detail": problem.detail}
    if where.startswith("header:"):
        return {"header": where.removeprefix("header:"), "detail": problem.detail}
    return {"pointer": where, "detail": problem.detail}


def _on_domain_error(error: DomainError) -> Response:
    code = next((cls.code for cls in type(error).__mro__ if issubclass(cls, DomainError) and cls.code in PROBLEMS), "refused")
    headers: dict[str, str] = {}
    if code == "unauthenticated":
        headers["WWW-Authenticate"] = 'Bearer realm="commentsvc"'
    if isinstance(error, ThrottledError):
        headers["Retry-After"] = str(max(1, error.retry_after_s))
    return _respond(Problem(code, error.detail, error.fields, headers))


def _on_validation_error(error: ValidationError) -> Response:
    return _respond(Problem("validation-failed", "Some values do not fit.", pointers_of(error.messages)))


def _on_http_exception(error: HTTPException) -> Response:
    if error.response is not None or error.code is None or error.code < HTTPStatus.BAD_REQUEST:
        return cast("Response", Response.force_type(error.get_response(request.environ), request.environ))
    code = _CODE_BY_STATUS.get(error.code, "internal-error" if error.code >= HTTPStatus.INTERNAL_SERVER_ERROR else "refused")
    headers = {name: value for name, value in error.get_headers() if name.lower() in {"allow", "retry-after", "www-authenticate"}}
    messages = getattr(error, "data", {}).get("messages")
    if isinstance(messages, Mapping):  # webargs: {location: messages}
        fields = tuple(problem for location, inner in messages.items() for problem in pointers_of(inner, location=str(location)))
        return _respond(Problem(code, "Some values do not fit.", fields, headers))
    return _respond(Problem(code, headers=headers))


def _on_registered_error(error: Exception) -> Response:
    registry: _Registry = current_app.extensions[_EXTENSION]
    code, retry_after_s = next(registry.exceptions[cls] for cls in type(error).__mro__ if cls in registry.exceptions)
    log.warning("request_refused", code=code, exc_type=type(error).__name__)
    return _respond(Problem(code, headers={"Retry-After": str(retry_after_s)} if retry_after_s else {}))


def _on_unknown_error(error: Exception) -> Response:
    # The log pipeline writes where it happened and not what the exception says: that may be somebody's text.
    log.error("request_failed", exc_info=error)
    return _respond(Problem("internal-error"))


def _respond(problem: Problem) -> Response:
    renderer = _renderer()
    if renderer is None:
        response = Response(strictjson.dumps(problem.document()), problem.kind.status, content_type=CONTENT_TYPE)
    else:
        response = Response(renderer(problem), problem.kind.status, content_type="text/html; charset=utf-8")
    response.headers.update(dict(problem.headers))
    response.headers["Cache-Control"] = "no-store"
    return response


def _renderer() -> HtmlRenderer | None:
    registry: _Registry = current_app.extensions[_EXTENSION]
    if not registry.renderers:
        return None
    best = request.accept_mimetypes.best_match(["text/html", "application/json", CONTENT_TYPE], default="text/html")
    if best != "text/html":
        return None
    path = request.path
    matching = [prefix for prefix in registry.renderers if path == prefix or path.startswith(prefix + "/")]
    return registry.renderers[max(matching, key=len)] if matching else None


_PAGE = Markup(
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    "<title>{title}</title></head><body><main><h1>{title}</h1><p>{advice}</p><p>HTTP status {status}, code <code>{code}</code>.</p>"
    "</main></body></html>"
)


def _problem_page(code: str) -> Any:  # noqa: ANN401 - a response, in whichever form Flask takes
    kind = PROBLEMS.get(code)
    if kind is None:
        return problem_response("not-found", "There is no problem of this name.")
    return Response(
        _PAGE.format(title=kind.title, advice=kind.advice, status=kind.status, code=code), content_type="text/html; charset=utf-8"
    )
