"""The commands, in process and as a user's pipe sees them."""

import json

import pytest
from click.testing import CliRunner

from commentsvc.cli.score import score
from commentsvc.cli.scorer import scorer
from commentsvc.scoring.fake_scorer import FakeScorer


@pytest.fixture
def runner():
    return CliRunner()


def lines(output):
    return [json.loads(line) for line in output.split("\n") if line]


def texts(*many):
    return "".join(json.dumps({"text": text}) + "\n" for text in many)


def test_scores_from_standard_input_in_order(runner):
    many = [f"comment number {at} toxicity=0.{at:03d}" for at in range(150)]
    result = runner.invoke(score, ["-", "--engine", "fake"], input=texts(*many))
    assert result.exit_code == 0, result.output
    found = lines(result.stdout)
    assert [one["text"] for one in found] == many
    assert [one["scores"]["toxicity"] for one in found] == [float(f"0.{at:03d}") for at in range(150)]
    assert {one["scorer"] for one in found} == {FakeScorer().version.id}
    assert set(found[0]) == {"text", "scores", "scorer"}


def test_scores_from_a_file_and_skips_empty_lines(runner, tmp_path):
    (tmp_path / "in.jsonl").write_text(texts("you idiot") + "\n  \n" + texts("good day"), "utf-8")
    result = runner.invoke(score, [str(tmp_path / "in.jsonl"), "--engine", "fake"])
    assert [one["text"] for one in lines(result.stdout)] == ["you idiot", "good day"]


def test_spans_on_demand(runner):
    result = runner.invoke(score, ["-", "--engine", "fake", "--spans"], input=texts("you idiot", "good day"))
    foul, civil = lines(result.stdout)
    assert {"begin": 4, "end": 9, "label": "insult", "score": 0.95} in foul["spans"]
    assert civil["spans"] == []


def test_the_shipped_scorer_is_the_default(runner):
    result = runner.invoke(
        score, ["-", "--spans"], input=texts("You are a worthless idiot, go kill yourself", "Thank you, I learnt a lot from this article.")
    )
    foul, civil = lines(result.stdout)
    assert foul["scores"]["toxicity"] > 0.5 > civil["scores"]["toxicity"]
    assert any(span["begin"] <= 20 < span["end"] for span in foul["spans"])
    assert civil["spans"] == []


def test_unicode_goes_through_unchanged(runner):
    result = runner.invoke(score, ["-", "--engine", "fake"], input=texts("Grüße 👩‍👩‍👧 \u2028 \u0000 end"))
    assert lines(result.stdout)[0]["text"] == "Grüße 👩‍👩‍👧 \u2028 \u0000 end"


@pytest.mark.parametrize(
    ("line", "cause"),
    [
        ("not json", "not JSON"),
        ('{"text": 5}', 'string "text"'),
        ('{"body": "x"}', 'string "text"'),
        ("[1, 2]", 'string "text"'),
        ('"bare"', 'string "text"'),
        ('{"text": "\\ud800"}', "not JSON"),
        ('{"text": NaN}', "not JSON"),
    ],
)
def test_bad_line_is_named_after_what_came_before(runner, line, cause):
    result = runner.invoke(score, ["-", "--engine", "fake"], input=texts("one", "two") + line + "\n" + texts("never"))
    assert result.exit_code == 2
    assert [one["text"] for one in lines(result.stdout)] == ["one", "two"]
    assert "line 3: " in result.stderr
    assert cause in result.stderr


def test_bytes_that_are_no_text_are_named(runner):
    result = runner.invoke(score, ["-", "--engine", "fake"], input=texts("one").encode() + b'{"text": "\xff\xfe"}\n')
    assert result.exit_code == 2
    assert "not UTF-8" in result.stderr


def test_a_scorer_that_is_not_there_is_said_plainly(runner, tmp_path):
    result = runner.invoke(score, ["-", "--engine", "onnx", "--path", str(tmp_path)], input=texts("one"))
    assert result.exit_code == 1
    assert "scorer.json cannot be read" in result.stderr
    assert "Traceback" not in result.output


def test_training_without_torch_says_what_to_install(runner, tmp_path):
    path = tmp_path / "l.csv"
    path.write_text("text,toxicity\nyou idiot,1\ngood day,0\n", "utf-8")
    result = runner.invoke(scorer, ["train", "--data", str(path), "--out", str(tmp_path / "out")])
    assert result.exit_code == 1
    assert "pip install torch==2.13.0" in result.stderr


def test_list_shows_what_ships(runner):
    result = runner.invoke(scorer, ["list"])
    assert result.exit_code == 0
    assert "engine shipped" in result.stdout
    assert "toxicity" in result.stdout
