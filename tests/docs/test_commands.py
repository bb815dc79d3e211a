"""Every command, option and make target that a document shows exists."""

import re
import shlex
from collections.abc import Iterator

import click
import pytest

from commentsvc.cli import main

BEFORE_COMMAND = re.compile(r"(?:^|[|;&(]\s*|\$ )(?:[A-Z_]+=\S* +)*(?:[\w./]*/)?(commentsvc(?: [^|;&)>#]*)?)")
MAKE = re.compile(r"(?:^|[|;&(]\s*|\$ )make ([a-z][a-z-]*)")


def shown_commands(documents) -> Iterator[tuple[str, list[str]]]:
    for document in documents:
        for line in document.code:
            for command in BEFORE_COMMAND.findall(line):
                try:
                    words = shlex.split(command, comments=True)
                except ValueError:  # cut inside quotes by a `;` or the like there
                    words = command.split()
                yield document.path.name, words[1:]


def refusal(words: list[str]) -> str | None:
    """What is wrong with a command line, judged by the commands and options that exist; None when nothing is."""
    command: click.Command = main
    for word in words:
        if word.startswith("--"):
            options = {name for parameter in command.params for name in [*parameter.opts, *parameter.secondary_opts]} | {
                "--help",
                "--version",
            }
            if word.split("=")[0].rstrip(",.") not in options:
                return f"no option {word} in {command.name}"
        elif isinstance(command, click.Group):
            if word == "..." or word.isupper() or word.startswith(("<", "[", "{")):
                return None
            inner = command.get_command(click.Context(command), word)
            if inner is None:
                return f"no command {word} in {command.name}"
            command = inner
    return None


def test_every_command_shown_exists(documents):
    wrong = [f"{name}: commentsvc {' '.join(words)}: {why}" for name, words in shown_commands(documents) if (why := refusal(words))]
    assert wrong == []


def test_every_make_target_shown_exists(documents, root):
    targets = set(re.findall(r"^([a-z-]+):", (root / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    shown = {target for document in documents for line in document.code for target in MAKE.findall(line)}
    assert shown - targets == set()


@pytest.mark.parametrize("words", [["no-such-command"], ["demo", "--no-such-option"]])
def test_a_command_that_does_not_exist_is_found(words):
    assert refusal(words) is not None


def test_every_command_has_a_help_text():
    def silent(command: click.Command, path: str) -> Iterator[str]:
        if not command.hidden and not (command.help or "").strip():
            yield path
        if isinstance(command, click.Group):
            context = click.Context(command)
            for name in command.list_commands(context):
                inner = command.get_command(context, name)
                assert inner is not None
                yield from silent(inner, f"{path} {name}")

    assert list(silent(main, "commentsvc")) == []
