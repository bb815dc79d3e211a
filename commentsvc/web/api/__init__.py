"""The JSON API under `/api/v1`, described by its OpenAPI document, and what operators ask."""

from typing import TYPE_CHECKING

from flask import Flask

from commentsvc.web.api import authors, comments, decisions, health, queue, reactions, threads
from commentsvc.web.context import RUNTIME_EXTENSION
from commentsvc.web.smorest import CommentApi

if TYPE_CHECKING:
    from commentsvc.runtime import Runtime

_BLUEPRINTS = (threads.blp, comments.blp, reactions.blp, queue.blp, decisions.blp, authors.blp, health.blp)


def register_api(api: CommentApi, app: Flask) -> None:
    """Serve the API."""
    for blueprint in _BLUEPRINTS:
        api.register_blueprint(blueprint)
    runtime: Runtime = app.extensions[RUNTIME_EXTENSION]
    health.watch_backlog(app, runtime.metrics)
