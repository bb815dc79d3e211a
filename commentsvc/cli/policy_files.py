"""Policies as files, and single thresholds as words."""

import copy
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from commentsvc.cli.failures import Misuse
from commentsvc.domain.labels import Label
from commentsvc.domain.policy import parse_policy

_THRESHOLDS = ("review_at", "hold_at", "reject_at")


def read_policy_file(path: Path) -> dict[str, object]:
    """A policy's document from a JSON file, checked. Ends the command with words, or raises InvalidError with every problem."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise Misuse(f"{path} cannot be read as JSON: {error}") from error
    parse_policy(document)
    return dict(document)


def with_changes(document: dict[str, Any], changes: Iterable[str]) -> dict[str, Any]:
    """A document with thresholds changed as `toxicity.hold_at=0.7` says; `none` takes a threshold away. Raises InvalidError."""
    changed = copy.deepcopy(document)
    for change in changes:
        name, equals, value = change.partition("=")
        label, dot, threshold = name.strip().partition(".")
        if not (equals and dot) or label not in set(Label) or threshold not in _THRESHOLDS:
            raise Misuse(f"--set {change}: write it like toxicity.hold_at=0.7; thresholds are {', '.join(_THRESHOLDS)}")
        changed.setdefault("bands", {}).setdefault(label, {})[threshold] = _number(change, value.strip())
    parse_policy(changed)
    return changed


def _number(change: str, value: str) -> float | None:
    if value.lower() in {"none", "null", ""}:
        return None
    try:
        return float(value)
    except ValueError as error:
        raise Misuse(f"--set {change}: {value} is no number") from error
