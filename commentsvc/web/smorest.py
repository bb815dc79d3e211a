"""flask-smorest, mended: problem documents for errors, strict JSON, no unknown or doubled query parameters, OpenAPI 3.1."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar, cast

import flask
import flask_smorest  # type: ignore[import-untyped]  # it carries no types
import marshmallow as ma
from apispec import APISpec
from flask import Flask, Response
from webargs import core
from webargs.flaskparser import FlaskParser

from commentsvc.domain.errors import FieldProblem, InvalidError
from commentsvc.web import strictjson
from commentsvc.web.etag import apply_etag, make_etag, not_modified
from commentsvc.web.problems import CONTENT_TYPE

View = TypeVar("View", bound=Callable[..., Any])
Schema = ma.Schema | type[ma.Schema]

API_PREFIX = "/api/v1"
OPENAPI_PATH = f"{API_PREFIX}/openapi.json"

READER: list[dict[str, list[str]]] = [{"readerJwt": []}, {}]
"""Security of what readers do: a site-signed token, or none for guests."""
ACCOUNT: list[dict[str, list[str]]] = [{"apiToken": []}, {"sessionCookie": []}]
"""Security of what moderators and admins do."""
ANYONE: list[dict[str, list[str]]] = []

_SECURITY_SCHEMES: Mapping[str, dict[str, str]] = {
    "apiToken": {
        "type": "http",
        "scheme": "bearer",
        "description": "An API token of a moderator's or admin's account; begins with `csv_`.",
    },
    "readerJwt": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "A reader's token, signed by the site: HS256 or RS256, with `sub`, `name`, `aud` (the site's key) and `exp`.",
    },
    "sessionCookie": {
        "type": "apiKey",
        "in": "cookie",
        "name": "commentsvc_session",
        "description": "The consoles' session (`__Host-commentsvc_session` on https). Unsafe methods need `X-CSRF-Token` too.",
    },
    "editToken": {"type": "apiKey", "in": "header", "name": "X-Edit-Token", "description": "A guest's proof that a comment is theirs."},
}


class FieldProblemSchema(ma.Schema):
    """Where something is wrong, and what. One of `pointer`, `parameter` and `header` is there."""

    pointer = ma.fields.String(metadata={"description": "RFC 6901 pointer into the body, such as `/author/name`."})
    parameter = ma.fields.String(metadata={"description": "Name of the query or path parameter."})
    header = ma.fields.String(metadata={"description": "Name of the header."})
    detail = ma.fields.String(required=True, metadata={"description": "What is wrong, for people."})


class ProblemSchema(ma.Schema):
    """A problem document (RFC 9457)."""

    type = ma.fields.String(required=True, metadata={"description": "`/problems/<code>`; the code is stable.", "format": "uri-reference"})
    title = ma.fields.String(required=True, metadata={"description": "The kind of problem; the same for each of its type."})
    status = ma.fields.Integer(required=True, metadata={"description": "HTTP status."})
    detail = ma.fields.String(metadata={"description": "What is wrong this time, for people."})
    instance = ma.fields.String(metadata={"description": "The request's id, as in the log.", "format": "uri"})
    errors = ma.fields.List(ma.fields.Nested(FieldProblemSchema), metadata={"description": "The values that do not fit."})


class StrictParser(FlaskParser):
    """Reads arguments for schemas: JSON through `strictjson`, and nothing unknown or doubled in a query."""

    DEFAULT_UNKNOWN_BY_LOCATION = {  # noqa: RUF012 - webargs' own
        **FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION,
        "query": ma.RAISE,
        "querystring": ma.RAISE,
        "json": ma.RAISE,
    }

    def load_json(self, req: flask.Request, schema: ma.Schema) -> Any:  # noqa: ANN401, ARG002 - webargs' signature
        """Read the body. No body and no content type is an empty object, so that a schema without required fields may be left out."""
        if not req.content_type and not req.content_length and "chunked" not in req.headers.get("Transfer-Encoding", "").lower():
            return core.missing
        return strictjson.read_json(req, max_bytes=req.max_content_length or strictjson.MAX_BYTES)

    def load_querystring(self, req: flask.Request, schema: ma.Schema) -> Any:  # noqa: ANN401 - webargs' signature
        """Read the query, where a parameter may occur once unless its field is a list."""
        lists = {field.data_key or name for name, field in schema.load_fields.items() if isinstance(field, ma.fields.List)}
        doubled = [name for name, values in req.args.lists() if len(values) > 1 and name not in lists]
        if doubled:
            raise InvalidError(
                "Some values do not fit.", fields=tuple(FieldProblem(f"?{name}", "Given more than once.") for name in doubled)
            )
        return super().load_querystring(req, schema)


def _made(schema: Schema | Mapping[str, Any]) -> ma.Schema | Mapping[str, Any]:
    # A class would be made into a schema anew for each request, which costs more than reading the request.
    return schema() if isinstance(schema, type) else schema


class CommentBlueprint(flask_smorest.Blueprint):  # type: ignore[misc]  # its base has no types
    """A blueprint whose arguments are read strictly. Give one query schema to a view, because each refuses what it does not know.

    The decorators are the parent's, with types, so that decorated views keep theirs.
    """

    ARGUMENTS_PARSER = StrictParser()
    PAGINATION_HEADER_NAME = None

    def route(self, rule: str, **options: Any) -> Callable[[View], View]:  # noqa: ANN401 - Flask's options
        """Serve the view at `rule`; `methods` as in Flask."""
        return cast("Callable[[View], View]", super().route(rule, **options))

    def arguments(self, schema: Schema, *, location: str = "json", **options: Any) -> Callable[[View], View]:  # noqa: ANN401 - the parent's
        """Hand the view what `schema` loads from `location` (`json`, `query`, `headers`), as its first free positional argument."""
        return cast("Callable[[View], View]", super().arguments(_made(schema), location=location, **options))

    def response(self, status_code: int, schema: Schema | None = None, **options: Any) -> Callable[[View], View]:  # noqa: ANN401 - the parent's
        """Answer with what the view returns, dumped through `schema`; a Response that the view made goes out as it is."""
        return cast("Callable[[View], View]", super().response(status_code, None if schema is None else _made(schema), **options))

    def alt_response(self, status_code: int, response: str | None = None, **options: Any) -> Callable[[View], View]:  # noqa: ANN401 - the parent's
        """Document another answer."""
        return cast("Callable[[View], View]", super().alt_response(status_code, response, **options))

    def doc(self, **members: Any) -> Callable[[View], View]:  # noqa: ANN401 - any member of an OpenAPI operation
        """Add members to the operation's description, such as `security=READER`."""
        return cast("Callable[[View], View]", super().doc(**members))


class CommentApi(flask_smorest.Api):  # type: ignore[misc]  # its base has no types
    """The API's registry and its OpenAPI document. Errors are left to `web.problems`; here they are only described."""

    ERROR_SCHEMA = ProblemSchema

    def __init__(self, app: Flask, *, version: str) -> None:
        app.config.update(
            API_TITLE="commentsvc",
            API_VERSION=version,
            OPENAPI_VERSION="3.1.0",
            OPENAPI_URL_PREFIX=API_PREFIX,
            OPENAPI_JSON_PATH="openapi.json",
        )
        super().__init__(
            app, spec_kwargs={"info": {"description": "Comments on articles, scored, routed and moderated in your own house."}}
        )
        # flask-smorest calls it None until it has an application; here it always has one.
        self.spec: APISpec
        for name, scheme in _SECURITY_SCHEMES.items():
            self.spec.components.security_scheme(name, scheme)

    def document(self) -> bytes:
        """Write the OpenAPI document; the same bytes for the same routes."""
        return strictjson.dumps(self.spec.to_dict())

    def _register_error_handlers(self) -> None:
        """Leave errors to `web.problems`."""

    def _register_responses(self) -> None:
        # The parent documents errors with the content type of successes; lend it ours while it does.
        self.DEFAULT_RESPONSE_CONTENT_TYPE = CONTENT_TYPE
        super()._register_responses()
        del self.DEFAULT_RESPONSE_CONTENT_TYPE

    def _openapi_json(self) -> Response:
        document = self.document()
        etag = make_etag(document.decode())
        return not_modified(etag) or apply_etag(Response(document, mimetype="application/json"), etag)
