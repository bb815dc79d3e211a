"""A small application of our own on the plumbing: no database, a clock that stands still."""

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import marshmallow as ma
from flask import Flask, Response, request

from commentsvc.domain.errors import DomainError, ThrottledError
from commentsvc.domain.principals import ALL_SITES, Principal, Role, Via
from commentsvc.integrations.metrics import Metrics
from commentsvc.store.engine import StorageUnavailableError
from commentsvc.web import auth, context, csrf, etag, pagination, strictjson
from commentsvc.web.fields import Cursor, JsonBoolean, JsonInteger, JsonNumber, QueryInteger, text
from commentsvc.web.forms import read_form
from commentsvc.web.plumbing import Pipes, install_plumbing, throttle
from commentsvc.web.problems import Problem, register_html_problems
from commentsvc.web.ratelimit import MemoryRateLimiter
from commentsvc.web.smorest import READER, CommentBlueprint

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
HS256_SECRET = b"a secret of this site, 32 bytes or more"
KEYS = auth.SiteKeys("daily", hs256_secrets=(HS256_SECRET,))
MODERATOR_TOKEN = "csv_moderator"
ADMIN_TOKEN = "csv_admin"
SESSION = "session-of-ann"

ACCOUNTS = {
    MODERATOR_TOKEN: Principal("a1", "Ann", {"site-1": Role.MODERATOR}, Via.TOKEN),
    ADMIN_TOKEN: Principal("a2", "Ben", {ALL_SITES: Role.ADMIN}, Via.TOKEN),
    SESSION: Principal("a1", "Ann", {"site-1": Role.MODERATOR}, Via.SESSION),
}


@dataclass
class StillClock:
    at: datetime = NOW

    def now(self) -> datetime:
        return self.at


@dataclass
class CountingDatabase:
    opened: list[str] = field(default_factory=list)

    @contextlib.contextmanager
    def reading(self) -> Iterator[str]:
        self.opened.append("reading")
        yield "a session"

    @contextlib.contextmanager
    def transaction(self) -> Iterator[str]:
        self.opened.append("transaction")
        yield "a session"


@dataclass
class SmallRuntime:
    db: CountingDatabase = field(default_factory=CountingDatabase)
    clock: StillClock = field(default_factory=StillClock)


def find_account(via: Via):
    def authenticate(_session: Any, raw: str, _now: datetime) -> Principal | None:
        principal = ACCOUNTS.get(raw)
        return principal if principal is not None and principal.via is via else None

    return authenticate


class AuthorSchema(ma.Schema):
    name = text(at_most=50, required=True)


class CommentSchema(ma.Schema):
    body = text(at_most=1000, required=True)
    author = ma.fields.Nested(AuthorSchema)
    votes = JsonInteger()
    weight = JsonNumber()
    loud = JsonBoolean()
    links = ma.fields.List(text(at_most=20), validate=ma.validate.Length(max=3))


class PageSchema(ma.Schema):
    limit = QueryInteger(load_default=50, validate=ma.validate.Range(1, 100))
    cursor = Cursor()


class AnswerSchema(ma.Schema):
    body = ma.fields.String()


class TeapotError(DomainError):
    code = "a-code-without-a-line-in-the-table"


def build_app(config: context.WebConfig, *, limiter: MemoryRateLimiter | None = None) -> Flask:
    app = Flask("small")
    backend = auth.AuthBackend(find_account(Via.TOKEN), find_account(Via.SESSION))
    pipes = Pipes(config, limiter or MemoryRateLimiter(now=lambda: 0.0), Metrics(), backend)
    api = install_plumbing(app, SmallRuntime(), pipes, version="1")  # type: ignore[arg-type]  # what the plumbing needs of one
    blp = CommentBlueprint("comments", "comments", url_prefix="/api/v1", description="Comments")

    @blp.route("/comments", methods=["POST"])
    @blp.doc(security=READER)
    @blp.arguments(CommentSchema)
    @blp.response(201, AnswerSchema)
    def post_comment(args):
        return args

    @blp.route("/comments", methods=["GET"])
    @blp.doc(security=READER)
    @blp.arguments(PageSchema, location="query")
    @blp.response(200)
    def list_comments(args):
        position = pagination.decode_cursor(args.get("cursor"), "newest", (str, int))
        return {"limit": args["limit"], "position": position}

    api.register_blueprint(blp)
    _add_plain_views(app)
    register_html_problems(app, "/moderate", _render)
    context.register_page_policy(app, "/embed", {"frame-ancestors": "*"})
    return app


def _render(problem: Problem) -> str:
    return f"<!doctype html><title>{problem.kind.title}</title>"


def _add_plain_views(app: Flask) -> None:  # noqa: C901 - one small view after the other
    @app.post("/raw")
    def raw():
        return strictjson.json_response({"value": strictjson.read_json(request, max_bytes=64 * 1024)})

    @app.post("/flask-json")
    def flask_json():
        return {"value": request.get_json()}

    @app.get("/reader")
    def reader():
        found = auth.current_reader(KEYS)
        return {"reader": None if found is None else {"subject": found.subject, "name": found.name, "roles": found.roles}}

    @app.get("/edit-token")
    def edit_token():
        return {"token": auth.edit_token()}

    @app.route("/account", methods=["GET", "POST"])
    def account():
        return {"id": auth.require_principal().account_id}

    @app.get("/site/<site_id>/<any(moderator,admin):role>")
    def on_site(site_id, role):
        return {"id": auth.require(Role(role), site_id).account_id}

    @app.post("/sign-in")
    def sign_in():
        csrf.check_origin()
        response = Response("in")
        auth.set_session_cookie(response, SESSION, max_age_s=60)
        return response

    @app.post("/sign-out")
    def sign_out():
        response = Response("out")
        auth.clear_session_cookie(response)
        return response

    @app.get("/csrf-token")
    def token():
        return {"token": csrf.csrf_token(SESSION)}

    @app.route("/tagged/<version>", methods=["GET", "PUT"])
    def tagged(version):
        weak = version.startswith("weak")
        tag = etag.make_etag(version, weak=weak)
        if request.method == "PUT":
            etag.require_match(tag)
        return etag.not_modified(tag) or etag.apply_etag(Response("the page"), tag)

    @app.get("/where")
    def where():
        return {
            "address": context.client_address(),
            "network": context.client_network(),
            "hash": context.address_hash(),
            "secure": context.is_secure(),
            "origin": context.own_origin(),
        }

    @app.get("/limited")
    def limited():
        throttle("post", rate=1, per_s=10, burst=2)
        return {}

    @app.get("/limit")
    def limit():
        return {"limit": pagination.parse_limit(request.args.get("limit"))}

    @app.post("/form")
    def form():
        return read_form({"email": 40, "note": 100})

    @app.get("/embed/page")
    @app.get("/moderate/page")
    def page():
        return "<p>a page</p>"

    @app.get("/sessions")
    def sessions():
        with context.reading() as first, context.transaction() as second:
            return {"sessions": [first, second]}

    @app.get("/fail/<how>")
    @app.get("/moderate/fail/<how>")
    def fail(how):
        raise FAILURES[how]


FAILURES: Mapping[str, Exception] = {
    "throttled": ThrottledError("Slowly.", retry_after_s=7),
    "teapot": TeapotError("Something of its own."),
    "storage": StorageUnavailableError("database is locked: INSERT INTO comment VALUES ('canary')"),
    "unknown": RuntimeError("canary"),
}


def problem_of(response: Any, status: int, code: str) -> dict[str, Any]:
    """The problem document of `response`, once it is one, of this status and code."""
    assert (response.status_code, response.mimetype) == (status, "application/problem+json"), response.get_data()
    document = strictjson.loads(response.get_data())
    assert isinstance(document, dict)
    assert document["type"] == f"/problems/{code}"
    assert document["status"] == status
    assert document["title"]
    assert document["instance"].startswith("urn:")
    return document
