"""Detoxify's own class, on tiny checkpoints of each architecture, keeps the contract of all scorers."""

import shutil

import pytest

from commentsvc.domain.labels import Label
from commentsvc.scoring.checks import ScorerFileError
from commentsvc.scoring.registry import build_scorer
from tests.scoring.contract import ScorerContract

pytestmark = pytest.mark.detoxify


def built(checkpoints, name):
    return build_scorer("torch", checkpoints[name].directory, checkpoints[name].digest)


class TestBert(ScorerContract):
    @pytest.fixture(scope="class")
    @classmethod
    def scorer(cls, checkpoints):
        return built(checkpoints, "detoxify-original")


class TestAlbert(ScorerContract):
    @pytest.fixture(scope="class")
    @classmethod
    def scorer(cls, checkpoints):
        return built(checkpoints, "detoxify-original-small")


class TestRoberta(ScorerContract):
    @pytest.fixture(scope="class")
    @classmethod
    def scorer(cls, checkpoints):
        return built(checkpoints, "detoxify-unbiased")


class TestXlmRoberta(ScorerContract):
    @pytest.fixture(scope="class")
    @classmethod
    def scorer(cls, checkpoints):
        return built(checkpoints, "detoxify-multilingual")


@pytest.mark.parametrize(
    ("name", "label_count", "languages"),
    [
        ("detoxify-original", 6, ("en",)),
        ("detoxify-original-small", 6, ("en",)),
        ("detoxify-unbiased", 7, ("en",)),
        ("detoxify-multilingual", 7, ("en", "es", "fr", "it", "pt", "ru", "tr")),
    ],
)
def test_version_says_what_it_is(checkpoints, name, label_count, languages):
    version = built(checkpoints, name).version
    assert (version.name, version.engine, version.digest) == (name, "torch", checkpoints[name].digest)
    assert version.labels[0] is Label.TOXICITY
    assert len(version.labels) == label_count
    assert version.languages == languages


def test_scores_are_those_of_the_class_itself(checkpoints):
    import torch
    from detoxify import Detoxify

    scorer = built(checkpoints, "detoxify-unbiased")
    directory = checkpoints["detoxify-unbiased"].directory
    saved = torch.load(directory / "model.ckpt", weights_only=False)
    saved["config"]["arch"]["args"]["model_type"] = str(directory)
    torch.save(saved, directory / "local.pt")
    plain = Detoxify(checkpoint=str(directory / "local.pt")).predict(["you are late", "and an idiot"])
    for at, score_set in enumerate(scorer.score(["you are late", "and an idiot"])):
        for label, value in score_set.values.items():
            assert value == pytest.approx(plain[label][at], abs=1e-6)


def test_a_text_beyond_512_tokens_is_read_to_its_end(checkpoints):
    scorer = built(checkpoints, "detoxify-original")
    start = "all is well here today. " * 60
    assert scorer.score([start + "idiot idiot idiot " * 60])[0].values != scorer.score([start])[0].values


def test_no_checkpoint_is_loaded_without_its_digest(checkpoints):
    with pytest.raises(ScorerFileError, match="only with its SHA-256"):
        build_scorer("torch", checkpoints["detoxify-original"].directory, None)


def test_another_checkpoint_than_pinned_is_not_unpickled(checkpoints, tmp_path):
    directory = shutil.copytree(checkpoints["detoxify-original"].directory, tmp_path / "changed")
    # A pickle that would leave a file behind if it were loaded.
    trap = tmp_path / "loaded"
    (directory / "model.ckpt").write_bytes(f"cos\nmkdir\n(V{trap}\ntR.".encode())
    with pytest.raises(ScorerFileError, match="it was changed"):
        build_scorer("torch", directory, checkpoints["detoxify-original"].digest)
    assert not trap.exists()


def test_missing_or_several_checkpoints_are_said(checkpoints, tmp_path):
    with pytest.raises(ScorerFileError, match="exactly one"):
        build_scorer("torch", tmp_path, "0" * 64)


def test_a_checkpoint_without_its_tokenizer_is_said(checkpoints, tmp_path):
    made = checkpoints["detoxify-original"]
    shutil.copy(made.directory / "model.ckpt", tmp_path / "model.ckpt")
    with pytest.raises(ScorerFileError, match="no checkpoint that Detoxify can load"):
        build_scorer("torch", tmp_path, made.digest)
