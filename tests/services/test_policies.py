"""Policy versions are numbered, never changed, and activated one at a time."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from commentsvc.domain.commands import NewPolicyVersion
from commentsvc.domain.errors import ConflictError, InvalidError, NotFoundError
from commentsvc.domain.policy import Policy, parse_policy
from commentsvc.domain.status import Status
from commentsvc.runtime import build_runtime
from commentsvc.scoring.fake_scorer import FakeScorer
from commentsvc.services.policies import PolicyBook, activate_policy, create_policy_version, difference
from commentsvc.services.sites import NewSite, SectionChange, SiteChange, change_site, put_section
from commentsvc.store import models
from commentsvc.store.queries.sites import get_site
from tests.support.world import CIVIL, POLICY, World

STRICT: dict[str, object] = {**POLICY, "bands": {"toxicity": {"hold_at": 0.01}}}


def draft(world: World, document: dict[str, object], note: str = "", account: str | None = None) -> tuple[str, int]:
    new = NewPolicyVersion(world.site.id, account, document, note)
    return world.do(lambda session: create_policy_version(session, new, world.now))


def activate(world: World, version: int) -> str:
    site_id = world.site.id
    return world.do(lambda session: activate_policy(session, site_id, version, None, world.now))


def test_an_activated_policy_is_seen_at_once_by_every_process(world: World):
    # With an engine and a book of parsed policies of its own, as another process has.
    other = build_runtime(world.runtime.settings, scorer=FakeScorer(), clock=world.clock, chance=world.chance)

    def seen() -> Policy:
        with other.db.reading() as session:
            return other.admit(session, get_site(session, world.site_key), world.command()).policy

    assert seen() == parse_policy(POLICY)
    version = world.set_policy(STRICT)
    assert seen() == parse_policy(STRICT)
    activate(world, version - 1)
    assert seen() == parse_policy(POLICY)
    activate(world, version)
    assert seen() == parse_policy(STRICT)
    other.close()


def test_a_site_begins_with_an_active_first_version(world: World):
    version = world.row(models.PolicyVersion)
    assert (version.version, version.document, version.activated_at) == (1, POLICY, world.now)
    assert world.site.policy_version_id == version.id
    assert [row.action for row in world.rows(models.AuditEntry)] == ["policy_created", "policy_activated", "site_created"]


def test_a_draft_changes_nothing_until_it_is_activated(world: World):
    moderator = world.moderator()
    version_id, number = draft(world, STRICT, "Hold everything", moderator)
    assert number == 2
    assert world.submit().status is Status.PUBLISHED
    row = world.row(models.PolicyVersion, id=version_id)
    assert (row.document, row.note, row.account_id, row.activated_at) == (STRICT, "Hold everything", moderator, None)
    assert activate(world, 2) == version_id
    submitted = world.submit("Another text.", author="bob")
    assert submitted.status is Status.HELD
    assert world.row(models.Routing, revision_id=submitted.revision_id).policy_version_id == version_id


def test_activating_an_older_version_is_the_way_back(world: World):
    draft(world, STRICT)
    activate(world, 2)
    world.clock.advance(hours=1)
    activate(world, 1)
    assert world.submit().status is Status.PUBLISHED
    entries = world.rows(models.AuditEntry, action="policy_activated")
    assert [entry.after["version"] for entry in entries] == [1, 2, 1]
    assert entries[2].before == {"policy_version": entries[1].after["policy_version"], "version": 2}
    assert world.row(models.PolicyVersion, version=1).activated_at == world.now


def test_activating_the_active_version_changes_nothing(world: World):
    before = world.snapshot()
    activate(world, 1)
    assert world.snapshot() == before


def test_a_policy_that_does_not_fit_is_refused_whole(world: World):
    before = world.snapshot()
    with pytest.raises(InvalidError) as refused:
        draft(world, {"bands": {"toxicity": {"hold_at": 2}}, "wrods": {}})
    assert {problem.pointer for problem in refused.value.fields} == {"/bands/toxicity/hold_at", "/wrods"}
    with pytest.raises(NotFoundError):
        activate(world, 7)
    with pytest.raises(NotFoundError):
        world.do(lambda session: create_policy_version(session, NewPolicyVersion("no site", None, POLICY), world.now))
    assert world.snapshot() == before


def test_a_version_of_another_site_is_not_there(world: World):
    draft(world, STRICT)
    other = world.site_named(world.make_site(NewSite("courier", "The Courier"), POLICY))
    with pytest.raises(NotFoundError):
        world.do(lambda session: activate_policy(session, other.id, 2, None, world.now))


def test_drafts_made_at_once_get_numbers_of_their_own(world: World):
    with ThreadPoolExecutor(8) as pool:
        numbers = list(pool.map(lambda _: draft(world, POLICY)[1], range(24)))
    assert sorted(numbers) == list(range(2, 26))


def test_activating_and_posting_at_once_keeps_both(world: World):
    draft(world, STRICT)
    with ThreadPoolExecutor(8) as pool:
        posts = [pool.submit(world.submit, f"Text {number}.", author=f"a{number}") for number in range(12)]
        switches = [pool.submit(activate, world, number % 2 + 1) for number in range(12)]
        assert len({post.result().comment_id for post in posts}) == 12
        assert all(switch.result() for switch in switches)
    allowed = {row.id: parse_policy(row.document) for row in world.rows(models.PolicyVersion)}
    for routing in world.rows(models.Routing):
        assert (routing.route.value == "hold") == bool(allowed[routing.policy_version_id].bands == parse_policy(STRICT).bands)


def test_the_book_parses_a_version_once(sqlite_world: World):
    book, version_id = PolicyBook(), str(sqlite_world.site.policy_version_id)
    with sqlite_world.db.reading() as session:
        policy = book.get(session, version_id)
        assert policy == parse_policy(POLICY)
        assert book.get(session, version_id) is policy
        with pytest.raises(NotFoundError):
            book.get(session, "no version")


def test_difference_names_what_changed():
    before = {"bands": {"toxicity": {"hold_at": 0.7}}, "sample_rate": 0.1, "premoderation": True}
    after = {"bands": {"toxicity": {"hold_at": 0.8, "reject_at": 0.9}}, "sample_rate": 0.1, "links": {"max": 1}}
    assert difference(before, after) == [
        ("/bands/toxicity/hold_at", 0.7, 0.8),
        ("/bands/toxicity/reject_at", None, 0.9),
        ("/links", None, {"max": 1}),
        ("/premoderation", True, None),
    ]
    assert difference(before, before) == []
    assert difference({"sections": {"a/b~c": 1}}, {"sections": {}}) == [("/sections/a~1b~0c", 1, None)]


@pytest.mark.parametrize("key", ["", "-a", "a-", "A", "a b", "a" * 64, "ä", "a\n"])
def test_a_sites_key_is_a_slug(sqlite_world: World, key):
    with pytest.raises(InvalidError) as refused:
        sqlite_world.make_site(NewSite(key, "Name"), POLICY)
    assert refused.value.fields[0].pointer == "/key"


def test_a_taken_key_conflicts(sqlite_world: World):
    with pytest.raises(ConflictError):
        sqlite_world.make_site(NewSite("gazette", "Another"), POLICY)


def test_a_change_of_a_site_is_kept_without_its_secrets(world: World):
    moderator, site_id = world.moderator(), world.site.id
    change = SiteChange(name="The New Gazette", origins=("https://a.example", "https://b.example"), jwt_secret="hush" * 8)
    world.do(lambda session: change_site(session, site_id, change, moderator, world.now))
    site = world.site
    assert (site.name, site.origins, site.jwt_secret) == ("The New Gazette", ("https://a.example", "https://b.example"), "hush" * 8)
    entry = world.row(models.AuditEntry, action="site_changed")
    assert (entry.before["name"], entry.after["name"], entry.after["jwt_secret"]) == ("The Gazette", "The New Gazette", "changed")
    assert "hush" not in str([tuple(row) for row in world.rows(models.AuditEntry)])


def test_a_section_is_made_once_and_renamed(world: World):
    site_id = world.site.id
    put = partial(put_section, site_id=site_id, account_id=None, now=world.now)
    ids = {world.do(partial(put, wish=SectionChange("sport", name))) for name in ("Sport", "Sports")}
    assert len(ids) == 1
    assert world.row(models.Section).name == "Sports"
    world.submit(CIVIL, section="sport")
    assert world.row(models.Article).section_id in ids
