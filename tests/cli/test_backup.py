"""Copies of a database that is in use, and the way back."""

import sqlite3
import threading
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.conftest import opened
from tests.support.databases import migrate


def contents(path) -> dict[str, list[tuple]]:
    with closing(sqlite3.connect(path)) as connection:
        tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY 1")]
        return {table: sorted(connection.execute(f"SELECT * FROM {table}").fetchall(), key=repr) for table in tables}


@pytest.fixture
def database(environ, site):
    return Path(environ["COMMENTSVC_DATABASE_URL"].removeprefix("sqlite:///"))


def test_a_copy_equals_the_database_and_goes_back(done, database, tmp_path):
    done("account", "create", "ada@example.org")
    copy = tmp_path / "copy.db"
    done("backup", copy)
    before = contents(database)
    assert contents(copy) == before
    done("account", "create", "later@example.org")
    assert contents(database) != before
    assert "is restored" in done("restore", copy, "--yes")
    assert contents(database) == before
    kept = contents(database.with_name(f"{database.name}.before-restore"))
    assert len(kept["account"]) == 2


def test_a_copy_made_while_others_write_is_of_one_moment(done, environ, database, tmp_path):
    """Each transaction writes two rows that belong together; a copy that caught one without the other would be of no moment."""
    is_over, has_begun = threading.Event(), threading.Event()

    def write() -> None:
        with opened(environ) as db:
            number = 0
            while not is_over.is_set():
                number += 1
                with db.engine.begin() as connection:
                    connection.exec_driver_sql("INSERT INTO pair VALUES (?, 'first')", (number,))
                    connection.exec_driver_sql("INSERT INTO pair VALUES (?, 'second')", (number,))
                has_begun.set()

    with closing(sqlite3.connect(database)) as connection:
        connection.execute("CREATE TABLE pair (number INTEGER, part TEXT)")
        # Enough to copy that somebody writes meanwhile.
        numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)"
        connection.execute(f"CREATE TABLE filling AS {numbers} SELECT i, hex(randomblob(200)) AS text FROM n")
        connection.commit()
    writer = threading.Thread(target=write)
    writer.start()
    try:
        assert has_begun.wait(30)
        for number in range(3):
            done("backup", tmp_path / f"copy-{number}.db")
    finally:
        is_over.set()
        writer.join()
    for number in range(3):
        pairs = contents(tmp_path / f"copy-{number}.db")["pair"]
        assert pairs
        assert set(Counter(number for number, _ in pairs).values()) == {2}
    assert {path.name for path in tmp_path.iterdir()} == {"place", "copy-0.db", "copy-1.db", "copy-2.db"}


def test_a_copy_does_not_replace_another_unasked(run, done, database, tmp_path):
    copy = tmp_path / "copy.db"
    done("backup", copy)
    assert run("backup", copy).exit_code == 2
    assert run("backup", copy, "--force").exit_code == 0


def test_only_a_whole_copy_of_ours_is_restored(run, database, tmp_path):
    before = contents(database)
    other = tmp_path / "other.db"
    with closing(sqlite3.connect(other)) as connection:
        connection.execute("CREATE TABLE something (a)")
    assert "is no database of this service" in run("restore", other, "--yes").stderr
    other.write_bytes(b"nothing of the kind" * 1000)
    assert run("restore", other, "--yes").exit_code == 1
    migrate(f"sqlite:///{tmp_path / 'good.db'}")
    assert run("restore", tmp_path / "good.db", stdin="n\n").exit_code == 1
    assert contents(database) == before


def test_there_must_be_a_database(run, tmp_path):
    found = run("backup", tmp_path / "copy.db")
    assert found.exit_code == 1
    assert "There is no database at" in found.stderr
    assert list(tmp_path.glob("*copy*")) == []


@pytest.mark.parametrize("words", [["backup"], ["restore", "--yes"]])
def test_postgresql_is_left_to_its_own_tools(run, tmp_path, words):
    (tmp_path / "file").write_bytes(b"")
    found = run(words[0], tmp_path / "file", *words[1:], COMMENTSVC_DATABASE_URL="postgresql://nobody@127.0.0.1:1/nothing")
    assert found.exit_code == 2
    assert "pg_" in found.stderr
