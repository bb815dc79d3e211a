"""Figures of moderators: one's own in the console, all of a site together for its admins."""

from commentsvc.domain.principals import Role
from commentsvc.domain.status import Verdict
from commentsvc.store import models
from tests.support.world import CIVIL, HELD, World


def test_a_moderator_sees_their_own_figures_and_nobody_elses(moderator, sign_in, world: World):
    world.submit(HELD)
    moderator.send(moderator.get("/moderate").form("/decide"), "Approve")
    page = moderator.get("/moderate")
    assert page.links["you 1 today, under 1 s median"] == "/moderate/figures"
    assert "Decisions 1 1 1 Approved 1 1 1 Rejected 0 0 0" in moderator.get("/moderate/figures").text
    colleague = sign_in("mia", Role.MODERATOR, "gazette")
    assert "Decisions 0 0 0" in colleague.get("/moderate/figures").text


def test_admins_see_the_total_and_how_far_two_agree(admin, world: World):
    page = admin.get("/admin/sites/gazette/moderators")
    assert "Nobody has decided anything in these days." in page.text
    assert "Not measured: no comments go to two moderators." in page.text
    page = admin.send(page.form("/practice"), second_percent="100")
    assert "No comment has been judged by two yet" in page.text
    mo, mia = world.moderator("mo"), world.moderator("mia")
    world.chance.value = 0.0
    for number in range(3):
        posted = world.submit(f"{CIVIL} <b>{number}</b>", author=f"a{number}")
        world.decide(str(posted.item_id), mo, Verdict.APPROVE if number else Verdict.REJECT)
        world.decide(world.open_items(posted.comment_id)[0].id, mia, Verdict.APPROVE)
    page = admin.get("/admin/sites/gazette/moderators")
    assert "6 by 2 moderators: 5 approved, 1 rejected" in page.text
    assert "3 in a year: 2 approved by both, 0 rejected by both, 1 judged differently" in page.text
    assert "-0.20 (95 % interval" in page.text
    assert "Mo rejected it, which stands; Mia would have approved it" in page.text
    assert "&lt;b&gt;0&lt;/b&gt;" in page.html


def test_a_share_that_is_none_is_refused_in_words(admin, world: World):
    form = admin.get("/admin/sites/gazette/moderators").form("/practice")
    for text in ("101", "-1", "some", "nan"):
        page = admin.post(form.action, {**form.fields, "second_percent": text})
        assert (page.status, "The share must be 0 to 100 percent." in page.text) == (422, True)
    assert world.rows(models.SitePractice) == []


def test_only_admins_of_the_site_see_the_total(moderator, sign_in):
    assert moderator.get("/admin/sites/gazette/moderators").status == 403
    assert sign_in("olga", Role.ADMIN, "courier").get("/admin/sites/gazette/moderators").status == 404
