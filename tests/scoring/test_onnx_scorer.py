"""What is special about running a network from ONNX: windows, calibration, and answers that are no scores."""

import json
import shutil
from itertools import pairwise

import numpy as np
import pytest

from commentsvc.domain.labels import Label
from commentsvc.domain.ports import ScorerUnavailableError
from commentsvc.scoring.onnx_scorer import OnnxScorer
from commentsvc.scoring.shipped_scorer import SHIPPED_DIRECTORY

CIVIL = "The council meets on Monday to talk about the library and the new bus line. "
FOUL = "You are a worthless idiot, go kill yourself."


@pytest.fixture(scope="module")
def shipped():
    return OnnxScorer(SHIPPED_DIRECTORY)


@pytest.mark.parametrize("before", [0, 5, 20, 60])
@pytest.mark.parametrize("after", [0, 20])
def test_abuse_is_seen_wherever_it_stands_in_a_long_text(shipped, before, after):
    civil, foul = shipped.score([CIVIL * (before + after + 1), CIVIL * before + FOUL + CIVIL * after])
    assert foul.values[Label.TOXICITY] > civil.values[Label.TOXICITY] + 0.2


def test_length_alone_makes_nothing_foul(shipped):
    short, long = shipped.score([CIVIL, CIVIL * 100])
    assert long.values[Label.TOXICITY] == pytest.approx(short.values[Label.TOXICITY], abs=0.1)


def test_windows_cover_every_token_and_keep_the_frame(shipped):
    text = " ".join(f"word{at}" for at in range(400))
    everything = shipped._tokenizer.encode(text, add_special_tokens=False).ids
    begins, windows = zip(*shipped._windows(everything), strict=True)
    limit = shipped.description.max_tokens
    assert len(windows) > 1
    assert all(len(window) == limit for window in windows)
    assert all(window[:1] == shipped._head and window[-1:] == shipped._tail for window in windows)
    bodies = [window[1:-1] for window in windows]
    assert bodies[0] == everything[: limit - 2]
    assert bodies[-1] == everything[-(limit - 2) :]
    assert all(everything[begin : begin + limit - 2] == body for begin, body in zip(begins, bodies, strict=True))
    assert all(later - earlier <= limit - 2 for earlier, later in pairwise(begins))


def test_calibration_is_applied(tmp_path):
    directory = shutil.copytree(SHIPPED_DIRECTORY, tmp_path / "scorer")
    document = json.loads((directory / "scorer.json").read_text("utf-8"))
    document["calibration"] = {"toxicity": {"raw": [0.0, 1.0], "score": [0.25, 0.75]}}
    (directory / "scorer.json").write_text(json.dumps(document), "utf-8")
    scorer = OnnxScorer(directory)
    raw = scorer.raw_scores([FOUL])[0]
    (score_set,) = scorer.score([FOUL])
    assert score_set.values[Label.TOXICITY] == pytest.approx(0.25 + 0.5 * raw[0])
    assert score_set.values[Label.INSULT] == pytest.approx(raw[scorer.version.labels.index(Label.INSULT)])


class Session:
    """Stands in for onnxruntime's session."""

    def __init__(self, answer):
        self.answer = answer

    def run(self, _names, feed):
        if isinstance(self.answer, Exception):
            raise self.answer
        return [np.full((len(feed["input_ids"]), 6), self.answer, dtype=np.float32)]


@pytest.mark.parametrize("answer", [float("nan"), float("inf"), -float("inf"), MemoryError("no memory left"), RuntimeError("broken")])
def test_what_is_no_score_is_not_passed_on(answer):
    scorer = OnnxScorer(SHIPPED_DIRECTORY)
    scorer._session = Session(answer)
    with pytest.raises(ScorerUnavailableError):
        scorer.score(["anything"])


def test_case_does_not_matter(shipped):
    lower, upper = shipped.score(["you are an idiot", "YOU ARE AN IDIOT"])
    assert lower.values == upper.values


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("I think that you are an idiot and should read it again.", "idiot"),
        ("I think that you are an id1ot and should read it again.", "id1ot"),
        ("Well, you m\u043er\u043en, that is wrong", "m\u043er\u043en"),
        ("Oh look, what an a$$hole", "a$$hole"),
        ("you s t u p i d man", "s t u p i d"),
    ],
)
def test_spans_mark_the_word_in_the_original(shipped, text, word):
    begin = text.index(word)
    marked = [span for span in shipped.spans(text) if span.label is Label.TOXICITY]
    assert any(span.begin <= begin and begin + len(word) <= span.end for span in marked)
    assert sum(span.end - span.begin for span in marked) <= len(word) + 12


def test_spans_of_civil_talk_are_none_and_cost_one_call(shipped, monkeypatch):
    calls, run = [], shipped._run

    def counted(rows, outputs):
        calls.append(len(rows))
        return run(rows, outputs)

    monkeypatch.setattr(shipped, "_run", counted)
    assert shipped.spans(CIVIL) == []
    assert calls == [1]
