"""`commentsvc scorer evaluate` and `behave`, as people and pipes see them."""

import gzip
import json

import pytest
from click.testing import CliRunner

from commentsvc.cli.scorer import scorer
from commentsvc.scoring.fake_scorer import FakeScorer

ROWS = ["you idiot,1,1", "shit happens,1,", "good day,0,0", "nice article,0,0", "stupid plan,0.4,0"] * 4


@pytest.fixture
def run():
    return lambda *words: CliRunner().invoke(scorer, list(map(str, words)))


def labelled(path, rows, header="text,toxicity,insult"):
    content = "\n".join([header, *rows]) + "\n"
    path.write_bytes(gzip.compress(content.encode()) if path.suffix == ".gz" else content.encode())
    return path


@pytest.mark.parametrize("name", ["labelled.csv", "labelled.csv.gz"])
def test_evaluate_as_json(run, tmp_path, name):
    result = run("evaluate", labelled(tmp_path / name, ROWS), "--engine", "fake", "--json")
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert found["scorer"] == FakeScorer().version.id
    assert found["texts"] == 20
    assert set(found["labels"]) == {"toxicity", "insult"}
    toxicity = found["labels"]["toxicity"]
    assert (toxicity["positive_count"], toxicity["negative_count"]) == (8, 12)
    assert toxicity["roc_auc"]["value"] == 1.0
    assert toxicity["roc_auc"]["low"] <= 1.0
    assert toxicity["review_at"] is None
    # Blank means that nobody was asked, so those rows do not count.
    assert found["labels"]["insult"]["positive_count"] + found["labels"]["insult"]["negative_count"] == 16


def test_groups_of_people_are_told_apart(run, tmp_path):
    rows = [f"{word} {who},{share}," for who in ("women", "neighbours") for word, share in (("idiot", 1), ("nice", 0))] * 12
    policy = tmp_path / "policy.json"
    policy.write_text(json.dumps({"bands": {"toxicity": {"review_at": 0.5}}}), "utf-8")
    result = run("evaluate", labelled(tmp_path / "l.csv", rows), "--engine", "fake", "--json", "--policy", policy)
    assert result.exit_code == 0, result.output
    toxicity = json.loads(result.stdout)["labels"]["toxicity"]
    assert toxicity["review_at"] == 0.5
    assert toxicity["fpr_at_review"]["value"] == 0
    women = toxicity["groups"]["women"]
    assert (women["text_count"], women["positive_count"]) == (24, 12)
    assert women["bpsn_auc"]["value"] == 1.0
    assert women["fpr_at_review"]["value"] == 0
    assert "Muslim" not in toxicity["groups"]


def test_the_same_file_gives_the_same_figures(run, tmp_path):
    words = ["evaluate", labelled(tmp_path / "l.csv", ROWS), "--engine", "fake", "--json"]
    assert run(*words).stdout == run(*words).stdout


def test_evaluate_as_a_table(run, tmp_path):
    result = run("evaluate", labelled(tmp_path / "l.csv", ["nice women,0,0", *ROWS]), "--engine", "fake", "--limit", "10")
    assert result.exit_code == 0, result.output
    for words in ("ROC AUC", "F1 at its best threshold", "toxicity", "insult", "women", "BPSN AUC"):
        assert words in result.stdout


def test_the_scorer_that_ships_recommends_its_thresholds(run, tmp_path):
    result = run("evaluate", labelled(tmp_path / "l.csv", ROWS), "--json")
    assert result.exit_code == 0, result.output
    toxicity = json.loads(result.stdout)["labels"]["toxicity"]
    assert 0 < toxicity["review_at"] < 1
    assert toxicity["fpr_at_review"]["value"] <= 1


@pytest.mark.parametrize(
    ("header", "rows", "cause"),
    [
        ("body,label", ["x,1"], "must name the columns"),
        ("text,toxicity", ["x,high"], "line 2, toxicity: 'high' is not a number"),
        ("text,toxicity", ["x,0.5", "y,1.5"], "line 3, toxicity: 1.5 is not within 0 and 1"),
        ("text,toxicity", ["x,nan"], "not within 0 and 1"),
        ("text,toxicity", [], "no rows below its first line"),
        ("text,toxicity", ["x,", "y,"], "give it a column of toxicity"),
    ],
)
def test_evaluate_names_what_is_wrong_with_a_file(run, tmp_path, header, rows, cause):
    result = run("evaluate", labelled(tmp_path / "l.csv", rows, header), "--engine", "fake")
    assert result.exit_code == 1
    assert cause in result.stderr
    assert "Traceback" not in result.output


def test_what_is_named_gz_and_is_not_is_said(run, tmp_path):
    (tmp_path / "l.csv.gz").write_text("text,toxicity\nx,1\n", "utf-8")
    result = run("evaluate", tmp_path / "l.csv.gz", "--engine", "fake")
    assert result.exit_code == 1
    assert "must be a gzip file" in result.stderr


def test_the_report_is_written_where_it_is_wanted(run, tmp_path):
    result = run("evaluate", labelled(tmp_path / "l.csv", ROWS), "--engine", "fake", "--report", tmp_path / "new" / "report")
    assert result.exit_code == 0, result.output
    assert "index.html" in result.stderr
    names = {path.name for path in (tmp_path / "new" / "report").iterdir()}
    assert {"index.html", "figures.json", "reliability-toxicity.svg", "histogram-insult.svg"} <= names


def test_a_report_that_cannot_be_written_is_said(run, tmp_path):
    path = labelled(tmp_path / "l.csv", ROWS)
    result = run("evaluate", path, "--engine", "fake", "--report", path / "below")
    assert result.exit_code == 1
    assert "Give --report a directory" in result.stderr


GROUPS = """
[[group]]
name = "kind"
expected = "published"
bar = 1.0
sentences = ["good day", "you idiot"]

[[group]]
name = "unkind"
expected = "flagged"
bar = 1.0
at_least = 0.5
most_lost = 0.5
sentences.leet = [["1diot", "idiot"], ["shit", "shit"]]
"""


def written(path, text):
    path.write_text(text, "utf-8")
    return path


def test_behave_tells_each_group_and_ends_with_1_below_its_share(run, tmp_path):
    result = run("behave", written(tmp_path / "b.toml", GROUPS), "--engine", "fake", "--json")
    assert result.exit_code == 1
    kind, unkind = json.loads(result.stdout)["groups"]
    assert (kind["rate"], kind["at_least"], kind["is_enough"]) == (0.5, 1.0, False)
    (failed,) = kind["failed"]
    assert (failed["text"], failed["route"]) == ("you idiot", "hold")
    assert failed["reasons"][0]["label"] == "toxicity"
    # The fake does not undo disguises.
    assert (unkind["rate"], unkind["lost_by_disguise"], unkind["is_enough"]) == (0.5, 0.5, True)


def test_behave_as_a_table_names_the_sentences_that_failed(run, tmp_path):
    result = run("behave", written(tmp_path / "b.toml", GROUPS), "--engine", "fake")
    assert "BELOW" in result.stdout
    assert "kind: hold (toxicity 0.95): you idiot" in result.stdout
    assert "50.0 points" in result.stdout


def test_behave_judges_by_another_policy(run, tmp_path):
    policy = written(tmp_path / "p.json", json.dumps({"bands": {"toxicity": {"review_at": 0.99}}}))
    result = run("behave", written(tmp_path / "b.toml", GROUPS.partition("\n\n")[0]), "--engine", "fake", "--policy", policy)
    assert result.exit_code == 0, result.output


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("", "has no [[group]]"),
        ("[[group", "is not TOML"),
        ('[[group]]\nname = "x"\nexpected = "held"\nsentences = ["a"]', "group 1: expected must be one of published, flagged"),
        ('[[group]]\nexpected = "flagged"\nsentences = ["a"]', "group 1: it needs a name"),
        ('[[group]]\nname = "x"\nexpected = "flagged"\nsentences = []', "group 1: it has no sentences"),
        ('[[group]]\nname = "x"\nexpected = "flagged"\nsentences = [1]', "1 is neither a sentence nor a pair"),
        ('[[group]]\nname = "x"\nexpected = "flagged"\nbar = 2\nsentences = ["a"]', "bar must be a number from 0 to 1"),
        ('[[group]]\nname = "x"\nexpected = "flagged"\npass = 1\nsentences = ["a"]', "group 1: pass means nothing here"),
        ("group = 1", "has no [[group]]"),
        ("group = [1]", "group 1 is no table"),
        ('[[group]]\nname = "x"\nexpected = "flagged"\nsentences = "a"', "sentences must be a list"),
    ],
)
def test_behave_names_what_is_wrong_with_a_file(run, tmp_path, text, cause):
    result = run("behave", written(tmp_path / "b.toml", text), "--engine", "fake")
    assert result.exit_code == 1
    assert cause in result.stderr


def test_a_scorer_that_is_not_there_is_said_plainly(run, tmp_path):
    for words in (("evaluate", labelled(tmp_path / "l.csv", ROWS)), ("behave", written(tmp_path / "b.toml", GROUPS))):
        result = run(*words, "--engine", "onnx", "--path", tmp_path)
        assert result.exit_code == 1
        assert "scorer.json cannot be read" in result.stderr
