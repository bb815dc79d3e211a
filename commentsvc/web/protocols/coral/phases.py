"""Which of our sites routes for which Coral: a file with a line for each, and how their requests are known."""

import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from commentsvc.settings import SettingsError

MIN_SECRET_CHARS: Final = 16
MOST_SIGNATURES: Final = 5
_SLUG: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
_MOST_WORDS: Final = 3


@dataclass(frozen=True, slots=True)
class Phase:
    """A site's phase. Several secrets hold where several lines name the site: as long as Coral rolls one over."""

    secrets: tuple[bytes, ...]
    feedback: str


def read_phases(name: str) -> Mapping[str, Phase]:
    """Read the file by sites' keys. Raises SettingsError that names the line and never a secret."""
    path = Path(name)
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise SettingsError(f"coral.phases_file: {path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"coral.phases_file: {path} is not UTF-8 text") from error
    phases: dict[str, Phase] = {}
    for number, line in enumerate(lines, start=1):
        words = line.partition("#")[0].split()
        if not words:
            continue
        where = f"coral.phases_file: {path}, line {number}"
        if not 2 <= len(words) <= _MOST_WORDS:  # noqa: PLR2004 - a site and a secret at least
            raise SettingsError(f"{where}: a line is a site's key, a signing secret and, if wanted, the name of a key")
        if not _SLUG.fullmatch(words[0]):
            raise SettingsError(f"{where}: this is no site's key")
        if len(words[1]) < MIN_SECRET_CHARS:
            raise SettingsError(f"{where}: a signing secret has at least {MIN_SECRET_CHARS} characters")
        known = phases.get(words[0])
        secret = words[1].encode()
        feedback = words[2] if len(words) == _MOST_WORDS else "coral"
        phases[words[0]] = Phase((*(known.secrets if known else ()), secret), feedback)
    if not phases:
        raise SettingsError(f"coral.phases_file: {path} names no site")
    return phases


def is_signed(secrets: Sequence[bytes], raw: bytes, header: str) -> bool:
    """Whether one of the header's signatures (`sha256=<hex>`, parted by commas) is one of the body's, made with one of the secrets."""
    given = [part.strip().removeprefix("sha256=") for part in header.split(",")[:MOST_SIGNATURES] if part.strip().startswith("sha256=")]
    expected = [hmac.new(secret, raw, hashlib.sha256).hexdigest() for secret in secrets]
    return any(hmac.compare_digest(one, digest) for one in given if _DIGEST.fullmatch(one) for digest in expected)
