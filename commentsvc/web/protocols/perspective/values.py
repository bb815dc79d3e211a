"""The body as JSON, and members of it by the names and types that the protocol gives them. What it does not name is passed over."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Final

from flask import Request

from commentsvc.web import strictjson
from commentsvc.web.protocols.perspective.refusals import RefusedRequestError
from commentsvc.web.refusals import MalformedJsonError

_ESCAPE: Final = re.compile(
    rb"(\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})|(\\u[dD][89a-fA-F][0-9a-fA-F]{2}|\\u0000)|(\\.)", re.DOTALL
)
_CAPITAL: Final = re.compile(r"(?<!^)(?=[A-Z])")
_NO_TEXT: Final = rb"\ufffd"

Members = Mapping[str, object]


def read_body(request: Request) -> Members:
    """The object that the body holds, whatever its Content-Type says.

    Raises RefusedRequestError, MalformedJsonError and PayloadTooLargeError.
    """
    raw = request.get_data(cache=True, parse_form_data=False)
    limit = request.max_content_length or strictjson.MAX_BYTES
    try:
        value = strictjson.loads(raw, max_bytes=limit)
    except MalformedJsonError:
        # Clients publish what they get no score for, so characters that are none must not be a way past the scorer.
        mended = _ESCAPE.sub(_mend, raw)
        if mended == raw:
            raise
        value = strictjson.loads(mended, max_bytes=limit)
    if not isinstance(value, dict):
        raise RefusedRequestError("Invalid JSON payload received. The body must be an object.")
    return value


def _mend(escape: re.Match[bytes]) -> bytes:
    return _NO_TEXT if escape.group(2) else escape.group()


def member(members: Members, name: str) -> object:
    """A member by its name, or by the same in small letters with underscores, which protocol buffers take as well; None without it."""
    return members.get(name, members.get(_in_small_letters(name)))


@cache
def _in_small_letters(name: str) -> str:
    return _CAPITAL.sub("_", name).lower()


def text_of(members: Members, name: str) -> str | None:
    """A text, or None."""
    value = member(members, name)
    if value is None or isinstance(value, str):
        return value
    raise _unfit(name, "a string")


def flag_of(members: Members, name: str) -> bool:
    """True or false; false where it is absent."""
    value = member(members, name)
    if value is None or isinstance(value, bool):
        return bool(value)
    raise _unfit(name, "true or false")


def number_of(members: Members, name: str) -> float | None:
    """A number, or None."""
    value = member(members, name)
    if value is None:
        return None
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    raise _unfit(name, "a number")


def index_of(members: Members, name: str) -> int:
    """A place in a text; 0 where it is absent."""
    value = member(members, name)
    if value is None:
        return 0
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    raise _unfit(name, "an integer that is not negative")


def members_of(members: Members, name: str) -> Members:
    """The members of an object; none where it is absent."""
    value = member(members, name)
    if value is None:
        return {}
    if isinstance(value, dict):
        return value
    raise _unfit(name, "an object")


def objects_of(members: Members, name: str) -> list[Members]:
    """A list of objects; an empty one where it is absent."""
    value = member(members, name)
    if value is None:
        return []
    if isinstance(value, list) and all(isinstance(item, dict) for item in value):
        return value
    raise _unfit(name, "a list of objects")


def texts_of(members: Members, name: str) -> tuple[str, ...]:
    """A list of texts; none where it is absent."""
    value = member(members, name)
    if value is None:
        return ()
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return tuple(value)
    raise _unfit(name, "a list of strings")


def _unfit(name: str, wanted: str) -> RefusedRequestError:
    return RefusedRequestError(f"Invalid value at '{name}': it must be {wanted}.")
