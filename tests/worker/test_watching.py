"""Weeks are counted by one of several workers, as they are; what is alarming is told once, by webhook and by letter."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from commentsvc.domain.drift import Drift
from commentsvc.domain.errors import InvalidError
from commentsvc.domain.principals import Role
from commentsvc.domain.status import AlertKind, Nudged, Queue, Verdict
from commentsvc.domain.watching import WEEK, DriftLine, WeekFigures, week_of
from commentsvc.services.accounts import set_active
from commentsvc.services.jobs import JobKind, claim_alone
from commentsvc.services.watching import refresh_alerts, set_alert_reader, set_waiting_hours
from commentsvc.store import models
from commentsvc.store.queries.watching import WeekLine, list_weeks
from commentsvc.worker.mailing import mail_once
from commentsvc.worker.watching import LATE_EVERY, NOW_EVERY, Watcher, watch_once
from tests.support.mail_server import Postbox
from tests.support.world import CIVIL, HELD, REJECTED, World


def weeks(world: World) -> list[WeekLine]:
    with world.db.reading() as session:
        return list_weeks(session, world.site.id, week_of(world.now) - 30 * WEEK)


def count(world: World) -> int:
    done = 0
    while watch_once(world.runtime):
        done += 1
    return done


def alerts(world: World, figures: WeekFigures, **waited: float) -> tuple[int, int]:
    oldest = world.now - timedelta(**waited) if waited else None
    return world.do(lambda session: refresh_alerts(session, world.site.id, figures, oldest, world.now))


def drifted(*drifts: str) -> WeekFigures:
    return WeekFigures(drift=[DriftLine(None, "toxicity", 0.4, 0.05, 300, drift) for drift in drifts])


def test_a_week_is_counted_as_it_is(world: World):
    moderator = world.moderator()
    world.chance.value = 0.0
    sampled = world.submit(CIVIL, nudged=Nudged.REPHRASED)
    world.chance.value = 0.999
    for number, body in enumerate(
        ("The ferry was late.", "A new bridge opens in May, they say.", "Rain again.", "Who pays for all of this?")
    ):
        world.submit(body, author=f"c{number}")
    held = [world.submit(HELD[: 18 + 7 * number], author=f"h{number}", article="ferry") for number in range(3)]
    world.submit(REJECTED, author="rex")
    world.clock.advance(minutes=10)
    for submitted, verdict in zip(held, (Verdict.APPROVE, Verdict.REJECT, Verdict.REJECT), strict=True):
        world.decide(str(submitted.item_id), moderator, verdict)
    world.undo(str(held[2].item_id), moderator)
    world.decide(str(sampled.item_id), moderator, Verdict.APPROVE)
    assert count(world) == 1
    (line,) = weeks(world)
    found = line.figures
    assert (line.starts_at, line.counted_at) == (week_of(world.now), world.now)
    assert found.comments == 9
    assert found.nudges == {"rephrased": {"published": 1}}
    assert found.routed == {"publish": 5, "hold": 3, "reject": 1}
    assert found.routes == {"publish": [0, 1, 0], "hold": [1, 1, 1], "reject": [1, 0, 0]}
    assert list(found.flagged) == [2, 1, 1]
    assert [(rate, list(counts)) for rate, counts in found.strata] == [(0.1, [4, 1, 0])]
    assert (found.decisions, found.undone) == ({"approve": 2, "reject": 1}, 1)
    assert (found.waits.count, found.waits.median_s, found.waits.p95_s) == (2, 600.0, 600.0)
    assert [(one.account_id, one.decisions) for one in found.moderators] == [(moderator, 3)]
    assert [number for _, number in found.articles] == [6, 3]
    assert {one.drift for one in found.drift} <= {Drift.TOO_FEW.value}


def test_a_day_whose_sample_is_not_decided_is_left_out_of_recall(world: World):
    world.chance.value = 0.0
    world.submit(CIVIL)
    world.chance.value = 0.999
    world.submit(HELD, author="hal")
    count(world)
    found = weeks(world)[0].figures
    assert (found.left_out, list(found.flagged), list(found.strata)) == (2, [0, 0, 0], [])
    assert found.flagged_count == 1


def test_weeks_are_counted_again_while_they_change_and_then_left(world: World):
    world.submit(CIVIL)
    assert count(world) == 1
    assert count(world) == 0
    world.clock.advance(seconds=NOW_EVERY.total_seconds())
    assert count(world) == 1
    world.clock.advance(days=7)
    # The week that is over once more, and the one that has begun.
    assert count(world) == 2
    world.clock.advance(seconds=LATE_EVERY.total_seconds())
    assert count(world) == 2
    world.clock.advance(days=70)
    count(world)
    assert len(weeks(world)) == 12
    counted = weeks(world)[0].counted_at
    world.clock.advance(days=1)
    count(world)
    assert weeks(world)[0].counted_at == counted


def test_a_process_does_not_look_all_the_time(world: World):
    watcher = Watcher()
    assert watcher.step(world.runtime) == 0
    world.submit(CIVIL)
    assert watcher.step(world.runtime) == 0
    world.clock.advance(minutes=1)
    assert watcher.step(world.runtime) == 1


def test_several_workers_count_a_week_once_and_one_that_died_is_followed(world: World):
    world.submit(CIVIL)
    job = world.do(lambda session: claim_alone(session, JobKind.WATCH, world.site.id, world.now))
    assert job is not None
    assert watch_once(world.runtime) == 0
    world.clock.advance(hours=1)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: watch_once(world.runtime), range(8)))
    assert len(weeks(world)) == 1
    assert world.rows(models.Job, kind=JobKind.WATCH.value) == []


def test_a_shift_of_the_scores_is_an_alert(sqlite_world: World):
    world = sqlite_world
    for number in range(300):
        world.submit(f"Text {number} toxicity=0.{10 + number % 20}", author=f"a{number}")
    world.clock.advance(days=8)
    for number in range(300):
        world.submit(f"Later {number} toxicity=0.{20 + number % 20}", author=f"b{number}")
    count(world)
    (line,) = [one for one in weeks(world)[-1].figures.drift if one.label == "toxicity"]
    assert line.drift == Drift.ALERT
    alert = world.row(models.Alert)
    assert (alert.kind, alert.subject, alert.closed_at) == (AlertKind.DRIFT, "toxicity", None)
    assert [row.topic for row in world.rows(models.Outbox) if row.topic.startswith("alert")] == ["alert.opened"]


def test_an_alert_is_opened_once_stays_while_it_is_not_calm_and_is_closed(world: World):
    with ThreadPoolExecutor(8) as pool:
        assert sum(opened for opened, _ in pool.map(lambda _: alerts(world, drifted("alert")), range(8))) == 1
    assert alerts(world, drifted("watch")) == (0, 0)
    world.clock.advance(days=1)
    assert alerts(world, drifted("steady")) == (0, 1)
    assert world.row(models.Alert).closed_at == world.now
    assert alerts(world, drifted("alert")) == (1, 0)
    topics = [row.topic for row in world.rows(models.Outbox)]
    assert topics == ["alert.opened", "alert.closed", "alert.opened"]


def test_waiting_too_long_is_an_alert_as_the_site_wants_it(world: World):
    assert alerts(world, WeekFigures(), hours=23) == (0, 0)
    assert alerts(world, WeekFigures(), hours=25) == (1, 0)
    world.do(lambda session: set_waiting_hours(session, world.site.id, 48, None, world.now))
    assert alerts(world, WeekFigures(), hours=25) == (0, 1)
    world.do(lambda session: set_waiting_hours(session, world.site.id, 0, None, world.now))
    assert alerts(world, WeekFigures(), days=300) == (0, 0)
    with pytest.raises(InvalidError):
        world.do(lambda session: set_waiting_hours(session, world.site.id, 721, None, world.now))
    entries = world.rows(models.AuditEntry, action="watch_rule_changed")
    assert [(entry.before, entry.after) for entry in entries] == [
        ({"waiting_hours": 24}, {"waiting_hours": 48}),
        ({"waiting_hours": 48}, {"waiting_hours": 0}),
    ]


def test_what_waits_is_seen_by_the_worker(world: World):
    world.submit(HELD)
    world.clock.advance(hours=25)
    count(world)
    assert world.row(models.Alert).detail["waited_s"] == 25 * 3600
    assert world.open_items(world.row(models.Comment).id)[0].queue is Queue.HELD


# -- Letters -------------------------------------------------------------------------------------------------------------------
def reader(world: World, name: str, *, role: Role = Role.ADMIN) -> str:
    account = world.moderator(name, role=role)
    world.do(lambda session: set_alert_reader(session, world.site.id, account, world.now, is_reader=True))
    return account


def test_an_alert_is_written_to_the_admins_who_asked(world: World, postbox: Postbox):
    reader(world, "ada")
    world.moderator("bea", role=Role.ADMIN)
    gone = reader(world, "cyd")
    reader(world, "mo", role=Role.MODERATOR)
    world.do(lambda session: set_active(session, gone, None, world.now, is_active=False))
    alerts(world, drifted("alert"))
    assert mail_once(world.runtime) == 3
    assert postbox.recipients == ["ada@example.org"]
    assert "Toxicity scores fall as they did not" in postbox.text
    assert "https://comments.example/admin/sites/gazette/watch" in postbox.text
    assert postbox.last["List-Unsubscribe"] is None
    assert mail_once(world.runtime) == 0
    assert (world.rows(models.AlertLetter), world.rows(models.Job)) == ([], [])


def test_a_letter_that_is_not_taken_is_tried_again(world: World, postbox: Postbox):
    account = reader(world, "ada")
    alerts(world, drifted("alert"))
    postbox.is_failing = True
    assert mail_once(world.runtime) == 1
    assert mail_once(world.runtime) == 0
    postbox.is_failing = False
    world.clock.advance(minutes=1)
    assert mail_once(world.runtime) == 1
    assert postbox.recipients == ["ada@example.org"]
    world.do(lambda session: set_alert_reader(session, world.site.id, account, world.now, is_reader=False))
    changes = [(entry.before, entry.after) for entry in world.rows(models.AuditEntry, action="alert_reader_changed")]
    assert changes == [({"by_mail": False}, {"by_mail": True}), ({"by_mail": True}, {"by_mail": False})]
