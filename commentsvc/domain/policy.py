"""A site's policy: bands for each label, and the other rules that may speak about a comment.

A policy is kept as a document (a JSON object) in an immutable version. Parsing is strict: an unknown key or a threshold
out of order is refused with a pointer to it, so that a typing error never turns into a rule that silently does nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from commentsvc.domain.errors import FieldProblem, InvalidError
from commentsvc.domain.labels import Label
from commentsvc.domain.status import ROUTES, Route
from commentsvc.domain.wordlist import WordList

MAX_WORDS: Final = 10_000
MAX_WORD_LENGTH: Final = 100
_ROUTE_NAMES: Final = frozenset(route.value for route in ROUTES)
_LABEL_NAMES: Final = frozenset(label.value for label in Label)


@dataclass(frozen=True, slots=True)
class Band:
    """Thresholds of one label, each reached at `score >= threshold`; `None` means that the route is never taken."""

    review_at: float | None = None
    hold_at: float | None = None
    reject_at: float | None = None

    def route(self, score: float) -> tuple[Route, float] | None:
        """The strictest route that `score` reaches and the threshold it reached, or None below all of them."""
        for route, threshold in ((Route.REJECT, self.reject_at), (Route.HOLD, self.hold_at), (Route.REVIEW, self.review_at)):
            if threshold is not None and score >= threshold:
                return route, threshold
        return None


@dataclass(frozen=True, slots=True)
class Policy:
    """One version's rules. Bands of a section replace the site's bands label by label; everything else is inherited."""

    bands: Mapping[Label, Band]
    section_bands: Mapping[str, Mapping[Label, Band]] = field(default_factory=dict)
    suspect_words: WordList = field(default_factory=WordList)
    suspect_route: Route = Route.REVIEW
    banned_words: WordList = field(default_factory=WordList)
    banned_route: Route = Route.HOLD
    first_comments: int = 0
    first_comments_route: Route = Route.REVIEW
    max_links: int = 3
    links_route: Route = Route.HOLD
    repeats: int = 3
    repeats_route: Route = Route.HOLD
    unknown_language_route: Route = Route.REVIEW
    premoderation: bool = False
    publish_unscored: bool = False
    sample_rate: float = 0.02

    def bands_for(self, section: str | None) -> Mapping[Label, Band]:
        """The bands in force in a section, by its key."""
        own = self.section_bands.get(section, {}) if section else {}
        return {**self.bands, **own} if own else self.bands


_TOP_KEYS = frozenset(
    {"bands", "sections", "words", "first_comments", "links", "repeats", "language", "premoderation", "publish_unscored", "sample_rate"}
)


class _Reader:
    """Collects every problem of a document, so that an admin sees all of them at once."""

    def __init__(self) -> None:
        self.problems: list[FieldProblem] = []

    def problem(self, pointer: str, detail: str) -> None:
        self.problems.append(FieldProblem(pointer, detail))

    def mapping(self, value: object, pointer: str, keys: frozenset[str] | None = None) -> dict[str, object]:
        if not isinstance(value, dict):
            self.problem(pointer, "Must be an object.")
            return {}
        for key in value:
            if keys is not None and key not in keys:
                self.problem(f"{pointer}/{escape_pointer(str(key))}", "Unknown key.")
        return {str(key): item for key, item in value.items()}

    def number(self, value: object, pointer: str, *, default: float, low: float, high: float) -> float:
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            self.problem(pointer, f"Must be a number from {low:g} to {high:g}.")
            return default
        return float(value)

    def whole(self, value: object, pointer: str, *, default: int, high: int) -> int:
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= high:
            self.problem(pointer, f"Must be a whole number from 0 to {high}.")
            return default
        return value

    def flag(self, value: object, pointer: str, *, default: bool) -> bool:
        if value is None:
            return default
        if not isinstance(value, bool):
            self.problem(pointer, "Must be true or false.")
            return default
        return value

    def route(self, value: object, pointer: str, *, default: Route) -> Route:
        if value is None:
            return default
        if isinstance(value, str) and value in _ROUTE_NAMES:
            return Route(value)
        self.problem(pointer, "Must be one of publish, review, hold, reject.")
        return default

    def words(self, value: object, pointer: str) -> WordList:
        if value is None:
            return WordList()
        if not isinstance(value, list) or len(value) > MAX_WORDS:
            self.problem(pointer, f"Must be a list of at most {MAX_WORDS} words or phrases.")
            return WordList()
        good: list[str] = []
        for place, word in enumerate(value):
            if not isinstance(word, str) or not 0 < len(word.strip()) <= MAX_WORD_LENGTH:
                self.problem(f"{pointer}/{place}", f"Must be a word or phrase of 1 to {MAX_WORD_LENGTH} characters.")
            elif not WordList((word,)).phrases:
                self.problem(f"{pointer}/{place}", "Has no letter or digit, or more than 8 words.")
            else:
                good.append(word)
        return WordList(good)

    def bands(self, value: object, pointer: str) -> dict[Label, Band]:
        bands: dict[Label, Band] = {}
        for name, item in self.mapping(value, pointer, frozenset(Label)).items():
            if name in _LABEL_NAMES:
                bands[Label(name)] = self.band(item, f"{pointer}/{name}")
        return bands

    def band(self, value: object, pointer: str) -> Band:
        item = self.mapping(value, pointer, frozenset({"review_at", "hold_at", "reject_at"}))
        found: dict[str, float | None] = {}
        least = 0.0
        for name in ("review_at", "hold_at", "reject_at"):
            threshold = item.get(name)
            if threshold is None:
                found[name] = None
                continue
            if isinstance(threshold, bool) or not isinstance(threshold, int | float) or not 0 < threshold <= 1:
                self.problem(f"{pointer}/{name}", "Must be a number above 0 and at most 1, or null.")
                continue
            if threshold < least:
                self.problem(f"{pointer}/{name}", "Must not lie below the milder threshold before it.")
            least = max(least, float(threshold))
            found[name] = float(threshold)
        return Band(**found)


def escape_pointer(key: str) -> str:
    """A key as one step of an RFC 6901 pointer."""
    return key.replace("~", "~0").replace("/", "~1")


def parse_policy(document: object) -> Policy:
    """Turn a stored or submitted document into a Policy. Raises InvalidError that names every problem."""
    reader = _Reader()
    top = reader.mapping(document, "", _TOP_KEYS)
    words = reader.mapping(top.get("words", {}), "/words", frozenset({"suspect", "banned", "suspect_route", "banned_route"}))
    first = reader.mapping(top.get("first_comments", {}), "/first_comments", frozenset({"count", "route"}))
    links = reader.mapping(top.get("links", {}), "/links", frozenset({"max", "route"}))
    repeats = reader.mapping(top.get("repeats", {}), "/repeats", frozenset({"count", "route"}))
    language = reader.mapping(top.get("language", {}), "/language", frozenset({"unknown_route"}))
    sections: dict[str, dict[Label, Band]] = {}
    for key, item in reader.mapping(top.get("sections", {}), "/sections").items():
        pointer = f"/sections/{escape_pointer(key)}"
        sections[key] = reader.bands(reader.mapping(item, pointer, frozenset({"bands"})).get("bands", {}), f"{pointer}/bands")
    policy = Policy(
        bands=reader.bands(top.get("bands", {}), "/bands"),
        section_bands=sections,
        suspect_words=reader.words(words.get("suspect"), "/words/suspect"),
        suspect_route=reader.route(words.get("suspect_route"), "/words/suspect_route", default=Route.REVIEW),
        banned_words=reader.words(words.get("banned"), "/words/banned"),
        banned_route=reader.route(words.get("banned_route"), "/words/banned_route", default=Route.HOLD),
        first_comments=reader.whole(first.get("count"), "/first_comments/count", default=0, high=100),
        first_comments_route=reader.route(first.get("route"), "/first_comments/route", default=Route.REVIEW),
        max_links=reader.whole(links.get("max"), "/links/max", default=3, high=100),
        links_route=reader.route(links.get("route"), "/links/route", default=Route.HOLD),
        repeats=reader.whole(repeats.get("count"), "/repeats/count", default=3, high=1000),
        repeats_route=reader.route(repeats.get("route"), "/repeats/route", default=Route.HOLD),
        unknown_language_route=reader.route(language.get("unknown_route"), "/language/unknown_route", default=Route.REVIEW),
        premoderation=reader.flag(top.get("premoderation"), "/premoderation", default=False),
        publish_unscored=reader.flag(top.get("publish_unscored"), "/publish_unscored", default=False),
        sample_rate=reader.number(top.get("sample_rate"), "/sample_rate", default=0.02, low=0.0, high=1.0),
    )
    if reader.problems:
        raise InvalidError("The policy does not fit.", fields=tuple(reader.problems))
    return policy


def thresholds_into(document: Mapping[str, object], policy: Policy) -> dict[str, object]:
    """A document whose bands are those of `policy`, for the site and for sections; everything else of it stays as it was."""

    def told(bands: Mapping[Label, Band]) -> dict[str, object]:
        return {
            label.value: {step: value for step in ("review_at", "hold_at", "reject_at") if (value := getattr(band, step)) is not None}
            for label, band in bands.items()
        }

    changed = {**document, "bands": told(policy.bands)}
    if policy.section_bands:
        changed["sections"] = {key: {"bands": told(bands)} for key, bands in policy.section_bands.items()}
    return changed
