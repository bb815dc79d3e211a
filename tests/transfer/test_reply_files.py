"""Files of replies: what is read, and what is refused, in plain words that say where."""

import csv
import gzip

import pytest

from commentsvc.transfer.reply_files import MAX_FIELD_CHARS, ImportFileError, read_replies

HEADER = "parent,text,label\n"


def written(tmp_path, content: bytes):
    path = tmp_path / "replies.csv"
    path.write_bytes(content)
    return path


def refusal(path) -> str:
    with pytest.raises(ImportFileError) as caught:
        list(read_replies(path))
    return str(caught.value)


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzipped"])
def test_rows_are_read_plain_and_gzipped(tmp_path, pack):
    text = 'label,text,parent,more\n1,"Two\nlines, and a comma",Why?,x\n0,"Said ""so""",Why?,y\n'
    rows = list(read_replies(written(tmp_path, pack(text.encode()))))
    assert [(row.no, row.parent, row.text, row.is_toxic) for row in rows] == [
        (1, "Why?", "Two\nlines, and a comma", True),
        (2, "Why?", 'Said "so"', False),
    ]
    assert rows[0].root_key == rows[1].root_key
    assert len({rows[0].key, rows[1].key, rows[0].root_key}) == 3


def test_a_mark_at_the_beginning_is_no_part_of_the_first_column(tmp_path):
    assert len(list(read_replies(written(tmp_path, b"\xef\xbb\xbf" + HEADER.encode() + b"a,b,0\n")))) == 1


def test_a_file_without_rows_has_none(tmp_path):
    assert list(read_replies(written(tmp_path, HEADER.encode()))) == []


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "no column parent and no column text and no column label"),
        (b"parent,text\na,b\n", "no column label"),
        (HEADER.encode() + b"a,b\n", "row 1: another number of fields"),
        (HEADER.encode() + b"a,b,0\na,b,0,c\n", "row 2: another number of fields"),
        (HEADER.encode() + b"a,b,yes\n", "row 1: the label must be 0 or 1"),
        (HEADER.encode() + b"a,b,\n", "row 1: the label must be 0 or 1"),
        (HEADER.encode() + b'a,"b,0\n', "cannot be read as CSV near line 2"),
        (HEADER.encode() + b"a,\xff\xfe,0\n", "not UTF-8"),
        (HEADER.encode() + b"a," + b"b" * (MAX_FIELD_CHARS + 1) + b",0\n", "field larger than field limit"),
    ],
    ids=["empty", "column", "short", "long", "label", "no-label", "quote", "bytes", "huge"],
)
def test_what_does_not_fit_is_refused_with_its_place(tmp_path, content, words):
    assert words in refusal(written(tmp_path, content))


def test_a_cut_gzip_file_is_refused(tmp_path):
    whole = gzip.compress((HEADER + "a,b,0\n" * 1000).encode())
    assert "damaged gzip file" in refusal(written(tmp_path, whole[: len(whole) // 2]))


def test_a_broken_gzip_file_is_refused(tmp_path):
    whole = bytearray(gzip.compress((HEADER + "a,b,0\n" * 1000).encode()))
    whole[len(whole) // 2] ^= 0xFF
    assert "damaged gzip file" in refusal(written(tmp_path, bytes(whole)))


def test_a_file_that_is_not_there_is_told(tmp_path):
    assert "cannot be read" in refusal(tmp_path / "nowhere.csv")


def test_reading_leaves_the_limit_of_others_alone(tmp_path):
    before = csv.field_size_limit()
    list(read_replies(written(tmp_path, HEADER.encode() + b"a,b,0\n")))
    assert csv.field_size_limit() == before
