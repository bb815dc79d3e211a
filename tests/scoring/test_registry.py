"""Building scorers, and every way in which their files can be wrong."""

import json
import shutil
import subprocess
import sys

import pytest

from commentsvc.domain.labels import Label
from commentsvc.domain.ports import ScorerUnavailableError
from commentsvc.scoring.checks import ScorerFileError
from commentsvc.scoring.registry import build_scorer
from commentsvc.scoring.scorer_files import read_description
from commentsvc.scoring.shipped_scorer import SHIPPED_DIRECTORY


@pytest.fixture
def copy(tmp_path):
    return shutil.copytree(SHIPPED_DIRECTORY, tmp_path / "scorer")


def change(directory, **fields):
    document = json.loads((directory / "scorer.json").read_text("utf-8")) | fields
    (directory / "scorer.json").write_text(json.dumps(document), "utf-8")


def test_shipped_scorer_names_itself():
    version = build_scorer("shipped").version
    assert version.engine == "shipped"
    assert version.languages == ("en",)
    assert version.labels[0] is Label.TOXICITY
    assert version.digest == read_description(SHIPPED_DIRECTORY).digests["model.onnx"]


def test_onnx_from_a_directory(copy):
    scorer = build_scorer("onnx", copy, read_description(copy).digests["model.onnx"].upper())
    assert scorer.version.engine == "onnx"
    assert scorer.score(["x"])[0].values == build_scorer("shipped").score(["x"])[0].values


def test_fake_needs_no_onnxruntime():
    code = (
        "import sys; from commentsvc.scoring.registry import build_scorer; build_scorer('fake'); "
        "import commentsvc.scoring.batching; sys.exit('onnxruntime' in sys.modules or 'torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_unknown_engine_is_named():
    with pytest.raises(ScorerFileError, match="no engine is called 'tpu'"):
        build_scorer("tpu")


@pytest.mark.parametrize("engine", ["onnx", "torch"])
def test_engines_with_files_need_a_path(engine):
    with pytest.raises(ScorerFileError, match="needs the path"):
        build_scorer(engine)


def test_file_errors_are_unavailability():
    assert issubclass(ScorerFileError, ScorerUnavailableError)


def test_other_digest_than_the_settings_say(copy):
    with pytest.raises(ScorerFileError, match="the settings ask for"):
        build_scorer("onnx", copy, "0" * 64)


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json"])
def test_changed_file_is_refused(copy, name):
    content = (copy / name).read_bytes()
    (copy / name).write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    with pytest.raises(ScorerFileError, match="it was changed"):
        build_scorer("onnx", copy)


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json", "scorer.json"])
def test_missing_file_is_named(copy, name):
    (copy / name).unlink()
    with pytest.raises(ScorerFileError, match=name):
        build_scorer("onnx", copy)


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"name": 1, "labels": ["kindness"]}'])
def test_senseless_description_is_refused(copy, content):
    (copy / "scorer.json").write_text(content, "utf-8")
    with pytest.raises(ScorerFileError, match="does not describe a scorer"):
        build_scorer("onnx", copy)


def test_other_preparation_is_refused(copy):
    change(copy, preparation="p0")
    with pytest.raises(ScorerFileError, match="text preparation p0"):
        build_scorer("onnx", copy)


def test_sealed_nonsense_is_no_model(copy):
    import hashlib

    (copy / "model.onnx").write_bytes(b"not a model")
    digests = read_description(copy).digests | {"model.onnx": hashlib.sha256(b"not a model").hexdigest()}
    change(copy, sha256=digests)
    with pytest.raises(ScorerFileError, match="no model that onnxruntime can run"):
        build_scorer("onnx", copy)


def test_description_survives_writing(tmp_path):
    description = read_description(SHIPPED_DIRECTORY)
    description.write(tmp_path)
    assert read_description(tmp_path) == description


def test_shipped_bands_rise_and_thresholds_fall():
    description = read_description(SHIPPED_DIRECTORY)
    assert set(description.recommended_bands) == set(description.labels)
    for band in description.recommended_bands.values():
        given = [at for at in (band.review_at, band.hold_at, band.reject_at) if at is not None]
        assert given
        assert given == sorted(given)
        assert all(0 < at <= 1 for at in given)
    for found in description.thresholds.values():
        assert found["fpr_1"] >= found["fpr_5"] >= found["fpr_10"]


def test_shipped_files_are_small_enough():
    size = sum(path.stat().st_size for path in SHIPPED_DIRECTORY.iterdir())
    assert size <= 16_000_000
