"""What an admin watches, as programs read it."""

from typing import Any

from commentsvc.domain.alerting import alert_sentence
from commentsvc.domain.principals import Role
from commentsvc.domain.quality import Figure, TooLittle
from commentsvc.domain.status import Nudged, Route
from commentsvc.domain.watching import WEEK, WeekFigures, precision_of, recall_of, week_of
from commentsvc.services.watching import set_alert_reader, set_waiting_hours
from commentsvc.store.queries.watching import (
    WeekLine,
    article_keys,
    find_waiting,
    is_alert_reader,
    list_alerts,
    list_weeks,
    waiting_hours,
)
from commentsvc.web.api.access import site_for
from commentsvc.web.api.schemas.watching import USUAL_WEEKS, WatchQuery, WatchSchema, WatchWishSchema
from commentsvc.web.context import get_runtime, reading
from commentsvc.web.smorest import ACCOUNT, API_PREFIX, CommentBlueprint

blp = CommentBlueprint("watch", "watch", url_prefix=f"{API_PREFIX}/admin", description="Watching a site.")


@blp.route("/sites/<site>/watch", methods=["GET"])
@blp.doc(security=ACCOUNT)
@blp.arguments(WatchQuery, location="query")
@blp.response(200, WatchSchema)
def watch(query: dict[str, int], site: str) -> dict[str, Any]:
    """Tell how a site fares: its weeks in figures, what waits, and what is alarming. A worker counts; nothing is counted here."""
    return _watch(site, query["weeks"])


@blp.route("/sites/<site>/watch", methods=["PUT"])
@blp.doc(security=ACCOUNT)
@blp.arguments(WatchWishSchema)
@blp.response(200, WatchSchema)
def set_watch(wish: dict[str, Any], site: str) -> dict[str, Any]:
    """Say how long a comment may wait before it is an alert, and whether the caller gets alerts by e-mail."""
    with reading() as session:
        found, principal = site_for(session, site, Role.ADMIN)
    runtime = get_runtime()
    now, account, by_mail = runtime.clock.now(), principal.account_id, wish["by_mail"]
    runtime.in_transaction(lambda session: set_waiting_hours(session, found.id, wish["waiting_hours"], account, now))
    if by_mail is not None:
        runtime.in_transaction(lambda session: set_alert_reader(session, found.id, account, now, is_reader=by_mail))
    return _watch(site, USUAL_WEEKS)


def _watch(site: str, weeks: int) -> dict[str, Any]:
    since = week_of(get_runtime().clock.now()) - (weeks - 1) * WEEK
    with reading() as session:
        found, principal = site_for(session, site, Role.ADMIN)
        lines = list_weeks(session, found.id, since)
        waiting = find_waiting(session, found.id)
        alerts = list_alerts(session, found.id)
        hours = waiting_hours(session, found.id)
        by_mail = is_alert_reader(session, found.id, principal.account_id)
        keys = article_keys(session, [article for line in lines for article, _ in line.figures.articles])
    figures = [line.figures for line in lines]
    told = [
        {name: getattr(alert, name) for name in ("id", "kind", "subject", "opened_at", "closed_at")}
        | {"sentence": alert_sentence(alert.kind, alert.subject, alert.detail)}
        for alert in alerts
    ]
    return {
        "waiting": sum(waiting.by_queue.values()),
        "oldest_at": waiting.oldest_at,
        "waiting_hours": hours,
        "by_mail": by_mail,
        "precision": _figure(precision_of(figures)),
        "recall": _figure(recall_of(figures)),
        "weeks": [_week(line, keys) for line in lines],
        "alerts": told,
    }


def _week(line: WeekLine, keys: dict[str, str]) -> dict[str, Any]:
    one: WeekFigures = line.figures
    return {
        "starts_at": line.starts_at,
        "counted_at": line.counted_at,
        "comments": one.comments,
        "flagged": one.flagged_count,
        "decisions": one.decided_count,
        "undone": one.undone,
        "wait_median_s": one.waits.median_s,
        "wait_p95_s": one.waits.p95_s,
        "precision": _figure(precision_of([one])),
        "recall": _figure(recall_of([one])),
        "routes": [
            {"route": route, **dict(zip(("unseen", "approved", "rejected"), one.routes.get(route.value, (0, 0, 0)), strict=True))}
            for route in Route
        ],
        "nudges": [_nudge(nudged, one) for nudged in Nudged],
        "moderators": [{"account": load.account_id, **{name: getattr(load, name) for name in _LOAD}} for load in one.moderators],
        "articles": [{"article": keys.get(article), "comments": number} for article, number in one.articles],
        "drift": one.drift,
    }


_LOAD = ("decisions", "total_s")


def _nudge(nudged: Nudged, one: WeekFigures) -> dict[str, Any]:
    statuses = one.nudges.get(nudged.value, {})
    return {
        "nudged": nudged,
        "comments": sum(statuses.values()),
        "published": statuses.get("published", 0),
        "rejected": statuses.get("rejected", 0),
    }


def _figure(figure: Figure) -> dict[str, Any]:
    if isinstance(figure, TooLittle):
        return {"value": None, "low": figure.interval.low, "high": figure.interval.high, "more": figure.more}
    return {"value": figure.value, "low": figure.low, "high": figure.high, "more": None}
