"""Exports of Disqus read and written."""

import gzip
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commentsvc.domain.status import Status
from commentsvc.store import models
from commentsvc.transfer.disqus_xml import read_disqus, write_disqus
from commentsvc.transfer.records import Action, Flaw, ImportedArticle, ImportedAuthor, ImportedComment, Problem, State
from commentsvc.transfer.reply_files import ImportFileError
from tests.support.world import CIVIL, HELD, REJECTED, World
from tests.transfer.streams import of, take_in

HEAD = '<?xml version="1.0" encoding="utf-8"?>\n<disqus xmlns="http://disqus.com" xmlns:dsq="http://disqus.com/disqus-internals">\n'
THREAD = """<thread dsq:id="70"><id>tram-line</id><forum>gazette</forum><category dsq:id="1"/><link>https://gazette.example/tram</link>
<title>The tram line</title><message/><createdAt>2015-05-06T07:08:09Z</createdAt><author><name>Editor</name></author>
<isClosed>true</isClosed><isDeleted>false</isDeleted></thread>
"""
ANN = "<author><email>ann@example.org</email><name>Ann</name><isAnonymous>false</isAnonymous><username>ann70</username></author>"
GUEST = "<author><name>Passer-by</name><isAnonymous>true</isAnonymous></author>"


def post(number: int, message: str = "<p>Words.</p>", *, parent: int | None = None, author: str = ANN, **rest: str) -> str:
    thread = rest.pop("thread", "70")
    flags = {"isDeleted": "false", "isSpam": "false", "createdAt": f"2015-05-07T08:{number:02}:00Z"} | rest
    told = "".join(f"<{name}>{value}</{name}>" for name, value in flags.items())
    above = f'<parent dsq:id="{parent}"/>' if parent else ""
    return (
        f'<post dsq:id="{number}"><id/><message><![CDATA[{message}]]></message>{told}{author}<ipAddress>192.0.2.1</ipAddress>'
        f'<thread dsq:id="{thread}"/>{above}</post>\n'
    )


@pytest.fixture
def read(tmp_path):
    def read_content(content: str | bytes):
        path = tmp_path / "disqus.xml"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return list(read_disqus(path))

    return read_content


def test_threads_posts_and_authors_are_read(read):
    posts = post(1, "<p>First, <b>bold</b>.</p>") + post(2, "Second<br>line", parent=1, author=GUEST)
    records = read(HEAD + THREAD + posts + "</disqus>")
    (page,) = of(records, ImportedArticle)
    assert (page.id, page.key, page.url, page.title) == ("70", "tram-line", "https://gazette.example/tram", "The tram line")
    assert (page.is_closed, page.created_at) == (True, datetime(2015, 5, 6, 7, 8, 9, tzinfo=UTC))
    first, second = of(records, ImportedComment)
    assert (first.id, first.article_id, first.parent_id, first.body, first.state) == ("1", "70", None, "First, **bold**.", State.PUBLISHED)
    assert first.created_at == datetime(2015, 5, 7, 8, 1, tzinfo=UTC)
    assert (second.parent_id, second.body) == ("1", "Second\nline")
    ann, guest = of(records, ImportedAuthor)
    assert (ann.id, ann.name, ann.email, ann.is_guest) == ("ann70", "Ann", "ann@example.org", False)
    assert (guest.id[:6], guest.name, guest.email, guest.is_guest) == ("guest:", "Passer-by", None, True)
    assert (first.author_id, second.author_id) == (ann.id, guest.id)


def test_deleted_posts_lose_their_words_and_spam_is_rejected(read):
    posts = post(1, isDeleted="true") + post(2, "Buy!", isSpam="true") + post(3, "Buy!", isSpam="true", isDeleted="true")
    states = [(one.state, one.body) for one in of(read(HEAD + THREAD + posts + "</disqus>"), ImportedComment)]
    assert states == [(State.WITHDRAWN, ""), (State.REJECTED, "Buy!"), (State.REJECTED, "Buy!")]


def test_a_thread_without_a_key_is_called_by_its_address(read):
    records = read(HEAD + THREAD.replace("<id>tram-line</id>", "<id/>") + "</disqus>")
    assert of(records, ImportedArticle)[0].key == "https://gazette.example/tram"


def test_links_lead_where_they_led_without_the_detour(read):
    detour = '<a href="http://disq.us/url?url=https%3A%2F%2Fexample.org%2Fx%3AkQ7&amp;cuid=1">example.org/x</a>'
    (one,) = of(read(HEAD + THREAD + post(1, detour) + "</disqus>"), ImportedComment)
    assert one.body == "[example.org/x](<https://example.org/x>)"


def test_a_post_of_no_thread_is_refused_when_it_is_taken_in(world: World, read):
    _, problems = take_in(world, read(HEAD + THREAD + post(1, thread="71") + post(2) + "</disqus>"))
    assert [(one.id, one.action, one.flaw) for one in problems] == [("1", Action.REFUSED, Flaw.ARTICLE)]


def test_a_post_larger_than_any_comment_is_refused_alone(read, monkeypatch):
    monkeypatch.setattr("commentsvc.transfer.xml_stream.LARGEST_ELEMENT", 3_000)
    monkeypatch.setattr("commentsvc.transfer.xml_stream.MOST_INSIDE", 100)
    wide = post(3).replace("<id/>", "<id/>" * 101)
    records = read(HEAD + THREAD + post(1) + post(2, "x" * 4_000) + wide + post(4) + "</disqus>")
    assert [one.id for one in of(records, ImportedComment)] == ["1", "4"]
    assert [one.flaw for one in of(records, Problem)] == [Flaw.TOO_LARGE] * 2


BOMB = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "no whole XML file"),
        (b"words", "no whole XML file"),
        ((HEAD + THREAD + post(1)).encode(), "no whole XML file"),
        ((HEAD + THREAD + post(1)).encode()[:-30], "no whole XML file"),
        ((HEAD + THREAD + post(1, "caf\xe9") + "</disqus>").encode("latin-1"), "no whole XML file"),
        ((HEAD.replace("utf-8", "utf-99") + "</disqus>").encode(), "no whole XML file|encoding"),
        (HEAD.replace("\n<", f"\n{BOMB}<", 1).encode() + b"</disqus>", "document types are not read"),
        (b'<!DOCTYPE disqus SYSTEM "http://example.org/x.dtd"><disqus/>', "document types are not read"),
        (b"<rss><channel/></rss>", "no export of Disqus"),
        (b"<disqus><thread/></disqus>", "no export of Disqus"),
        (HEAD.encode() + b"<a>" * 200, "nested too deep"),
        (gzip.compress((HEAD + "</disqus>").encode(), mtime=0)[:-3], "damaged gzip"),
    ],
)
def test_what_is_no_whole_export_is_refused_with_words(read, content, words):
    with pytest.raises(ImportFileError, match=words):
        read(content)


@pytest.mark.parametrize("encoding", ["iso-8859-1", "utf-16", "windows-1251"])
def test_other_encodings_are_read(read, encoding):
    word = "кафе" if encoding == "windows-1251" else "café"
    content = (HEAD.replace("utf-8", encoding) + THREAD + post(1, word) + "</disqus>").encode(encoding)
    assert of(read(content), ImportedComment)[0].body == word


PIECES = st.sampled_from(
    [HEAD, THREAD, post(1), post(2, parent=1), "</disqus>", "<post>", "</post>", "<thread>", "<![CDATA[", "]]>", "&x;", "<a", "\0"]
)


@given(st.binary(max_size=200) | st.lists(PIECES, max_size=8).map(lambda pieces: "".join(pieces).encode()))
def test_any_bytes_give_records_or_a_refusal(tmp_path_factory, content):
    path = tmp_path_factory.getbasetemp() / "any.xml"
    path.write_bytes(content)
    try:
        list(read_disqus(path))
    except ImportFileError:
        return
    assert b"disqus" in content


def test_what_leaves_in_this_form_comes_back(world: World, tmp_path):
    root = world.submit("Plain & *slanted* <b>.\n\nSecond ]]> paragraph.")
    gone = world.submit("I take it back.", author="bob", parent=root.comment_id)
    world.submit("Answer.", parent=gone.comment_id, author="eve")
    world.withdraw(gone.comment_id)
    world.submit(REJECTED, author="mallory", article="bus & co")
    world.submit(HELD, author="bob", article="bus & co")
    path = tmp_path / "out.xml"
    with world.db.reading() as session:
        path.write_bytes(b"".join(write_disqus(session, world.site.id, "gazette")))
    bodies = {row.status: row.body for row in world.rows(models.Revision)}
    records = list(read_disqus(path))
    back = {one.id: one for one in of(records, ImportedComment)}
    keys = {one.id: one.key for one in of(records, ImportedArticle)}
    told = [(keys[one.article_id], one.body, one.state, back[one.parent_id].state if one.parent_id else None) for one in back.values()]
    assert sorted(told, key=str) == sorted(
        [
            ("tram", "Plain & *slanted* \\<b>.\n\nSecond \\]\\]> paragraph.", State.PUBLISHED, None),
            ("tram", "", State.WITHDRAWN, State.PUBLISHED),
            ("tram", "Answer.", State.PUBLISHED, State.WITHDRAWN),
            ("bus & co", bodies[Status.REJECTED], State.REJECTED, None),
            ("bus & co", "", State.WITHDRAWN, None),
        ],
        key=str,
    )
    assert {one.created_at for one in back.values()} == {row.created_at for row in world.rows(models.Comment)}


def test_a_comment_of_the_far_past_keeps_its_time(world: World, read):
    take_in(world, read(HEAD + THREAD + post(1, CIVIL, createdAt="2007-10-30T00:00:00") + "</disqus>"))
    assert world.row(models.Comment).created_at == datetime(2007, 10, 30, tzinfo=UTC)
    assert world.row(models.Article).created_at == datetime(2007, 10, 30, tzinfo=UTC)
