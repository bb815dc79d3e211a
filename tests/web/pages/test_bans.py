"""Bans by two, in the console."""

from commentsvc.domain.principals import Role
from commentsvc.domain.status import Standing
from commentsvc.store import models
from tests.support.world import HELD, World


def test_one_proposes_and_another_confirms(admin, moderator, sign_in, world: World):
    form = admin.get("/admin/sites/gazette/moderators").form("/practice")
    admin.post(form.action, {**form.fields, "two_for_bans": "yes"})
    posted = world.submit(HELD, author="troll")
    author_id = world.comment(posted.comment_id).author_id
    address = f"/moderate/authors/{author_id}"
    page = moderator.get(address)
    assert "a colleague has to confirm it" in page.text
    page = moderator.send(page.form("/sanctions"), standing="banned", reason="<i>again</i>")
    assert "The ban holds as soon as a colleague confirms it." in page.text
    assert "Withdraw it" in page.text
    assert "Confirm the ban" not in page.text
    (proposal,) = world.rows(models.BanProposal)
    own = page.form(f"/bans/{proposal.id}")
    refused = moderator.post(own.action, {**own.fields, "answer": "confirm"})
    assert (refused.status, "Somebody else has to confirm it." in refused.text) == (403, True)
    assert "Yours: a colleague confirms it" in moderator.get("/moderate/bans").text
    colleague = sign_in("mia", Role.MODERATOR, "gazette")
    assert "1 ban proposed" in colleague.get("/moderate").text
    assert "&lt;i&gt;again&lt;/i&gt;" in colleague.get("/moderate/bans").html
    page = colleague.get(address)
    late = page.form(f"/bans/{proposal.id}")
    page = colleague.send(late, "Confirm the ban")
    assert world.row(models.Author, id=author_id).standing is Standing.BANNED
    assert "A ban is proposed" not in page.text
    assert colleague.send(late, "Decline it").status == 409
    assert "No ban waits for a second moderator" in colleague.get("/moderate/bans").text


def test_another_sites_moderator_finds_no_such_proposal(admin, moderator, sign_in, world: World):
    form = admin.get("/admin/sites/gazette/moderators").form("/practice")
    admin.post(form.action, {**form.fields, "two_for_bans": "yes"})
    world.submit(author="troll")
    world.sanction("troll", Standing.BANNED, world.moderator("max"))
    (proposal,) = world.rows(models.BanProposal)
    stranger = sign_in("olga", Role.MODERATOR, "courier")
    form = stranger.get("/account").forms[0]
    token = {name: value for name, value in form.fields.items() if "csrf" in name}
    assert stranger.post(f"/moderate/bans/{proposal.id}", {**token, "answer": "confirm"}).status == 404
    assert "troll" not in stranger.get("/moderate/bans").text.lower()
    page = moderator.get(f"/moderate/authors/{proposal.author_id}")
    moderator.send(page.form(f"/bans/{proposal.id}"), "Decline it")
    assert world.row(models.Author, id=proposal.author_id).standing is Standing.NORMAL
