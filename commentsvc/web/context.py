"""What surrounds each request: its id, its client's address, the runtime and its database, the access log, the headers of every answer."""

import hmac
import re
import time
import uuid
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import lru_cache, partial
from http import HTTPStatus
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import unquote_to_bytes

import structlog
from flask import Flask, Request, Response, current_app, g, request
from flask.ctx import _AppCtxGlobals

from commentsvc.domain.errors import FieldProblem
from commentsvc.integrations.metrics import Metrics
from commentsvc.web.refusals import MalformedRequestError

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from commentsvc.runtime import Runtime

log = structlog.get_logger(__name__)

RUNTIME_EXTENSION = "commentsvc"
_EXTENSION = "commentsvc.context"
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_CACHEABLE_METHODS = frozenset({"GET", "HEAD"})
_HSTS = "max-age=31536000"
_ALWAYS = (("X-Content-Type-Options", "nosniff"), ("Referrer-Policy", "same-origin"))
_JSON_POLICY = "default-src 'none'; frame-ancestors 'none'"
_PAGE_POLICY: Mapping[str, str] = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}

Environ = dict[str, Any]
"""What a WSGI server tells of a request."""
_Address = IPv4Address | IPv6Address
_Network = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True)
class WebConfig:
    """What the plumbing needs to know of the settings.

    `secret` keys every HMAC (address hashes, CSRF tokens). `trusted_proxies` are addresses or networks (CIDR) whose `X-Forwarded-For` and
    `X-Forwarded-Proto` are believed. `public_url` is the address that browsers see, where it is not the one that the server is asked at.
    """

    secret: bytes
    trusted_proxies: tuple[str, ...] = ()
    public_url: str | None = None
    max_body_bytes: int = 256 * 1024


@dataclass(slots=True)
class _Context:
    config: WebConfig
    metrics: Metrics | None
    proxies: tuple[_Network, ...]
    policies: dict[str, str] = field(default_factory=dict)


def install_context(app: Flask, runtime: "Runtime | None", config: WebConfig, *, metrics: Metrics | None = None) -> None:
    """Surround every request of `app` with its context. Raises ValueError when a trusted proxy is no address or network."""
    app.extensions[RUNTIME_EXTENSION] = runtime
    proxies = tuple(ip_network(proxy, strict=False) for proxy in config.trusted_proxies)
    context = app.extensions[_EXTENSION] = _Context(config, metrics, proxies)
    app.config["MAX_CONTENT_LENGTH"] = config.max_body_bytes
    app.before_request(_begin)
    app.after_request(partial(_finish, context))


def get_runtime() -> "Runtime":
    """Give the runtime of the running application."""
    return cast("Runtime", current_app.extensions[RUNTIME_EXTENSION])


def get_web_config() -> WebConfig:
    """Give the plumbing's configuration of the running application."""
    return _context().config


def transaction() -> AbstractContextManager["Session"]:
    """Open a write transaction that commits at the end of the block and rolls back when it raises. One at a time, and short."""
    return get_runtime().db.transaction()


def reading() -> AbstractContextManager["Session"]:
    """Open a session for reading only."""
    return get_runtime().db.reading()


def request_id() -> str:
    """Give the id of the running request: the caller's `X-Request-Id` when it is 1 to 64 safe characters, a new UUID otherwise."""
    return cast("str", g.request_id)


def register_page_policy(app: Flask, prefix: str, directives: Mapping[str, str]) -> None:
    """Change directives of the Content-Security-Policy of HTML answers below the path `prefix` (`{"frame-ancestors": "*"}` for embeds).

    `unsafe-inline` is refused with ValueError.
    """
    if any("unsafe-inline" in value for value in directives.values()):
        raise ValueError("unsafe-inline defeats the policy")
    context: _Context = app.extensions[_EXTENSION]
    context.policies[prefix.rstrip("/")] = _join({**_PAGE_POLICY, **directives})


def mark_authenticated() -> None:
    """Note that the answer depends on who asks, so that no cache keeps it."""
    g.authenticated = True


def is_secure() -> bool:
    """Whether the browser came over https, by the connection, a trusted proxy's word or the configured public address."""
    return _came_by_https(_context(), request.environ)


def own_origin() -> str:
    """Give the origin (`https://host[:port]`) under which browsers know this server."""
    public_url = _context().config.public_url
    if public_url is not None:
        return "/".join(public_url.split("/", 3)[:3]).lower()
    return f"{'https' if is_secure() else 'http'}://{request.host}".lower()


def client_address() -> str:
    """Find the address that the request comes from.

    `X-Forwarded-For` is read from the right and only as far as trusted proxies wrote it; whatever a client puts there gains nothing.
    """
    cached = g.get("client_address")
    if cached is None:
        cached = g.client_address = _find_client()
    return cast("str", cached)


def client_network() -> str:
    """Give what rate limits count: the IPv4 address, or the /64 network of an IPv6 address."""
    cached = g.get("client_network")
    if cached is None:
        cached = g.client_network = _network_of(client_address())
    return cast("str", cached)


def address_hash() -> str:
    """Give 32 hex digits that stand for the client's network, the same for the same client as long as the secret stays."""
    cached = g.get("address_hash")
    if cached is None:
        cached = g.address_hash = keyed_hash(_context().config.secret, b"address:" + client_network().encode())
    return cast("str", cached)


def keyed_hash(secret: bytes, said: bytes) -> str:
    """Give the first 32 hex digits of the HMAC-SHA256 of `said`."""
    # hmac.digest is one call of OpenSSL; hmac.new makes an object that is thrown away.
    return hmac.digest(secret, said, "sha256").hex()[:32]


def _context() -> _Context:
    return cast("_Context", current_app.extensions[_EXTENSION])


def _begin() -> None:
    running: _AppCtxGlobals = g._get_current_object()  # noqa: SLF001 - one look-up in place of several
    running.began_at = time.perf_counter()
    environ = request.environ
    running.request_id = _choose_id(environ)
    _refuse_broken_text(environ)


def _choose_id(environ: Environ) -> str:
    given = environ.get("HTTP_X_REQUEST_ID", "")
    chosen: str = given if _REQUEST_ID.fullmatch(given) else str(uuid.uuid4())
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=chosen)
    return chosen


def _finish(context: _Context, response: Response) -> Response:
    now = time.perf_counter()
    asked: Request = request._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 - one look-up in place of several
    running: _AppCtxGlobals = g._get_current_object()  # noqa: SLF001 - the same
    _set_headers(context, asked, running, response)
    method = asked.method if asked.method in _METHODS else "OTHER"
    route = asked.url_rule.rule if asked.url_rule is not None else "(none)"
    _count(context, method, route, response.status_code, now - running.get("began_at", now))
    return response


def _count(context: _Context, method: str, route: str, status: int, seconds: float) -> None:
    log.info("request_finished", method=method, route=route, status=status, duration_ms=round(seconds * 1000, 1))
    if context.metrics is not None:
        context.metrics.request_finished(method, route, status, seconds)
    structlog.contextvars.clear_contextvars()


@dataclass(frozen=True, slots=True)
class Ahead:
    """An answer in JSON that is given before Flask is entered: what surrounds requests there surrounds it too.

    `route` is the template of the view that it is given in place of.
    """

    route: str
    status: int
    headers: list[tuple[str, str]]
    body: bytes = b""


def answer_ahead(
    app: Flask, environ: Environ, start_response: Callable[..., object], find: Callable[[], Ahead | None]
) -> Iterable[bytes] | None:
    """Answer with what `find` finds, in the headers, the log and the metrics as Flask would have.

    None, and nothing is sent, where it finds nothing or fails, and where a request holds what this plumbing refuses.
    """
    began_at = time.perf_counter()
    try:
        _refuse_broken_text(environ)
        found = find()
    except Exception:  # noqa: BLE001 - Flask will meet it again; there it is answered and logged
        return None
    if found is None:
        return None
    context: _Context = app.extensions[_EXTENSION]
    method = environ["REQUEST_METHOD"]
    headers = [*found.headers, ("X-Request-Id", _choose_id(environ)), *_ALWAYS, ("Content-Security-Policy", _JSON_POLICY)]
    if _came_by_https(context, environ):
        headers.append(("Strict-Transport-Security", _HSTS))
    if method not in _CACHEABLE_METHODS:
        headers.append(("Cache-Control", "no-store"))
    start_response(f"{found.status} {HTTPStatus(found.status).phrase.upper()}", headers)
    _count(context, method, found.route, found.status, time.perf_counter() - began_at)
    return [found.body] if found.body else []


def _set_headers(context: _Context, asked: Request, running: _AppCtxGlobals, response: Response) -> None:
    headers = response.headers
    present = {name.lower() for name, _ in headers}
    wanted = [
        ("X-Request-Id", running.get("request_id", "")),
        *_ALWAYS,
        ("Content-Security-Policy", _policy(context, asked.path) if response.mimetype == "text/html" else _JSON_POLICY),
    ]
    if _came_by_https(context, asked.environ):
        wanted.append(("Strict-Transport-Security", _HSTS))
    if running.get("authenticated", False):
        headers["Cache-Control"] = "no-store"
        response.vary.update(("Authorization", "Cookie"))
    elif asked.method not in _CACHEABLE_METHODS:
        wanted.append(("Cache-Control", "no-store"))
    headers.extend([(name, value) for name, value in wanted if name.lower() not in present])


def _policy(context: _Context, path: str) -> str:
    matching = [prefix for prefix in context.policies if path == prefix or path.startswith(prefix + "/")]
    return context.policies[max(matching, key=len)] if matching else _DEFAULT_POLICY


def _join(directives: Mapping[str, str]) -> str:
    return "; ".join(f"{name} {value}" for name, value in directives.items())


_DEFAULT_POLICY = _join(_PAGE_POLICY)


# -- Text that is no text ------------------------------------------------------------------------------------------------------
# Cookies, User-Agent and Referer may carry other people's bytes; nothing here reads them as text beyond our own cookie.
_FOREIGN_HEADERS = frozenset({"HTTP_COOKIE", "HTTP_USER_AGENT", "HTTP_REFERER"})


def _refuse_broken_text(environ: Environ) -> None:
    query = str(environ.get("QUERY_STRING", ""))
    if ("%" in query or not query.isascii() or "\0" in query) and not _is_text(unquote_to_bytes(query.encode("latin-1", "replace"))):
        raise MalformedRequestError("The query is not UTF-8 text without NUL characters.", fields=(FieldProblem("?", "Not UTF-8 text."),))
    path = str(environ.get("PATH_INFO", ""))
    if (not path.isascii() or "\0" in path) and not _is_text(path.encode("latin-1", "replace")):
        raise MalformedRequestError("The path is not UTF-8 text without NUL characters.")
    for name, value in environ.items():
        if not name.startswith("HTTP_") or not isinstance(value, str) or (value.isascii() and value.isprintable()):
            continue
        raw = value.encode("latin-1", "replace")
        if b"\0" in raw or (name not in _FOREIGN_HEADERS and not _is_text(raw)):
            header = name.removeprefix("HTTP_").replace("_", "-").title()
            raise MalformedRequestError(f"The header {header} is not UTF-8 text.", fields=(FieldProblem(f"header:{header}", "Not text."),))


def _is_text(raw: bytes) -> bool:
    try:
        return "\0" not in raw.decode("utf-8")
    except UnicodeDecodeError:
        return False


# -- Where a request comes from ------------------------------------------------------------------------------------------------
@lru_cache(maxsize=1024)
def _parse(text: str) -> _Address | None:
    try:
        address = ip_address(text.strip().removeprefix("[").removesuffix("]"))
    except ValueError:
        return None
    if isinstance(address, IPv6Address):
        return address.ipv4_mapped or IPv6Address(int(address))  # without a zone
    return address


@lru_cache(maxsize=1024)
def _network_of(text: str) -> str:
    address = _parse(text)
    if isinstance(address, IPv6Address):
        return str(IPv6Network((address, 64), strict=False))
    return "unknown" if address is None else str(address)


def _is_trusted(context: _Context, address: _Address | None) -> bool:
    return address is not None and any(address in network for network in context.proxies)


def _came_by_https(context: _Context, environ: Environ) -> bool:
    public_url = context.config.public_url
    if public_url is not None:
        return public_url.startswith("https:")
    if context.proxies:
        forwarded: str = environ.get("HTTP_X_FORWARDED_PROTO", "")
        if forwarded and _is_trusted(context, _parse(environ.get("REMOTE_ADDR") or "")):
            return forwarded.rsplit(",", 1)[-1].strip().lower() == "https"
    return str(environ.get("wsgi.url_scheme", "http")) == "https"


def _find_client() -> str:
    address = _parse(request.remote_addr or "")
    if address is None:
        return "unknown"
    context = _context()
    for hop in reversed(request.headers.get("X-Forwarded-For", "").split(",")):
        if not _is_trusted(context, address):
            break
        before = _parse(hop)
        if before is None:
            break
        address = before
    return str(address)
