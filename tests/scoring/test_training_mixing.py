"""Texts made for training: one sentence within a long civil text."""

import random

from commentsvc.scoring.training_data import LabelledText
from commentsvc.scoring.training_mixing import CROPPED, crop, drown

NOTHING = (None,) * 5
LONG = LabelledText("a", "The council met on Monday. It spoke about the library. " * 5, (0.0, *NOTHING))
SHORT = LabelledText("a", "Fine.", (0.0, *NOTHING))
FOUL = LabelledText("a", "Everybody is awful here. " * 10, (0.9, *NOTHING))
ABUSE = LabelledText("made", "You fool.", (0.95, 0.0, 0.0, 0.0, 1.0, 0.0))
PRAISE = LabelledText("made", "Well done.", (0.0, 0.0, 0.0, 0.0, 0.0, 0.0))


def test_each_has_the_labels_of_its_sentence_and_the_words_of_both():
    mixed = drown([LONG, SHORT, FOUL], [ABUSE, PRAISE], 40, random.Random(1))
    assert len(mixed) == 40
    assert all("library" in one.text and "awful" not in one.text for one in mixed)
    assert {one.targets for one in mixed if "You fool" in one.text} == {ABUSE.targets}
    assert {one.targets for one in mixed if "Well done" in one.text} == {PRAISE.targets}
    assert sum("You fool" in one.text for one in mixed) == 20


def test_the_sentence_stands_in_all_places():
    mixed = drown([LONG], [ABUSE, PRAISE], 200, random.Random(2))
    places = [one.text.index("You fool") / len(one.text) for one in mixed if "You fool" in one.text]
    assert min(places) == 0
    assert max(places) > 0.9
    assert any(0.2 < place < 0.8 for place in places)


def test_without_long_civil_texts_there_is_nothing_to_make():
    assert drown([SHORT, FOUL], [ABUSE, PRAISE], 5, random.Random(3)) == []


def test_a_crop_is_a_run_of_words_that_nobody_labelled():
    pieces = crop([LONG, SHORT], 200, random.Random(4))
    assert len(pieces) == 200
    for piece in pieces:
        assert piece.text in " ".join(LONG.text.split())
        assert 4 <= len(piece.text.split()) < len(LONG.text.split())
        assert (piece.source, set(piece.targets)) == (CROPPED, {None})


def test_nothing_is_cropped_from_short_texts():
    assert crop([LabelledText("a", "far too short", (0.0,) * 6)], 5, random.Random(5)) == []
