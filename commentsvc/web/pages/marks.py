"""Which words of a text stand out: asked of the scorer outside every transaction, and kept, because it costs as much as scoring."""

import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from typing import Final

import structlog
from flask import Flask, current_app

from commentsvc.domain.labels import Label
from commentsvc.web.context import get_runtime
from commentsvc.web.pages.wording import Mark

log = structlog.get_logger(__name__)

_EXTENSION = "commentsvc.marks"
_KEPT: Final = 512
_LONGEST: Final = 4000


class _Kept:
    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.marks: OrderedDict[tuple[str, str], tuple[Mark, ...]] = OrderedDict()


def install_marks(app: Flask) -> None:
    """Give `app` a place to keep the marks of texts seen last."""
    app.extensions[_EXTENSION] = _Kept()


def find_marks(revision_id: str, body: str, reasons: Iterable[Mapping[str, object]]) -> list[Mark]:
    """The words of a revision's text that made its scores, and those that a word list found. Call it with no transaction open.

    Empty where the scorer cannot tell: marks help, and nothing waits for them.
    """
    reasons = list(reasons)
    labels = {str(reason["label"]) for reason in reasons if reason.get("label")}
    found = [mark for mark in _spans(revision_id, body) if mark.label in labels] if labels else []
    for reason in reasons:
        begin, end = reason.get("begin"), reason.get("end")
        if isinstance(begin, int) and isinstance(end, int):
            found.append(Mark(begin, end, None))
    return found


def _spans(revision_id: str, body: str) -> tuple[Mark, ...]:
    kept: _Kept = current_app.extensions[_EXTENSION]
    runtime = get_runtime()
    scorer = runtime.scorer
    key = (revision_id, scorer.version.id)
    with kept.lock:
        known = kept.marks.get(key)
    if known is None:
        try:
            with runtime.turnstile.aside():
                spans = scorer.spans(body) if len(body) <= _LONGEST else []
        except Exception as error:  # noqa: BLE001 - whatever a model may raise, the page goes without marks
            log.warning("spans_failed", exc_type=type(error).__name__)
            return ()
        known = tuple(Mark(span.begin, span.end, Label(span.label), span.score) for span in spans)
        with kept.lock:
            kept.marks[key] = known
            if len(kept.marks) > _KEPT:
                kept.marks.popitem(last=False)
    return known
