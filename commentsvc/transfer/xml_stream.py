"""Reading large XML files element by element, with nothing of XML that could be turned against us.

The parser is the one beneath `xml.etree.ElementTree.iterparse`, spoken to itself, since only so a document type can be refused where
it begins: with it go all entities, those that grow without bound and those that name other files.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from commentsvc.transfer.reply_files import ImportFileError
from commentsvc.transfer.source_files import PIECE

LARGEST_ELEMENT: Final = 1_000_000
"""Characters in one element that is read."""
MOST_INSIDE: Final = 10_000
DEEPEST: Final = 100


@dataclass(frozen=True, slots=True)
class Read:
    """An element that was wanted. `element` is None where it was larger than any comment, and for one that only begins."""

    tag: str
    element: Element | None
    line: int
    begins: bool = False


class _ForbiddenError(Exception):
    pass


def read_elements(source: BinaryIO, path: Path, wanted: frozenset[str], beginnings: frozenset[str] = frozenset()) -> Iterator[Read]:
    """The outermost elements with the tags `wanted` (`{namespace}name`), each when it ends, and word when one of `beginnings` begins.

    All else is passed over. Raises ImportFileError for a file that is not XML to its end, or has a document type.
    """
    reader = _Reader(wanted, beginnings)
    try:
        while piece := source.read(PIECE):
            reader.parser.Parse(piece, False)  # noqa: FBT003 - as expat has it
            yield from reader.taken()
        reader.parser.Parse(b"", True)  # noqa: FBT003 - as expat has it
    except expat.ExpatError as error:
        raise ImportFileError(f"{path} is no whole XML file: {expat.ErrorString(error.code)}, line {error.lineno}") from error
    except _ForbiddenError as error:
        raise ImportFileError(f"{path}, line {reader.parser.CurrentLineNumber}: {error}") from error
    except (LookupError, ValueError, UnicodeError) as error:
        raise ImportFileError(f"{path} has an encoding that cannot be read") from error
    yield from reader.taken()


class _Reader:
    def __init__(self, wanted: frozenset[str], beginnings: frozenset[str]) -> None:
        self._wanted, self._beginnings = wanted, beginnings
        self._ready: list[Read] = []
        self._builder: TreeBuilder | None = None
        self._outermost = ""
        self._depth = self._level = self._size = self._inside = self._line = 0
        self.parser = expat.ParserCreate(namespace_separator="}")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._begin
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.parser.StartDoctypeDeclHandler = self._refuse

    def taken(self) -> list[Read]:
        ready, self._ready = self._ready, []
        return ready

    def _refuse(self, *_: object) -> None:
        raise _ForbiddenError("document types are not read")

    def _begin(self, name: str, attributes: dict[str, str]) -> None:
        tag = _tag(name)
        self._depth += 1
        if self._depth > DEEPEST:
            raise _ForbiddenError("elements are nested too deep")
        if self._level == 0:
            if tag in self._beginnings:
                self._ready.append(Read(tag, None, self.parser.CurrentLineNumber, begins=True))
            if tag not in self._wanted:
                return
            self._builder, self._outermost = TreeBuilder(), tag
            self._size = self._inside = 0
            self._line = self.parser.CurrentLineNumber
        self._level += 1
        self._inside += 1
        self._size += sum(len(key) + len(value) for key, value in attributes.items())
        self._bound()
        if self._builder is not None:
            self._builder.start(tag, {_tag(key): value for key, value in attributes.items()})

    def _end(self, name: str) -> None:
        self._depth -= 1
        if self._level == 0:
            return
        self._level -= 1
        if self._builder is not None:
            self._builder.end(_tag(name))
        if self._level == 0:
            element = self._builder.close() if self._builder is not None else None
            self._ready.append(Read(self._outermost, element, self._line))
            self._builder = None

    def _text(self, text: str) -> None:
        if self._level:
            self._size += len(text)
            self._bound()
            if self._builder is not None:
                self._builder.data(text)

    def _bound(self) -> None:
        if self._size > LARGEST_ELEMENT or self._inside > MOST_INSIDE:
            self._builder = None


def _tag(name: str) -> str:
    return "{" + name if "}" in name else name
