"""The comparison of scorers: who is measured on what, and the table."""

import random

import numpy as np
import pytest
from tokenizers import Tokenizer

from commentsvc.scoring.evaluation import Figure
from commentsvc.scoring.scorer_files import TOKENIZER
from commentsvc.scoring.shipped_scorer import SHIPPED_DIRECTORY
from commentsvc.scoring.training_data import LabelledText, Part, part_of
from tools.compare_scorers import BARS, Candidate, as_table, measure, onnx_candidate, split, text_of_tokens, time_each

UNLABELLED = (None,) * 5


@pytest.fixture(scope="module")
def rows():
    chance = random.Random(2)
    sources = ("toxic_spans", "civil10k", "jigsaw_raw", "elsewhere")
    words = ("idiot", "fool", "bridge", "plan", "mayor", "tax", "school", "rain", "idiot", "moron")
    made = []
    for at in range(4_000):
        text = " ".join(chance.choices(words, k=6)) + f" {at}"
        made.append(LabelledText(sources[at % 4], text, (float("idiot" in text), *UNLABELLED)))
    return [*made, *(LabelledText("edos_train", f"nobody was asked {at}", (None, *UNLABELLED)) for at in range(500))]


def by_word(texts):
    return np.array([0.9 if "idiot" in text else 0.1 for text in texts])


def test_rows_are_split_as_for_training(rows):
    train, held_out = split(rows)
    assert {part_of(row.text) for row in train} == {Part.TRAIN}
    assert {part_of(row.text) for row in held_out.test} == {Part.TEST}
    assert {part_of(text) for text in held_out.civil_calibration} == {Part.CALIBRATION}
    assert not any("idiot" in text for text in held_out.civil_calibration)
    assert all(row.source != "edos_train" for row in (*train, *held_out.test))
    assert len(held_out.targets) == len(held_out.test)


def test_every_figure_of_a_candidate(rows):
    _, held_out = split(rows)
    counts: list[int] = []
    found = measure(Candidate("by word", by_word, 2_000_000), held_out, counts.append)
    assert found["size, MB"] == 2
    for source in ("Civil Comments", "Wikipedia", "all sources"):
        auc = found[f"ROC AUC toxicity, {source}"]
        assert isinstance(auc, Figure)
        assert auc.value == 1.0
    assert found["recall at 5 % false positives, undisguised"] == 1.0
    # A list of words is fooled by every disguise.
    losses = [found[name] for name in BARS if name.startswith("recall lost")]
    assert len(losses) == 5
    assert all(isinstance(one, float) and one > 0.05 for one in losses)
    assert "identity statements flagged, default policy" not in found
    assert sum(counts) == len(held_out.test) + len(held_out.civil_calibration) + 5 * int(held_out.targets.sum())


def test_the_scorer_that_ships_meets_the_default_policy(rows):
    _, held_out = split(rows[:400])
    found = measure(onnx_candidate(SHIPPED_DIRECTORY), held_out, lambda count: None, with_disguises=False)
    flagged = found["identity statements flagged, default policy"]
    assert isinstance(flagged, float)
    assert 0 <= flagged <= 1
    assert not any(name.startswith("recall lost") for name in found)


def test_time_is_taken_on_a_text_of_so_many_tokens():
    tokenizer = Tokenizer.from_file(str(SHIPPED_DIRECTORY / TOKENIZER))
    text = text_of_tokens(tokenizer, 64)
    assert 60 <= len(tokenizer.encode(text).ids) <= 64
    taken = time_each([Candidate("one", by_word, 0), Candidate("two", by_word, 0)], text)
    assert set(taken) == {"one", "two"}
    assert all(one > 0 for one in taken.values())


def test_the_table_names_each_bar_and_each_candidate():
    table = as_table({"one": {"size, MB": 15.0, "ROC AUC toxicity, Wikipedia": Figure(0.98, 0.97, 0.99)}, "two": {"size, MB": 0.5}})
    assert "| figure | bar | one | two |" in table
    assert "| size, MB | 15 | 15.000 | 0.500 |" in table
    assert "| ROC AUC toxicity, Wikipedia | 0.980 | 0.980 (0.970 to 0.990) | - |" in table
