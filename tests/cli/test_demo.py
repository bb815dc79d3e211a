"""What the demo makes and hands out; that it runs at all is shown from the wheel, in tests/packaging."""

import json
import os
import stat
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from commentsvc.cli.demo import DATABASE, PERSPECTIVE_KEYS, UNFINISHED, hand_out_key, introduce, make_demo, write_json
from commentsvc.cli.installation import Installation
from commentsvc.domain.errors import UnauthenticatedError
from commentsvc.runtime import build_runtime
from commentsvc.services.accounts import authenticate_token, check_password
from commentsvc.settings import load_settings
from commentsvc.store.queries.sites import get_site
from commentsvc.web.auth import SiteKeys, decode_reader_jwt
from commentsvc.web.protocols.perspective.keys import read_keys
from tests.support.waiting import free_port

BASE = "http://127.0.0.1:8123"


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """The demo's folder and a runtime on it; made once, since making it takes seconds."""
    data = tmp_path_factory.mktemp("demo")
    (data / UNFINISHED).write_bytes(b"")
    environ = {"COMMENTSVC_DATABASE_URL": f"sqlite:///{data / DATABASE}", "COMMENTSVC_SECRETS_KEY_FILE": str(data / "secret.key")}
    runtime = build_runtime(load_settings(environ | {"COMMENTSVC_SCORER_ENGINE": "fake"}))
    make_demo(runtime, data)
    yield data, runtime
    runtime.close()


def test_it_is_put_in_its_place_when_it_is_whole(demo):
    data, _ = demo
    assert {path.name for path in data.iterdir()} - {f"{DATABASE}-wal", f"{DATABASE}-shm"} == {DATABASE, "secret.key"}


def test_the_document_has_what_scripts_look_for(demo):
    document = introduce(demo[1], BASE).as_document()
    people = {"moderator", "moderator_b", "admin", "other_admin"}
    assert set(document) == {"base", "site", "article", "other_site", "reader_jwt", "perspective_key"} | people
    for person in people:
        login = document[person]
        assert isinstance(login, dict)
        assert set(login) == {"email", "password", "token"}


def test_passwords_and_tokens_hold_until_the_next_start(demo):
    _, runtime = demo
    first, second = introduce(runtime, BASE), introduce(runtime, BASE)
    with runtime.db.reading() as session:
        for old, new in zip(first.logins, second.logins, strict=True):
            account_id = check_password(session, new.email, new.password)
            principal = authenticate_token(session, new.token, now=datetime.now(UTC))
            assert principal is not None
            assert principal.account_id == account_id
            assert authenticate_token(session, old.token, now=datetime.now(UTC)) is None
            with pytest.raises(UnauthenticatedError):
                check_password(session, old.email, old.password)


def test_each_account_works_on_its_own_site_alone(demo):
    _, runtime = demo
    found = {}
    introduction = introduce(runtime, BASE)
    with runtime.db.reading() as session:
        sites = {get_site(session, key).id: key for key in (introduction.site, introduction.other_site)}
        for login in introduction.logins:
            principal = authenticate_token(session, login.token, now=datetime.now(UTC))
            assert principal is not None
            found[login.key] = {sites[site_id]: role.value for site_id, role in principal.roles.items()}
    main, other = introduction.site, introduction.other_site
    assert found == {
        "moderator": {main: "moderator"},
        "moderator_b": {main: "moderator"},
        "admin": {main: "admin"},
        "other_admin": {other: "admin"},
    }


def test_the_readers_token_is_good_for_the_site(demo):
    _, runtime = demo
    introduction = introduce(runtime, BASE)
    with runtime.db.reading() as session:
        site = get_site(session, introduction.site)
    assert site.jwt_secret is not None
    keys = SiteKeys(site.key, (site.jwt_secret.encode(),))
    reader = decode_reader_jwt(introduction.reader_jwt, keys=keys, now=datetime.now(UTC))
    assert reader.name == "Robin Reader"


def test_the_file_is_there_at_once_and_for_its_owner_alone(demo, tmp_path):
    introduction = introduce(demo[1], BASE)
    path = tmp_path / "demo.json"
    write_json(path, introduction)
    assert json.loads(path.read_text(encoding="utf-8")) == json.loads(json.dumps(introduction.as_document()))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_cannot_be_is_told(run, tmp_path):
    (tmp_path / "file").write_bytes(b"")
    found = run("demo", "--data", tmp_path / "file" / "below", "--port", "65432")
    assert found.exit_code == 1
    assert "cannot be written" in found.stderr


def test_a_demo_that_cannot_be_made_says_why_and_leaves_nothing_half_done(tmp_path, environ):
    more = {"COMMENTSVC_SCORER_ENGINE": "onnx", "COMMENTSVC_SCORER_PATH": str(tmp_path)}
    command = [Path(sys.executable).with_name("commentsvc"), "demo", "--data", tmp_path / "demo", "--port", str(free_port())]
    found = subprocess.run(command, env=os.environ | more, capture_output=True, text=True, timeout=60, check=False)
    assert found.returncode == 1
    assert found.stderr.startswith("Error: The scorer does not answer: ")
    assert len(found.stderr.splitlines()) == 1
    assert not (tmp_path / "demo" / DATABASE).exists()


def test_the_demo_leaves_the_installations_own_database_alone(tmp_path):
    from commentsvc.cli.demo import _demo_settings

    settings = _demo_settings(Installation().settings(), tmp_path, None, 8123)
    assert settings.database.url == f"sqlite:///{tmp_path / DATABASE}"
    assert settings.secrets.key_file == str(tmp_path / "secret.key")
    assert settings.server.port == 8123
    assert settings.perspective.keys_file == str(tmp_path / PERSPECTIVE_KEYS)


def test_clients_of_the_perspective_api_have_a_key_until_the_next_start(demo, tmp_path):
    from commentsvc.cli.demo import _demo_settings

    settings = _demo_settings(Installation().settings(), tmp_path, None, 8123).perspective
    introductions = [introduce(demo[1], BASE) for _ in range(2)]
    for introduction in introductions:
        hand_out_key(tmp_path, introduction)
        assert [key.name for key in read_keys(settings).values()] == ["demo"]
        assert (tmp_path / PERSPECTIVE_KEYS).read_text(encoding="utf-8").split() == [introduction.perspective_key, "demo"]
        assert stat.S_IMODE((tmp_path / PERSPECTIVE_KEYS).stat().st_mode) == 0o600
    assert introductions[0].perspective_key != introductions[1].perspective_key
