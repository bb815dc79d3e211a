"""Audit chains as files: what is written is what is verified, whatever stands in it."""

import csv
import io
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commentsvc.domain.auditing import GENESIS, AuditFact, chain_hash
from commentsvc.store.queries.audit_log import AuditLine
from commentsvc.transfer.audit_export import NotAnExportError, follow_export, write_csv, write_json_lines

CELLS = st.text(min_size=1, max_size=20)
STATES = st.none() | st.dictionaries(CELLS, st.none() | st.integers(-5, 5) | CELLS, max_size=3)
FACTS = st.builds(AuditFact, CELLS, CELLS, CELLS, st.datetimes(timezones=st.just(UTC), min_value=datetime(1971, 1, 1)), STATES, STATES)  # noqa: DTZ001 - the zone is given beside it


def lines_of(facts: list[AuditFact]) -> list[AuditLine]:
    lines, previous = [], GENESIS
    for no, fact in enumerate(facts, start=1):
        previous = chain_hash(previous, "gazette", no, fact)
        before, after = (None if one is None else dict(one) for one in (fact.before, fact.after))
        lines.append(AuditLine(no, fact.actor, fact.action, fact.subject, before, after, fact.at, previous))
    return lines


@given(st.lists(FACTS, max_size=6))
def test_a_chain_that_was_written_out_is_whole(facts):
    lines = lines_of(facts)
    end = follow_export(io.StringIO("".join(write_json_lines("gazette", lines, is_whole=True)), newline="\n"))
    assert (end.no, end.hash, end.broken_at) == (len(lines), lines[-1].hash if lines else GENESIS, None)


@given(st.lists(FACTS, min_size=1, max_size=5), st.data())
def test_a_changed_entry_is_found_in_a_file(facts, data):
    written = list(write_json_lines("gazette", lines_of(facts), is_whole=True))
    at = data.draw(st.integers(1, len(facts)))
    entry = json.loads(written[at])
    entry["actor"] += "!"
    written[at] = json.dumps(entry) + "\n"
    assert follow_export(written).broken_at == at


@given(st.lists(FACTS, max_size=4))
def test_no_cell_of_the_table_is_a_formula(facts):
    rows = list(csv.reader(io.StringIO("".join(write_csv(lines_of(facts))), newline="")))
    assert len(rows) == 1 + len(facts)
    assert [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))] == []


def test_what_a_search_found_is_not_called_broken():
    with pytest.raises(NotAnExportError, match="only a whole chain"):
        follow_export(write_json_lines("gazette", [], is_whole=False))


@pytest.mark.parametrize(
    "content",
    ["", "[]\n", '{"chain": "a"}\n', '{"chain": "a", "is_whole": true}\n[]\n', '{"chain": "a", "is_whole": true}\n{"no": 1}\n', "\x00\n"],
)
def test_other_files_are_refused(content):
    with pytest.raises(NotAnExportError):
        follow_export(io.StringIO(content))
