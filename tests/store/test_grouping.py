"""Writes that share a transaction: each keeps its own outcome, and none is told of success before the commit."""

import contextvars
import threading

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from commentsvc.store.engine import Database, DatabaseOptions, SerializationError, StorageUnavailableError

WHO = contextvars.ContextVar("who", default="nobody")


@pytest.fixture
def database(tmp_path):
    database = Database(DatabaseOptions(f"sqlite:///{tmp_path}/group.db"))
    with database.transaction() as session:
        session.execute(text("CREATE TABLE note (id INTEGER PRIMARY KEY, who TEXT NOT NULL)"))
    yield database
    database.dispose()


def insert(number):
    def work(session):
        session.execute(text("INSERT INTO note VALUES (:number, :who)"), {"number": number, "who": WHO.get()})
        return number

    return work


def notes(database):
    with database.reading() as session:
        return {row.id: row.who for row in session.execute(text("SELECT id, who FROM note"))}


class Crowd:
    """Starts works together behind a leader that is held in its own work until all of them wait."""

    def __init__(self, database):
        self.database = database
        self.outcomes = {}
        self.threads = []
        self.leader_inside = threading.Event()
        self.leader_may_go = threading.Event()

    def start_leader(self):
        def work(session):
            self.leader_inside.set()
            assert self.leader_may_go.wait(10)
            return "leader"

        self.start("leader", work)
        assert self.leader_inside.wait(10)

    def start(self, name, work):
        def run():
            WHO.set(name)
            try:
                self.outcomes[name] = self.database.run(work)
            except Exception as error:  # noqa: BLE001 - whatever it is, the test looks at it
                self.outcomes[name] = error

        thread = threading.Thread(target=run)
        self.threads.append(thread)
        thread.start()

    def finish(self, waiting):
        groups = self.database._groups
        deadline = threading.Event()
        for _ in range(1000):
            with groups._lock:
                if len(groups._waiting) >= waiting:
                    break
            deadline.wait(0.01)
        else:
            pytest.fail(f"{waiting} works did not come to wait")
        self.leader_may_go.set()
        for thread in self.threads:
            thread.join(10)
            assert not thread.is_alive()
        return self.outcomes


def test_a_lone_write_is_committed_and_answers(database):
    assert database.run(insert(1)) == 1
    assert notes(database) == {1: "nobody"}


def test_waiting_writes_share_one_transaction_and_run_in_their_own_context(database):
    commits = []
    crowd = Crowd(database)
    crowd.start_leader()
    original = database._groups._run_group

    def counted(pieces):
        commits.append(1)
        original(pieces)

    database._groups._run_group = counted
    for number in range(1, 9):
        crowd.start(f"thread {number}", insert(number))
    outcomes = crowd.finish(waiting=8)
    assert {name: outcome for name, outcome in outcomes.items() if name != "leader"} == {f"thread {n}": n for n in range(1, 9)}
    assert notes(database) == {n: f"thread {n}" for n in range(1, 9)}
    assert len(commits) == 1


def test_what_one_piece_raises_undoes_that_piece_alone(database):
    def fails(session):
        insert(2)(session)
        raise KeyError("mine")

    crowd = Crowd(database)
    crowd.start_leader()
    crowd.start("one", insert(1))
    crowd.start("two", fails)
    crowd.start("again", insert(1))
    crowd.start("three", insert(3))
    outcomes = crowd.finish(waiting=4)
    assert isinstance(outcomes["two"], KeyError)
    # Which of the two that want the same number comes first is chance; the other is told to try again.
    assert {type(outcomes["one"]), type(outcomes["again"])} == {int, SerializationError}
    assert set(notes(database)) == {1, 3}


def test_a_commit_that_fails_is_told_to_everybody(database):
    crowd = Crowd(database)
    crowd.start_leader()
    original = database._groups._run_group

    def broken(pieces):
        with database.transaction() as session:
            pieces(session)
            raise StorageUnavailableError("disk full")

    database._groups._run_group = broken
    crowd.start("one", insert(1))
    crowd.start("two", insert(2))
    outcomes = crowd.finish(waiting=2)
    assert {type(outcomes["one"]), type(outcomes["two"])} == {StorageUnavailableError}
    assert notes(database) == {}
    database._groups._run_group = original
    assert database.run(insert(5)) == 5


def test_many_threads_lose_and_double_nothing(database):
    errors = []

    def go(start):
        try:
            for number in range(start, start + 50):
                assert database.run(insert(number)) == number
        except Exception as error:  # noqa: BLE001 - whatever it is, the test looks at it
            errors.append(error)

    threads = [threading.Thread(target=go, args=(start * 50,)) for start in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert errors == []
    assert set(notes(database)) == set(range(400))


def test_an_integrity_error_of_a_lone_write_asks_for_another_try(database):
    database.run(insert(1))
    with pytest.raises(SerializationError) as caught:
        database.run(insert(1))
    assert isinstance(caught.value.__cause__, IntegrityError)
