"""Rows of a long read come in pieces, on both engines, and what the driver says against it comes as SQLAlchemy says it."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import func, literal, select
from sqlalchemy.exc import DBAPIError

from commentsvc.store import models
from commentsvc.store.base import table_of
from commentsvc.store.engine import Database, DatabaseOptions, StorageUnavailableError
from commentsvc.store.streaming import stream_rows
from tests.support.clocks import BEGINNING

CHAIN = table_of(models.AuditChain)
JOB = table_of(models.Job)


@pytest.fixture
def db(database_url: str) -> Iterator[Database]:
    database = Database(DatabaseOptions(database_url))
    with database.transaction() as session:
        session.execute(CHAIN.insert(), [{"name": f"chain-{number}", "length": number, "hash": "h"} for number in range(5)])
    yield database
    database.dispose()


def test_rows_come_in_pieces_of_the_size_asked_for(db: Database):
    query = select(CHAIN.c.name, CHAIN.c.length).where(CHAIN.c.length > 0).order_by(CHAIN.c.length)
    with db.reading() as session:
        pieces = list(stream_rows(session.connection(), query, 3))
    assert [list(map(tuple, piece)) for piece in pieces] == [[("chain-1", 1), ("chain-2", 2), ("chain-3", 3)], [("chain-4", 4)]]


def test_values_asked_by_pass_their_columns_types(db: Database):
    with db.reading() as session:
        query = select(func.count()).select_from(JOB).where(JOB.c.created_at < BEGINNING + timedelta(days=1), literal(1) == 1)
        assert [list(map(tuple, piece)) for piece in stream_rows(session.connection(), query, 3)] == [[(0,)]]


def test_a_stream_given_up_leaves_the_connection_for_the_next(db: Database):
    query = select(CHAIN.c.name).order_by(CHAIN.c.name)
    with db.reading() as session:
        for _ in range(2):
            stream = stream_rows(session.connection(), query, 1)
            assert list(map(tuple, next(stream))) == [("chain-0",)]
            stream.close()
        assert session.execute(query).scalars().first() == "chain-0"


def test_errors_of_the_driver_are_told_as_sqlalchemy_does(db: Database):
    query = select(func.no_such_function(CHAIN.c.name))
    with pytest.raises((DBAPIError, StorageUnavailableError)), db.reading() as session:
        list(stream_rows(session.connection(), query, 3))
