"""The settings, parsed once. This module alone reads the environment."""

import json
import os
import re
import secrets
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, get_origin, get_type_hints

import commentsvc

PREFIX: Final = "COMMENTSVC_"
CONFIG_VARIABLE: Final = "COMMENTSVC_CONFIG"
"""Names the operator's file where no command line can: under a WSGI server, in Celery."""
MIN_KEY_CHARS: Final = 32
_SENDER: Final = re.compile(r"(?:[^<>@\r\n]{1,100} <[^<>@\s]{1,64}@[^<>@\s]{1,250}>|[^<>@\s]{1,64}@[^<>@\s]{1,250})")
_MASKED: Final = "********"


class SettingsError(Exception):
    """A setting that does not fit. The message names it, and where it was set."""


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """Where and how the server listens."""

    host: str
    port: int
    threads: int
    streams: int
    public_url: str
    trusted_proxies: tuple[str, ...]
    grace_s: float


@dataclass(frozen=True, slots=True)
class DatabaseSettings:
    """Which database, and how it is held."""

    url: str
    pool_size: int
    sqlite_full_sync: bool


@dataclass(frozen=True, slots=True)
class ScorerSettings:
    """Which scorer, how long a reader waits for it, and which one scores beside it."""

    engine: str
    path: str
    digest: str
    url: str
    secret_file: str
    timeout_s: float
    budget_ms: int
    queue_limit: int
    batch: int
    shadow_engine: str
    shadow_path: str
    shadow_digest: str


@dataclass(frozen=True, slots=True)
class WorkerSettings:
    """How background work is done."""

    embedded: bool
    batch: int
    poll_s: float
    waker: str


@dataclass(frozen=True, slots=True)
class RedisSettings:
    """Redis or Valkey, where there is one."""

    url: str


@dataclass(frozen=True, slots=True)
class SecretSettings:
    """The key behind every signature and hash of ours."""

    key: str
    key_file: str


@dataclass(frozen=True, slots=True)
class LimitSettings:
    """How much one address, one author and one site may do."""

    comments_burst: int
    comments_every_s: float
    signin_burst: int
    signin_every_s: float
    site_burst: int
    site_every_s: float
    form_min_s: float
    form_wait_s: float
    acts_burst: int
    acts_every_s: float
    body_bytes: int


@dataclass(frozen=True, slots=True)
class OutwardSettings:
    """Calls to addresses that admins of sites name."""

    allow_private: bool
    timeout_s: float


@dataclass(frozen=True, slots=True)
class MailSettings:
    """The mail server through which readers are written to."""

    host: str
    port: int
    security: str
    username: str
    password_file: str
    sender: str


@dataclass(frozen=True, slots=True)
class OpenIdSettings:
    """The OpenID provider at which moderators and admins may sign in."""

    issuer: str
    client_id: str
    client_secret_file: str
    name: str


@dataclass(frozen=True, slots=True)
class PerspectiveSettings:
    """The Perspective API's protocol, for clients of that."""

    keys_file: str
    queries_per_s: float
    budget_ms: int
    scale: str
    drop_unsupported: bool
    trust_languages: bool
    keep_days: int


@dataclass(frozen=True, slots=True)
class CoralSettings:
    """Coral's external moderation phase."""

    phases_file: str
    keep_days: int


@dataclass(frozen=True, slots=True)
class StatementSettings:
    """Statements of reasons for the EU's DSA Transparency Database."""

    terms_name: str
    terms_url: str
    legal_ground: str
    territorial_scope: tuple[str, ...]
    delay_h: float
    api_url: str
    token_file: str


@dataclass(frozen=True, slots=True)
class LogSettings:
    """How the log is written."""

    format: str
    level: str


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything an operator can set; `config/default.toml` says what each means."""

    server: ServerSettings
    database: DatabaseSettings
    scorer: ScorerSettings
    worker: WorkerSettings
    redis: RedisSettings
    secrets: SecretSettings
    limits: LimitSettings
    outward: OutwardSettings
    mail: MailSettings
    openid: OpenIdSettings
    perspective: PerspectiveSettings
    coral: CoralSettings
    statements: StatementSettings
    log: LogSettings


_CHOICES: Final[Mapping[str, tuple[str, ...]]] = {
    "scorer.engine": ("shipped", "onnx", "torch", "remote", "fake"),
    "scorer.shadow_engine": ("", "shipped", "onnx", "torch", "fake"),
    "worker.waker": ("thread", "celery"),
    "mail.security": ("starttls", "tls", "none"),
    "perspective.scale": ("matched", "plain"),
    "log.format": ("text", "json"),
    "log.level": ("DEBUG", "INFO", "WARNING", "ERROR"),
}
_RANGES: Final[Mapping[str, tuple[float, float]]] = {
    "server.port": (0, 65535),
    "server.threads": (1, 512),
    "server.streams": (0, 4096),
    "mail.port": (1, 65535),
    "server.grace_s": (0, 600),
    "database.pool_size": (1, 512),
    "scorer.timeout_s": (0.1, 600),
    "scorer.budget_ms": (0, 60_000),
    "scorer.queue_limit": (1, 10_000),
    "scorer.batch": (1, 256),
    "worker.batch": (1, 1000),
    "worker.poll_s": (0.01, 3600),
    "outward.timeout_s": (0.1, 50),
    "perspective.queries_per_s": (0.001, 1_000_000),
    "perspective.budget_ms": (1, 60_000),
    "perspective.keep_days": (0, 3650),
    "coral.keep_days": (0, 3650),
    "statements.delay_h": (0, 720),
    "limits.body_bytes": (1024, 16_777_216),
    "limits.form_min_s": (0, 600),
    "limits.form_wait_s": (0, 600),
    **{f"limits.{kind}_burst": (1, 1_000_000) for kind in ("comments", "site", "signin", "acts")},
    **{f"limits.{kind}_every_s": (0.0001, 86_400) for kind in ("comments", "site", "signin", "acts")},
}


def config_folder() -> Path:
    """Where `default.toml` and the first policy are: in the package when it was installed from a wheel, beside it in a checkout."""
    package = Path(commentsvc.__file__).parent
    packed = package / "_config"
    return packed if packed.is_dir() else package.parent / "config"


def default_policy() -> dict[str, Any]:
    """The policy document with which a new site begins: a fresh copy."""
    document: dict[str, Any] = json.loads((config_folder() / "default_policy.json").read_text(encoding="utf-8"))
    return document


def load_settings(environ: Mapping[str, str] | None = None, paths: Sequence[Path] = ()) -> Settings:
    """Defaults, then each file of `paths` (or the one that COMMENTSVC_CONFIG names), then the environment.

    Raises SettingsError that names the key and the place.
    """
    environ = os.environ if environ is None else environ
    if not paths and environ.get(CONFIG_VARIABLE):
        paths = [Path(environ[CONFIG_VARIABLE])]
    values = _read(config_folder() / "default.toml")
    for path in paths:
        for section, keys in _read(path).items():
            if section not in values or not isinstance(keys, dict):
                raise SettingsError(f"{path}: there is no section [{section}]")
            for key, value in keys.items():
                if key not in values[section]:
                    raise SettingsError(f"{path}: there is no setting {section}.{key}")
                values[section][key] = value
    for name, text in environ.items():
        if name.startswith(PREFIX) and name != CONFIG_VARIABLE:
            section, _, key = name.removeprefix(PREFIX).lower().partition("_")
            if section not in values or key not in values[section]:
                raise SettingsError(f"the environment variable {name} names no setting")
            values[section][key] = _from_text(values[section][key], text, name)
    _check_mail(values)
    _check_openid(values["openid"])
    _check_statements(values["statements"])
    parts: dict[str, Any] = {part.name: _build(part.kind, part.name, values[part.name]) for part in _parts()}
    return Settings(**parts)


def _check_mail(values: dict[str, dict[str, object]]) -> None:
    mail = values["mail"]
    if mail["host"] and not _SENDER.fullmatch(str(mail["sender"])):
        raise SettingsError('mail.sender must be an address, or a name and an address: "The Gazette <comments@example.org>"')
    if mail["host"] and not values["server"]["public_url"]:
        raise SettingsError("mail.host needs server.public_url: letters hold links that lead back here")


def _check_openid(openid: Mapping[str, object]) -> None:
    missing = [name for name in ("client_id", "client_secret_file") if not openid[name]]
    if openid["issuer"] and missing:
        raise SettingsError(f"openid.issuer needs openid.{missing[0]}")


def _check_statements(wish: dict[str, object]) -> None:
    if wish["api_url"] and not (wish["terms_url"] and wish["token_file"]):
        raise SettingsError("statements.api_url needs statements.terms_url and statements.token_file")


def load_secret_key(settings: Settings) -> bytes:
    """The key from the settings, or from its file, which is made with a new random key when it does not exist. Raises SettingsError."""
    key = settings.secrets.key
    if not key:
        path = Path(settings.secrets.key_file)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="ascii") as made:
                made.write(secrets.token_urlsafe(48))
        except FileExistsError:
            pass
        except OSError as error:
            raise SettingsError(f"secrets.key_file: {path} cannot be written: {error.strerror}") from error
        key = path.read_text(encoding="ascii").strip()
    if len(key) < MIN_KEY_CHARS:
        raise SettingsError(f"secrets.key needs at least {MIN_KEY_CHARS} characters")
    return key.encode()


def masked(settings: Settings) -> dict[str, dict[str, object]]:
    """The settings for showing to people: secrets and passwords in addresses replaced by stars."""
    shown = {part.name: {name: getattr(getattr(settings, part.name), name) for name in part.kind.__slots__} for part in _parts()}
    shown["secrets"]["key"] = _MASKED if shown["secrets"]["key"] else ""
    for section in ("database", "redis"):
        shown[section]["url"] = _mask_url(str(shown[section]["url"]))
    return shown


@dataclass(frozen=True, slots=True)
class _Part:
    name: str
    kind: Any


def _parts() -> list[_Part]:
    return [_Part(name, kind) for name, kind in get_type_hints(Settings).items()]


def _mask_url(url: str) -> str:
    head, at, tail = url.rpartition("@")
    scheme, slashes, login = head.partition("://")
    user, colon, _ = login.partition(":")
    return f"{scheme}{slashes}{user}{colon}{_MASKED if colon else ''}{at}{tail}" if at else url


def _read(path: Path) -> dict[str, dict[str, object]]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"{path} cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} is not TOML: {error}") from error


def _from_text(default: object, text: str, name: str) -> object:
    try:
        if isinstance(default, bool):
            return {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}[text.lower()]
        if isinstance(default, int):
            return int(text)
        if isinstance(default, float):
            return float(text)
    except (KeyError, ValueError) as error:
        raise SettingsError(f"the environment variable {name} does not fit: {type(default).__name__} wanted") from error
    if isinstance(default, list):
        return [part.strip() for part in text.split(",") if part.strip()]
    return text


def _build(kind: Any, section: str, values: dict[str, object]) -> Any:  # noqa: ANN401 - whichever part `kind` is
    built: dict[str, object] = {}
    for name, hint in get_type_hints(kind).items():
        built[name] = _checked(f"{section}.{name}", hint, values[name])
    return kind(**built)


def _checked(name: str, hint: type, value: object) -> object:
    if get_origin(hint) is tuple:
        if not isinstance(value, list) or not all(isinstance(part, str) for part in value):
            raise SettingsError(f"{name} must be a list of texts")
        return tuple(value)
    if hint is float and isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    if type(value) is not hint:
        raise SettingsError(f"{name} must be of type {hint.__name__}")
    low, high = _RANGES.get(name, (float("-inf"), float("inf")))
    if isinstance(value, int | float) and not isinstance(value, bool) and not low <= value <= high:
        raise SettingsError(f"{name} must lie between {low:g} and {high:g}")
    if name in _CHOICES and value not in _CHOICES[name]:
        raise SettingsError(f"{name} must be one of {', '.join(_CHOICES[name])}")
    return value
