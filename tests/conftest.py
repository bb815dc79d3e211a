"""What holds for every test: no operator's settings, no model hub, repeatable examples. Sockets are bounded in pyproject.toml."""

import os
from collections.abc import Iterator

import argon2
import pytest
from hypothesis import HealthCheck, settings

# Fixtures that several folders share: a migrated database on SQLite and on a real PostgreSQL.
from tests.support.databases import (  # noqa: F401 - found by pytest
    database_url,
    engine_name,
    make_database_url,
    postgres_server,
    sqlite_template,
)

# An operator's environment must not decide a test. Only what is meant for tests may come from outside.
for _name in [name for name in os.environ if name.startswith("COMMENTSVC_") and not name.startswith("COMMENTSVC_TEST_")]:
    del os.environ[_name]
os.environ["HF_HUB_OFFLINE"] = "1"

# No deadlines: these machines are shared, and time is measured by `make bench`. Ordinary runs repeat the same examples, so that a
# change is judged by what it changed; `make slow` searches anew.
settings.register_profile("ordinary", deadline=None, derandomize=True, max_examples=100, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("slow", deadline=None, max_examples=2_000, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("ordinary")


@pytest.fixture(scope="session", autouse=True)
def _cheap_passwords() -> Iterator[None]:
    """What makes a password dear to guess makes slow what is not about it. Processes that tests start keep the dear way."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("commentsvc.services.accounts._HASHER", argon2.PasswordHasher.from_parameters(argon2.profiles.CHEAPEST))
        yield
