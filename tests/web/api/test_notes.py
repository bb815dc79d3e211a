"""Notes on authors, and who else an author may be."""

from typing import Any

import pytest

from commentsvc.domain.status import Standing
from commentsvc.services.noting import MOST_NOTES
from commentsvc.store import models
from commentsvc.store.queries.authors import CROWD
from tests.support.world import World
from tests.web.api.api_client import ADMIN, MODERATOR, OTHER_MODERATOR, Api, problem

LONG = "The council has bought the old brewery, and nobody was asked."


@pytest.fixture
def ann(api: Api) -> str:
    """Ann's id as an author."""
    return str(api.get(f"comments/{api.comment('Fine.', token=api.jwt('ann'))['id']}").json["author"]["id"])


def author_of(api: Api, comment: Any) -> str:
    return str(api.get(f"comments/{comment['id']}").json["author"]["id"])


def seen(api: Api, author: str) -> Any:
    return api.get(f"moderation/authors/{author}", token=api.caller(MODERATOR)).json


def leave(api: Api, author: str, body: str = "Asks the same thing each week.", caller: str = MODERATOR) -> Any:
    return api.post(f"moderation/authors/{author}/notes", {"body": body}, token=api.caller(caller))


def test_a_note_is_left_seen_by_colleagues_and_taken_back(api: Api, ann: str, world: World):
    answer = leave(api, ann)
    assert answer.status_code == 201
    (note,) = answer.json["notes"]
    assert (note["body"], note["account_name"]) == ("Asks the same thing each week.", "moderator-gazette".title())
    assert api.get(f"moderation/authors/{ann}", token=api.caller(ADMIN)).json["notes"] == [note]
    gone = api.delete(f"moderation/authors/{ann}/notes/{note['id']}", token=api.caller(MODERATOR))
    assert gone.status_code == 204
    assert seen(api, ann)["notes"] == []
    actions = [row.action for row in world.rows(models.AuditEntry) if row.action.startswith("note_")]
    assert actions == ["note_left", "note_taken_back"]
    assert "each week" not in str([tuple(row) for row in world.rows(models.AuditEntry)])


def test_a_colleagues_note_is_taken_back_by_an_admin_alone(api: Api, ann: str):
    note = leave(api, ann, caller=ADMIN).json["notes"][0]["id"]
    path = f"moderation/authors/{ann}/notes/{note}"
    problem(api.delete(path, token=api.caller(MODERATOR)), 403, "forbidden")
    mine = leave(api, ann).json["notes"][0]["id"]
    assert api.delete(f"moderation/authors/{ann}/notes/{mine}", token=api.caller(ADMIN)).status_code == 204
    assert api.delete(path, token=api.caller(ADMIN)).status_code == 204
    problem(api.delete(path, token=api.caller(ADMIN)), 404, "not-found")


def test_another_sites_moderator_knows_nothing_of_it(api: Api, ann: str, world: World):
    problem(leave(api, ann, caller=OTHER_MODERATOR), 404, "not-found")
    note = leave(api, ann).json["notes"][0]["id"]
    problem(api.delete(f"moderation/authors/{ann}/notes/{note}", token=api.caller(OTHER_MODERATOR)), 404, "not-found")
    assert [row.id for row in world.rows(models.AuthorNote)] == [note]


def test_there_is_an_end_to_notes(api: Api, ann: str, world: World):
    for number in range(MOST_NOTES):
        leave(api, ann, f"Number {number}.")
    problem(leave(api, ann), 409, "conflict")
    assert len(world.rows(models.AuthorNote)) == MOST_NOTES


@pytest.mark.parametrize("body", ["", "  \n", "x" * 2001, 7, None])
def test_a_note_that_is_none_is_refused(api: Api, ann: str, world: World, body):
    problem(leave(api, ann, body), 422, "validation-failed")
    assert not world.rows(models.AuthorNote)


def test_an_author_gets_the_notes_with_their_data_and_erasure_takes_them(api: Api, ann: str, world: World):
    leave(api, ann)
    (line,) = api.get("sites/gazette/me/data", token=api.jwt("ann")).json["notes"]
    assert line.keys() == {"body", "created_at"}
    api.delete("sites/gazette/me", token=api.jwt("ann"))
    assert not world.rows(models.AuthorNote)


# -- Who else it may be ---------------------------------------------------------------------------------------------------------
def post(api: Api, sub: str, body: str, address: str) -> Any:
    answer = api.post(
        "sites/gazette/comments", {"article": {"key": "tram"}, "body": body}, token=api.jwt(sub), environ_base={"REMOTE_ADDR": address}
    )
    assert answer.status_code == 201
    return answer.json


def test_others_of_the_same_network_or_with_the_same_text_are_told_the_strictest_first(api: Api, world: World):
    first = author_of(api, post(api, "ann", LONG, "203.0.113.1"))
    near = author_of(api, post(api, "ben", "Something else.", "203.0.113.1"))
    alike = author_of(api, post(api, "cem", LONG, "203.0.113.3"))
    both = author_of(api, post(api, "dee", LONG, "203.0.113.1"))
    post(api, "eve", "Nothing in common at all.", "203.0.113.5")
    world.sanction("cem", Standing.BANNED, world.moderator("boss"))
    kin = seen(api, first)["kin"]
    assert [(one["id"], one["standing"], one["same_network"], one["same_text"]) for one in kin] == [
        (alike, "banned", False, True),
        (near, "normal", True, False),
        (both, "normal", True, True),
    ]
    assert {one["id"] for one in seen(api, near)["kin"]} == {first, both}


def test_short_texts_are_no_sign(api: Api):
    first = author_of(api, post(api, "ann", "Thank you!", "203.0.113.1"))
    post(api, "ben", "Thank you!", "203.0.113.2")
    assert seen(api, first)["kin"] == []


def test_another_site_is_another_world(api: Api):
    first = author_of(api, post(api, "ann", LONG, "203.0.113.1"))
    elsewhere = {"article": {"key": "tram"}, "body": LONG, "author": {"name": "Ben"}}
    assert api.post("sites/courier/comments", elsewhere, environ_base={"REMOTE_ADDR": "203.0.113.1"}).status_code == 201
    assert seen(api, first)["kin"] == []


def test_a_crowd_behind_one_address_is_no_sign(api: Api, world: World):
    first = author_of(api, post(api, "ann", "Fine.", "203.0.113.1"))
    for number in range(CROWD - 1):
        world.submit(f"{number}.", author=f"a{number}", address_hash=world.row(models.Comment, author_id=first).address_hash)
    assert len(seen(api, first)["kin"]) == 5
    post(api, "one-more", "Fine, too.", "203.0.113.1")
    assert seen(api, first)["kin"] == []
