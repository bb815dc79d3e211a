"""Paths: sorting them is reading the thread, and a subtree is one range of them."""

import random
from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commentsvc.domain.threads import MAX_SIBLINGS, SEGMENT, ancestors, best_score, child_path, depth_of, segment, subtree_range

numbers = st.integers(1, MAX_SIBLINGS)


@given(numbers, numbers)
def test_segments_sort_as_their_numbers(one, other):
    assert (segment(one) < segment(other)) == (one < other)
    assert len(segment(one)) == SEGMENT


@pytest.mark.parametrize(
    ("number", "expected"),
    [(1, "00001"), (31, "0000v"), (32, "00010"), (32**4, "10000"), (MAX_SIBLINGS, "vvvvv")],
)
def test_segment(number, expected):
    assert segment(number) == expected


@pytest.mark.parametrize("number", [0, -1, MAX_SIBLINGS + 1])
def test_a_number_without_a_segment_is_refused(number):
    with pytest.raises(ValueError, match="out of range"):
        segment(number)


def tree(seed: int, size: int) -> tuple[list[str], dict[str, list[str]]]:
    """A random thread: all paths in order of arrival, and each one's children in order of theirs."""
    chance, paths = random.Random(seed), [""]
    children: dict[str, list[str]] = {"": []}
    for _ in range(size):
        parent = chance.choice(paths)
        path = child_path(parent, len(children[parent]) + 1)
        children[parent].append(path)
        children[path] = []
        paths.append(path)
    return paths[1:], children


def preorder(children: dict[str, list[str]], path: str = "") -> list[str]:
    return [*([path] if path else []), *(below for child in children[path] for below in preorder(children, child))]


@given(st.integers(0, 10**6), st.integers(1, 60))
def test_sorting_paths_is_reading_in_order(seed, size):
    paths, children = tree(seed, size)
    assert sorted(paths) == sorted(paths, key=str.encode) == preorder(children)


@given(st.integers(0, 10**6), st.integers(1, 40))
def test_a_subtree_is_one_range(seed, size):
    paths, children = tree(seed, size)
    for path in paths:
        low, high = subtree_range(path)
        assert [other for other in sorted(paths) if low <= other < high] == preorder(children, path)
        assert depth_of(path) == len(ancestors(path))
        assert ancestors(path) == [other for other in sorted(paths) if path.startswith(other) and other != path]


def test_the_deepest_path_fits_its_column():
    path = ""
    for _ in range(51):
        path = child_path(path, MAX_SIBLINGS)
    assert (len(path), depth_of(path)) == (255, 50)


votes = st.integers(0, 10_000)


@given(votes, votes)
def test_best_score_is_the_lower_end_of_the_interval_within_which_the_share_lies(up, down):
    low = best_score(up, down)
    assert 0 <= low <= 1
    if up + down:
        count, share, z = up + down, up / (up + down), 1.959963984540054
        assert low <= share
        # The bound is where the observed share lies z standard errors above it (Wilson's definition).
        if low > 0:
            assert share - low == pytest.approx(z * sqrt(low * (1 - low) / count), abs=1e-9)


@given(votes, votes)
def test_a_vote_up_never_lowers_the_score_and_one_down_never_raises_it(up, down):
    assert best_score(up + 1, down) >= best_score(up, down)
    assert best_score(up, down + 1) <= best_score(up, down)


@pytest.mark.parametrize(("up", "down", "expected"), [(0, 0, 0.0), (0, 5, 0.0), (1, 0, 0.206549), (10, 0, 0.722467), (100, 1, 0.946033)])
def test_best_score(up, down, expected):
    assert best_score(up, down) == pytest.approx(expected, abs=1e-6)
