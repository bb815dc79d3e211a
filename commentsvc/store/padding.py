"""Lists of values for `IN`, of few lengths: a driver keeps each statement that it has prepared, and one for each length is many."""

from collections.abc import Collection


def padded(values: Collection[str]) -> list[str]:
    """The values, the last one repeated until their number is a power of two; an empty list stays empty."""
    found = list(values)
    if not found:
        return found
    return found + found[-1:] * ((1 << (len(found) - 1).bit_length()) - len(found))
