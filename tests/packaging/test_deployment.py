"""The examples for containers, units and proxies: they parse, and what they name exists."""

import configparser
import re
import shlex
from pathlib import Path

import pytest
import yaml

from commentsvc.cli import main
from commentsvc.settings import load_settings

ROOT = Path(__file__).resolve().parents[2]
UNITS = sorted((ROOT / "config" / "systemd").glob("*.service"))
INSTRUCTIONS = {"FROM", "WORKDIR", "COPY", "RUN", "ENV", "USER", "VOLUME", "EXPOSE", "STOPSIGNAL", "HEALTHCHECK", "ENTRYPOINT", "CMD"}


def dockerfile() -> list[tuple[str, str]]:
    """Instruction and words of each, with continued lines put together."""
    lines = [line for line in (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines() if not line.lstrip().startswith("#")]
    whole = "\n".join(lines).replace("\\\n", " ")
    return [(line.split(None, 1)[0], line.split(None, 1)[1]) for line in whole.splitlines() if line.strip()]


def is_command(words: list[str]) -> bool:
    """Whether commentsvc has this command, with these options."""
    import click

    command: click.Command = main
    for word in words:
        known = {name for parameter in command.params for name in parameter.opts}
        if word.startswith("--"):
            if word not in known:
                return False
        elif isinstance(command, click.Group):
            inner = command.get_command(click.Context(command), word)
            if inner is None and not word.startswith("/"):
                return False
            command = inner or command
    return True


def test_the_image_has_what_it_copies_and_runs_what_there_is():
    steps = dockerfile()
    assert {name for name, _ in steps} <= INSTRUCTIONS
    assert [words.split()[0] for name, words in steps if name == "FROM"] == ["python:3.11-slim"] * 2
    (user,) = [words for name, words in steps if name == "USER"]
    assert user.isdigit()
    assert int(user) > 0
    (ended,) = [index for index, (name, _) in enumerate(steps) if name == "USER"]
    assert "RUN" not in {name for name, _ in steps[ended:]}
    (entry,) = [words for name, words in steps if name == "ENTRYPOINT"]
    (command,) = [words for name, words in steps if name == "CMD"]
    assert entry == '["commentsvc"]'
    assert is_command(yaml.safe_load(command))


def test_the_image_s_settings_are_settings():
    (words,) = [words for name, words in dockerfile() if name == "ENV"]
    given = dict(part.split("=", 1) for part in shlex.split(words))
    settings = load_settings({name: value for name, value in given.items() if name.startswith("COMMENTSVC_")})
    assert settings.server.host == "0.0.0.0"
    assert settings.database.url == "sqlite:////var/lib/commentsvc/commentsvc.db"
    assert (settings.server.port, settings.secrets.key_file) == (8080, "/var/lib/commentsvc/secret.key")


def test_the_build_sees_what_the_wheel_is_made_of_and_nothing_else():
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert lines[1] == "*"
    let_in = [line[1:] for line in lines if line.startswith("!")]
    assert {"commentsvc", "migrations", "config", "pyproject.toml", "requirements.lock", "README.md", "LICENSE"} == set(let_in)
    assert all((ROOT / name).exists() for name in let_in)


def test_compose_lets_nobody_around_the_proxy():
    compose = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
    comments, proxy = compose["services"]["comments"], compose["services"]["proxy"]
    environ = {
        name: value.replace("${SITE_ADDRESS:?the name that readers' browsers use}", "c.example")
        for name, value in comments["environment"].items()
    }
    settings = load_settings(environ)
    # The one address that is believed is the proxy's, which nothing else can have.
    assert settings.server.trusted_proxies == (proxy["networks"]["front"]["ipv4_address"],)
    assert settings.server.public_url == "https://c.example"
    assert "ports" not in comments
    assert comments["read_only"] is True
    assert comments["cap_drop"] == ["ALL"]
    for service in (comments, proxy):
        for volume in service["volumes"]:
            source = volume.split(":")[0]
            assert (ROOT / source).exists() if source.startswith(".") else source in compose["volumes"]


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_units_start_commands_that_exist_without_privileges(path):
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment,method-assign]  # systemd tells capitals from small letters
    unit.read_string(path.read_text(encoding="utf-8"))
    assert unit.sections() == ["Unit", "Service", "Install"]
    service = unit["Service"]
    program, *words = shlex.split(service["ExecStart"])
    assert Path(program).name == "commentsvc"
    assert is_command(words)
    assert (service["User"], service["NoNewPrivileges"], service["ProtectSystem"]) == ("commentsvc", "yes", "strict")
    if "Environment" in service:
        load_settings(dict([service["Environment"].split("=", 1)]))


def test_there_are_units():
    assert len(UNITS) == 3


def test_proxies_replace_what_a_client_says_of_itself():
    nginx = re.sub(r"#.*", "", (ROOT / "config" / "proxy" / "nginx.conf").read_text(encoding="utf-8"))
    assert nginx.count("{") == nginx.count("}")
    assert set(re.findall(r"proxy_set_header X-Forwarded-For (\S+);", nginx)) == {"$remote_addr"}
    assert nginx.count("proxy_pass") == nginx.count("X-Forwarded-For") == nginx.count("X-Forwarded-Proto $scheme;")
    caddy = (ROOT / "config" / "proxy" / "Caddyfile").read_text(encoding="utf-8")
    assert "header_up X-Forwarded-For {remote_host}" in caddy
