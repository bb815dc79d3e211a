"""What the service counts, in Prometheus' text form, on a registry of its own."""

from collections.abc import Callable, Mapping
from math import nan
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_FAST_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1.0, 2.5, 5.0)
WEEK_FIGURES: Final[Mapping[str, str]] = {
    "week_comments": "Comments posted this week.",
    "week_flagged": "Texts flagged this week.",
    "week_decisions": "Decisions made this week.",
    "week_wait_median_seconds": "Median time that items had waited which were decided this week.",
    "week_wait_p95_seconds": "Time that 95 of 100 items had waited less than.",
    "week_nudges_rephrased": "Comments of this week that were rephrased after a nudge.",
    "week_nudges_posted_anyway": "Comments of this week that were posted as they were after a nudge.",
    "precision_ratio": "Of what was flagged in the last four weeks counted, the share that is harmful.",
    "precision_low_ratio": "Lower end of its 95 % interval.",
    "precision_high_ratio": "Upper end of its 95 % interval.",
    "recall_ratio": "Of all that was harmful in the last four weeks counted, the share that was flagged.",
    "recall_low_ratio": "Lower end of its 95 % interval.",
    "recall_high_ratio": "Upper end of its 95 % interval.",
    "alerts_open": "Alerts that are open.",
}
"""What an admin watches, by site, as on the page."""


class Metrics:
    """Counters of one process. Labels are closed words, route templates and sites' keys: never ids, names or texts."""

    def __init__(self) -> None:
        registry = self.registry = CollectorRegistry()
        self._requests = Counter("commentsvc_requests_total", "Answered requests.", ["method", "route", "status"], registry=registry)
        self._request_seconds = Histogram(
            "commentsvc_request_seconds",
            "Time from first byte read to answer.",
            ["method", "route"],
            buckets=_FAST_BUCKETS,
            registry=registry,
        )
        # Looking a child up by its labels costs more than counting.
        self._request_children: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}
        self._comments = Counter("commentsvc_comments_total", "Routed revisions.", ["route"], registry=registry)
        self._scorings = Counter("commentsvc_scorings_total", "Calls of the scorer.", ["scorer", "outcome"], registry=registry)
        self._scoring_seconds = Histogram(
            "commentsvc_scoring_seconds", "Time of one call of the scorer.", ["scorer"], buckets=_FAST_BUCKETS, registry=registry
        )
        self._lost_leases = Counter(
            "commentsvc_lost_leases_total", "Work given up because its lease was over.", ["kind"], registry=registry
        )
        self._week = {name: Gauge(f"commentsvc_{name}", about, ["site"], registry=registry) for name, about in WEEK_FIGURES.items()}
        self._drift = Gauge(
            "commentsvc_drift_index", "Population stability index of a label's scores.", ["site", "label"], registry=registry
        )
        self._queue_depth = Gauge("commentsvc_queue_depth", "Waiting rows.", ["queue"], registry=registry)
        self._queue_age = Gauge("commentsvc_queue_age_seconds", "Age of the oldest waiting row.", ["queue"], registry=registry)

    def request_finished(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one answered request; `route` is the template, such as `/api/v1/comments/<comment_id>`."""
        children = self._request_children.get((method, route, status))
        if children is None:
            children = (self._requests.labels(method, route, str(status)), self._request_seconds.labels(method, route))
            self._request_children[method, route, status] = children
        children[0].inc()
        children[1].observe(seconds)

    def comment_routed(self, route: str) -> None:
        """Count one routed revision; `route` is `publish`, `review`, `hold`, `reject`, or `pending` where no score came in time."""
        self._comments.labels(route).inc()

    def scoring_finished(self, scorer: str, outcome: str, seconds: float) -> None:
        """Count one call of the scorer; `outcome` is `ok`, `late` or `failed`."""
        self._scorings.labels(scorer, outcome).inc()
        self._scoring_seconds.labels(scorer).observe(seconds)

    def lease_lost(self, kind: str) -> None:
        """Count work that was given up because someone else holds its lease now; `kind` is `job`, `message` or `review_item`."""
        self._lost_leases.labels(kind).inc()

    def watch_queue(self, queue: str, *, depth: Callable[[], float], age_s: Callable[[], float]) -> None:
        """Ask `depth` and `age_s` (seconds of the oldest) whenever the metrics are read; both must be quick and never raise."""
        self._queue_depth.labels(queue).set_function(depth)
        self._queue_age.labels(queue).set_function(age_s)

    def show_week(self, site: str, figures: Mapping[str, float]) -> None:
        """Keep what a site's week comes to; `figures` are by the names of `WEEK_FIGURES`, and one that is not known is left out."""
        for name in WEEK_FIGURES:
            value = figures.get(name)
            self._week[name].labels(site).set(nan if value is None else value)

    def show_drift(self, site: str, label: str, index: float) -> None:
        """Keep how far a label's scores have moved on a site."""
        self._drift.labels(site, label).set(index)

    def forget_weeks(self) -> None:
        """Drop what is known of sites: those that are gone must not stay."""
        for gauge in (*self._week.values(), self._drift):
            gauge.clear()

    def render(self) -> bytes:
        """Write everything counted so far; the content type is `CONTENT_TYPE`."""
        return generate_latest(self.registry)
