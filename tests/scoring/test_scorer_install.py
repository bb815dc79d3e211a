"""What installing refuses before torch is asked, and the list of what is installed."""

import hashlib
import sys

import pytest
from click.testing import CliRunner

from commentsvc.cli.scorer import scorer
from commentsvc.domain.labels import Label
from commentsvc.scoring.scorer_files import ScorerDescription


def run(*arguments):
    return CliRunner().invoke(scorer, list(map(str, arguments)))


def test_a_wrong_digest_loads_nothing_and_leaves_nothing(tmp_path):
    checkpoint, place = tmp_path / "x.ckpt", tmp_path / "scorers"
    checkpoint.write_bytes(b"anything")
    result = run("install", "detoxify-original", "--checkpoint", checkpoint, "--sha256", "0" * 64, "--model-files", tmp_path, "--to", place)
    assert result.exit_code == 1
    assert f"has the SHA-256 {hashlib.sha256(b'anything').hexdigest()}" in result.stderr
    assert list(place.iterdir()) == []
    assert "torch" not in sys.modules


def test_missing_model_files_are_named(tmp_path):
    checkpoint, place = tmp_path / "x.ckpt", tmp_path / "scorers"
    checkpoint.write_bytes(b"anything")
    digest = hashlib.sha256(b"anything").hexdigest()
    result = run("install", "detoxify-original", "--checkpoint", checkpoint, "--sha256", digest, "--model-files", tmp_path, "--to", place)
    assert result.exit_code == 1
    assert "has no config.json: put the files of google-bert/bert-base-uncased there" in result.stderr
    assert list(place.iterdir()) == []


def test_what_is_there_is_never_overwritten(tmp_path):
    (tmp_path / "detoxify-original").mkdir()
    result = run("install", "detoxify-original", "--sha256", "0" * 64, "--to", tmp_path)
    assert result.exit_code == 1
    assert "exists already" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "cause"),
    [
        (("detoxify-original",), "--sha256"),
        (("detoxify-original", "--sha256", "12"), "64 hexadecimal digits"),
        (("detoxify-huge", "--sha256", "0" * 64), "detoxify-huge"),
    ],
)
def test_a_command_line_that_does_not_fit_is_refused(arguments, cause):
    result = run("install", *arguments)
    assert result.exit_code == 2
    assert cause in result.stderr


def test_the_list_shows_what_is_installed(tmp_path):
    (tmp_path / "mine").mkdir()
    digests = {"model.onnx": "ab" * 32}
    ScorerDescription("mine", (Label.TOXICITY,), ("en", "fr"), "1", 512, digests, {}, {}, {}).write(tmp_path / "mine")
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "scorer.json").write_text("{}", "utf-8")
    result = run("list", "--at", tmp_path)
    assert result.exit_code == 0
    assert "commentsvc-en  engine shipped" in result.stdout
    assert "mine  engine onnx  languages en, fr" in result.stdout
    assert "ab" * 32 in result.stdout
    assert "does not describe a scorer" in result.stdout
