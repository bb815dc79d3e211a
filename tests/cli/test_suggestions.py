"""What moderators elsewhere decided, from the command line."""

import json
from datetime import UTC, datetime, timedelta

from commentsvc.domain.perspective import SuggestedScore, Suggestion
from commentsvc.services.suggesting import keep_suggestion
from tests.cli.conftest import opened


def test_they_are_listed_written_out_judged_and_forgotten(run, environ, tmp_path):
    run("db", "upgrade")
    with opened(environ) as db, db.transaction() as session:
        for text, value in (("What a stupid idea.", 1.0), ("A tram.", 0.0)):
            said = Suggestion(text, {"TOXICITY": SuggestedScore(value)}, key_name="coral", plain=text, client_token=f"c:{value:g}")
            keep_suggestion(session, said, timedelta(days=1), datetime.now(UTC))
    assert run("worker", "--once").exit_code == 0
    assert run("suggestions", "list").stdout.split() == ["coral", "2", "texts", "1", "rejected", "2", "scored"]
    out = tmp_path / "said.jsonl"
    assert run("suggestions", "export", "--key", "coral", "--out", str(out)).stdout == f"2 texts are in {out}.\n"
    lines = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert [(line["body"], line["is_rejected"], line["scores"]["toxicity"] > 0.5) for line in lines] == [
        ("A tram.", False, False),
        ("What a stupid idea.", True, True),
    ]
    told = run("suggestions", "quality", "--key", "coral").stdout
    assert told.startswith("1 rejected and 1 approved texts")
    assert "TOXICITY           above 0.5:  caught 100.0% (2.5% to 100.0%)  wrongly   0.0% (0.0% to 97.5%)" in told
    assert run("suggestions", "forget").exit_code == 2
    assert run("suggestions", "forget", "--token", "c:1").stdout == "1 texts are deleted.\n"
    assert run("suggestions", "forget", "--key", "coral").stdout == "1 texts are deleted.\n"
