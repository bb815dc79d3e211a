"""The doctor finds what is wrong, says what to do, and ends accordingly."""

import socket
from pathlib import Path

import pytest

from tests.cli.conftest import opened
from tests.support.mail_server import a_mail_server


@pytest.fixture
def free_port() -> str:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return str(server.getsockname()[1])


def lines(found) -> dict[str, str]:
    """State by what was looked at."""
    return {line[6:18].strip(): line[:5].strip() for line in found.stdout.splitlines() if not line.startswith(" ")}


def test_a_sound_installation(run, site, environ, free_port):
    Path(environ["COMMENTSVC_SECRETS_KEY_FILE"]).write_text("x" * 40, encoding="ascii")
    Path(environ["COMMENTSVC_SECRETS_KEY_FILE"]).chmod(0o600)
    found = run("doctor", COMMENTSVC_SCORER_ENGINE="fake", COMMENTSVC_SERVER_PORT=free_port)
    assert found.exit_code == 0, found.output
    states = lines(found)
    assert states.pop("scorer") == "warn"
    assert set(states.values()) == {"ok"}
    assert set(states) == {"settings", "secret key", "database", "disk", "worker", "redis", "mail", "clock", "port"}


def test_an_empty_database_fails_with_what_to_do(run, free_port):
    found = run("doctor", COMMENTSVC_SERVER_PORT=free_port)
    assert found.exit_code == 1
    assert lines(found)["database"] == "fail"
    assert "-> commentsvc db upgrade" in found.stdout


def test_a_database_that_is_away_does_not_end_the_visit(run, free_port):
    found = run("doctor", COMMENTSVC_DATABASE_URL="postgresql://nobody@127.0.0.1:1/nothing", COMMENTSVC_SERVER_PORT=free_port)
    assert found.exit_code == 1
    states = lines(found)
    assert (states["database"], states["clock"], states["port"]) == ("fail", "fail", "ok")


def test_wrong_settings_end_with_2(run):
    found = run("doctor", COMMENTSVC_SERVER_PORT="many")
    assert found.exit_code == 2
    assert lines(found) == {"settings": "fail"}


def test_a_key_that_others_can_read_is_told(run, site, environ, free_port):
    Path(environ["COMMENTSVC_SECRETS_KEY_FILE"]).write_text("x" * 40, encoding="ascii")
    Path(environ["COMMENTSVC_SECRETS_KEY_FILE"]).chmod(0o644)
    found = run("doctor", COMMENTSVC_SERVER_PORT=free_port)
    assert lines(found)["secret key"] == "warn"
    assert "-> chmod 600" in found.stdout


def test_a_short_key_fails(run, site, free_port):
    found = run("doctor", COMMENTSVC_SECRETS_KEY="short", COMMENTSVC_SERVER_PORT=free_port)
    assert found.exit_code == 1
    assert lines(found)["secret key"] == "fail"


def test_a_port_that_another_program_has_fails(run, site):
    with socket.create_server(("127.0.0.1", 0)) as server:
        # It takes connections and says nothing that we know.
        server.listen()
        server.settimeout(0)
        found = run("doctor", COMMENTSVC_SERVER_PORT=str(server.getsockname()[1]))
    assert lines(found)["port"] == "fail"


def test_a_scorer_without_a_model_fails(run, site, tmp_path, free_port):
    found = run("doctor", COMMENTSVC_SCORER_ENGINE="onnx", COMMENTSVC_SCORER_PATH=str(tmp_path), COMMENTSVC_SERVER_PORT=free_port)
    assert found.exit_code == 1
    assert lines(found)["scorer"] == "fail"


def test_celery_needs_an_address(run, site, free_port):
    found = run("doctor", COMMENTSVC_WORKER_WAKER="celery", COMMENTSVC_SERVER_PORT=free_port)
    assert lines(found)["worker"] == "fail"


def test_a_redis_that_is_away_fails(run, site, free_port):
    found = run("doctor", COMMENTSVC_REDIS_URL="redis://127.0.0.1:1/0", COMMENTSVC_SERVER_PORT=free_port)
    assert lines(found)["redis"] == "fail"


def test_a_schema_of_another_release_fails(run, site, environ, free_port):
    with opened(environ) as db, db.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    found = run("doctor", COMMENTSVC_SERVER_PORT=free_port)
    assert found.exit_code == 1
    assert "is at revision 9999, this release needs" in found.stdout


MAIL = {
    "COMMENTSVC_MAIL_HOST": "127.0.0.1", "COMMENTSVC_MAIL_SENDER": "a@b.example", "COMMENTSVC_SERVER_PUBLIC_URL": "https://c.example",
}  # fmt: skip


def test_a_mail_server_that_is_away_fails(run, site, free_port):
    found = run("doctor", COMMENTSVC_SERVER_PORT="0", COMMENTSVC_MAIL_PORT=free_port, **MAIL)
    assert lines(found)["mail"] == "fail"
    assert "-> correct mail.host" in found.stdout


def test_a_mail_server_that_answers_is_well_and_one_that_wants_no_sign_in_is_told(run, site):
    with a_mail_server() as postbox:
        told = {**MAIL, "COMMENTSVC_SERVER_PORT": "0", "COMMENTSVC_MAIL_PORT": str(postbox.port)}
        assert lines(run("doctor", COMMENTSVC_MAIL_SECURITY="none", **told))["mail"] == "ok"
        # It knows neither STARTTLS nor names.
        assert lines(run("doctor", COMMENTSVC_MAIL_SECURITY="starttls", **told))["mail"] == "fail"
        assert lines(run("doctor", COMMENTSVC_MAIL_SECURITY="tls", **told))["mail"] == "fail"
        assert lines(run("doctor", COMMENTSVC_MAIL_SECURITY="none", COMMENTSVC_MAIL_USERNAME="x", **told))["mail"] == "fail"
        assert not postbox.letters
