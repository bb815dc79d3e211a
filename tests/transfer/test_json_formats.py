"""Remark42, Commento, Artalk and Coral: what each has is read, and what is no such file is refused with words."""

import gzip
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commentsvc.transfer.artalk_artrans import read_artalk
from commentsvc.transfer.commento_json import read_commento
from commentsvc.transfer.coral_collections import read_coral
from commentsvc.transfer.isso_files import read_isso
from commentsvc.transfer.records import Flaw, ImportedArticle, ImportedAuthor, ImportedComment, Problem, Records, State
from commentsvc.transfer.remark42_backup import read_remark42
from commentsvc.transfer.reply_files import ImportFileError
from tests.support.world import World
from tests.transfer.streams import of, take_in

AT = "2021-03-04T05:06:07.123456789Z"
SEEN = datetime(2021, 3, 4, 5, 6, 7, 123456, UTC)


@pytest.fixture
def read(tmp_path: Path):
    def read_with(reader: Callable[[Path], Records], content: object):
        path = tmp_path / "file"
        path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
        return list(reader(path))

    return read_with


def lines(*documents: object) -> bytes:
    return b"".join(json.dumps(document).encode() + b"\n" for document in documents)


# -- Remark42 ------------------------------------------------------------------------------------------------------------------
META = {"version": 1, "users": [], "posts": [{"url": "https://blog.example/a", "read_only": True}]}


def remark(key: str, **rest: object) -> dict[str, object]:
    given: dict[str, object] = {"id": key, "pid": "", "text": "<p>Hi <b>you</b></p>", "orig": "Hi **you**", "time": AT, "title": "A post"}
    given |= {"user": {"id": "github_1", "name": "Ann", "admin": True}, "locator": {"site": "b", "url": "https://blog.example/a"}}
    return given | rest


def test_a_backup_of_remark42_is_read(read):
    first = remark("r1", votes={"a": True, "b": True, "c": False}, edit={"time": "2021-03-05T00:00:00Z", "summary": ""})
    second = remark("r2", pid="r1", orig="", user={"id": "anonymous_2", "name": "Gus"})
    gone = remark("r3", delete=True, text="", orig="", user={"id": "deleted", "name": "deleted"})
    for content in (lines(META, first, second, gone), gzip.compress(lines(META, first, second, gone))):
        records = read(read_remark42, content)
        (page, *_), (ann, gus, nobody) = of(records, ImportedArticle), of(records, ImportedAuthor)
        assert (page.key, page.title, page.is_closed) == ("https://blog.example/a", "A post", True)
        assert [(one.id, one.is_guest, one.is_staff) for one in (ann, gus, nobody)] == [
            ("github_1", False, True),
            ("anonymous_2", True, False),
            ("deleted", True, False),
        ]
        one, two, three = of(records, ImportedComment)
        assert (one.body, one.up, one.down, one.created_at) == ("Hi **you**", 2, 1, SEEN)
        assert one.edited_at == datetime(2021, 3, 5, tzinfo=UTC)
        assert (two.parent_id, two.body) == ("r1", "Hi **you**")
        assert (three.state, three.body) == (State.WITHDRAWN, "")


# -- Commento ------------------------------------------------------------------------------------------------------------------
def commento(key: str, **rest: object) -> dict[str, object]:
    given: dict[str, object] = {
        "commentHex": key,
        "domain": "blog.example",
        "url": "/a",
        "commenterHex": "ff01",
        "markdown": "Hi",
        "html": "<p>Hi</p>",
    }
    return given | {"parentHex": "root", "score": 2, "state": "approved", "creationDate": AT, "deleted": False} | rest


def test_an_export_of_commento_is_read(read):
    comments = [
        commento("c1"),
        commento("c2", parentHex="c1", commenterHex="anonymous", score=-3, markdown="", html="<i>Hm</i>"),
        commento("c3", state="unapproved"),
        commento("c4", deleted=True),
        commento("c5", state="odd"),
        "nonsense",
    ]
    people = [{"commenterHex": "ff01", "email": "ann@example.org", "name": "Ann", "isModerator": True}]
    records = read(read_commento, {"version": 1, "comments": comments, "commenters": people})
    assert (of(records, ImportedArticle)[0].key, of(records, ImportedArticle)[0].url) == ("/a", "https://blog.example/a")
    nobody, ann = of(records, ImportedAuthor)
    assert (nobody.id, nobody.is_guest) == ("anonymous", True)
    assert (ann.id, ann.name, ann.email, ann.is_guest, ann.is_staff) == ("ff01", "Ann", "ann@example.org", False, True)
    one, two, three, four = of(records, ImportedComment)
    assert (one.parent_id, one.up, one.down, one.created_at) == (None, 2, 0, SEEN)
    assert (two.parent_id, two.body, two.author_id, two.up, two.down) == ("c1", "*Hm*", "anonymous", 0, 3)
    assert (three.state, four.state, four.body) == (State.HELD, State.WITHDRAWN, "")
    assert [(one.id, one.flaw) for one in of(records, Problem)] == [("c5", Flaw.UNREADABLE), (None, Flaw.UNREADABLE)]


# -- Artalk --------------------------------------------------------------------------------------------------------------------
def artran(key: str, **rest: str) -> dict[str, str]:
    given = {"id": key, "rid": "0", "content": "Hi **you**", "nick": "Ann", "email": "ann@example.org", "page_key": "/a.html"}
    given |= {"created_at": "2021-03-04 13:06:07 +0800", "updated_at": "2021-03-04 13:06:07 +0800", "page_title": "A post"}
    return given | {"is_pending": "false", "vote_up": "4", "vote_down": "1"} | rest


def test_an_artrans_file_is_read(read):
    later = {"updated_at": "2021-03-04 14:00:00 +0800"}
    records = read(read_artalk, [artran("1"), artran("2", rid="1", is_pending="true", **later), 7])
    assert (of(records, ImportedArticle)[0].key, of(records, ImportedArticle)[0].title) == ("/a.html", "A post")
    assert {one.id for one in of(records, ImportedAuthor)} == {of(records, ImportedComment)[0].author_id}
    one, two = of(records, ImportedComment)
    assert (one.parent_id, one.body, one.up, one.down, one.state, one.edited_at) == (None, "Hi **you**", 4, 1, State.PUBLISHED, None)
    assert one.created_at == datetime(2021, 3, 4, 5, 6, 7, tzinfo=UTC)
    assert (two.parent_id, two.state, two.edited_at) == ("1", State.HELD, datetime(2021, 3, 4, 6, tzinfo=UTC))
    assert [one.flaw for one in of(records, Problem)] == [Flaw.UNREADABLE]


# -- Coral ---------------------------------------------------------------------------------------------------------------------
def coral(key: str, **rest: object) -> dict[str, object]:
    given: dict[str, object] = {"_id": {"$oid": "0" * 24}, "id": key, "storyID": "s1", "authorID": "u1", "status": "NONE"}
    return given | {"revisions": [{"id": "r", "body": "Hi <b>you</b><br>all"}], "createdAt": {"$date": AT[:23] + "Z"}} | rest


STORY = {"id": "s1", "url": "https://n.example/a", "metadata": {"title": "A", "section": "local"}, "createdAt": {"$date": AT[:23] + "Z"}}
USER = {
    "id": "u1",
    "username": "Ann",
    "email": "ann@example.org",
    "role": "MODERATOR",
    "createdAt": {"$date": {"$numberLong": "1600000000000"}},
}


@pytest.fixture
def collections(tmp_path: Path):
    def write(*comments: object, story: object = STORY, user: object = USER) -> list[Path]:
        paths = [tmp_path / name for name in ("comments.json", "stories.json", "users.json")]
        for path, content in zip(paths, (lines(*comments), lines(story), lines(user)), strict=True):
            path.write_bytes(content)
        return paths

    return write


def test_the_collections_of_coral_are_read(collections):
    texts = [{"id": "r1", "body": "Old"}, {"id": "r2", "body": "New", "createdAt": {"$date": "2021-03-05T00:00:00Z"}}]
    comments = [
        coral("c1", actionCounts={"REACTION": {"$numberInt": "3"}, "FLAG": 1}),
        coral("c2", parentID="c1", status="PREMOD", revisions=texts),
        coral("c3", status="REJECTED", createdAt={"$date": {"$numberLong": "1600000000000"}}),
        coral("c4", deletedAt={"$date": AT[:23] + "Z"}, revisions=[], authorID=None),
        coral("c5", revisions=[]),
    ]
    records = list(read_coral(*collections(*comments)))
    (page,), (ann,) = of(records, ImportedArticle), of(records, ImportedAuthor)
    assert (page.id, page.url, page.title, page.section) == ("s1", "https://n.example/a", "A", "local")
    assert (ann.id, ann.name, ann.email, ann.is_guest, ann.is_staff) == ("u1", "Ann", "ann@example.org", False, True)
    one, two, three, four = of(records, ImportedComment)
    assert (one.body, one.up, one.state, one.created_at) == ("Hi **you**\nall", 3, State.PUBLISHED, SEEN.replace(microsecond=123000))
    assert (two.parent_id, two.state, two.body, two.edited_at) == ("c1", State.HELD, "New", datetime(2021, 3, 5, tzinfo=UTC))
    assert (three.state, three.created_at) == (State.REJECTED, datetime(2020, 9, 13, 12, 26, 40, tzinfo=UTC))
    assert (four.state, four.body) == (State.WITHDRAWN, "")
    assert [(one.id, one.flaw, one.at) for one in of(records, Problem)] == [("c5", Flaw.UNREADABLE, "comments.json, line 5")]


def test_coral_is_taken_in_though_users_are_missing(world: World, collections):
    comments, stories, _ = collections(coral("c1"))
    report, problems = take_in(world, read_coral(comments, stories, None))
    assert report.made.total() == 1
    assert [one.flaw for one in problems] == [Flaw.AUTHOR]


# -- All of them ---------------------------------------------------------------------------------------------------------------
READERS = [read_remark42, read_commento, read_artalk, read_isso]
WHOLE = {
    read_remark42: lines(META, remark("r1"), remark("r2")),
    read_commento: json.dumps({"version": 1, "comments": [commento("c1")], "commenters": []}).encode(),
    read_artalk: json.dumps([artran("1"), artran("2")]).encode(),
    read_isso: json.dumps([{"id": "/a", "title": "A", "comments": [{"id": 1, "text": "Hi", "created": "2021-03-04 05:06:07"}]}]).encode(),
}


@pytest.mark.parametrize("reader", READERS)
def test_a_file_that_was_cut_off_is_refused(read, reader):
    with pytest.raises(ImportFileError, match=r"cut off|not JSON"):
        read(reader, WHOLE[reader][:-4])


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize(
    "content", [b"", b"\0\1\2", b"<html/>", b"3", b"[[[", b'"x"', b"\xff\xfe[]", b"[" * 100_000, b"[1] [2]", b"[1" + b"0" * 5_000]
)
def test_a_file_of_another_kind_is_refused(read, reader, content):
    with pytest.raises(ImportFileError):
        read(reader, content)


@pytest.mark.parametrize("reader", READERS[1:])
def test_elements_larger_than_any_comment_are_refused(read, reader, monkeypatch):
    monkeypatch.setattr("commentsvc.transfer.json_stream.LARGEST_ELEMENT", 50)
    monkeypatch.setattr("commentsvc.transfer.json_stream.PIECE", 10)
    with pytest.raises(ImportFileError, match="larger than any comment"):
        read(reader, WHOLE[reader])


@pytest.mark.parametrize("reader", READERS)
def test_it_does_not_matter_in_which_pieces_a_file_is_read(read, reader, monkeypatch):
    whole = read(reader, WHOLE[reader])
    for size in (1, 2, 7, 64):
        monkeypatch.setattr("commentsvc.transfer.json_stream.PIECE", size)
        assert read(reader, WHOLE[reader]) == whole


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
NAMES = sorted({*remark(""), *commento(""), *artran(""), *coral(""), "comments", "commenters", "text", "posts"})
ODD = st.dictionaries(st.sampled_from(NAMES), ANYTHING, max_size=8)


@pytest.mark.parametrize("reader", READERS)
@given(content=st.binary(max_size=200) | (st.lists(ODD, max_size=3) | ANYTHING).map(lambda found: json.dumps(found).encode()))
def test_any_bytes_give_records_or_a_refusal(tmp_path_factory, reader, content):
    path = tmp_path_factory.getbasetemp() / "any"
    path.write_bytes(content)
    try:
        records = list(reader(path))
    except ImportFileError:
        return
    assert all(isinstance(record, ImportedArticle | ImportedAuthor | ImportedComment | Problem) for record in records)


@given(found=st.lists(ODD, max_size=4))
def test_any_values_in_lines_give_records_or_refusals(tmp_path_factory, found):
    path = tmp_path_factory.getbasetemp() / "any-lines"
    path.write_bytes(lines(META, *found))
    records = list(read_remark42(path))
    # What no JSON may hold, such as an infinite number, is refused with its line.
    assert len(of(records, ImportedComment)) + len(of(records, Problem)) == len(found)
    path.write_bytes(lines(*found))
    records = list(read_coral(path, path, path))
    assert len(records) == 3 * len(found)
