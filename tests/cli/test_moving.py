"""`import` and `export` as an operator sees them."""

import json

import pytest

from tests.cli.conftest import opened

HEAD = {"format": "commentsvc comments 1", "site": "elsewhere"}
ARTICLE = {"type": "article", "key": "tram", "title": "The tram"}
AUTHOR = {"type": "author", "id": "sso:ann", "name": "Ann"}
COMMENTS = [
    {
        "type": "comment",
        "id": f"c{number}",
        "article": "tram",
        "author": "sso:ann",
        "body": f"Comment {number}.",
        "created_at": "2020-02-03",
    }
    for number in range(6)
]


@pytest.fixture
def written(tmp_path):
    """Writes documents as a file of ours."""

    def write(*documents, end=True):
        path = tmp_path / "elsewhere.jsonl"
        whole = [HEAD, ARTICLE, AUTHOR, *documents, *([{"type": "end", "comments": len(documents)}] if end else [])]
        path.write_text("".join(json.dumps(one) + "\n" for one in whole), encoding="utf-8")
        return path

    return write


def count(environ, table="comment"):
    with opened(environ) as db, db.engine.connect() as connection:
        return connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one()


def test_it_tells_what_was_made_and_lists_what_was_not(run, site, written, environ):
    found = run("import", "jsonl", written(*COMMENTS, {**COMMENTS[0], "body": "Again."}), "--site", site)
    assert found.exit_code == 0
    assert "6 comments made (published 6), 0 were there already" in found.stderr
    assert "1 records refused, 0 times something was mended" in found.stderr
    (problem,) = [json.loads(line) for line in found.stdout.splitlines()]
    assert problem == {
        "action": "refused",
        "reason": "duplicate",
        "detail": "an earlier record has the same id",
        "at": "line 10",
        "id": "c0",
    }
    assert count(environ) == 6


def test_problems_go_into_a_file_where_one_is_named(done, site, written, tmp_path):
    told = done("import", "jsonl", written({**COMMENTS[0], "created_at": "1601-01-01"}), "--site", site, "--problems", tmp_path / "list")
    assert "1 comments made" in told
    (problem,) = map(json.loads, (tmp_path / "list").read_text().splitlines())
    assert (problem["action"], problem["reason"]) == ("mended", "time")


def test_a_dry_run_changes_nothing(run, site, written, environ):
    found = run("import", "jsonl", written(*COMMENTS), "--site", site, "--dry-run")
    assert "6 comments would be made (published 6)" in found.stderr
    assert (count(environ), count(environ, "job")) == (0, 0)


def test_a_second_time_adds_nothing(run, done, site, written, environ):
    done("import", "jsonl", written(*COMMENTS), "--site", site)
    found = run("import", "jsonl", written(*COMMENTS), "--site", site)
    assert "0 comments made, 6 were there already" in found.stderr
    assert count(environ) == 6
    assert "Every chain is whole" in done("audit", "verify")


def test_a_damaged_file_changes_nothing(run, site, written, environ):
    found = run("import", "jsonl", written(*COMMENTS, end=False), "--site", site)
    assert found.exit_code == 2
    assert "was cut off" in found.stderr
    assert count(environ) == 0


def test_a_worker_scores_what_came_in_and_nothing_changes_its_state(done, site, written, environ):
    done("import", "jsonl", written({**COMMENTS[0], "body": "You stupid idiot"}, {**COMMENTS[1], "state": "held"}), "--site", site)
    done("worker", "--once")
    assert count(environ, "score_set") == 2
    with opened(environ) as db, db.engine.connect() as connection:
        states = connection.exec_driver_sql("SELECT status FROM comment ORDER BY id").scalars().all()
    assert states == ["published", "held"]


def test_without_scores_no_work_waits(done, site, written, environ):
    done("import", "jsonl", written(*COMMENTS), "--site", site, "--no-score")
    assert count(environ, "job") == 0


def test_a_source_must_be_a_plain_word(run, site, written):
    found = run("import", "jsonl", written(), "--site", site, "--source", "é")
    assert (found.exit_code, "plain characters" in found.stderr) == (2, True)


def test_what_goes_out_comes_in_again(run, done, site, written, tmp_path):
    done("import", "jsonl", written(*COMMENTS), "--site", site, "--no-score")
    out = tmp_path / "out.jsonl"
    assert "6 comments of gazette are read" in done("export", "jsonl", "--site", site, "--out", out)
    assert run("export", "jsonl", "--site", site, "--out", "-").stdout_bytes == out.read_bytes()
    done("site", "create", "herald")
    assert "6 comments made" in run("import", "jsonl", out, "--site", "herald", "--no-score").stderr


def test_an_export_that_fails_leaves_no_file(run, site, tmp_path):
    out = tmp_path / "folder" / "out.jsonl"
    found = run("export", "jsonl", "--site", "nowhere", "--out", tmp_path / "out.jsonl")
    assert (found.exit_code, found.stderr) == (1, "Error: There is no such site.\n")
    assert not list(tmp_path.glob("out*"))
    found = run("export", "jsonl", "--site", site, "--out", out)
    assert (found.exit_code, found.stderr) == (1, f"Error: {out} cannot be written: No such file or directory\n")


@pytest.mark.parametrize("name", ["disqus", "wordpress"])
def test_what_goes_out_for_another_system_is_read_back(run, done, site, written, tmp_path, name):
    done("import", "jsonl", written(*COMMENTS), "--site", site, "--no-score")
    out = tmp_path / "out.xml"
    done("export", name, "--site", site, "--out", out)
    found = run("import", name, out, "--site", site, "--source", "back", "--no-score")
    assert "6 comments made (published 6)" in found.stderr
    assert found.stdout == ""


def test_a_table_goes_out(done, run, site, written, tmp_path):
    done("import", "jsonl", written(*COMMENTS), "--site", site, "--no-score")
    assert run("export", "csv", "--site", site, "--out", "-").stdout.count("Comment ") == 6


SMALL = {
    "remark42": '{"version": 1}\n{"id": "r", "orig": "Hi", "locator": {"url": "/a"}, "user": {"id": "u"}, "time": "2020-02-03"}\n',
    "commento": '{"comments": [{"commentHex": "c", "url": "/a", "markdown": "Hi", "creationDate": "2020-02-03"}]}',
    "artalk": '[{"id": "1", "page_key": "/a", "content": "Hi", "nick": "U", "created_at": "2020-02-03 00:00:00 +0000"}]',
    "isso": '[{"id": "/a", "title": "A", "comments": [{"id": 1, "text": "Hi", "author": "U", "created": "2020-02-03 00:00:00"}]}]',
}


@pytest.mark.parametrize("name", SMALL)
def test_each_other_format_has_a_command(run, site, tmp_path, name, environ):
    path = tmp_path / "file"
    path.write_text(SMALL[name], encoding="utf-8")
    found = run("import", name, path, "--site", site, "--no-score")
    assert "1 comments made (published 1)" in found.stderr
    with opened(environ) as db, db.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT source FROM import_record").scalars().all() == [name]


def test_coral_has_one_of_several_files(run, site, tmp_path):
    paths = {name: tmp_path / f"{name}.json" for name in ("comments", "stories", "users")}
    comment = {
        "id": "c",
        "storyID": "s",
        "authorID": "u",
        "status": "NONE",
        "revisions": [{"body": "Hi"}],
        "createdAt": {"$date": "2020-02-03"},
    }
    for path, document in zip(paths.values(), (comment, {"id": "s"}, {"id": "u", "username": "U"}), strict=True):
        path.write_text(json.dumps(document) + "\n", encoding="utf-8")
    given = ["import", "coral", paths["comments"], "--stories", paths["stories"], "--users", paths["users"], "--site", site, "--no-score"]
    found = run(*given)
    assert ("1 comments made (published 1)" in found.stderr, found.stdout) == (True, "")
