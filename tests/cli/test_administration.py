"""Sites, accounts, policies, the schema, chains and queues from the command line, each read back."""

import json
from datetime import UTC, datetime

import pytest

from commentsvc.services.accounts import authenticate_token, check_password, find_account_id
from commentsvc.services.commenting import submit_comment
from commentsvc.services.judging import Assessment
from commentsvc.services.second_factor import get_factor, turn_on_factor
from commentsvc.settings import load_settings
from commentsvc.store.migrate import head_revision
from commentsvc.store.queries.sites import get_site
from tests.cli.conftest import opened
from tests.support.waiting import free_port
from tests.support.world import HELD


def post(environ, site: str, text: str) -> str:
    from commentsvc.domain.commands import ArticleRef, Identity, SubmitComment
    from commentsvc.runtime import build_runtime

    runtime = build_runtime(load_settings(environ))
    with runtime.db.reading() as session:
        state = get_site(session, site)
        policy, version = runtime.policy_of(session, state)
    command = SubmitComment(site, ArticleRef("tram"), Identity("guest:1", "Ann", is_guest=True), text)
    judge = runtime.judge(policy, version)
    with runtime.db.transaction() as session:
        assessed = Assessment(runtime.make_text(text), runtime.scorer.score([text])[0], judge, datetime.now(UTC))
        made = submit_comment(session, state, command, assessed)
    runtime.close()
    return made.comment_id


@pytest.mark.parametrize(
    "words",
    [
        ("site", "list"),
        ("account", "list"),
        ("policy", "list", "--site", "gazette"),
        ("queue", "status"),
        ("audit", "verify"),
        ("worker", "--once"),
        ("serve",),
    ],
)
def test_an_empty_database_is_told_with_what_to_do(run, words):
    # A service of this machine's may be at the usual port.
    found = run(*words, COMMENTSVC_SERVER_PORT=str(free_port()))
    assert found.exit_code == 1
    assert found.stderr == "Error: The database is empty. Run `commentsvc db upgrade`, after a backup.\n"


def test_a_database_that_is_away_is_one_sentence(run):
    found = run("site", "list", COMMENTSVC_DATABASE_URL="postgresql://nobody@127.0.0.1:1/nothing")
    assert found.exit_code == 1
    assert found.stderr.startswith("Error: The database does not answer: ")
    assert len(found.stderr.splitlines()) == 1


def test_the_schema_goes_up_and_down(run, done):
    assert "it is empty" in done("db", "current")
    assert f"is at {head_revision()}" in done("db", "upgrade")
    assert run("db", "downgrade", "--to", "base", stdin="n\n").exit_code == 1
    assert f"is at {head_revision()}" in done("db", "current")
    assert "it is empty" in done("db", "downgrade", "--to", "base", "--yes")
    assert run("db", "upgrade", "--to", "7777").exit_code == 2


def test_a_site_is_made_once(run, done, site):
    assert "The Gazette" in done("site", "list")
    again = run("site", "create", site)
    assert (again.exit_code, again.stderr) == (1, "Error: There is a site with this key already.\n")
    bad = run("site", "create", "Not A Slug")
    assert bad.exit_code == 2
    assert "/key: " in bad.stderr
    made = json.loads(done("site", "create", "echo", "--json"))
    assert len(made["jwt_secret"]) >= 32


def test_an_account_signs_in_with_the_password_it_was_given(done, site, environ):
    told = done("account", "create", "ada@example.org", "--role", "admin", "--site", site)
    password = told.split("Password: ")[1].strip()
    token = done("account", "token", "ada@example.org").strip()
    with opened(environ) as db, db.reading() as session:
        account_id = check_password(session, "ada@example.org", password)
        principal = authenticate_token(session, token, now=datetime.now(UTC))
        assert principal is not None
        assert principal.account_id == account_id
        assert principal.role_on(get_site(session, site).id) == "admin"
    done("account", "password", "ada@example.org", "--password-stdin", stdin="quite another phrase\n")
    done("account", "role", "ada@example.org", "none", "--site", site)
    with opened(environ) as db, db.reading() as session:
        check_password(session, "ada@example.org", "quite another phrase")
        principal = authenticate_token(session, token, now=datetime.now(UTC))
        assert principal is not None
        assert principal.role_on(get_site(session, site).id) is None
    done("account", "close", "ada@example.org")
    assert "closed" in done("account", "list")
    with opened(environ) as db, db.reading() as session:
        assert authenticate_token(session, token, now=datetime.now(UTC)) is None


def test_accounts_that_cannot_be_are_refused(run, site):
    weak = run("account", "create", "bo@example.org", "--password-stdin", stdin="short\n")
    assert (weak.exit_code, "at least 12 characters" in weak.stderr) == (2, True)
    unknown = run("account", "token", "nobody@example.org")
    assert (unknown.exit_code, unknown.stderr) == (1, "Error: There is no account with this address.\n")
    nowhere = run("account", "create", "bo@example.org", "--role", "admin", "--site", "nowhere")
    assert nowhere.exit_code == 1
    assert "bo@example.org" not in run("account", "list").stdout


def test_a_policy_goes_out_and_comes_back_as_another_version(run, done, site, tmp_path):
    document = json.loads(done("policy", "show", "--site", site))
    document["bands"]["toxicity"] = {"hold_at": 0.5}
    draft = tmp_path / "draft.json"
    draft.write_text(json.dumps(document), encoding="utf-8")
    assert "is a policy" in done("policy", "check", draft)
    assert "Version 2" in done("policy", "create", "--site", site, draft, "--note", "stricter")
    assert json.loads(done("policy", "show", "--site", site))["bands"]["toxicity"]["hold_at"] == 0.76
    done("policy", "activate", "--site", site, "2")
    assert json.loads(done("policy", "show", "--site", site)) == document
    assert [line[0] for line in done("policy", "list", "--site", site).splitlines()] == ["*", " "]
    assert run("policy", "activate", "--site", site, "9").exit_code == 1
    assert run("policy", "show", "--site", site, "--version", "9").exit_code == 1


def test_a_policy_that_does_not_fit_is_told_wholly(run, tmp_path):
    draft = tmp_path / "draft.json"
    draft.write_text('{"bands": {"toxicity": {"hold_at": 7}}, "colour": 1}', encoding="utf-8")
    found = run("policy", "check", draft)
    assert found.exit_code == 2
    assert "/bands/toxicity/hold_at: " in found.stderr
    assert "/colour: " in found.stderr
    draft.write_text("{", encoding="utf-8")
    assert "cannot be read as JSON" in run("policy", "check", draft).stderr


def test_a_simulation_shows_now_beside_the_draft(run, done, site, environ):
    assert "No comment was scored" in done("policy", "simulate", "--site", site, "--set", "toxicity.hold_at=0.9")
    post(environ, site, HELD)
    table = done("policy", "simulate", "--site", site, "--set", "toxicity.hold_at=0.7", "--set", "insult.hold_at=none")
    assert "1 comments scored" in table
    assert "1 comments would be treated more strictly" in table
    found = json.loads(done("policy", "simulate", "--site", site, "--set", "toxicity.hold_at=0.7", "--json"))
    assert (found["now"]["by_route"]["hold"], found["draft"]["by_route"]["hold"]) == (0, 1)
    assert run("policy", "simulate", "--site", site).exit_code == 2
    assert run("policy", "simulate", "--site", site, "--section", "sport", "--set", "toxicity.hold_at=0.7").exit_code == 2


@pytest.mark.parametrize(
    "change", ["toxicity=0.5", "anger.hold_at=0.5", "toxicity.hold=0.5", "toxicity.hold_at=high", "toxicity.hold_at=2"]
)
def test_a_change_that_makes_no_policy_is_refused(run, site, change):
    found = run("policy", "simulate", "--site", site, "--set", change)
    assert found.exit_code == 2
    assert found.stderr.startswith("Error: ")


def test_a_routing_is_explained(run, done, site, environ):
    comment = post(environ, site, HELD)
    told = done("policy", "explain", comment)
    assert "by policy version 1" in told
    assert "Toxicity 0.75, reviewed from 0.59" in told
    assert run("policy", "explain", "no-such-comment").stderr == "Error: There is no such comment.\n"


def test_a_broken_chain_is_found(run, done, site, environ):
    assert "Every chain is whole" in done("audit", "verify")
    with opened(environ) as db, db.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE audit_entry SET actor = 'somebody else' WHERE no = 2")
    found = run("audit", "verify")
    assert found.exit_code == 1
    assert "breaks at entry 2" in found.stderr


def test_what_waits_is_counted(done, site, environ):
    post(environ, site, HELD)
    told = done("queue", "status")
    assert "gazette: review 1" in told
    assert "waiting 0" in told


def test_a_worker_beside_a_server_that_works_itself_is_refused(run, done, site):
    found = run("worker")
    assert found.exit_code == 2
    assert "worker.embedded" in found.stderr
    assert done("worker", "--once") == "0 jobs done\n"


def test_several_processes_on_sqlite_are_refused(run, site):
    found = run("serve", "--workers", "2")
    assert found.exit_code == 2
    assert "PostgreSQL" in found.stderr


def test_a_chain_is_written_out_and_verified_without_its_database(run, done, site, environ, tmp_path):
    comment = post(environ, site, "A calm word.")
    out = tmp_path / "audit.jsonl"
    assert "entries are in" in done("audit", "export", "--site", site, "--out", out)
    told = done("audit", "verify", "--file", out)
    assert told.startswith("Whole: ")
    lines = out.read_text("utf-8").splitlines(keepends=True)
    assert json.loads(lines[-1])["hash"] in told
    out.write_text("".join(lines).replace("comment_submitted", "comment_withdrawn"), "utf-8")
    found = run("audit", "verify", "--file", out)
    assert found.exit_code == 1
    assert "breaks at entry" in found.stderr
    out.write_text("".join([lines[0], *lines[2:]]), "utf-8")
    assert "breaks at entry 1" in run("audit", "verify", "--file", out).stderr
    out.write_text("no, a letter\n", "utf-8")
    assert run("audit", "verify", "--file", out).exit_code == 2
    table = done("audit", "export", "--site", site, "--out", "-", "--format", "csv", "--subject", f"comment:{comment}")
    assert len(table.splitlines()) == 2
    assert json.loads(done("audit", "export", "--out", "-").splitlines()[0])["chain"] == "installation"


def test_a_lost_second_factor_is_turned_off(run, done, site, environ):
    done("account", "create", "mo@example.org")
    assert "has no second factor" in run("account", "factor-off", "mo@example.org").stderr
    with opened(environ) as db, db.transaction() as session:
        account_id = find_account_id(session, "mo@example.org")
        assert account_id is not None
        turn_on_factor(session, account_id, "sealed", 1, ["hash"], datetime.now(UTC))
    assert "password alone" in done("account", "factor-off", "mo@example.org")
    with opened(environ) as db, db.reading() as session:
        assert get_factor(session, account_id).sealed is None
