"""What everybody may know of a site's moderation."""

from datetime import timedelta
from functools import partial

import orjson
import pytest

from commentsvc.domain.errors import InvalidError
from commentsvc.domain.practice import Practice
from commentsvc.domain.status import ReasonCode, Route, Standing, Verdict
from commentsvc.services.practice import change_practice
from commentsvc.store import models
from commentsvc.store.queries.practice import get_practice
from commentsvc.store.queries.public_log import FoundBy, PublicLog, read_public_log
from tests.support.world import CIVIL, HELD, POLICY, REJECTED, World

BANNED = "flibbertigibbet"


def read(world: World) -> PublicLog:
    with world.db.reading() as session:
        return read_public_log(session, world.site.id, world.now - timedelta(days=90), world.now + timedelta(seconds=1))


def test_figures_and_statements_tell_what_was_done_and_nothing_of_whom(world: World):
    world.set_policy({**POLICY, "words": {"banned": [BANNED]}})
    mo, mia = world.moderator("mo"), world.moderator("mia")
    held = world.submit(HELD, author="heldina")
    world.decide(str(held.item_id), mo, Verdict.REJECT, reason_code=ReasonCode.HATE, note="a note about heldina")
    world.clock.advance(hours=1)
    word = world.submit(f"Such a {BANNED} of a tram.", author="wordina")
    world.decide(str(word.item_id), mo, Verdict.REJECT, reason_code=ReasonCode.SPAM)
    world.clock.advance(hours=1)
    alone = world.submit(REJECTED, author="alonso")
    reported = world.submit(CIVIL, author="rita")
    world.report(reported.comment_id)
    world.clock.advance(hours=1)
    world.decide(world.open_items(reported.comment_id)[0].id, mo, Verdict.REJECT, reason_code=ReasonCode.OFF_TOPIC)
    world.appeal(held.comment_id, "but heldina says no")
    world.decide(world.open_items(held.comment_id)[0].id, mia, Verdict.REJECT, reason_code=ReasonCode.ABUSE)
    world.appeal(alone.comment_id)
    world.sanction("rita", Standing.BANNED, mo)
    found = read(world)
    assert found.routed == {Route.PUBLISH: 1, Route.REVIEW: 0, Route.HOLD: 2, Route.REJECT: 1}
    assert (found.approved_count, found.rejected_count, found.reported_count) == (0, 3, 1)
    assert {code: count for code, count in found.rejected.items() if count} == {
        ReasonCode.SPAM: 1,
        ReasonCode.OFF_TOPIC: 1,
        ReasonCode.ABUSE: 1,
    }
    assert found.appeals == {"open": 1, "upheld": 1, "overturned": 0}
    assert (found.suspended_count, found.banned_count) == (0, 1)
    told = {(one.ground, one.found_by, one.appeal): one.rules for one in found.statements}
    assert told == {
        (ReasonCode.OFF_TOPIC, FoundBy.READERS, ""): (),
        (ReasonCode.ABUSE, FoundBy.SOFTWARE, "upheld"): ("toxicity",),
        (ReasonCode.SPAM, FoundBy.SOFTWARE, ""): ("banned_word",),
        (None, FoundBy.SOFTWARE, "open"): told[None, FoundBy.SOFTWARE, "open"],
    }
    assert "threat" in told[None, FoundBy.SOFTWARE, "open"]
    written = orjson.dumps(found, option=orjson.OPT_NON_STR_KEYS).decode().lower()
    secrets = [BANNED, "heldina", "wordina", "alonso", "rita", "stupid", "kill", "note", held.comment_id, str(held.item_id), mo]
    assert [secret for secret in secrets if secret.lower() in written] == []


def test_what_was_undone_approved_or_is_too_long_ago_is_no_statement(world: World):
    mo = world.moderator()
    old = world.submit(HELD, author="old")
    world.decide(str(old.item_id), mo, Verdict.REJECT)
    world.clock.advance(hours=24 * 91)
    undone, approved = world.submit(HELD, author="ann"), world.submit(f"{HELD}!", author="ben")
    world.decide(str(undone.item_id), mo, Verdict.REJECT)
    world.undo(str(undone.item_id), mo)
    world.decide(str(approved.item_id), mo)
    found = read(world)
    assert found.statements == []
    assert (found.approved_count, found.rejected_count) == (1, 0)


def test_an_erased_comment_keeps_its_statement_and_nothing_else(world: World):
    mo = world.moderator()
    gone = world.submit(HELD, author="gone")
    world.decide(str(gone.item_id), mo, Verdict.REJECT)
    world.erase("gone")
    (statement,) = read(world).statements
    assert statement.ground is ReasonCode.ABUSE


def test_changing_how_a_site_works_is_in_the_log_with_before_and_after(world: World):
    ada = world.moderator("ada")
    for wanted in (Practice(has_public_log=True), Practice(has_public_log=True), Practice(second_share=0.25)):
        world.do(partial(change_practice, site_id=world.site.id, wanted=wanted, account_id=ada, now=world.now))
    with world.db.reading() as session:
        assert get_practice(session, world.site.id) == Practice(second_share=0.25)
        assert get_practice(session, "another") == Practice()
    entries = world.rows(models.AuditEntry, action="practice_changed")
    assert [(entry.before, entry.after) for entry in entries] == [
        ({"has_public_log": False}, {"has_public_log": True}),
        ({"has_public_log": True, "second_share": 0.0}, {"has_public_log": False, "second_share": 0.25}),
    ]
    with pytest.raises(InvalidError):
        world.do(lambda session: change_practice(session, world.site.id, Practice(second_share=1.5), ada, world.now))
