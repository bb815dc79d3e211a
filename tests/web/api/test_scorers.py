"""Scorers on record, the shadow and what it would change, and comments scored anew, as admins see them."""

import pytest

from commentsvc.domain.labels import Label
from commentsvc.domain.principals import Role
from commentsvc.store import models
from commentsvc.worker.loop import run_once
from tests.support.scorers import Other, give_shadow
from tests.support.world import HELD, REJECTED, REVIEWED
from tests.web.api.api_client import ADMIN, CHIEF, OTHER_ADMIN, counted_queries, pointers, problem


@pytest.fixture
def admin(api):
    return api.caller(ADMIN)


@pytest.fixture
def chief(api):
    return api.caller(CHIEF)


@pytest.fixture
def other(world) -> Other:
    """A shadow that is at work."""
    scorer = Other()
    give_shadow(world, scorer)
    run(world)
    return scorer


def run(world) -> None:
    while run_once(world.runtime):
        pass


def test_the_scorers_are_listed(api, world, admin):
    api.comment()
    told = api.get("admin/scorers", token=admin).json
    assert told["active"]["version"] == world.runtime.scorer.version.id
    assert told["shadow"] is None
    (line,) = told["items"]
    assert (line["version"], line["is_active"], line["is_shadow"]) == (told["active"]["version"], True, False)
    assert (line["score_sets"], line["calibration"], line["labels"][0]) == (1, {}, "toxicity")


def test_a_calibration_is_shown(api, world, admin):
    curve = {Label.TOXICITY: ((0.0, 1.0), (0.1, 0.9))}
    object.__setattr__(world.scorer.version, "calibration", curve)
    api.comment()
    (line,) = api.get("admin/scorers", token=admin).json["items"]
    assert line["calibration"] == {"toxicity": {"raw": [0.0, 1.0], "score": [0.1, 0.9]}}


def test_the_shadow_is_shown_with_what_it_would_change(api, world, admin, other):
    began = world.now
    for number, body in enumerate((REVIEWED, HELD, REJECTED)):
        api.comment(body, token=api.jwt(f"a{number}"))
    run(world)
    told = api.get("admin/scorers", token=admin).json
    assert told["shadow"]["version"] == other.version.id
    assert told["shadow"]["since"] == began.isoformat().replace("+00:00", "Z")
    changes = told["shadow"]["changes"]
    assert (changes["comments"], changes["unchanged"], changes["stricter"], changes["milder"]) == (3, 1, 1, 1)
    ways = {(way["before"], way["after"]): way["count"] for way in changes["routes"]}
    assert ways == {("review", "hold"): 1, ("hold", "publish"): 1, ("reject", "reject"): 1}
    assert [(line["is_shadow"], line["score_sets"]) for line in told["items"] if line["version"] == other.version.id] == [(True, 3)]


def test_an_admin_sees_the_figures_of_their_own_sites_alone(api, world, other):
    api.comment(REVIEWED, token=api.jwt())
    run(world)
    told = api.get("admin/scorers", token=api.caller(OTHER_ADMIN)).json
    assert told["shadow"]["changes"]["comments"] == 0
    assert {line["score_sets"] for line in told["items"]} == {0}


def test_a_shadow_that_the_settings_no_longer_name_is_none(api, world, admin, other):
    world.runtime.shadow = None
    told = api.get("admin/scorers", token=admin).json
    assert told["shadow"] is None
    assert not any(line["is_shadow"] for line in told["items"])


def test_the_comparison_can_begin_anew(api, world, admin, chief, other):
    api.comment(REVIEWED, token=api.jwt())
    run(world)
    world.clock.advance(seconds=60)
    line = api.post(f"admin/scorers/{other.version.id}:shadow", token=chief).json
    assert (line["version"], line["is_shadow"]) == (other.version.id, True)
    shadow = api.get("admin/scorers", token=admin).json["shadow"]
    assert shadow["since"] == world.now.isoformat().replace("+00:00", "Z")
    assert shadow["changes"]["comments"] == 0
    entry = world.row(models.AuditEntry, action="shadow_restarted")
    assert entry.actor == f"account:{api.account_of(CHIEF)}"


def test_only_what_the_settings_name_can_be_shadow_or_active(api, world, chief, other):
    api.comment()
    active = world.scorer.version.id
    assert api.post(f"admin/scorers/{active}:activate", token=chief).json["is_active"]
    for path in (f"{other.version.id}:activate", f"{active}:shadow"):
        detail = problem(api.post(f"admin/scorers/{path}", token=chief), 409, "conflict")["detail"]
        assert "scorer.engine" in detail
    for act in ("activate", "shadow"):
        problem(api.post(f"admin/scorers/nobody:{act}", token=chief), 404, "not-found")


def test_a_sites_comments_are_scored_anew_in_the_background(api, world, admin):
    for number, body in enumerate((REVIEWED, HELD)):
        api.comment(body, token=api.jwt(f"a{number}"))
    other = Other()
    give_shadow(world, other)
    run(world)
    answer = api.post("admin/rescoring", {"site": "gazette", "scorer": other.version.id}, token=admin)
    assert answer.status_code == 202
    asked = answer.json
    assert (asked["site"], asked["scorer"], asked["total"], asked["scored"]) == ("gazette", other.version.id, 2, 0)
    assert (asked["account"], asked["finished_at"], asked["changes"]) == (api.account_of(ADMIN), None, None)
    again = api.post("admin/rescoring", {"site": "gazette", "scorer": other.version.id}, token=admin)
    assert again.json["id"] == asked["id"]
    routed = world.rows(models.Routing)
    run(world)
    (done,) = api.get("admin/rescoring", query_string={"site": "gazette"}, token=admin).json["items"]
    assert (done["id"], done["scored"], done["failed"]) == (asked["id"], 2, 0)
    assert done["finished_at"] is not None
    assert (done["changes"]["stricter"], done["changes"]["milder"]) == (1, 1)
    assert world.rows(models.Routing) == routed


def test_the_active_scorer_is_taken_when_none_is_named(api, world, admin):
    asked = api.post("admin/rescoring", {"site": "gazette", "limit": 5, "since": "2026-01-01T00:00:00Z"}, token=admin).json
    assert (asked["scorer"], asked["limit"], asked["since"]) == (world.scorer.version.id, 5, "2026-01-01T00:00:00Z")
    run(world)
    (done,) = api.get("admin/rescoring", query_string={"site": "gazette"}, token=admin).json["items"]
    assert done["changes"]["comments"] == 0


def test_a_scorer_that_is_not_at_work_scores_nothing_anew(api, world, admin, other):
    world.runtime.shadow = None
    problem(api.post("admin/rescoring", {"site": "gazette", "scorer": other.version.id}, token=admin), 409, "conflict")
    problem(api.post("admin/rescoring", {"site": "gazette", "scorer": "nobody"}, token=admin), 404, "not-found")
    assert world.rows(models.Rescoring) == []


@pytest.mark.parametrize(("body", "at"), [({}, "/site"), ({"site": "gazette", "limit": 0}, "/limit"), ({"site": "gazette", "x": 1}, "/x")])
def test_a_wish_that_does_not_fit_is_refused(api, admin, body, at):
    answer = api.post("admin/rescoring", body, token=admin)
    problem(answer, 422, "validation-failed")
    assert pointers(answer) == [at]


def test_the_list_asks_the_database_a_few_times_whatever_there_is(api, world, other):
    token = api.caller(ADMIN)
    for number in range(5):
        api.comment(f"{REVIEWED} {number}", token=api.jwt(f"a{number}"))
    run(world)
    with counted_queries(world) as few:
        api.get("admin/scorers", token=token)
    for number in range(5, 15):
        api.comment(f"{REVIEWED} {number}", token=api.jwt(f"a{number}"))
    run(world)
    with counted_queries(world) as many:
        api.get("admin/scorers", token=token)
    assert len(few) == len(many) <= 14


def test_a_moderator_has_no_part_in_it(api, world):
    token = api._token("mo@gazette", Role.MODERATOR, world.site.id)
    problem(api.get("admin/scorers", token=token), 403, "forbidden")
