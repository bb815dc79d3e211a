"""Lays all pipes of an application at once; the faces are registered afterwards."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from flask import Flask, current_app

from commentsvc.domain.errors import ThrottledError
from commentsvc.domain.ports import ScorerUnavailableError
from commentsvc.integrations.metrics import Metrics
from commentsvc.services import accounts
from commentsvc.store.engine import SerializationError, StorageUnavailableError
from commentsvc.web.auth import AuthBackend, install_auth
from commentsvc.web.context import WebConfig, client_network, install_context
from commentsvc.web.problems import install_problems, register_exception
from commentsvc.web.ratelimit import RateLimiter, build_rate_limiter
from commentsvc.web.smorest import CommentApi
from commentsvc.web.strictjson import install_strict_json

if TYPE_CHECKING:
    from commentsvc.runtime import Runtime

_EXTENSION = "commentsvc.plumbing"

ACCOUNTS = AuthBackend(
    authenticate_token=lambda session, raw, now: accounts.authenticate_token(session, raw, now=now),
    authenticate_session=lambda session, raw, now: accounts.authenticate_session(session, raw, now=now),
)
"""Looks credentials up where accounts are kept."""


@dataclass(frozen=True, slots=True)
class Pipes:
    """What the plumbing is made of."""

    config: WebConfig
    limiter: RateLimiter
    metrics: Metrics
    auth: AuthBackend = ACCOUNTS


def pipes_for(runtime: "Runtime") -> Pipes:
    """Choose the pipes by the settings of `runtime`."""
    settings = runtime.settings
    config = WebConfig(
        secret=runtime.secret,
        trusted_proxies=settings.server.trusted_proxies,
        public_url=settings.server.public_url or None,
        max_body_bytes=settings.limits.body_bytes,
    )
    return Pipes(config, build_rate_limiter(settings.redis.url or None), runtime.metrics)


def install_plumbing(app: Flask, runtime: "Runtime", pipes: Pipes, *, version: str) -> CommentApi:
    """Prepare `app` for its faces, and give the API that they register their blueprints on."""
    # An address is served or is not found; none is answered with a redirect to a guess, which would name the caller's Host header.
    app.url_map.strict_slashes = False
    app.url_map.merge_slashes = False
    install_context(app, runtime, pipes.config, metrics=pipes.metrics)
    install_problems(app)
    register_exception(app, StorageUnavailableError, "storage-unavailable", retry_after_s=5)
    register_exception(app, SerializationError, "unavailable", retry_after_s=1)
    register_exception(app, ScorerUnavailableError, "scorer-unavailable", retry_after_s=5)
    install_strict_json(app)
    install_auth(app, pipes.auth)
    app.extensions[_EXTENSION] = pipes
    return CommentApi(app, version=version)


def get_metrics() -> Metrics:
    """Give the metrics of the running application."""
    return _pipes().metrics


def throttle(name: str, *, rate: float, per_s: float, burst: int, key: str | None = None) -> None:
    """Count the running request against `key` (the client's network when None); raises ThrottledError when it is too many."""
    _pipes().limiter.check(name, client_network() if key is None else key, rate=rate, per_s=per_s, burst=burst)


def is_over(name: str, key: str, *, per_s: float, burst: int) -> bool:
    """Count one event of `key` and say whether it is one too many, where that is no reason to refuse."""
    try:
        _pipes().limiter.check(name, key, rate=1, per_s=per_s, burst=burst)
    except ThrottledError:
        return True
    return False


def _pipes() -> Pipes:
    return cast("Pipes", current_app.extensions[_EXTENSION])
