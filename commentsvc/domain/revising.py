"""What an author has changed from one text to the next, word by word."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Final

_WORD: Final = re.compile(r"\s+|[^\s]+")
MOST_PARTS: Final = 2_000
"""Words and blanks of a text above which it is told as a whole: comparing takes time with their square."""


class Kind(StrEnum):
    """Whether a part of a text stayed, was taken out, or came in."""

    KEPT = "kept"
    TAKEN = "taken"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of both texts, or of one of them."""

    kind: Kind
    text: str


def compare_texts(before: str, after: str) -> list[Part]:
    """The way from one text to the other: the parts kept and taken make the first, those kept and added the second, in order."""
    old, new = _WORD.findall(before), _WORD.findall(after)
    if len(old) > MOST_PARTS or len(new) > MOST_PARTS:
        return [part for part in (Part(Kind.TAKEN, before), Part(Kind.ADDED, after)) if part.text]
    return list(_parts(old, new))


def _parts(old: list[str], new: list[str]) -> Iterator[Part]:
    for tag, begin, end, new_begin, new_end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            yield Part(Kind.KEPT, "".join(old[begin:end]))
            continue
        if end > begin:
            yield Part(Kind.TAKEN, "".join(old[begin:end]))
        if new_end > new_begin:
            yield Part(Kind.ADDED, "".join(new[new_begin:new_end]))
