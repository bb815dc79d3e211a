"""`policy carry` as an operator sees it."""

import json

import pytest

from commentsvc.scoring.fake_scorer import FakeScorer

ROWS = 260


@pytest.fixture
def filled(done, site, tmp_path) -> str:
    """A site whose comments have a toxicity spread evenly over (0, 0.55): below every threshold of its policy but one."""
    lines = [f"Parent {no} toxicity={no / ROWS:.4f},Reply {no} toxicity={no / ROWS * 0.55:.4f},0" for no in range(ROWS)]
    path = tmp_path / "replies.csv"
    path.write_text("\n".join(["parent,text,label", *lines, ""]), encoding="utf-8")
    done("import", "replies", path, "--site", site)
    return site


@pytest.fixture
def other(done, filled, monkeypatch: pytest.MonkeyPatch) -> str:
    """Another scorer has scored the site's comments, and says the square of what the first says. Its name."""
    values = FakeScorer._values
    monkeypatch.setattr(FakeScorer, "_values", lambda self, text: {label: value**2 for label, value in values(self, text).items()})
    monkeypatch.setattr(FakeScorer.__init__, "__kwdefaults__", {**(FakeScorer.__init__.__kwdefaults__ or {}), "name": "other"})
    done("rescore", "--site", filled)
    return "other"


def test_it_shows_old_and_new_numbers_with_their_shares_and_stores_a_version(done, filled, other):
    told = done("policy", "carry", "--site", filled, "--from", "fake", "--to", other)
    line = next(line for line in told.splitlines() if line.startswith("toxicity.review_at"))
    assert line.split()[1] == "0.59"
    assert 0.33 < float(line.split()[6]) < 0.36
    assert line.split()[2:6] == line.split()[7:11]
    assert "Version 2 of gazette is stored. Activate it together with the scorer" in told
    listed = done("policy", "list", "--site", filled)
    assert "Version 1 carried to other@" in listed
    assert listed.splitlines()[0].startswith("  ")
    shown = json.loads(done("policy", "show", "--site", filled, "--version", 2))
    assert 0.33 < shown["bands"]["toxicity"]["review_at"] < 0.36
    assert shown["sample_rate"] == 0.0


def test_it_can_be_activated_at_once_and_told_as_json(done, filled, other):
    found = json.loads(done("policy", "carry", "--site", filled, "--from", "fake", "--to", other, "--activate", "--json"))
    assert (found["version"], found["is_enough"]) == (2, True)
    assert found["from"].startswith("fake@")
    (review, *_) = found["thresholds"]
    assert review["rate_before"] == review["rate_after"]
    assert done("policy", "list", "--site", filled).startswith("*    2")


def test_a_dry_run_stores_nothing(done, filled, other):
    assert "Nothing is stored." in done("policy", "carry", "--site", filled, "--from", "fake", "--to", other, "--dry-run")
    assert len(done("policy", "list", "--site", filled).splitlines()) == 1


def test_the_same_scorer_changes_nothing(done, filled):
    told = done("policy", "carry", "--site", filled, "--from", "fake", "--to", "fake")
    assert "No threshold changes; nothing is stored." in told


def test_too_few_comments_are_told(run, done, site, tmp_path):
    path = tmp_path / "replies.csv"
    path.write_text("parent,text,label\nHello there.,Good day.,0\n", encoding="utf-8")
    done("import", "replies", path, "--site", site)
    found = run("policy", "carry", "--site", site, "--from", "fake", "--to", "fake", "--activate")
    assert found.exit_code == 1
    assert "2 harmless comments have scores of both, which is too few" in found.stderr
    assert "commentsvc rescore --site gazette" in found.stderr
    assert len(done("policy", "list", "--site", site).splitlines()) == 1


def test_a_scorer_that_is_not_on_record_is_told_with_those_that_are(run, filled):
    found = run("policy", "carry", "--site", filled, "--from", "abacus", "--to", "fake")
    assert found.exit_code == 2
    assert "abacus names no scorer version, or several. On record: fake@" in found.stderr
