"""The hash of an audit entry covers everything it says."""

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from commentsvc.domain.auditing import GENESIS, AuditFact, chain_hash

FACT = AuditFact("system", "tested", "thing:1", datetime(2026, 3, 1, tzinfo=UTC), before={"a": 1}, after={"b": [1, "ß"]})
values = st.dictionaries(st.text(max_size=4), st.none() | st.booleans() | st.integers() | st.text(max_size=4), max_size=3)
facts = st.builds(
    AuditFact,
    actor=st.text(max_size=5),
    action=st.text(max_size=5),
    subject=st.text(max_size=5),
    at=st.datetimes(timezones=st.just(UTC)),
    before=st.none() | values,
    after=st.none() | values,
)


def test_the_hash_of_a_known_entry_stays_what_it_is():
    """Chains that are stored must verify with every later release."""
    assert chain_hash(GENESIS, "site", 1, FACT) == "4dd03de12efad6ec33901a8d4a06cd0d9f1b543b80ea7a951641571ac8402ad8"


def test_each_part_counts():
    known = chain_hash(GENESIS, "site", 1, FACT)
    changed: dict[str, Any] = {"at": FACT.at + timedelta(microseconds=1), "before": None, "after": {"b": [1, "ss"]}}
    others = [replace(FACT, **{field.name: changed.get(field.name, "other")}) for field in fields(FACT)]
    hashes = [chain_hash(GENESIS, "site", 1, fact) for fact in others]
    hashes += [chain_hash("1" * 64, "site", 1, FACT), chain_hash(GENESIS, "other", 1, FACT), chain_hash(GENESIS, "site", 2, FACT)]
    assert len({known, *hashes}) == len(hashes) + 1


def test_neither_the_order_of_keys_nor_the_time_zone_counts():
    known = chain_hash(GENESIS, "site", 1, replace(FACT, before={"a": 1, "b": 2}))
    assert chain_hash(GENESIS, "site", 1, replace(FACT, before={"b": 2, "a": 1})) == known
    elsewhere = FACT.at.astimezone(timezone(timedelta(hours=5)))
    assert chain_hash(GENESIS, "site", 1, replace(FACT, before={"a": 1, "b": 2}, at=elsewhere)) == known


@given(facts, facts)
def test_different_facts_have_different_hashes(one, other):
    assert (chain_hash(GENESIS, "site", 1, one) == chain_hash(GENESIS, "site", 1, other)) == (one == other)
