"""Where sentences begin and end in a text, and where that is counted in UTF-16 units, as JavaScript and Java count."""

import re
from collections.abc import Iterable, Sequence
from typing import Final

# A run of marks is looked at from its beginning alone: a text of nothing but marks must take no longer than another.
_END: Final = re.compile(r"(?<![.!?\u2026])[.!?\u2026]++[\"'\u201d\u2019)\]]*+(?=\s|$)|[\u3002\uff01\uff1f]+|\n+")
_LAST_PLAIN: Final = "\uffff"

Range = tuple[int, int]
"""Characters [begin, end)."""


def find_sentences(text: str, most: int) -> list[Range]:
    """The sentences of `text` in order, without the white space around them. Where there are more than `most`, neighbours go together."""
    ends = [match.end() for match in _END.finditer(text)]
    found = []
    for begin, end in zip([0, *ends], [*ends, len(text)], strict=True):
        part = text[begin:end]
        if kept := part.strip():
            first = begin + len(part) - len(part.lstrip())
            found.append((first, first + len(kept)))
    together = -(-len(found) // most)
    return found if together <= 1 else [(group[0][0], group[-1][1]) for group in _groups(found, together)]


def _groups(found: Sequence[Range], size: int) -> Iterable[Sequence[Range]]:
    return (found[first : first + size] for first in range(0, len(found), size))


def to_utf16(text: str, ranges: Sequence[Range]) -> list[Range]:
    """The same ranges, which are in order and do not overlap, in UTF-16 units of `text`."""
    if not text or max(text) <= _LAST_PLAIN:
        return list(ranges)
    found, seen, units = [], 0, 0
    for begin, end in ranges:
        first = units + _units(text[seen:begin])
        units = first + _units(text[begin:end])
        seen = end
        found.append((first, units))
    return found


def _units(part: str) -> int:
    return len(part) + sum(character > _LAST_PLAIN for character in part)
