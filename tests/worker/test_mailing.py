"""Replies by e-mail, from the wish to the letter, through a real mail server."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest

from commentsvc.domain.commands import Identity, Notify
from commentsvc.domain.letters import MOST_IN_ONE
from commentsvc.domain.status import Pace, ReasonCode, Verdict
from commentsvc.integrations.sealing import Purpose, seal
from commentsvc.services.commenting import Submitted
from commentsvc.services.retention import tidy
from commentsvc.services.subscribing import ASKED_AGAIN_AFTER, MOST_ASKED, UNCONFIRMED_KEPT, confirm, forget
from commentsvc.store import models
from commentsvc.store.models.operation import JobState
from commentsvc.worker.mailing import mail_once
from tests.support.mail_server import Postbox
from tests.support.world import CIVIL, HELD, World

ANN = "ann@reader.example"


def wish(world: World, email: str = ANN, *, pace: Pace = Pace.EACH, verified: bool = False, language: str = "en") -> Notify:
    return Notify(
        sha256(email.encode()).hexdigest(), seal(world.runtime.secret, email, Purpose.EMAIL), pace, language, is_verified=verified
    )


def post(world: World, body: str = "Is the tram on time?", *, author: str = "ann", **rest: Any) -> Submitted:
    return world.submit(body, author=author, **rest)


def followed(world: World, **rest: Any) -> str:
    """A comment of Ann's whose replies she is told of; its id."""
    return post(world, notify=wish(world, verified=True, **rest)).comment_id


def due(world: World, **wait: float) -> int:
    world.clock.advance(**(wait or {"minutes": 1}))
    return mail_once(world.runtime)


def subscription(world: World) -> Any:
    return world.row(models.Subscription)


def test_a_reply_is_told_to_who_asked_for_it(world: World, postbox: Postbox):
    root = followed(world)
    assert mail_once(world.runtime) == 0
    reply = post(world, "Yes, to the minute.", author="ben", parent=root)
    assert mail_once(world.runtime) == 0, "it waits a minute for others"
    assert due(world) == 1
    assert postbox.recipients == [ANN]
    letter = postbox.last
    assert letter["Subject"] == "Ben replied to you on The Gazette"
    assert letter["From"] == "The Gazette <comments@gazette.example>"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert "> Yes, to the minute." in postbox.text
    assert f"/embed/gazette?article=tram#comment-{reply.comment_id}" in postbox.text
    page = world.runtime.mail_page(subscription(world).id)
    assert (letter["List-Unsubscribe"], letter["List-Unsubscribe-Post"]) == (f"<{page}>", "List-Unsubscribe=One-Click")
    assert page in postbox.text
    assert page.startswith("https://comments.example/mail/")
    assert due(world, days=2) == 0, "it is told once"
    assert not world.rows(models.Notice)


def test_an_address_is_asked_first_and_told_nothing_before(world: World, postbox: Postbox):
    root = post(world, notify=wish(world)).comment_id
    assert mail_once(world.runtime) == 1
    assert postbox.last["Subject"] == "Replies from The Gazette by e-mail: please confirm"
    assert world.runtime.mail_page(subscription(world).id) in postbox.text
    assert "tram" not in postbox.text, "nothing that a stranger wrote"
    post(world, "Yes.", author="ben", parent=root)
    assert due(world) == 0
    world.do(lambda session: confirm(session, subscription(world).id, world.now))
    post(world, "Yes, indeed.", author="cem", parent=root)
    assert due(world) == 1
    assert "Yes, indeed." in postbox.text
    assert len(postbox.letters) == 2


def test_an_address_that_does_not_answer_is_asked_once_a_day(world: World, postbox: Postbox):
    for number in range(3):
        post(world, f"Thing {number}.", notify=wish(world))
        mail_once(world.runtime)
    assert len(postbox.letters) == 1
    world.clock.advance(seconds=ASKED_AGAIN_AFTER.total_seconds())
    post(world, "Another day.", notify=wish(world))
    mail_once(world.runtime)
    assert len(postbox.letters) == 2


def test_nobodys_postbox_is_filled_through_many_authors(world: World, postbox: Postbox):
    for number in range(MOST_ASKED + 3):
        post(world, f"Thing {number}.", author=f"a{number}", notify=wish(world))
        mail_once(world.runtime)
    assert len(postbox.letters) == MOST_ASKED


def test_somebody_else_with_the_same_address_gets_nothing_by_it(world: World, postbox: Postbox):
    followed(world)
    theirs = post(world, "Mallory's own.", author="mallory", notify=wish(world)).comment_id
    mail_once(world.runtime)
    post(world, "A reply to Mallory.", author="ben", parent=theirs)
    assert due(world) == 0
    assert [letter["Subject"] for letter in postbox.letters] == ["Replies from The Gazette by e-mail: please confirm"]


def test_ones_own_reply_is_no_news(world: World, postbox: Postbox):
    root = followed(world)
    post(world, "To add to that.", parent=root)
    assert due(world) == 0


def test_what_is_held_is_told_when_it_is_published_and_never_before(world: World, postbox: Postbox):
    root = followed(world)
    held = post(world, HELD, author="ben", parent=root)
    assert due(world) == 0
    world.decide(str(held.item_id), world.moderator(), Verdict.APPROVE)
    assert due(world) == 1
    assert "stupid" in postbox.text


def test_what_is_rejected_before_the_letter_goes_is_not_told(world: World, postbox: Postbox):
    root = followed(world)
    reply = post(world, "Here is a rumour.", author="ben", parent=root)
    world.report(reply.comment_id)
    (item,) = world.open_items(reply.comment_id)
    world.decide(item.id, world.moderator(), Verdict.REJECT, reason_code=ReasonCode.MISINFORMATION)
    assert due(world) == 1
    assert not postbox.letters
    assert not world.rows(models.Notice)
    assert not world.rows(models.Job, kind="mail")


def test_what_is_published_a_second_time_is_told_once(world: World, postbox: Postbox):
    root = followed(world)
    reply = post(world, "Here is a rumour.", author="ben", parent=root)
    due(world)
    world.report(reply.comment_id)
    (item,) = world.open_items(reply.comment_id)
    moderator = world.moderator()
    world.decide(item.id, moderator, Verdict.REJECT, reason_code=ReasonCode.OTHER)
    world.undo(item.id, moderator)
    assert due(world) == 0
    assert len(postbox.letters) == 1


@pytest.mark.parametrize(("pace", "wait"), [(Pace.HOURLY, timedelta(hours=1)), (Pace.DAILY, timedelta(days=1))])
def test_at_a_slower_pace_replies_come_together(world: World, postbox: Postbox, pace: Pace, wait: timedelta):
    root = followed(world, pace=pace)
    post(world, "The first.", author="ben", parent=root)
    assert due(world) == 1
    post(world, "The second.", author="cem", parent=root)
    post(world, "The third.", author="dee", parent=root)
    assert due(world) == 0
    assert due(world, seconds=wait.total_seconds()) == 1
    assert postbox.last["Subject"] == "2 new replies on The Gazette"
    assert postbox.text.index("The second.") < postbox.text.index("The third.")


def test_it_is_written_in_the_readers_language(world: World, postbox: Postbox):
    root = followed(world, language="de-CH")
    post(world, "Ja.", author="ben", parent=root)
    due(world)
    assert postbox.last["Subject"] == "Ben hat Ihnen auf The Gazette geantwortet"


def test_a_server_that_is_away_is_tried_again_for_days(world: World, postbox: Postbox):
    root = followed(world)
    post(world, "Yes.", author="ben", parent=root)
    postbox.is_failing = True
    assert due(world) == 1
    assert world.row(models.Job, kind="mail").last_error == "not-taken"
    postbox.is_failing = False
    assert due(world, hours=12) == 1
    assert len(postbox.letters) == 1


def test_a_letter_that_nobody_takes_is_given_up_and_the_next_reply_begins_anew(world: World, postbox: Postbox):
    root = followed(world)
    post(world, "Yes.", author="ben", parent=root)
    settings = world.runtime.settings
    world.runtime.settings = replace(settings, mail=replace(settings.mail, port=1))
    for _ in range(12):
        due(world, days=1)
    job = world.row(models.Job, kind="mail")
    assert (job.state, job.last_error) == (JobState.DEAD, "connection")
    assert due(world, days=1) == 0
    world.runtime.settings = settings
    post(world, "Yes, still.", author="cem", parent=root)
    assert due(world) == 1
    assert postbox.last["Subject"] == "2 new replies on The Gazette"


def test_an_address_that_takes_none_is_forgotten(world: World, postbox: Postbox):
    root = followed(world)
    post(world, "Yes.", author="ben", parent=root)
    postbox.refusing[ANN] = "550 No such user"
    assert due(world) == 1
    assert not world.rows(models.Subscription)
    assert not world.rows(models.Follow)
    assert not world.rows(models.Notice)
    assert not world.rows(models.Job, kind="mail")


def test_an_address_that_takes_none_just_now_is_kept(world: World, postbox: Postbox):
    root = followed(world)
    post(world, "Yes.", author="ben", parent=root)
    postbox.refusing[ANN] = "450 Mailbox busy"
    assert due(world) == 1
    assert len(world.rows(models.Subscription)) == 1


def test_a_reply_that_comes_while_a_letter_is_on_its_way_gets_its_own(world: World, postbox: Postbox):
    root = followed(world)
    post(world, "The first.", author="ben", parent=root)
    world.clock.advance(minutes=1)
    postbox.before = lambda: post(world, "The second.", author="cem", parent=root)
    assert mail_once(world.runtime) == 1
    postbox.before = bool
    assert "The second." not in postbox.text
    assert due(world) == 1
    assert "The second." in postbox.text


def test_whoever_stopped_gets_nothing_any_more(world: World, postbox: Postbox):
    root = followed(world)
    post(world, "Yes.", author="ben", parent=root)
    world.do(lambda session: forget(session, subscription(world).id))
    due(world)
    post(world, "And yes.", author="ben", parent=root)
    due(world)
    assert not postbox.letters
    assert not world.rows(models.Job, kind="mail")


def test_an_erased_author_is_forgotten_here_too(world: World, postbox: Postbox):
    root = followed(world)
    post(world, "Yes.", author="ben", parent=root)
    world.erase("ann")
    due(world)
    assert not postbox.letters
    assert not world.rows(models.Subscription)


def test_addresses_that_were_never_confirmed_are_forgotten_in_time(world: World, postbox: Postbox):
    post(world, notify=wish(world))
    post(world, "Mine is confirmed.", author="ben", notify=wish(world, "ben@reader.example", verified=True))
    world.clock.advance(seconds=UNCONFIRMED_KEPT.total_seconds() + 1)
    world.do(lambda session: tidy(session, world.now))
    assert [row.email_hash for row in world.rows(models.Subscription)] == [sha256(b"ben@reader.example").hexdigest()]


def test_a_guest_follows_each_comment_that_they_asked_for(world: World, postbox: Postbox):
    gus = Identity("guest:gus", "Gus", is_guest=True)
    asked = world.submit("Asked for.", identity=gus, notify=wish(world)).comment_id
    other = world.submit("Not asked for.", identity=gus).comment_id
    world.do(lambda session: confirm(session, subscription(world).id, world.now))
    post(world, "To the other.", author="ben", parent=other)
    assert due(world) in {0, 1}
    assert not [letter for letter in postbox.letters if "To the other." in str(letter.get_content())]
    post(world, "To the one.", author="ben", parent=asked)
    due(world)
    assert "To the one." in postbox.text


def test_the_database_alone_tells_nobody_an_address(world: World, postbox: Postbox):
    followed(world)
    assert ANN not in str([tuple(row) for row in world.rows(models.Subscription)])
    assert ANN not in str([tuple(row) for row in world.rows(models.AuditEntry)])


def test_without_a_mail_server_nothing_is_looked_for(world: World):
    post(world, CIVIL, notify=wish(world))
    assert mail_once(world.runtime) == 0


def test_another_key_loses_no_address(world: World, postbox: Postbox):
    root = followed(world)
    post(world, "Yes.", author="ben", parent=root)
    right = world.runtime.secret
    world.runtime.secret = b"another key, of the length that keys have"
    assert due(world) == 1
    assert world.row(models.Job, kind="mail").last_error == "address-unreadable"
    world.runtime.secret = right
    assert due(world, hours=1) == 1
    assert postbox.recipients == [ANN]


def test_each_letter_has_an_id_of_its_own_and_keeps_it_when_it_is_tried_again(world: World, postbox: Postbox):
    root = followed(world)
    ids = []
    for number in range(2):
        post(world, f"Number {number}.", author=f"b{number}", parent=root)
        postbox.before = bool
        due(world)
        ids.append(postbox.last["Message-ID"])
    assert len(set(ids)) == 2
    assert all(one.endswith("@gazette.example>") for one in ids)


def test_replies_that_come_while_letters_go_out_are_told_once_each(world: World, postbox: Postbox):
    roots = [post(world, f"Root {number}.", article=f"a{number}", notify=wish(world, verified=True)).comment_id for number in range(4)]
    # As many as one letter quotes, should all of them come before the first goes out.
    each = MOST_IN_ONE // 4
    told = [f"Reply {number} of {at}." for at in range(4) for number in range(each)]

    def answer(at: int) -> None:
        for number in range(each):
            post(world, f"Reply {number} of {at}.", author=f"b{at}", article=f"a{at}", parent=roots[at])

    with ThreadPoolExecutor(4) as pool:
        running = [pool.submit(answer, at) for at in range(4)]
        while not all(one.done() for one in running):
            due(world)
        for one in running:
            one.result()
    while due(world):
        pass
    texts = "\n".join(str(letter.get_content()) for letter in postbox.letters)
    assert {text: texts.count(f"> {text}") for text in told} == dict.fromkeys(told, 1)
    assert not world.rows(models.Notice)
    assert not world.rows(models.Job, kind="mail")
