"""Reading single values of other systems' records, which may be anything: what cannot be read is None or empty, never an error."""

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_FORMS: Final = ("%Y-%m-%d %H:%M:%S %z", "%Y-%m-%d %H:%M:%S %z %Z", "%a, %d %b %Y %H:%M:%S %z")
_TRUE: Final = frozenset({"true", "1", "yes"})
_MOST_DIGITS: Final = 18


def text_of(value: object) -> str:
    """A string, or a number as one; anything else is empty. Lone surrogates, which no database takes, become question marks."""
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**_MOST_DIGITS:
        return str(value)
    return ""


def some_text(value: object) -> str | None:
    """As `text_of` without white space at the ends; None when nothing is left."""
    return text_of(value).strip() or None


def is_true(value: object) -> bool:
    """Whether a value says yes, as a boolean, a number or in words."""
    return text_of(value).strip().lower() in _TRUE if not isinstance(value, bool) else value


def count_of(value: object) -> int:
    """A whole number; 0 for what is none."""
    if isinstance(value, bool):
        return 0
    text = text_of(value).strip()
    digits = text.removeprefix("-")
    return int(text) if digits.isascii() and digits.isdecimal() and len(digits) <= _MOST_DIGITS else 0


def time_of(value: object) -> datetime | None:
    """A time in UTC from RFC 3339, ISO 8601, the forms of SQL and Go, or seconds since 1970. Without a zone it is taken as UTC."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _since_epoch(float(value))
    text = text_of(value).strip()
    if not text:
        return None
    try:
        return _in_utc(datetime.fromisoformat(text))
    except (ValueError, OverflowError):
        pass
    for form in _FORMS:
        try:
            return _in_utc(datetime.strptime(text, form))  # noqa: DTZ007 - every form has a zone
        except (ValueError, OverflowError):
            continue
    return _nanoseconds(text)


def _nanoseconds(text: str) -> datetime | None:
    # Go writes as many digits of a second as there are; Python reads six.
    head, dot, tail = text.partition(".")
    digits = len(tail) - len(tail.lstrip("0123456789"))
    if not dot or digits <= 6:  # noqa: PLR2004 - see above
        return None
    try:
        return _in_utc(datetime.fromisoformat(f"{head}.{tail[:6]}{tail[digits:]}"))
    except (ValueError, OverflowError):
        return None


def _in_utc(at: datetime) -> datetime:
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def _since_epoch(seconds: float) -> datetime | None:
    try:
        return _EPOCH + timedelta(seconds=seconds)
    except (ValueError, OverflowError):
        return None


def guest_id(name: str, email: str | None) -> str:
    """What a guest is known by in the source: the same for the same name and address."""
    said = f"{name.strip().casefold()}\0{(email or '').strip().casefold()}"
    return "guest:" + hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()[:32]


def path_of(url: str) -> str:
    """The path of an address, with its query: what is the same wherever the site moves. The address itself where it has none."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    return (parts.path + (f"?{parts.query}" if parts.query else "")) or url
