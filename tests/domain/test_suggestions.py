"""What a cut-off does, told by what moderators decided."""

from commentsvc.domain.labels import Label
from commentsvc.domain.perspective import Scale
from commentsvc.domain.suggestions import JudgedText, judge_cut_offs


def test_above_means_above_on_the_scale_that_clients_see():
    texts = [JudgedText(True, {Label.TOXICITY: 0.5}), JudgedText(True, {Label.TOXICITY: 0.4}), JudgedText(False, {Label.TOXICITY: 0.6})]
    plain = judge_cut_offs(texts, {}, (0.5,))
    assert [(line.attribute, line.caught.value, line.wrongly.value) for line in plain.lines] == [("TOXICITY", 0.0, 1.0)]
    stretched = judge_cut_offs(texts, {Label.TOXICITY: Scale((0.0, 0.45, 1.0), (0.0, 0.5, 1.0))}, (0.5,))
    assert [(line.caught.value, line.wrongly.value) for line in stretched.lines] == [(0.5, 1.0)]


def test_lines_are_by_attribute_under_its_usual_name_and_by_cut_off():
    found = judge_cut_offs([JudgedText(True, {Label.OBSCENE: 0.9, Label.TOXICITY: 0.9})], {}, (0.8, 0.7))
    assert [(line.attribute, line.cut_off) for line in found.lines] == [
        ("TOXICITY", 0.7), ("TOXICITY", 0.8), ("PROFANITY", 0.7), ("PROFANITY", 0.8),
    ]  # fmt: skip
    # Nobody has approved anything: all shares are possible.
    assert {(line.wrongly.low, line.wrongly.high) for line in found.lines} == {(0.0, 1.0)}


def test_nothing_judged_is_no_line():
    assert judge_cut_offs([], {}).lines == ()
