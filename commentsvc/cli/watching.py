"""`commentsvc site watch`: how a site fares, by week."""

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from commentsvc.cli.installation import Installation, pass_installation

if TYPE_CHECKING:
    from commentsvc.domain.quality import Figure
    from commentsvc.store.queries.watching import WeekLine


@click.command()
@click.argument("site_key", metavar="KEY")
@click.option("--weeks", type=click.IntRange(1, 26), default=12, show_default=True, help="How far back.")
@click.option("--json", "as_json", is_flag=True, help="Write JSON.")
@pass_installation
def watch(installation: Installation, site_key: str, weeks: int, *, as_json: bool) -> None:
    """Tell how a site fares: its weeks in figures as a worker counted them, and open alerts."""
    from commentsvc.domain.alerting import alert_sentence
    from commentsvc.domain.watching import WEEK, week_of
    from commentsvc.store.queries.sites import get_site
    from commentsvc.store.queries.watching import find_waiting, list_alerts, list_weeks

    since = week_of(datetime.now(UTC)) - (weeks - 1) * WEEK
    with installation.database() as db, db.reading() as session:
        site = get_site(session, site_key)
        lines = list_weeks(session, site.id, since)
        waiting = find_waiting(session, site.id)
        alerts = [alert for alert in list_alerts(session, site.id) if alert.closed_at is None]
    told = [alert_sentence(alert.kind, alert.subject, alert.detail) for alert in alerts]
    count = sum(waiting.by_queue.values())
    if as_json:
        click.echo(json.dumps({"waiting": count, "weeks": [_document(line) for line in lines], "alerts": told}, indent=1))
        return
    click.echo(f"{count:,} waiting now" + (f", the oldest since {waiting.oldest_at:%Y-%m-%d %H:%M} UTC" if waiting.oldest_at else ""))
    for sentence in told:
        click.echo(f"Alert: {sentence}")
    if not lines:
        click.echo("No week is counted yet: a worker does it.")
        return
    click.echo(f"{'week of':12}{'comments':>10}{'flagged':>9}{'decisions':>11}{'median':>9}{'95 of 100':>11}  precision, recall (95 %)")
    for line in lines:
        click.echo(_row(line))


def _row(line: "WeekLine") -> str:
    from commentsvc.domain.watching import precision_of, recall_of

    one = line.figures
    waits = (one.waits.median_s, one.waits.p95_s)
    median, most = ("-" if seconds is None else f"{seconds / 60:,.0f} min" for seconds in waits)
    shares = f"{_share(precision_of([one]))}, {_share(recall_of([one]))}"
    counts = f"{one.comments:>10,}{one.flagged_count:>9,}{one.decided_count:>11,}"
    return f"{line.starts_at:%Y-%m-%d}  {counts}{median:>9}{most:>11}  {shares}"


def _share(figure: "Figure") -> str:
    from commentsvc.domain.quality import TooLittle

    if isinstance(figure, TooLittle):
        return "too little to say"
    return f"{figure.value:.0%} ({figure.low:.0%} to {figure.high:.0%})"


def _document(line: "WeekLine") -> dict[str, object]:
    return {"starts_at": line.starts_at.isoformat(), "counted_at": line.counted_at.isoformat(), **line.figures.as_document()}
