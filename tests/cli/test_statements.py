"""Statements of reasons and the yearly report from the command line."""

import json


def test_they_are_turned_on_made_written_out_and_let_go(run, site, environ, tmp_path):
    assert run("statements", "collect").exit_code == 2
    on = {"COMMENTSVC_STATEMENTS_TERMS_URL": "https://paper.example/rules"}
    assert run("statements", "collect", **on).stdout == "0 statements are made.\n"
    assert run("statements", "status", "--site", site, **on).stdout == ""
    out = tmp_path / "statements.jsonl"
    assert run("statements", "export", "--site", site, "--out", str(out), **on).stdout == f"0 statements are in {out}.\n"
    assert run("statements", "send", "--site", site, **on).exit_code == 2
    sent = on | {"COMMENTSVC_STATEMENTS_API_URL": "https://eu.example/api", "COMMENTSVC_STATEMENTS_TOKEN_FILE": "token"}
    assert run("statements", "send", "--site", site, **sent).stdout == "0 statements are on their way.\n"


def test_the_report_as_json_and_as_a_table(done, site, tmp_path):
    out = tmp_path / "report"
    assert done("statements", "report", "--site", site, "--year", "2026", "--out", out) == f"The report of 2026 is in {out}.\n"
    found = json.loads(out.read_text(encoding="utf-8"))
    assert (found["site"], found["year"]) == (site, 2026)
    assert {"part": "appeals", "what": "received", "value": 0, "low": None, "high": None} in found["figures"]
    assert "2026,appeals,received,0,," in done("statements", "report", "--site", site, "--year", "2026", "--format", "csv", "--out", "-")
