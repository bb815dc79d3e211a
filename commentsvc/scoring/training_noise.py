"""What people do to words so that filters miss them, done on purpose, and the undoing of two artefacts of public data sets."""

import random
import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

_WORD: Final = re.compile(r"[A-Za-z]{3,}")
_LEET: Final = MappingProxyType({"a": "4@", "e": "3", "i": "1!", "o": "0", "s": "5$", "t": "7"})
_GLYPHS: Final = MappingProxyType(
    {
        "a": "аɑα", "c": "сϲ", "e": "еɛ", "h": "һ", "i": "іıι", "j": "ј", "k": "к", "m": "м", "n": "п", "o": "оο0", "p": "рρ",
        "s": "ѕ", "t": "т", "u": "υս", "x": "х", "y": "у",
    },
)  # fmt: skip
_INVISIBLE: Final = "\u200b\u200c\u200d\u2060\u00ad\ufeff"
_PUNCTUATION: Final = re.compile(r"[^\w\s]")
_ANY_STOP: Final = re.compile(r"[.,!?;:]")
_GAP: Final = re.compile(r" {2,}")
_SHARE_OF_WORDS: Final = 0.3
_HALF: Final = 0.5


def leetspeak(word: str, chance: random.Random) -> str:
    """Some letters become digits or signs."""
    return _swap(word, _LEET, chance)


def look_alikes(word: str, chance: random.Random) -> str:
    """Some letters become letters of other scripts."""
    return _swap(word, _GLYPHS, chance)


def spaced(word: str, chance: random.Random) -> str:
    """A sign between the letters."""
    return chance.choice(" ..-_*").join(word)


def elongated(word: str, chance: random.Random) -> str:
    """One letter several times."""
    at = chance.randrange(len(word))
    return word[:at] + word[at] * chance.randint(3, 7) + word[at + 1 :]


def zero_width(word: str, chance: random.Random) -> str:
    """Invisible characters inside."""
    at = chance.randrange(1, len(word))
    return word[:at] + chance.choice(_INVISIBLE) * chance.randint(1, 2) + word[at:]


def misspelt(word: str, chance: random.Random) -> str:
    """Two letters in the wrong order, one lost, or one doubled."""
    at = chance.randrange(len(word) - 1)
    return chance.choice(
        (word[:at] + word[at + 1] + word[at] + word[at + 2 :], word[:at] + word[at + 1 :], word[:at] + word[at] + word[at:]),
    )


def starred(word: str, chance: random.Random) -> str:
    """Letters inside hidden behind one sign."""
    count = chance.randint(1, max(1, len(word) - 3))
    at = chance.randint(1, max(1, len(word) - 1 - count))
    return word[:at] + chance.choice("**#@-") * count + word[at + count :]


DISGUISES: Final[Mapping[str, Callable[[str, random.Random], str]]] = MappingProxyType(
    {
        "leetspeak": leetspeak,
        "look_alikes": look_alikes,
        "spaced": spaced,
        "elongated": elongated,
        "zero_width": zero_width,
    }
)
"""The disguises that the scorer is measured against, by name."""

_MORE: Final = (*DISGUISES.values(), misspelt, misspelt, starred)


def disguised(text: str, kind: Callable[[str, random.Random], str], chance: random.Random, *, share: float = _SHARE_OF_WORDS) -> str:
    """`kind` done to a share of the words, to one at least; a text without words comes back as it is."""
    words = list(_WORD.finditer(text))
    if not words:
        return text
    count = max(1, round(share * len(words)))
    for match in sorted(chance.sample(words, count), key=lambda one: -one.start()):
        text = text[: match.start()] + kind(match.group(), chance) + text[match.end() :]
    return text


def without_stops(text: str) -> str:
    """As two of the public sources come: no punctuation. Labels must not be readable from that."""
    return _PUNCTUATION.sub("", text)


def with_stops(text: str, chance: random.Random) -> str:
    """Punctuation put back where such a source left a gap, and at the end."""
    return _GAP.sub(lambda _: chance.choice((". ", ". ", ", ", ", ", "! ", "? ", "... ")), text.strip()) + chance.choice(
        (".", ".", "", "!", "?")
    )


def vary(text: str, chance: random.Random, *, noise: float = 0.3) -> str:
    """One training variant of `text`: stops put in or taken out, and with the chance `noise` a disguise."""
    if _ANY_STOP.search(text):
        if chance.random() < _SHARE_OF_WORDS:
            text = without_stops(text)
    elif chance.random() < _HALF:
        text = with_stops(text, chance)
    if chance.random() < noise:
        text = disguised(text, chance.choice(_MORE), chance, share=chance.choice((0.05, 0.2, 0.5)))
    return text


def _swap(word: str, table: Mapping[str, str], chance: random.Random) -> str:
    hits = [at for at, letter in enumerate(word) if letter.lower() in table]
    chosen = set(chance.sample(hits, chance.randint(1, min(3, len(hits))))) if hits else set()
    return "".join(chance.choice(table[letter.lower()]) if at in chosen else letter for at, letter in enumerate(word))
