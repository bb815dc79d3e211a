"""Drafts, approvals, plans, the way back, shadows and explanations from the command line, each read back."""

import json
from datetime import UTC, datetime, timedelta

from commentsvc.runtime import build_runtime
from commentsvc.settings import load_settings
from commentsvc.worker.watching import watch_once
from tests.cli.test_administration import post
from tests.support.world import HELD


def test_a_draft_becomes_a_version_and_the_version_before_comes_back(run, done, site, tmp_path):
    path = tmp_path / "draft.json"
    path.write_text(json.dumps({"bands": {"toxicity": {"hold_at": 0.5}}, "sections": {"sport": {"bands": {}}}}), encoding="utf-8")
    draft = done("policy", "draft", "create", "--site", site, path, "--name", "Elections").split()[1]
    assert f"Draft {draft}: Elections" in done("policy", "state", "--site", site)
    assert "Version 2" in done("policy", "draft", "publish", "--site", site, draft)
    assert "from the site" in done("policy", "show", "--site", site, "--version", "2", "--section", "sport")
    assert run("policy", "draft", "delete", "--site", site, draft).exit_code == 1
    assert run("policy", "back", "--site", site).exit_code == 1
    done("policy", "activate", "--site", site, "2")
    assert "Going back leads to: version 1" in done("policy", "state", "--site", site)
    assert "Version 1" in done("policy", "back", "--site", site)


def test_a_plan_is_made_and_dropped(run, done, site):
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    assert "will be activated at" in done("policy", "plan", "--site", site, "1", "--at", f"{tomorrow:%Y-%m-%dT%H:%M}")
    assert "Planned: version 1" in done("policy", "state", "--site", site)
    done("policy", "unplan", "--site", site)
    assert run("policy", "unplan", "--site", site).exit_code == 1
    assert run("policy", "plan", "--site", site, "1", "--at", "2020-01-01T00:00").exit_code != 0


def test_the_operator_passes_an_approval_by_saying_so(run, done, site, tmp_path):
    assert run("policy", "approvals", "--site", site, "--needed").exit_code == 1
    for name in ("ada", "bea"):
        done("account", "create", f"{name}@example.org", "--name", name, "--role", "admin")
    done("policy", "approvals", "--site", site, "--needed")
    assert "A second person approves: yes" in done("policy", "state", "--site", site)
    path = tmp_path / "draft.json"
    path.write_text(json.dumps({"bands": {}}), encoding="utf-8")
    done("policy", "create", "--site", site, path)
    assert "second person" in run("policy", "activate", "--site", site, "2").stderr
    assert "cannot approve" in run("policy", "approve", "--site", site, "2").stderr
    done("policy", "activate", "--site", site, "2", "--without-approval")
    done("policy", "approvals", "--site", site, "--not-needed")


def test_a_shadow_is_begun_told_and_ended(run, done, site, tmp_path):
    path = tmp_path / "draft.json"
    path.write_text(json.dumps({"bands": {}}), encoding="utf-8")
    done("policy", "create", "--site", site, path)
    assert run("policy", "shadow", "--site", site, "2").exit_code == 1
    assert "runs in shadow: 0 texts" in done("policy", "shadow", "--site", site, "2", "--begin")
    told = json.loads(done("policy", "shadow", "--site", site, "2", "--json"))
    assert (told["is_running"], told["total"], told["differing"]) == (True, 0, [])
    assert "ran in shadow" in done("policy", "shadow", "--site", site, "2", "--end")


def test_an_explanation_names_every_threshold(done, site, environ):
    comment = post(environ, site, HELD)
    told = done("policy", "explain", comment)
    assert "review from 0.59" in told
    (document,) = json.loads(done("policy", "explain", comment, "--json"))
    assert (document["version"], document["is_reproduced"]) == (1, True)
    assert next(line for line in document["labels"] if line["label"] == "toxicity")["route"] == "review"


def test_weeks_are_told_as_a_worker_counted_them(done, site, environ):
    assert "No week is counted yet" in done("site", "watch", site)
    post(environ, site, HELD)
    runtime = build_runtime(load_settings(environ))
    assert watch_once(runtime) == 1
    runtime.close()
    told = done("site", "watch", site)
    assert "1 waiting now" in told
    assert "too little to say" in told
    (week,) = json.loads(done("site", "watch", site, "--json"))["weeks"]
    assert (week["comments"], week["routed"]) == (1, {"review": 1})
