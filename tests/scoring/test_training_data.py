"""What training reads, splits and makes up; none of it needs torch."""

import gzip
import random
import re
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commentsvc.domain.labels import Label
from commentsvc.scoring.preparation import prepare
from commentsvc.scoring.training_data import TRAINED_LABELS, LabelledDataError, Part, find_data_files, part_of, read_all, read_labelled
from commentsvc.scoring.training_noise import DISGUISES, disguised, vary, with_stops, without_stops
from commentsvc.scoring.training_templates import make_sentences

HEADER = "source,text,toxicity,severe_toxicity,obscene,threat,insult,identity_attack\n"


def write(path, text):
    path.write_bytes(gzip.compress(text.encode()) if path.suffix == ".gz" else text.encode())
    return path


def test_shares_and_blanks(tmp_path):
    path = write(tmp_path / "a.csv.gz", HEADER + 'here,"two\nlines",0.5,,0,1,,0.25\n')
    (row,) = read_labelled(path)
    assert (row.source, row.text) == ("here", "two\nlines")
    assert row.targets == (0.5, None, 0.0, 1.0, None, 0.25)


def test_only_labelled_files_of_a_directory_are_read(tmp_path):
    write(tmp_path / "b.csv", "text,toxicity\nHello there,0\n")
    write(tmp_path / "a.csv.gz", HEADER + "s,You fool,1,,,,,\n")
    write(tmp_path / "spans.csv", "spans,text\n[],x\n")
    (tmp_path / "README.md").write_text("no data", "utf-8")
    assert [path.name for path in find_data_files(tmp_path)] == ["a.csv.gz", "b.csv"]
    rows, files = read_all(tmp_path)
    assert [row.source for row in rows] == ["s", "b"]
    assert [(one.name, one.row_count, len(one.sha256)) for one in files] == [("a.csv.gz", 1, 64), ("b.csv", 1, 64)]


def test_empty_directory_is_said(tmp_path):
    with pytest.raises(LabelledDataError, match="no CSV file"):
        read_all(tmp_path)


def test_copies_that_differ_in_case_and_signs_are_read_once(tmp_path):
    write(tmp_path / "a.csv", "text,toxicity\nYou fool!,1\nyou fool,1\n...,0\n")
    rows, _ = read_all(tmp_path)
    assert [row.text for row in rows] == ["You fool!", "..."]


@given(st.text("abcXYZ 019äé,.", min_size=1).filter(lambda text: any(map(str.isalnum, text))), st.text(max_size=20))
def test_a_variant_falls_on_the_same_side(text, ending):
    assert part_of(text) is part_of(f"  {text.lower()}!")
    assert part_of("x" * 80 + ending) is part_of("x" * 80)


def test_parts_have_their_sizes():
    sizes = Counter(part_of(f"comment {at} on the plan") for at in range(20_000))
    assert 0.04 < sizes[Part.CALIBRATION] / 20_000 < 0.06
    assert 0.05 < sizes[Part.TEST] / 20_000 < 0.07


@pytest.mark.parametrize("name", DISGUISES)
def test_a_disguise_changes_words_and_keeps_the_rest(name):
    chance = random.Random(4)
    text = "What a miserable scoundrel is that minister of disasters, 2024!"
    for _ in range(20):
        hidden = disguised(text, DISGUISES[name], chance, share=0.5)
        assert hidden != text
        assert hidden.endswith("2024!")


@pytest.mark.parametrize("name", ["look_alikes", "spaced", "zero_width"])
def test_preparation_undoes_most_of_a_disguise(name):
    chance = random.Random(4)
    words = ["idiot", "stupid", "moron", "scoundrel", "worthless", "pathetic", "imbecile", "criminal"]
    undone = sum(prepare(DISGUISES[name](word, chance)).text.lower() == word for word in words * 20)
    assert undone >= 0.9 * 160


def test_texts_without_words_stay():
    chance = random.Random(1)
    for text in ("", "2 + 2", "🙂", "a b"):
        assert disguised(text, DISGUISES["spaced"], chance) == text
        assert isinstance(vary(text, chance, noise=1.0), str)


def test_stops_come_and_go():
    assert without_stops("Well, you're right; aren't you?") == "Well youre right arent you"
    assert with_stops("he was wrong  no  he was right", random.Random(2)).count("  ") == 0


@given(st.text(max_size=80), st.integers(0, 10_000))
def test_any_text_can_be_varied(text, seed):
    assert isinstance(vary(text, random.Random(seed), noise=1.0), str)


def test_made_sentences_are_complete_and_balanced():
    made = make_sentences(3_000, random.Random(8))
    assert len({row.text for row in made}) > 1_500
    assert not any("{" in row.text or "}" in row.text for row in made)
    assert [row.text for row in made if re.search(r"\ba (idiot|asshole|ugly|old|immigrant)|\ban (useless|Ukrainian|fool)", row.text)] == []
    assert all(len(row.targets) == len(TRAINED_LABELS) for row in made)
    civil = sum((row.targets[0] or 0) < 0.5 for row in made)
    assert 0.5 < civil / len(made) < 0.75


def test_plain_statements_about_each_group_are_civil():
    made = make_sentences(20_000, random.Random(9))
    for group in ("Muslim", "Jew", "gay", "black", "transgender", "disabled", "refugee", "women"):
        naming = [row for row in made if group in row.text]
        civil = [row for row in naming if row.targets[0] == 0.0]
        assert len(civil) > len(naming) / 2


def test_threats_are_threats():
    made = [row for row in make_sentences(5_000, random.Random(10)) if row.text == "I will kill you."]
    assert made
    assert {row.targets[TRAINED_LABELS.index(Label.THREAT)] for row in made} == {1.0}
