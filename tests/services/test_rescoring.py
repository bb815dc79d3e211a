"""What is written when stored comments are scored anew, and what would change."""

from dataclasses import replace
from datetime import timedelta

import pytest

from commentsvc.domain.errors import ConflictError
from commentsvc.domain.labels import Label
from commentsvc.domain.ports import ScoreSet
from commentsvc.domain.status import Route, Verdict
from commentsvc.services.rescoring import compare_routes, store_score_sets
from commentsvc.services.scoring import check_calibration, ensure_scorer_version
from commentsvc.store import models
from commentsvc.store.queries.rescoring import Stock, count_unscored, list_unscored
from commentsvc.store.queries.scorers import list_scorer_versions
from tests.support.scorers import Other
from tests.support.world import CIVIL, HELD, POLICY, REJECTED, REVIEWED, World

OTHER = Other()


def other_row(world: World) -> str:
    return world.do(lambda session: ensure_scorer_version(session, OTHER.version, world.now))


def stock(world: World, since=None) -> Stock:
    return Stock(world.site.id, since)


def unscored(world: World, row: str, since=None, before=None, limit=100):
    with world.db.reading() as session:
        found = list_unscored(session, stock(world, since), row, before, limit)
        if before is None and limit == 100:
            assert count_unscored(session, stock(world, since), row) == len(found)
    return found


def score_all(world: World, row: str) -> int:
    texts = unscored(world, row)
    found = dict(zip([one.revision_id for one in texts], OTHER.score([one.body for one in texts]), strict=True))
    return world.do(lambda session: store_score_sets(session, row, found, world.now))


def compared(world: World, row: str, **rest):
    with world.db.reading() as session:
        policy, _ = world.runtime.policy_of(session, world.site)
        return compare_routes(session, rest.pop("stock", stock(world)), policy, row, **rest)


def test_comments_are_listed_latest_first_in_pages(world: World):
    ids = []
    for number in range(5):
        ids.append(world.submit(f"Text {number}.", author=f"a{number}").comment_id)
        # Two of them in one moment.
        world.clock.advance(seconds=number % 2)
    row = other_row(world)
    first = unscored(world, row, limit=2)
    second = unscored(world, row, before=first[-1].mark, limit=2)
    third = unscored(world, row, before=second[-1].mark, limit=2)
    assert [one.mark.comment_id for one in [*first, *second, *third]] == ids[::-1]
    assert [one.body for one in third] == ["Text 0."]


def test_only_routed_latest_texts_that_are_still_there_are_listed(world: World):
    kept, edited, gone = (world.submit(CIVIL, author=name, article=name).comment_id for name in ("ann", "bob", "cid"))
    world.submit(CIVIL, author="dan", article="dan", is_late=True)
    world.edit(edited, "The second text.")
    world.withdraw(gone)
    row = other_row(world)
    assert {(one.mark.comment_id, one.body) for one in unscored(world, row)} == {(kept, CIVIL), (edited, "The second text.")}
    assert unscored(world, world.runtime.scorer_row(world.scorer.version)) == []


def test_since_and_the_site_bound_what_is_listed(world: World):
    world.submit(CIVIL)
    world.clock.advance(days=1)
    late = world.submit(REVIEWED, author="bob")
    row = other_row(world)
    assert [one.mark.comment_id for one in unscored(world, row, since=world.now)] == [late.comment_id]
    assert unscored(world, row, since=world.now + timedelta(seconds=1)) == []


def test_score_sets_are_kept_beside_the_old_ones_and_change_no_routing(world: World):
    submitted = [world.submit(body, author=body[:9]) for body in (CIVIL, REVIEWED, HELD, REJECTED)]
    before = {name: rows for name, rows in world.snapshot().items() if name not in {"score_set", "scorer_version"}}
    old = world.rows(models.ScoreSet)
    row = other_row(world)
    assert score_all(world, row) == 4
    assert score_all(world, row) == 0
    after = world.snapshot()
    assert {name: after[name] for name in before} == before
    assert [one for one in world.rows(models.ScoreSet) if one.scorer_version_id != row] == old
    assert {one.revision_id for one in world.rows(models.ScoreSet, scorer_version_id=row)} == {
        world.comment(one.comment_id).current_revision_id for one in submitted
    }


def test_a_score_set_that_is_there_is_never_overwritten(world: World):
    world.submit(REVIEWED)
    row = other_row(world)
    score_all(world, row)
    (kept,) = world.rows(models.ScoreSet, scorer_version_id=row)
    again = {kept.revision_id: ScoreSet({Label.TOXICITY: 0.1}, OTHER.version.id)}
    assert world.do(lambda session: store_score_sets(session, row, again, world.now)) == 0
    assert world.rows(models.ScoreSet, scorer_version_id=row) == [kept]


def test_what_was_withdrawn_or_deleted_meanwhile_is_left_out(world: World):
    submitted = world.submit(CIVIL)
    row = other_row(world)
    (text,) = unscored(world, row)
    world.withdraw(submitted.comment_id)
    scores = OTHER.score([text.body])[0]
    late = {text.revision_id: scores, "01900000-0000-7000-8000-000000000000": scores}
    assert world.do(lambda session: store_score_sets(session, row, late, world.now)) == 0
    assert world.do(lambda session: store_score_sets(session, row, {}, world.now)) == 0


def test_changes_are_told_by_route_with_ids_alone(world: World):
    ids = {body: world.submit(body, author=body[:9]).comment_id for body in (CIVIL, REVIEWED, HELD, REJECTED)}
    unscored_one = world.submit(CIVIL, author="late", article="late", is_late=True)
    row = other_row(world)
    score_all(world, row)
    changes = compared(world, row)
    assert len(changes) == 4
    assert dict(changes.by_route()) == {
        (Route.PUBLISH, Route.PUBLISH): 1,
        (Route.REVIEW, Route.HOLD): 1,
        (Route.HOLD, Route.PUBLISH): 1,
        (Route.REJECT, Route.REJECT): 1,
    }
    assert changes.examples == {(Route.REVIEW, Route.HOLD): [ids[REVIEWED]], (Route.HOLD, Route.PUBLISH): [ids[HELD]]}
    told = str(changes.as_document())
    assert unscored_one.comment_id not in told
    assert not any(body in told for body in ids)


def test_the_active_policy_counts_and_not_the_one_of_then(world: World):
    world.submit(REVIEWED)
    row = other_row(world)
    score_all(world, row)
    world.set_policy({"bands": {"toxicity": {"hold_at": 0.4}}, "sample_rate": 0.0})
    assert dict(compared(world, row).by_route()) == {(Route.HOLD, Route.HOLD): 1}


def test_sections_have_their_own_bands_and_other_rules_their_outcome(world: World):
    world.set_policy(
        {**POLICY, "sections": {"sport": {"bands": {"toxicity": {"reject_at": 0.75}}}}, "links": {"max": 0, "route": "review"}}
    )
    world.submit(REVIEWED, article="sport", section="sport")
    world.submit(f"{CIVIL} https://example.org", author="bob")
    row = other_row(world)
    score_all(world, row)
    assert dict(compared(world, row).by_route()) == {(Route.PUBLISH, Route.REJECT): 1, (Route.REVIEW, Route.REVIEW): 1}


def test_what_people_said_about_the_changed_ones_is_told(world: World):
    mo = world.moderator()
    for body, verdict in ((REVIEWED, Verdict.APPROVE), (HELD, Verdict.REJECT)):
        (item,) = world.open_items(world.submit(body, author=body[:9]).comment_id)
        world.decide(item.id, mo, verdict)
    row = other_row(world)
    score_all(world, row)
    changes = compared(world, row)
    assert (changes.stricter, changes.stricter_approved, changes.milder, changes.milder_rejected) == (1, 1, 1, 1)


def test_a_limit_takes_the_latest_and_a_scorer_can_be_named_to_compare_with(world: World):
    world.submit(REVIEWED)
    world.clock.advance(seconds=1)
    world.submit(HELD, author="bob")
    row, own = other_row(world), world.runtime.scorer_row(world.scorer.version)
    score_all(world, row)
    assert dict(compared(world, row, limit=1).by_route()) == {(Route.HOLD, Route.PUBLISH): 1}
    assert dict(compared(world, own, against=row).by_route()) == {(Route.HOLD, Route.REVIEW): 1, (Route.PUBLISH, Route.HOLD): 1}
    assert len(compared(world, row, against="nobody")) == 0


def test_many_comments_are_compared_piece_by_piece(world: World, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("commentsvc.store.queries.rescoring._PIECE", 3)
    for number in range(7):
        world.submit(f"{REVIEWED} {number}", author=f"a{number}")
    row = other_row(world)
    score_all(world, row)
    assert dict(compared(world, row).by_route()) == {(Route.REVIEW, Route.HOLD): 7}
    assert len(compared(world, row, limit=5)) == 5
    assert len(compared(world, row).examples[Route.REVIEW, Route.HOLD]) == 5


def test_a_scorer_is_put_on_record_with_what_calibrates_it(world: World):
    curves = {Label.TOXICITY: ((0.0, 1.0), (0.1, 0.9))}
    version = replace(OTHER.version, calibration=curves)
    bare = other_row(world)
    world.clock.advance(days=1)
    assert world.do(lambda session: ensure_scorer_version(session, version, world.now)) == bare
    with world.db.reading() as session:
        line = next(one for one in list_scorer_versions(session) if one.version == version.id)
        check_calibration(session, OTHER.version)
        with pytest.raises(ConflictError, match="another calibration"):
            check_calibration(session, version)
    assert (line.calibration, line.created_at) == ({}, world.now - timedelta(days=1))


def test_a_scorer_recorded_before_calibrations_were_gets_its_own(world: World):
    row = other_row(world)
    from sqlalchemy import null, update

    from commentsvc.store.base import table_of

    scorer = table_of(models.ScorerVersion)
    world.do(lambda session: session.execute(update(scorer).where(scorer.c.id == row).values(calibration=null())))
    version = replace(OTHER.version, calibration={Label.TOXICITY: ((0.0, 1.0), (0.1, 0.9))})
    world.do(lambda session: ensure_scorer_version(session, version, world.now))
    assert world.row(models.ScorerVersion, id=row).calibration == {"toxicity": {"raw": [0.0, 1.0], "score": [0.1, 0.9]}}
