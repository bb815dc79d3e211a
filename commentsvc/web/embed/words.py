"""The words of the page without scripts, from the widget's catalogues; numbers, times and lists as the language has them."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache
from importlib import resources
from typing import Any, Final

import orjson
from babel import Locale
from babel.dates import format_date, format_datetime, format_timedelta
from babel.lists import format_list
from babel.numbers import format_decimal
from markupsafe import Markup

from commentsvc.domain.errors import DomainError, InvalidError, ThrottledError, TooLongError
from commentsvc.domain.status import ReasonCode
from commentsvc.web.context import get_runtime

DEFAULT: Final = "en"
MORE: Final = "_more"
PLAIN: Final = "_plain"
_MINUTE_S: Final = 60
_MONTH_S: Final = 30 * 86_400


@cache
def all_words() -> dict[str, dict[str, Any]]:
    """Every catalogue by its language (ISO 639-1), from the package; below `MORE` and `PLAIN` the words that only those need."""
    folder = resources.files("commentsvc.web.embed").joinpath("words")
    return {file.name.removesuffix(".json"): orjson.loads(file.read_bytes()) for file in folder.iterdir() if file.name.endswith(".json")}


class Words:
    """One language. Made once for each by `words_of`."""

    def __init__(self, lang: str) -> None:
        """Take the words of `lang`, which must be one of those there are."""
        found = all_words()[lang]
        self._words: dict[str, Any] = {**found, **found[MORE], **found[PLAIN]}
        self._locale = Locale.parse(lang)
        self.lang = lang
        self.direction = "rtl" if self._locale.character_order == "right-to-left" else "ltr"

    def say(self, key: str, **values: str | int) -> str:
        """The words for `key`, with `{name}` replaced; `{n}` also chooses the plural form."""
        found = self._words[key]
        if isinstance(found, dict):
            found = found.get(self._locale.plural_form(int(values["n"])), found["other"])
        text = str(found)
        for name, value in values.items():
            text = text.replace(f"{{{name}}}", self.count(value) if isinstance(value, int) else value)
        return text

    def count(self, number: int) -> str:
        """A whole number."""
        return str(format_decimal(number, locale=self._locale))

    def ago(self, at: datetime) -> Markup:
        """How long ago, with the exact time on hover; the date after a month."""
        delta = at - get_runtime().clock.now()
        seconds = -delta.total_seconds()
        if seconds >= _MONTH_S:
            text = format_date(at, "medium", locale=self._locale)
        elif seconds < _MINUTE_S:
            text = self.say("now")
        else:
            text = format_timedelta(delta, granularity="minute", threshold=1, add_direction=True, format="short", locale=self._locale)
        exact = format_datetime(at, "long", locale=self._locale)
        return Markup('<time datetime="{}" title="{}">{}</time>').format(at.isoformat(timespec="seconds"), exact, text)

    def why(self, reasons: Iterable[Mapping[str, Any]]) -> str:
        """Why a comment is where it is, as one clause, of labels the strictest one; empty where there is nothing to say."""
        parts: list[str] = []
        has_label = False
        for reason in reasons:
            label = reason.get("label")
            if label and has_label:
                continue
            has_label = has_label or bool(label)
            part = self._words.get(f"why_{label or reason['kind']}", "")
            if part and part not in parts:
                parts.append(part)
        return format_list(parts, locale=self._locale) if parts else ""

    def standing(self, status: str, reasons: Iterable[Mapping[str, Any]], ground: ReasonCode | None) -> str:
        """What an author is told of their comment that waits or was rejected (on a moderator's `ground`, where there is one)."""
        if ground is not None:
            return self.say("rejected_by", ground=self.say(f"r_{ground.value}"))
        if status == "pending":
            return self.say("pending")
        why = self.why(reasons)
        return self.say(status, why=why) if why else self.say(f"{status}_plain")

    def explain(self, error: DomainError, max_chars: int) -> str:
        """Why something was not taken. What only programs can bring about is told in English."""
        if isinstance(error, UntimelyError):
            return self.say(error.word, n=error.wait_s)
        if isinstance(error, TooLongError):
            return self.say("limits", n=max_chars)
        if isinstance(error, InvalidError) and any(field.pointer == "/body" for field in error.fields):
            return self.say("e_empty")
        key = f"e_{error.code}"
        wait_s = error.retry_after_s if isinstance(error, ThrottledError) else 0
        return self.say(key, n=wait_s) if key in self._words else error.detail


class UntimelyError(InvalidError):
    """A form came too soon or too late; `word` names what to tell, `wait_s` in how many seconds to try again."""

    def __init__(self, word: str, wait_s: int = 0) -> None:
        """Keep them; the detail is for the log alone."""
        super().__init__(f"The form came at the wrong time: {word}.")
        self.word = word
        self.wait_s = wait_s


@cache
def _words_in(lang: str) -> Words:
    return Words(lang)


def words_of(language: str) -> Words:
    """The words of a language (BCP 47), or English where we do not speak it."""
    lang = language.lower().partition("-")[0]
    return _words_in(lang if lang in all_words() else DEFAULT)
