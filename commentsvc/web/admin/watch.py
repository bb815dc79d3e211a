"""Watching a site: its weeks in figures, drift, agreement, moderators' load, and alerts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from flask import Blueprint, request, url_for
from werkzeug.wrappers import Response

from commentsvc.domain.alerting import alert_advice, alert_sentence
from commentsvc.domain.drift import ALERT
from commentsvc.domain.errors import InvalidError
from commentsvc.domain.labels import ALL_LABELS
from commentsvc.domain.quality import Figure, TooLittle
from commentsvc.domain.status import Nudged
from commentsvc.domain.watching import (
    MOST_WEEKS,
    WEEK,
    DriftLine,
    Load,
    WeekFigures,
    agreement_of,
    precision_of,
    recall_of,
    week_of,
)
from commentsvc.services.watching import MOST_HOURS, set_alert_reader, set_waiting_hours
from commentsvc.store.queries.overview import find_account_names
from commentsvc.store.queries.watching import (
    WeekLine,
    article_titles,
    find_waiting,
    is_alert_reader,
    list_alerts,
    list_weeks,
    waiting_hours,
)
from commentsvc.web.admin.charts import Plot, Value, bars, line
from commentsvc.web.admin.gate import back_to, require_site_admin
from commentsvc.web.context import get_runtime, reading
from commentsvc.web.forms import read_form
from commentsvc.web.pages.render import page
from commentsvc.web.pages.wording import count, percent, short_span

PERIODS: Final = {"4": "4 weeks", "12": "12 weeks", str(MOST_WEEKS): f"{MOST_WEEKS} weeks"}
_USUAL: Final = "12"
_BUSIEST: Final = 10


@dataclass(frozen=True, slots=True)
class Week:
    """A week of the period; `line` is None where nothing was counted, `is_now` for the one that runs."""

    starts_at: datetime
    line: WeekLine | None
    precision: Figure | None
    recall: Figure | None
    is_now: bool

    @property
    def figures(self) -> WeekFigures | None:
        """Its counts."""
        return self.line.figures if self.line else None

    @property
    def name(self) -> str:
        """How the page names it."""
        return f"Week of {self.starts_at.day} {self.starts_at:%b}"


def add_watch(admin: Blueprint) -> None:
    """Serve the page."""
    admin.add_url_rule("/sites/<key>/watch", "watch", _watch, methods=["GET"])
    admin.add_url_rule("/sites/<key>/watch", "set_watch", _set, methods=["POST"])


def _watch(key: str) -> Response:
    return _show(key)


def _show(key: str, trouble: InvalidError | None = None) -> Response:
    asked = request.args.get("weeks", _USUAL)
    asked = asked if asked in PERIODS else _USUAL
    runtime = get_runtime()
    now = runtime.clock.now()
    since = week_of(now) - (int(asked) - 1) * WEEK
    with reading() as session:
        principal, site = require_site_admin(session, key)
        lines = list_weeks(session, site.id, since)
        waiting = find_waiting(session, site.id)
        alerts = list_alerts(session, site.id)
        hours = waiting_hours(session, site.id)
        is_reader = is_alert_reader(session, site.id, principal.account_id)
        names = find_account_names(session)
        busiest = _busiest(lines)
        titles = article_titles(session, [article for article, _ in busiest])
    weeks = _weeks(lines, since, now)
    known = [week.figures for week in weeks if week.figures is not None]
    return page(
        "admin/watch.html",
        status=422 if trouble else 200,
        site=site,
        asked=asked,
        periods=PERIODS,
        weeks=weeks,
        plots=_plots(weeks),
        first=weeks[0].starts_at,
        last=lines[-1] if lines else None,
        waiting=waiting,
        waiting_count=sum(waiting.by_queue.values()),
        precision=precision_of(known),
        recall=recall_of(known),
        agreement=agreement_of(known),
        decided=sum(one.decided_count for one in known),
        loads=_loads(known),
        nudges=_nudges(known),
        nudge_kinds=tuple(Nudged),
        busiest=busiest,
        titles=titles,
        names=names,
        drift=_drift(weeks, lines[-1].figures.drift if lines else ()),
        alerts=[(alert, alert_sentence(alert.kind, alert.subject, alert.detail), alert_advice(alert.kind)) for alert in alerts],
        hours=hours,
        most_hours=MOST_HOURS,
        is_reader=is_reader,
        takes_mail=runtime.takes_mail,
        is_too_little=lambda figure: isinstance(figure, TooLittle),
        trouble=trouble,
        is_kept=request.args.get("kept") == "1",
    )


def _set(key: str) -> Response:
    form = read_form({"waiting_hours": 4, "by_mail": 3})
    with reading() as session:
        principal, site = require_site_admin(session, key)
    text = form["waiting_hours"].strip() or "0"
    runtime = get_runtime()
    now, account = runtime.clock.now(), principal.account_id
    try:
        hours = int(text) if text.isascii() and text.isdigit() else -1
        runtime.in_transaction(lambda session: set_waiting_hours(session, site.id, hours, account, now))
    except InvalidError as error:
        return _show(key, error)
    runtime.in_transaction(lambda session: set_alert_reader(session, site.id, account, now, is_reader=form["by_mail"] == "yes"))
    return back_to(url_for("admin.watch", key=key, kept="1"))


# -- Weeks ---------------------------------------------------------------------------------------------------------------------
def _weeks(lines: Sequence[WeekLine], since: datetime, now: datetime) -> list[Week]:
    """Every week of the period that is not before the first one counted."""
    by_start = {one.starts_at: one for one in lines}
    start = min(by_start, default=week_of(now))
    found = []
    week = max(since, start)
    while week <= week_of(now):
        known = by_start.get(week)
        figures = [known.figures] if known else []
        is_precise, is_complete = (precision_of(figures), recall_of(figures)) if known else (None, None)
        found.append(Week(week, known, is_precise, is_complete, week == week_of(now)))
        week += WEEK
    return found


def _plots(weeks: Sequence[Week]) -> dict[str, Plot]:
    def of(make: Callable[[WeekFigures, str], Value | None]) -> list[Value | None]:
        return [make(week.figures, week.name) if week.figures is not None else None for week in weeks]

    return {
        "comments": bars([_comment_parts(week) for week in weeks]),
        "decisions": bars([_decision_parts(week) for week in weeks]),
        "median": line(of(lambda one, name: _wait(one.waits.median_s, f"{name}: half waited less than "))),
        "p95": line(of(lambda one, name: _wait(one.waits.p95_s, f"{name}: 95 % waited less than "))),
        "precision": line([_share(week.precision, week.name) for week in weeks], top=1.0),
        "recall": line([_share(week.recall, week.name) for week in weeks], top=1.0),
    }


def _comment_parts(week: Week) -> list[tuple[str, float, str]]:
    one = week.figures
    if one is None:
        return []
    words = f"{week.name}: {count(one.comments)} comments, {count(one.flagged_count)} texts flagged"
    # A text that was changed is routed again, so that more may be flagged than there are comments.
    return [("flagged", one.flagged_count, words), ("rest", max(0, one.comments - one.flagged_count), words)]


def _decision_parts(week: Week) -> list[tuple[str, float, str]]:
    one = week.figures
    if one is None:
        return []
    approved, rejected = one.decisions.get("approve", 0), one.decisions.get("reject", 0)
    words = f"{week.name}: {count(approved)} approved, {count(rejected)} rejected"
    return [("rejected", rejected, words), ("approved", approved, words)]


def _wait(seconds: float | None, words: str) -> Value | None:
    return None if seconds is None else Value(seconds, words + short_span(seconds))


def _share(figure: Figure | None, name: str) -> Value | None:
    if figure is None:
        return None
    is_sure = not isinstance(figure, TooLittle)
    interval = figure.interval if isinstance(figure, TooLittle) else figure
    if interval.low <= 0.0 and interval.high >= 1.0:
        return None
    words = f"{name}: {percent(interval.value)} ({interval.low * 100:.0f} to {interval.high * 100:.0f})"
    return Value(interval.value, words if is_sure else f"{words}, too little to go by", interval.low, interval.high, is_sure)


# -- Sums of weeks -------------------------------------------------------------------------------------------------------------
def _loads(weeks: Sequence[WeekFigures]) -> list[Load]:
    """Each moderator over the weeks."""
    found: dict[str, Load] = {}
    for week in weeks:
        for one in week.moderators:
            before = found.get(one.account_id, Load(one.account_id, 0, 0.0))
            found[one.account_id] = Load(one.account_id, before.decisions + one.decisions, before.total_s + one.total_s)
    return sorted(found.values(), key=lambda one: (-one.decisions, one.account_id))


def _nudges(weeks: Sequence[WeekFigures]) -> dict[str, dict[str, int]]:
    """What authors did when told to think again, by what became of the comment."""
    found: dict[str, dict[str, int]] = {nudged.value: {} for nudged in Nudged}
    for week in weeks:
        for nudged, statuses in week.nudges.items():
            for status, number in statuses.items():
                one = found.setdefault(nudged, {})
                one[status] = one.get(status, 0) + number
    return found


def _busiest(lines: Sequence[WeekLine]) -> list[tuple[str, int]]:
    """The busiest articles of the last two weeks counted: what was busy before is no news."""
    found: dict[str, int] = {}
    for one in lines[-2:]:
        for article, number in one.figures.articles:
            found[article] = found.get(article, 0) + number
    return sorted(found.items(), key=lambda item: (-item[1], item[0]))[:_BUSIEST]


@dataclass(frozen=True, slots=True)
class DriftRow:
    """A label's reading, of the site or of a section, and its index over the weeks (site-wide alone)."""

    line: DriftLine
    plot: Plot | None


def _drift(weeks: Sequence[Week], latest: Sequence[DriftLine]) -> list[DriftRow]:
    """The latest readings: the site's labels in their order, then the sections' that are not steady."""
    order = {label.value: place for place, label in enumerate(ALL_LABELS)}
    rows = []
    for reading_ in sorted(latest, key=lambda one: (one.section or "", order.get(one.label, 0))):
        if reading_.section is None:
            rows.append(DriftRow(reading_, line([_index(week, reading_.label) for week in weeks], level=ALERT)))
        elif reading_.drift in {"alert", "watch"}:
            rows.append(DriftRow(reading_, None))
    return rows


def _index(week: Week, label: str) -> Value | None:
    found = next((one for one in (week.figures.drift if week.figures else ()) if one.section is None and one.label == label), None)
    return None if found is None else Value(found.index, f"{week.name}: {found.index:.2f}", is_sure=found.drift != "too_few")
