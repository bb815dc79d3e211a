"""Each revision goes up, down and up again to the same schema, with data, on both engines; the newest is what the models say."""

import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from commentsvc.store import models  # noqa: F401 - so that every table is known
from commentsvc.store.base import Base
from commentsvc.store.engine import Database
from commentsvc.store.migrate import current_revision, downgrade, head_revision, upgrade
from tests.migrations.data import DATA_TESTS, count_rows, one_of_each, put
from tests.migrations.data import table as table_in
from tests.migrations.schema import normalised, read_schema

ROOT = Path(__file__).resolve().parents[2]


def test_each_revision_up_down_and_up_again_gives_the_same_schema(empty: Database, revisions):
    schemas = {}
    with empty.engine.begin() as connection:
        before = read_schema(connection)
    assert before == {}
    for script in revisions:
        with empty.engine.begin() as connection:
            upgrade(connection, script.revision)
            schemas[script.revision] = after = read_schema(connection)
        assert after != before
        with empty.engine.begin() as connection:
            downgrade(connection, script.down_revision or "base")
            assert read_schema(connection) == before
        with empty.engine.begin() as connection:
            upgrade(connection, script.revision)
            assert read_schema(connection) == after
        before = after
    with empty.engine.begin() as connection:
        downgrade(connection, "base")
        assert read_schema(connection) == {}
        assert current_revision(connection) is None


def test_each_revision_takes_the_data_that_may_be_there(empty: Database, revisions):
    for script in revisions:
        data = DATA_TESTS[script.revision]
        with empty.engine.begin() as connection:
            data.load(connection)
        with empty.engine.begin() as connection:
            upgrade(connection, script.revision)
        with empty.engine.begin() as connection:
            data.check(connection)


def test_a_revision_is_undone_with_data_in_every_table(empty: Database):
    for _ in range(2):
        with empty.engine.begin() as connection:
            upgrade(connection, "0001")
        with empty.engine.begin() as connection:
            one_of_each(connection)
            assert {count_rows(connection, name) for name in read_schema(connection)} == {1}
        with empty.engine.begin() as connection:
            downgrade(connection, "base")
            assert read_schema(connection) == {}


def test_packed_scores_go_and_come_back_with_data(empty: Database):
    """Back to the release before and up again: what it routed meanwhile is packed as well."""
    with empty.engine.begin() as connection:
        # The rows are those of the first release.
        upgrade(connection, "0001")
        one_of_each(connection)
    for _ in range(2):
        with empty.engine.begin() as connection:
            upgrade(connection)
        with empty.engine.begin() as connection:
            routing = table_in(connection, "routing")
            assert [len(value) for value in connection.execute(select(routing.c.packed)).scalars()] == [64]
            assert connection.execute(select(routing.c.id, routing.c.route, routing.c.is_in_force)).all() == [("g1", "hold", True)]
            downgrade(connection, "0002")
        with empty.engine.begin() as connection:
            assert "packed" not in table_in(connection, "routing").columns
            assert count_rows(connection, "routing") == 1


def test_every_revision_has_a_test_of_its_data(revisions):
    assert {script.revision for script in revisions} == set(DATA_TESTS)


def test_the_newest_revision_is_what_the_models_say(empty: Database):
    with empty.engine.begin() as connection:
        upgrade(connection)
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, Base.metadata) == []


def test_the_newest_revision_has_the_checks_and_predicates_of_the_models(engine_name, make_empty):
    """What Alembic does not see: the two schemas are made apart, and each is read back from its database."""
    migrated, modelled = make_empty(engine_name), make_empty(engine_name)
    with migrated.engine.begin() as connection:
        upgrade(connection)
        from_migrations = read_schema(connection)
    with modelled.engine.begin() as connection:
        Base.metadata.create_all(connection)
        from_models = read_schema(connection)
    assert from_migrations.keys() == from_models.keys()
    for name, table in from_models.items():
        assert from_migrations[name] == table, name


def test_a_changed_check_would_be_seen(engine_name, make_empty):
    one, other = make_empty(engine_name), make_empty(engine_name)
    schemas = []
    for database, statuses in ((one, "'a', 'b'"), (other, "'a', 'b', 'c'")):
        with database.engine.begin() as connection:
            connection.execute(text(f"CREATE TABLE thing (status VARCHAR(9), CONSTRAINT ck_thing_status CHECK (status IN ({statuses})))"))
            schemas.append(read_schema(connection))
    assert schemas[0] != schemas[1]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("status IN ('a', 'b')", "STATUS in ('a',  'b')"),
        ("(is_shown AND (depth = 0))", "is_shown AND depth = 0"),
        ("((state)::text = 'a'::text)", "state = 'a'"),
    ],
)
def test_conditions_that_say_the_same_are_the_same(one, other):
    assert normalised(one) == normalised(other)


def test_letters_in_quotes_count():
    assert normalised("status IN ('a')") != normalised("status IN ('A')")


def test_upgrading_at_the_head_changes_nothing(empty: Database):
    with empty.engine.begin() as connection:
        upgrade(connection)
        before = read_schema(connection)
    with empty.engine.begin() as connection:
        upgrade(connection)
        assert read_schema(connection) == before
        assert current_revision(connection) == head_revision()


def test_an_upgrade_that_is_rolled_back_leaves_nothing(empty: Database):
    with empty.engine.connect() as connection, connection.begin() as transaction:
        upgrade(connection)
        transaction.rollback()
    with empty.engine.begin() as connection:
        assert read_schema(connection) == {}
        assert current_revision(connection) is None


MIGRATE = "import sys; from tests.support.databases import migrate; migrate(sys.argv[1])"


def test_two_servers_that_start_at_once_migrate_once(make_empty):
    database = make_empty("postgresql")
    url = database.engine.url.render_as_string(hide_password=False)
    starting = [subprocess.Popen([sys.executable, "-W", "ignore", "-c", MIGRATE, url], cwd=ROOT) for _ in range(3)]
    assert [process.wait(120) for process in starting] == [0, 0, 0]
    with database.engine.begin() as connection:
        assert current_revision(connection) == head_revision()


def test_a_migration_does_not_queue_for_its_lock_for_ever(make_empty):
    database = make_empty("postgresql")
    with database.engine.begin() as connection:
        upgrade(connection)
        assert connection.execute(text("SHOW lock_timeout")).scalar_one() == "5s"
        assert connection.execute(text("SHOW statement_timeout")).scalar_one() == "10min"


def test_constraints_of_the_newest_schema_refuse_what_they_are_there_for(empty: Database):
    """The database itself says no, whichever code asks."""
    from datetime import datetime

    at = datetime.fromisoformat("2026-03-01 12:00:00+00:00")
    with empty.engine.begin() as connection:
        # The rows are those of the first release.
        upgrade(connection, "0001")
        one_of_each(connection)
        upgrade(connection)
    statements = [
        "UPDATE comment SET status = 'published'",
        "UPDATE comment SET published_revision_id = 'r1'",
        "UPDATE comment SET status = 'shown'",
        "UPDATE comment SET report_count = -1",
        "UPDATE article SET published_count = -1",
        "UPDATE score_set SET toxicity = 1.5",
        "UPDATE routing SET route = 'shout'",
        "UPDATE routing SET sample_probability = 2",
        "UPDATE decision SET verdict = 'reject'",
        "UPDATE decision SET is_in_force = true",
        "UPDATE decision SET reason_code = 'because'",
        "UPDATE vote SET value = 0",
        "UPDATE site SET max_depth = 51",
        "UPDATE job SET state = 'gone'",
        "UPDATE author SET standing = 'liked'",
        "UPDATE revision SET comment_id = 'nobody'",
    ]
    for statement in statements:
        with pytest.raises(IntegrityError), empty.engine.begin() as connection:
            connection.execute(text(statement))
    again = {"scope": "s1", "key": "k1", "request_hash": "h", "subject_id": "c2", "created_at": at}
    with pytest.raises(IntegrityError), empty.engine.begin() as connection:
        put(connection, "idempotency_key", **again)
