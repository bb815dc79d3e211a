"""`import replies` as an operator sees it."""

import gzip

import pytest

from tests.cli.conftest import opened

TOXIC, CIVIL = "You stupid idiot", "I agree with that"
LABELS = [int(number % 4 == 0) for number in range(40)]
LINES = [f"Parent number {no} of this file.,{TOXIC if label else CIVIL} number {no}.,{label}" for no, label in enumerate(LABELS)]
ROWS = "\n".join(["parent,text,label", *LINES, ""])


@pytest.fixture
def replies(tmp_path):
    path = tmp_path / "replies.csv.gz"
    path.write_bytes(gzip.compress(ROWS.encode()))
    return path


def test_it_tells_what_was_made_flagged_and_how_fast(done, site, replies):
    told = done("import", "replies", replies, "--site", site, "--decide", "all")
    assert "40 rows: 80 comments made (40 roots, 40 replies)" in told
    assert "publish 70, review 0, hold 10, reject 0" in told
    assert "labelled toxic: 10 of 10 flagged, 100.0%" in told
    assert "labelled civil: 0 of 30 flagged, 0.0%" in told
    assert "40 decided by label" in told
    assert "comments/s" in told
    assert "Every chain is whole" in done("audit", "verify")
    simulated = done("policy", "simulate", "--site", site, "--set", "toxicity.hold_at=none", "--set", "insult.hold_at=none")
    assert "80 comments scored in the last 30 days, 40 of them decided" in simulated
    assert "100.0%" in simulated


def test_a_second_time_adds_nothing(done, site, replies):
    done("import", "replies", replies, "--site", site)
    told = done("import", "replies", replies, "--site", site)
    assert "40 rows: 0 comments made" in told
    assert "40 replies were there already" in told


def test_a_damaged_file_changes_nothing(run, site, replies, environ):
    replies.write_bytes(replies.read_bytes()[:-20])
    found = run("import", "replies", replies, "--site", site)
    assert found.exit_code == 2
    assert "damaged gzip file" in found.stderr
    with opened(environ) as db, db.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM comment").scalar_one() == 0


def test_a_site_that_is_not_there_is_told(run, site, replies):
    found = run("import", "replies", replies, "--site", "nowhere")
    assert (found.exit_code, found.stderr) == (1, "Error: There is no such site.\n")


def test_the_account_behind_the_decisions_cannot_sign_in(done, site, replies, environ):
    done("import", "replies", replies, "--site", site, "--decide", "half")
    done("import", "replies", replies, "--site", site, "--decide", "half")
    with opened(environ) as db, db.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT email, password_hash FROM account").all() == [("import@gazette.invalid", None)]
