"""The protocol on the plumbing, over a fake scorer that looks for words, with two keys. Its database is nowhere: it has no use for one."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

import commentsvc
from commentsvc.domain.perspective import Suggestion, SuggestionStore
from commentsvc.runtime import Runtime, build_runtime
from commentsvc.scoring.batching import BatchingScorer
from commentsvc.scoring.fake_scorer import FakeScorer
from commentsvc.settings import load_settings
from commentsvc.web.plumbing import install_plumbing, pipes_for
from commentsvc.web.protocols.perspective import register_perspective
from tests.web.protocols.perspective.perspective_client import KEY, SLOW_KEY, Perspective
from tests.web.protocols.perspective.running import log, port  # noqa: F401 - found by pytest


@pytest.fixture
def keys_file(tmp_path: Path) -> Path:
    path = tmp_path / "perspective.keys"
    path.write_text(f"# who may ask\n{KEY} coral 1000\n\n{SLOW_KEY} research 0.5  # one every two seconds\n", encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def shared_runtime(tmp_path_factory) -> Iterator[Runtime]:
    """Made once, since that takes longer than most tests; each test has its own scorer and settings in a copy."""
    environ = {
        "COMMENTSVC_DATABASE_URL": f"sqlite:///{tmp_path_factory.mktemp('perspective') / 'none.db'}",
        "COMMENTSVC_SECRETS_KEY": "a key for tests that signs nothing of worth",
        "COMMENTSVC_SCORER_ENGINE": "fake",
        # Where a machine is busy, a client's patience must not decide a test.
        "COMMENTSVC_PERSPECTIVE_BUDGET_MS": "60000",
    }
    runtime = build_runtime(load_settings(environ))
    yield runtime
    runtime.close()


@pytest.fixture
def scorer() -> Iterator[FakeScorer]:
    scorer = FakeScorer()
    yield scorer
    scorer.release()


@pytest.fixture
def runtime(shared_runtime: Runtime, scorer: FakeScorer, keys_file: Path) -> Iterator[Runtime]:
    settings = shared_runtime.settings
    settings = replace(settings, perspective=replace(settings.perspective, keys_file=str(keys_file)))
    runtime = replace(shared_runtime, scorer=BatchingScorer(scorer), settings=settings)
    yield runtime
    runtime.scorer.close()


@pytest.fixture
def kept() -> list[Suggestion]:
    """What the store of suggestions was given."""
    return []


@pytest.fixture
def make_app(runtime: Runtime, kept: list[Suggestion]) -> Callable[..., Flask]:
    """Makes the application; keywords are settings of the protocol."""

    def make(store: SuggestionStore = kept.append, **changes: Any) -> Flask:
        settings = runtime.settings
        runtime.settings = replace(settings, perspective=replace(settings.perspective, **changes))
        app = Flask("commentsvc.web", static_folder=None)
        install_plumbing(app, runtime, pipes_for(runtime), version=commentsvc.__version__)
        register_perspective(app, store)
        # As it is served: requests pass one after another and step aside where they wait.
        app.wsgi_app = runtime.turnstile.around(app.wsgi_app)  # type: ignore[method-assign]
        return app

    return make


@pytest.fixture
def perspective(make_app) -> Perspective:
    return Perspective(make_app())


@pytest.fixture
def perspective_with(make_app) -> Callable[..., Perspective]:
    return lambda **changes: Perspective(make_app(**changes))
