"""`commentsvc export`: a site's comments in files for other systems."""

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

from commentsvc.cli.failures import Trouble
from commentsvc.cli.installation import Installation, pass_installation
from commentsvc.cli.progress import Advance, progress

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.orm import Session

    from commentsvc.store.queries.sites import SiteState

Write = Callable[["Session", "SiteState", Advance], "Iterable[bytes]"]


@click.group("export")
def export_group() -> None:
    """Write a site's comments out. What each format keeps is told in docs/moving.md."""


def _format(name: str) -> Callable[[Write], click.Command]:
    """Make a command of a function that gives a file's content in pieces."""

    def make(write: Write) -> click.Command:
        def command(installation: Installation, site_key: str, out: Path) -> None:
            _export(installation, site_key, out, write)

        command.__doc__ = write.__doc__
        made: Callable[..., Any] = pass_installation(command)
        made = click.option(
            "--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="Where to write; '-' is the terminal."
        )(made)
        made = click.option("--site", "site_key", required=True, help="The site's key.")(made)
        return export_group.command(name)(made)

    return make


@_format("jsonl")
def jsonl(session: "Session", site: "SiteState", advance: Advance) -> "Iterable[bytes]":
    """Write all that threads are made of as JSON lines, which `commentsvc import jsonl` takes in without loss."""
    from commentsvc.transfer.json_lines import write_json_lines
    from commentsvc.transfer.leaving import site_records

    return write_json_lines(site_records(session, site.id, advance), site.key)


@_format("csv")
def table(session: "Session", site: "SiteState", advance: Advance) -> "Iterable[bytes]":
    """Write a table for a spreadsheet. It is for reading: nothing takes it in again."""
    from commentsvc.transfer.comments_csv import write_csv

    return write_csv(session, site.id, advance)


@_format("disqus")
def disqus(session: "Session", site: "SiteState", advance: Advance) -> "Iterable[bytes]":
    """Write an XML file in the form of Disqus's own exports."""
    from commentsvc.transfer.disqus_xml import write_disqus

    return write_disqus(session, site.id, site.key, advance)


@_format("wordpress")
def wordpress(session: "Session", site: "SiteState", advance: Advance) -> "Iterable[bytes]":
    """Write a WXR file for WordPress, which Disqus takes in, too."""
    from commentsvc.transfer.wordpress_xml import write_wordpress

    return write_wordpress(session, site.id, advance)


def _export(installation: Installation, site_key: str, out: Path, write: Write) -> None:
    from commentsvc.store.queries.export import count_comments, hold_still
    from commentsvc.store.queries.sites import get_site

    with installation.database() as db, db.reading() as session:
        hold_still(session)
        site = get_site(session, site_key)
        total = count_comments(session, site.id)
        with _opened(out) as file, progress("writing comments", total) as advance:
            for piece in write(session, site, advance):
                file.write(piece)
    if str(out) != "-":
        click.echo(f"{total:,} comments of {site.key} are read; what the format has room for is in {out}.")


@contextlib.contextmanager
def _opened(out: Path) -> Iterator[IO[bytes]]:
    """The file under another name until all of it is written, so that a broken export is not taken for a whole one."""
    if str(out) == "-":
        with click.open_file("-", "wb") as terminal:
            yield terminal
        return
    unfinished = out.with_name(f"{out.name}.part")
    try:
        with unfinished.open("wb") as file:
            yield file
        unfinished.replace(out)
    except OSError as error:
        raise Trouble(f"{out} cannot be written: {error.strerror or error}") from error
    finally:
        with contextlib.suppress(OSError):
            unfinished.unlink()
