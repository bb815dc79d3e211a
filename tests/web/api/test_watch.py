"""What an admin watches as programs and Prometheus read it."""

from commentsvc.domain.status import Nudged, Verdict
from commentsvc.domain.watching import DriftLine, WeekFigures, week_of
from commentsvc.services.watching import refresh_alerts, store_week
from commentsvc.worker.watching import watch_once
from tests.support.world import CIVIL, HELD, World
from tests.web.api.api_client import ADMIN, Api, problem

PATH = "admin/sites/gazette/watch"


def lived(world: World) -> None:
    account = world.moderator("mia")
    held = world.submit(HELD)
    world.submit(CIVIL, nudged=Nudged.REPHRASED, author="ben")
    world.clock.advance(minutes=2)
    world.decide(str(held.item_id), account, Verdict.REJECT)
    assert watch_once(world.runtime) == 1


def test_a_week_is_told_in_figures(api: Api, world: World):
    assert api.get(PATH, token=api.caller(ADMIN)).json["weeks"] == []
    lived(world)
    found = api.get(PATH, token=api.caller(ADMIN), query_string={"weeks": "4"}).json
    assert (found["waiting"], found["oldest_at"], found["waiting_hours"], found["by_mail"]) == (0, None, 24, False)
    (week,) = found["weeks"]
    assert (week["comments"], week["flagged"], week["decisions"], week["wait_median_s"]) == (2, 1, 1, 120.0)
    assert week["precision"]["value"] is None
    assert 0 <= week["precision"]["low"] < week["precision"]["high"] <= 1
    assert week["precision"]["more"] > 0
    assert {"route": "hold", "unseen": 0, "approved": 0, "rejected": 1} in week["routes"]
    assert week["nudges"][0] == {"nudged": "rephrased", "comments": 1, "published": 1, "rejected": 0}
    assert week["articles"] == [{"article": "tram", "comments": 2}]
    assert [load["decisions"] for load in week["moderators"]] == [1]
    problem(api.get(PATH, token=api.caller(ADMIN), query_string={"weeks": "27"}), 422, "validation-failed")


def test_alerts_are_told_and_set(api: Api, world: World):
    site_id = world.site.id
    shift = WeekFigures(drift=[DriftLine(None, "threat", 0.5, 0.1, 200, "alert")])
    world.do(lambda session: refresh_alerts(session, site_id, shift, None, world.now))
    found = api.put(PATH, {"waiting_hours": 6, "by_mail": True}, token=api.caller(ADMIN)).json
    assert (found["waiting_hours"], found["by_mail"]) == (6, True)
    (alert,) = found["alerts"]
    assert (alert["kind"], alert["subject"], alert["closed_at"]) == ("drift", "threat", None)
    assert alert["sentence"].startswith("Threat scores fall")
    assert api.put(PATH, {"waiting_hours": 0}, token=api.caller(ADMIN)).json["by_mail"] is True
    problem(api.put(PATH, {"waiting_hours": 721}, token=api.caller(ADMIN)), 422, "validation-failed")


def test_prometheus_has_the_same_figures(api: Api, world: World):
    lived(world)
    told = api.get("/metrics").get_data(as_text=True)
    assert 'commentsvc_week_comments{site="gazette"} 2.0' in told
    assert 'commentsvc_week_wait_median_seconds{site="gazette"} 120.0' in told
    assert 'commentsvc_week_nudges_rephrased{site="gazette"} 1.0' in told
    assert 'commentsvc_precision_ratio{site="gazette"} NaN' in told
    assert 'commentsvc_precision_high_ratio{site="gazette"} 1.0' in told
    assert 'site="courier"' not in told
    site_id = world.site.id
    full = WeekFigures(
        comments=900,
        flagged=(0, 25, 75),
        strata=[(0.5, (400, 398, 2))],
        drift=[DriftLine(None, "insult", 0.5, 0.1, 200, "alert"), DriftLine("sport", "insult", 0.7, 0.1, 200, "alert")],
    )
    world.do(lambda session: store_week(session, site_id, week_of(world.now), full, world.now))
    world.do(lambda session: refresh_alerts(session, site_id, full, None, world.now))
    told = api.get("/metrics").get_data(as_text=True)
    assert 'commentsvc_precision_ratio{site="gazette"} 0.75' in told
    assert 'commentsvc_drift_index{label="insult",site="gazette"} 0.5' in told
    assert 'commentsvc_alerts_open{site="gazette"} 2.0' in told
    assert 'commentsvc_recall_ratio{site="gazette"} 0.9' in told
