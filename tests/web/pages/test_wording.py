"""How figures read on pages."""

import pytest

from commentsvc.web.pages.wording import short_span


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "under 1 s"), (0.99, "under 1 s"), (1, "1 s"), (59.9, "59 s"), (60, "1 min"), (3600, "1 h"), (86_400, "1 d"), (2e8, "2,314 d")],
)
def test_a_length_of_time_is_told_in_its_largest_unit(seconds, words):
    assert short_span(seconds) == words
