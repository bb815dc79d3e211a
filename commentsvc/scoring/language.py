"""Which language a text is in, or that it cannot be told. Short texts get no guess: a wrong one would hold up a civil comment."""

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

_NOISE: Final = re.compile(r"https?://\S+|www\.\S+|[@#]\w+|[^\W\d_]*\d\w*")
_WORD: Final = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)*")
_READ_CHARACTERS: Final = 1000
_MIN_WORDS: Final = 4
_MIN_SCRIPT_LETTERS: Final = 4
# Letters beyond a to z are a sign in themselves, so such texts need less of the others.
_MIN_LETTERS: Final = {True: 24, False: 18}
_MIN_CONFIDENCE: Final = {True: 0.95, False: 0.8}
_ENGLISH_SHARE: Final = 0.25
_COMMON_ENGLISH: Final = (
    "the be to of and a in that have i it for not on with he as you do at this but his by from they we say her she or an will my "
    "one all would there their what so up out if about who get which go me when make can like time no just him know take people "
    "into year your good some could them see other than then now look only come its over think also back after use two how our work "
    "first well way even new want because any these give day most us is are was were been has had did does am being should must may "
    "might don't doesn't didn't isn't aren't wasn't won't can't i'm you're it's that's he's she's they're we're i've you've im "
    "youre dont cant thats where why here very much more many every never always too off"
)
COMMON_WORDS: Final = frozenset(_COMMON_ENGLISH.split())
"""English words so common that they tell the language, and nothing else."""
_SCRIPTS: Final = (
    (re.compile(r"[\u3040-\u30ff]"), "ja"),
    (re.compile(r"[\uac00-\ud7af\u1100-\u11ff]"), "ko"),
    (re.compile(r"[\u4e00-\u9fff\u3400-\u4dbf]"), "zh"),
    (re.compile(r"[\u0370-\u03ff\u1f00-\u1fff]"), "el"),
    (re.compile(r"[\u0590-\u05ff]"), "he"),
    (re.compile(r"[\u0e00-\u0e7f]"), "th"),
    (re.compile(r"[\u10a0-\u10ff]"), "ka"),
    (re.compile(r"[\u0530-\u058f]"), "hy"),
    (re.compile(r"[\u0b80-\u0bff]"), "ta"),
    (re.compile(r"[\u0c00-\u0c7f]"), "te"),
    (re.compile(r"[\u0980-\u09ff]"), "bn"),
    # Scripts of several languages: which one is left to the model, and this is its answer when it is unsure.
    (re.compile(r"[\u0400-\u04ff]"), "ru"),
    (re.compile(r"[\u0600-\u06ff]"), "ar"),
    (re.compile(r"[\u0900-\u097f]"), "hi"),
)
_SHARED_SCRIPTS: Final = frozenset({"ru", "ar", "hi", "zh"})


def detect_language(text: str) -> str | None:
    """The ISO 639-1 code of the language of `text`, or None when it is too short or too mixed to tell."""
    words = _WORD.findall(_NOISE.sub(" ", text[:_READ_CHARACTERS]))
    letters = sum(map(len, words))
    if not letters:
        return None
    joined = " ".join(words)
    is_ascii = joined.isascii()
    for script, code in () if is_ascii else _SCRIPTS:
        if 2 * len(script.findall(joined)) > letters:
            return _within_script(joined, letters, code)
    lowered = joined.lower().split(" ") if is_ascii else [word.lower().replace("\u2019", "'") for word in words]
    if sum(map(COMMON_WORDS.__contains__, lowered)) >= max(2, _ENGLISH_SHARE * len(lowered)):
        return "en"
    if letters < _MIN_LETTERS[is_ascii] or len(words) < _MIN_WORDS:
        return None
    code, confidence = _classify(" ".join(lowered))
    return code if confidence >= _MIN_CONFIDENCE[is_ascii] else None


def _within_script(joined: str, letters: int, code: str) -> str | None:
    if letters < _MIN_SCRIPT_LETTERS and code not in {"ja", "ko", "zh"}:
        return None
    if code in _SHARED_SCRIPTS:
        guess, confidence = _classify(joined.lower())
        return guess if confidence >= _MIN_CONFIDENCE[True] else code
    return code


def _classify(text: str) -> tuple[str, float]:
    code, confidence = _identifier().classify(text)
    return str(code), float(confidence)


@lru_cache(maxsize=1)
def _identifier() -> "LanguageIdentifier":
    # The model takes tens of megabytes and a moment to load: only once somebody asks.
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
