"""`rescore` as an operator sees it."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from commentsvc.scoring import fake_scorer
from tests.cli.conftest import opened
from tests.support.scorers import OTHER_WORDS
from tests.support.waiting import wait_until

LINES = [f"Parent number {no} of this file.,{text} number {no}.,0" for no, text in enumerate(["I agree", "How stupid", "Damn it"] * 20)]
"""Under the policy of these tests the first scorer publishes 80 of the 120 comments, holds 20 at most and flags none of the rest."""


@pytest.fixture
def filled(done, site, tmp_path) -> str:
    path = tmp_path / "replies.csv"
    path.write_text("\n".join(["parent,text,label", *LINES, ""]), encoding="utf-8")
    done("import", "replies", path, "--site", site)
    return site


@pytest.fixture
def other_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """The engine `fake` is another scorer from now on, which sees other words."""
    monkeypatch.setattr(fake_scorer.FakeScorer.__init__, "__kwdefaults__", {"name": "other", "words": OTHER_WORDS, "languages": ("en",)})


def counted(environ, query: str) -> int:
    with opened(environ) as db, db.engine.connect() as connection:
        return connection.exec_driver_sql(query).scalar_one()


def test_the_present_scorer_has_nothing_left_to_score(done, filled):
    told = done("rescore", "--site", filled)
    assert "0 comments scored by fake@" in told
    assert "0 are left" in told
    assert "0 would change their route (0.0%, 0.0% to 3.1%)" in told


def test_another_scorer_scores_beside_it_and_what_would_change_is_told(done, filled, other_words, environ):
    told = done("rescore", "--site", filled)
    assert "120 comments scored by other@" in told
    lines = {line.split()[0]: line.split()[1:] for line in told.splitlines() if line.startswith(("publish", "review", "hold", "reject"))}
    assert lines == {
        "publish": ["80", "0", "20", "0"],
        "review": ["20", "0", "0", "0"],
        "hold": ["0", "0", "0", "0"],
        "reject": ["0", "0", "0", "0"],
    }
    assert "20 more strictly, 0 of them approved" in told
    assert "20 more mildly, 0 of them rejected" in told
    assert not any(word in told for word in ("stupid", "Damn", "agree"))
    assert counted(environ, "SELECT count(*) FROM score_set") == 240
    assert counted(environ, "SELECT count(DISTINCT score_set_id) FROM routing") == 120


def test_a_limit_stops_it_and_the_next_run_goes_on(done, filled, other_words, environ):
    assert "50 comments scored" in (told := done("rescore", "--limit", 50))
    assert "70 are left" in told
    rest = json.loads(done("rescore", "--json"))
    assert (rest["scored"], rest["failed"], rest["left"]) == (70, 0, 0)
    assert rest["scorer"].startswith("other@")
    assert (rest["sites"][filled]["comments"], rest["sites"][filled]["stricter"]) == (120, 20)
    assert json.loads(done("rescore", "--json"))["scored"] == 0
    assert counted(environ, "SELECT count(*) FROM score_set") == 240


def test_since_takes_the_later_ones(done, filled, other_words, environ):
    middle = counted(environ, "SELECT created_at FROM comment ORDER BY created_at LIMIT 1 OFFSET 60")
    later = counted(environ, f"SELECT count(*) FROM comment WHERE created_at >= '{str(middle)[:19]}'")
    found = json.loads(done("rescore", "--since", str(middle)[:19].replace(" ", "T"), "--json"))
    assert found["scored"] == later
    assert found["sites"][filled]["comments"] == later


def test_another_engine_can_be_named(done, filled):
    assert "0 comments scored by fake@" in done("rescore", "--scorer", "fake")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--scorer", "abacus"], "no engine is called abacus"),
        (["--scorer", "onnx/no/such/place"], "there is no directory no/such/place"),
        (["--digest", "0" * 64], "--digest belongs to --scorer"),
        (["--since", "yesterday"], "Invalid value for '--since'"),
    ],
)
def test_what_does_not_fit_is_told(run, site, words, told):
    found = run("rescore", "--site", site, *words)
    assert found.exit_code == 2
    assert told in found.stderr


def test_a_site_without_comments_is_no_trouble(done, site):
    assert "no comment was routed by scores" in done("rescore", "--site", site)


STOPPED_BY_A_SIGNAL = """
import os, sys
from pathlib import Path
from commentsvc.cli import main
from commentsvc.scoring import fake_scorer
from commentsvc.worker import rescoring
from tests.support.scorers import OTHER_WORDS

# One core, so that groups of texts come one after another.
os.cpu_count = lambda: 1
fake_scorer.FakeScorer.__init__.__kwdefaults__.update(name="other", words=OTHER_WORDS)
score, begun, begin, stops = fake_scorer.FakeScorer.score, Path(sys.argv.pop(1)), rescoring.BulkScorer.__init__, []

def note_stop(self, scorer, threads, stop):
    stops.append(stop)
    begin(self, scorer, threads, stop)

def wait_for_the_signal(self, texts):
    # The first group is scored; the second is at work when the signal comes.
    if len(self.batches) == 1:
        begun.touch()
        assert stops[0].wait(30)
    return score(self, texts)

rescoring.BulkScorer.__init__, fake_scorer.FakeScorer.score = note_stop, wait_for_the_signal
main()
"""


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_it_without_loss(filled, environ, tmp_path, sent, done, other_words):
    begun, root = tmp_path / "begun", Path(__file__).parents[2]
    command = [sys.executable, "-c", STOPPED_BY_A_SIGNAL, str(begun), "rescore", "--json"]
    env = {**os.environ, **environ, "PYTHONPATH": str(root)}
    process = subprocess.Popen(command, env=env, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    wait_until("the second group of texts to be scored", lambda: begun.exists() or process.poll() is not None)
    process.send_signal(sent)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 1, err
    assert b"the same command goes on from here" in err
    found = json.loads(out)
    assert (found["scored"], found["left"]) == (64, 56)
    assert counted(environ, "SELECT count(*) FROM score_set") == 120 + 64
    assert json.loads(done("rescore", "--json"))["scored"] == 56
