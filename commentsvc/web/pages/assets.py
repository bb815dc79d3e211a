"""Styles, scripts and the icon: read once, served under names that carry their hash, so that browsers may keep them for ever."""

import hashlib
from importlib import resources
from typing import TYPE_CHECKING, cast

from flask import Flask, Response, current_app, url_for

from commentsvc.domain.errors import NotFoundError

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

_EXTENSION = "commentsvc.assets"
_TYPES = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml"}
_FOR_EVER = "public, max-age=31536000, immutable"
_DIGITS = 10


class Assets:
    """The files of a folder by the names under which they are served (`page.0123456789.css`)."""

    def __init__(self, folder: "Traversable") -> None:
        """Read every style, script and picture of `folder`."""
        self._names: dict[str, str] = {}
        self._bodies: dict[str, bytes] = {}
        for file in folder.iterdir():
            stem, _, kind = file.name.rpartition(".")
            if kind in _TYPES:
                body = file.read_bytes()
                name = f"{stem}.{hashlib.sha256(body).hexdigest()[:_DIGITS]}.{kind}"
                self._names[file.name] = name
                self._bodies[name] = body

    def name(self, file: str) -> str:
        """The name under which `file` is served. Raises KeyError for one that is not there."""
        return self._names[file]

    def find(self, name: str) -> bytes | None:
        """The file served under `name`, or None."""
        return self._bodies.get(name)


def install_assets(app: Flask) -> None:
    """Serve the assets of `app` under `/assets/`, and let templates name them with `asset('page.css')`."""
    app.extensions[_EXTENSION] = Assets(resources.files("commentsvc.web.pages").joinpath("assets"))
    app.add_url_rule("/assets/<name>", "asset", _serve, methods=["GET"])
    app.add_template_global(asset_address, "asset")


def asset_address(file: str) -> str:
    """The address of a file of the assets."""
    return url_for("asset", name=_assets().name(file))


def _assets() -> Assets:
    return cast("Assets", current_app.extensions[_EXTENSION])


def _serve(name: str) -> Response:
    body = _assets().find(name)
    if body is None:
        raise NotFoundError("There is no such file.")
    response = Response(body, content_type=_TYPES[name.rpartition(".")[2]])
    response.headers["Cache-Control"] = _FOR_EVER
    return response
