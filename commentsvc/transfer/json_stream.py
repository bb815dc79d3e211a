"""Reading large JSON documents element by element: a list, or the lists inside an object, in memory that one element bounds."""

import codecs
import contextlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final, NoReturn

from commentsvc.transfer.reply_files import ImportFileError
from commentsvc.transfer.source_files import PIECE

LARGEST_ELEMENT: Final = 1 << 24
"""Characters in one element of a list."""
_SPACE: Final = re.compile(r"[ \t\r\n]*+")


def read_elements(source: BinaryIO, path: Path, names: frozenset[str] = frozenset()) -> Iterator[tuple[str, object]]:
    """The elements of a list, with an empty name; or of the lists that an object has under `names`, each with its list's name.

    Raises ImportFileError for what is not JSON to its end, with what came before given out already.
    """
    window = _Window(source, path)
    try:
        if window.skip("["):
            yield from (("", element) for element in _elements(window))
        elif window.skip("{"):
            yield from _members(window, names)
        else:
            window.fail("is no list and no object of JSON")
        if not window.is_done():
            window.fail("goes on after its end")
    except UnicodeDecodeError as error:
        raise ImportFileError(f"{path} is not UTF-8 text") from error
    except RecursionError as error:
        raise ImportFileError(f"{path} has lists in lists without end") from error


def _members(window: "_Window", names: frozenset[str]) -> Iterator[tuple[str, object]]:
    if window.skip("}"):
        return
    while True:
        name = window.value()
        if not isinstance(name, str) or not window.skip(":"):
            window.fail("is no object of JSON")
        elif name in names and window.skip("["):
            yield from ((name, element) for element in _elements(window))
        else:
            window.value()
        if window.skip("}"):
            return
        if not window.skip(","):
            window.fail("was cut off, or is not JSON")


def _elements(window: "_Window") -> Iterator[object]:
    if window.skip("]"):
        return
    while True:
        yield window.value()
        if window.skip("]"):
            return
        if not window.skip(","):
            window.fail("was cut off, or is not JSON")


class _Window:
    """The part of a document that is looked at."""

    def __init__(self, source: BinaryIO, path: Path) -> None:
        self._source, self._path = source, path
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")()
        self._json = json.JSONDecoder()
        self._text, self._at, self._is_end = "", 0, False

    def fail(self, words: str) -> NoReturn:
        raise ImportFileError(f"{self._path} {words}")

    def skip(self, sign: str) -> bool:
        """Go past `sign` and the white space before it, if that is what comes."""
        self._pass_space()
        if self._text.startswith(sign, self._at):
            self._at += 1
            return True
        return False

    def is_done(self) -> bool:
        self._pass_space()
        return self._at >= len(self._text)

    def _pass_space(self) -> None:
        while True:
            found = _SPACE.match(self._text, self._at)
            self._at = found.end() if found else self._at
            if self._at < len(self._text) or not self._more(PIECE):
                return

    def _more(self, size: int) -> bool:
        if self._is_end:
            return False
        piece = self._source.read(size)
        self._is_end = not piece
        self._text = self._text[self._at :] + self._decoder.decode(piece, final=self._is_end)
        self._at = 0
        return True

    def value(self) -> object:
        """The value that comes next."""
        self._pass_space()
        while True:
            with contextlib.suppress(ValueError):
                found, end = self._json.raw_decode(self._text, self._at)
                # A number at the end of what was read so far may go on.
                if end < len(self._text) or self._is_end:
                    self._at = end
                    return found
            left = len(self._text) - self._at
            if left > LARGEST_ELEMENT:
                self.fail("has an element larger than any comment, or is not JSON")
            # As much again as there is already, so that nothing is looked at more than twice or so.
            if not self._more(max(PIECE, left)):
                self.fail("was cut off, or is not JSON")
