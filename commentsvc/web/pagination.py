"""Cursors: opaque positions in a list. They hold places in an order and nothing secret, so they are encoded and not signed."""

import base64
import binascii
import re
from collections.abc import Sequence
from datetime import UTC, datetime

import orjson

from commentsvc.domain.errors import FieldProblem, InvalidError, NotFoundError
from commentsvc.web import strictjson
from commentsvc.web.refusals import MalformedJsonError

DEFAULT_LIMIT = 50
MAX_LIMIT = 100
MAX_CURSOR = 2000
CURSOR = re.compile(rf"[A-Za-z0-9_-]{{1,{MAX_CURSOR}}}")

CursorValue = str | int | float | bool | None


def encode_cursor(kind: str, values: Sequence[CursorValue]) -> str:
    """Write a position as letters, digits, `-` and `_`. `kind` names the list and its order, so that no cursor fits another list."""
    return base64.urlsafe_b64encode(orjson.dumps([kind, *values])).rstrip(b"=").decode()


def decode_cursor(raw: str | None, kind: str, shape: Sequence[type]) -> tuple[CursorValue, ...] | None:
    """Read a position that `encode_cursor` wrote for the same `kind` with values of exactly these types; None gives None.

    Raises InvalidError for what cannot be a cursor, and NotFoundError for one that this list did not give (there is no such page); both
    point at the parameter `cursor`.
    """
    if raw is None:
        return None
    if not CURSOR.fullmatch(raw):
        raise _refusal("cursor", "Must be a cursor that this list gave as `next`.")
    values = _read(raw)
    fits = (
        values is not None
        and len(values) == len(shape) + 1
        and values[0] == kind
        and all(type(value) is expected for value, expected in zip(values[1:], shape, strict=True))
    )
    if values is None or not fits or encode_cursor(kind, values[1:]) != raw:
        problem = FieldProblem("?cursor", "This list did not give this cursor; begin without one.")
        raise NotFoundError("There is no such page.", fields=(problem,))
    return tuple(values[1:])


def decode_moment(raw: str | None, kind: str) -> tuple[datetime, str] | None:
    """Read a place in a list by time and id, which was written with the time in ISO 8601. Raises as `decode_cursor`."""
    position = decode_cursor(raw, kind, (str, str))
    if position is None:
        return None
    try:
        return datetime.fromisoformat(str(position[0])).astimezone(UTC), str(position[1])
    except (ValueError, OverflowError):
        raise NotFoundError("There is no such page.") from None


def parse_limit(raw: str | None, *, default: int = DEFAULT_LIMIT, maximum: int = MAX_LIMIT) -> int:
    """Read how many entries a page shall have: 1 to `maximum`, plain digits. Raises InvalidError that points at `limit`."""
    if raw is None:
        return default
    if raw.isascii() and raw.isdigit() and len(raw) <= len(str(maximum)) and 1 <= int(raw) <= maximum and not raw.startswith("0"):
        return int(raw)
    raise _refusal("limit", f"Must be a whole number from 1 to {maximum}.")


def _read(raw: str) -> list[CursorValue] | None:
    try:
        decoded = base64.b64decode(raw + "=" * (-len(raw) % 4), b"-_", validate=True)
        value = strictjson.loads(decoded, max_bytes=MAX_CURSOR, max_depth=1)
    except (binascii.Error, MalformedJsonError):
        return None
    return value if isinstance(value, list) else None


def _refusal(parameter: str, detail: str) -> InvalidError:
    return InvalidError("Some values do not fit.", fields=(FieldProblem(f"?{parameter}", detail),))
