"""`commentsvc score`: texts in, scores out, as JSON lines."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TextIO

import click
import orjson

from commentsvc.domain.ports import Scorer, ScorerUnavailableError, ScoreSet
from commentsvc.scoring.registry import Engine, build_scorer

_SCORED_AT_ONCE = 64


def load_scorer(engine: str, path: Path | None, digest: str | None) -> Scorer:
    """The scorer that the options name; a click error that says why there is none."""
    try:
        return build_scorer(engine, path, digest)
    except ScorerUnavailableError as error:
        raise click.ClickException(str(error)) from error


engine_option = click.option(
    "--engine",
    type=click.Choice([one.value for one in Engine if one is not Engine.REMOTE]),
    default="shipped",
    show_default=True,
    help="What runs the scorer.",
)
path_option = click.option(
    "--path", type=click.Path(path_type=Path, exists=True, file_okay=False), help="The scorer's directory (onnx, torch)."
)
digest_option = click.option("--digest", help="SHA-256 of the weights; needed for torch, checked for all.")


@click.command()
@click.argument("source", metavar="FILE", type=click.File("r", encoding="utf-8"))
@click.option("--spans", "with_spans", is_flag=True, help="Add the parts of each text that made its scores.")
@engine_option
@path_option
@digest_option
def score(source: TextIO, engine: str, path: Path | None, digest: str | None, *, with_spans: bool) -> None:
    """Score texts.

    Reads JSON lines with a string `text` from FILE ("-" is standard input) and writes one line for each, in order, with
    `text`, `scores` and `scorer`. Ends with status 2 at the first line that is no such object; what came before it has been written.
    """
    scorer = load_scorer(engine, path, digest)
    try:
        for batch in _batches(_texts(source)):
            _write(scorer, batch, with_spans=with_spans)
    except ScorerUnavailableError as error:
        raise click.ClickException(str(error)) from error


def _write(scorer: Scorer, texts: Sequence[str], *, with_spans: bool) -> None:
    for text, score_set in zip(texts, scorer.score(texts), strict=True):
        click.echo(orjson.dumps(_line(scorer, text, score_set, with_spans=with_spans)))


def _line(scorer: Scorer, text: str, score_set: ScoreSet, *, with_spans: bool) -> dict[str, object]:
    line: dict[str, object] = {
        "text": text,
        "scores": {str(label): round(value, 6) for label, value in score_set.values.items()},
        "scorer": score_set.scorer,
    }
    if with_spans:
        line["spans"] = [
            {"begin": span.begin, "end": span.end, "label": str(span.label), "score": round(span.score, 6)} for span in scorer.spans(text)
        ]
    return line


class _BadLineError(Exception):
    """A line that holds no text; the texts before it are to be scored first."""


def _texts(source: Iterable[str]) -> Iterator[str]:
    number = 0
    try:
        for number, line in enumerate(source, start=1):
            if line.strip():
                yield _text(line, number)
    except UnicodeDecodeError as error:
        raise _BadLineError(f"line {number + 1} or one soon after: not UTF-8") from error


def _text(line: str, number: int) -> str:
    try:
        value = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise _BadLineError(f"line {number}: not JSON: {error}") from error
    text = value.get("text") if isinstance(value, dict) else None
    if not isinstance(text, str):
        raise _BadLineError(f'line {number}: expected an object with a string "text"')
    return text


def _batches(texts: Iterator[str]) -> Iterator[list[str]]:
    """As many texts as make a good batch; at a bad line first what came before it, then the end of the program."""
    batch: list[str] = []
    problem = None
    try:
        for text in texts:
            batch.append(text)
            if len(batch) == _SCORED_AT_ONCE:
                yield batch
                batch = []
    except _BadLineError as error:
        problem = str(error)
    if batch:
        yield batch
    if problem:
        click.echo(f"Error: {problem}", err=True)
        sys.exit(2)
