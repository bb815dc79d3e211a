"""`commentsvc import`: comments from elsewhere."""

import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from commentsvc.cli.failures import Misuse
from commentsvc.cli.installation import Installation, pass_installation
from commentsvc.cli.progress import progress

if TYPE_CHECKING:
    from commentsvc.runtime import Runtime
    from commentsvc.store.queries.sites import SiteState
    from commentsvc.transfer.replies import ReplyPlan, ReplyReport


@click.group("import")
def import_group() -> None:
    """Take in comments from elsewhere. Taking the same file in again adds nothing."""


@import_group.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--site", "site_key", required=True, help="The site that gets the comments.")
@click.option(
    "--decide",
    "deciding",
    type=click.Choice(["none", "half", "all"]),
    default="none",
    show_default=True,
    help="Make the labels decisions: of all replies, or of all flagged ones and a random half of the others.",
)
@click.option("--days", type=click.IntRange(1, 3650), default=30, show_default=True, help="Spread the comments over so many past days.")
@click.option("--articles", type=click.IntRange(1, 1000), default=12, show_default=True, help="Spread the threads over so many articles.")
@pass_installation
def replies(installation: Installation, file: Path, site_key: str, deciding: str, days: int, articles: int) -> None:
    """Take a table of replies in as threads, scored and routed like any comment.

    FILE is CSV, gzipped or not, with the columns `parent` (the comment that is answered), `text` (the reply) and `label` (1: toxic). It
    is read once to check it and once to take it in, so a damaged file changes nothing.
    """
    from commentsvc.transfer.intake import Intake
    from commentsvc.transfer.replies import Deciding, ReplyImporter, ReplyPlan
    from commentsvc.transfer.reply_files import ImportFileError, read_replies

    try:
        count = sum(1 for _ in read_replies(file))
        with installation.runtime() as runtime:
            site, account_id = _open_site(runtime, site_key, needs_account=deciding != "none")
            with runtime.db.reading() as session:
                policy, version_id = runtime.policy_of(session, site)
            plan = ReplyPlan(site, policy, version_id, Deciding(deciding), account_id, count, runtime.clock.now(), days, articles)
            intake = Intake(runtime.scorer, runtime.scorer_row(runtime.scorer.version), runtime.make_text)
            importer = ReplyImporter(intake, plan, runtime.chance, runtime.in_transaction)
            began = time.monotonic()
            with progress("taking in", count) as advance:
                report = importer.run(read_replies(file), advance)
            _show(plan, report, time.monotonic() - began)
    except ImportFileError as error:
        raise Misuse(str(error)) from error


def _open_site(runtime: "Runtime", site_key: str, *, needs_account: bool) -> "tuple[SiteState, str | None]":
    from sqlalchemy.orm import Session

    from commentsvc.domain.principals import Role
    from commentsvc.services.accounts import create_account, find_account_id, set_role
    from commentsvc.store.queries.sites import get_site

    with runtime.db.reading() as session:
        site = get_site(session, site_key)
    if not needs_account:
        return site, None
    # Without a password nobody signs in with it; it stands behind the decisions that a file's labels became.
    email = f"import@{site_key}.invalid"

    def ensure(session: Session) -> str:
        found = find_account_id(session, email)
        if found is None:
            now = runtime.clock.now()
            found = create_account(session, email, "Import", None, None, now)
            set_role(session, found, site.id, Role.MODERATOR, None, now)
        return found

    return site, runtime.in_transaction(ensure)


def _show(plan: "ReplyPlan", report: "ReplyReport", seconds: float) -> None:
    made = report.roots + report.replies
    click.echo(f"{report.rows:,} rows: {made:,} comments made ({report.roots:,} roots, {report.replies:,} replies)")
    click.echo(
        f"{report.known:,} replies were there already, {report.refused:,} comments were refused (empty, too long, or below one that was)"
    )
    if made:
        routes = ", ".join(f"{route} {report.routes[route]:,}" for route in ("publish", "review", "hold", "reject"))
        click.echo(f"routed by policy of {plan.site.key}: {routes}")
        click.echo(f"labelled toxic: {_flagged(report.toxic_flagged, report.toxic)}")
        click.echo(f"labelled civil: {_flagged(report.civil_flagged, report.civil)}")
        click.echo(f"{report.decided:,} decided by label")
    click.echo(f"{seconds:.1f} s, {report.rows / seconds:,.0f} rows/s, {made / seconds:,.0f} comments/s")


def _flagged(flagged: int, count: int) -> str:
    from commentsvc.domain.estimation import wilson

    share = wilson(flagged, count)
    if share.value is None or share.low is None or share.high is None:
        return "none"
    return f"{flagged:,} of {count:,} flagged, {share.value:.1%} ({share.low:.1%} to {share.high:.1%})"
