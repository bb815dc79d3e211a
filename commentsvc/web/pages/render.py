"""Rendering of pages that depend on who asks."""

from flask import Response, render_template

from commentsvc.web.context import mark_authenticated


def page(template: str, *, status: int = 200, **values: object) -> Response:
    """A page that depends on who asks: rendered, and kept by no cache."""
    mark_authenticated()
    return Response(render_template(template, **values), status, content_type="text/html; charset=utf-8")
