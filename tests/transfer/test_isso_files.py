"""Isso's database and its generic JSON."""

import json
import sqlite3
from datetime import UTC, datetime

import pytest

from commentsvc.store import models
from commentsvc.transfer.isso_files import read_isso
from commentsvc.transfer.records import Flaw, ImportedArticle, ImportedAuthor, ImportedComment, Problem, State
from commentsvc.transfer.reply_files import ImportFileError
from tests.support.world import World
from tests.transfer.streams import of, take_in

SCHEMA = """
    CREATE TABLE threads (id INTEGER PRIMARY KEY, uri VARCHAR UNIQUE, title VARCHAR);
    CREATE TABLE comments (tid REFERENCES threads(id), id INTEGER PRIMARY KEY, parent INTEGER, created FLOAT NOT NULL, modified FLOAT,
        mode INTEGER, remote_addr VARCHAR, text VARCHAR, author VARCHAR, email VARCHAR, website VARCHAR, likes INTEGER DEFAULT 0,
        dislikes INTEGER DEFAULT 0, voters BLOB NOT NULL, notification INTEGER NOT NULL DEFAULT 0);
    INSERT INTO threads VALUES (1, '/a/', 'A post');
"""
ROW = "INSERT INTO comments (tid, id, parent, created, modified, mode, text, author, email, likes, dislikes, voters) VALUES"


@pytest.fixture
def database(tmp_path):
    path = tmp_path / "isso.db"
    with sqlite3.connect(path) as connection:
        connection.executescript(SCHEMA)
        connection.executescript(f"""
            {ROW} (1, 1, NULL, 1614834367.5, NULL, 1, 'Hi *you*', 'Ann', 'ann@example.org', 3, 1, x'00');
            {ROW} (1, 2, 1, 1614834368, 1614834400, 2, 'Wait', NULL, NULL, 0, 0, x'00');
            {ROW} (1, 3, 1, 1614834369, NULL, 4, '', NULL, NULL, 0, 0, x'00');
            {ROW} (1, 4, NULL, 1614834370, NULL, 9, 'What', NULL, NULL, 0, 0, x'00');
            {ROW} (9, 5, NULL, 1614834371, NULL, 1, 'Of no thread', NULL, NULL, 0, 0, x'00');
        """)
    connection.close()
    return path


def test_the_database_is_read(database):
    records = list(read_isso(database))
    assert (of(records, ImportedArticle)[0].key, of(records, ImportedArticle)[0].title) == ("/a/", "A post")
    one, two, three, _ = of(records, ImportedComment)
    assert (one.id, one.parent_id, one.body, one.up, one.down, one.state) == ("1", None, "Hi *you*", 3, 1, State.PUBLISHED)
    assert one.created_at == datetime(2021, 3, 4, 5, 6, 7, 500000, UTC)
    assert (two.parent_id, two.state, two.edited_at) == ("1", State.HELD, datetime(2021, 3, 4, 5, 6, 40, tzinfo=UTC))
    assert three.state is State.WITHDRAWN
    assert (of(records, ImportedAuthor)[0].name, of(records, ImportedAuthor)[0].email) == ("Ann", "ann@example.org")
    assert [(one.id, one.flaw) for one in of(records, Problem)] == [("4", Flaw.UNREADABLE)]


def test_it_is_taken_in_while_isso_has_it_open(world: World, database):
    with sqlite3.connect(database) as connection:
        connection.execute("BEGIN IMMEDIATE")
        report, problems = take_in(world, read_isso(database))
        connection.rollback()
    connection.close()
    assert report.made.total() == 3
    assert sorted((one.id or "", one.flaw) for one in problems if one.flaw is not Flaw.NAME) == [
        ("", Flaw.ARTICLE),
        ("4", Flaw.UNREADABLE),
        ("5", Flaw.ARTICLE),
    ]
    assert {row.name for row in world.rows(models.Author)} == {"Ann", "Reader"}


@pytest.mark.parametrize("content", [b"SQLite format 3\0", b"SQLite format 3\0" + b"\xff" * 5_000])
def test_a_damaged_database_is_refused(tmp_path, content):
    path = tmp_path / "isso.db"
    path.write_bytes(content)
    with pytest.raises(ImportFileError, match="no database of Isso"):
        list(read_isso(path))


def test_another_programs_database_is_refused(tmp_path):
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE comments (id INTEGER)")
    connection.close()
    with pytest.raises(ImportFileError, match="no database of Isso"):
        list(read_isso(path))


def test_generic_ids_are_those_of_one_thread(world: World, tmp_path):
    comments = [{"id": 1, "text": "Hi", "author": "Ann", "email": "", "website": "", "remote_addr": "", "created": "2021-03-04 05:06:07"}]
    threads = [{"id": f"/{name}/", "title": name, "comments": comments} for name in "ab"]
    threads[0]["comments"] = [*comments, {**comments[0], "id": 2, "parent": 1}]
    path = tmp_path / "generic.json"
    path.write_text(json.dumps([*threads, 7]))
    report, problems = take_in(world, read_isso(path))
    assert (report.made.total(), [one.flaw for one in problems]) == (3, [Flaw.UNREADABLE])
    assert sorted(row.path for row in world.rows(models.Comment)) == ["00001", "00001", "0000100001"]
