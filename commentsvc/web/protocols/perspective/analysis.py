"""From a request for scores to its answer: languages, labels, one call of the model that others share, sentences."""

import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from commentsvc.domain.labels import Label
from commentsvc.domain.perspective import PLAIN_SCALE, Scale, find_label
from commentsvc.domain.ports import ScorerUnavailableError, ScoreSet
from commentsvc.domain.sentences import Range, find_sentences, to_utf16
from commentsvc.web.protocols.perspective.languages import Languages, settle_languages
from commentsvc.web.protocols.perspective.refusals import RefusedRequestError
from commentsvc.web.protocols.perspective.requests import MOST_NAME_CHARS, PROBABILITY, AnalyzeRequest, Comment

if TYPE_CHECKING:
    from commentsvc.runtime import Runtime

MOST_SPANS: Final = 100
SPANS_PATIENCE: Final = 10
"""Who asks for spans waits so many times as long: these are tools for moderators, and no reader waits for them."""
_DIGITS: Final = 8

Document = dict[str, object]


def analyze(request: AnalyzeRequest, runtime: "Runtime", scales: Mapping[Label, Scale]) -> Document:
    """The answer to a request. Opens no transaction.

    Raises RefusedRequestError, and ScorerUnavailableError where the scorer does not answer in its time.
    """
    settings, text = runtime.settings.perspective, request.comment.text
    languages = settle_languages(request.languages, text, runtime.scorer.version, trust=settings.trust_languages)
    drops = request.drops_unsupported or settings.drop_unsupported
    labels = _choose_labels(request, runtime.scorer.version.labels, languages, drops=drops)
    answer: Document = {"attributeScores": {}, "languages": languages.judged_in, "detectedLanguages": languages.detected}
    if labels:
        ranges = find_sentences(text, MOST_SPANS) if request.wants_spans else []
        budget_s = settings.budget_ms / 1000 * (SPANS_PATIENCE if request.wants_spans else 1)
        whole, *parts = _score(runtime, [text, *(text[begin:end] for begin, end in ranges)], budget_s)
        sentences = list(zip(_as_sent(request.comment, ranges), parts, strict=True))
        answer["attributeScores"] = {
            name: scores
            for name, label in labels.items()
            if (scores := _attribute(label, scales.get(label, PLAIN_SCALE), whole, sentences, request.thresholds[name]))
        }
    return answer | ({"clientToken": request.client_token} if request.client_token is not None else {})


def _choose_labels(request: AnalyzeRequest, scored: Sequence[Label], languages: Languages, *, drops: bool) -> dict[str, Label]:
    chosen: dict[str, Label] = {}
    for name in request.thresholds:
        label = find_label(name)
        if label is None or label not in scored:
            # An attribute without a label gets no score: a made-up 0 would be read as "all is well".
            if not drops:
                raise RefusedRequestError(f"Unknown requested attribute: {name[:MOST_NAME_CHARS]}")
        elif languages.unknown:
            # That the text cannot be judged is told even so, unless the client itself has asked for what there is.
            if not request.drops_unsupported:
                raise languages.refusal_of(name[:MOST_NAME_CHARS])
        else:
            chosen[name] = label
    return chosen


def _score(runtime: "Runtime", texts: Sequence[str], budget_s: float) -> list[ScoreSet]:
    """Scores of all texts within `budget_s`. A few at a time, so that a long text's sentences leave others their place in the queue."""
    ends_at = time.perf_counter() + budget_s
    distinct = list(dict.fromkeys(texts))
    at_once = max(1, min(runtime.settings.scorer.batch, runtime.settings.scorer.queue_limit // 4))
    found: dict[str, ScoreSet] = {}
    with runtime.turnstile.aside():
        for first in range(0, len(distinct), at_once):
            few = distinct[first : first + at_once]
            answers = runtime.scorer.score_each_within(few, ends_at - time.perf_counter())
            for text, scores in zip(few, answers, strict=True):
                if scores is None:
                    raise ScorerUnavailableError("no scores in time")
                found[text] = scores
    return [found[text] for text in texts]


def _as_sent(comment: Comment, ranges: Sequence[Range]) -> list[Range]:
    """The ranges in the text as the client sent it, counted as it counts."""
    if comment.seen is not None:
        ranges = [comment.seen.source_range(*one) for one in ranges]
    return to_utf16(comment.source, ranges)


def _attribute(
    label: Label, scale: Scale, whole: ScoreSet, sentences: Sequence[tuple[Range, ScoreSet]], threshold: float | None
) -> Document:
    """The scores of one attribute that reach the threshold; none where none does."""
    given: Document = {}
    summary = scale.apply(whole.values[label])
    if threshold is None or summary >= threshold:
        given["summaryScore"] = _as_score(summary)
    spans = [((begin, end), scale.apply(scores.values[label])) for (begin, end), scores in sentences]
    told = [
        {"begin": begin, "end": end, "score": _as_score(value)} for (begin, end), value in spans if threshold is None or value >= threshold
    ]
    return given | ({"spanScores": told} if told else {})


def _as_score(value: float) -> Document:
    return {"value": round(value, _DIGITS), "type": PROBABILITY}
