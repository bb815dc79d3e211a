"""Which characters of a text people marked as toxic, and what that makes of its tokens."""

import ast
import csv
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
from tokenizers import Encoding

from commentsvc.scoring.preparation import Prepared
from commentsvc.scoring.training_data import DataFile, LabelledDataError, find_files, open_table, sha256_of

Marks = Mapping[str, frozenset[int]]
"""Offsets of the marked characters by text; an empty set where people looked and marked nothing."""

_COLUMNS: Final = {"spans", "text"}


def read_marks(path: Path) -> tuple[Marks, list[DataFile]]:
    """All CSV files (`.gz` or not) under `path` with the columns `spans`, a list of offsets, and `text`; none is no error."""
    marks: dict[str, frozenset[int]] = {}
    files = []
    for one in find_files(path, _COLUMNS):
        count = 0
        with open_table(one) as file:
            for row in csv.DictReader(file):
                count += 1
                marks[row["text"]] = _offsets(row["spans"], f"{one}, row {count}")
        files.append(DataFile(one.name, sha256_of(one), count))
    return marks, files


def token_marks(encoding: Encoding, prepared: Prepared, marked: frozenset[int]) -> npt.NDArray[np.float32]:
    """1 for each token that came from a marked character, 0 for others, NaN for those that came from none."""
    found = np.full(len(encoding.ids), math.nan, dtype=np.float32)
    for at, (begin, end) in enumerate(encoding.offsets):
        if begin < end:
            first, last = prepared.original_range(begin, end)
            found[at] = any(place in marked for place in range(first, last))
    return found


def character_f1(predicted: frozenset[int] | set[int], marked: frozenset[int] | set[int]) -> float:
    """F1 of marked characters of one text, as SemEval-2021 task 5 defines it: both empty is 1, one of the two empty 0."""
    if not predicted or not marked:
        return float(not predicted and not marked)
    return 2 * len(predicted & marked) / (len(predicted) + len(marked))


def padded_marks(rows: Sequence[npt.NDArray[np.float32] | None], width: int) -> npt.NDArray[np.float32]:
    """One row for each text, NaN beyond its end and where nobody marked."""
    result = np.full((len(rows), width), math.nan, dtype=np.float32)
    for at, row in enumerate(rows):
        if row is not None:
            result[at, : min(width, len(row))] = row[:width]
    return result


def _offsets(value: str, where: str) -> frozenset[int]:
    try:
        found = ast.literal_eval(value)
        return frozenset(int(place) for place in found)
    except (ValueError, TypeError, SyntaxError, MemoryError) as error:
        message = f"{where}: {value[:40]!r} is no list of character offsets"
        raise LabelledDataError(message) from error
