"""Drafts, approvals by a second person, activation at a time, the way back: each step, and several at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from commentsvc.domain.commands import NewPolicyVersion
from commentsvc.domain.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from commentsvc.domain.principals import Role
from commentsvc.domain.status import ScheduleState
from commentsvc.services.policies import activate_policy, create_policy_version, go_back
from commentsvc.services.policy_approval import approve_version, do_without_approval, want_approval
from commentsvc.services.policy_drafts import DraftChange, NewDraft, change_draft, create_draft, delete_draft, publish_draft
from commentsvc.services.policy_schedule import activate_due, cancel_activation, schedule_activation
from commentsvc.store import models
from commentsvc.store.queries.policies import load_policy_desk
from commentsvc.worker.planning import run_plans
from tests.support.world import POLICY, World

STRICT: dict[str, object] = {**POLICY, "bands": {"toxicity": {"hold_at": 0.01}}}


def make(world: World, account: str | None, document: dict[str, object] = STRICT) -> int:
    new = NewPolicyVersion(world.site.id, account, document)
    return world.do(lambda session: create_policy_version(session, new, world.now))[1]


def activate(world: World, version: int, account: str | None = None, *, is_forced: bool = False) -> str:
    site_id = world.site.id
    return world.do(lambda session: activate_policy(session, site_id, version, account, world.now, is_forced=is_forced))


def approve(world: World, version: int, account: str | None) -> None:
    site_id = world.site.id
    world.do(lambda session: approve_version(session, site_id, version, account, "Read.", world.now))


def back(world: World, account: str | None = None, expected: int | None = None) -> int:
    site_id = world.site.id
    return world.do(lambda session: go_back(session, site_id, account, world.now, expected=expected))


def plan(world: World, version: int, account: str | None = None, **wait: float) -> str:
    site_id = world.site.id
    return world.do(lambda session: schedule_activation(session, site_id, version, world.now + timedelta(**wait), account, world.now))


def active(world: World) -> int:
    return world.row(models.PolicyVersion, id=world.site.policy_version_id).version


def actions(world: World) -> list[str]:
    return [row.action for row in world.rows(models.AuditEntry) if row.action.startswith("policy_")][2:]


@pytest.fixture
def pair(world: World) -> tuple[str, str]:
    """Two admins of a site that wants two."""
    accounts = world.moderator("ada", role=Role.ADMIN), world.moderator("bea", role=Role.ADMIN)
    world.do(lambda session: want_approval(session, world.site.id, accounts[0], world.now))
    return accounts


# -- Two people ----------------------------------------------------------------------------------------------------------------
def test_a_version_routes_only_when_a_second_person_has_approved_it(world: World, pair):
    ada, bea = pair
    version = make(world, ada)
    with pytest.raises(ConflictError):
        activate(world, version, ada)
    with pytest.raises(ForbiddenError):
        approve(world, version, ada)
    with pytest.raises(ConflictError):
        activate(world, version, bea)
    assert active(world) == 1
    approve(world, version, bea)
    activate(world, version, ada)
    assert active(world) == version
    assert actions(world) == ["policy_rule_changed", "policy_created", "policy_approved", "policy_activated"]
    entry = world.row(models.AuditEntry, action="policy_approved")
    assert (entry.actor, entry.before, entry.after["approved"]) == (f"account:{bea}", {"approved": False}, True)


def test_the_operator_is_one_person_too(world: World, pair):
    version = make(world, None)
    with pytest.raises(ForbiddenError):
        approve(world, version, None)
    approve(world, version, pair[0])
    activate(world, version)
    theirs = make(world, pair[0], POLICY)
    approve(world, theirs, None)
    activate(world, theirs)
    forced = make(world, pair[0])
    activate(world, forced, is_forced=True)
    assert world.rows(models.AuditEntry, action="policy_activated")[-1].after["without_approval"] is True


def test_an_approval_is_given_once(world: World, pair):
    third = world.moderator("cyd", role=Role.ADMIN)
    version = make(world, pair[0])
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: approve(world, version, (pair[1], third)[number % 2]), range(16)))
    assert len(world.rows(models.PolicyApproval)) == 1
    assert actions(world).count("policy_approved") == 1


def test_an_approval_of_what_is_not_there(world: World, pair):
    with pytest.raises(NotFoundError):
        approve(world, 7, pair[0])
    with pytest.raises(NotFoundError):
        world.do(lambda session: approve_version(session, "no site", 1, pair[0], "", world.now))


def test_activating_and_approving_at_once_never_skips_the_approval(world: World, pair):
    version = make(world, pair[0])

    def try_to_activate(_: int) -> bool:
        try:
            activate(world, version, pair[0])
        except ConflictError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        tries = [pool.submit(try_to_activate, number) for number in range(12)]
        approved = pool.submit(approve, world, version, pair[1])
        won = [one.result() for one in tries]
        approved.result()
    order = [row.action for row in world.rows(models.AuditEntry) if row.action in {"policy_approved", "policy_activated"}]
    assert order[1:] == (["policy_approved", "policy_activated"] if any(won) else ["policy_approved"])


def test_the_rule_comes_on_between_two_activations_and_not_within_one(world: World):
    ada, bea = world.moderator("ada", role=Role.ADMIN), world.moderator("bea", role=Role.ADMIN)
    versions = [make(world, ada) for _ in range(6)]

    def try_to_activate(version: int) -> bool:
        try:
            activate(world, version, ada)
        except ConflictError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        tries = [pool.submit(try_to_activate, version) for version in versions]
        rule = pool.submit(world.do, lambda session: want_approval(session, world.site.id, bea, world.now))
        won = sum(one.result() for one in tries)
        rule.result()
    order = [row.action for row in world.rows(models.AuditEntry) if row.action in {"policy_rule_changed", "policy_activated"}][1:]
    assert order == ["policy_activated"] * won + ["policy_rule_changed"]


def test_a_site_with_one_admin_cannot_want_two(world: World):
    ada = world.moderator("ada", role=Role.ADMIN)
    world.moderator("mo")
    with pytest.raises(ConflictError):
        world.do(lambda session: want_approval(session, world.site.id, ada, world.now))


def test_doing_without_takes_two_as_well(world: World, pair):
    ada, bea = pair
    site_id = world.site.id

    def off(account: str | None) -> bool:
        return world.do(lambda session: do_without_approval(session, site_id, account, world.now))

    assert (off(ada), off(ada)) == (False, False)
    with pytest.raises(ConflictError):
        activate(world, make(world, ada), ada)
    world.do(lambda session: want_approval(session, site_id, bea, world.now))
    assert world.row(models.PolicyRule).off_asked_by is None
    assert off(bea) is False
    assert off(ada) is True
    assert off(ada) is True
    activate(world, 2, ada)
    world.do(lambda session: want_approval(session, site_id, ada, world.now))
    assert off(None) is True


# -- The way back --------------------------------------------------------------------------------------------------------------
def test_one_step_goes_back_to_what_was_active_before(world: World, pair):
    ada, bea = pair
    version = make(world, ada)
    approve(world, version, bea)
    world.clock.advance(minutes=1)
    activate(world, version, ada)
    world.clock.advance(minutes=1)
    # Nobody approved version 1: it was there before anybody had to.
    assert back(world, ada, expected=version) == 1
    with pytest.raises(ConflictError):
        back(world, ada, expected=version)
    assert active(world) == 1
    world.clock.advance(minutes=1)
    assert back(world, ada) == version


def test_there_is_no_way_back_from_the_first_version(world: World):
    make(world, None)
    with pytest.raises(ConflictError):
        back(world)


def test_what_was_active_long_ago_needs_an_approval(world: World, pair):
    ada, bea = pair
    for version in (make(world, ada), make(world, ada, POLICY)):
        approve(world, version, bea)
        world.clock.advance(minutes=1)
        activate(world, version, ada)
    with pytest.raises(ConflictError):
        activate(world, 1, ada)


# -- At a time -----------------------------------------------------------------------------------------------------------------
def test_a_version_is_activated_at_its_time_by_one_of_several_workers(world: World):
    version = make(world, None)
    plan(world, version, hours=2)
    world.clock.advance(hours=1, minutes=59)
    assert run_plans(world.runtime) == 0
    assert active(world) == 1
    world.clock.advance(hours=30)
    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(lambda _: run_plans(world.runtime), range(8))) == 1
    assert active(world) == version
    (row,) = world.rows(models.PolicySchedule)
    assert (row.state, row.ended_at) == (ScheduleState.DONE, world.now)
    assert actions(world) == ["policy_created", "policy_scheduled", "policy_activated"]
    assert run_plans(world.runtime) == 0


def test_a_worker_that_dies_in_between_has_done_nothing(world: World):
    version = make(world, None)
    plan(world, version, minutes=1)
    world.clock.advance(minutes=1)

    class DiedError(Exception):
        pass

    def die(session):
        activate_due(session, world.now)
        raise DiedError

    with pytest.raises(DiedError):
        world.do(die)
    assert (active(world), world.row(models.PolicySchedule).state) == (1, ScheduleState.WAITING)
    assert run_plans(world.runtime) == 1
    assert active(world) == version


def test_another_plan_takes_the_place_of_the_first(world: World):
    first, second = make(world, None), make(world, None, POLICY)
    plan(world, first, hours=1)
    plan(world, second, hours=2)
    assert [row.state for row in world.rows(models.PolicySchedule)] == [ScheduleState.CANCELLED, ScheduleState.WAITING]
    assert world.rows(models.AuditEntry, action="policy_scheduled")[1].before["version"] == first
    world.clock.advance(hours=3)
    assert run_plans(world.runtime) == 1
    assert active(world) == second


def test_plans_made_at_once_leave_one(world: World):
    versions = [make(world, None) for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda version: plan(world, version, hours=1), versions))
    states = [row.state for row in world.rows(models.PolicySchedule)]
    assert sorted(states) == [ScheduleState.CANCELLED] * 7 + [ScheduleState.WAITING]


def test_a_cancelled_plan_does_nothing(world: World):
    plan(world, make(world, None), hours=1)
    world.do(lambda session: cancel_activation(session, world.site.id, None, world.now))
    world.clock.advance(hours=2)
    assert run_plans(world.runtime) == 0
    with pytest.raises(ConflictError):
        world.do(lambda session: cancel_activation(session, world.site.id, None, world.now))


def test_a_plan_needs_its_approval_when_it_is_made_and_when_its_time_comes(world: World):
    ada, bea = world.moderator("ada", role=Role.ADMIN), world.moderator("bea", role=Role.ADMIN)
    version = make(world, ada)
    plan(world, version, ada, hours=1)
    world.do(lambda session: want_approval(session, world.site.id, bea, world.now))
    with pytest.raises(ConflictError):
        plan(world, version, ada, hours=2)
    world.clock.advance(hours=2)
    assert run_plans(world.runtime) == 1
    assert active(world) == 1
    assert world.row(models.PolicySchedule).state is ScheduleState.REFUSED
    with world.db.reading() as session:
        desk = load_policy_desk(session, world.site.id)
    assert (desk.plan, desk.refused and desk.refused.version) == (None, version)


@pytest.mark.parametrize("wait", [{"hours": -1}, {"hours": 0}, {"days": 400}])
def test_a_time_that_is_past_or_far_away_is_refused(world: World, wait):
    with pytest.raises(InvalidError) as refused:
        plan(world, 1, **wait)
    assert refused.value.fields[0].pointer == "/at"


# -- Drafts --------------------------------------------------------------------------------------------------------------------
def test_a_draft_is_kept_changed_and_made_a_version(world: World):
    ada = world.moderator("ada", role=Role.ADMIN)
    site_id = world.site.id
    draft_id = world.do(lambda session: create_draft(session, NewDraft(site_id, ada, "Elections", POLICY, 1), world.now))
    world.do(lambda session: change_draft(session, site_id, DraftChange(draft_id, "Election night", STRICT, 1), ada, world.now))
    with pytest.raises(ConflictError):
        world.do(lambda session: change_draft(session, site_id, DraftChange(draft_id, "Old window", POLICY, 1), ada, world.now))
    assert world.do(lambda session: publish_draft(session, site_id, draft_id, ada, "", world.now)) == 2
    made = world.row(models.PolicyVersion, version=2)
    assert (made.document, made.note, made.account_id) == (STRICT, "Election night", ada)
    assert active(world) == 1
    assert world.rows(models.PolicyDraft) == []
    assert actions(world) == ["policy_draft_created", "policy_draft_changed", "policy_created", "policy_draft_published"]
    changed = world.row(models.AuditEntry, action="policy_draft_changed")
    assert (changed.before["document"], changed.after["document"]) == (POLICY, STRICT)


def test_a_draft_is_its_maker_s_alone(world: World):
    ada, bea = world.moderator("ada", role=Role.ADMIN), world.moderator("bea", role=Role.ADMIN)
    site_id = world.site.id
    draft_id = world.do(lambda session: create_draft(session, NewDraft(site_id, ada, "Mine", POLICY, 1), world.now))
    before = world.snapshot()
    with pytest.raises(ForbiddenError):
        world.do(lambda session: change_draft(session, site_id, DraftChange(draft_id, "Hers", STRICT, 1), bea, world.now))
    with pytest.raises(ForbiddenError):
        world.do(lambda session: publish_draft(session, site_id, draft_id, bea, "", world.now))
    with pytest.raises(ForbiddenError):
        world.do(lambda session: delete_draft(session, site_id, draft_id, bea, world.now))
    with pytest.raises(NotFoundError):
        world.do(lambda session: delete_draft(session, "another site", draft_id, ada, world.now))
    with pytest.raises(InvalidError):
        world.do(lambda session: create_draft(session, NewDraft(site_id, ada, "Bad", {"bands": 1}, 1), world.now))
    assert world.snapshot() == before
    world.do(lambda session: delete_draft(session, site_id, draft_id, ada, world.now))
    assert world.rows(models.PolicyDraft) == []


def test_a_draft_published_twice_at_once_makes_one_version(world: World):
    site_id = world.site.id
    draft_id = world.do(lambda session: create_draft(session, NewDraft(site_id, None, "Once", POLICY, 1), world.now))

    def publish(_: int) -> bool:
        try:
            world.do(lambda session: publish_draft(session, site_id, draft_id, None, "", world.now))
        except NotFoundError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(publish, range(8))) == 1
    assert len(world.rows(models.PolicyVersion)) == 2
