"""The training command from CSV to a scorer that onnxruntime runs, on a few rows and the real base model."""

import csv
import json

import pytest
from click.testing import CliRunner

from commentsvc.cli.scorer import scorer
from commentsvc.domain.labels import Label
from commentsvc.scoring.onnx_scorer import OnnxScorer
from commentsvc.scoring.training import TrainingSettings, train
from commentsvc.scoring.training_data import TRAINED_LABELS

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


def test_data_without_labels_is_said(tmp_path):
    (tmp_path / "x.csv").write_text("text\nhello\n", "utf-8")
    result = CliRunner().invoke(scorer, ["train", "--data", str(tmp_path), "--out", str(tmp_path / "out")])
    assert result.exit_code == 1
    assert "no CSV file with the columns text and toxicity" in result.output
