"""What operators ask: is it alive, is it ready, what has it counted."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from math import nan
from typing import Any, Final

import marshmallow as ma
from flask import Flask, Response, current_app
from marshmallow import fields
from sqlalchemy.orm import Session

from commentsvc.domain.errors import FieldProblem
from commentsvc.domain.quality import TooLittle
from commentsvc.domain.status import Nudged, Queue
from commentsvc.domain.watching import BEFORE, WeekFigures, precision_of, recall_of, week_of
from commentsvc.integrations.metrics import CONTENT_TYPE, Metrics
from commentsvc.services.jobs import count_jobs, oldest_waiting_at
from commentsvc.store.engine import StorageUnavailableError
from commentsvc.store.migrate import current_revision, head_revision
from commentsvc.store.queries.backlog import count_all_queues
from commentsvc.store.queries.watching import count_open_alerts, list_site_weeks
from commentsvc.web.api.schemas.parts import told
from commentsvc.web.context import get_runtime, reading
from commentsvc.web.plumbing import get_metrics
from commentsvc.web.problems import problem_response
from commentsvc.web.smorest import ANYONE, CommentBlueprint

_EXTENSION: Final = "commentsvc.api.backlog"
_JOBS: Final = "jobs"

blp = CommentBlueprint("health", "health", description="What operators ask.")


class HealthSchema(ma.Schema):
    """All is well."""

    status = told("`ok`.", required=True)
    parts = fields.Dict(keys=fields.String(), values=fields.String(), metadata={"description": "Each part that was asked, `ok`."})


@blp.route("/health/live", methods=["GET"])
@blp.doc(security=ANYONE)
@blp.response(200, HealthSchema)
def live() -> dict[str, str]:
    """Tell that the process answers. It asks nothing of the database."""
    return {"status": "ok"}


@blp.route("/health/ready", methods=["GET"])
@blp.doc(security=ANYONE)
@blp.response(200, HealthSchema)
def ready() -> Response | dict[str, Any]:
    """Tell whether requests can be served: the database answers, its schema is this release's, the scorer is warm.

    Otherwise the answer is 503, and `errors` names each part that is not ready.
    """
    troubles = _find_troubles()
    if troubles:
        return problem_response(
            "unavailable", "Not ready: " + ", ".join(troubles) + ".", fields=_fields(troubles), headers={"Retry-After": "5"}
        )
    return {"status": "ok", "parts": dict.fromkeys(("database", "migrations", "scorer"), "ok")}


@blp.route("/metrics", methods=["GET"])
@blp.doc(
    security=ANYONE, responses={"200": {"description": "Counters and gauges.", "content": {"text/plain": {"schema": {"type": "string"}}}}}
)
def metrics() -> Response:
    """Give what was counted, in Prometheus' text form."""
    _measure_backlog()
    _measure_weeks()
    response = Response(get_metrics().render(), content_type=CONTENT_TYPE)
    response.headers["Cache-Control"] = "no-store"
    return response


def _fields(troubles: dict[str, str]) -> tuple[FieldProblem, ...]:
    return tuple(FieldProblem(f"/{part}", detail) for part, detail in troubles.items())


def _find_troubles() -> dict[str, str]:
    troubles: dict[str, str] = {}
    try:
        with reading() as session:
            found = current_revision(session.connection())
    except StorageUnavailableError:
        troubles["database"] = "The database does not answer."
    else:
        if found != _head():
            troubles["migrations"] = "The schema is not the one of this release: run `commentsvc db upgrade`."
    if not get_runtime().scorer.is_ready:
        troubles["scorer"] = "The scorer has not answered yet."
    return troubles


@lru_cache(maxsize=1)
def _head() -> str:
    return head_revision()


# -- Backlog -------------------------------------------------------------------------------------------------------------------
@dataclass(slots=True)
class _Backlog:
    """What waits, as it was when the metrics were last asked for: how many, and since when the oldest."""

    depth: dict[str, float] = field(default_factory=dict)
    age_s: dict[str, float] = field(default_factory=dict)


def watch_backlog(app: Flask, metrics: Metrics) -> None:
    """Have the metrics tell how many jobs and review items wait. They are counted once for each time the metrics are asked for."""
    backlog = app.extensions[_EXTENSION] = _Backlog()
    for queue in (_JOBS, *(queue.value for queue in Queue)):
        metrics.watch_queue(queue, depth=_look(backlog.depth, queue), age_s=_look(backlog.age_s, queue))


def _look(values: dict[str, float], queue: str) -> Callable[[], float]:
    return lambda: values.get(queue, nan)


def _measure_backlog() -> None:
    runtime = get_runtime()
    backlog: _Backlog = _backlog()
    try:
        with reading() as session:
            _fill(session, backlog, runtime.clock.now())
    except StorageUnavailableError:
        # Unknown is not zero.
        backlog.depth.clear()
        backlog.age_s.clear()


def _fill(session: Session, backlog: _Backlog, now: datetime) -> None:
    jobs = count_jobs(session)
    backlog.depth[_JOBS] = sum(count for state, count in jobs.items() if state != "dead")
    backlog.age_s[_JOBS] = _age_s(oldest_waiting_at(session), now)
    for queue, waiting in count_all_queues(session).items():
        backlog.depth[queue.value] = waiting.count
        backlog.age_s[queue.value] = _age_s(waiting.oldest_at, now)


# -- Weeks ---------------------------------------------------------------------------------------------------------------------
def _measure_weeks() -> None:
    """What the page for watching shows, from the rows that a worker counted: nothing is counted here."""
    runtime, metrics = get_runtime(), get_metrics()
    since = week_of(runtime.clock.now()) - BEFORE
    try:
        with reading() as session:
            sites = list_site_weeks(session, since)
            alerts = count_open_alerts(session)
    except StorageUnavailableError:
        metrics.forget_weeks()
        return
    metrics.forget_weeks()
    for key, weeks in sites.items():
        metrics.show_week(key, _figures(weeks, alerts.get(key, 0)))
        for line in weeks[-1].drift:
            if line.section is None:
                metrics.show_drift(key, line.label, line.index)


def _figures(weeks: list[WeekFigures], alert_count: int) -> dict[str, float]:
    now = weeks[-1]
    found: dict[str, float] = {
        "week_comments": now.comments,
        "week_flagged": now.flagged_count,
        "week_decisions": now.decided_count,
        "alerts_open": alert_count,
    }
    for name, seconds in (("median", now.waits.median_s), ("p95", now.waits.p95_s)):
        if seconds is not None:
            found[f"week_wait_{name}_seconds"] = seconds
    for nudged in Nudged:
        found[f"week_nudges_{nudged.value}"] = sum(now.nudges.get(nudged.value, {}).values())
    for name, figure in (("precision", precision_of(weeks)), ("recall", recall_of(weeks))):
        # The interval is told however wide it is, the estimate only where it is worth something.
        interval = figure.interval if isinstance(figure, TooLittle) else figure
        found |= {f"{name}_low_ratio": interval.low, f"{name}_high_ratio": interval.high}
        if not isinstance(figure, TooLittle):
            found[f"{name}_ratio"] = figure.value
    return found


def _age_s(oldest: datetime | None, now: datetime) -> float:
    return 0.0 if oldest is None else max(0.0, (now - oldest).total_seconds())


def _backlog() -> _Backlog:
    found: _Backlog = current_app.extensions[_EXTENSION]
    return found
