"""Word lists: which listed word or phrase stands in a text, in time linear in the text whatever the list."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Final

MAX_PHRASE_WORDS: Final = 8
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")


@dataclass(frozen=True, slots=True)
class WordMatch:
    """A listed phrase and where it stands: characters [`begin`, `end`) of the text."""

    phrase: str
    begin: int
    end: int


def fold(word: str) -> str:
    """The form in which words are compared: compatibility forms and case folded away, accents kept."""
    return unicodedata.normalize("NFKC", word).casefold().replace("’", "'")


class WordList:
    """Words and phrases of up to 8 words, matched as whole words. Immutable; build once for each policy version.

    Looking a text up takes one hash look-up for each word of it and each phrase length in the list, so at most 8 for a word.
    """

    __slots__ = ("_firsts", "_lengths", "phrases")

    def __init__(self, phrases: Iterable[str] = ()) -> None:
        """Keep `phrases`; those without a letter or digit, or of more than 8 words, are left out."""
        folded: dict[tuple[str, ...], str] = {}
        for phrase in phrases:
            words = tuple(fold(match.group()) for match in _WORD.finditer(phrase))
            if 0 < len(words) <= MAX_PHRASE_WORDS:
                folded.setdefault(words, phrase)
        self.phrases = folded
        self._lengths = sorted({len(words) for words in folded})
        self._firsts = frozenset(words[0] for words in folded)

    def __eq__(self, other: object) -> bool:
        """Two lists are equal when they hold the same phrases."""
        return isinstance(other, WordList) and self.phrases == other.phrases

    def __hash__(self) -> int:
        """Hash of the phrases, in any order."""
        return hash(frozenset(self.phrases))

    def find(self, text: str) -> WordMatch | None:
        """The first listed phrase in `text`, or None."""
        if not self.phrases:
            return None
        # In ASCII, lower case is all that folding does, and it moves nothing.
        words = _WORD.findall(text.lower()) if text.isascii() else [fold(word) for word in _WORD.findall(text)]
        if self._firsts.isdisjoint(words):
            # The common case: no word of the text begins a phrase.
            return None
        for start, word in enumerate(words):
            if word not in self._firsts:
                continue
            for length in self._lengths:
                phrase = self.phrases.get(tuple(words[start : start + length])) if start + length <= len(words) else None
                if phrase is not None:
                    places = list(islice(_WORD.finditer(text), start + length))
                    return WordMatch(phrase, places[start].start(), places[-1].end())
        return None
