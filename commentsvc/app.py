"""The application: parts, plumbing, faces, and the embedded worker where one is wanted."""

from typing import Final

from flask import Flask

import commentsvc
from commentsvc.integrations.logs import configure_logging
from commentsvc.runtime import Runtime, build_runtime
from commentsvc.services.accounts import authenticate_session, authenticate_token
from commentsvc.settings import Settings
from commentsvc.web.auth import AuthBackend
from commentsvc.web.context import WebConfig
from commentsvc.web.plumbing import Pipes, install_plumbing
from commentsvc.web.ratelimit import build_rate_limiter
from commentsvc.web.api import register_api
from commentsvc.worker.embedded import EmbeddedWorker

WORKER: Final = "commentsvc.worker"


def create_app(settings: Settings, runtime: Runtime | None = None) -> Flask:
    """Put an application together. `runtime` is for tests that bring their own clock, chance or scorer."""
    runtime = runtime or build_runtime(settings)
    configure_logging(as_json=settings.log.format == "json", level=settings.log.level)
    app = Flask("commentsvc.web", static_folder=None)
    config = WebConfig(
        secret=runtime.secret,
        trusted_proxies=settings.server.trusted_proxies,
        public_url=settings.server.public_url or None,
        max_body_bytes=settings.limits.body_bytes,
    )
    auth = AuthBackend(
        authenticate_token=lambda session, raw, now: authenticate_token(session, raw, now=now),
        authenticate_session=lambda session, raw, now: authenticate_session(session, raw, now=now),
    )
    pipes = Pipes(config, auth, build_rate_limiter(settings.redis.url or None), runtime.metrics)
    api = install_plumbing(app, runtime, pipes, version=commentsvc.__version__)
    register_api(api, app)
    return app


def start_worker(app: Flask, runtime: Runtime) -> EmbeddedWorker | None:
    """Start the embedded worker, once for each process that serves; None where the settings want none."""
    if not runtime.settings.worker.embedded:
        return None
    worker = EmbeddedWorker(runtime)
    app.extensions[WORKER] = worker
    worker.start()
    return worker
