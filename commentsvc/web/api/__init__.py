"""The JSON API under `/api/v1`, described by its OpenAPI document, and what operators ask."""

from typing import TYPE_CHECKING

from flask import Flask

from commentsvc.web.api import (
    accounts,
    authors,
    bulk,
    comments,
    coral,
    decisions,
    events,
    explorer,
    feeds,
    filters,
    health,
    laboratory,
    law,
    own_data,
    policies,
    policy_drafts,
    policy_steps,
    practice,
    queue,
    reactions,
    scorers,
    sites,
    suggestions,
    threads,
    watch,
    webhooks,
)
from commentsvc.web.api.fast_lane import FastLane
from commentsvc.web.api.page_cache import PAGES, PageCache
from commentsvc.web.context import RUNTIME_EXTENSION
from commentsvc.web.smorest import CommentApi

if TYPE_CHECKING:
    from commentsvc.runtime import Runtime

_FACES = (
    threads,
    comments,
    events,
    feeds,
    reactions,
    own_data,
    queue,
    decisions,
    authors,
    sites,
    policies,
    policy_steps,
    policy_drafts,
    watch,
    laboratory,
    filters,
    bulk,
    practice,
    scorers,
    accounts,
    webhooks,
    suggestions,
    coral,
    law,
    health,
)


def register_api(api: CommentApi, app: Flask) -> None:
    """Serve the API, the page to try it at, and what operators ask."""
    for face in _FACES:
        api.register_blueprint(face.blp)
    app.extensions[PAGES] = PageCache()
    app.wsgi_app = FastLane(app).around(app.wsgi_app)  # type: ignore[method-assign]  # how Flask takes middleware
    explorer.serve_explorer(app)
    runtime: Runtime = app.extensions[RUNTIME_EXTENSION]
    health.watch_backlog(app, runtime.metrics)
