"""The laboratory's page without scripts: thresholds tried, recommended, kept, activated, gone back from; nothing stored by looking."""

import json

import pytest

from commentsvc.domain.principals import Role
from commentsvc.domain.status import Queue, Verdict
from commentsvc.services.policy_approval import want_approval
from commentsvc.store import models
from tests.support.world import HELD, POLICY, World

LAB = "/admin/sites/gazette/laboratory"
TRY = "toxicity-review=0.33&toxicity-hold=0.36&threat-hold=0.5"


@pytest.fixture
def history(world: World) -> World:
    account = world.moderator("mia")
    world.set_policy({**POLICY, "repeats": {"count": 0}})
    for number in range(36):
        world.chance.value = 0.0 if number % 2 else 1.0
        held = world.submit(f"{HELD} {number}", author=f"a{number}", article="match", section="sport")
        world.decide(str(held.item_id), account, Verdict.REJECT if number % 6 else Verdict.APPROVE)
        passed = world.submit(f"A word. toxicity=0.{number % 24 + 15}", author=f"b{number}")
        for item in world.open_items(passed.comment_id):
            if item.queue is Queue.SAMPLE:
                world.decide(item.id, account)
    return world


def test_thresholds_in_the_address_are_tried_and_nothing_is_stored(admin, history: World):
    before = history.snapshot()
    page = admin.get(f"{LAB}?{TRY}&hand=toxicity-hold")
    assert "72 scored comments" in page.text
    assert "Around the threshold: toxicity, hold from 0.36" in page.text
    assert "published → held" in page.text
    assert "comments treated more strictly than today" in page.text
    assert page.form("/laboratory", having="toxicity-hold").fields["toxicity-hold"] == "0.36"
    assert "/bands/toxicity/hold_at 0.7" in page.text
    assert history.snapshot() == before


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("section=sport", 36),
        ("language=xx", 0),
        ("since=2020-01-01&until=2020-02-01", 0),
        ("since=2020-01-01", 72),
        ("days=7", 72),
        ("days=9&since=soon&until=0001-01-01", 72),
    ],
)
def test_the_comments_are_chosen(admin, history: World, query, count):
    assert f"{count} scored comments" in admin.get(f"{LAB}?{query}").text


def test_a_site_without_comments_says_what_to_do(admin):
    page = admin.get(LAB)
    assert "No comment was scored in this time." in page.text


def test_thresholds_that_do_not_fit_are_told_at_their_field(admin, history: World):
    page = admin.get(f"{LAB}?toxicity-hold=high&toxicity-review=0.3")
    assert page.status == 422
    assert "Must be a number above 0 and at most 1, or null." in page.text


def test_a_goal_is_kept_or_refused_with_its_reason(admin, history: World):
    form = admin.get(LAB).form("/laboratory", having="goal")
    page = admin.send(form, limit="20", goal="items")
    assert "These thresholds were chosen from one half" in page.text
    recommended = page.form("/laboratory/draft").fields["toxicity-review"]
    assert page.form("/laboratory", having="toxicity-review").fields["toxicity-review"] == recommended
    assert "Fewer decisions" not in page.text
    assert "already bring" in admin.send(form, limit="5", goal="missed", most="0.01").text
    assert "Give a percentage" in admin.send(form, limit="200", goal="rejecting").text
    assert "Give a number" in admin.send(form, limit="few", goal="items").text


def test_a_draft_is_kept_activated_and_gone_back_from(admin, history: World):
    active = history.site.policy_version_id
    page = admin.send(admin.get(f"{LAB}?{TRY}").form("/laboratory/draft"), "Make version", note="Stricter")
    assert "Version 3 is kept." in page.text
    assert history.site.policy_version_id == active
    document = history.row(models.PolicyVersion, version=3).document
    assert document["bands"] == {"toxicity": {"review_at": 0.33, "hold_at": 0.36}, "threat": {"hold_at": 0.5}}
    assert document["repeats"] == {"count": 0}
    page = admin.send(page.form("/laboratory/activate", having="Activate version 3"), "Activate version 3")
    assert "Version 3 is active" in page.text
    page = admin.send(page.form("/laboratory/activate"), "Go back to version 2")
    assert history.site.policy_version_id == active


def test_where_two_admins_are_wanted_a_version_is_kept_for_the_other_one(admin, sign_in, history: World):
    sign_in("bea", Role.ADMIN)
    history.do(lambda session: want_approval(session, history.site.id, None, history.now))
    active = history.site.policy_version_id
    form = admin.get(f"{LAB}?{TRY}").form("/laboratory/draft")
    assert list(form.buttons) == ["Make version 3"]
    # As a page does that was open before the rule.
    page = admin.post(form.action, {**form.fields, "act": "activate"})
    assert "Another admin approves it" in page.text
    assert "Activate version 3" not in page.text
    assert history.site.policy_version_id == active


def test_thresholds_of_a_section_are_its_own(admin, history: World):
    page = admin.get(f"{LAB}?section=sport&{TRY}")
    assert "Thresholds here are those of this section" in page.text
    admin.send(page.form("/laboratory/draft"), "Make and activate")
    document = history.row(models.PolicyVersion, version=3).document
    assert document["bands"] == POLICY["bands"]
    assert document["sections"]["sport"]["bands"] == {"toxicity": {"review_at": 0.33, "hold_at": 0.36}, "threat": {"hold_at": 0.5}}
    assert admin.get(f"{LAB}?section=sport").form("/laboratory", having="toxicity-hold").fields["toxicity-hold"] == "0.36"


def test_a_sweep_holds_every_place_in_words(admin, history: World):
    places = json.loads(admin.get(f"{LAB}/sweep?{TRY}&hand=toxicity-hold").html)
    assert [place["at"] for place in places] == [number / 100 for number in range(1, 101)]
    assert places[35]["stricter"] > 0
    assert set(places[0]["cells"]) == {"items", "hours", "precision", "recall", "wrong", "missed", "held", "rejected"}
    assert "Changing sides" in admin.get(f"{LAB}/side?{TRY}&hand=toxicity-hold").text


@pytest.mark.parametrize("path", [f"{LAB}/sweep", f"{LAB}/side"])
def test_its_parts_are_for_the_sites_admins(sign_in, history: World, path):
    assert sign_in("mo", Role.MODERATOR, "gazette").get(path).status == 403
    assert sign_in("otto", Role.ADMIN, "courier").get(path).status == 404
