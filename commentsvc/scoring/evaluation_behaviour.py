"""How a scorer and a policy together treat sentences whose fate is known beforehand, group by group."""

import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from commentsvc.domain.policy import Policy
from commentsvc.domain.ports import Scorer
from commentsvc.domain.routing import Routing, RoutingFacts, route
from commentsvc.domain.status import Route
from commentsvc.scoring.language import detect_language
from commentsvc.scoring.preparation import prepare

_NEVER_SAMPLED: Final = 1.0
_SCORED_AT_ONCE: Final = 16


class BehaviourFileError(Exception):
    """The file is no list of groups; the message says where and why."""


class Fate(StrEnum):
    """What should become of a sentence."""

    PUBLISHED = "published"
    FLAGGED = "flagged"

    @classmethod
    def of(cls, routing: Routing) -> "Fate":
        """What does become of it: flagged is whatever a human looks at before or after readers do."""
        return cls.PUBLISHED if routing.route is Route.PUBLISH else cls.FLAGGED


@dataclass(frozen=True, slots=True)
class Sentence:
    """A text, its `kind` within the group, and what it says without its disguise."""

    text: str
    kind: str
    plain: str | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Sentences that should meet the same fate.

    `bar` is the share wanted, `at_least` the share asserted, `why_below` the reason why that is less. `most_lost` is the share by
    which the sentences may fall behind their plain twins.
    """

    name: str
    expected: Fate
    bar: float
    at_least: float
    sentences: tuple[Sentence, ...]
    why_below: str = ""
    most_lost: float | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a group; `routings` are in the order of its sentences, `plain_passed` counts twins and is None without any."""

    group: Group
    routings: tuple[Routing, ...]
    plain_passed: int | None

    @property
    def failed(self) -> list[tuple[Sentence, Routing]]:
        """The sentences that met another fate."""
        pairs = zip(self.group.sentences, self.routings, strict=True)
        return [(sentence, routing) for sentence, routing in pairs if Fate.of(routing) is not self.group.expected]

    @property
    def rate(self) -> float:
        """The share that passed."""
        return 1 - len(self.failed) / len(self.routings)

    @property
    def lost(self) -> float | None:
        """The share by which the disguised fall behind their plain twins."""
        return None if self.plain_passed is None else self.plain_passed / len(self.routings) - self.rate

    @property
    def is_enough(self) -> bool:
        """Whether what the group asserts holds."""
        within = self.lost is None or self.group.most_lost is None or self.lost <= self.group.most_lost + 1e-9
        return self.rate >= self.group.at_least and within


def read_groups(path: Path) -> list[Group]:
    """The groups of a TOML file; BehaviourFileError names what is wrong with it."""
    try:
        document = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise BehaviourFileError(f"{path} cannot be read") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BehaviourFileError(f"{path} is not TOML: {error}") from error
    entries = document.get("group")
    if not isinstance(entries, list) or not entries:
        raise BehaviourFileError(f"{path} has no [[group]]; docs/scorers/README.md shows what one looks like")
    return [_group(entry, f"{path}, group {number}") for number, entry in enumerate(entries, start=1)]


def judge(scorer: Scorer, policy: Policy, groups: Sequence[Group], report: Callable[[int], None]) -> list[Outcome]:
    """What becomes of each group as the first comment of an unknown author; `report(count)` after each part of the sentences."""
    outcomes = []
    for group in groups:
        routings = _route_all(scorer, policy, [one.text for one in group.sentences], report)
        twins = [one.plain for one in group.sentences if one.plain is not None]
        passed = [Fate.of(routing) is group.expected for routing in _route_all(scorer, policy, twins, report)]
        outcomes.append(Outcome(group, routings, sum(passed) if len(twins) == len(group.sentences) else None))
    return outcomes


def count_texts(groups: Sequence[Group]) -> int:
    """How many texts `judge` scores."""
    return sum(1 + (one.plain is not None) for group in groups for one in group.sentences)


def _route_all(scorer: Scorer, policy: Policy, texts: Sequence[str], report: Callable[[int], None]) -> tuple[Routing, ...]:
    routings: list[Routing] = []
    for start in range(0, len(texts), _SCORED_AT_ONCE):
        part = texts[start : start + _SCORED_AT_ONCE]
        for text, found in zip(part, scorer.score(part), strict=True):
            facts = RoutingFacts(
                text=text,
                scores=found.values,
                language=detect_language(text),
                scorer_languages=scorer.version.languages,
                prepared_text=prepare(text).text,
            )
            routings.append(route(policy, facts, chance=_NEVER_SAMPLED))
        report(len(part))
    return tuple(routings)


def _group(entry: object, where: str) -> Group:
    if not isinstance(entry, dict):
        raise BehaviourFileError(f"{where} is no table")
    unknown = set(entry) - {"name", "expected", "bar", "at_least", "why_below", "most_lost", "sentences"}
    if unknown:
        raise BehaviourFileError(f"{where}: {', '.join(sorted(unknown))} means nothing here")
    try:
        expected = Fate(entry["expected"])
    except (KeyError, ValueError) as error:
        raise BehaviourFileError(f"{where}: expected must be one of {', '.join(Fate)}") from error
    sentences = _sentences(entry.get("sentences"), where)
    name = entry.get("name")
    if not isinstance(name, str) or not name:
        raise BehaviourFileError(f"{where}: it needs a name")
    bar = _share(entry, "bar", 1.0, where)
    lost = _share(entry, "most_lost", 0.0, where) if "most_lost" in entry else None
    return Group(name, expected, bar, _share(entry, "at_least", bar, where), sentences, str(entry.get("why_below", "")), lost)


def _sentences(entry: object, where: str) -> tuple[Sentence, ...]:
    kinds: Mapping[str, object] = entry if isinstance(entry, dict) else {"all": entry}
    found: list[Sentence] = []
    for kind, texts in kinds.items():
        if not isinstance(texts, list):
            raise BehaviourFileError(f"{where}: sentences must be a list, or a table of lists")
        for item in texts:
            pair = item if isinstance(item, list) else [item, None]
            match pair:
                case [str(text), str() | None as plain] if text:
                    found.append(Sentence(text, kind, plain))
                case _:
                    raise BehaviourFileError(f"{where}: {item!r} is neither a sentence nor a pair of a disguised and a plain one")
    if not found:
        raise BehaviourFileError(f"{where}: it has no sentences")
    return tuple(found)


def _share(entry: Mapping[str, object], key: str, default: float, where: str) -> float:
    value = entry.get(key, default)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise BehaviourFileError(f"{where}: {key} must be a number from 0 to 1")
    return float(value)
