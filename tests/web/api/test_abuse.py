"""What stands against programs and floods: limits by author and site, proofs of work, and texts that are nearly the same."""

import base64
import hashlib
import json
from dataclasses import replace
from typing import Any

import altcha
import pytest

from commentsvc.domain.status import ProofRule
from commentsvc.integrations.proof_of_work import KEPT, MOST
from commentsvc.services.retention import tidy
from commentsvc.services.sites import SiteChange, change_site
from commentsvc.store import models
from tests.support.world import CIVIL, World
from tests.web.api.api_client import Api, problem

POST = "sites/gazette/comments"


@pytest.fixture
def asking(world: World) -> World:
    """The Gazette, which asks each guest for a proof."""
    return asking_when(world, ProofRule.GUESTS)


def asking_when(world: World, rule: ProofRule) -> World:
    account = world.moderator("chief")
    world.do(lambda session: change_site(session, world.site.id, SiteChange(proof=rule), account, world.now))
    return world


def limited(world: World, **limits: Any) -> None:
    settings = world.runtime.settings
    world.runtime.settings = replace(settings, limits=replace(settings.limits, **limits))


def solve(challenge: dict[str, Any]) -> dict[str, Any]:
    """What a browser does: count until the hash is the one that is asked for."""
    for number in range(challenge["maxnumber"] + 1):
        if hashlib.sha256(f"{challenge['salt']}{number}".encode()).hexdigest() == challenge["challenge"]:
            return {name: challenge[name] for name in ("algorithm", "challenge", "salt", "signature")} | {"number": number}
    raise AssertionError("there is no such number")


def encoded(solution: object) -> str:
    return base64.b64encode(json.dumps(solution).encode()).decode()


def challenge_of(api: Api, site: str = "gazette") -> dict[str, Any]:
    answer = api.get(f"sites/{site}/challenge")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    found: dict[str, Any] = answer.json
    return found


def posted(api: Api, proof: str | None = None, body: str = CIVIL, **kwargs: Any) -> Any:
    document = {"article": {"key": "tram"}, "body": body, "author": {"name": "Gus"}}
    return api.post(POST, document | ({} if proof is None else {"proof": proof}), **kwargs)


def test_a_guest_shows_a_proof_and_it_buys_one_comment(api: Api, asking: World):
    problem(posted(api), 403, "proof-required")
    proof = encoded(solve(challenge_of(api)))
    assert posted(api, proof).status_code == 201
    assert "used before" in problem(posted(api, proof, "Another thing."), 403, "proof-required")["detail"]
    assert len(asking.rows(models.Comment)) == 1


def test_what_was_refused_leaves_its_proof_unspent(api: Api, asking: World):
    proof = encoded(solve(challenge_of(api)))
    problem(posted(api, proof, "  "), 422, "validation-failed")
    problem(posted(api, proof, "x" * 5001), 422, "body-too-long")
    assert posted(api, proof).status_code == 201


def test_a_retry_under_the_same_key_needs_no_second_proof(api: Api, asking: World):
    proof = encoded(solve(challenge_of(api)))
    headers = {"Idempotency-Key": "once"}
    first = posted(api, proof, headers=headers)
    again = posted(api, proof, headers=headers)
    assert (first.status_code, again.status_code, again.headers["Idempotency-Replayed"]) == (201, 201, "true")
    assert first.json["id"] == again.json["id"]


def test_altchas_own_library_solves_it(api: Api, asking: World):
    challenge = challenge_of(api)
    found = altcha.v1.solve_challenge(challenge["challenge"], challenge["salt"], challenge["algorithm"], challenge["maxnumber"])
    assert found is not None
    payload = {name: challenge[name] for name in ("algorithm", "challenge", "salt", "signature")} | {"number": found.number, "took": 12}
    assert posted(api, encoded(payload)).status_code == 201


def test_a_proof_does_not_hold_when_anything_about_it_is_changed(api: Api, asking: World):
    sound = solve(challenge_of(api))
    head, _, tail = sound["salt"].partition("expires=")
    longer = int(tail.rstrip("&")) + 3600
    number = str(sound["number"])
    wrong: list[object] = [
        sound | {"number": sound["number"] + 1 if sound["number"] < MOST else 0},
        sound | {"number": number},
        sound | {"number": True},
        sound | {"number": float(sound["number"])},
        sound | {"salt": f"{head}expires={longer}&"},
        sound | {"salt": sound["salt"] + number[:1], "number": int(number[1:] or 0)},
        sound | {"salt": sound["salt"].rstrip("&")},
        sound | {"signature": "0" * 64},
        sound | {"challenge": sound["challenge"].upper()},
        sound | {"algorithm": "SHA-1"},
        {name: value for name, value in sound.items() if name != "salt"},
        [],
        "x",
        None,
    ]
    for one in wrong:
        answer = posted(api, encoded(one))
        # Without its last sign the salt is the same one: the library puts it back, and the same challenge is spent by it.
        if one != sound | {"salt": sound["salt"].rstrip("&")}:
            problem(answer, 403, "proof-required")
    problem(posted(api, "!"), 422, "validation-failed")
    problem(posted(api, "A" * 1001), 422, "validation-failed")
    problem(posted(api, "AAAAA"), 403, "proof-required")
    assert len(asking.rows(models.SpentProof)) <= 1


def test_a_proof_is_good_for_its_own_site_and_time(api: Api, asking: World):
    elsewhere = encoded(solve(challenge_of(api, "courier")))
    problem(posted(api, elsewhere), 403, "proof-required")
    late = encoded(solve(challenge_of(api)))
    asking.clock.advance(seconds=KEPT.total_seconds())
    problem(posted(api, late), 403, "proof-required")
    assert not asking.rows(models.Comment)
    assert not asking.rows(models.SpentProof)


def test_whom_the_site_vouches_for_is_never_asked(api: Api, asking: World):
    limited(asking, site_burst=1, site_every_s=3600.0)
    for number in range(3):
        assert posted(api, body=f"Thing {number}.", token=api.jwt()).status_code == 201


def test_guests_are_asked_while_more_comments_come_in_than_are_usual(own: Api, world: World):
    limited(world, site_burst=2, site_every_s=3600.0)
    assert [posted(own, body=f"Thing {number}.").status_code for number in range(3)] == [201, 201, 403]
    assert posted(own, encoded(solve(challenge_of(own)))).status_code == 201


def test_a_site_that_asks_for_none_tells_guests_to_wait(own: Api, world: World):
    asking_when(world, ProofRule.NEVER)
    limited(world, site_burst=2, site_every_s=3600.0)
    answers = [posted(own, body=f"Thing {number}.") for number in range(3)]
    assert [answer.status_code for answer in answers] == [201, 201, 429]
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert posted(own, body="As a reader.", token=own.jwt()).status_code == 201


def test_spent_proofs_are_forgotten_when_they_would_not_hold_any_more(api: Api, asking: World):
    posted(api, encoded(solve(challenge_of(api))))
    asking.do(lambda session: tidy(session, asking.now))
    assert len(asking.rows(models.SpentProof)) == 1
    asking.clock.advance(seconds=KEPT.total_seconds() + 1)
    asking.do(lambda session: tidy(session, asking.now))
    assert not asking.rows(models.SpentProof)


def test_an_author_is_limited_from_wherever_they_write(own: Api, world: World):
    limited(world, comments_burst=2, comments_every_s=3600.0)
    at = [{"REMOTE_ADDR": f"203.0.113.{number}"} for number in range(4)]
    token = own.jwt()
    found = [posted(own, body=f"Thing {number}.", token=token, environ_base=at[number]).status_code for number in range(3)]
    assert found == [201, 201, 429]
    assert posted(own, body="Mine.", token=own.jwt("ben"), environ_base=at[3]).status_code == 201


PITCH = "Earn five hundred a day from home with this simple trick, write to me and I will tell you all about it, {}"


def test_texts_that_are_nearly_the_same_count_as_repeats(api: Api):
    names = ["my friend", "dear reader", "good people", "everybody here"]
    posted_as = [api.comment(PITCH.format(name), token=api.jwt(f"bot{at}")) for at, name in enumerate(names)]
    assert [one["status"] for one in posted_as] == ["published", "published", "published", "held"]
    assert [reason["kind"] for reason in posted_as[-1]["reasons"]] == ["repeats"]


def test_civil_texts_about_the_same_thing_do_not(api: Api):
    texts = [
        "The tram was late again this morning, and nobody at the stop could say why it was.",
        "This morning the tram was late once more. I walked, and was at work before it came.",
        "Why is the tram late every single morning? The operator owes its passengers an answer.",
        "I take the tram each morning and it has been on time all month, so I wonder where you live.",
        "Late trams are a matter of money: the city has not bought a new one for twenty years now.",
    ]
    assert [api.comment(text, token=api.jwt(f"r{at}"))["status"] for at, text in enumerate(texts)] == ["published"] * 5


def test_near_repeats_are_looked_for_on_the_same_site_and_day(api: Api, world: World):
    for at in range(3):
        api.comment(PITCH.format(f"number {'abc'[at]}"), token=api.jwt(f"bot{at}"))
    world.clock.advance(hours=25)
    assert api.comment(PITCH.format("again"), token=api.jwt("bot9"))["status"] == "published"


def test_an_edited_comment_is_no_repeat_of_itself(api: Api):
    token = api.jwt()
    comment = api.comment(PITCH.format("my friend"), token=token)
    for name in ("dear friend", "my friends", "dear friends", "good friend"):
        edited = api.patch(f"comments/{comment['id']}", {"body": PITCH.format(name)}, token=token)
        assert (edited.status_code, edited.json["status"], edited.json["reasons"]) == (200, "published", [])
