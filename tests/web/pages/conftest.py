"""The pages over a world: real services on a temporary SQLite file, a fake scorer, a clock that stands still."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask

from commentsvc.domain.principals import ALL_SITES, Role
from commentsvc.services.accounts import create_account, hash_password, set_role
from commentsvc.services.sites import NewSite
from commentsvc.web.context import RUNTIME_EXTENSION
from tests.support.world import World
from tests.web.pages.browsing import PASSWORD, Browser, build_pages_app


@pytest.fixture
def world(make_database_url) -> Iterator[World]:
    """Two sites: the Gazette, which the tests are about, and the Courier, which has nothing to do with it."""
    world = World(make_database_url("sqlite"))
    settings = world.runtime.settings
    generous = replace(settings.limits, comments_burst=10_000, site_burst=10_000, form_min_s=0.0, acts_burst=10_000, signin_burst=10_000)
    world.runtime.settings = replace(settings, limits=generous)
    world.make_site(NewSite("courier", "The Courier"), {"sample_rate": 0.0})
    yield world
    world.check()
    world.close()


@pytest.fixture
def app(world: World) -> Flask:
    app = build_pages_app(world.runtime)
    assert app.extensions[RUNTIME_EXTENSION] is world.runtime
    return app


@pytest.fixture
def reader(app: Flask) -> Browser:
    return Browser(app)


@pytest.fixture
def another(app: Flask) -> Browser:
    """Another reader, from elsewhere."""
    return Browser(app, address="198.51.100.7")


def make_account(world: World, name: str, role: Role | None, site: str | None) -> str:
    def work(session) -> str:
        account_id = create_account(session, f"{name}@example.org", name.title(), hash_password(PASSWORD), None, world.now)
        if role is not None:
            set_role(session, account_id, world.site_named(site).id if site else ALL_SITES, role, None, world.now)
        return account_id

    return world.do(work)


@pytest.fixture
def sign_in(app: Flask, world: World):
    """Sign somebody in with a role on a site (None: on all); gives their browser."""

    def sign(name: str, role: Role | None, site: str | None = None) -> Browser:
        make_account(world, name, role, site)
        browser = Browser(app)
        assert browser.sign_in(f"{name}@example.org").status in {200, 403}
        return browser

    return sign


@pytest.fixture
def moderator(sign_in) -> Browser:
    return sign_in("mo", Role.MODERATOR, "gazette")


@pytest.fixture
def admin(sign_in) -> Browser:
    return sign_in("ada", Role.ADMIN)
