"""JSON as strict as RFC 8259 and RFC 7493 (I-JSON): what two parsers could read differently is refused.

orjson refuses byte order marks, invalid UTF-8, NaN, infinities, lone surrogates and numbers that overflow. This module adds what it lets
through: duplicate member names, NUL characters, nesting deeper than anyone needs, and size.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

import orjson
from flask import Flask, Request, Response
from flask.json.provider import JSONProvider

from commentsvc.domain.errors import FieldProblem
from commentsvc.web.refusals import MalformedJsonError, PayloadTooLargeError, UnsupportedMediaTypeError

MAX_DEPTH = 32
MAX_BYTES = 1 << 20

# The closing quote is optional so that an unclosed string is passed over once, and not again from each of its escaped quotes.
_STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"?', re.DOTALL)
_DUMP_OPTIONS = orjson.OPT_UTC_Z | orjson.OPT_NON_STR_KEYS


def loads(raw: bytes, *, max_bytes: int = MAX_BYTES, max_depth: int = MAX_DEPTH) -> object:
    """Read the value that `raw` holds, made of dict, list, str, int, float, bool and None.

    Raises PayloadTooLargeError, and MalformedJsonError with a pointer to the member that is wrong where there is one.
    """
    if len(raw) > max_bytes:
        raise PayloadTooLargeError(f"The body has {len(raw)} bytes; at most {max_bytes} are read.")
    if raw.count(b"[") + raw.count(b"{") > max_depth and _is_deeper(raw, max_depth):
        raise MalformedJsonError(f"The JSON is nested deeper than {max_depth} levels.")
    try:
        value = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise MalformedJsonError(f"The body is not valid JSON: {error}.") from None
    # As many members as colons: none can have been swallowed. Colons inside strings only send us the longer way.
    members = _count_members(value)
    if members != raw.count(b":") and members != _STRING.sub(b"", raw).count(b":"):
        raise _duplicate_member(raw)
    if b"\\u0000" in raw:
        _refuse_nul(value, "")
    return value


def dumps(value: object) -> bytes:
    """Write `value` as UTF-8 JSON; datetimes as RFC 3339 in UTC, dataclasses by their fields."""
    return orjson.dumps(value, option=_DUMP_OPTIONS)


def json_response(value: object, status: int = 200) -> Response:
    """Answer with `value` as it is, past any schema; for hot lists."""
    return Response(dumps(value), status, mimetype="application/json")


def pointer(*steps: str | int) -> str:
    """Give the RFC 6901 pointer to the member reached by `steps`."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in steps)


def read_json(request: Request, *, max_bytes: int = MAX_BYTES, max_depth: int = MAX_DEPTH) -> object:
    """Read the JSON body of `request`. Raises UnsupportedMediaTypeError, PayloadTooLargeError or MalformedJsonError."""
    require_json_type(request)
    if request.content_length is not None and request.content_length > max_bytes:
        raise PayloadTooLargeError(f"The body has {request.content_length} bytes; at most {max_bytes} are read.")
    return loads(request.get_data(cache=True), max_bytes=max_bytes, max_depth=max_depth)


def require_json_type(request: Request) -> None:
    """Return when the body is declared as uncompressed JSON in UTF-8; raises UnsupportedMediaTypeError otherwise."""
    if request.environ.get("CONTENT_TYPE") == "application/json" and "HTTP_CONTENT_ENCODING" not in request.environ:
        # As nearly everybody writes it: nothing to be parsed.
        return
    if request.mimetype != "application/json":
        raise UnsupportedMediaTypeError("Send the body as application/json.")
    charset = request.mimetype_params.get("charset", "utf-8")
    if charset.lower() not in {"utf-8", "utf8", "us-ascii"}:
        raise UnsupportedMediaTypeError("JSON is read as UTF-8 only.")
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise UnsupportedMediaTypeError("Compressed bodies are not read.")


class StrictJsonProvider(JSONProvider):
    """Flask's way to this module: `request.get_json()`, `app.json` and `jsonify` all pass here."""

    def dumps(self, obj: object, **kwargs: Any) -> str:  # noqa: ANN401 - the signature is Flask's
        """Write JSON text; of the keyword arguments only `indent` and `sort_keys` mean something."""
        option = _DUMP_OPTIONS
        if kwargs.get("indent"):
            option |= orjson.OPT_INDENT_2
        if kwargs.get("sort_keys"):
            option |= orjson.OPT_SORT_KEYS
        return orjson.dumps(obj, option=option).decode()

    def loads(self, s: str | bytes, **_kwargs: Any) -> object:  # noqa: ANN401 - the signature is Flask's
        """Read strict JSON."""
        return loads(s.encode("utf-8", "surrogatepass") if isinstance(s, str) else s, max_bytes=max(len(s) * 4, MAX_BYTES))

    def response(self, *args: object, **kwargs: object) -> Response:
        """Make a JSON response of one value, or of the keyword arguments."""
        value = self._prepare_response_obj(args, dict(kwargs))
        return json_response(value)


def install_strict_json(app: Flask) -> None:
    """Make every JSON body of `app` pass here."""
    app.json = StrictJsonProvider(app)


def _is_deeper(raw: bytes, max_depth: int) -> bool:
    depth = 0
    for byte in _STRING.sub(b"", raw):
        if byte in b"[{":
            depth += 1
            if depth > max_depth:
                return True
        elif byte in b"]}":
            depth -= 1
    return False


def _count_members(value: object) -> int:
    count = 0
    stack = [value]
    while stack:
        item = stack.pop()
        if type(item) is dict:
            count += len(item)
            stack.extend(item.values())
        elif type(item) is list:
            stack.extend(item)
    return count


class _Members(list[tuple[str, object]]):
    """An object's members in the order sent, duplicates kept."""


def _duplicate_member(raw: bytes) -> MalformedJsonError:
    where = _find_duplicate(json.loads(raw, object_pairs_hook=_Members), "")
    problem = FieldProblem(where or "", "This member name occurs more than once in its object.")
    return MalformedJsonError("An object names the same member twice.", fields=(problem,))


def _find_duplicate(value: object, at: str) -> str | None:
    if isinstance(value, _Members):
        seen: set[str] = set()
        for name, _ in value:
            if name in seen:
                return at + pointer(name)
            seen.add(name)
        children: list[tuple[str | int, object]] = list(value)
    elif isinstance(value, list):
        children = list(enumerate(value))
    else:
        return None
    return next((found for step, item in children if (found := _find_duplicate(item, at + pointer(step)))), None)


def _refuse_nul(value: object, at: str) -> None:
    if isinstance(value, str):
        if "\0" in value:
            raise MalformedJsonError("Texts may not hold the character U+0000.", fields=(FieldProblem(at, "Holds the character U+0000."),))
    elif isinstance(value, Mapping):
        for name, item in value.items():
            _refuse_nul(name, at)
            _refuse_nul(item, at + pointer(name))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            _refuse_nul(item, at + pointer(index))
