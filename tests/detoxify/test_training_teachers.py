"""Several teachers, reading ahead, batches made beside the training, and both heads that learn."""

import csv
import random
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from tokenizers import Tokenizer

from commentsvc.cli.scorer import scorer
from commentsvc.scoring.training import adapt, train
from commentsvc.scoring.training_batches import BatchReader, TrainingSettings, read_batches
from commentsvc.scoring.training_data import TRAINED_LABELS, LabelledText, read_all
from commentsvc.scoring.training_distillation import Teacher, ask_teachers
from commentsvc.scoring.training_mixing import crop
from commentsvc.scoring.training_model import CHECKPOINT, encode, load_network, predict_all

pytestmark = pytest.mark.detoxify

SMALL = TrainingSettings(max_steps=3, made_sentences=40, vocabulary_size=3000, batch_size=8)


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data")
    with (folder / "made_train.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["source", "text", *TRAINED_LABELS])
        for at in range(150):
            writer.writerow(["made", f"You are an idiot, number {at}, and everybody in your street knows it", 1, 0, 0, "", 1, 0])
            writer.writerow(["made", f"My {at} neighbours like the bridge and the tram that leads to it", 0, 0, 0, 0, 0, 0])
    (folder / "marked.csv").write_text(
        f'spans,text\n"{list(range(11, 16))}","You are an idiot, number 3, and everybody in your street knows it"\n'
    )
    return folder


@pytest.fixture(scope="module")
def runs(data, tmp_path_factory):
    made = []
    for seed in (1, 2):
        out = tmp_path_factory.mktemp(f"run{seed}")
        train(data, out, SMALL, lambda _: None, start_run=made[0] if made else None)
        made.append(out)
    return made


@pytest.fixture
def reader(data, runs):
    rows = read_all(data)[0]
    return BatchReader(rows, Tokenizer.from_file(str(runs[0] / "tokenizer.json")), SMALL, Teacher({}), {})


def test_the_batches_are_the_same_whoever_makes_them(reader):
    def first(workers: int, after: int = 0) -> list[bytes]:
        settings = TrainingSettings(batch_size=SMALL.batch_size, workers=workers)
        batches = read_batches(reader, settings, after)
        found = [next(batches).ids.tobytes() for _ in range(reader.batches_per_epoch + 3)]
        batches.close()
        return found

    alone = first(0)
    assert first(2) == alone
    assert first(0, after=2)[: len(alone) - 2] == alone[2:]
    assert len(set(alone)) == len(alone)


def test_several_teachers_say_the_mean_of_their_logits(runs, tmp_path):
    rows = [LabelledText("a", f"You are an idiot, number {at}", (1.0, *[None] * 5)) for at in range(3)]
    told: list[float] = []
    both = ask_teachers(runs, rows, tmp_path, told.append, threads=1)
    tokenizer = Tokenizer.from_file(str(runs[0] / "tokenizer.json"))
    each = [predict_all(load_network([run / CHECKPOINT]), encode(tokenizer, [row.text for row in rows])) for run in runs]
    logits = np.mean([np.log(scores / (1 - scores)) for scores, _ in each], axis=0)
    assert [both.about(row) for row in rows] == [pytest.approx(one, abs=1e-5) for one in 1 / (1 + np.exp(-logits))]
    assert told == [0.5, 1.0]
    assert both.version is not None
    assert both.version.count("network ") == 2
    (ids,) = encode(tokenizer, [rows[0].text])
    said = both.with_marks(rows[0].text, ids, None, 0.5)
    assert said == pytest.approx(np.mean([marks[0] for _, marks in each], axis=0), abs=0.01, nan_ok=True)
    assert np.isnan(said[[0, -1]]).all()


def test_people_and_teachers_share_the_say_about_marks():
    teacher = Teacher({}, None, {"you fool": np.array([np.nan, 0.2, 0.6, np.nan], np.float16)})
    people = np.array([np.nan, 0.0, 1.0, np.nan], np.float32)
    assert teacher.with_marks("you fool", [2, 7, 8, 3], people, 0.5)[1:3] == pytest.approx([0.1, 0.8], abs=1e-3)
    assert teacher.with_marks("another", [2, 7, 3], people, 0.5) is people
    assert teacher.with_marks("another", [2, 7, 3], None, 0.5) is None


def test_crops_are_read_with_the_teachers_word_alone(data, runs, tmp_path):
    rows = read_all(data)[0]
    pieces = crop(rows, 30, random.Random(1))
    teacher = ask_teachers(runs[:1], pieces, tmp_path, lambda _: None, threads=1)
    tokenizer = Tokenizer.from_file(str(runs[0] / "tokenizer.json"))
    (batch,) = BatchReader(pieces, tokenizer, TrainingSettings(batch_size=30, made_sentences=0), teacher, {}).bucket(0)
    assert np.isnan(batch.targets).all()
    assert not np.isnan(batch.taught).any()


def test_both_heads_learn(data, runs, tmp_path):
    import torch

    out = tmp_path / "on"
    train(data, out, SMALL, lambda _: None, start_run=runs[0])
    before, after = (torch.load(run / CHECKPOINT, weights_only=True) for run in (runs[0], out))
    for head in ("head.weight", "marks.weight"):
        assert not torch.equal(before["network"][head], after["trained"][head]), head


def test_an_encoder_that_only_read_is_something_to_start_with(data, tmp_path):
    import torch

    read = tmp_path / "read"
    result = CliRunner().invoke(scorer, ["adapt", "--data", str(data), "--out", str(read), "--max-steps", "3", "--batch-size", "8"])
    assert result.exit_code == 0, result.output
    kept = torch.load(read / CHECKPOINT, weights_only=True)["network"]
    assert "head.weight" not in kept
    out = tmp_path / "out"
    train(data, out, TrainingSettings(max_steps=1, batch_size=8, learning_rate=1e-9), lambda _: None, start_run=read)
    begun = torch.load(out / CHECKPOINT, weights_only=True)["network"]
    name = "encoder.encoder.layer.0.output.dense.weight"
    assert torch.allclose(begun[name], kept[name], atol=1e-6)


def test_reading_goes_on_where_it_was_interrupted(data, tmp_path):
    steps = []
    for most in (2, 4):
        settings = TrainingSettings(max_steps=most, batch_size=8, vocabulary_size=3000, made_sentences=40)
        path = adapt(data, tmp_path, settings, lambda now: steps.append(now.step))
    assert steps == [2, 4]
    assert Path(path) == tmp_path / CHECKPOINT
