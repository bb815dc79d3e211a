"""marshmallow fields that take what JSON (or a query) means and nothing that merely looks like it."""

import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, TypeGuard, cast

from marshmallow import ValidationError, fields, validate

from commentsvc.web.pagination import CURSOR

_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
_EXACT = 2.0**53  # up to here each whole number has a float of its own
_DIGITS = re.compile(r"-?(?:0|[1-9][0-9]{0,17})")


class Whole(validate.Regexp):
    """Holds the whole text against a pattern. `$` alone would let a line feed stand behind it."""

    def __call__(self, value: str) -> str:  # type: ignore[override]  # texts only
        """Give the text back, or raise ValidationError."""
        if cast("re.Pattern[str]", self.regex).fullmatch(value) is None:
            raise ValidationError(self._format_error(value))
        return value


class JsonInteger(fields.Integer):
    """A whole number of JSON within 64 bits: no text and no boolean. 1.0 is one, as JSON Schema (and so our OpenAPI document) has it."""

    def __init__(self, **kwargs: Any) -> None:  # noqa: ANN401 - passed on to marshmallow
        metadata = {"format": "int64", **kwargs.pop("metadata", {})}
        super().__init__(strict=True, metadata=metadata, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> int:  # noqa: ANN401 - marshmallow's
        if type(value) is float and value.is_integer() and abs(value) <= _EXACT:
            value = int(value)
        number = super()._deserialize(value, attr, data, **kwargs)
        if not -(2**63) <= number < 2**63:
            raise self.make_error("too_large", input=value)
        return number


class JsonNumber(fields.Float):
    """A finite number of JSON: neither a text nor a boolean."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> float:  # noqa: ANN401 - marshmallow's
        if type(value) not in {int, float} or not math.isfinite(value):
            raise self.make_error("invalid", input=value)
        return super()._deserialize(value, attr, data, **kwargs)


class JsonBoolean(fields.Boolean):
    """True or false of JSON: no text and no number stands for it."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> bool:  # noqa: ANN401, ARG002 - marshmallow's
        if value is not True and value is not False:
            raise self.make_error("invalid", input=value)
        return bool(value)


class QueryInteger(fields.Integer):
    """A whole number in a query or path: ASCII digits without leading zeros or blanks."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> int:  # noqa: ANN401 - marshmallow's
        if not isinstance(value, str) or not _DIGITS.fullmatch(value):
            raise self.make_error("invalid", input=value)
        return super()._deserialize(value, attr, data, **kwargs)


class QueryBoolean(fields.Boolean):
    """`true` or `false` in a query."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> bool:  # noqa: ANN401, ARG002 - marshmallow's
        if value not in {"true", "false"}:
            raise self.make_error("invalid", input=value)
        return bool(value == "true")


class Id(fields.String):
    """An id of ours: a UUIDv7 in its usual lower-case form."""

    default_error_messages = {"invalid_id": "Not an id."}  # noqa: RUF012 - marshmallow's

    def __init__(self, **kwargs: Any) -> None:  # noqa: ANN401 - passed on to marshmallow
        # Not the format `uuid` as well: of all those, one in dozens is an id of ours.
        metadata = {"pattern": f"^{_ID.pattern}$", **kwargs.pop("metadata", {})}
        super().__init__(metadata=metadata, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:  # noqa: ANN401 - marshmallow's
        found = super()._deserialize(value, attr, data, **kwargs)
        if not _ID.fullmatch(found):
            raise self.make_error("invalid_id")
        return found


def is_id(value: object) -> TypeGuard[str]:
    """Whether an `Id` would take a value."""
    return isinstance(value, str) and _ID.fullmatch(value) is not None


class Cursor(fields.String):
    """The position that a list gave as `next`; `pagination.decode_cursor` reads it."""

    def __init__(self, **kwargs: Any) -> None:  # noqa: ANN401 - passed on to marshmallow
        metadata = {"description": "The `next` of the page before.", **kwargs.pop("metadata", {})}
        super().__init__(validate=Whole(f"^{CURSOR.pattern}$", error="Must be a cursor that this list gave."), metadata=metadata, **kwargs)


class Time(fields.AwareDateTime):
    """An RFC 3339 time; read into aware UTC, written with `Z`."""

    def __init__(self, **kwargs: Any) -> None:  # noqa: ANN401 - passed on to marshmallow
        super().__init__(format="iso", default_timezone=None, **kwargs)

    def _serialize(self, value: datetime | None, attr: str | None, obj: Any, **kwargs: Any) -> str | float | None:  # noqa: ANN401, ARG002 - marshmallow's
        return None if value is None else value.astimezone(UTC).isoformat().replace("+00:00", "Z")

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> datetime:  # noqa: ANN401 - marshmallow's
        if not isinstance(value, str):
            raise self.make_error("invalid", input=value, obj_type=self.OBJ_TYPE)
        try:
            return super()._deserialize(value, attr, data, **kwargs).astimezone(UTC)
        except OverflowError:
            raise self.make_error("invalid", input=value, obj_type=self.OBJ_TYPE) from None


def text(*, at_least: int = 1, at_most: int, **kwargs: Any) -> fields.String:  # noqa: ANN401 - passed on to marshmallow
    """Make a text field of `at_least` to `at_most` characters; every text that comes in has a bound."""
    return fields.String(validate=validate.Length(min=at_least, max=at_most), **kwargs)
