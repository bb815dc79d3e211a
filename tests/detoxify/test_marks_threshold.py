"""The threshold from which a word is marked, chosen on texts that people marked."""

import csv

import pytest

from commentsvc.scoring.marks import MarkedToken
from commentsvc.scoring.training_data import Part, part_of
from commentsvc.scoring.training_export_marks import find_mark_threshold

pytestmark = pytest.mark.detoxify


class Marker:
    """Marks "fool" surely, "odd" less so, and nothing else."""

    def marked_tokens(self, text):
        scores = {"fool": 0.62, "odd": 0.33}
        words = text.split()
        places = [(text.index(word), scores.get(word, 0.0)) for word in words]
        return None, [MarkedToken(at, at + len(word), score) for word, (at, score) in zip(words, places, strict=True)]


def test_of_the_best_thresholds_the_highest_is_taken(tmp_path):
    texts = [text for number in range(400) if part_of(text := f"text{number} says odd fool") is Part.CALIBRATION]
    assert len(texts) > 5
    with (tmp_path / "marked.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["spans", "text"])
        writer.writerows([list(range(text.index("fool"), text.index("fool") + 4)), text] for text in texts)
    # From 0.35 on "odd" is left out, above 0.62 "fool" would be too.
    assert find_mark_threshold(Marker(), tmp_path) == 0.6
    assert find_mark_threshold(Marker(), tmp_path / "nothing") is None
