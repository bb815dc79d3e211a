"""Who may ask: the keys of a file, one a line, and where a request brings its own."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from flask import Request

from commentsvc.settings import PerspectiveSettings, SettingsError
from commentsvc.web.protocols.perspective.refusals import RefusedKeyError

MIN_KEY_CHARS: Final = 16
MOST_NAME_CHARS: Final = 100
_MOST_WORDS: Final = 3


@dataclass(frozen=True, slots=True)
class Key:
    """What is known of a key. `digest` stands for it wherever it is counted or looked up, `name` wherever people read of it."""

    digest: str
    name: str
    queries_per_s: float


Keys = Mapping[str, Key]
"""Keys by their digests: looking one up takes no longer for a key that is nearly right."""


def read_keys(settings: PerspectiveSettings) -> Keys:
    """Read the file that the settings name: on each line a key, and if wanted a name and how many queries a second it may send.

    Raises SettingsError that names the line and never the key.
    """
    path = Path(settings.keys_file)
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise SettingsError(f"perspective.keys_file: {path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"perspective.keys_file: {path} is not UTF-8 text") from error
    keys: dict[str, Key] = {}
    for number, line in enumerate(lines, start=1):
        words = line.partition("#")[0].split()
        if words:
            key = _read_key(words, settings.queries_per_s, f"perspective.keys_file: {path}, line {number}")
            keys[key.digest] = key
    if not keys:
        raise SettingsError(f"perspective.keys_file: {path} holds no key")
    return keys


def _read_key(words: list[str], queries_per_s: float, where: str) -> Key:
    if len(words) > _MOST_WORDS:
        raise SettingsError(f"{where}: a line is a key, a name and a number, the last two as wanted")
    if len(words[0]) < MIN_KEY_CHARS:
        raise SettingsError(f"{where}: a key needs at least {MIN_KEY_CHARS} characters")
    rest = words[1:]
    quota = _number(rest[-1]) if rest else None
    if quota is not None:
        rest.pop()
    if len(rest) > 1 or (quota is not None and not 0 < quota <= 1_000_000):  # noqa: PLR2004 - more than anybody serves
        raise SettingsError(f"{where}: after the name stands how many queries a second the key may send")
    name = rest[0] if rest else ""
    if len(name) > MOST_NAME_CHARS:
        raise SettingsError(f"{where}: a name has at most {MOST_NAME_CHARS} characters")
    digest = _digest(words[0])
    # What comes with a key that has no name is kept apart from that of others all the same.
    return Key(digest, name or f"key-{digest[:12]}", quota or queries_per_s)


def _number(word: str) -> float | None:
    try:
        return float(word)
    except ValueError:
        return None


def find_key(request: Request, keys: Keys) -> Key:
    """The key of a request: `?key=`, the header `X-Goog-Api-Key`, or a bearer token. Raises RefusedKeyError."""
    scheme, _, bearer = request.headers.get("Authorization", "").partition(" ")
    given = (
        request.args.get("key") or request.headers.get("X-Goog-Api-Key") or (bearer.strip() if scheme.lower() == "bearer" else "")
    ).strip()
    found = keys.get(_digest(given)) if given else None
    if found is None:
        raise RefusedKeyError
    return found


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
