"""The log holds ids and no words; the counters hold words from closed lists."""

import json
import logging

import pytest
import structlog

from commentsvc.integrations.logs import FORBIDDEN_KEYS, ForbiddenLogKeyError, configure_logging
from commentsvc.integrations.metrics import Metrics


def lines(stream):
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_an_event_is_one_object_a_line(log_stream):
    configure_logging(as_json=True, stream=log_stream)
    with structlog.contextvars.bound_contextvars(request_id="r-1"):
        structlog.get_logger("commentsvc.x").info("comment_routed", comment_id="c-1", route="hold")
    (line,) = lines(log_stream)
    assert line.pop("timestamp").endswith("Z")
    assert line == {"event": "comment_routed", "level": "info", "request_id": "r-1", "comment_id": "c-1", "route": "hold"}


def test_text_for_people_holds_the_same(log_stream):
    configure_logging(as_json=False, stream=log_stream)
    structlog.get_logger("x").warning("lease_lost", job_id="j-1", email="canary")
    written = log_stream.getvalue()
    assert "lease_lost" in written
    assert "job_id=j-1" in written
    assert "canary" not in written


@pytest.mark.parametrize("key", sorted(FORBIDDEN_KEYS | {"EMAIL", "Body"}))
def test_forbidden_fields_are_dropped_or_raise(log_stream, key):
    configure_logging(as_json=True, stream=log_stream)
    structlog.get_logger("x").info("event", **{key: "canary", "comment_id": "c-1"})
    assert "canary" not in log_stream.getvalue()
    assert lines(log_stream)[0]["dropped"] == [key]
    configure_logging(as_json=True, stream=log_stream, strict=True)
    with pytest.raises(ForbiddenLogKeyError, match=key):
        structlog.get_logger("x").info("event", **{key: "canary"})


def fail():
    try:
        int("canary-cause")
    except ValueError as error:
        raise LookupError("canary-text") from error


def test_an_exception_is_its_type_and_its_place(log_stream):
    configure_logging(as_json=True, stream=log_stream)
    try:
        fail()
    except LookupError:
        structlog.get_logger("x").exception("job_failed", job_id="j-1")
        logging.getLogger("library").exception("while working on %s", "canary-value")
    assert "canary" not in log_stream.getvalue()
    for line in lines(log_stream):
        assert line["exc_type"] == "builtins.LookupError"
        assert line["exc_cause"] == "builtins.ValueError"
        assert line["exc_frames"][-1].startswith("test_logs_metrics.py:")


def test_libraries_keep_their_template_only(log_stream):
    configure_logging(as_json=True, stream=log_stream)
    logging.getLogger("some.library").warning("cannot deliver to %s", "ann@example.org")
    logging.getLogger("some.library").warning("GET /?q=ann@example.org")
    logging.getLogger("alembic.runtime").warning("Running upgrade")
    logging.getLogger("werkzeug").info("203.0.113.9 GET /")
    assert "ann@" not in log_stream.getvalue()
    assert [(line["logger"], line["template"]) for line in lines(log_stream)] == [
        ("some.library", "cannot deliver to %s"),
        ("some.library", "(no values)"),
        ("alembic.runtime", "Running upgrade"),
    ]


def test_the_level_counts_and_the_last_call_wins(log_stream):
    configure_logging(as_json=True, stream=log_stream)
    configure_logging(as_json=True, stream=log_stream, level="WARNING")
    structlog.get_logger("x").info("quiet")
    structlog.get_logger("x").warning("loud")
    assert [line["event"] for line in lines(log_stream)] == ["loud"]


def test_values_that_json_does_not_know_are_still_written(log_stream):
    configure_logging(as_json=True, stream=log_stream)
    structlog.get_logger("x").info("event", kind=ValueError, count=2**70)
    assert lines(log_stream)[0]["event"] == "event"


def test_metrics_show_what_was_counted():
    metrics = Metrics()
    metrics.comment_routed("hold")
    metrics.scoring_finished("shipped", "late", 0.2)
    metrics.lease_lost("job")
    metrics.watch_queue("scoring", depth=lambda: 3, age_s=lambda: 1.5)
    shown = metrics.render().decode()
    for line in (
        'commentsvc_comments_total{route="hold"} 1.0',
        'commentsvc_scorings_total{outcome="late",scorer="shipped"} 1.0',
        'commentsvc_scoring_seconds_bucket{le="0.25",scorer="shipped"} 1.0',
        'commentsvc_lost_leases_total{kind="job"} 1.0',
        'commentsvc_queue_depth{queue="scoring"} 3.0',
        'commentsvc_queue_age_seconds{queue="scoring"} 1.5',
    ):
        assert line in shown


def test_two_registries_do_not_mix():
    one, other = Metrics(), Metrics()
    one.comment_routed("publish")
    assert 'route="publish"' not in other.render().decode()
