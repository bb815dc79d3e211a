"""Opening files of other systems: gzipped or not, in pieces of bounded size, and with one error for all that can be wrong with a file."""

import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final, cast

import orjson

from commentsvc.transfer.records import Flaw, Problem, refused
from commentsvc.transfer.reply_files import ImportFileError

PIECE: Final = 1 << 16
LONGEST_LINE: Final = 1 << 22
"""No comment with all that is said about it needs four million bytes."""
_GZIP: Final = b"\x1f\x8b"
Object = dict[str, object]


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """The bytes of a file, unpacked if it is gzipped. Whatever goes wrong with reading it becomes an ImportFileError."""
    try:
        with path.open("rb") as raw:
            is_gzipped = raw.peek(len(_GZIP))[: len(_GZIP)] == _GZIP
            yield cast("BinaryIO", gzip.GzipFile(fileobj=raw)) if is_gzipped else raw
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise ImportFileError(f"{path} is a damaged gzip file: {error}") from error
    except OSError as error:
        raise ImportFileError(f"{path} cannot be read: {error.strerror or error}") from error


def read_objects(source: BinaryIO, path: Path) -> Iterator[tuple[str, Object | Problem]]:
    """The JSON objects of a file that has one on each line, with where they stand. A line that holds none is refused by itself.

    Raises ImportFileError when the last line was cut off: then more may be missing.
    """
    number = 0
    while line := source.readline(LONGEST_LINE):
        number += 1
        at = f"line {number}"
        if not line.endswith(b"\n") and len(line) == LONGEST_LINE:
            _skip_line(source)
            yield at, refused(Flaw.TOO_LARGE, at)
            continue
        if number == 1:
            line = line.removeprefix(b"\xef\xbb\xbf")
        if not line.strip():
            continue
        try:
            found = orjson.loads(line)
        except ValueError as error:
            if not line.endswith(b"\n"):
                raise ImportFileError(f"{path} was cut off in line {number}") from error
            found = None
        yield at, found if isinstance(found, dict) else refused(Flaw.UNREADABLE, at)


def object_in(found: Object, name: str) -> Object:
    """The object under a name; an empty one where there is none."""
    inner = found.get(name)
    return inner if isinstance(inner, dict) else {}


def objects_in(found: Object, name: str) -> list[Object]:
    """The objects in the list under a name; none where there is no list."""
    inner = found.get(name)
    return [one for one in inner if isinstance(one, dict)] if isinstance(inner, list) else []


def _skip_line(source: BinaryIO) -> None:
    while (rest := source.readline(LONGEST_LINE)) and not rest.endswith(b"\n"):
        pass
