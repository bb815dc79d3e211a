"""A client of the API that holds every answer against the OpenAPI document, and signs people in."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from typing import Any

import jsonschema_rs
import jwt
import orjson
from flask import Flask, g
from sqlalchemy import event

import commentsvc
from commentsvc.domain.principals import ALL_SITES, Role
from commentsvc.runtime import Runtime
from commentsvc.services.accounts import create_token
from commentsvc.services.sites import NewSite
from commentsvc.web.api import register_api
from commentsvc.web.pages.marks import install_marks
from commentsvc.web.plumbing import install_plumbing, pipes_for
from tests.support.world import CIVIL, World

SECRET = "a secret that the site shares with us, long enough"
V1 = "/api/v1"
DAY_S = 86_400


@contextmanager
def a_gazette(url: str) -> Iterator[World]:
    """Two sites: the Gazette, whose readers the tests are about, and the Courier, which has nothing to do with it."""
    gazette = NewSite("gazette", "The Gazette", origins=("https://gazette.example",), jwt_secret=SECRET)
    world = World(url, new_site=gazette)
    settings = world.runtime.settings
    # Limits have tests of their own.
    world.runtime.settings = replace(
        settings, limits=replace(settings.limits, comments_burst=1_000_000, site_burst=1_000_000, acts_burst=1_000_000)
    )
    world.make_site(NewSite("courier", "The Courier", origins=("https://courier.example",), jwt_secret=SECRET), {"sample_rate": 0.0})
    try:
        yield world
        world.check()
    finally:
        world.close()


def build_api_app(runtime: Runtime) -> Flask:
    """The API on the plumbing, without the pages."""
    app = Flask("commentsvc.web", static_folder=None)
    api = install_plumbing(app, runtime, pipes_for(runtime), version=commentsvc.__version__)
    install_marks(app)
    register_api(api, app)
    app.extensions["tests.api"] = api
    return app


class Api:
    """Sends requests; `answer.json` has passed the document when a method returns."""

    def __init__(self, app: Flask, world: World) -> None:
        self.app, self.world = app, world
        self.client = app.test_client(use_cookies=False)
        self._callers: dict[str, str] = {}

    # -- Requests

    def send(self, method: str, path: str, *, token: str | None = None, check: bool = True, **kwargs: Any) -> Any:
        headers = dict(kwargs.pop("headers", {}))
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        address = path if path.startswith("/") else f"{V1}/{path}"
        with self.app.app_context(), self.client as client:
            answer = client.open(address, method=method, headers=headers, **kwargs)
            rule = g.get("checked_rule") or _rule(self.app, address.partition("?")[0], method)
        assert answer.status_code < 500 or answer.status_code == 503, answer.get_data(as_text=True)
        if check and rule is not None:
            check_answer(self.document, rule, method, answer)
        return answer

    def get(self, path: str, **kwargs: Any) -> Any:
        return self.send("GET", path, **kwargs)

    def post(self, path: str, json: Any = None, **kwargs: Any) -> Any:
        return self.send("POST", path, **({"json": json} if json is not None else {}), **kwargs)

    def put(self, path: str, json: Any, **kwargs: Any) -> Any:
        return self.send("PUT", path, json=json, **kwargs)

    def patch(self, path: str, json: Any, **kwargs: Any) -> Any:
        return self.send("PATCH", path, json=json, **kwargs)

    def delete(self, path: str, **kwargs: Any) -> Any:
        return self.send("DELETE", path, **kwargs)

    @property
    def document(self) -> bytes:
        return bytes(self.app.extensions["tests.api"].document())

    # -- People

    def jwt(self, sub: str = "ann", *, site: str = "gazette", **claims: Any) -> str:
        now = int(self.world.now.timestamp())
        return jwt.encode({"sub": sub, "name": sub.title(), "aud": site, "exp": now + DAY_S, **claims}, SECRET, algorithm="HS256")

    def caller(self, name: str) -> str | None:
        """The token of one of the people of the role matrix; None for nobody."""
        if name == "anonymous":
            return None
        if name == "reader":
            return self.jwt("rita")
        role, _, place = name.partition("@")
        site_id = ALL_SITES if place == "*" else self.world.site_named(place).id
        return self._token(name, Role(role), site_id)

    def account_of(self, name: str) -> str:
        self.caller(name)
        return self._callers[name].partition(" ")[0]

    def _token(self, name: str, role: Role, site_id: str) -> str:
        if name not in self._callers:
            account_id = self.world.moderator(name.replace("@", "-").replace("*", "all"), role=role, site_id=site_id)
            _, token = self.world.do(lambda session: create_token(session, account_id, "test", None, self.world.now))
            self._callers[name] = f"{account_id} {token}"
        return self._callers[name].partition(" ")[2]

    # -- What readers do

    def comment(self, body: str = CIVIL, *, article: str = "tram", token: str | None = None, name: str | None = "Gus", **rest: Any) -> Any:
        """Post; the answer's document."""
        author = {"author": {"name": name}} if token is None and name is not None else {}
        answer = self.post("sites/gazette/comments", {"article": {"key": article}, "body": body, **author, **rest}, token=token)
        assert answer.status_code in {201, 202}, answer.json
        return answer.json

    def thread(self, article: str = "tram", *, token: str | None = None, **query: Any) -> Any:
        answer = self.get("sites/gazette/comments", query_string={"article": article, **query}, token=token)
        assert answer.status_code == 200, answer.json
        return answer.json


MODERATOR, OTHER_MODERATOR = "moderator@gazette", "moderator@courier"
ADMIN, OTHER_ADMIN, CHIEF = "admin@gazette", "admin@courier", "admin@*"


def problem(answer: Any, status: int, code: str) -> Any:
    """The problem document of `answer`, once it is one, of this status and code."""
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json"), answer.get_data(as_text=True)
    assert answer.json["type"] == f"/problems/{code}"
    return answer.json


def pointers(answer: Any) -> list[str]:
    """What the problem points at: pointers, parameters and headers alike."""
    return [error.get("pointer") or error.get("parameter") or error.get("header") or "" for error in answer.json.get("errors", [])]


@contextmanager
def counted_queries(world: World):
    """The statements that the database is sent inside the block, without BEGIN and COMMIT."""
    statements: list[str] = []

    def note(_conn, _cursor, statement, *_rest):
        if not statement.startswith("BEGIN"):
            statements.append(statement)

    event.listen(world.db.engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(world.db.engine, "before_cursor_execute", note)


# -- Answers against the document ----------------------------------------------------------------------------------------------
def _rule(app: Flask, path: str, method: str) -> str | None:
    from werkzeug.exceptions import HTTPException

    try:
        found, _ = app.url_map.bind("localhost").match(path, method=method, return_rule=True)
    except HTTPException:
        return None
    return found.rule


@cache
def _closed(document: bytes) -> dict[str, Any]:
    """The document, with nothing allowed in any object beyond what it names."""
    spec = orjson.loads(document)
    for schema in spec["components"]["schemas"].values():
        if "properties" in schema:
            schema["additionalProperties"] = False
    return spec


@cache
def _validator(document: bytes, path: str, method: str, status: int, kind: str) -> Any:
    spec = _closed(document)
    responses = spec["paths"][path][method.lower()]["responses"]
    found = responses.get(str(status), responses.get("default"))
    assert found is not None, f"{method} {path} answers {status}, which is not in the document"
    if "$ref" in found:
        found = spec["components"]["responses"][found["$ref"].rpartition("/")[2]]
    content = found.get("content", {})
    if not content:
        return None
    assert kind in content, f"{method} {path} answers {status} as {kind}, which is not in the document"
    return jsonschema_rs.validator_for({**content[kind]["schema"], "components": spec["components"]})


def check_answer(document: bytes, rule: str, method: str, answer: Any) -> None:
    """Hold one answer against the document: its status, its content type, and its body, which may hold nothing unnamed."""
    path = _template(rule)
    if path not in _closed(document)["paths"] or method == "OPTIONS":
        return
    validator = _validator(document, path, method, answer.status_code, answer.mimetype)
    if validator is not None and answer.mimetype.endswith("json"):
        validator.validate(orjson.loads(answer.get_data()))


def _template(rule: str) -> str:
    """A rule of Flask's as a path of OpenAPI: `<int(max=9):version>` is `{version}`."""
    path = ""
    for part in rule.split("<"):
        inside, closing, rest = part.partition(">")
        path += f"{{{inside.rpartition(':')[2]}}}{rest}" if closing else part
    return path
