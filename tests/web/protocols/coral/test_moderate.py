"""Coral asks what is to become of a comment, and is told: signed, routed by the whole policy, with a status and reasons."""

import hashlib
import hmac
import json
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import pytest
from flask import Flask

import commentsvc
from commentsvc.domain.perspective import SuggestedScore, Suggestion
from commentsvc.scoring.fake_scorer import FakeMood
from commentsvc.services.retention import tidy
from commentsvc.services.suggesting import keep_suggestion
from commentsvc.settings import SettingsError
from commentsvc.store import models
from commentsvc.store.queries.phases import count_phase
from commentsvc.web.plumbing import install_plumbing, pipes_for
from commentsvc.web.protocols.coral import register_coral
from commentsvc.web.protocols.coral.phases import is_signed, read_phases
from tests.support.databases import ENGINES
from tests.support.world import CIVIL, HELD, POLICY, REJECTED, REVIEWED, a_world

SECRET, OLD_SECRET = "whse_a-secret-of-coral", "whse_the-secret-before"
TOXIC = [{"actionType": "FLAG", "reason": "COMMENT_DETECTED_TOXIC"}]
SPAM = [{"actionType": "FLAG", "reason": "COMMENT_DETECTED_SPAM"}]


def signature(raw: bytes, secret: str = SECRET) -> str:
    return "sha256=" + hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()


def coral_body(text: str, role: str = "COMMENTER", **more: object) -> bytes:
    """As Coral writes it: JSON without spaces, the comment as HTML."""
    body = {
        "action": "NEW",
        "comment": {"body": text, "parentID": None},
        "author": {"id": "baf4e943-3594-4fcc-b2ba-3e8de7a76352", "role": role},
        "story": {"id": "245b3856-b0a0-4d2f-a6bb-58c71f18d6a6", "url": "https://paper.example/a-story"},
        "site": {"id": "a4bede88-2d2c-4424-bc18-4322a9e285a6"},
        "tenantID": "19ba5794-7eeb-4d46-a81b-c00c61672501",
        "tenantDomain": "comments.paper.example",
    }
    return json.dumps(body | more, ensure_ascii=False, separators=(",", ":")).encode()


@pytest.fixture
def world(request, make_database_url):
    with a_world(make_database_url(getattr(request, "param", "sqlite"))) as world:
        yield world


@pytest.fixture
def coral(world, tmp_path):
    path = tmp_path / "coral.phases"
    path.write_text(f"gazette {SECRET}\ngazette {OLD_SECRET}  # until Coral has rolled it over\nnowhere {SECRET}\n", encoding="utf-8")
    runtime = world.runtime
    runtime.settings = replace(runtime.settings, coral=replace(runtime.settings.coral, phases_file=str(path)))
    app = Flask("commentsvc.web", static_folder=None)
    install_plumbing(app, runtime, pipes_for(runtime), version=commentsvc.__version__)
    register_coral(app)
    client = app.test_client(use_cookies=False)

    def send(raw: bytes, signed: str | None = None, site: str = "gazette"):
        headers = {"X-Coral-Signature": signature(raw) if signed is None else signed}
        return client.post(f"/coral/{site}/moderate", data=raw, headers=headers, content_type="application/json")

    def ask(text: str, role: str = "COMMENTER"):
        answer = send(coral_body(text, role))
        assert answer.status_code in {200, 204}, answer.get_data(as_text=True)
        return answer.json if answer.status_code == 200 else None

    return SimpleNamespace(send=send, ask=ask)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        (f"<div>{CIVIL}</div>", None),
        (f"<div>{REVIEWED}<br></div>", {"actions": TOXIC}),
        (f"<b>{HELD}</b>", {"status": "SYSTEM_WITHHELD", "actions": TOXIC}),
        ("What a st<b>upid</b> idea.", {"status": "SYSTEM_WITHHELD", "actions": TOXIC}),
        (REJECTED, {"status": "REJECTED", "actions": TOXIC}),
    ],
)
def test_the_whole_routing_goes_out(coral, text, answer):
    assert coral.ask(text) == answer


@pytest.mark.parametrize(
    ("policy", "text", "answer"),
    [
        ({"premoderation": True}, CIVIL, {"status": "PREMOD"}),
        ({"premoderation": True}, HELD, {"status": "SYSTEM_WITHHELD", "actions": TOXIC}),
        ({"words": {"banned": ["tram"], "banned_route": "reject"}}, CIVIL, {"status": "REJECTED", "actions": TOXIC}),
        ({"links": {"max": 0, "route": "hold"}}, '<a href="https://shop.example">here</a>', {"status": "SYSTEM_WITHHELD", "actions": SPAM}),
        ({"first_comments": {"count": 5, "route": "hold"}}, CIVIL, None),
    ],
)
def test_every_rule_that_needs_no_knowledge_of_the_author_speaks(world, coral, policy, text, answer):
    world.set_policy({**POLICY, **policy})
    assert coral.ask(text) == answer


def test_what_the_scorer_has_not_seen_waits_for_a_human(world, coral):
    world.scorer.mood = FakeMood.FAILING
    assert coral.ask(CIVIL) == {"status": "PREMOD"}


@pytest.mark.parametrize("role", ["STAFF", "MODERATOR", "ADMIN"])
def test_the_newsroom_s_own_pass(world, coral, role):
    assert coral.ask(REJECTED, role) is None
    assert world.rows(models.PhaseRouting) == []


def test_a_secret_is_rolled_over_without_a_break(coral):
    raw = coral_body(HELD)
    assert coral.send(raw, signature(raw, OLD_SECRET)).status_code == 200
    assert coral.send(raw, f"{signature(raw, 'another secret')},{signature(raw)}").status_code == 200


@pytest.mark.parametrize(
    "signed",
    ["", "sha256=", "sha256=" + "0" * 64, "sha256=\u00e9", signature(b"another body"), signature(coral_body(CIVIL), "wrong"), "md5=abc"],
)
def test_what_is_not_signed_is_not_read(world, coral, signed):
    answer = coral.send(coral_body(CIVIL), signed.encode("utf-8").decode("latin-1"))
    assert (answer.status_code, answer.json["type"]) == (401, "/problems/unauthenticated")
    assert world.scorer.batches == []


def test_six_signatures_are_not_six_guesses(coral):
    raw = coral_body(CIVIL)
    assert coral.send(raw, ",".join(["sha256=" + "0" * 64] * 5 + [signature(raw)])).status_code == 401


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"[]", 422),
        (b"{}", 422),
        (coral_body(""), 422),
        (coral_body("x" * 50_001), 422),
        (coral_body(CIVIL, comment={"body": 1}), 422),
        (coral_body(CIVIL, author=None), 422),
        (b'{"a":' * 10_000, 400),
        (b'{"a":' * 100_000, 413),
    ],
)
def test_what_is_no_comment_is_refused(coral, raw, status):
    assert coral.send(raw).status_code == status


def test_only_sites_of_the_file_that_exist(coral):
    raw = coral_body(CIVIL)
    assert coral.send(raw, site="nowhere").status_code == 404
    assert coral.send(raw, site="courier").status_code == 404


@pytest.mark.parametrize("world", ENGINES, indirect=True)
def test_moderators_decisions_flow_back_to_the_routing_they_judge(world, coral):
    for text in (CIVIL, REVIEWED, HELD, REJECTED):
        coral.ask(f"<div>{text}</div>")
    coral.ask(f"<div>  {HELD.upper()} </div>")
    for text, value in ((HELD, 1.0), (REVIEWED, 0.0), ("Not asked about.", 1.0)):
        said = Suggestion(text, {"TOXICITY": SuggestedScore(value)}, key_name="coral", plain=text)
        world.do(lambda session, said=said: keep_suggestion(session, said, timedelta(days=1), world.now))
    lines = world.do(lambda session: count_phase(session, world.site.id, "coral", world.now - timedelta(days=1)))
    assert [(line.route, line.texts, line.approved, line.rejected) for line in lines] == [
        ("publish", 1, 0, 0), ("review", 1, 1, 0), ("hold", 1, 0, 1), ("reject", 1, 0, 0),
    ]  # fmt: skip
    assert [line.rejected for line in world.do(lambda session: count_phase(session, world.site.id, "talk", world.now))] == [0] * 4
    (row,) = world.rows(models.PhaseRouting, route="hold")
    assert (row.times, row.reasons) == (2, [{"kind": "band", "route": "hold", "label": "toxicity"}])
    assert world.do(lambda session: tidy(session, world.now + timedelta(days=90))) == 3
    assert world.do(lambda session: tidy(session, world.now + timedelta(days=90, seconds=1))) == 4


def test_nothing_is_kept_where_nothing_is_to_be(world, coral):
    world.runtime.settings = replace(world.runtime.settings, coral=replace(world.runtime.settings.coral, keep_days=0))
    assert coral.ask(HELD) is not None
    assert world.rows(models.PhaseRouting) == []


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "cannot be read"),
        (b"", "names no site"),
        (b"gazette\n", "line 1: a line is"),
        (b"gazette 0123456789abcdef a b\n", "line 1: a line is"),
        (b"\nGazette 0123456789abcdef\n", "line 2: this is no site's key"),
        (b"gazette short\n", "line 1: a signing secret has"),
        (b"\xff\n", "not UTF-8"),
    ],
)
def test_a_file_that_does_not_fit_stops_the_start_and_tells_no_secret(tmp_path, content, words):
    path = tmp_path / "phases"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SettingsError, match=words) as caught:
        read_phases(str(path))
    assert "0123456789abcdef" not in str(caught.value)


def test_the_signature_is_of_these_bytes():
    assert is_signed((b"k",), b"body", "sha256=" + hmac.new(b"k", b"body", hashlib.sha256).hexdigest())
    assert not is_signed((), b"body", "sha256=" + hmac.new(b"", b"body", hashlib.sha256).hexdigest())
