"""WXR exports of WordPress read and written."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commentsvc.domain.status import Status
from commentsvc.store import models
from commentsvc.transfer.records import Flaw, ImportedArticle, ImportedAuthor, ImportedComment, Problem, State
from commentsvc.transfer.reply_files import ImportFileError
from commentsvc.transfer.wordpress_xml import read_wordpress, write_wordpress
from tests.support.world import HELD, REJECTED, World
from tests.transfer.streams import of, take_in

HEAD = """<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:dsq="http://www.disqus.com/" xmlns:wp="http://wordpress.org/export/1.2/"><channel><title>Blog</title><link>https://blog.example</link>
"""
POST = """<item><title>The tram line</title><link>https://blog.example/?p=7</link><content:encoded><![CDATA[<p>Long.</p>]]></content:encoded>
<wp:post_id>7</wp:post_id><wp:post_date_gmt>2014-02-03 04:05:06</wp:post_date_gmt><wp:comment_status>closed</wp:comment_status>
"""
FOOT = "</item></channel></rss>"


def comment(number: int, content: str = "Words.", **rest: str) -> str:
    values = {"comment_id": str(number), "comment_author": "Ann", "comment_author_email": "ann@example.org", "comment_parent": "0"}
    values |= {"comment_date": "2014-02-04 12:00:00", "comment_date_gmt": f"2014-02-04 11:{number:02}:00", "comment_approved": "1"}
    values |= {"comment_type": "comment", "comment_user_id": "0"} | rest
    told = "".join(f"<wp:{name}>{value}</wp:{name}>" for name, value in values.items())
    meta = "<wp:commentmeta><wp:meta_key>k</wp:meta_key><wp:meta_value>v</wp:meta_value></wp:commentmeta>"
    return f"<wp:comment>{told}<wp:comment_content><![CDATA[{content}]]></wp:comment_content>{meta}</wp:comment>\n"


@pytest.fixture
def read(tmp_path):
    def read_content(content: str | bytes):
        path = tmp_path / "export.xml"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return list(read_wordpress(path))

    return read_content


def test_posts_and_their_comments_are_read(read):
    inside = comment(1, "One\nline.\n\nTwo <em>paragraphs</em>.") + comment(2, comment_parent="1", comment_user_id="3", comment_author="Ed")
    records = read(HEAD + POST + inside + FOOT)
    (page,) = of(records, ImportedArticle)
    assert (page.id, page.key, page.url, page.title) == ("7", "7", "https://blog.example/?p=7", "The tram line")
    assert (page.is_closed, page.created_at) == (True, datetime(2014, 2, 3, 4, 5, 6, tzinfo=UTC))
    first, second = of(records, ImportedComment)
    assert (first.id, first.article_id, first.parent_id, first.state) == ("1", "7", None, State.PUBLISHED)
    assert first.body == "One\nline.\n\nTwo *paragraphs*."
    assert first.created_at == datetime(2014, 2, 4, 11, 1, tzinfo=UTC)
    assert second.parent_id == "1"
    guest, account = of(records, ImportedAuthor)
    assert (guest.is_guest, guest.email) == (True, "ann@example.org")
    assert (account.id, account.name, account.is_guest) == ("3", "Ed", False)


@pytest.mark.parametrize(
    ("approved", "state"),
    [("1", State.PUBLISHED), ("0", State.HELD), ("spam", State.REJECTED), ("trash", State.REJECTED), ("post-trashed", State.REJECTED)],
)
def test_each_state_is_known(read, approved, state):
    assert [one.state for one in of(read(HEAD + POST + comment(1, comment_approved=approved) + FOOT), ImportedComment)] == [state]


def test_a_state_that_nobody_knows_is_refused(read):
    (problem,) = of(read(HEAD + POST + comment(1, comment_approved="maybe") + FOOT), Problem)
    assert (problem.id, problem.flaw) == ("1", Flaw.UNREADABLE)


def test_pings_are_no_comments(read):
    inside = comment(1, comment_type="pingback") + comment(2, comment_type="trackback") + comment(3, comment_type="")
    assert [one.id for one in of(read(HEAD + POST + inside + FOOT), ImportedComment)] == ["3"]


def test_a_time_of_zeros_is_mended_and_told(world: World, read):
    zeros = {"comment_date_gmt": "0000-00-00 00:00:00", "comment_date": "0000-00-00 00:00:00"}
    _, problems = take_in(world, read(HEAD + POST + comment(1) + comment(2, **zeros) + FOOT))
    assert [(one.id, one.flaw) for one in problems] == [("2", Flaw.TIME)]
    assert {row.created_at for row in world.rows(models.Comment)} == {datetime(2014, 2, 4, 11, 1, tzinfo=UTC)}


@pytest.mark.parametrize("version", ["1.0", "1.1", "1.2"])
def test_each_version_is_read(read, version):
    content = (HEAD + POST + comment(1) + FOOT).replace("export/1.2/", f"export/{version}/")
    assert len(of(read(content), ImportedComment)) == 1


def test_the_form_that_disqus_takes_in_names_its_thread(read):
    post = POST.replace("<wp:post_id>7</wp:post_id>", "<dsq:thread_identifier>tram</dsq:thread_identifier>")
    (page,), (one,) = (of(read(HEAD + post + comment(1) + FOOT), kind) for kind in (ImportedArticle, ImportedComment))
    assert (page.key, page.id) == ("tram", one.article_id)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "no whole XML file"),
        ((HEAD + POST + comment(1)).encode(), "no whole XML file"),
        ((HEAD + "</channel></rss>").encode(), "no export of WordPress"),
        (b"<html><body/></html>", "no export of WordPress"),
        (b"<!DOCTYPE rss><rss/>", "document types are not read"),
    ],
)
def test_what_is_no_whole_export_is_refused_with_words(read, content, words):
    with pytest.raises(ImportFileError, match=words):
        read(content)


PIECES = st.sampled_from(
    [HEAD, POST, comment(1), comment(2, comment_parent="1"), FOOT, "<item>", "</item>", "<wp:comment>", "<![CDATA[", "&"]
)


@given(st.binary(max_size=200) | st.lists(PIECES, max_size=8).map(lambda pieces: "".join(pieces).encode()))
def test_any_bytes_give_records_or_a_refusal(tmp_path_factory, content):
    path = tmp_path_factory.getbasetemp() / "any-wxr.xml"
    path.write_bytes(content)
    try:
        records = list(read_wordpress(path))
    except ImportFileError:
        return
    assert all(isinstance(record, ImportedArticle | ImportedAuthor | ImportedComment | Problem) for record in records)


def test_what_leaves_in_this_form_comes_back(world: World, tmp_path):
    root = world.submit("One.\nLine & *slanted*.\n\n- a list\n- of two")
    gone = world.submit("I take it back.", author="bob", parent=root.comment_id)
    world.submit("Answer.", parent=gone.comment_id, author="eve")
    world.withdraw(gone.comment_id)
    world.submit(REJECTED, author="mallory", article="bus & co")
    world.submit(HELD, author="bob", article="bus & co")
    path = tmp_path / "out.xml"
    with world.db.reading() as session:
        path.write_bytes(b"".join(write_wordpress(session, world.site.id)))
    records = list(read_wordpress(path))
    back = {one.id: one for one in of(records, ImportedComment)}
    keys = {one.id: one.key for one in of(records, ImportedArticle)}
    bodies = {row.status: row.body for row in world.rows(models.Revision)}
    assert {(keys[one.article_id], one.body, one.state) for one in back.values()} == {
        ("tram", "One.\nLine & *slanted*.\n\n- a list\n- of two", State.PUBLISHED),
        ("tram", "Answer.", State.PUBLISHED),
        ("bus & co", bodies[Status.REJECTED], State.REJECTED),
        ("bus & co", bodies[Status.HELD], State.HELD),
    }
    # The answer to what was taken back answers what that answered.
    assert {back[one.parent_id].body[:4] for one in back.values() if one.parent_id} == {"One."}
