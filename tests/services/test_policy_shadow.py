"""Policies that run in shadow, and routings told again from the version that made them."""

import pytest

from commentsvc.domain.commands import NewPolicyVersion
from commentsvc.domain.errors import ConflictError, NotFoundError
from commentsvc.domain.status import Route, Status, Verdict
from commentsvc.services.policies import activate_policy, create_policy_version
from commentsvc.services.policy_shadow import MOST_SHADOWS, begin_policy_shadow, end_policy_shadow
from commentsvc.store import models
from commentsvc.store.queries.policies import ExplainedRouting, ShadowOutcome, explain_comment, load_shadow_outcome
from commentsvc.worker.loop import run_once
from tests.support.world import CIVIL, HELD, POLICY, REJECTED, REVIEWED, World

STRICT: dict[str, object] = {**POLICY, "bands": {"toxicity": {"hold_at": 0.01}}}
LOOSE: dict[str, object] = {"bands": {}, "sample_rate": 0.0}


def make(world: World, document: dict[str, object]) -> int:
    new = NewPolicyVersion(world.site.id, None, document)
    return world.do(lambda session: create_policy_version(session, new, world.now))[1]


def begin(world: World, version: int) -> str:
    site_id = world.site.id
    return world.do(lambda session: begin_policy_shadow(session, site_id, version, None, world.now))


def end(world: World, version: int) -> None:
    site_id = world.site.id
    world.do(lambda session: end_policy_shadow(session, site_id, version, None, world.now))


def outcome(world: World, shadow_id: str) -> ShadowOutcome:
    with world.db.reading() as session:
        return load_shadow_outcome(session, shadow_id)


def explained(world: World, comment_id: str) -> list[ExplainedRouting]:
    with world.db.reading() as session:
        return explain_comment(session, comment_id)


def test_a_shadow_counts_and_changes_nothing(world: World):
    moderator = world.moderator()
    world.submit("Before it began.", author="zoe")
    shadow = begin(world, make(world, LOOSE))
    assert begin(world, 2) == shadow
    statuses = [world.submit(body, author=f"a{number}").status for number, body in enumerate((CIVIL, REVIEWED, HELD, REJECTED))]
    assert statuses == [Status.PUBLISHED, Status.PUBLISHED, Status.HELD, Status.REJECTED]
    (held,) = world.rows(models.Comment, status=Status.HELD)
    world.decide(world.open_items(held.id)[0].id, moderator, Verdict.APPROVE)
    found = outcome(world, shadow)
    assert found.total == 4
    assert found.counts[Route.HOLD, Route.PUBLISH] == 1
    assert (found.sent(Route.PUBLISH), found.sent(Route.REJECT)) == ((1, 4), (1, 0))
    assert [(one.before, one.after, one.approved, one.rejected) for one in found.differing] == [
        (Route.REVIEW, Route.PUBLISH, 0, 0),
        (Route.HOLD, Route.PUBLISH, 1, 0),
        (Route.REJECT, Route.PUBLISH, 0, 0),
    ]
    assert found.differing[1].examples == [held.id]
    end(world, 2)
    world.submit("After it ended.", author="yan")
    assert outcome(world, shadow).total == 4
    assert world.row(models.AuditEntry, action="policy_shadow_ended").after["counted"] == 4


def test_a_shadow_sees_edits_and_what_was_scored_late(world: World):
    shadow = begin(world, make(world, STRICT))
    submitted = world.submit(CIVIL)
    world.edit(submitted.comment_id, "I took the tram again.")
    world.submit("It was on time then too.", author="bob", is_late=True)
    assert outcome(world, shadow).total == 2
    while run_once(world.runtime):
        pass
    assert outcome(world, shadow).counts == {(Route.PUBLISH, Route.HOLD): 3}
    assert len(outcome(world, shadow).differing[0].examples) == 2


def test_a_version_that_becomes_active_is_no_shadow_any_more(world: World):
    version = make(world, STRICT)
    begin(world, version)
    world.do(lambda session: activate_policy(session, world.site.id, version, None, world.now))
    assert world.row(models.PolicyShadow).ended_at == world.now
    with pytest.raises(ConflictError):
        begin(world, version)
    with pytest.raises(NotFoundError):
        end(world, version)


def test_only_so_many_shadows_run_at_once(world: World):
    versions = [make(world, STRICT) for _ in range(MOST_SHADOWS + 1)]
    for version in versions[:-1]:
        begin(world, version)
    with pytest.raises(ConflictError):
        begin(world, versions[-1])
    with pytest.raises(NotFoundError):
        begin(world, 99)
    world.submit(CIVIL)
    assert len(world.rows(models.ShadowRouting)) == MOST_SHADOWS


def test_every_routing_is_told_from_its_own_version(world: World):
    submitted = world.submit(HELD)
    world.set_policy(STRICT)
    world.edit(submitted.comment_id, "I take it back, the tram is fine.")
    newer, older = explained(world, submitted.comment_id)
    assert (older.version, older.route, older.revision_no, older.is_version_active, older.is_in_force) == (1, Route.HOLD, 1, False, True)
    assert (newer.version, newer.route, newer.revision_no, newer.is_version_active, newer.is_in_force) == (2, Route.HOLD, 2, True, True)
    (line,) = [line for line in older.explanation.labels if line.route is not None]
    assert (line.label.value, line.threshold, line.band.reject_at) == ("toxicity", 0.7, 0.94)
    assert line.score is not None
    assert line.score >= 0.7
    assert older.explanation.is_reproduced
    assert newer.explanation.is_reproduced
    assert {line.band.hold_at for line in newer.explanation.labels if line.label.value == "toxicity"} == {0.01}


def test_a_section_s_own_thresholds_are_told_apart_from_the_site_s(world: World):
    world.set_policy({**POLICY, "sections": {"sport": {"bands": {"toxicity": {"hold_at": 0.01}}}}})
    submitted = world.submit(CIVIL, section="sport")
    (found,) = explained(world, submitted.comment_id)
    assert found.section == "sport"
    inherited = {line.label.value: line.is_inherited for line in found.explanation.labels if line.band.hold_at is not None}
    assert inherited == {"toxicity": False, "threat": True}
    assert found.explanation.is_reproduced


def test_other_rules_are_told_beside_the_thresholds(world: World):
    world.set_policy({**POLICY, "words": {"banned": ["tram"]}})
    submitted = world.submit(CIVIL)
    (found,) = explained(world, submitted.comment_id)
    assert (found.explanation.band_route, found.explanation.rule_route) == (Route.PUBLISH, Route.HOLD)
    assert [reason["kind"] for reason in found.explanation.rules] == ["banned_word"]
    assert found.explanation.is_reproduced


def test_what_was_routed_unscored_says_so(world: World):
    world.set_policy({**POLICY, "publish_unscored": True})
    submitted = world.submit(CIVIL, is_late=True)
    (found,) = explained(world, submitted.comment_id)
    assert (found.is_scored, found.route) == (False, Route.REVIEW)
    assert [line.score for line in found.explanation.labels] == [None, None]
    assert found.explanation.is_reproduced
