"""The public page about how a site moderates."""

from commentsvc.domain.status import ReasonCode, Verdict
from commentsvc.store import models
from tests.support.world import HELD, World
from tests.web.pages.browsing import Browser

PAGE = "/moderation-log/gazette"


def switch(admin: Browser, on: str) -> None:
    form = admin.get("/admin/sites/gazette/moderators").form("/practice")
    admin.post(form.action, {**form.fields, "public_log": on} if on else {k: v for k, v in form.fields.items() if k != "public_log"})


def test_the_page_is_there_when_an_admin_wants_it_and_gone_at_once_when_not(reader, admin, world: World):
    assert reader.get(PAGE).status == 404
    assert reader.get("/moderation-log/nowhere").status == 404
    switch(admin, "yes")
    page = reader.get(PAGE)
    assert (page.status, "No comments came in these days." in page.text) == (200, True)
    switch(admin, "")
    assert reader.get(PAGE).status == 404
    assert [entry.after for entry in world.rows(models.AuditEntry, action="practice_changed")] == [
        {"has_public_log": True},
        {"has_public_log": False},
    ]


def test_it_tells_grounds_and_never_the_words_and_is_read_now_and_then(reader, admin, world: World):
    switch(admin, "yes")
    mo = world.moderator()
    posted = world.submit(HELD, author="secretive")
    world.decide(str(posted.item_id), mo, Verdict.REJECT, reason_code=ReasonCode.HATE)
    world.clock.advance(seconds=1)
    page = reader.get(PAGE)
    assert "Hate against a group (software saw: toxicity)" in page.text
    assert [word for word in ("stupid", "secretive", posted.comment_id) if word in page.html.lower()] == []
    assert page.headers["Cache-Control"] == "public, max-age=300"
    world.decide(str(world.submit(f"{HELD}!", author="ben").item_id), mo, Verdict.REJECT, reason_code=ReasonCode.SPAM)
    assert "Spam" not in reader.get(PAGE).text
    world.clock.advance(minutes=15, seconds=1)
    assert "Spam or advertising" in reader.get(PAGE).text


def test_only_an_admin_of_the_site_switches_it(moderator, sign_in, world: World):
    from commentsvc.domain.principals import Role

    form = moderator.get("/account").forms[0]
    token = {name: value for name, value in form.fields.items() if "csrf" in name}
    assert moderator.post("/admin/sites/gazette/practice", {**token, "public_log": "yes"}).status == 403
    stranger = sign_in("olga", Role.ADMIN, "courier")
    form = stranger.get("/account").forms[0]
    token = {name: value for name, value in form.fields.items() if "csrf" in name}
    assert stranger.post("/admin/sites/gazette/practice", {**token, "public_log": "yes"}).status == 404
    assert world.rows(models.SitePractice) == []
