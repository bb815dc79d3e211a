"""Stored comments scored anew in bulk and in the background, and the shadow beside the active scorer."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest

from commentsvc.domain.errors import ConflictError
from commentsvc.domain.labels import Label
from commentsvc.domain.leases import JOB_LEASE
from commentsvc.domain.ports import ScorerUnavailableError
from commentsvc.domain.status import Status
from commentsvc.scoring.checks import ScorerFileError
from commentsvc.scoring.fake_scorer import FakeMood
from commentsvc.scoring.later import LaterScorer
from commentsvc.services.jobs import JobKind, claim_alone, finish_job
from commentsvc.services.rescoring import NewRescoring, claim_rescoring, finish_rescoring, request_rescoring
from commentsvc.services.scoring import ensure_scorer_version
from commentsvc.services.shadow import LOOK_BACK, restart_shadow
from commentsvc.store import models
from commentsvc.store.queries.rescoring import Stock
from commentsvc.worker.loop import run_once
from commentsvc.worker.rescoring import BulkScorer, rescore_stock
from tests.support.scorers import Other, give_shadow
from tests.support.world import CIVIL, HELD, REVIEWED, World


def post(world: World, count: int = 1, *, body: str = CIVIL) -> list[str]:
    return [world.submit(f"{body} {number}", author=f"{body}{number}", article=body[:20]).comment_id for number in range(count)]


def scores_of(world: World, scorer: Other) -> int:
    rows = world.rows(models.ScorerVersion, version=scorer.version.id)
    return len(world.rows(models.ScoreSet, scorer_version_id=rows[0].id)) if rows else 0


def run_all(world: World) -> int:
    turns = 0
    while run_once(world.runtime):
        turns += 1
    return turns


# -- In bulk -------------------------------------------------------------------------------------------------------------------
def rescored(world: World, scorer, *, limit=None, stop=None, threads=1):
    row = world.runtime.scorer_row(scorer.version)
    done: list[int] = []
    with BulkScorer(scorer, threads, stop) as bulk:
        found = rescore_stock(world.runtime, bulk, row, Stock(world.site.id), limit=limit, advance=done.append)
    assert sum(done) == found.scored + found.failed
    return found.scored, found.failed


@pytest.mark.parametrize("threads", [1, 3])
def test_everything_is_scored_once_page_by_page(world: World, monkeypatch: pytest.MonkeyPatch, threads):
    monkeypatch.setattr("commentsvc.worker.rescoring.PAGE", 8)
    post(world, 20)
    other = Other()
    assert rescored(world, other, threads=threads) == (20, 0)
    assert rescored(world, other, threads=threads) == (0, 0)
    assert scores_of(world, other) == 20
    assert max(len(batch) for batch in other.batches) <= 8


def test_texts_of_like_length_share_a_call(sqlite_world: World, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("commentsvc.worker.rescoring.TOGETHER", 2)
    for text in ("Long enough to be the longest.", "Short.", "Somewhat longer.", "Tiny."):
        sqlite_world.submit(text, author=text[:4])
    other = Other()
    rescored(sqlite_world, other)
    assert other.batches == [("Tiny.", "Short."), ("Somewhat longer.", "Long enough to be the longest.")]


def test_one_text_that_cannot_be_borne_holds_up_no_other_and_is_tried_again(world: World):
    post(world, 5)
    post(world, 1, body="This is poison")
    other = Other()
    assert rescored(world, other) == (5, 1)
    assert rescored(world, other) == (0, 1)
    assert scores_of(world, other) == 5


def test_a_scorer_that_is_down_ends_it_and_keeps_what_was_stored(world: World, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("commentsvc.worker.rescoring.PAGE", 4)
    post(world, 8)
    other = Other()
    assert rescored(world, other, limit=4) == (4, 0)
    other.mood = FakeMood.FAILING
    with pytest.raises(ScorerUnavailableError):
        rescored(world, other)
    other.mood = FakeMood.WELL
    assert rescored(world, other) == (4, 0)


def test_told_to_stop_it_keeps_what_it_has(world: World, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("commentsvc.worker.rescoring.TOGETHER", 2)
    post(world, 10)
    stop = threading.Event()

    class Stopping(Other):
        def score(self, texts):
            if len(self.batches) == 2:
                stop.set()
            return super().score(texts)

    other = Stopping()
    assert rescored(world, other, stop=stop) == (6, 0)
    assert scores_of(world, other) == 6
    stop.clear()
    other.batches.clear()
    assert rescored(world, Other()) == (4, 0)


# -- In the background ---------------------------------------------------------------------------------------------------------
def request(world: World, scorer, most=None, since=None) -> str:
    row = world.do(lambda session: ensure_scorer_version(session, scorer.version, world.now))
    new = NewRescoring(Stock(world.site.id, since), row, most, None)
    return world.do(lambda session: request_rescoring(session, new, world.now))


def test_a_rescoring_is_done_in_pieces_and_ends_with_what_would_change(world: World):
    post(world, 40)
    post(world, 3, body=HELD)
    other = Other()
    give_shadow(world, other)
    key = request(world, other)
    assert request(world, other) == key
    turns = run_all(world)
    row = world.row(models.Rescoring, id=key)
    assert (row.total, row.scored, row.failed, row.finished_at) == (43, 43, 0, world.now)
    assert (row.changes["comments"], row.changes["milder"]) == (43, 3)
    assert scores_of(world, other) == 43
    # Two pieces and the end.
    assert turns == 3
    assert world.rows(models.Job) == []
    assert world.row(models.AuditEntry, action="rescoring_requested").subject == f"rescoring:{key}"
    assert request(world, other) != key


def test_new_comments_come_first(world: World):
    post(world, 40)
    give_shadow(world, Other())
    key = request(world, Other())
    run_once(world.runtime)
    late = world.submit(author="late", article="late", is_late=True)
    assert run_once(world.runtime) == 1
    assert world.comment(late.comment_id).status is Status.PUBLISHED
    assert world.row(models.Rescoring, id=key).scored == 32


def test_a_limit_and_a_time_bound_a_rescoring(world: World):
    post(world, 5)
    world.clock.advance(days=1)
    post(world, 5, body=REVIEWED)
    give_shadow(world, Other())
    some, later = request(world, Other(), most=3), request(world, Other(), since=world.now)
    run_all(world)
    assert [world.row(models.Rescoring, id=key).scored for key in (some, later)] == [3, 2]
    assert scores_of(world, Other()) == 5


def test_texts_that_cannot_be_borne_are_counted_and_passed_by(world: World):
    post(world, 40, body="This is poison")
    post(world, 2)
    give_shadow(world, Other())
    key = request(world, Other())
    run_all(world)
    row = world.row(models.Rescoring, id=key)
    assert (row.scored, row.failed) == (2, 40)
    assert row.finished_at is not None


def test_a_rescoring_waits_while_its_scorer_is_down(world: World):
    post(world, 2)
    other = Other()
    give_shadow(world, other)
    other.mood = FakeMood.CRASHING
    key = request(world, other)
    assert run_once(world.runtime) == 1
    assert world.row(models.Job).last_error == "scorer_unavailable"
    assert run_all(world) == 0
    other.mood = FakeMood.WELL
    world.clock.advance(seconds=10)
    run_all(world)
    assert world.row(models.Rescoring, id=key).scored == 2


def test_a_scorer_that_is_not_here_is_left_to_another_worker(world: World):
    post(world, 2)
    request(world, Other())
    assert run_once(world.runtime) == 0
    job = world.row(models.Job)
    assert (job.state.value, job.run_at) == ("waiting", world.now + timedelta(seconds=30))


def test_a_worker_that_dies_is_followed_by_another_and_its_lease_is_worth_nothing(world: World):
    post(world, 2)
    other = Other()
    give_shadow(world, other)
    key = request(world, other)
    claimed = world.do(lambda session: claim_rescoring(session, world.now, [other.version.id]))
    assert claimed is not None
    assert run_all(world) == 0
    world.clock.advance(seconds=JOB_LEASE.total_seconds())
    run_all(world)
    with world.db.reading() as session:
        from commentsvc.services.rescoring import compare_routes

        changes = compare_routes(session, claimed.stock, world.runtime.policy_of(session, world.site)[0], claimed.scorer_row)
    assert not world.do(lambda session: finish_rescoring(session, claimed, changes, world.now))
    assert world.row(models.Rescoring, id=key).scored == 2


# -- The shadow ----------------------------------------------------------------------------------------------------------------
def test_without_a_shadow_nothing_is_scored_twice(world: World):
    post(world, 3)
    assert run_all(world) == 0
    assert len(world.rows(models.ScoreSet)) == 3


def test_the_shadow_scores_what_is_routed_from_its_beginning_on(world: World):
    post(world, 2)
    other = Other()
    give_shadow(world, other)
    assert run_all(world) == 0
    late = world.submit(HELD, author="late", article="late", is_late=True)
    ids = [*post(world, 2, body=REVIEWED), late.comment_id]
    routed = world.rows(models.Routing)
    run_all(world)
    assert scores_of(world, other) == 3
    assert len(world.rows(models.Routing)) == len(routed) + 1
    assert world.comment(late.comment_id).status is Status.HELD
    (row,) = world.rows(models.ScorerVersion, version=other.version.id)
    scored = {one.revision_id for one in world.rows(models.ScoreSet, scorer_version_id=row.id)}
    assert scored == {world.comment(key).current_revision_id for key in ids}
    assert not {one.score_set_id for one in world.rows(models.Routing)} & {
        one.id for one in world.rows(models.ScoreSet, scorer_version_id=row.id)
    }
    assert world.rows(models.Job) == []


def test_an_edited_comment_gets_the_shadows_scores_again(world: World):
    other = Other()
    give_shadow(world, other)
    run_all(world)
    (key,) = post(world)
    run_all(world)
    world.edit(key, "Another text.")
    run_all(world)
    assert scores_of(world, other) == 2


def test_the_shadow_goes_on_after_a_restart_where_it_was(world: World):
    give_shadow(world, Other())
    run_all(world)
    post(world, 3)
    again = Other()
    give_shadow(world, again)
    world.runtime._shadow_row = None
    run_all(world)
    assert scores_of(world, again) == 3


def test_the_shadows_place_moves_on_once_no_routing_can_still_be_on_its_way(world: World):
    other = Other()
    give_shadow(world, other)
    run_all(world)
    post(world, 2)
    settled = world.rows(models.Routing)[-1].id
    run_all(world)
    assert world.row(models.ScorerVersion, version=other.version.id).shadow_cursor is None or (
        world.row(models.ScorerVersion, version=other.version.id).shadow_cursor < settled
    )
    world.clock.advance(seconds=LOOK_BACK.total_seconds())
    post(world, 1, body=REVIEWED)
    run_all(world)
    assert world.row(models.ScorerVersion, version=other.version.id).shadow_cursor == settled
    assert scores_of(world, other) == 3


@pytest.mark.parametrize("mood", [FakeMood.FAILING, FakeMood.ANSWERING_NAN, FakeMood.CRASHING])
def test_a_shadow_in_trouble_harms_nobody_and_is_left_alone_for_longer_and_longer(world: World, mood):
    other = Other()
    give_shadow(world, other)
    run_all(world)
    other.mood = mood
    (key,) = post(world)
    assert world.comment(key).status is Status.PUBLISHED
    for rest in (2, 4, 8):
        calls = len(other.batches)
        assert run_once(world.runtime) == 0
        assert len(other.batches) > calls
        assert world.rows(models.Job) == []
        world.clock.advance(seconds=rest - 1)
        calls = len(other.batches)
        assert run_once(world.runtime) == 0
        assert len(other.batches) == calls
        world.clock.advance(seconds=1)
    other.mood = FakeMood.WELL
    assert run_once(world.runtime) == 1
    assert scores_of(world, other) == 1


def test_a_shadow_that_cannot_be_loaded_harms_nobody(world: World):
    def build():
        raise ScorerFileError("no such scorer")

    world.runtime.shadow = LaterScorer(build)
    post(world)
    assert run_all(world) == 0
    late = world.submit(author="late", article="late", is_late=True)
    assert run_once(world.runtime) == 1
    assert world.comment(late.comment_id).status is Status.PUBLISHED


def test_a_shadow_whose_calibration_is_another_is_refused(world: World):
    other = Other()
    world.do(lambda session: ensure_scorer_version(session, other.version, world.now))
    other._version = replace(other.version, calibration={Label.TOXICITY: ((0.0, 1.0), (0.1, 0.9))})
    give_shadow(world, other)
    with pytest.raises(ConflictError):
        world.runtime.open_shadow()
    post(world)
    assert run_all(world) == 0
    assert scores_of(world, other) == 0


def test_texts_the_shadow_cannot_bear_hold_up_no_other(world: World):
    other = Other()
    give_shadow(world, other)
    run_all(world)
    post(world, 3, body="This is poison")
    post(world, 3)
    run_all(world)
    assert scores_of(world, other) == 3


def test_one_worker_at_a_time_is_the_shadow(world: World):
    other = Other()
    give_shadow(world, other)
    run_all(world)
    post(world, 1)
    _, row = world.runtime.open_shadow()
    held = world.do(lambda session: claim_alone(session, JobKind.SHADOW, row, world.now))
    assert held is not None
    assert world.do(lambda session: claim_alone(session, JobKind.SHADOW, row, world.now)) is None
    assert run_all(world) == 0
    world.clock.advance(seconds=JOB_LEASE.total_seconds())
    assert run_all(world) == 1
    assert not world.do(lambda session: finish_job(session, held))


def test_another_shadow_takes_the_place_of_the_first(world: World):
    first = Other()
    give_shadow(world, first)
    run_all(world)
    second = Other()
    second._version = replace(first.version, name="second")
    give_shadow(world, second)
    world.runtime._shadow_row = None
    run_all(world)
    began = {row.version: row.shadow_since for row in world.rows(models.ScorerVersion)}
    assert began[first.version.id] is None
    assert began[second.version.id] == world.now
    with pytest.raises(ConflictError):
        world.do(lambda session: restart_shadow(session, first.version.id, None, world.now))
