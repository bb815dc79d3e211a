"""Installing checkpoints of the four architectures, through the real class: from local files, and over https."""

import hashlib
import pickle
from collections import Counter

import onnx
import pytest
from click.testing import CliRunner

from commentsvc.cli.scorer import scorer as command
from commentsvc.scoring import detoxify_install
from commentsvc.scoring.checks import ScorerFileError
from commentsvc.scoring.detoxify_install import MODELS, Published, Source, install
from commentsvc.scoring.detoxify_scorer import DetoxifyScorer
from commentsvc.scoring.onnx_scorer import OnnxScorer
from tests.detoxify.conftest import ARCHITECTURES, make_checkpoints
from tests.support.https_server import serving_https

pytestmark = pytest.mark.detoxify
TEXTS = ["you idiot", "good day, all of you", "Is it so? Yes!", "no " * 700]


@pytest.fixture(scope="module")
def gentle(tmp_path_factory):
    """Networks that 8 bits change little, as they do a trained one."""
    return make_checkpoints(tmp_path_factory.mktemp("gentle"), spread=0.15)


def source_of(made):
    return Source(made.digest, made.directory / "model.ckpt", made.directory)


def quiet(_):
    pass


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_the_converted_scorer_agrees_with_torch(checkpoints, tmp_path, name):
    made = checkpoints[name]
    assert install(name, tmp_path, source_of(made), "fp32", quiet) < 0.0001
    torch_scorer, scorer = DetoxifyScorer(made.directory, digest=made.digest), OnnxScorer(tmp_path / name)
    assert scorer.version.labels == torch_scorer.version.labels
    assert scorer.version.languages == torch_scorer.version.languages
    # The last text is long, and each scorer cuts those in its own way.
    for one, other in zip(torch_scorer.score(TEXTS[:-1]), scorer.score(TEXTS[:-1]), strict=True):
        assert dict(one.values) == pytest.approx(dict(other.values), abs=0.0001)
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_company_and_filling_change_nothing_in_full_precision(checkpoints, tmp_path, name):
    install(name, tmp_path, source_of(checkpoints[name]), "fp32", quiet)
    scorer = OnnxScorer(tmp_path / name)
    assert scorer.raw_scores(TEXTS, together_tokens=10_000) == pytest.approx(scorer.raw_scores(TEXTS), abs=0.0001)


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_8_bits_are_taken_where_they_change_little(gentle, tmp_path, name):
    made = gentle[name]
    assert install(name, tmp_path, source_of(made), None, quiet) <= 0.03
    graph = onnx.load(tmp_path / name / "model.onnx").graph
    weights = {one.name: one for one in graph.initializer}
    # Every product with weights has 8 bits: in each of two layers four of the attention and two after it.
    assert len([node for node in graph.node if node.op_type == "MatMulInteger"]) >= 2 * 6
    assert not [node.name for node in graph.node if node.op_type == "MatMul" and node.input[1] in weights]
    # So that no processor has to clip a sum of two products to 16 bits.
    multiplied = [weights[node.input[1]] for node in graph.node if node.op_type == "MatMulInteger"]
    assert max(int(abs(onnx.numpy_helper.to_array(one).astype(int)).max()) for one in multiplied) <= 64
    torch_scorer, scorer = DetoxifyScorer(made.directory, digest=made.digest), OnnxScorer(tmp_path / name)
    for one, other in zip(torch_scorer.score(TEXTS[:-1]), scorer.score(TEXTS[:-1]), strict=True):
        assert dict(one.values) == pytest.approx(dict(other.values), abs=0.03)


def test_weights_that_layers_share_are_written_once(gentle, tmp_path):
    made = gentle["detoxify-original-small"]
    install("detoxify-original-small", tmp_path, source_of(made), "int8", quiet)
    graph = onnx.load(tmp_path / "detoxify-original-small" / "model.onnx").graph
    used = Counter(node.input[1] for node in graph.node if node.op_type == "MatMulInteger")
    # Six weights in each of two layers.
    assert [count for count in used.values() if count > 1] == [2] * 6


# -- What is off is refused ----------------------------------------------------------------------------------------------------
def shift_scores(path, by):
    """Add `by` to the last label before the sigmoid."""
    model = onnx.load(path)
    node = next(one for one in model.graph.node if one.op_type == "Sigmoid")
    count = 7
    shift = [0.0] * count
    shift[-1] = by
    shape = next(one for one in model.graph.output).type.tensor_type.shape.dim[-1].dim_value or count
    values = onnx.numpy_helper.from_array(onnx.numpy_helper.to_array(onnx.helper.make_tensor("s", 1, [shape], shift[-shape:])), "shift")
    model.graph.initializer.append(values)
    at = list(model.graph.node).index(node)
    model.graph.node.insert(at, onnx.helper.make_node("Add", [node.input[0], "shift"], ["shifted"]))
    model.graph.node[at + 1].input[0] = "shifted"
    onnx.save(model, path)


def spoil(monkeypatch, step, by):
    """Let `step` of a conversion end with a network that is off by `by`."""
    right = getattr(detoxify_install, step)

    def spoilt(path, *others):
        right(path, *others)
        shift_scores(others[0] if step == "quantize" else path, by)

    monkeypatch.setattr(detoxify_install, step, spoilt)


@pytest.mark.parametrize("name", ARCHITECTURES)
@pytest.mark.parametrize(("precision", "step"), [("fp32", "share_weights"), ("int8", "share_weights"), ("int8", "quantize")])
def test_a_conversion_that_is_off_is_refused(gentle, tmp_path, monkeypatch, name, precision, step):
    spoil(monkeypatch, step, 0.4)
    advice = "try --precision fp32" if precision == "int8" else "use the engine torch for this checkpoint"
    with pytest.raises(ScorerFileError, match=rf"the {precision} network differs from torch by 0\.\d+, over 0.03: {advice}"):
        install(name, tmp_path, source_of(gentle[name]), precision, quiet)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("by", "is_close"), [(0.08, True), (0.2, False)])
def test_the_bound_is_three_hundredths_of_a_score(gentle, tmp_path, monkeypatch, by, is_close):
    spoil(monkeypatch, "share_weights", by)
    arguments = ("detoxify-unbiased", tmp_path, source_of(gentle["detoxify-unbiased"]), "fp32", quiet)
    if is_close:
        assert 0.01 < install(*arguments) <= 0.03
    else:
        with pytest.raises(ScorerFileError, match="differs from torch"):
            install(*arguments)


def test_one_that_answers_no_number_is_refused(gentle, tmp_path, monkeypatch):
    spoil(monkeypatch, "share_weights", float("nan"))
    with pytest.raises(ScorerFileError.__base__, match="not a number"):
        install("detoxify-original", tmp_path, source_of(gentle["detoxify-original"]), None, quiet)
    assert list(tmp_path.iterdir()) == []


def test_where_8_bits_change_too_much_32_are_taken(gentle, tmp_path, monkeypatch):
    spoil(monkeypatch, "quantize", 0.4)
    told = []
    assert install("detoxify-original", tmp_path, source_of(gentle["detoxify-original"]), None, told.append) < 0.0001
    assert [line for line in told if "differs" in line or "converting" in line] == [
        "converting to int8 ONNX",
        next(line for line in told if line.startswith("  the int8 network differs from torch by 0.")),
        "converting to fp32 ONNX",
    ]
    assert sorted(path.name for path in (tmp_path / "detoxify-original").glob("*.onnx")) == ["model.onnx"]


# -- Over https ----------------------------------------------------------------------------------------------------------------
@pytest.fixture
def server(gentle, tmp_path, monkeypatch):
    """Releases and hub on this machine, holding the BERT model as published: the hub sends a reader on to its storage."""
    made = gentle["detoxify-original"]
    place = tmp_path / "server"
    place.mkdir()
    with serving_https(place) as running:
        monkeypatch.setenv("SSL_CERT_FILE", str(running.certificate))
        monkeypatch.setattr(detoxify_install, "_HUB", f"{running.address}/hub")
        monkeypatch.setitem(MODELS, "detoxify-original", Published(f"{running.address}/release/x.ckpt", "google-bert/bert-base-uncased"))
        running.files["/storage/x.ckpt"] = (made.directory / "model.ckpt").read_bytes()
        running.moved["/release/x.ckpt"] = f"{running.address}/storage/x.ckpt"
        for file in ("config.json", "tokenizer.json", "tokenizer_config.json"):
            running.files[f"/hub/google-bert/bert-base-uncased/resolve/main/{file}"] = (made.directory / file).read_bytes()
        yield running


def install_from_there(tmp_path, digest):
    place = tmp_path / "scorers"
    result = CliRunner().invoke(command, ["install", "detoxify-original", "--sha256", digest, "--to", str(place)])
    return result, sorted(path.name for path in place.iterdir())


def test_a_model_comes_over_https_and_runs(server, gentle, tmp_path):
    made = gentle["detoxify-original"]
    server.breaks["/storage/x.ckpt"] = [20_000]
    result, left = install_from_there(tmp_path, made.digest.upper())
    assert result.exit_code == 0, result.output
    assert "detoxify-original is ready, at most 0.0" in result.stdout
    assert "broke off after 20,000 bytes" in result.stderr
    assert left == ["detoxify-original"]
    (scored,) = OnnxScorer(tmp_path / "scorers" / "detoxify-original").score(["you idiot"])
    (expected,) = DetoxifyScorer(made.directory, digest=made.digest).score(["you idiot"])
    assert dict(scored.values) == pytest.approx(dict(expected.values), abs=0.03)
    assert [path for path, _ in server.asked][:3] == ["/release/x.ckpt", "/storage/x.ckpt", "/release/x.ckpt"]


def test_another_checkpoint_than_named_is_never_opened(server, tmp_path):
    class Trap:
        def __reduce__(self):
            return (type(tmp_path).mkdir, (tmp_path / "opened",))

    server.files["/storage/x.ckpt"] = pickle.dumps(Trap())
    result, left = install_from_there(tmp_path, "0" * 64)
    found = hashlib.sha256(server.files["/storage/x.ckpt"]).hexdigest()
    assert result.exit_code == 1
    assert f"{server.address}/release/x.ckpt has the SHA-256 {found}, but {'0' * 64} is expected: it is not opened" in result.stderr
    assert not (tmp_path / "opened").exists()
    assert left == []
    assert {path for path, _ in server.asked} == {"/release/x.ckpt", "/storage/x.ckpt"}


@pytest.mark.parametrize(
    ("change", "cause"),
    [
        (lambda server: server.moved.clear(), "HTTP Error 404: Not Found"),
        (lambda server: server.files.pop("/hub/google-bert/bert-base-uncased/resolve/main/config.json"), "HTTP Error 404: Not Found"),
        (lambda server: server.breaks.update({"/storage/x.ckpt": [0] * 9}), "ended after 0 of"),
        (lambda server: server.moved.update({"/release/x.ckpt": "http://127.0.0.1:9/x.ckpt"}), "which is not https"),
    ],
    ids=["no checkpoint", "no configuration", "always broken off", "moved away from https"],
)
def test_what_cannot_be_fetched_is_said_and_nothing_is_left(server, gentle, tmp_path, change, cause):
    change(server)
    result, left = install_from_there(tmp_path, gentle["detoxify-original"].digest)
    assert result.exit_code == 1
    assert cause in result.stderr
    assert "use --checkpoint and --model-files" in result.stderr
    assert left == []
