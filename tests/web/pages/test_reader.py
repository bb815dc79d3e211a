"""The reader's page without scripts."""

import re
from dataclasses import replace

import pytest

from commentsvc.domain.commands import Sanction
from commentsvc.domain.status import ProofRule, Standing
from commentsvc.services.sanctioning import sanction_author
from commentsvc.services.sites import SiteChange, change_site, set_article_closed
from commentsvc.store import models
from tests.support.world import CIVIL, HELD, REJECTED, World
from tests.web.pages.browsing import Browser

THREAD = "/embed/gazette?article=tram"
POST = "/embed/gazette/comments"


def write(browser: Browser, body: str, name: str = "Gus"):
    return browser.send(browser.get(THREAD).form(POST), "Post comment", body=body, name=name)


def test_page_of_an_article_nobody_commented_on_invites_to(reader):
    page = reader.get(THREAD)
    assert page.status == 200
    assert "Comments 0" in page.text
    assert "Nobody has commented yet" in page.text
    assert page.form(POST).fields["article"] == "tram"


def test_posting_shows_the_comment_to_everybody(reader, another):
    page = write(reader, CIVIL)
    assert page.status == 200
    assert "posted=" in page.address
    for shown in (page, another.get(THREAD)):
        assert CIVIL in shown.text
        assert "Gus" in shown.text
        assert "Comments 1" in shown.text


def test_posting_answers_with_a_redirect_to_the_comment(reader):
    form = reader.get(THREAD).form(POST)
    answer = reader.post(POST, {**form.fields, "body": CIVIL}, follow=False)
    assert answer.status == 303
    assert re.search(r"#comment-[0-9a-f-]{36}$", answer.headers["Location"])
    assert "HttpOnly" in answer.headers["Set-Cookie"]


def test_sending_the_same_form_twice_posts_once(reader, world: World):
    form = reader.get(THREAD).form(POST)
    for _ in range(2):
        assert reader.send(form, "Post comment", body=CIVIL).status == 200
    assert len(world.rows(models.Comment)) == 1


def test_held_comment_is_shown_to_its_author_alone_with_the_reason_and_the_marks(reader, another):
    page = write(reader, HELD)
    assert "Yours, waiting for a moderator" in page.text
    assert "It was held because it looks like rude or hurtful language" in page.text
    assert '<mark class="label-toxicity" data-letters="To" title="Toxicity">stupid</mark>' in page.html
    assert "stupid" not in another.get(THREAD).html
    assert "Comments 0" in page.text


def test_held_comment_stays_over_reloads_and_moves_with_no_forged_cookie(reader, another):
    write(reader, HELD)
    assert "waiting for a moderator" in reader.get(THREAD).text
    digits, _, signature = reader.cookie("commentsvc_own").partition(".")
    another.client.set_cookie("commentsvc_own", digits + "." + signature[::-1])
    assert "waiting for a moderator" not in another.get(THREAD).text


def test_rejected_comment_is_told_to_its_author(reader, another):
    assert "Yours, not shown" in write(reader, REJECTED).text
    assert "kill" not in another.get(THREAD).html


def test_comment_that_was_not_scored_is_told_as_being_checked(reader, another, world: World):
    world.scorer.hold()
    page = write(reader, CIVIL)
    world.scorer.release()
    assert "Yours, being checked" in page.text
    assert CIVIL not in another.get(THREAD).text


def test_refused_text_comes_back_with_the_reason_beside_it(reader, world: World):
    page = write(reader, "x" * (world.site.limits.max_body_chars + 1))
    assert page.status == 422
    assert "Up to 5,000 characters" in page.text
    assert page.form(POST).fields["body"].startswith("xxx")
    assert not world.rows(models.Comment)


def test_empty_text_is_refused_in_words(reader):
    page = write(reader, "   ")
    assert page.status == 422
    assert "Write something before you post." in page.text


def test_preview_stores_nothing(reader, world: World):
    page = reader.send(reader.get(THREAD).form(POST), "Preview", body="It is **bold**.", name="Gus")
    assert page.status == 200
    assert "<strong>bold</strong>" in page.html
    assert page.form(POST).fields["body"] == "It is **bold**."
    assert not world.rows(models.Comment)


def test_field_that_people_do_not_see_catches_programs(reader, world: World):
    form = reader.get(THREAD).form(POST)
    assert reader.send(form, "Post comment", body=CIVIL, website="https://spam.example").status == 422
    assert not world.rows(models.Comment)


def test_too_many_posts_are_told_to_wait(reader, world: World):
    settings = world.runtime.settings
    world.runtime.settings = replace(settings, limits=replace(settings.limits, comments_burst=1, comments_every_s=60.0))
    write(reader, CIVIL)
    page = write(reader, "Another thing.")
    assert page.status == 429
    assert int(page.headers["Retry-After"]) > 0
    assert page.form(POST).fields["body"] == "Another thing."


def test_form_sent_from_another_site_is_refused(reader, world: World):
    form = reader.get(THREAD).form(POST)
    page = reader.post(POST, {**form.fields, "body": CIVIL}, headers={"Origin": "https://elsewhere.example"})
    assert page.status == 403
    assert not world.rows(models.Comment)


def test_reply_stands_below_what_it_answers(reader):
    write(reader, CIVIL)
    page = reader.get(reader.get(THREAD).links["Reply"])
    form = next(form for form in page.forms if form.fields.get("parent"))
    page = reader.send(form, "Post reply", body="So did I.", name="Hal")
    assert "in reply to Gus" in page.text
    assert "1 reply" in page.text
    assert page.html.index(CIVIL) < page.html.index("So did I.")


def test_held_reply_stands_where_it_belongs_for_its_author(reader, another):
    write(reader, CIVIL)
    page = another.get(another.get(THREAD).links["Reply"])
    form = next(form for form in page.forms if form.fields.get("parent"))
    page = another.send(form, "Post reply", body=HELD, name="Hal")
    assert page.html.index(CIVIL) < page.html.index("Yours, waiting")
    assert "Yours, waiting" not in reader.get(THREAD).text


def test_own_comment_can_be_changed_and_taken_back(reader, another):
    page = write(reader, CIVIL)
    page = reader.get(page.links["Edit"])
    page = reader.send(page.form("/edit"), "Save the change", body="I took the bus.")
    assert "Your change is saved." in page.text
    assert "I took the bus." in another.get(THREAD).text
    page = reader.send(page.form("/withdraw"), "Withdraw")
    assert "Your comment is gone from the page." in page.text
    assert "I took the bus." not in another.get(THREAD).html


def test_change_that_waits_for_its_scores_leaves_the_old_text_to_others(reader, another, world: World):
    page = write(reader, CIVIL)
    form = reader.get(page.links["Edit"]).form("/edit")
    world.scorer.hold()
    page = reader.send(form, "Save the change", body=HELD)
    world.scorer.release()
    assert "Yours, being checked" in page.text
    assert CIVIL in another.get(THREAD).text
    assert "stupid" not in another.get(THREAD).html


def test_change_that_is_held_takes_the_comment_from_others(reader, another):
    page = write(reader, CIVIL)
    page = reader.send(reader.get(page.links["Edit"]).form("/edit"), "Save the change", body=HELD)
    assert "Yours, waiting for a moderator" in page.text
    assert "Comments 0" in another.get(THREAD).text
    assert "stupid" not in another.get(THREAD).html


@pytest.mark.parametrize("act", ["edit", "withdraw"])
def test_comments_of_others_cannot_be_changed(reader, another, world: World, act):
    write(reader, CIVIL)
    write(another, "I walked.", name="Hal")
    (theirs,) = [row for row in world.rows(models.Comment) if world.row(models.Author, id=row.author_id).name == "Gus"]
    form = another.get(THREAD).form("/withdraw")
    page = another.post(f"{POST}/{theirs.id}/{act}", {**form.fields, **({"body": "Mine now."} if act == "edit" else {})})
    assert page.status == 404
    assert CIVIL in reader.get(THREAD).text


@pytest.mark.parametrize("act", ["edit", "withdraw"])
def test_change_without_the_proof_of_the_page_is_refused(reader, act):
    page = write(reader, CIVIL)
    action = page.form("/withdraw").action.replace("withdraw", act)
    assert reader.post(action, {"page": "embed", "article": "tram", **({"body": "x"} if act == "edit" else {})}).status == 403
    assert CIVIL in reader.get(THREAD).text


def test_change_after_the_window_is_refused_in_words(reader, world: World):
    page = write(reader, CIVIL)
    form = page.form("/withdraw")
    world.clock.advance(minutes=11)
    assert "Edit" not in reader.get(THREAD).links
    page = reader.send(form, "Withdraw")
    assert page.status == 409
    assert "is over" in page.text


def test_vote_counts_once_and_can_be_taken_back(reader, another):
    write(reader, CIVIL)
    for _ in range(2):
        form = another.get(THREAD).form("/vote")
        page = another.post(form.action, {**form.fields, "value": "up"})
    assert 'aria-pressed="true" aria-label="Vote up, 1 so far"' in page.html
    assert 'aria-pressed="false" aria-label="Vote up, 1 so far"' in reader.get(THREAD).html
    form = page.form("/vote")
    page = another.post(form.action, {**form.fields, "value": "none"})
    assert "Vote up, 0 so far" in page.html


def test_report_needs_a_reason_and_counts_once(reader, another, world: World):
    write(reader, CIVIL)
    page = another.get(another.get(THREAD).links["Report"])
    assert CIVIL in page.text
    form = page.form("/report")
    assert another.send(form).status == 422
    assert "A moderator will look" in another.send(form, reason="abuse", note="Not nice.").text
    assert "reported this comment before" in another.send(form, reason="abuse").text
    assert len(world.rows(models.Report)) == 1


def test_held_comment_takes_neither_votes_nor_reports(reader, another, world: World):
    write(reader, HELD)
    (held,) = world.rows(models.Comment)
    assert another.get(f"{POST}/{held.id}/report").status == 404
    assert another.post(f"{POST}/{held.id}/vote", {"page": "embed", "article": "tram", "value": "up"}).status == 404


def test_closed_article_has_no_form(reader, world: World):
    world.submit()
    account = world.moderator()
    world.do(lambda session: set_article_closed(session, world.site.id, "tram", is_closed=True, account_id=account, now=world.now))
    page = reader.get(THREAD)
    assert "Comments on this article are closed" in page.text
    assert CIVIL in page.text
    assert "Reply" not in page.links
    assert not [form for form in page.forms if form.action.endswith(POST)]


def test_pages_follow_one_another_and_orders_differ(reader, world: World):
    for number in range(55):
        world.submit(f"Thought number {number} about the tram.", author=f"a{number}")
        world.clock.advance(minutes=1)
    page = reader.get(THREAD)
    assert "Thought number 54 " in page.text
    assert "Thought number 4 " not in page.text
    older = reader.get(page.links["More comments"])
    assert "Thought number 4 " in older.text
    assert "Thought number 54 " not in older.text
    oldest = reader.get(page.links["Oldest"])
    assert oldest.text.index("Thought number 0 ") < oldest.text.index("Thought number 1 ")


def test_many_replies_are_reached_by_their_branch(reader, world: World):
    root = world.submit()
    for number in range(8):
        world.submit(f"Answer number {number}.", author=f"a{number}", parent=root.comment_id)
    page = reader.get(THREAD)
    assert "Answer number 4." in page.text
    assert "Answer number 5." not in page.text
    branch = reader.get(page.links["3 more replies, Replies to Ann"])
    assert "Replies to Ann" in branch.text
    assert "Answer number 7." in branch.text
    assert "Answer number 4." not in branch.text


def test_branch_of_a_hidden_comment_is_not_found(reader, world: World):
    held = world.submit(HELD)
    page = reader.get(f"{THREAD}&branch={held.comment_id}")
    assert page.status == 404
    assert "stupid" not in page.html


def test_withdrawn_comment_leaves_a_placeholder_over_its_replies(reader, world: World):
    root = world.submit()
    world.submit("I did too.", author="ben", parent=root.comment_id)
    world.withdraw(root.comment_id)
    page = reader.get(THREAD)
    assert "This comment is no longer here." in page.text
    assert "I did too." in page.text
    assert CIVIL not in page.html
    assert "in reply to" not in page.text


HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(1)>{{7*7}}'


def test_hostile_text_is_shown_as_text_in_every_field(reader, another):
    form = reader.get("/embed/gazette", query_string={"article": HOSTILE, "title": HOSTILE}).form(POST)
    page = reader.send(form, "Post comment", body=HOSTILE, name=HOSTILE[:100])
    assert page.status == 200
    for shown in (page, another.get("/embed/gazette", query_string={"article": HOSTILE})):
        assert "<script>alert" not in shown.html
        assert "<img" not in shown.html
        assert "{{7*7}}" in shown.html
        assert "alert(1)" in shown.text


def test_held_hostile_text_is_escaped_with_its_marks(reader):
    page = write(reader, f"stupid {HOSTILE}")
    assert "Yours, waiting" in page.text
    assert "<script>alert" not in page.html
    assert "&lt;script&gt;" in page.html


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "//elsewhere"])
def test_address_of_the_article_must_be_of_the_web(reader, url):
    assert reader.get("/embed/gazette", query_string={"article": "a", "url": url}).status == 422


@pytest.mark.parametrize("query", ["", "article=", "article=%20", f"article={'x' * 501}"])
def test_page_needs_to_know_the_article(reader, query):
    page = reader.get(f"/embed/gazette?{query}")
    assert page.status == 422
    assert "needs to know the article" in page.text


@pytest.mark.parametrize("name", ["x" * 101, "turn\u202earound"])
def test_name_that_does_not_fit_is_refused(reader, name):
    assert write(reader, CIVIL, name=name).status == 422


def test_banned_guest_is_told(reader, world: World):
    write(reader, CIVIL)
    account = world.moderator()
    (author,) = world.rows(models.Author)
    world.do(lambda session: sanction_author(session, Sanction(author.id, account, Standing.BANNED, "x"), None, world.now))
    page = write(reader, "Once more.")
    assert page.status == 403
    assert "You cannot comment on this site." in page.text


def test_unknown_site_and_unknown_cursor_are_pages_of_their_own(reader, world: World):
    world.submit()
    assert reader.get("/embed/nowhere?article=tram").status == 404
    assert reader.get(f"{THREAD}&cursor=abc").status == 404


def test_page_may_be_framed_and_has_no_inline_code(reader):
    policy = reader.get(THREAD).headers["Content-Security-Policy"]
    assert "frame-ancestors *" in policy
    assert "script-src 'self'; style-src 'self'" in policy
    assert "unsafe-inline" not in policy


def test_what_is_sent_at_once_comes_back_and_can_be_sent_again(reader, world: World):
    settings = world.runtime.settings
    world.runtime.settings = replace(settings, limits=replace(settings.limits, form_min_s=2.0))
    page = write(reader, CIVIL)
    assert page.status == 422
    assert "That was very quick" in page.text
    world.clock.advance(seconds=2)
    assert reader.send(page.form(POST), "Post comment").status == 200
    assert len(world.rows(models.Comment)) == 1


@pytest.mark.parametrize("opened", ["", "1.2.3", "1769000000.aaaaaaaaaaaa." + "0" * 32])
def test_a_form_that_is_not_ours_is_not_taken(reader, world: World, opened):
    form = reader.get(THREAD).form(POST)
    page = reader.send(form, "Post comment", body=CIVIL, opened=opened)
    assert page.status == 422
    assert "has been open for very long" in page.text
    assert reader.send(page.form(POST), "Post comment").status == 200


def test_a_form_left_open_for_days_is_taken_the_second_time(reader, world: World):
    form = reader.get(THREAD).form(POST)
    world.clock.advance(days=2, seconds=1)
    page = reader.send(form, "Post comment", body=CIVIL)
    assert (page.status, page.form(POST).fields["body"]) == (422, CIVIL)
    assert reader.send(page.form(POST), "Post comment").status == 200


def test_where_work_is_asked_for_a_page_without_scripts_waits(reader, world: World):
    account = world.moderator("chief")
    world.do(lambda session: change_site(session, world.site.id, SiteChange(proof=ProofRule.GUESTS), account, world.now))
    page = write(reader, CIVIL)
    assert page.status == 422
    assert "send it once more in 30 seconds" in page.text
    world.clock.advance(seconds=30)
    form = page.form(POST)
    assert reader.send(form, "Post comment").status == 200
    # Its time is spent: the same form with another text begins anew.
    again = reader.send(form, "Post comment", body="Another thing.", once="another")
    assert again.status == 403
    assert "this page has sent one already" in again.text
    assert len(world.rows(models.Comment)) == 1
