"""What simulations read of a routing, in one value: they read a million of them, and each value more is a second more."""

import struct
from collections.abc import Mapping
from math import nan
from typing import Final

from commentsvc.domain.labels import ALL_LABELS, Label
from commentsvc.domain.status import ROUTES, Route

NUMBER_BYTES: Final = 8
NUMBERS: Final = 1 + len(ALL_LABELS)
ROUTE_STEP: Final = len(ROUTES)
_CODE: Final = struct.Struct(f">{NUMBERS}d")


def pack_routing(route: Route, rule_route: Route, values: Mapping[Label, float]) -> bytes:
    """Big-endian doubles: four times the severity of the route plus that of its rules, then each label's score, NaN where not measured.

    So written, bytes of scores are in the order of the scores, and a database that knows nothing of doubles can compare them.
    """
    kind = ROUTE_STEP * route.severity + rule_route.severity
    # A negative zero would be above everything.
    return _CODE.pack(kind, *[values.get(label, nan) + 0.0 for label in ALL_LABELS])


def pack_score(score: float) -> bytes:
    """A score, or a threshold of at least 0, as it stands in a packed routing."""
    return struct.pack(">d", score + 0.0)


def first_byte_of(label: Label) -> int:
    """Where a label's score begins in a packed routing, counted from 1 as SQL does."""
    return 1 + NUMBER_BYTES * (1 + ALL_LABELS.index(label))


def unpack_scores(packed: bytes) -> dict[Label, float]:
    """The scores of those labels that were measured."""
    _, *scores = _CODE.unpack(packed)
    # NaN is what differs from itself.
    return {label: score for label, score in zip(ALL_LABELS, scores, strict=True) if score == score}  # noqa: PLR0124 - see above
