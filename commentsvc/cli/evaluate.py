"""`commentsvc scorer evaluate` and `behave`: what a scorer is worth on labelled texts, and what becomes of known sentences."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from commentsvc.cli.policy_files import read_policy_file
from commentsvc.cli.progress import progress
from commentsvc.cli.score import digest_option, engine_option, load_scorer, path_option
from commentsvc.domain.labels import Label
from commentsvc.domain.policy import Band, Policy, parse_policy
from commentsvc.domain.ports import Scorer, ScorerUnavailableError

if TYPE_CHECKING:
    from commentsvc.scoring.evaluation_behaviour import Outcome
    from commentsvc.scoring.evaluation_run import Evaluation
    from commentsvc.scoring.training_data import LabelledText

_WIDTH = 200
_policy_option = click.option(
    "--policy", "policy_file", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="A policy as JSON, for its thresholds."
)


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@engine_option
@path_option
@digest_option
@_policy_option
@click.option("--limit", type=click.IntRange(min=1), help="Read only the first rows.")
@click.option("--report", type=click.Path(path_type=Path, file_okay=False), metavar="DIR", help="Write a page with charts here too.")
@click.option("--json", "as_json", is_flag=True, help="Write JSON instead of tables.")
def evaluate(  # noqa: PLR0913 - click hands over each option
    file: Path,
    *,
    engine: str,
    path: Path | None,
    digest: str | None,
    policy_file: Path | None,
    limit: int | None,
    report: Path | None,
    as_json: bool,
) -> None:
    """Measure a scorer on a labelled CSV (.gz).

    FILE has a column `text` and one or more label columns with values from 0 to 1; a text counts as positive from 0.5. Prints for
    each label how well it tells positive from civil, the same for texts that name a group of people, and 95 % intervals.
    Review thresholds are those that the scorer recommends, or those of --policy.
    """
    from commentsvc.scoring.evaluation_run import as_document, recommended_bands
    from commentsvc.scoring.evaluation_run import evaluate as run

    bands = parse_policy(read_policy_file(policy_file)).bands if policy_file else None
    rows = _read(file, limit)
    scorer = load_scorer(engine, path, digest)
    try:
        with progress("scoring", len(rows)) as advance:
            found = run(scorer, rows, recommended_bands(scorer) if bands is None else bands, advance)
    except ScorerUnavailableError as error:
        raise click.ClickException(f"{error}. Nothing was measured; mend the scorer and run this again.") from error
    if not found.labels:
        measured = ", ".join(scorer.version.labels)
        raise click.ClickException(f"{file} labels nothing that {scorer.version.name} measures; give it a column of {measured}")
    if report is not None:
        click.echo(f"the report is in {_report(found, file, report)}", err=True)
    if as_json:
        click.echo(json.dumps(as_document(found), indent=1))
    else:
        _show(found)


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@engine_option
@path_option
@digest_option
@_policy_option
@click.option("--json", "as_json", is_flag=True, help="Write JSON instead of a table.")
def behave(file: Path, *, engine: str, path: Path | None, digest: str | None, policy_file: Path | None, as_json: bool) -> None:
    """See what becomes of sentences whose fate is known.

    FILE is TOML: groups of sentences, each with what is expected of them ("published" or "flagged") and the share that must meet it.
    Judged by the policy that new sites begin with, under the thresholds that the scorer recommends, or by --policy.
    Ends with status 1 when a group stays below its share.
    """
    from commentsvc.scoring.evaluation_behaviour import BehaviourFileError, count_texts, judge, read_groups

    try:
        groups = read_groups(file)
    except BehaviourFileError as error:
        raise click.ClickException(str(error)) from error
    policy = parse_policy(read_policy_file(policy_file)) if policy_file else None
    scorer = load_scorer(engine, path, digest)
    try:
        with progress("scoring", count_texts(groups)) as advance:
            outcomes = judge(scorer, policy or first_policy(scorer), groups, advance)
    except ScorerUnavailableError as error:
        raise click.ClickException(f"{error}. Nothing was judged; mend the scorer and run this again.") from error
    if as_json:
        click.echo(json.dumps(_outcomes_document(scorer.version.id, outcomes), indent=1, ensure_ascii=False))
    else:
        show_outcomes(scorer.version.id, outcomes)
    if not all(one.is_enough for one in outcomes):
        raise click.exceptions.Exit(1)


def first_policy(scorer: Scorer) -> Policy:
    """The policy that new sites begin with, under the thresholds that the scorer recommends, if any."""
    from commentsvc.scoring.evaluation_run import recommended_bands
    from commentsvc.settings import default_policy

    document = default_policy()
    recommended: Mapping[Label, Band] = recommended_bands(scorer)
    if recommended:
        document["bands"] = {label: {"review_at": band.review_at, "hold_at": band.hold_at} for label, band in recommended.items()}
    return parse_policy(document)


def show_outcomes(title: str, outcomes: "Sequence[Outcome]") -> None:
    """Print what became of each group, and below it the sentences that met another fate."""
    rows = [
        (
            one.group.name,
            one.group.expected,
            f"{len(one.routings) - len(one.failed)} of {len(one.routings)}",
            f"{one.rate:.0%}",
            f"{one.group.at_least:.0%}",
            f"{one.group.bar:.0%}",
            "-" if one.lost is None else f"{100 * one.lost:.1f} points",
            "" if one.is_enough else "BELOW",
        )
        for one in outcomes
    ]
    columns = ("group", "expected", "passed", "share", "at least", "bar", "lost by disguise", "")
    _print_table(title, columns, rows)
    for one in outcomes:
        for sentence, routing in one.failed:
            reason = routing.reasons[0] if routing.reasons else None
            why = (
                "nothing spoke" if reason is None else f"{reason.label or reason.kind} {reason.score or 0:.2f} {reason.match or ''}".strip()
            )
            click.echo(f"{one.group.name}: {routing.route} ({why}): {sentence.text}")


def _read(file: Path, limit: int | None) -> "list[LabelledText]":
    from commentsvc.scoring.training_data import LabelledDataError, read_labelled

    try:
        rows = list(islice(read_labelled(file), limit))
    except LabelledDataError as error:
        raise click.ClickException(str(error)) from error
    except (OSError, EOFError) as error:
        raise click.ClickException(f"{file} cannot be read: {error}. A name that ends in .gz must be a gzip file.") from error
    if not rows:
        raise click.ClickException(f"{file} has no rows below its first line; there is nothing to measure")
    return rows


def _report(found: "Evaluation", file: Path, directory: Path) -> Path:
    from commentsvc.scoring.report import write_report

    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    try:
        return write_report(found, f"{file.name} (SHA-256 {digest})", directory)
    except OSError as error:
        raise click.ClickException(f"{directory} cannot be written: {error}. Give --report a directory of your own.") from error


def _show(found: "Evaluation") -> None:
    from commentsvc.scoring.evaluation_groups import AREAS
    from commentsvc.scoring.report import PLAIN_FIGURES, told

    first = next(iter(found.labels.values()))
    rows = [
        (PLAIN_FIGURES[name], *(told(one.figures.figures.get(name)) for one in found.labels.values())) for name in first.figures.figures
    ]
    counts = [
        ("positive", *(f"{one.figures.positive_count:,}" for one in found.labels.values())),
        ("civil", *(f"{one.figures.negative_count:,}" for one in found.labels.values())),
        ("review threshold", *("-" if one.review_at is None else f"{one.review_at:g}" for one in found.labels.values())),
    ]
    _print_table(found.scorer, ("", *map(str, found.labels)), [*counts, *rows])
    for label, one in found.labels.items():
        groups = [
            (name, f"{f.text_count:,}", f"{f.positive_count:,}", *(told(f.areas.get(area)) for area in AREAS), told(f.fpr_at_review))
            for name, f in one.groups.items()
        ]
        if groups:
            columns = ("group", "texts", "positive", *(PLAIN_FIGURES[area] for area in AREAS), "false positives")
            _print_table(f"{label}: texts that name a group", columns, groups)


def _print_table(title: str, columns: Iterable[str], rows: Iterable[Sequence[str]]) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    table = Table(title=escape(title), title_justify="left")
    for column in columns:
        table.add_column(column)
    for row in rows:
        table.add_row(*map(escape, row))
    console = Console()
    # A pipe has no width; a narrow terminal wraps cells.
    (console if console.is_terminal else Console(width=_WIDTH)).print(table)


def _outcomes_document(scorer: str, outcomes: "Sequence[Outcome]") -> dict[str, Any]:
    return {
        "scorer": scorer,
        "groups": [
            {
                "name": one.group.name,
                "expected": one.group.expected,
                "count": len(one.routings),
                "rate": round(one.rate, 4),
                "at_least": one.group.at_least,
                "bar": one.group.bar,
                "lost_by_disguise": None if one.lost is None else round(one.lost, 4),
                "is_enough": one.is_enough,
                "failed": [
                    {
                        "text": sentence.text,
                        "kind": sentence.kind,
                        "route": routing.route,
                        "reasons": [reason.as_document() for reason in routing.reasons],
                    }
                    for sentence, routing in one.failed
                ],
            }
            for one in outcomes
        ],
    }
