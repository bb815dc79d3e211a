"""One pipeline for every log line: a constant event and ids, never what people wrote or who they are."""

import json
import logging
import sys
import traceback
from collections.abc import Mapping
from types import TracebackType
from typing import TextIO

import orjson
import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

FORBIDDEN_KEYS = frozenset(
    {
        "address",
        "api_token",
        "authorization",
        "body",
        "body_html",
        "client_address",
        "cookie",
        "edit_token",
        "email",
        "ip",
        "jwt",
        "name",
        "note",
        "password",
        "query",
        "secret",
        "session",
        "text",
        "title",
        "token",
        "url",
    }
)
"""Fields that could carry people's words, names or secrets."""

_QUIET = ("werkzeug", "sqlalchemy.engine", "urllib3", "asyncio", "_granian.access", "granian.access")
# Messages of these without values to fill in are constants; other libraries build theirs from what they were given.
_TRUSTED = frozenset({"alembic", "commentsvc", "granian", "_granian"})
_MAX_FRAMES = 30


class ForbiddenLogKeyError(ValueError):
    """A log line names a field that could carry what people wrote; raised in strict mode only."""


def configure_logging(*, as_json: bool, level: str = "INFO", strict: bool = False, stream: TextIO | None = None) -> None:
    """Send structlog and the standard library's logging through one pipeline to `stream` (standard error).

    `as_json` writes one JSON object a line, otherwise text for people. `strict` raises on a forbidden field in place of dropping it. May be
    called again; the last call counts.
    """
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        describe_exception,
        forbid_keys if strict else drop_keys,
    ]
    renderer: Processor = (
        structlog.processors.JSONRenderer(serializer=_to_json) if as_json else structlog.dev.ConsoleRenderer(colors=False, pad_event_to=0)
    )
    target = stream or sys.stderr
    # Our own events are rendered at once: the way through the standard library costs four times as much, for each request.
    structlog.configure(
        processors=[*shared, renderer],
        logger_factory=structlog.WriteLoggerFactory(target),
        wrapper_class=structlog.make_filtering_bound_logger(level),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(target)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, hide_foreign_values],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
            pass_foreign_args=True,
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for quiet in _QUIET:
        logging.getLogger(quiet).setLevel(logging.WARNING)


def drop_keys(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Drop forbidden fields, and say which were dropped."""
    dropped = sorted(_forbidden(event))
    for key in dropped:
        del event[key]
    if dropped:
        event["dropped"] = dropped
    return event


def forbid_keys(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Raise ForbiddenLogKeyError on a forbidden field."""
    found = sorted(_forbidden(event))
    if found:
        raise ForbiddenLogKeyError(f"{event.get('event')}: {', '.join(found)}")
    return event


def describe_exception(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Replace an exception by its type and the places it passed: what it says may hold a row or somebody's text."""
    info = event.pop("exc_info", None)
    error = _exception_of(info)
    if error is not None:
        event["exc_type"] = f"{type(error).__module__}.{type(error).__qualname__}"
        event["exc_frames"] = _frames(error.__traceback__)
        cause = error.__cause__ or error.__context__
        if cause is not None:
            event["exc_cause"] = f"{type(cause).__module__}.{type(cause).__qualname__}"
    return event


def hide_foreign_values(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Keep of a library's message its template, without the values filled in: those may be addresses, texts or rows."""
    record = event.get("_record")
    values = event.pop("positional_args", ())
    if isinstance(record, logging.LogRecord):
        known = record.name.split(".", 1)[0] in _TRUSTED
        event["event"] = "library_message"
        event["logger"] = record.name
        event["template"] = str(record.msg) if values or known else "(no values)"
    return event


def _forbidden(event: Mapping[str, object]) -> set[str]:
    return {key for key in event if key in FORBIDDEN_KEYS or key.lower() in FORBIDDEN_KEYS}


def _exception_of(info: object) -> BaseException | None:
    if isinstance(info, BaseException):
        return info
    if isinstance(info, tuple):
        return next((part for part in info if isinstance(part, BaseException)), None)
    return sys.exc_info()[1] if info else None


def _frames(trace: TracebackType | None) -> list[str]:
    return [f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(trace)[-_MAX_FRAMES:]]


def _to_json(event: EventDict, **_options: object) -> str:
    try:
        return orjson.dumps(event, default=repr).decode()
    except TypeError:  # an integer over 64 bits
        return json.dumps(event, default=repr)
