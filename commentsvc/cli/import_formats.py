"""`commentsvc import FORMAT`: comments of other systems, with the state that they have there."""

import gc
import json
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

import click

from commentsvc.cli.failures import Misuse
from commentsvc.cli.importing import import_group
from commentsvc.cli.installation import Installation, pass_installation
from commentsvc.cli.progress import progress

if TYPE_CHECKING:
    from commentsvc.store.queries.sites import SiteState
    from commentsvc.transfer.history import HistoryImporter, HistoryPlan, HistoryReport
    from commentsvc.transfer.records import Records

_SOURCE_CHARACTERS: Final = 64
_COLLECT_AFTER: Final = 100_000
_FILE: Final = click.Path(path_type=Path, exists=True, dir_okay=False)


@dataclass(frozen=True, slots=True)
class Choices:
    """What the command line says beside the file and the format."""

    site_key: str
    source: str
    key: str
    problems: Path
    is_sso: bool
    is_dry: bool
    scores: bool


def _source(ctx: click.Context, parameter: click.Parameter, value: str) -> str:
    del ctx, parameter
    if not 0 < len(value) <= _SOURCE_CHARACTERS or not value.isascii() or not value.isprintable():
        raise click.BadParameter(f"must be 1 to {_SOURCE_CHARACTERS} plain characters")
    return value


def _format(name: str, *, is_ours: bool = False) -> Callable[[Callable[..., Any]], click.Command]:
    """Make a command of a function that takes the file and what is the format's own, and gives its records."""

    def make(read: Callable[..., "Records"]) -> click.Command:
        def command(  # noqa: PLR0913 - click passes each option by name
            installation: Installation,
            file: Path,
            site_key: str,
            source: str,
            key: str,
            problems: Path,
            *,
            is_sso: bool,
            is_dry: bool,
            scores: bool,
            **own: Any,  # noqa: ANN401 - the format's own options
        ) -> None:
            choices = Choices(site_key, source, key, problems, is_sso, is_dry, scores)
            _import(installation, choices, lambda: read(file, **own), is_ours=is_ours)

        command.__doc__ = read.__doc__
        options = [
            click.argument("file", type=_FILE),
            click.option("--site", "site_key", required=True, help="The site that gets the comments."),
            click.option("--source", default=name, show_default=True, callback=_source, help="Whose ids the file has; see docs/moving.md."),
            click.option(
                "--key",
                type=click.Choice(["id", "url", "path"]),
                default="id",
                show_default=True,
                help="What articles are called here: as the source calls them, by their address, or by its path.",
            ),
            click.option("--sso/--no-sso", "is_sso", help="Account ids there are the `sub` of your readers' tokens."),
            click.option("--dry-run", "is_dry", is_flag=True, help="Only tell what would be done."),
            click.option("--score/--no-score", "scores", default=True, show_default=True, help="Have a worker score them afterwards."),
            click.option(
                "--problems",
                type=click.Path(path_type=Path, dir_okay=False),
                default=Path("-"),
                show_default=True,
                help="Where to list what was refused or mended, as JSON lines; '-' is the terminal.",
            ),
        ]
        made: Callable[..., Any] = pass_installation(command)
        made.__click_params__ = list(getattr(read, "__click_params__", []))  # type: ignore[attr-defined]  # where click keeps them
        for option in reversed(options):
            made = option(made)
        return import_group.command(name)(made)

    return make


@_format("jsonl", is_ours=True)
def jsonl(file: Path) -> "Records":
    """Take in what `commentsvc export jsonl` wrote, with ids, states and standings as they were.

    The file is read to its end before anything is stored, so a damaged one changes nothing.
    """
    from commentsvc.transfer.json_lines import read_json_lines

    return read_json_lines(file)


@_format("disqus")
def disqus(file: Path) -> "Records":
    """Take in an XML export of Disqus, gzipped or not.

    The file is read to its end before anything is stored, so a damaged one changes nothing.
    """
    from commentsvc.transfer.disqus_xml import read_disqus

    return read_disqus(file)


@_format("wordpress")
def wordpress(file: Path) -> "Records":
    """Take in the comments of a WXR export of WordPress, gzipped or not.

    The file is read to its end before anything is stored, so a damaged one changes nothing.
    """
    from commentsvc.transfer.wordpress_xml import read_wordpress

    return read_wordpress(file)


@_format("isso")
def isso(file: Path) -> "Records":
    """Take in Isso's SQLite file, or the JSON that its own importer calls generic.

    The file is read to its end before anything is stored, so a damaged one changes nothing.
    """
    from commentsvc.transfer.isso_files import read_isso

    return read_isso(file)


@_format("remark42")
def remark42(file: Path) -> "Records":
    """Take in a backup of Remark42, gzipped or not.

    The file is read to its end before anything is stored, so a damaged one changes nothing.
    """
    from commentsvc.transfer.remark42_backup import read_remark42

    return read_remark42(file)


@_format("commento")
def commento(file: Path) -> "Records":
    """Take in the JSON export of Commento.

    The file is read to its end before anything is stored, so a damaged one changes nothing.
    """
    from commentsvc.transfer.commento_json import read_commento

    return read_commento(file)


@_format("artalk")
def artalk(file: Path) -> "Records":
    """Take in an Artrans file of Artalk.

    The file is read to its end before anything is stored, so a damaged one changes nothing.
    """
    from commentsvc.transfer.artalk_artrans import read_artalk

    return read_artalk(file)


@_format("coral")
@click.option("--stories", required=True, type=_FILE, help="The collection of stories.")
@click.option("--users", type=_FILE, help="The collection of users; without it authors have no names.")
def coral(file: Path, stories: Path, users: Path | None) -> "Records":
    """Take in Coral's comments. FILE, and each of the others, is a collection as `mongoexport` writes it, one object a line.

    All files are read to their end before anything is stored, so a damaged one changes nothing.
    """
    from commentsvc.transfer.coral_collections import read_coral

    return read_coral(file, stories, users)


# -- Taking in -----------------------------------------------------------------------------------------------------------------
def _import(installation: Installation, choices: Choices, read: "Callable[[], Records]", *, is_ours: bool) -> None:
    from datetime import UTC, datetime

    from commentsvc.settings import load_secret_key
    from commentsvc.store.queries.sites import get_site
    from commentsvc.transfer.history import HistoryImporter, HistoryPlan
    from commentsvc.transfer.reply_files import ImportFileError
    from commentsvc.transfer.spool import Spool

    began = time.monotonic()
    # Nothing here goes round in circles, and looking for what does so after each few hundred records takes a tenth of the time.
    gc.set_threshold(_COLLECT_AFTER)
    with installation.database() as db, ExitStack() as stack:
        with db.reading() as session:
            site = get_site(session, choices.site_key)
        now, secret = datetime.now(UTC), load_secret_key(installation.settings())
        plan = HistoryPlan(site, choices.source, now, secret, choices.key, choices.is_sso, is_ours, choices.is_dry)
        importer = HistoryImporter(plan, db.run, stack.enter_context(Spool(now)))
        try:
            with progress("reading records", None) as advance:
                count = importer.read(read(), advance)
        except ImportFileError as error:
            raise Misuse(str(error)) from error
        with progress("taking in", count) as advance:
            report = importer.store(advance)
        _show(plan, report, importer, choices.problems, time.monotonic() - began)
    if choices.scores and not choices.is_dry and report.made.total():
        _request_scores(installation, site)


def _show(plan: "HistoryPlan", report: "HistoryReport", importer: "HistoryImporter", path: Path, seconds: float) -> None:
    from commentsvc.transfer.records import Action

    counts = dict.fromkeys(Action, 0)
    with click.open_file(str(path), "w", encoding="utf-8") as file:
        for problem in importer.problems():
            counts[problem.action] += 1
            _write_line(file, problem.as_document())
    made = report.made.total()
    states = ", ".join(f"{state.value} {count:,}" for state, count in sorted(report.made.items()))
    # What is listed on the terminal stays JSON lines and nothing else.
    on_error = str(path) == "-"
    verb = "would be made" if plan.is_dry else "made"
    click.echo(f"{made:,} comments {verb}{f' ({states})' if states else ''}, {report.known:,} were there already", err=on_error)
    click.echo(f"{counts[Action.REFUSED]:,} records refused, {counts[Action.MENDED]:,} times something was mended", err=on_error)
    click.echo(f"{seconds:.1f} s, {report.fitting / max(seconds, 0.001):,.0f} comments/s", err=on_error)


def _write_line(file: IO[str], document: dict[str, str | None]) -> None:
    file.write(json.dumps(document, ensure_ascii=False) + "\n")


def _request_scores(installation: Installation, site: "SiteState") -> None:
    from commentsvc.services.rescoring import NewRescoring, request_rescoring
    from commentsvc.store.queries.rescoring import Stock

    with installation.runtime() as runtime:
        new = NewRescoring(Stock(site.id), runtime.scorer_row(runtime.scorer.version), None, None)
        runtime.in_transaction(lambda session: request_rescoring(session, new, runtime.clock.now()))
    click.echo("A worker will score them; none changes its state by that.", err=True)
