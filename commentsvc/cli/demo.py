"""`commentsvc demo`: two papers that do not exist, with a month of comments, ready to try everything on."""

import json
import multiprocessing
import os
import secrets
import sys
import tempfile
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from commentsvc.cli.failures import Trouble, plain_failure
from commentsvc.cli.installation import Installation, pass_installation, schema_difference, upgrade_schema
from commentsvc.cli.progress import progress
from commentsvc.cli.starting import starting

if TYPE_CHECKING:
    from commentsvc.runtime import Runtime
    from commentsvc.settings import Settings

DATABASE: Final = "commentsvc.db"
UNFINISHED: Final = "unfinished.db"
KEY: Final = "secret.key"
PERSPECTIVE_KEYS: Final = "perspective.keys"
TOKEN_NAME: Final = "demo"  # noqa: S105 - a name
READER_JWT_DAYS: Final = 30
SQLITE_SUFFIXES: Final = ("", "-wal", "-shm")


@dataclass(frozen=True, slots=True)
class Login:
    """How one of the demo's accounts signs in until the next start."""

    key: str
    name: str
    email: str
    password: str
    token: str


@dataclass(frozen=True, slots=True)
class Introduction:
    """All that one needs to try the demo."""

    base: str
    site: str
    article: str
    other_site: str
    logins: tuple[Login, ...]
    reader_jwt: str
    perspective_key: str

    def as_document(self) -> dict[str, object]:
        """What scripts read."""
        document: dict[str, object] = {"base": self.base, "site": self.site, "article": self.article, "other_site": self.other_site}
        document |= {login.key: {"email": login.email, "password": login.password, "token": login.token} for login in self.logins}
        return document | {"reader_jwt": self.reader_jwt, "perspective_key": self.perspective_key}


@click.command()
@click.option("--port", type=click.IntRange(1, 65535), help="Listen at this port (8080).")
@click.option("--host", help="Listen at this address (127.0.0.1).")
@click.option(
    "--data", type=click.Path(path_type=Path, file_okay=False), default=Path("var/demo"), show_default=True, help="Where it lives."
)
@click.option(
    "--json", "json_file", type=click.Path(path_type=Path, dir_okay=False), help="Write addresses and passwords there once ready."
)
@click.option("--reset", is_flag=True, help="Begin anew: what was there is deleted.")
@pass_installation
def demo(installation: Installation, port: int | None, host: str | None, data: Path, json_file: Path | None, *, reset: bool) -> None:
    """Start a demo: a small paper with articles, a month of comments, a moderator and an admin.

    The first start makes it all, with this installation's scorer; later ones take up where you left. Passwords are new at each start.
    """
    with starting():
        from commentsvc.app import create_app
        from commentsvc.cli.one_process import check_port_free
        from commentsvc.cli.serving import base_address, serve_here
        from commentsvc.runtime import build_runtime

    settings = _demo_settings(installation.settings(), data, host, port)
    check_port_free(settings.server)
    if json_file:
        # What an earlier start wrote there is no longer true.
        json_file.unlink(missing_ok=True)
    _prepare_folder(data, reset=reset)
    if not (data / DATABASE).exists():
        _make_apart(settings, data)
    runtime = build_runtime(settings)
    if schema_difference(runtime.db):
        upgrade_schema(runtime.db)
    introduction = introduce(runtime, base_address(settings.server))
    hand_out_key(data, introduction)
    runtime.scorer.warm()

    def say() -> None:
        click.echo(_table(introduction, data))
        if json_file:
            write_json(json_file, introduction)

    serve_here(create_app(settings, runtime, demo=True), runtime, say)


def _demo_settings(settings: "Settings", data: Path, host: str | None, port: int | None) -> "Settings":
    # One address is to try everything out, and to measure it.
    limits = replace(settings.limits, comments_burst=10_000, site_burst=10_000, signin_burst=1_000, acts_burst=10_000)
    limits = replace(limits, comments_every_s=0.001, site_every_s=0.001, signin_every_s=0.1, acts_every_s=0.001)
    return replace(
        settings,
        server=replace(settings.server, host=host or settings.server.host, port=port or settings.server.port, public_url=""),
        database=replace(settings.database, url=f"sqlite:///{data / DATABASE}"),
        secrets=replace(settings.secrets, key="", key_file=str(data / KEY)),
        worker=replace(settings.worker, embedded=True, waker="thread"),
        redis=replace(settings.redis, url=""),
        perspective=replace(settings.perspective, keys_file=str(data / PERSPECTIVE_KEYS), queries_per_s=1_000.0),
        limits=limits,
        log=replace(settings.log, level="WARNING" if settings.log.level == "INFO" else settings.log.level),
    )


def _prepare_folder(data: Path, *, reset: bool) -> None:
    try:
        data.mkdir(parents=True, exist_ok=True)
        # One that was broken off is begun again.
        names = [UNFINISHED, DATABASE] if reset else [UNFINISHED]
        for name in names:
            for suffix in SQLITE_SUFFIXES:
                (data / f"{name}{suffix}").unlink(missing_ok=True)
    except OSError as error:
        raise Trouble(f"{data} cannot be written: {error.strerror}") from error


def _make_apart(settings: "Settings", data: Path) -> None:
    """Make the demo in a process of its own: what that needs once, the server need not keep."""
    context = multiprocessing.get_context("fork") if sys.platform == "linux" else multiprocessing.get_context("spawn")
    process = context.Process(target=_make_and_end, args=(settings, data))
    process.start()
    process.join()
    if process.exitcode is None or process.exitcode < 0:
        raise Trouble("Making the demo was broken off. Start again.")
    if process.exitcode:
        # It has said why.
        raise SystemExit(process.exitcode)


def _make_and_end(settings: "Settings", data: Path) -> None:
    from commentsvc.runtime import build_runtime

    try:
        runtime = build_runtime(settings)
        make_demo(runtime, data)
        runtime.close()
    except KeyboardInterrupt:
        raise SystemExit(1) from None
    except Exception as error:
        told = plain_failure(error)
        if told is None:
            raise
        told.show()
        raise SystemExit(told.exit_code) from error


def make_demo(runtime: "Runtime", data: Path) -> None:
    """Make the demo's database: beside its place, and put there when it is whole."""
    from commentsvc.services.scoring import ensure_scorer_version
    from commentsvc.settings import default_policy
    from commentsvc.store.engine import Database, DatabaseOptions
    from commentsvc.transfer.demo import seed_demo
    from commentsvc.transfer.demo_content.reading import read_content
    from commentsvc.transfer.intake import Intake, score_sorted

    content, now = read_content(), runtime.clock.now()
    with progress("scoring the demo's comments", len(content.comments)) as advance:
        found = score_sorted(runtime.scorer, [comment.body for comment in content.comments], advance)
    scores = {comment.id: given for comment, given in zip(content.comments, found, strict=True)}
    policy = default_policy()
    db = Database(DatabaseOptions(f"sqlite:///{data / UNFINISHED}"))
    try:
        upgrade_schema(db)
        with db.transaction() as session:
            row = ensure_scorer_version(session, runtime.scorer.version, now)
            intake = Intake(runtime.scorer, row, runtime.make_text)
            seed_demo(session, intake, content, scores, policy, now)
    finally:
        # Closing the last connection writes the log into the file.
        db.dispose()
    (data / UNFINISHED).replace(data / DATABASE)


def introduce(runtime: "Runtime", base: str) -> Introduction:
    """Give every account a new password and token, a reader a token of the site, and clients of the Perspective API a key."""
    import jwt
    from sqlalchemy.orm import Session

    from commentsvc.services.accounts import create_token, find_account_id, hash_password, list_tokens, revoke_token, set_password
    from commentsvc.store.queries.sites import get_site
    from commentsvc.transfer.demo import ACCOUNTS, MAIN_ARTICLE, MAIN_SITE, OTHER_SITE

    now = runtime.clock.now()
    passwords = {account.key: secrets.token_urlsafe(12) for account in ACCOUNTS}
    hashed = {key: hash_password(password) for key, password in passwords.items()}

    def renew(session: Session) -> tuple[tuple[Login, ...], str]:
        logins = []
        for account in ACCOUNTS:
            account_id = find_account_id(session, account.email)
            if account_id is None:
                raise Trouble(f"The demo's account {account.email} is gone. Begin anew with --reset.")
            password = passwords[account.key]
            set_password(session, account_id, hashed[account.key], None, now)
            for token in list_tokens(session, account_id):
                if token.name == TOKEN_NAME:
                    revoke_token(session, token.id, account_id, now)
            _, token_text = create_token(session, account_id, TOKEN_NAME, None, now)
            logins.append(Login(account.key, account.name, account.email, password, token_text))
        secret = get_site(session, MAIN_SITE).jwt_secret
        if secret is None:
            raise Trouble("The demo's site signs its readers in another way now. Begin anew with --reset.")
        return tuple(logins), secret

    logins, secret = runtime.in_transaction(renew)
    claims = {"sub": "reader-1", "name": "Robin Reader", "aud": MAIN_SITE, "iat": now, "exp": now + timedelta(days=READER_JWT_DAYS)}
    reader_jwt = jwt.encode(claims, secret, algorithm="HS256")
    return Introduction(base, MAIN_SITE, MAIN_ARTICLE, OTHER_SITE, logins, reader_jwt, secrets.token_urlsafe(24))


def hand_out_key(data: Path, introduction: Introduction) -> None:
    """Let clients of the Perspective API in with the new key alone. To be done before the application is made."""
    _write_for_owner(data / PERSPECTIVE_KEYS, f"{introduction.perspective_key} demo\n")


def write_json(path: Path, introduction: Introduction) -> None:
    """Put the whole document there at once, readable by its owner alone."""
    _write_for_owner(path, json.dumps(introduction.as_document(), indent=1) + "\n")


def _write_for_owner(path: Path, text: str) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            out.write(text)
        Path(name).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise


def _table(introduction: Introduction, data: Path) -> str:
    base = introduction.base
    lines = ["", f"The demo is ready: {base}/", ""]
    pages = (
        ("the article", f"/demo/{introduction.site}/{introduction.article}"),
        ("moderators", "/moderate"),
        ("admins", "/admin"),
        ("the API", "/api/docs"),
    )
    lines += [f"  {name:13} {base}{path}" for name, path in pages]
    lines += ["", f"  {'sign in as':13} {'address':32} password"]
    lines += [f"  {login.key:13} {login.email:32} {login.password}" for login in introduction.logins]
    lines += ["", "  instead of the Perspective API:"]
    lines += [f"  {'endpoint':13} {base}/v1alpha1", f"  {'key':13} {introduction.perspective_key}", ""]
    lines += [f"Passwords and the key hold until the next start. Everything lies in {data}; --reset begins anew.", "Stop with Ctrl-C.", ""]
    return "\n".join(lines)
