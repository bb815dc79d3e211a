"""Statements handed to the driver as they are: the same values, rows and errors as the long way gives."""

import threading
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import bindparam, event, insert, select, text, update
from sqlalchemy.exc import IntegrityError, MultipleResultsFound

from commentsvc.domain.status import Standing
from commentsvc.store import models
from commentsvc.store.base import table_of
from commentsvc.store.engine import SerializationError, StorageUnavailableError
from commentsvc.store.ids import new_id
from commentsvc.store.prepared import Prepared, say
from tests.support.world import World, a_world

AUTHOR, SITE, OUTBOX = table_of(models.Author), table_of(models.Site), table_of(models.Outbox)
NOON = datetime(2026, 5, 4, 12, 0, 0, 123456, UTC)
INSERT_AUTHOR = Prepared(insert(AUTHOR))
INSERT_OUTBOX = Prepared(insert(OUTBOX))
OF_SITE = select(AUTHOR).where(AUTHOR.c.site_id == bindparam("site_id")).order_by(AUTHOR.c.id)
LIST_AUTHORS = Prepared(OF_SITE)


@pytest.fixture
def world(database_url):
    with a_world(database_url) as world:
        yield world


def author(world: World, **changes: object) -> dict[str, object]:
    row: dict[str, object] = {"id": new_id(), "site_id": world.site.id, "subject": f"guest:{new_id()}", "name": "Ann", "is_guest": True}
    row |= {"is_staff": False, "email_hash": None, "standing": Standing.BANNED, "standing_until": NOON, "comment_count": 0}
    return row | {"published_count": 0, "rejected_count": 0, "created_at": NOON} | changes


def test_rows_are_read_as_the_long_way_reads_them(world: World):
    with world.db.transaction() as session:
        conn = session.connection()
        INSERT_AUTHOR.execute(conn, author(world))
        INSERT_AUTHOR.execute(conn, author(world, standing_until=None, is_guest=False))
    with world.db.reading() as session:
        conn = session.connection()
        short = LIST_AUTHORS.rows(conn, {"site_id": world.site.id})
        assert short == [tuple(row) for row in conn.execute(OF_SITE, {"site_id": world.site.id})]
    first, second = (dict(zip(AUTHOR.c.keys(), row, strict=True)) for row in short)
    assert first["standing"] is Standing.BANNED
    assert (first["is_guest"], second["is_guest"]) == (True, False)
    assert (first["standing_until"], second["standing_until"]) == (NOON, None)


def test_times_are_stored_in_utc_and_naive_ones_are_refused(world: World):
    with world.db.transaction() as session:
        INSERT_AUTHOR.execute(session.connection(), author(world, created_at=NOON.astimezone(timezone(timedelta(hours=5)))))
    with world.db.reading() as session:
        (row,) = LIST_AUTHORS.rows(session.connection(), {"site_id": world.site.id})
    assert row[-1] == NOON
    with world.db.transaction() as session, pytest.raises(ValueError, match="time zone"):
        INSERT_AUTHOR.execute(session.connection(), author(world, created_at=NOON.replace(tzinfo=None)))


def test_json_goes_there_and_back(world: World):
    payload = {"comment": "%s ? :x", "before": None}
    row = {"id": new_id(), "site_id": world.site.id, "topic": "t", "payload": payload, "created_at": NOON, "delivered_at": None}
    with world.db.transaction() as session:
        INSERT_OUTBOX.execute(session.connection(), row)
    find = Prepared(select(OUTBOX.c.payload).where(OUTBOX.c.id == bindparam("id")))
    with world.db.reading() as session:
        assert find.find(session.connection(), {"id": row["id"]}) == (payload,)


def test_a_missing_value_is_an_error(world: World):
    row = author(world)
    del row["email_hash"]
    with world.db.transaction() as session, pytest.raises(KeyError, match="email_hash"):
        INSERT_AUTHOR.execute(session.connection(), row)


def test_find_wants_one_row_or_none(world: World):
    with world.db.transaction() as session:
        conn = session.connection()
        assert LIST_AUTHORS.find(conn, {"site_id": world.site.id}) is None
        INSERT_AUTHOR.execute(conn, author(world))
        INSERT_AUTHOR.execute(conn, author(world))
        with pytest.raises(MultipleResultsFound):
            LIST_AUTHORS.find(conn, {"site_id": world.site.id})


def test_what_an_update_returns_is_read(world: World):
    rename = Prepared(
        update(AUTHOR).where(AUTHOR.c.id == bindparam("author")).values(name="Bo").returning(AUTHOR.c.standing, AUTHOR.c.name)
    )
    row = author(world)
    with world.db.transaction() as session:
        INSERT_AUTHOR.execute(session.connection(), row)
        assert rename.rows(session.connection(), {"author": row["id"]}) == [(Standing.BANNED, "Bo")]
        assert rename.rows(session.connection(), {"author": "nobody"}) == []


def test_values_within_the_statement_are_kept(world: World):
    first = Prepared(OF_SITE.limit(1))
    with world.db.transaction() as session:
        conn = session.connection()
        for _ in range(3):
            INSERT_AUTHOR.execute(conn, author(world))
        assert len(first.rows(conn, {"site_id": world.site.id})) == 1


def test_a_list_of_values_cannot_be_prepared(world: World):
    listed = Prepared(select(AUTHOR.c.id).where(AUTHOR.c.id.in_(["a", "b"])))
    with world.db.reading() as session, pytest.raises(ValueError, match="prepared"):
        listed.rows(session.connection())


def test_a_broken_constraint_is_told_as_ever_and_nothing_is_kept(world: World):
    row = author(world)

    def insert_twice() -> None:
        with world.db.transaction() as session:
            INSERT_AUTHOR.execute(session.connection(), row)
            INSERT_AUTHOR.execute(session.connection(), row)

    with pytest.raises(SerializationError):
        insert_twice()
    with world.db.reading() as session:
        assert LIST_AUTHORS.rows(session.connection(), {"site_id": world.site.id}) == []


def test_a_statement_that_the_database_cannot_execute_is_told_as_ever(world: World):
    with world.db.transaction() as session:
        session.execute(text("ALTER TABLE outbox RENAME TO elsewhere"))
    row = {"id": new_id(), "site_id": world.site.id, "topic": "t", "payload": {}, "created_at": NOON, "delivered_at": None}
    with pytest.raises(Exception) as trouble, world.db.transaction() as session:  # noqa: PT011 - the two engines tell it by two classes
        INSERT_OUTBOX.execute(session.connection(), row)
    # Never the values: they may be what people wrote.
    assert str(row["id"]) not in str(trouble.value)
    with world.db.transaction() as session:
        session.execute(text("ALTER TABLE elsewhere RENAME TO outbox"))


def test_who_listens_to_statements_hears_of_it(world: World):
    heard: list[str] = []

    def note(_conn, _cursor, statement, *_rest):
        heard.append(statement)

    event.listen(world.db.engine, "before_cursor_execute", note)
    with world.db.reading() as session:
        LIST_AUTHORS.rows(session.connection(), {"site_id": world.site.id})
    event.remove(world.db.engine, "before_cursor_execute", note)
    assert any("FROM author" in statement for statement in heard)


def test_two_databases_in_turn(world: World, make_database_url):
    with a_world(make_database_url("sqlite")) as other:
        for place in (world, other, world):
            with place.db.reading() as session:
                assert LIST_AUTHORS.rows(session.connection(), {"site_id": place.site.id}) == []


def test_threads_may_share_a_statement(world: World):
    with world.db.transaction() as session:
        INSERT_AUTHOR.execute(session.connection(), author(world))
    fresh, found = Prepared(OF_SITE), []

    def look() -> None:
        for _ in range(20):
            with world.db.reading() as session:
                found.append(len(fresh.rows(session.connection(), {"site_id": world.site.id})))

    threads = [threading.Thread(target=look) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [1] * 80


def test_a_savepoint_by_words(world: World):
    row = author(world)
    with world.db.transaction() as session:
        conn = session.connection()
        say(conn, "SAVEPOINT here")
        INSERT_AUTHOR.execute(conn, row)
        say(conn, "ROLLBACK TO SAVEPOINT here")
    with world.db.reading() as session:
        assert LIST_AUTHORS.rows(session.connection(), {"site_id": world.site.id}) == []


def test_a_lost_connection_is_told_and_replaced(make_database_url):
    def lose(world: World) -> None:
        with world.db.transaction() as session:
            conn = session.connection()
            pid = conn.execute(text("SELECT pg_backend_pid()")).scalar_one()
            with world.db.transaction() as other:
                other.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})
            INSERT_AUTHOR.execute(conn, author(world))

    with a_world(make_database_url("postgresql")) as world:
        with pytest.raises(StorageUnavailableError):
            lose(world)
        with world.db.transaction() as session:
            INSERT_AUTHOR.execute(session.connection(), author(world))


def test_many_at_a_time_are_stored_as_one_by_one(world: World):
    rows = [author(world, name=f"Author {number}") for number in range(3)]
    with world.db.transaction() as session:
        INSERT_AUTHOR.execute_many(session.connection(), rows)
        INSERT_AUTHOR.execute_many(session.connection(), [])
    with world.db.reading() as session:
        found = LIST_AUTHORS.rows(session.connection(), {"site_id": world.site.id})
    assert [dict(zip(AUTHOR.c.keys(), row, strict=True)) for row in found] == rows


def test_many_of_which_one_does_not_fit_are_none(world: World):
    same = author(world)
    with pytest.raises(IntegrityError), world.db.engine.begin() as conn:
        INSERT_AUTHOR.execute_many(conn, [same, same])
    assert world.rows(models.Author) == []
