"""Where a comment stands in its thread.

A path is one segment of five characters for each level: the comment's number among its siblings in base 32 with digits in
ASCII order, so that sorting paths as bytes gives the thread in reading order and a subtree is one range of paths.
"""

from math import sqrt
from typing import Final

_DIGITS: Final = "0123456789abcdefghijklmnopqrstuv"
SEGMENT: Final = 5
MAX_SIBLINGS: Final = 32**SEGMENT - 1


def segment(number: int) -> str:
    """The path segment of the `number`-th sibling, counted from 1 to 33,554,431."""
    if not 1 <= number <= MAX_SIBLINGS:
        msg = f"sibling number out of range: {number}"
        raise ValueError(msg)
    return "".join(_DIGITS[number >> shift & 31] for shift in range(5 * (SEGMENT - 1), -1, -5))


def child_path(parent: str, number: int) -> str:
    """The path of the `number`-th reply to the comment at `parent` ('' for a root comment)."""
    return parent + segment(number)


def depth_of(path: str) -> int:
    """0 for a root comment, 1 for a reply to it, and so on."""
    return len(path) // SEGMENT - 1


def ancestors(path: str) -> list[str]:
    """The paths above `path`, from the root comment down, without itself."""
    return [path[:end] for end in range(SEGMENT, len(path), SEGMENT)]


def subtree_range(path: str) -> tuple[str, str]:
    """Half-open range of paths that holds the comment at `path` and everything below it."""
    return path, path + "~"


def best_score(up: int, down: int) -> float:
    """Lower end of the 95 % Wilson score interval for the share of up-votes, in [0, 1]; 0 without votes.

    Wilson (1927), as used for ranking by Miller, "How Not To Sort By Average Rating" (2009).
    """
    count = up + down
    if count == 0:
        return 0.0
    z = 1.959963984540054
    share = up / count
    centre = share + z * z / (2 * count)
    spread = z * sqrt((share * (1 - share) + z * z / (4 * count)) / count)
    # Rounding must not lift the end above the share itself.
    return max(0.0, min(share, (centre - spread) / (1 + z * z / count)))
