"""The command line in a folder of its own, with the scorer that looks for words."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from commentsvc.cli import main
from commentsvc.store.engine import Database, DatabaseOptions

Run = Callable[..., Result]
POLICY = {"bands": {"toxicity": {"review_at": 0.59, "hold_at": 0.76}, "insult": {"hold_at": 0.78}}, "sample_rate": 0.0}
"""Not the one that new sites begin with: that follows the scorer that ships, and these tests do not."""


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    return {
        "COMMENTSVC_DATABASE_URL": f"sqlite:///{tmp_path / 'place' / 'comments.db'}",
        "COMMENTSVC_SECRETS_KEY_FILE": str(tmp_path / "place" / "secret.key"),
        "COMMENTSVC_SCORER_ENGINE": "fake",
    }


@pytest.fixture
def run(environ: dict[str, str]) -> Run:
    """Runs one command line; nothing but an expected end may come of it."""

    def run_one(*words: object, stdin: str | None = None, **more: str) -> Result:
        found = CliRunner().invoke(main, [str(word) for word in words], input=stdin, env=environ | more)
        assert found.exception is None or isinstance(found.exception, SystemExit), found.exc_info
        return found

    return run_one


@pytest.fixture
def done(run: Run) -> Callable[..., str]:
    """Runs one command line that must succeed, and gives what it wrote."""

    def run_well(*words: object, **rest: str) -> str:
        found = run(*words, **rest)
        assert found.exit_code == 0, found.output
        return found.stdout

    return run_well


@pytest.fixture
def site(done, tmp_path_factory) -> str:
    """A migrated database with a site under POLICY; its key."""
    policy = tmp_path_factory.mktemp("policy") / "policy.json"
    policy.write_text(json.dumps(POLICY), encoding="utf-8")
    done("db", "upgrade")
    done("site", "create", "gazette", "--name", "The Gazette", "--policy", policy)
    return "gazette"


@contextmanager
def opened(environ: dict[str, str]) -> Iterator[Database]:
    database = Database(DatabaseOptions(environ["COMMENTSVC_DATABASE_URL"]))
    try:
        yield database
    finally:
        database.dispose()
