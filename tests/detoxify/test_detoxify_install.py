"""Installing from local checkpoints of the four architectures, through the real class."""

import pytest

from commentsvc.scoring.checks import ScorerFileError
from commentsvc.scoring.detoxify_install import Source, install
from commentsvc.scoring.detoxify_scorer import DetoxifyScorer
from commentsvc.scoring.onnx_scorer import OnnxScorer

pytestmark = pytest.mark.detoxify
ARCHITECTURES = ("detoxify-original", "detoxify-original-small", "detoxify-unbiased", "detoxify-multilingual")
TEXTS = ["you idiot", "good day, all of you", "Is it so? Yes!"]


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_the_converted_scorer_agrees_with_torch(checkpoints, tmp_path, name):
    made = checkpoints[name]
    source = Source(made.digest, made.directory / "model.ckpt", made.directory)
    assert install(name, tmp_path, source, "fp32", lambda _: None) < 0.001
    torch_scorer, scorer = DetoxifyScorer(made.directory, digest=made.digest), OnnxScorer(tmp_path / name)
    assert scorer.version.labels == torch_scorer.version.labels
    assert scorer.version.languages == torch_scorer.version.languages
    for one, other in zip(torch_scorer.score(TEXTS), scorer.score(TEXTS), strict=True):
        assert dict(one.values) == pytest.approx(dict(other.values), abs=0.001)
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_int8_is_close_to_torch_or_refused(checkpoints, tmp_path, name):
    made = checkpoints[name]
    source = Source(made.digest, made.directory / "model.ckpt", made.directory)
    tried: list[str] = []
    try:
        difference = install(name, tmp_path, source, "int8", lambda _: None)
    except ScorerFileError as refused:
        difference, tried = 0.0, [str(refused)]
    assert difference <= 0.03
    assert all("--precision fp32" in one for one in tried)
    assert [path.name for path in tmp_path.iterdir()] == ([] if tried else [name])
