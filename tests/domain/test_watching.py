"""Weeks in counts: kept and read back, and the figures that follow from them."""

from datetime import UTC, datetime

import pytest

from commentsvc.domain.alerting import alert_advice, alert_sentence, write_alert
from commentsvc.domain.intervals import Interval
from commentsvc.domain.quality import TooLittle
from commentsvc.domain.status import AlertKind, Route
from commentsvc.domain.watching import (
    DriftLine,
    Load,
    Waits,
    WeekFigures,
    agreement_of,
    parts_of,
    precision_of,
    recall_of,
    week_of,
)


def test_a_week_begins_on_monday():
    assert week_of(datetime(2026, 3, 1, 23, 59, tzinfo=UTC)) == datetime(2026, 2, 23, tzinfo=UTC)
    assert week_of(datetime(2026, 3, 2, tzinfo=UTC)) == datetime(2026, 3, 2, tzinfo=UTC)


def test_figures_come_back_as_they_were_kept():
    figures = WeekFigures(
        comments=9,
        by_status={"published": 9},
        nudges={"rephrased": {"published": 2}},
        routed={"publish": 7, "hold": 2},
        routes={"hold": [0, 1, 1]},
        flagged=(0, 1, 1),
        strata=((0.1, (6, 1, 0)),),
        decisions={"approve": 2, "reject": 1, "escalate": 4},
        waits=Waits(3, 60.0, 90.0),
        moderators=(Load("m", 3, 15.0),),
        articles=(("a", 9),),
        drift=(DriftLine(None, "toxicity", 0.3, 0.1, 400, "alert"),),
    )
    assert WeekFigures.from_document(figures.as_document()) == figures
    assert WeekFigures.from_document({"comments": 3, "of a later release": 1}) == WeekFigures(comments=3)
    assert (figures.flagged_count, figures.decided_count) == (2, 3)


def test_weeks_with_different_rates_are_weighed_each_by_its_own():
    one = WeekFigures(flagged=(0, 10, 30), strata=[(0.1, (900, 99, 1))])
    other = WeekFigures(flagged=(0, 10, 30), strata=[(0.5, (500, 499, 1))], left_out=7)
    caught, missed = parts_of([one, other])
    assert (caught.rates, missed.sampled, missed.left_out) == ((0.1, 0.5), 600, 7)
    assert caught.flagged.tolist() == [0, 20, 60]
    found = recall_of([one, other])
    interval = found.interval if isinstance(found, TooLittle) else found
    # 60 caught; one found of a tenth stands for ten, one of a half for two.
    assert interval.value == pytest.approx(60 / 72, abs=0.01)
    assert interval.low < interval.value < interval.high


def test_precision_needs_decisions():
    assert isinstance(precision_of([WeekFigures(flagged=(0, 25, 75))]), Interval)
    assert isinstance(precision_of([WeekFigures(flagged=(90, 2, 3))]), TooLittle)
    assert isinstance(recall_of([]), TooLittle)


def test_agreement_counts_decisions_by_route():
    weeks = [WeekFigures(routes={"hold": (5, 1, 3), "publish": (0, 9, 1)}), WeekFigures(routes={"hold": (0, 1, 3)})]
    found = {one.route: one for one in agreement_of(weeks)}
    assert (found[Route.HOLD].decided, found[Route.PUBLISH].decided, found[Route.REVIEW].rejected) == (8, 10, None)
    hold = found[Route.HOLD].rejected
    assert hold is not None
    assert hold.value == 0.75


@pytest.mark.parametrize(
    ("kind", "subject", "words"),
    [
        (AlertKind.DRIFT, "toxicity", "Toxicity scores fall as they did not"),
        (AlertKind.DRIFT, "identity_attack@sport", "scores in the section sport fall"),
        (AlertKind.WAITING, "", "has waited 30 hours for a moderator; it should not be more than 24"),
    ],
)
def test_an_alert_says_what_is_the_matter(kind, subject, words):
    sentence = alert_sentence(kind, subject, {"index": 0.31, "waited_s": 108_000, "hours": 24})
    assert words in sentence
    letter = write_alert("The\nGazette", sentence, alert_advice(kind), "https://c.example/admin/sites/gazette/watch")
    assert letter.subject.startswith("The Gazette: ")
    assert len(letter.subject) <= 150
    assert "\n" not in letter.subject
    assert "https://c.example/admin/sites/gazette/watch" in letter.text
