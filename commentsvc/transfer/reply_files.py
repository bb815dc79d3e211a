"""Reads files of replies: CSV, gzipped or not, with the columns `parent`, `text` and `label`."""

import csv
import gzip
import hashlib
import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

COLUMNS: Final = ("parent", "text", "label")
MAX_FIELD_CHARS: Final = 131_072
_GZIP: Final = b"\x1f\x8b"
_LABELS: Final = {"0": False, "1": True}


class ImportFileError(Exception):
    """The file is not what it should be. The message says where and why, without the text that stands there."""


@dataclass(frozen=True, slots=True)
class ReplyRow:
    """One reply with the comment that it answers; `is_toxic` is what people said about the reply. `no` counts from 1."""

    no: int
    parent: str
    text: str
    is_toxic: bool

    @property
    def root_key(self) -> str:
        """Names the comment that is answered, the same in every file and every run."""
        return _key("root", self.parent)

    @property
    def key(self) -> str:
        """Names the reply, the same in every file and every run. The same reply to the same comment is one reply."""
        return _key("reply", self.parent, self.text)


def _key(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]


def read_replies(path: Path) -> Iterator[ReplyRow]:
    """The rows of a file, one at a time. Raises ImportFileError at the first that does not fit."""
    try:
        with path.open("rb") as raw:
            is_gzipped = raw.peek(len(_GZIP))[: len(_GZIP)] == _GZIP
            source = gzip.GzipFile(fileobj=raw) if is_gzipped else raw
            # "utf-8-sig": programs that write tables like to begin with a mark that is no part of the first column's name.
            with io.TextIOWrapper(source, encoding="utf-8-sig", newline="") as lines:
                yield from _rows(lines, path)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise ImportFileError(f"{path} is a damaged gzip file: {error}") from error
    except UnicodeDecodeError as error:
        raise ImportFileError(f"{path} is not UTF-8 text") from error
    except OSError as error:
        raise ImportFileError(f"{path} cannot be read: {error.strerror or error}") from error


def _rows(lines: io.TextIOWrapper, path: Path) -> Iterator[ReplyRow]:
    limit = csv.field_size_limit(MAX_FIELD_CHARS)
    try:
        reader = csv.DictReader(lines, strict=True)
        missing = [column for column in COLUMNS if column not in (reader.fieldnames or ())]
        if missing:
            raise ImportFileError(f"{path} has no column {' and no column '.join(missing)}; {', '.join(COLUMNS)} are needed")
        for number, row in enumerate(reader, start=1):
            yield _row(number, row, path)
    except csv.Error as error:
        raise ImportFileError(f"{path} cannot be read as CSV near line {reader.line_num + 1}: {error}") from error
    finally:
        csv.field_size_limit(limit)


def _row(number: int, row: dict[str, str | None], path: Path) -> ReplyRow:
    parent, text, label = (row[column] for column in COLUMNS)
    if parent is None or text is None or label is None or None in row:
        raise ImportFileError(f"{path}, row {number}: another number of fields than in the first line")
    if label.strip() not in _LABELS:
        raise ImportFileError(f"{path}, row {number}: the label must be 0 or 1")
    return ReplyRow(number, parent, text, _LABELS[label.strip()])
