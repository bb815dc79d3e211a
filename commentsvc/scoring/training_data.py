"""Reads labelled CSV files and splits them so that no held-out text, and no near copy of one, is ever trained on."""

import csv
import gzip
import hashlib
import io
import math
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from commentsvc.domain.labels import Label

TRAINED_LABELS: Final = (Label.TOXICITY, Label.SEVERE_TOXICITY, Label.OBSCENE, Label.THREAT, Label.INSULT, Label.IDENTITY_ATTACK)
"""The heads of the shipped model, in order."""

_KEY_LETTERS: Final = 80
_PARTS: Final = 1000
_TEST_PARTS: Final = 60
_CALIBRATION_PARTS: Final = 50


class LabelledDataError(Exception):
    """The file is not a labelled CSV; the message says where and why."""


class Part(StrEnum):
    """What a row is for."""

    TRAIN = "train"
    CALIBRATION = "calibration"
    TEST = "test"


@dataclass(frozen=True, slots=True)
class LabelledText:
    """A text with a share in [0, 1] for each trained label, or None where nobody was asked."""

    source: str
    text: str
    targets: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class DataFile:
    """A file that was read, so that a record can name it."""

    name: str
    sha256: str
    row_count: int


def find_data_files(path: Path) -> list[Path]:
    """`path` itself, or the labelled CSV files (`text` and `toxicity` columns) of that directory, by name."""
    if path.is_file():
        return [path]
    files = find_files(path, {"text", "toxicity"})
    if not files:
        message = f"{path} holds no CSV file with the columns text and toxicity"
        raise LabelledDataError(message)
    return files


def find_files(directory: Path, columns: set[str]) -> list[Path]:
    """The CSV files (`.gz` or not) of `directory` whose first line names all `columns`, by name; none if it is no directory."""
    return sorted(one for one in directory.glob("*.csv*") if one.name.endswith((".csv", ".csv.gz")) and columns <= _header(one))


def read_labelled(path: Path) -> Iterator[LabelledText]:
    """Rows of a CSV, gzipped or not. Columns: `text`, any of the labels (blank = not labelled), `source` if there is one."""
    csv.field_size_limit(sys.maxsize)
    with open_table(path) as file:
        reader = csv.DictReader(file)
        columns = set(reader.fieldnames or ())
        if "text" not in columns or not columns & set(TRAINED_LABELS):
            message = f"{path}: the first line must name the columns text and at least one of {', '.join(TRAINED_LABELS)}"
            raise LabelledDataError(message)
        for row in reader:
            targets = tuple(_share(row.get(label), f"{path}, line {reader.line_num}, {label}") for label in TRAINED_LABELS)
            yield LabelledText(row.get("source") or path.name.split(".")[0], row["text"] or "", targets)


def read_all(path: Path) -> tuple[list[LabelledText], list[DataFile]]:
    """All rows under `path` without exact copies (letters compared), and the files that they came from."""
    seen: set[str] = set()
    rows: list[LabelledText] = []
    files: list[DataFile] = []
    for one in find_data_files(path):
        count = 0
        for row in read_labelled(one):
            count += 1
            letters = _letters(row.text)
            if letters and letters not in seen:
                seen.add(letters)
                rows.append(row)
        files.append(DataFile(one.name, sha256_of(one), count))
    return rows, files


def part_of(text: str) -> Part:
    """Decided by the first letters alone, so that a text and its variants fall on the same side, in every run."""
    digest = hashlib.sha256(_letters(text)[:_KEY_LETTERS].encode("utf-8", "surrogatepass")).digest()
    place = int.from_bytes(digest[:8], "big") % _PARTS
    if place < _TEST_PARTS:
        return Part.TEST
    return Part.CALIBRATION if place < _TEST_PARTS + _CALIBRATION_PARTS else Part.TRAIN


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.lower())) or text.strip()


def _share(value: str | None, where: str) -> float | None:
    if not value:
        return None
    try:
        share = float(value)
    except ValueError as error:
        message = f"{where}: {value!r} is not a number"
        raise LabelledDataError(message) from error
    if not (math.isfinite(share) and 0 <= share <= 1):
        message = f"{where}: {value} is not within 0 and 1"
        raise LabelledDataError(message)
    return share


def _header(path: Path) -> set[str]:
    with open_table(path) as file:
        return set(next(csv.reader(file), ()))


def sha256_of(path: Path) -> str:
    """The digest of a file, in hex."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def open_table(path: Path) -> io.TextIOWrapper:
    """A CSV file as text, unpacked if need be; what is no UTF-8 in it is replaced."""
    raw = gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb")  # noqa: SIM115 - the caller closes it
    return io.TextIOWrapper(raw, encoding="utf-8", errors="replace", newline="")
