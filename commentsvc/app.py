"""The application: parts, plumbing, faces, and the embedded worker where one is wanted."""

from collections.abc import Callable
from typing import Any, Final

from flask import Flask

import commentsvc
from commentsvc.integrations.logs import configure_logging
from commentsvc.runtime import Runtime, build_runtime
from commentsvc.settings import Settings
from commentsvc.web.admin import register_admin
from commentsvc.web.api import register_api
from commentsvc.web.console import register_console
from commentsvc.web.embed import register_embed
from commentsvc.web.mail import register_mail
from commentsvc.web.pages import register_pages
from commentsvc.web.plumbing import install_plumbing, pipes_for
from commentsvc.web.protocols.coral import register_coral
from commentsvc.web.protocols.perspective import register_perspective
from commentsvc.worker.embedded import EmbeddedWorker

WORKER: Final = "commentsvc.worker"


class _App(Flask):
    """Flask without its look, at each call of each hook, whether that is a coroutine: here none is."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """`func` as it is."""
        return func


def create_app(settings: Settings, runtime: Runtime | None = None, *, demo: bool = False) -> Flask:
    """Put an application together; `demo` serves the demo's articles. Tests bring a `runtime` with their own clock, chance or scorer."""
    runtime = runtime or build_runtime(settings)
    configure_logging(as_json=settings.log.format == "json", level=settings.log.level)
    app = _App("commentsvc.web", static_folder=None)
    api = install_plumbing(app, runtime, pipes_for(runtime), version=commentsvc.__version__)
    app.config["DEMO"] = demo
    register_pages(app)
    register_embed(app)
    register_mail(app)
    register_console(app)
    register_admin(app)
    register_api(api, app)
    register_perspective(app)
    register_coral(app)
    app.wsgi_app = runtime.turnstile.around(app.wsgi_app)  # type: ignore[method-assign]  # how Flask takes middleware
    return app


def start_worker(app: Flask, runtime: Runtime) -> EmbeddedWorker | None:
    """Start the embedded worker, once for each process that serves; None where the settings want none."""
    if not runtime.settings.worker.embedded:
        return None
    worker = EmbeddedWorker(runtime)
    app.extensions[WORKER] = worker
    worker.start()
    return worker
