"""Lists of few lengths that say what they said."""

import pytest

from commentsvc.store.padding import padded


@pytest.mark.parametrize(("count", "length"), [(0, 0), (1, 1), (2, 2), (3, 4), (5, 8), (1000, 1024), (1024, 1024)])
def test_a_list_is_as_long_as_the_next_power_of_two(count, length):
    values = [f"v{number}" for number in range(count)]
    found = padded(values)
    assert (len(found), set(found), found[:count]) == (length, set(values), values)
