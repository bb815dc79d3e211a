"""Settings from the command line: files that are not there, keys that do not exist, and the examples that we ship."""

import json
import re

import pytest

from commentsvc.settings import config_folder, load_settings

EXAMPLES = sorted(path.name for path in config_folder().glob("*.example.toml"))


def test_config_check_shows_what_is_in_force_without_secrets(run, tmp_path):
    file = tmp_path / "settings.toml"
    file.write_text('[server]\nport = 9000\n[secrets]\nkey = "a key that nobody should see on a screen"\n', encoding="utf-8")
    found = run("--config", file, "config", "check", COMMENTSVC_DATABASE_URL="postgresql://me:topsecret@host/name")
    assert found.exit_code == 0
    assert "port = 9000" in found.stdout
    assert "nobody should see" not in found.output
    assert "topsecret" not in found.output
    shown = json.loads(run("--config", file, "config", "check", "--json").stdout)
    assert shown["server"]["port"] == 9000


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("[server]\ncolour = 1\n", "no setting server.colour"),
        ("[sever]\nport = 1\n", "no section [sever]"),
        ("[server]\nport = 99999\n", "server.port must lie between"),
        ("not toml", "is not TOML"),
        (None, "cannot be read"),
    ],
)
def test_a_wrong_file_ends_with_2_and_names_the_place(run, tmp_path, content, words):
    file = tmp_path / "settings.toml"
    if content is not None:
        file.write_text(content, encoding="utf-8")
    found = run("--config", file, "config", "check")
    assert found.exit_code == 2
    assert words in found.stderr
    assert found.stderr.startswith("Error: ")


def test_a_wrong_variable_ends_with_2(run):
    found = run("config", "check", COMMENTSVC_SERVER_PORT="many")
    assert (found.exit_code, "COMMENTSVC_SERVER_PORT" in found.stderr) == (2, True)


def test_there_is_an_example_for_each_way_to_run():
    assert EXAMPLES == ["embedded.example.toml", "postgres-celery.example.toml"]


@pytest.mark.parametrize("name", EXAMPLES)
def test_examples_load(name):
    assert load_settings({}, [config_folder() / name]).database.url


def test_examples_say_what_the_two_ways_differ_in():
    one, many = (load_settings({}, [config_folder() / name]) for name in EXAMPLES)
    assert (one.worker.embedded, one.worker.waker) == (True, "thread")
    assert (many.worker.embedded, many.worker.waker) == (False, "celery")
    assert one.database.url.startswith("sqlite:///")
    assert many.database.url.startswith("postgresql://")
    assert many.redis.url


@pytest.mark.parametrize("name", EXAMPLES)
def test_examples_hold_no_password(name):
    text = (config_folder() / name).read_text(encoding="utf-8")
    assert re.findall(r"://[^/\s\"@]*:[^/\s\"@]*@", text) == []
