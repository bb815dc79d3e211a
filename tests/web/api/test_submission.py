"""A posted body without a fault is read by a shorter way than the schema's, and to the same submission."""

import marshmallow as ma
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commentsvc.domain.commands import ArticleRef
from commentsvc.store.ids import new_id
from commentsvc.web.api.schemas.comments import GuestAuthor, Submission, SubmitCommentSchema, read_quickly

SCHEMA = SubmitCommentSchema()
TEXTS = st.one_of(
    st.text(max_size=8),
    st.sampled_from(
        ["a", " ", "", "\n", "a\n", "a\0", "\x7f", "a\tb", " a ", "\u2028", "\xa0", "a" * 100, "a" * 101, "a" * 501, "a" * 2001]
    ),
    st.sampled_from(["https://a.org/x", "http://", "https://a b", "ftp://a", "https://a\n", "x@y", "x@", "x@y\n", "x y@z", "@"]),
)
ODD = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.just([]), st.just({}))
ANY = st.one_of(TEXTS, TEXTS, TEXTS, ODD)
ARTICLES = st.fixed_dictionaries({}, optional={"key": ANY, "url": ANY, "title": ANY, "section": ANY, "more": ANY})
AUTHORS = st.fixed_dictionaries({}, optional={"name": ANY, "email": ANY, "more": ANY})
IDS = st.one_of(st.sampled_from([new_id(), new_id().upper(), new_id() + "\n"]), ANY)
BODIES = st.fixed_dictionaries({}, optional={"article": ARTICLES | ANY, "body": ANY, "parent": IDS, "author": AUTHORS | ANY, "more": ANY})
GOOD = st.fixed_dictionaries(
    {"article": st.fixed_dictionaries({"key": TEXTS}, optional={"url": TEXTS, "title": TEXTS, "section": TEXTS}), "body": TEXTS},
    optional={"parent": IDS, "author": st.fixed_dictionaries({"name": TEXTS}, optional={"email": TEXTS | st.none()}) | st.none()},
)


def by_the_fields(body):
    """What marshmallow makes of a body, without the shorter way."""
    try:
        return ma.Schema.load(SCHEMA, body, unknown=ma.RAISE)
    except ma.ValidationError:
        return None


@given(st.one_of(GOOD, BODIES, ODD))
@settings(max_examples=1500)
def test_the_shorter_way_takes_what_the_fields_take_and_nothing_else(body):
    assert read_quickly(body) == by_the_fields(body)


def test_everything_that_a_body_may_hold():
    parent = new_id()
    body = {
        "article": {"key": "k", "url": "https://a.org", "title": "T", "section": "s"},
        "body": "B",
        "parent": parent,
        "author": {"name": " Ann ", "email": "a@b"},
    }
    found = Submission(ArticleRef("k", "https://a.org", "T", "s"), "B", parent, GuestAuthor("Ann", "a@b"))
    assert read_quickly(body) == found == SCHEMA.load(body)


def test_faults_are_told_by_the_fields():
    with pytest.raises(ma.ValidationError) as faults:
        SCHEMA.load({"article": {"key": ""}, "body": " ", "more": 1})
    assert set(faults.value.messages) == {"article", "body", "more"}
