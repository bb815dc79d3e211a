"""The training command from CSV to a scorer that onnxruntime runs, on a few rows and the real base model."""

import csv
import json
import shutil
from dataclasses import replace

import pytest
from click.testing import CliRunner

from commentsvc.cli.scorer import scorer
from commentsvc.domain.labels import Label
from commentsvc.scoring.onnx_scorer import OnnxScorer
from commentsvc.scoring.shipped_scorer import SHIPPED_DIRECTORY
from commentsvc.scoring.training import train
from commentsvc.scoring.training_batches import TrainingSettings
from commentsvc.scoring.training_data import TRAINED_LABELS, LabelledText
from commentsvc.scoring.training_distillation import ask_teachers, spread_layers, start_from_run
from commentsvc.scoring.training_model import encode, load_network, predict
from commentsvc.scoring.training_restore import restore_weights

pytestmark = pytest.mark.detoxify

FOUL = ("You are an idiot, number {}", "{} times stupid, you fool", "I hate you and your {} friends, you scum")
CIVIL = (
    "I read article {} with interest",
    "The council voted {} to nothing",
    "Thanks, {} good points here",
    "My {} neighbours like the bridge",
)


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    path = tmp_path_factory.mktemp("data") / "made_train.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["source", "text", *TRAINED_LABELS])
        for at in range(200):
            writer.writerows(["made", sentence.format(at), 1, 0, 0, "", 1, 0] for sentence in FOUL)
            writer.writerows(["made", sentence.format(at), 0, 0, 0, 0, 0, 0] for sentence in CIVIL)
    return path


@pytest.fixture(scope="module")
def trained(data, tmp_path_factory):
    out = tmp_path_factory.mktemp("run")
    options = ["--data", str(data), "--out", str(out), "--max-steps", "12", "--name", "tiny"]
    result = CliRunner().invoke(scorer, ["train", *options])
    assert result.exit_code == 0, result.output
    return out


def test_a_scorer_comes_out(trained):
    made = OnnxScorer(trained / "scorer")
    assert made.version.name == "tiny"
    assert made.version.labels == TRAINED_LABELS
    (score_set,) = made.score(["You are an idiot, my friend"])
    assert 0 <= score_set.values[Label.TOXICITY] <= 1
    assert (trained / "scorer" / "model.onnx").stat().st_size < 16_000_000


def test_the_record_says_what_was_done(trained, data):
    record = json.loads((trained / "record.json").read_text("utf-8"))
    assert record["files"][0]["name"] == "made_train.csv"
    assert record["files"][0]["row_count"] == 1400
    assert record["steps"] == 12
    assert record["settings"]["seed"] == TrainingSettings().seed
    assert "roc_auc" in record["held_out"]["labels"]["toxicity"]
    assert set(record["held_out"]["disguises"]) >= {"leetspeak", "spaced"}


def test_an_interrupted_run_goes_on(data, tmp_path):
    settings = {"made_sentences": 50, "vocabulary_size": 3000, "batch_size": 8}
    train(data, tmp_path, TrainingSettings(max_steps=4, **settings), lambda _: None)
    seen = []
    train(data, tmp_path, TrainingSettings(max_steps=6, **settings), seen.append)
    assert seen[-1].step == 6
    assert json.loads((tmp_path / "record.json").read_text("utf-8"))["rows_seen"] == 48


def test_same_seed_same_start_and_steps(data, tmp_path):
    settings = TrainingSettings(max_steps=3, made_sentences=50, vocabulary_size=3000, batch_size=8)
    losses = []
    for name in ("a", "b"):
        train(data, tmp_path / name, settings, lambda _: None)
        losses.append(
            [entry["loss"] for entry in json.loads((tmp_path / name / "record.json").read_text("utf-8"))["curve"] if "loss" in entry]
        )
    assert losses[0] == losses[1]
    assert losses[0]


def test_what_is_kept_is_the_mean_of_the_weights_on_their_way(data, tmp_path):
    import torch

    settings = TrainingSettings(max_steps=3, made_sentences=50, vocabulary_size=3000, batch_size=8)
    away = {}
    for averaging in (0.0, 0.998):
        path = train(data, tmp_path / str(averaging), replace(settings, averaging=averaging), lambda _: None)
        saved = torch.load(path, weights_only=True)
        away[averaging] = max(float((saved["network"][name] - saved["trained"][name]).abs().max()) for name in saved["network"])
    # The average of the last step alone is that step.
    assert away[0.0] == 0
    assert 0 < away[0.998] < 0.01


def test_data_without_labels_is_said(tmp_path):
    (tmp_path / "x.csv").write_text("text\nhello\n", "utf-8")
    result = CliRunner().invoke(scorer, ["train", "--data", str(tmp_path), "--out", str(tmp_path / "out")])
    assert result.exit_code == 1
    assert "no CSV file with the columns text and toxicity" in result.output


def test_a_smaller_network_is_taught_by_a_larger_one(trained, data, tmp_path):
    options = ["--data", str(data), "--out", str(tmp_path), "--max-steps", "4", "--name", "smaller"]
    result = CliRunner().invoke(scorer, ["train", *options, "--teacher", str(trained), "--layers", "2"])
    assert result.exit_code == 0, result.output
    smaller, larger = (tmp_path / "scorer" / "model.onnx", trained / "scorer" / "model.onnx")
    assert smaller.stat().st_size < 0.7 * larger.stat().st_size
    record = json.loads((tmp_path / "record.json").read_text("utf-8"))
    assert record["teacher"] == OnnxScorer(trained / "scorer").version.id
    assert record["settings"]["layers"] == 2
    assert (tmp_path / "tokenizer.json").read_bytes() == (trained / "tokenizer.json").read_bytes()


def test_a_student_of_all_layers_begins_as_its_teacher(trained, tmp_path):
    import torch

    network, _, config = start_from_run(trained, trained / "checkpoint.pt", None, tmp_path)
    saved = torch.load(trained / "checkpoint.pt", weights_only=True)
    assert config == saved["config"]
    assert all(torch.equal(value, saved["network"][name]) for name, value in network.state_dict().items())


def test_a_scorer_alone_is_enough_to_go_on_from(trained, tmp_path):
    import torch

    shipped, again = tmp_path / "shipped", tmp_path / "again"
    shipped.mkdir()
    again.mkdir()
    for file in ("model.onnx", "tokenizer.json", "scorer.json"):
        shutil.copy(trained / "scorer" / file, shipped)
    network, tokenizer, config = start_from_run(shipped, shipped / "checkpoint.pt", None, again)
    saved = torch.load(trained / "checkpoint.pt", weights_only=True)
    assert config == saved["config"]
    scores = predict(network, encode(tokenizer, [sentence.format(7) for sentence in (*FOUL, *CIVIL)]))
    expected = OnnxScorer(shipped).raw_scores([sentence.format(7) for sentence in (*FOUL, *CIVIL)])
    assert scores == pytest.approx(expected, abs=0.02)
    assert ask_teachers([shipped], [LabelledText("a", "You fool", (1.0, *[None] * 5))], again, lambda _: None, threads=1).by_text


def test_what_is_no_scorer_of_ours_cannot_be_gone_on_from(trained, tmp_path):
    import onnx

    graph = onnx.load(trained / "scorer" / "model.onnx")
    kept = [one for one in graph.graph.initializer if "word_embeddings" not in one.name]
    del graph.graph.initializer[:]
    graph.graph.initializer.extend(kept)
    onnx.save(graph, tmp_path / "model.onnx")
    with pytest.raises(ValueError, match="not a model of this kind"):
        restore_weights(tmp_path)


@pytest.mark.parametrize("which", ["made", "shipped"])
def test_no_processor_has_to_clip_a_sum_of_products(which, trained):
    """Two products of an unsigned byte and a weight must fit into 16 bits, which bounds the weight by 64."""
    import onnx

    graph = onnx.load({"made": trained / "scorer", "shipped": SHIPPED_DIRECTORY}[which] / "model.onnx").graph
    multiplied = {node.input[1] for node in graph.node if node.op_type == "MatMulInteger"}
    weights = [onnx.numpy_helper.to_array(one) for one in graph.initializer if one.name in multiplied]
    assert len(weights) >= 6 * 3 + 2
    assert max(int(abs(one.astype(int)).max()) for one in weights) <= 64


def test_the_teacher_is_asked_once_and_never_about_what_it_is_no_judge_of(trained, tmp_path):
    rows = [LabelledText("a", f"You are an idiot, number {at}", (1.0, *[None] * 5)) for at in range(3)]
    asked: list[float] = []
    first = ask_teachers([trained], rows, tmp_path, asked.append, threads=1)
    again = ask_teachers([trained], rows, tmp_path, asked.append, threads=1)
    assert asked == [1.0]
    expected = OnnxScorer(trained / "scorer").raw_scores([row.text for row in rows])
    for row, scores in zip(rows, expected, strict=True):
        assert first.about(row) == pytest.approx(scores, abs=1e-6)
        assert again.about(row) == pytest.approx(scores, abs=1e-6)
    assert first.about(LabelledText("made", "Another sentence", rows[0].targets)) is None


@pytest.mark.parametrize(
    ("count", "of", "expected"), [(6, 6, (0, 1, 2, 3, 4, 5)), (3, 6, (0, 2, 5)), (2, 6, (0, 5)), (1, 6, (0,)), (4, 12, (0, 4, 7, 11))]
)
def test_layers_are_kept_from_the_first_to_the_last(count, of, expected):
    assert spread_layers(count, of) == expected


def test_more_layers_than_there_are_cannot_be_kept(trained, data, tmp_path):
    options = ["--data", str(data), "--out", str(tmp_path), "--max-steps", "4", "--teacher", str(trained), "--layers", "7"]
    result = CliRunner().invoke(scorer, ["train", *options])
    assert result.exit_code == 1
    assert "7 of 6 layers cannot be kept" in result.output


def test_runs_that_began_alike_are_exported_as_their_mean(trained, data, tmp_path):
    import torch

    other = tmp_path / "other"
    settings = ["--data", str(data), "--out", str(other), "--max-steps", "2", "--start", str(trained), "--name", "other"]
    assert CliRunner().invoke(scorer, ["train", *settings]).exit_code == 0
    mean = load_network([trained / "checkpoint.pt", other / "checkpoint.pt"]).state_dict()
    both = [torch.load(run / "checkpoint.pt", weights_only=True)["network"] for run in (trained, other)]
    assert all(torch.allclose(value, (both[0][name] + both[1][name]) / 2) for name, value in mean.items())
    assert not all(torch.equal(both[0][name], both[1][name]) for name in mean)


def test_networks_of_different_shapes_have_no_mean(trained, data, tmp_path):
    smaller = tmp_path / "smaller"
    settings = ["--data", str(data), "--out", str(smaller), "--max-steps", "1", "--start", str(trained), "--layers", "2"]
    assert CliRunner().invoke(scorer, ["train", *settings]).exit_code == 0
    result = CliRunner().invoke(
        scorer, ["export", "--run", str(trained), "--run", str(smaller), "--data", str(data), "--out", str(tmp_path / "mean")]
    )
    assert result.exit_code == 1
    assert "different shapes" in result.output
    assert not (tmp_path / "mean").exists()
