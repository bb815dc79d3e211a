"""Makes disguised text readable for a scorer, and keeps the way back to the original characters.

Every step is a list of replacements found by one pass over the text, so the whole takes time linear in its length.
Lower-casing is left to the tokenizer. A change here that alters any output needs a new `PREPARATION_VERSION`: scores
are tied to it.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import ftfy

from commentsvc.scoring.look_alikes import LATIN_FORMS, LOOK_ALIKES

PREPARATION_VERSION: Final = "p1"


@dataclass(frozen=True, slots=True)
class Prepared:
    """Text for the scorer; character `i` of it was made from characters [`begins[i]`, `ends[i]`) of the original.

    Both maps rise or stay level, so a range of prepared characters is always a range of the original.
    """

    text: str
    begins: tuple[int, ...] | range
    ends: tuple[int, ...] | range

    def original_range(self, begin: int, end: int) -> tuple[int, int]:
        """The range of the original text that prepared characters [begin, end) came from; needs begin < end."""
        return self.begins[begin], self.ends[end - 1]


@dataclass(frozen=True, slots=True)
class _Replacement:
    begin: int
    end: int
    text: str


def prepare(text: str) -> Prepared:
    """Repair, undisguise and shorten `text`. Any string is accepted, lone surrogates included."""
    prepared = Prepared(text, range(len(text)), range(1, len(text) + 1))
    for step in _STEPS:
        if step.ascii_too or not prepared.text.isascii():
            prepared = _apply(prepared, step.find(prepared.text))
    return prepared


def _apply(prepared: Prepared, replacements: Iterable[_Replacement]) -> Prepared:
    """Carry out replacements that are in order and do not overlap."""
    parts: list[str] = []
    begins: list[int] = []
    ends: list[int] = []
    done = 0
    for one in replacements:
        parts += (prepared.text[done : one.begin], one.text)
        begins += prepared.begins[done : one.begin]
        ends += prepared.ends[done : one.begin]
        old = one.end - one.begin
        if len(one.text) == old:
            begins += prepared.begins[one.begin : one.end]
            ends += prepared.ends[one.begin : one.end]
        else:
            begins += [prepared.begins[one.begin]] * len(one.text)
            ends += [prepared.ends[one.end - 1]] * len(one.text)
        done = one.end
    if not done:
        return prepared
    parts.append(prepared.text[done:])
    begins += prepared.begins[done:]
    ends += prepared.ends[done:]
    return Prepared("".join(parts), tuple(begins), tuple(ends))


_FOREIGN_RUN: Final = re.compile(r"[^\x00-\x7f]{2,64}")


def _find_mojibake(text: str) -> Iterator[_Replacement]:
    """UTF-8 that was once read as something else: whole runs of such characters become what they stood for."""
    for match in _FOREIGN_RUN.finditer(text):
        fixed = ftfy.fix_encoding(match.group())
        if fixed != match.group():
            yield _Replacement(match.start(), match.end(), fixed)


_CLUSTER: Final = re.compile(r"[^\x00-\x7f]|[\x00-\x7f](?=[\u0300-\u036f])")
_MARKS_MOST: Final = 2  # More than this on one letter is decoration, and sorting long runs of marks takes quadratic time.


def _find_compatible(text: str) -> Iterator[_Replacement]:
    """Each character with its combining marks in its compatibility form (NFKC)."""
    done = 0
    for match in _CLUSTER.finditer(text):
        begin = match.start()
        if begin < done:
            continue
        done = begin + 1
        while done < len(text) and unicodedata.combining(text[done]):
            done += 1
        if done - begin - 1 > _MARKS_MOST:
            new = unicodedata.normalize("NFKD", text[begin])[0]
        else:
            new = unicodedata.normalize("NFKC", text[begin:done])
            if new[0].isascii() and done > begin + 1:
                new = new[0]  # Strokes and dots that form no letter with what they stand on.
        if new != text[begin:done]:
            yield _Replacement(begin, done, new)


_FILLERS: Final = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0\U000e0000") | {chr(c) for c in range(0xFE00, 0xFE10)}
_MAYBE_INVISIBLE: Final = re.compile(r"[^\x20-\x7e\t\n\r]")


def _find_invisible(text: str) -> Iterator[_Replacement]:
    """Zero-width characters, direction marks, fillers, control characters and lone surrogates go."""
    for match in _MAYBE_INVISIBLE.finditer(text):
        character = match.group()
        if character in _FILLERS or unicodedata.category(character) in {"Cf", "Cc", "Cs", "Me"}:
            yield _Replacement(match.start(), match.end(), "")
        elif character == "\u2800" or unicodedata.category(character) in {"Zs", "Zl", "Zp"}:
            yield _Replacement(match.start(), match.end(), " ")


_MIXED_WORD: Final = re.compile(r"(?:[^\W\d_]|[\U0001f150-\U0001f189\U0001f1e6-\U0001f1ff])+")


def _find_look_alikes(text: str) -> Iterator[_Replacement]:
    """Words that mix Latin with look-alikes become Latin; words of look-alikes alone do so inside a text that is Latin."""
    words = list(_MIXED_WORD.finditer(text))
    is_latin_text = 2 * sum(_has_latin(match.group()) for match in words) > len(words)
    for match in words:
        word = match.group()
        if word.isascii():
            continue
        new = "".join(c if c.isascii() else LOOK_ALIKES.get(c, c) for c in word)
        if new != word and (_has_latin(word) or (is_latin_text and new.isascii())):
            yield _Replacement(match.start(), match.end(), new)


def _has_latin(word: str) -> bool:
    return word.isascii() or any(c.isascii() or c in LATIN_FORMS for c in word)


_PICTURE: Final = re.compile(r"([\u2190-\u2bff\u3030\u303d\U0001f000-\U0001faff])\1*")


def _find_pictures(text: str) -> Iterator[_Replacement]:
    """Emoji become their names, once for a run of the same: a model that never saw the picture knows the word."""
    for match in _PICTURE.finditer(text):
        yield _Replacement(match.start(), match.end(), _spoken(match.group(1)))


@lru_cache(maxsize=4096)
def _spoken(picture: str) -> str:
    if picture == "\N{HEAVY DOLLAR SIGN}":
        return "$"
    name = unicodedata.name(picture, "")
    if not name or name.startswith("EMOJI MODIFIER"):
        return " "
    return f" {name.lower()} "


_SPACED: Final = re.compile(r"(?<![\w@$])[^\W\d_]([ ._\-*/|])(?:[^\W_]|[@$!])(?:\1(?:[^\W_]|[@$!]))+(?![\w@$])")
_MOSTLY: Final = 0.6


def _find_spaced_words(text: str) -> Iterator[_Replacement]:
    """Three or more single letters with one and the same sign between them are one word."""
    for match in _SPACED.finditer(text):
        letters = match.group()[::2]
        if sum(c.isalpha() for c in letters) >= _MOSTLY * len(letters):
            for at in range(match.start() + 1, match.end(), 2):
                yield _Replacement(at, at + 1, "")


_TOKEN: Final = re.compile(r"\S+")
_ADDRESS: Final = re.compile(r"https?:|www\.|\w@\w+\.\w", re.IGNORECASE)
_CODED: Final = re.compile(r"[A-Za-z@$0-9!]*[A-Za-z][A-Za-z@$0-9!]*")
_CODES: Final = frozenset("0123456789@$!")
_BETWEEN: Final = re.compile(r"(?<=[A-Za-z])[013457@$]{1,3}(?=[A-Za-z])")
_LEADING: Final = re.compile(r"(?<![\w@$])[13457@$](?=[A-Za-z@$0-9!]{2})")
_DIGITS: Final = str.maketrans("013457@$!", "oieastasi")
_LEFT_ALONE: Final = frozenset({"w3c", "h2o", "b2b", "p2p", "b2c", "a4s", "f1s", "e3s", "g7s", "v1s", "m1s", "x1x", "i5s", "i7s", "i3s"})
_BARE_NUMBER: Final = re.compile(r"\d{2}")
_ABUSIVE_STEMS: Final = (
    "idiot", "ass", "arse", "shit", "stupid", "slut", "suck", "scum", "imbecile", "twat", "tit", "trash", "turd", "terrorist", "eat",
    "anal", "animal", "anus", "spic", "skank", "sissy", "simp", "simple", "illiterate", "tard", "tosser", "ashole",
)  # fmt: skip


def _find_coded_letters(text: str) -> Iterator[_Replacement]:
    """Digits and signs that stand for letters, inside words only: numbers, names such as covid19 and addresses stay."""
    for token in _TOKEN.finditer(text):
        found = token.group()
        if _CODES.isdisjoint(found) or _ADDRESS.search(found):
            continue
        for match in _CODED.finditer(found):
            word = match.group()
            new = _decoded(word)
            if new != word:
                begin = token.start() + match.start()
                yield _Replacement(begin, begin + len(word), new)


def _decoded(word: str) -> str:
    if word.isalpha() or word.lower() in _LEFT_ALONE or sum(c.isdigit() for c in word) > _MOSTLY * len(word):
        return word
    new = _BETWEEN.sub(_between, word)
    new = re.sub(r"(?<=[A-Za-z])\$+(?![\w$])", lambda m: "s" * len(m.group()), new)
    new = re.sub(r"(?<![\w@$])([b-df-hj-np-tv-z]{1,2})!(?=[b-df-hj-np-tv-z])", r"\1i", new, flags=re.IGNORECASE)
    leading = _LEADING.match(new)
    if leading:
        whole = new[0].translate(_DIGITS) + new[1:]
        if whole.isalpha() and (new != word or whole.lower().startswith(_ABUSIVE_STEMS)):
            new = whole
    return new


def _between(match: re.Match[str]) -> str:
    run = match.group()
    if run == "11":
        return "ll"
    # Two or more digits inside a word are a number (a11y, mp300x) unless they are the doubles of "n00b" and "a55hole".
    if _BARE_NUMBER.search(run) and len(set(run)) > 1 and run not in {"10", "13", "31"}:
        return run
    return run.translate(_DIGITS)


_CENSORED: Final = re.compile(
    r"(?<![\w*])(?:(f)[*#@\-_]{1,2}(?:c?k|ck)(?=ing|ed|er|s|\b)|(s)h?[*#@]{1,2}t(?=s|ty|head|\b)|(b)[*#@]{1,2}t?ch(?=es|\b)|(c)[*#@]{1,2}nt(?=s|\b)"
    r"|(a)[*#@]{2}(?:hole)?(?=s|\b)|(d)[*#@]ck(?=s|head|\b)|(n)[*#@]gg(?=er|a)|(wh)[*#@]re(?=s|\b))",
    re.IGNORECASE,
)
_UNCENSORED: Final = ("fuck", "shit", "bitch", "cunt", "ass", "dick", "nigg", "whore")


def _find_censored(text: str) -> Iterator[_Replacement]:
    """Swear words whose vowels were starred out."""
    for match in _CENSORED.finditer(text):
        kind = match.lastindex
        if kind is not None:
            whole = _UNCENSORED[kind - 1]
            yield _Replacement(match.start(), match.end(), "asshole" if match.group().lower().endswith("hole") else whole)


_LETTERS_KEPT: Final = 2
_SIGNS_KEPT: Final = 3
_REPEATED: Final = re.compile(r"([^\W\d_])\1{2,}|([^\w\s])\2{3,}", re.IGNORECASE)


def _find_repeated(text: str) -> Iterator[_Replacement]:
    """Of three and more of the same letter two remain, of four and more of the same sign three."""
    for match in _REPEATED.finditer(text):
        if match.group() in {"III", "www", "WWW"}:
            continue
        kept = _LETTERS_KEPT if match.group(1) else _SIGNS_KEPT
        yield _Replacement(match.start() + kept, match.end(), "")


@dataclass(frozen=True, slots=True)
class _Step:
    find: Callable[[str], Iterator[_Replacement]]
    ascii_too: bool


_STEPS: Final = (
    _Step(_find_mojibake, ascii_too=False),
    _Step(_find_invisible, ascii_too=True),
    _Step(_find_compatible, ascii_too=False),
    _Step(_find_look_alikes, ascii_too=False),
    _Step(_find_pictures, ascii_too=False),
    _Step(_find_spaced_words, ascii_too=True),
    _Step(_find_coded_letters, ascii_too=True),
    _Step(_find_censored, ascii_too=True),
    _Step(_find_repeated, ascii_too=True),
)
