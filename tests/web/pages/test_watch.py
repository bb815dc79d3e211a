"""The page for watching: what is counted is shown, what is not known is said, and alerts are set."""

from datetime import timedelta

from commentsvc.domain.principals import Role
from commentsvc.domain.status import Verdict
from commentsvc.domain.watching import WEEK, DriftLine, Load, Waits, WeekFigures, week_of
from commentsvc.services.watching import refresh_alerts, store_week
from commentsvc.store import models
from commentsvc.worker.watching import watch_once
from tests.support.world import CIVIL, HELD, World

PAGE = "/admin/sites/gazette/watch"


def told(page) -> str:
    return " ".join(page.text.split())


def put(world: World, back: int, figures: WeekFigures) -> None:
    start = week_of(world.now) - back * WEEK
    world.do(lambda session: store_week(session, world.site.id, start, figures, world.now))


def test_before_anything_is_counted_the_page_says_what_to_expect(admin):
    assert "Nothing counted yet" in told(admin.get(PAGE))


def test_a_counted_week_is_shown(admin, world: World):
    account = world.moderator("mia")
    held = world.submit(HELD, article="ferry")
    world.submit(CIVIL)
    world.clock.advance(minutes=5)
    world.decide(str(held.item_id), account, Verdict.REJECT)
    assert watch_once(world.runtime) == 1
    page = admin.get(PAGE)
    text = told(page)
    assert "Comments this week 2 1 published" in text
    assert "Flagged this week 1 0 reviewed, 1 held, 0 rejected" in text
    assert "Decisions this week 1" in text
    assert "held it 1 100 % (3 to 100)" in text
    assert "Mia 1 0.0" in text
    assert "23 Feb 2026 now 2 1 1 5 min 5 min too little too little" in text
    assert "Recall too little to say" in text
    assert "Week of 23 Feb: 2 comments, 1 texts flagged" in page.html
    assert "Nothing to compare yet" in text


def test_weeks_of_every_kind_are_drawn(admin, world: World):
    full = WeekFigures(
        comments=1000,
        routed={"publish": 900, "hold": 100},
        routes={"hold": (0, 30, 70), "publish": (0, 399, 1)},
        flagged=(0, 30, 70),
        strata=[(0.5, (500, 399, 1))],
        decisions={"approve": 430, "reject": 71},
        nudges={"rephrased": {"published": 4}, "posted_anyway": {"rejected": 2}},
        waits=Waits(100, 90.0, 7000.0),
        moderators=[Load("gone", 501, 4000.0)],
        articles=[("gone", 12)],
        drift=[DriftLine(None, "toxicity", 0.31, 0.02, 500, "alert"), DriftLine("sport", "threat", 0.2, 0.02, 500, "watch")],
    )
    put(world, 3, full)
    put(world, 1, full)
    put(world, 0, WeekFigures())
    text = told(admin.get(PAGE))
    assert "16 Feb 2026 1,000 100 501 1 min 1 h 70 % (60 to 79) 97 % (" in text
    assert "9 Feb 2026 not counted yet" in text
    assert "An account that is gone 1,002 2.2" in text
    assert "An article that is gone" in text
    assert "Rephrased 8 8 0 Posted as it was 4 0 4" in text
    assert "Nothing to compare yet" in text
    put(world, 0, full)
    text = told(admin.get(f"{PAGE}?weeks=4"))
    assert "Toxicity Moved 0.31 0.02" in text
    assert "Threat sport Moving 0.20 0.02" in text


def test_an_open_alert_stands_on_top_and_a_closed_one_below(admin, world: World):
    site_id = world.site.id
    shift = WeekFigures(drift=[DriftLine("sport", "toxicity", 0.4, 0.02, 300, "alert")])
    world.do(lambda session: refresh_alerts(session, site_id, shift, None, world.now))
    text = told(admin.get(PAGE))
    assert "Toxicity scores in the section sport fall as they did not in the four weeks before (stability index 0.40" in text
    world.do(lambda session: refresh_alerts(session, site_id, WeekFigures(), None, world.now + timedelta(hours=1)))
    assert "1 alert is over" in told(admin.get(PAGE))


def test_alerts_are_set(admin, world: World):
    form = admin.get(PAGE).form("/watch")
    page = admin.send(form, waiting_hours="6", by_mail="yes")
    assert "Saved." in page.text
    assert world.row(models.WatchRule).waiting_hours == 6
    assert len(world.rows(models.AlertReader)) == 1
    assert page.form("/watch").fields["waiting_hours"] == "6"
    for hours in ("soon", "9999"):
        page = admin.send(form, waiting_hours=hours)
        assert page.status == 422
        assert "from 0 to 720" in page.text
    admin.send(form, waiting_hours="")
    assert world.row(models.WatchRule).waiting_hours == 0
    assert world.rows(models.AlertReader) == []


def test_only_the_sites_admins_watch_it(moderator, sign_in):
    assert moderator.get(PAGE).status == 403
    assert sign_in("cy", Role.ADMIN, "courier").get(PAGE).status == 404
