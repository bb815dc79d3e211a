"""Admission: what is refused, with which code, and which of several refusals is told."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from commentsvc.domain.admission import AdmissionFacts, SiteLimits, admit, effective_standing
from commentsvc.domain.errors import DomainError
from commentsvc.domain.status import Standing

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
LATER, TICK = NOW + timedelta(days=1), timedelta(microseconds=1)
LIMITS = SiteLimits(max_body_chars=10, max_depth=2, guests_allowed=True)
FINE = AdmissionFacts(
    body="Hello.",
    is_guest=True,
    depth=2,
    is_article_closed=False,
    article_closes_at=None,
    standing=Standing.NORMAL,
    standing_until=None,
    is_repeat=False,
)

# In the order in which they are told: from final to mendable.
REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"is_article_closed": True}, "article-closed"),
    ({"standing": Standing.BANNED}, "author-banned"),
    ({"is_guest": True}, "guests-not-allowed"),
    ({"body": "x" * 11}, "body-too-long"),
    ({"depth": 3}, "too-deep"),
    ({"is_repeat": True}, "repeated"),
]


def code_of(facts: AdmissionFacts, limits: SiteLimits = LIMITS) -> str | None:
    try:
        admit(limits, facts, NOW)
    except DomainError as refused:
        return refused.code
    return None


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, None),
        ({"body": "x" * 10}, None),
        ({"body": "😀" * 10}, None),
        ({"depth": 0}, None),
        ({"article_closes_at": NOW + TICK}, None),
        ({"article_closes_at": NOW}, "article-closed"),
        ({"article_closes_at": NOW - TICK}, "article-closed"),
        ({"is_article_closed": True, "article_closes_at": LATER}, "article-closed"),
        ({"standing": Standing.TRUSTED}, None),
        ({"standing": Standing.PREMODERATED}, None),
        ({"standing": Standing.BANNED, "standing_until": LATER}, "author-banned"),
        ({"standing": Standing.SUSPENDED, "standing_until": LATER}, "author-banned"),
        ({"standing": Standing.SUSPENDED, "standing_until": NOW}, None),
        ({"standing": Standing.SUSPENDED}, "author-banned"),
        ({"body": ""}, "validation-failed"),
        ({"body": " \n\t\u3000"}, "validation-failed"),
        *REFUSED[:2],
        *REFUSED[3:],
    ],
)
def test_admit(change, expected):
    assert code_of(replace(FINE, **change)) == expected


def test_guests_are_refused_where_they_are_not_allowed():
    limits = replace(LIMITS, guests_allowed=False)
    assert code_of(FINE, limits) == "guests-not-allowed"
    assert code_of(replace(FINE, is_guest=False), limits) is None


@pytest.mark.parametrize("first", range(len(REFUSED)))
def test_of_several_refusals_the_least_mendable_is_told(first):
    changes = {name: value for change, _ in REFUSED[first:] for name, value in change.items()}
    limits = replace(LIMITS, guests_allowed=first > 2)
    assert code_of(replace(FINE, **changes), limits) == REFUSED[first][1]


def test_the_refusals_say_what_to_do_without_repeating_the_text():
    for change, _ in REFUSED:
        facts = replace(FINE, **{"body": "hush there", **change})
        with pytest.raises(DomainError) as refused:
            admit(replace(LIMITS, guests_allowed="is_guest" not in change), facts, NOW)
        assert refused.value.detail.endswith(".")
        assert facts.body not in refused.value.detail


def test_a_suspension_names_its_end():
    with pytest.raises(DomainError, match="until 2026-03-02 12:00 UTC"):
        admit(LIMITS, replace(FINE, standing=Standing.SUSPENDED, standing_until=LATER), NOW)


@pytest.mark.parametrize("standing", list(Standing))
def test_a_standing_that_has_run_out_is_normal_again(standing):
    assert effective_standing(standing, None, NOW) is standing
    assert effective_standing(standing, NOW + TICK, NOW) is standing
    assert effective_standing(standing, NOW, NOW) is Standing.NORMAL
