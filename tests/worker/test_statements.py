"""Statements of reasons: made of what stands, once, and sent until the database has them."""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from commentsvc.domain.statement_rules import problems_of
from commentsvc.domain.status import Queue, ReasonCode, Standing, Verdict
from commentsvc.integrations.outward import Outward
from commentsvc.services.jobs import count_jobs
from commentsvc.services.statements import send_again
from commentsvc.settings import SettingsError, load_settings
from commentsvc.store import models
from commentsvc.worker.statements import collect_all, send_statements
from tests.support.world import CIVIL, HELD, REJECTED, World

DAY = {"hours": 24, "seconds": 1}
TAKEN_NAME = {"errors": {"puid": ["The identifier given is not unique within this platform."]}}


@dataclass
class Eu:
    """What was posted to the database of the EU, and what it answers: the next of `answers`, or 201."""

    url: str
    got: list[tuple[dict[str, str], dict]] = field(default_factory=list)
    answers: list[tuple[int, object]] = field(default_factory=list)


@pytest.fixture
def eu() -> Iterator[Eu]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            made.got.append((dict(self.headers.items()), json.loads(body)))
            status, told = made.answers.pop(0) if made.answers else (201, {})
            raw = json.dumps(told).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made = Eu(f"http://127.0.0.1:{server.server_port}/api/v1/statement")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield made
    server.shutdown()
    server.server_close()


def turn_on(world: World, tmp_path, eu: Eu | None = None, **more: object) -> None:
    token = tmp_path / "token"
    token.write_text("a-token\n", encoding="utf-8")
    wish: dict[str, Any] = {"terms_url": "https://paper.example/rules", "api_url": eu.url if eu else "", "token_file": str(token)} | more
    runtime = world.runtime
    runtime.settings = replace(runtime.settings, statements=replace(runtime.settings.statements, **wish))
    runtime.outward = Outward(allow_private=True)


def reject(world: World, body: str = HELD, *, author: str = "ann", code: ReasonCode = ReasonCode.ABUSE) -> str:
    made = world.submit(body, author=author)
    (item,) = world.open_items(made.comment_id)
    moderator = world.rows(models.Account)[0].id if world.rows(models.Account) else world.moderator()
    world.decide(item.id, moderator, Verdict.REJECT, reason_code=code, note="ann@example.org wrote this")
    return made.comment_id


def documents(world: World) -> list[dict]:
    return [row.document for row in world.rows(models.Statement)]


def test_nothing_is_made_while_it_is_turned_off(world: World):
    reject(world)
    world.clock.advance(**DAY)
    assert (collect_all(world.runtime), send_statements(world.runtime)) == (0, 0)


def test_a_rejection_that_stands_gets_one_statement_without_anybody_s_words(world: World, tmp_path):
    turn_on(world, tmp_path)
    comment = world.submit(HELD, author="ann")
    moderator = world.moderator()
    (item,) = world.open_items(comment.comment_id)
    world.decide(item.id, moderator, Verdict.REJECT, reason_code=ReasonCode.HATE, note="ann@example.org wrote this")
    world.clock.advance(hours=23)
    assert collect_all(world.runtime) == 0
    world.clock.advance(**DAY)
    assert collect_all(world.runtime) == 1
    assert collect_all(world.runtime) == 0
    (document,) = documents(world)
    assert problems_of(document) == []
    assert document["automated_detection"] == "Yes"
    assert document["automated_decision"] == "AUTOMATED_DECISION_NOT_AUTOMATED"
    assert document["content_date"] == document["application_date"] == "2026-03-01"
    said = json.dumps(document)
    assert not any(word in said for word in ("ann", "stupid", comment.comment_id, comment.revision_id, moderator))
    assert world.row(models.Statement).state == "kept"


def test_software_s_rejections_readers_notices_and_accounts(world: World, tmp_path):
    turn_on(world, tmp_path)
    world.submit(REJECTED, author="bob")
    reported = world.submit(CIVIL, author="cleo")
    world.report(reported.comment_id, reason=ReasonCode.ILLEGAL)
    world.clock.advance(seconds=1)
    moderator = world.moderator()
    (item,) = world.claim(moderator, Queue.REPORTED)
    world.decide(item.item_id, moderator, Verdict.REJECT, reason_code=ReasonCode.ILLEGAL)
    world.sanction("bob", Standing.SUSPENDED, moderator, world.now + timedelta(days=30))
    world.sanction("cleo", Standing.PREMODERATED, moderator)
    world.sanction("cleo", Standing.BANNED, moderator)
    world.clock.advance(**DAY)
    assert collect_all(world.runtime) == 4
    assert collect_all(world.runtime) == 0
    found = documents(world)
    assert all(problems_of(document) == [] for document in found)
    assert [document["automated_decision"] for document in found if "decision_visibility" in document] == [
        "AUTOMATED_DECISION_NOT_AUTOMATED", "AUTOMATED_DECISION_FULLY",
    ]  # fmt: skip
    (notice,) = [document for document in found if document["source_type"] == "SOURCE_ARTICLE_16"]
    assert (notice["automated_detection"], notice["incompatible_content_illegal"]) == ("No", "Yes")
    assert sorted(document["decision_account"] for document in found if "decision_account" in document) == [
        "DECISION_ACCOUNT_SUSPENDED", "DECISION_ACCOUNT_TERMINATED",
    ]  # fmt: skip


def test_what_was_taken_back_or_is_long_past_needs_none(world: World, tmp_path):
    reject(world, author="old")
    world.clock.advance(days=40)
    undone = reject(world)
    (decision,) = world.rows(models.Decision, comment_id=undone)
    world.undo(decision.item_id, decision.account_id)
    withdrawn = world.submit(REJECTED, author="bob")
    world.withdraw(withdrawn.comment_id)
    turn_on(world, tmp_path)
    world.clock.advance(**DAY)
    assert collect_all(world.runtime) == 0


def test_each_is_sent_once_with_the_token(world: World, tmp_path, eu: Eu):
    turn_on(world, tmp_path, eu)
    for author in ("ann", "bob"):
        reject(world, author=author)
    world.clock.advance(**DAY)
    assert collect_all(world.runtime) == 2
    # Nothing that an operator should mend waits here.
    assert world.do(count_jobs)["waiting"] == 0
    assert send_statements(world.runtime) == 2
    assert send_statements(world.runtime) == 0
    assert {headers["Authorization"] for headers, _ in eu.got} == {"Bearer a-token"}
    assert sorted(document["puid"] for _, document in eu.got) == sorted(row.id for row in world.rows(models.Statement))
    assert {(row.state, row.sent_at, row.last_status) for row in world.rows(models.Statement)} == {("sent", world.now, 201)}


def test_it_is_tried_again_until_it_is_taken(world: World, tmp_path, eu: Eu):
    turn_on(world, tmp_path, eu)
    reject(world)
    world.clock.advance(**DAY)
    collect_all(world.runtime)
    eu.answers += [(503, {}), (429, {}), (422, TAKEN_NAME)]
    assert send_statements(world.runtime) == 1
    world.clock.advance(seconds=4)
    assert send_statements(world.runtime) == 0
    world.clock.advance(seconds=1)
    assert send_statements(world.runtime) == 1
    world.clock.advance(minutes=1)
    assert send_statements(world.runtime) == 1
    world.clock.advance(days=1)
    assert send_statements(world.runtime) == 0
    row = world.row(models.Statement)
    # The third answer says that an earlier try had arrived after all.
    assert (row.state, row.attempts, row.last_status) == ("sent", 3, 422)
    assert len({document["puid"] for _, document in eu.got}) == 1


def test_what_the_database_refuses_is_not_sent_again(world: World, tmp_path, eu: Eu):
    turn_on(world, tmp_path, eu)
    reject(world)
    world.clock.advance(**DAY)
    collect_all(world.runtime)
    eu.answers.append((422, {"errors": {"category": ["x"], "puid": ["y"]}}))
    assert send_statements(world.runtime) == 1
    row = world.row(models.Statement)
    assert (row.state, row.last_error) == ("refused", "category puid")
    world.clock.advance(days=5)
    assert (send_statements(world.runtime), world.do(lambda session: send_again(session, world.site.id, world.now))) == (0, 0)


def test_after_three_days_it_is_given_up_until_somebody_says_again(world: World, tmp_path):
    turn_on(world, tmp_path, token_file=str(tmp_path / "none"), api_url="https://127.0.0.1:1/api")
    reject(world)
    world.clock.advance(**DAY)
    collect_all(world.runtime)
    tries = 0
    while world.row(models.Statement).state == "waiting":
        tries += send_statements(world.runtime)
        world.clock.advance(hours=25)
    row = world.row(models.Statement)
    assert (row.state, row.last_error, tries) == ("given_up", "token-unreadable", 11)
    assert world.do(lambda session: send_again(session, world.site.id, world.now)) == 1
    assert world.row(models.Statement).state == "waiting"


def test_a_statement_that_would_not_fit_is_never_sent(world: World, tmp_path, eu: Eu):
    turn_on(world, tmp_path, eu, terms_name="Write to ann@example.org")
    reject(world)
    world.clock.advance(**DAY)
    assert (collect_all(world.runtime), send_statements(world.runtime)) == (1, 0)
    row = world.row(models.Statement)
    assert (row.state, row.last_error) == ("refused", "/incompatible_content_ground")


def test_an_address_without_rules_or_token_is_no_setting():
    with pytest.raises(SettingsError, match=r"statements\.terms_url"):
        load_settings({"COMMENTSVC_STATEMENTS_API_URL": "https://eu.example/api"})
