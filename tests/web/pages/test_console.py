"""The moderator's console without scripts."""

import pytest

from commentsvc.domain.commands import ArticleRef, Identity, SubmitComment
from commentsvc.domain.principals import Role
from commentsvc.domain.status import Queue, ReasonCode, Standing, Status, Verdict
from commentsvc.store import models
from tests.support.world import CIVIL, HELD, REVIEWED, World


def test_card_shows_what_a_decision_needs(moderator, world: World):
    parent = world.submit(author="ben")
    world.submit(HELD, author="cy", parent=parent.comment_id)
    page = moderator.get("/moderate")
    assert "/moderate/items/" in page.address
    assert '<mark class="label-toxicity" data-letters="To" title="Toxicity">stupid</mark>' in page.html
    assert "Toxicity 0.75, held from 0.70" in page.text
    assert "in reply to Ben" in page.text
    assert CIVIL in page.text
    assert "1 comment · 0 published · 0 rejected" in page.text
    assert "Readers do not see it" in page.text


def test_tabs_count_exactly_and_the_sample_is_among_the_reviews(moderator, world: World):
    world.submit(HELD)
    world.submit(REVIEWED, author="ben")
    world.chance.value = 0.0
    world.submit(CIVIL, author="cy")
    page = moderator.get("/moderate?queue=review")
    assert "Held 1 Review 2 Reported 0 Escalated 0 Appeals 0" in page.text
    assert "sample" not in page.html.lower()


def test_opening_claims_and_a_colleague_gets_the_next(moderator, sign_in, world: World):
    for author in ("ann", "ben"):
        world.submit(HELD, author=author)
        world.clock.advance(seconds=1)
    colleague = sign_in("mia", Role.MODERATOR, "gazette")
    first, second = moderator.get("/moderate"), colleague.get("/moderate")
    assert first.address != second.address
    read_only = colleague.get(first.address)
    assert "A colleague is working on this item." in read_only.text
    assert not [form for form in read_only.forms if form.action.endswith("/decide")]
    assert moderator.get("/moderate").address == first.address


def test_approving_publishes_and_leads_to_the_next(moderator, world: World):
    one = world.submit(HELD)
    world.submit(HELD, author="ben")
    page = moderator.get(f"/moderate/items/{one.item_id}?queue=held")
    page = moderator.send(page.form("/decide"), "Approve")
    assert world.comment(one.comment_id).status is Status.PUBLISHED
    assert "/moderate/items/" in page.address
    assert one.item_id not in page.address
    assert "You approved a comment" in page.text
    assert "you 1 today" in page.text


def test_rejecting_takes_one_press_of_the_reason(moderator, world: World):
    one = world.submit(HELD)
    page = moderator.get("/moderate")
    page = moderator.send(page.form("/decide"), "A Abuse or insult")
    decision = world.row(models.Decision)
    assert (decision.verdict, decision.reason_code) == (Verdict.REJECT, ReasonCode.ABUSE)
    assert world.comment(one.comment_id).status is Status.REJECTED
    assert "You rejected a comment" in page.text
    assert "Nothing waits in held" in page.text


def test_rejecting_without_a_reason_is_refused_in_words(moderator, world: World):
    world.submit(HELD)
    form = moderator.get("/moderate").form("/decide")
    page = moderator.post(form.action, {**form.fields, "verdict": "reject"})
    assert page.status == 422
    assert "Say why the comment is rejected." in page.text
    assert not world.rows(models.Decision)


def test_an_appeal_is_read_with_what_it_is_about_and_decided_by_a_colleague(moderator, sign_in, world: World):
    comment_id = world.submit(HELD).comment_id
    (item,) = world.open_items(comment_id)
    page = moderator.get(f"/moderate/items/{item.id}?queue=held")
    moderator.send(page.form("/decide"), "H Hate against a group")
    colleague = sign_in("mia", Role.MODERATOR, "gazette")
    world.appeal(comment_id, "I quote <b>the mayor</b>.")
    (appealed,) = world.open_items(comment_id)
    assert "is for a colleague to decide" in moderator.get("/moderate?queue=appeals").text
    own = moderator.get(f"/moderate/items/{appealed.id}?queue=appeals")
    assert "A colleague decides about the appeal." in own.text
    assert not [form for form in own.forms if form.action.endswith("/decide")]
    page = colleague.get("/moderate?queue=appeals")
    assert "The author asks that this be looked at again." in page.text
    assert "I quote &lt;b&gt;the mayor&lt;/b&gt;." in page.html
    assert "hate against a group" in page.text
    colleague.send(page.form("/decide"), "Approve A")
    assert world.comment(comment_id).status is Status.PUBLISHED


def test_escalating_keeps_the_note_and_moves_the_comment(moderator, world: World):
    world.submit(HELD)
    moderator.send(moderator.get("/moderate").form("/decide"), "Escalate", note="Is this a threat?")
    page = moderator.get("/moderate?queue=escalated")
    assert "“Is this a threat?”" in page.text
    assert world.row(models.ReviewItem).queue is Queue.ESCALATED


def test_undo_brings_the_comment_back_to_who_undoes(moderator, world: World):
    one = world.submit(HELD)
    page = moderator.send(moderator.get("/moderate").form("/decide"), "Approve")
    page = moderator.send(page.form("/undo"))
    assert one.item_id in page.address
    assert page.form("/decide")
    assert world.comment(one.comment_id).status is Status.HELD
    assert "taken back" in page.text


def test_undo_is_offered_for_a_minute(moderator, world: World):
    world.submit(HELD)
    moderator.send(moderator.get("/moderate").form("/decide"), "Approve")
    world.clock.advance(seconds=61)
    assert "Undo" not in moderator.get("/moderate").text


def test_skipping_gives_the_lease_back_and_comes_round_again(moderator, world: World):
    for author in ("ann", "ben"):
        world.submit(HELD, author=author)
    page = moderator.get("/moderate")
    seen = [page.address]
    for _ in range(2):
        page = moderator.send(page.form("/skip"))
        seen.append(page.address)
    assert seen[0] == seen[2] != seen[1]
    leases = [item.leased_by for item in world.rows(models.ReviewItem)]
    assert leases.count(None) == 1


def test_deciding_on_a_text_that_was_edited_is_a_409_that_says_so(moderator, world: World):
    one = world.submit(HELD)
    form = moderator.get("/moderate").form("/decide")
    world.edit(one.comment_id, "What a stupid, stupid idea.")
    page = moderator.send(form, "Approve")
    assert page.status == 409
    assert "edited the comment meanwhile" in page.text
    assert "Take the next comment" in page.links
    assert not world.rows(models.Decision)


def test_deciding_what_a_colleague_has_decided_is_a_409_that_shows_it(moderator, world: World):
    one = world.submit(HELD)
    form = moderator.get("/moderate").form("/decide")
    world.clock.advance(minutes=6)
    world.decide(str(one.item_id), world.moderator("mia"), Verdict.REJECT)
    page = moderator.send(form, "Approve")
    assert page.status == 409
    assert "decided already" in page.text
    assert "Rejected, abuse or insult by Mia" in page.text


def test_deciding_over_a_colleagues_lease_is_a_409(moderator, sign_in, world: World):
    world.submit(HELD)
    form = moderator.get("/moderate").form("/decide")
    world.clock.advance(minutes=6)
    sign_in("mia", Role.MODERATOR, "gazette").get("/moderate")
    page = moderator.send(form, "Approve")
    assert page.status == 409
    assert "A colleague is working on this item." in page.text


def test_list_shows_the_riskiest_first_and_says_why(moderator, world: World):
    world.submit(HELD)
    world.submit("You idiot toxicity=0.93", author="ben")
    page = moderator.get("/moderate/list?queue=held")
    assert page.text.index("You idiot") < page.text.index("What a stupid")
    assert "held from 0.70" in page.text


def test_list_goes_on_where_it_ended(moderator, world: World):
    for number in range(53):
        world.submit(f"{HELD} {number}.", author=f"a{number}")
    page = moderator.get("/moderate/list?queue=held&sort=oldest")
    assert "Held 53" in page.text
    rest = moderator.get(page.links["Next page"])
    assert "all of it. 52." in rest.text
    assert "all of it. 0." not in rest.text


def test_log_tells_who_decided_what(moderator, world: World):
    world.submit(HELD)
    moderator.send(moderator.get("/moderate").form("/decide"), "T Threat")
    page = moderator.get("/moderate/log")
    assert "Rejected Threat" in page.text
    assert "Mo" in page.text
    assert "No decisions yet" not in moderator.get("/moderate/log?who=me").text


def test_author_page_shows_the_history_and_changes_the_standing(moderator, world: World):
    world.submit(HELD)
    page = moderator.get(moderator.get("/moderate").links["History and sanctions H"])
    assert "1, of which 0 published and 0 rejected" in page.text
    form = page.form("/sanctions")
    assert "Say why" in moderator.send(form, standing="banned").text
    page = moderator.send(form, standing="suspended", days="7", reason="Insults")
    assert "Standing Suspended until 8 Mar 2026" in page.text


def test_moderator_of_one_site_sees_nothing_of_another(moderator, world: World):
    world.submit(HELD)
    other = world.submit(CIVIL, author="dan", site="courier")
    assert world.report(other.comment_id)
    (item,) = world.open_items(other.comment_id)
    author = world.comment(other.comment_id).author_id
    form = moderator.get("/moderate").form("/decide")
    assert "Reported 0" in moderator.get("/moderate").text
    assert moderator.get("/moderate?site=courier").status == 404
    assert moderator.get(f"/moderate/items/{item.id}").status == 404
    decided = moderator.post(f"/moderate/items/{item.id}/decide", {**form.fields, "verdict": "approve", "revision": item.revision_id})
    assert decided.status == 404
    assert moderator.post(f"/moderate/items/{item.id}/undo", form.fields | {}).status in {404, 422}
    assert moderator.get(f"/moderate/authors/{author}").status == 404
    assert moderator.get("/moderate/items/nothing").status == 404
    assert world.item(item.id).leased_by is None


def test_account_without_a_role_is_told_so(sign_in):
    page = sign_in("nora", None).get("/moderate")
    assert page.status == 403
    assert "does not moderate any site" in page.text


@pytest.mark.parametrize("act", ["decide", "skip", "undo"])
def test_acts_without_the_proof_of_the_page_are_refused(moderator, world: World, act):
    one = world.submit(HELD)
    form = moderator.get("/moderate").form("/decide")
    fields = {name: value for name, value in form.fields.items() if name in {"queue", "site"}}
    page = moderator.post(f"/moderate/items/{one.item_id}/{act}", fields)
    assert page.status == 403
    assert "reload it and try again" in page.text
    assert not world.rows(models.Decision)


def test_hostile_text_is_shown_as_text(moderator, world: World):
    hostile = '<script>alert(1)</script> stupid "><img src=x onerror=alert(1)>'
    world.submit(hostile, author="ann")
    for address in ("/moderate", "/moderate/list"):
        page = moderator.get(address)
        assert "<script>alert" not in page.html
        assert "<img" not in page.html
        assert "alert(1)" in page.text


def test_article_address_that_is_not_of_the_web_is_no_link(moderator, world: World):
    article = ArticleRef("x", url="javascript:alert(1)", title="Tram")
    world.runtime.submit(world.site, SubmitComment("gazette", article, Identity("sso:eve", "Eve", is_guest=False), HELD))
    page = moderator.get("/moderate")
    assert "Tram" in page.text
    assert "javascript:" not in page.html


def test_a_note_stands_beside_each_comment_of_its_author(moderator, world: World):
    held = world.submit(HELD, author="ann")
    author = world.comment(held.comment_id).author_id
    page = moderator.get(f"/moderate/authors/{author}")
    assert "None yet. What you leave here" in page.text
    page = moderator.send(page.form("/notes"), body="Writes better after noon.")
    assert "Writes better after noon." in page.text
    assert "“Writes better after noon.”" in moderator.get(f"/moderate/items/{held.item_id}").text
    page = moderator.send(page.form("/delete"))
    assert "Writes better after noon." not in page.text
    assert "Write the note first." in moderator.send(page.form("/notes"), body="  ").text


def test_who_else_an_author_may_be_is_told_where_there_is_a_reason(moderator, world: World):
    held = world.submit(HELD, author="ann", address_hash="same")
    other = world.submit(CIVIL, author="ben", address_hash="same")
    author = world.comment(held.comment_id).author_id
    assert world.comment(other.comment_id).author_id != author
    card = moderator.get(f"/moderate/items/{held.item_id}")
    assert "May be" not in card.text
    assert "May be the same person" in moderator.get(f"/moderate/authors/{author}").text
    world.sanction("ben", Standing.BANNED, world.moderator("boss"))
    assert "May be Ben (banned; same network)" in moderator.get(f"/moderate/items/{held.item_id}").text
