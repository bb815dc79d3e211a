"""The text that a reader of some HTML sees, and where in the HTML each of its characters stands.

For measuring what somebody wrote, and for nothing that is shown: this is no sanitiser.
"""

import html
import re
from dataclasses import dataclass
from typing import Final

# Each alternative ends at the next `<` or `>` at the latest, so the time is linear whatever is left open.
_MARK: Final = re.compile(r"<[a-zA-Z/!?][^<>]*+>|&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")
_NAME: Final = re.compile(r"</?([a-zA-Z0-9]+)")
_WITHIN_WORDS: Final = frozenset(
    [
        *("a", "abbr", "b", "bdi", "bdo", "big", "cite", "code", "del", "dfn", "em", "font", "i", "ins", "kbd", "mark", "q", "s"),
        *("samp", "small", "span", "strike", "strong", "sub", "sup", "tt", "u", "var", "wbr"),
    ]
)


@dataclass(frozen=True, slots=True)
class SeenText:
    """`text` as a reader sees it; its character at `n` comes from the HTML's characters [`begins[n]`, `ends[n]`)."""

    text: str
    begins: tuple[int, ...]
    ends: tuple[int, ...]

    def source_range(self, begin: int, end: int) -> tuple[int, int]:
        """Where the characters [`begin`, `end`) of `text`, at least one, stand in the HTML."""
        return self.begins[begin], self.ends[end - 1]


def see_text(source: str) -> SeenText:
    """Tags taken out, those between words for a line break, and character references resolved."""
    characters: list[str] = []
    begins: list[int] = []
    ends: list[int] = []

    def keep(first: int, last: int) -> None:
        characters.extend(source[first:last])
        begins.extend(range(first, last))
        ends.extend(range(first + 1, last + 1))

    seen = 0
    for mark in _MARK.finditer(source):
        keep(seen, mark.start())
        seen = mark.end()
        shown = _shown(mark.group())
        characters.extend(shown)
        begins.extend([mark.start()] * len(shown))
        ends.extend([seen] * len(shown))
    keep(seen, len(source))
    return SeenText("".join(characters), tuple(begins), tuple(ends))


def _shown(mark: str) -> str:
    if mark.startswith("&"):
        return html.unescape(mark)
    name = _NAME.match(mark)
    return "" if name and name.group(1).lower() in _WITHIN_WORDS else "\n"
