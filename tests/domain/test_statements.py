"""Statements of reasons: whatever is restricted, what is said of it fits every rule of the EU's database."""

import itertools
from datetime import date

import pytest

from commentsvc.domain.labels import Label
from commentsvc.domain.statement_rules import CATEGORIES, VISIBILITY, problems_of
from commentsvc.domain.statements import Publisher, Restriction, state_reasons
from commentsvc.domain.status import ReasonCode, Standing

OURS = Publisher("Rules for comments", "https://paper.example/rules")
PUID = "019f2b1c-7f0e-7a52-9d0a-6d2f5b0c7c11"


def restriction(**rest) -> Restriction:
    return Restriction(rest.pop("puid", PUID), date(2026, 3, 2), date(2026, 3, 1), **rest)


def fields(document) -> set[str]:
    return {problem.pointer or "" for problem in problems_of(document)}


REASONS = [*ReasonCode, None]
REPORTS = [frozenset(), frozenset({ReasonCode.SPAM}), frozenset({ReasonCode.ILLEGAL, ReasonCode.ABUSE})]
PUBLISHERS = [OURS, Publisher("Rules", "https://a.example/r", "Section 130 of the Criminal Code", ("DE", "AT"))]


def test_whatever_is_restricted_the_statement_fits():
    for reason, reported, ours, decided, detected, labels in itertools.product(
        REASONS, REPORTS, PUBLISHERS, (True, False), (True, False), [(), tuple(Label)]
    ):
        made = restriction(
            reason_code=reason, reported_as=reported, is_decided=decided, is_detected=detected, labels=labels, language="pt-BR"
        )
        assert problems_of(state_reasons(made, ours)) == [], (reason, reported, ours)
    for standing in (Standing.SUSPENDED, Standing.BANNED):
        made = restriction(standing=standing, ends_on=date(2026, 4, 1))
        assert problems_of(state_reasons(made, OURS)) == []


def test_a_moderator_s_rejection_after_a_reader_s_notice():
    made = restriction(reason_code=ReasonCode.HATE, reported_as=frozenset({ReasonCode.ILLEGAL}), is_detected=True, language="de")
    document = state_reasons(made, OURS)
    facts = document.pop("decision_facts")
    assert "Readers had reported it." in facts
    assert "A moderator read it and rejected it." in facts
    assert document == {
        "decision_visibility": ["DECISION_VISIBILITY_CONTENT_REMOVED"],
        "decision_ground": "DECISION_GROUND_INCOMPATIBLE_CONTENT",
        "decision_ground_reference_url": "https://paper.example/rules",
        "incompatible_content_ground": "Rules for comments",
        "incompatible_content_explanation": "The comment attacks people for who they are, which these rules do not allow.",
        "incompatible_content_illegal": "No",
        "content_type": ["CONTENT_TYPE_TEXT"],
        "category": "STATEMENT_CATEGORY_ILLEGAL_OR_HARMFUL_SPEECH",
        "category_specification": ["KEYWORD_HATE_SPEECH"],
        "content_language": "DE",
        "content_date": "2026-03-01",
        "application_date": "2026-03-02",
        "source_type": "SOURCE_ARTICLE_16",
        "automated_detection": "Yes",
        "automated_decision": "AUTOMATED_DECISION_NOT_AUTOMATED",
        "puid": PUID,
    }


def test_software_alone_says_so_and_names_what_it_measured():
    document = state_reasons(restriction(is_decided=False, is_detected=True, labels=(Label.THREAT, Label.TOXICITY)), OURS)
    assert document["automated_decision"] == "AUTOMATED_DECISION_FULLY"
    assert document["category"] == "STATEMENT_CATEGORY_VIOLENCE"
    assert "(threat, toxicity)" in document["decision_facts"]


def test_what_is_illegal_has_its_law_where_one_is_named():
    bare = state_reasons(restriction(reason_code=ReasonCode.ILLEGAL), OURS)
    assert (bare["decision_ground"], bare["incompatible_content_illegal"]) == ("DECISION_GROUND_INCOMPATIBLE_CONTENT", "Yes")
    named = state_reasons(restriction(reason_code=ReasonCode.ILLEGAL), PUBLISHERS[1])
    assert named["illegal_content_legal_ground"] == "Section 130 of the Criminal Code"
    assert "incompatible_content_ground" not in named


def test_accounts():
    banned = state_reasons(restriction(standing=Standing.BANNED), OURS)
    assert banned["decision_account"] == "DECISION_ACCOUNT_TERMINATED"
    suspended = state_reasons(restriction(standing=Standing.SUSPENDED, ends_on=date(2026, 4, 1)), OURS)
    assert suspended["end_date_account_restriction"] == "2026-04-01"
    assert "decision_visibility" not in suspended


GOOD = state_reasons(restriction(reason_code=ReasonCode.ABUSE), OURS)


OPTIONAL = {"category_specification", "decision_ground_reference_url", "incompatible_content_illegal"}


@pytest.mark.parametrize("name", sorted(GOOD.keys() - OPTIONAL))
def test_what_is_required(name):
    left = {key: value for key, value in GOOD.items() if key != name}
    assert fields(left) == {"/decision_visibility" if name == "decision_visibility" else f"/{name}"} | (
        {"/incompatible_content_ground", "/incompatible_content_explanation"} if name == "decision_ground" else set()
    )


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({"decision_visibility": []}, {"decision_visibility"}),
        ({"decision_visibility": "DECISION_VISIBILITY_CONTENT_REMOVED"}, {"decision_visibility"}),
        ({"decision_visibility": ["GONE"]}, {"decision_visibility"}),
        ({"decision_visibility": [VISIBILITY[-1]]}, {"decision_visibility_other"}),
        ({"decision_visibility_other": "Hidden."}, {"decision_visibility_other"}),
        ({"decision_visibility": [VISIBILITY[-1]], "decision_visibility_other": "x" * 501}, {"decision_visibility_other"}),
        ({"decision_account": "CLOSED"}, {"decision_account"}),
        ({"account_type": "PRIVATE"}, {"account_type"}),
        ({"decision_ground": "DECISION_GROUND_ILLEGAL_CONTENT"}, {
            "illegal_content_legal_ground", "illegal_content_explanation", "incompatible_content_ground",
            "incompatible_content_explanation", "incompatible_content_illegal",
        }),
        ({"illegal_content_legal_ground": "A law."}, {"illegal_content_legal_ground"}),
        ({"decision_ground_reference_url": "paper.example/rules"}, {"decision_ground_reference_url"}),
        ({"decision_ground_reference_url": "https://paper.example/" + "x" * 500}, {"decision_ground_reference_url"}),
        ({"incompatible_content_ground": "x" * 501}, {"incompatible_content_ground"}),
        ({"incompatible_content_explanation": "x" * 2001}, {"incompatible_content_explanation"}),
        ({"incompatible_content_illegal": "no"}, {"incompatible_content_illegal"}),
        ({"content_type": ["CONTENT_TYPE_IMAGE"]}, {"content_type"}),
        ({"category": "OTHER"}, {"category"}),
        ({"category_addition": [CATEGORIES[0], "x"]}, {"category_addition"}),
        ({"category_specification": ["HATE"]}, {"category_specification"}),
        ({"territorial_scope": ["UK"]}, {"territorial_scope"}),
        ({"content_language": "en"}, {"content_language"}),
        ({"content_date": "1999-12-31"}, {"content_date"}),
        ({"content_date": "20260301"}, {"content_date"}),
        ({"content_date": "2026-02-30"}, {"content_date"}),
        ({"application_date": "2019-12-31"}, {"application_date"}),
        ({"application_date": "2038-01-02"}, {"application_date"}),
        ({"end_date_visibility_restriction": "soon"}, {"end_date_visibility_restriction"}),
        ({"decision_facts": "x" * 5001}, {"decision_facts"}),
        ({"decision_facts": "  "}, {"decision_facts"}),
        ({"source_type": "SOURCE"}, {"source_type"}),
        ({"source_identity": "A club"}, {"source_identity"}),
        ({"automated_detection": "yes"}, {"automated_detection"}),
        ({"automated_decision": "AUTOMATED"}, {"automated_decision"}),
        ({"puid": "a b"}, {"puid"}),
        ({"puid": "a" * 501}, {"puid"}),
        ({"author": "ann"}, {"author"}),
        ({"decision_facts": 5}, {"decision_facts"}),
    ],
)  # fmt: skip
def test_every_rule_refuses_what_breaks_it(change, wrong):
    assert fields({**GOOD, **change}) == {f"/{name}" for name in wrong}


@pytest.mark.parametrize(
    "words", ["ann@example.org wrote it", "see @ann_ruiz", "from 192.0.2.17", "call +49 30 1234567", "at 2001:db8:0:0:1::2"]
)
def test_personal_data_is_seen_in_every_free_text(words):
    for name in ("decision_facts", "incompatible_content_ground", "incompatible_content_explanation"):
        assert fields({**GOOD, name: words}) == {f"/{name}"}
    assert fields({**GOOD, "decision_facts": "Rule 4.2 of 2026, paragraphs 1 to 12, at 12:30."}) == set()
