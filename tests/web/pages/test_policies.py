"""The pages of policy versions and drafts, used as a person uses them."""

from functools import partial

import pytest

from commentsvc.domain.commands import NewPolicyVersion
from commentsvc.domain.principals import Role
from commentsvc.services.policies import create_policy_version
from commentsvc.services.sites import SectionChange, put_section
from commentsvc.store import models
from commentsvc.worker.planning import run_plans
from tests.support.world import CIVIL, HELD, POLICY, World

LIST = "/admin/sites/gazette/policies"
STRICT: dict[str, object] = {**POLICY, "bands": {"toxicity": {"hold_at": 0.01}}}


def make(world: World, account: str | None = None, document: dict[str, object] = STRICT) -> int:
    new = NewPolicyVersion(world.site.id, account, document, "For the night")
    return world.do(lambda session: create_policy_version(session, new, world.now))[1]


def active(world: World) -> int:
    return world.row(models.PolicyVersion, id=world.site.policy_version_id).version


@pytest.fixture
def second(sign_in):
    """Another admin."""
    return sign_in("bea", Role.ADMIN)


def test_going_back_is_one_click(admin, world: World):
    assert "Go back to version" not in admin.get(LIST).text
    make(world)
    admin.send(admin.get(f"{LIST}/2").form("/activate"))
    assert active(world) == 2
    form = admin.get(LIST).form("/back")
    admin.send(form)
    assert active(world) == 1
    # The page still open in another window saw version 2 active.
    page = admin.send(form)
    assert page.status == 409
    assert "Version 1 is active by now" in page.text
    assert active(world) == 1


def test_two_people_bring_a_version_in(admin, second, world: World):
    admin.send(admin.get(LIST).form("/rule"))
    admin.send(admin.get(f"{LIST}/1").form("/drafts"))
    draft = world.row(models.PolicyDraft)
    admin.send(admin.get(f"{LIST}/drafts/{draft.id}").form(draft.id, having="Make it a version"), note="Calmer")
    page = admin.get(f"{LIST}/2")
    assert "another admin of this site has to approve it" in page.text
    assert not any(form.action.endswith(("/activate", "/approve", "/plan")) for form in page.forms)
    page = second.get(f"{LIST}/2")
    page = second.send(page.form("/approve"), note="Read.")
    assert "Approved" in page.text
    admin.send(admin.get(f"{LIST}/2").form("/activate"))
    assert active(world) == 2
    # To do without takes both again.
    admin.send(admin.get(LIST).form("/rule"))
    assert "Another admin of this site has to agree." in admin.get(LIST).text
    page = second.send(second.get(LIST).form("/rule", having="Agree to do without"))
    assert "Want a second person" in page.text


def test_wanting_a_second_person_needs_one(admin, world: World):
    page = admin.send(admin.get(LIST).form("/rule"))
    assert page.status == 409
    assert "make another account an admin" in page.text
    assert world.rows(models.PolicyRule) == []


def test_a_version_is_planned_shown_and_activated(admin, world: World):
    make(world)
    form = admin.get(f"{LIST}/2").form("/plan")
    assert "Must lie in the future" in admin.send(form, at="2026-01-01T12:00").text
    assert "Give a day and a time." in admin.send(form, at="soon").text
    admin.send(form, at="2026-03-01T20:00")
    assert "Version 2 is to be activated on 1 Mar 2026, 20:00 UTC" in admin.get(LIST).text
    page = admin.send(admin.get(LIST).form("/unplan"))
    assert "is to be activated" not in page.text
    admin.send(form, at="2026-03-01T20:00")
    world.clock.advance(hours=9)
    assert run_plans(world.runtime) == 1
    assert active(world) == 2


def test_a_shadow_is_begun_read_and_ended(admin, world: World):
    make(world)
    assert "No comment has come since." in admin.send(admin.get(f"{LIST}/2").form("/shadow")).text
    posted = world.submit(CIVIL)
    page = admin.get(f"{LIST}/2")
    assert "1 text routed by both" in page.text
    assert "published → held" in " ".join(page.text.split())
    assert f"/moderate/comments/{posted.comment_id}/routings" in page.html
    assert "Ran from" in admin.send(page.form("/shadow"), "End the shadow").text


def test_a_draft_is_tried_kept_and_changed_in_the_editor_and_as_a_document(admin, world: World):
    page = admin.send(admin.get(f"{LIST}/draft").form("/draft"), "Keep as a draft", toxicity_hold="0.6", note="Elections")
    draft = world.row(models.PolicyDraft)
    assert page.address == f"{LIST}/drafts/{draft.id}"
    assert "/bands/toxicity/hold_at 0.7 → 0.6" in " ".join(page.text.split())
    admin.send(admin.get(f"{LIST}/draft?draft={draft.id}").form("/draft"), "Keep the draft", toxicity_hold="0.5")
    row = world.row(models.PolicyDraft)
    assert (row.document["bands"]["toxicity"]["hold_at"], row.edition, row.name) == (0.5, 2, "Elections")
    form = page.form(draft.id, having="Keep the changes")
    assert "changed meanwhile" in admin.send(form).text
    form = admin.get(page.address).form(draft.id, having="Keep the changes")
    assert "This is no JSON." in admin.send(form, document="{").text
    assert "/bnds" in admin.send(form, document='{"bnds": 1}').text
    admin.send(form, document='{"bands": {}}', name="Nothing")
    assert world.row(models.PolicyDraft).document == {"bands": {}}
    page = admin.send(admin.get(page.address).form(draft.id, having="Delete the draft"))
    assert (page.address, world.rows(models.PolicyDraft)) == (LIST, [])


def test_another_s_draft_is_read_and_not_changed(admin, second, world: World):
    admin.send(admin.get(f"{LIST}/1").form("/drafts"))
    draft = world.row(models.PolicyDraft)
    page = second.get(f"{LIST}/drafts/{draft.id}")
    assert "Only who made a draft may change it." in page.text
    assert not any(form.action.endswith(draft.id) for form in page.forms)
    assert second.get(f"{LIST}/drafts/nothing").status == 404


def test_a_section_shows_what_it_has_from_the_site(admin, world: World):
    for key in ("sport", "local"):
        world.do(partial(put_section, site_id=world.site.id, wish=SectionChange(key, key.title()), account_id=None, now=world.now))
    make(world, None, {**POLICY, "sections": {"sport": {"bands": {"toxicity": {"hold_at": 0.2}}}}})
    text = " ".join(admin.get(f"{LIST}/2").text.split())
    assert "Sport 1 of 2 its own" in text
    assert "Local all as on the whole site" in text
    assert "Toxicity – 0.2 – this section" in text


def test_moderators_read_why_a_comment_went_where_it_went(moderator, sign_in, world: World):
    held = world.submit(HELD)
    world.set_policy(STRICT)
    page = moderator.get(f"/moderate/comments/{held.comment_id}/routings")
    text = " ".join(page.text.split())
    assert "Held by version 1" in text
    assert "Toxicity 0.75, held from 0.70" in text
    assert "0.7 (reached) 0.94" in text
    item = moderator.get(f"/moderate/items/{held.item_id}")
    assert page.address in item.html
    stranger = sign_in("cy", Role.MODERATOR, "courier")
    assert stranger.get(page.address).status == 404
    assert moderator.get("/moderate/comments/none/routings").status == 404
