"""Help costs nothing, and expected trouble is one plain sentence."""

import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

from commentsvc.cli import main
from commentsvc.cli.failures import plain_failure
from commentsvc.cli.groups import LazyGroup, Place
from commentsvc.domain.errors import ConflictError, FieldProblem, InvalidError
from commentsvc.domain.ports import ScorerUnavailableError
from commentsvc.settings import SettingsError
from commentsvc.store.engine import SerializationError, StorageUnavailableError

HEAVY = ("flask", "sqlalchemy", "numpy", "onnxruntime", "alembic", "rich", "granian")
LOADED_BY_HELP = f"""
import sys
from click.testing import CliRunner
from commentsvc.cli import main
assert CliRunner().invoke(main, ["--help"]).exit_code == 0
print([name for name in {HEAVY} if name in sys.modules])
"""


def test_help_loads_nothing_heavy():
    found = subprocess.run([sys.executable, "-c", LOADED_BY_HELP], check=True, capture_output=True, text=True)
    assert found.stdout.strip() == "[]"


def test_help_names_every_command_as_it_calls_itself():
    context = click.Context(main)
    listed = CliRunner().invoke(main, ["--help"]).output
    for name in main.list_commands(context):
        command = main.get_command(context, name)
        assert command is not None
        assert command.name == name
        assert f"  {name} " in listed


def test_version_is_told():
    assert CliRunner().invoke(main, ["--version"]).output.startswith("commentsvc, version ")


@pytest.mark.parametrize("words", [["nonsense"], ["serve", "--nonsense"], ["account", "create"]])
def test_a_wrong_command_line_ends_with_2(words):
    found = CliRunner().invoke(main, words)
    assert found.exit_code == 2
    assert "Traceback" not in found.output


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [
        (SettingsError("there is no setting server.colour"), 2, "there is no setting server.colour"),
        (InvalidError("It does not fit.", fields=(FieldProblem("/bands", "Must be an object."),)), 2, "/bands: Must be an object."),
        (ConflictError("There is one already."), 1, "There is one already."),
        (ScorerUnavailableError("no model"), 1, "The scorer does not answer: no model"),
        (StorageUnavailableError("OperationalError"), 1, "The database does not answer"),
        (SerializationError("40001"), 1, "Try again"),
        (ModuleNotFoundError("No module named 'psycopg'", name="psycopg"), 2, "the extra `postgres`"),
    ],
)
def test_expected_trouble_becomes_a_sentence(error, status, words):
    told = plain_failure(error)
    assert told is not None
    assert told.exit_code == status
    assert words in told.message


@pytest.mark.parametrize("error", [ValueError("a mistake of ours"), ModuleNotFoundError("No module named 'nonsense'", name="nonsense")])
def test_a_mistake_of_ours_keeps_its_traceback(error):
    assert plain_failure(error) is None


def test_a_place_that_holds_no_command_is_a_mistake_of_ours():
    group = LazyGroup("group", places={"wrong": Place("commentsvc.cli.failures:Misuse", "Nothing.")})
    with pytest.raises(TypeError, match="is no command"):
        group.get_command(click.Context(group), "wrong")
    assert group.get_command(click.Context(group), "other") is None
