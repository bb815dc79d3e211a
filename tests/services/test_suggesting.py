"""What moderators elsewhere said of texts: kept once for each key, scored later, bounded, and forgotten."""

from datetime import timedelta

import pytest

from commentsvc.domain.labels import Label
from commentsvc.domain.perspective import SuggestedScore, SuggestedSpan, Suggestion
from commentsvc.services import suggesting
from commentsvc.services.retention import tidy
from commentsvc.services.suggesting import Forgetting, forget_suggestions, keep_suggestion
from commentsvc.store import models
from commentsvc.store.queries.suggestions import iterate_judged, iterate_suggestions, list_sources, list_suggestions, list_unscored
from tests.support.world import World

KEPT = timedelta(days=30)


def said(text: str, value: float = 1.0, *, key: str = "coral", **rest) -> Suggestion:
    return Suggestion(text, rest.pop("scores", {"TOXICITY": SuggestedScore(value)}), key_name=key, plain=text, **rest)


def keep(world: World, suggestion: Suggestion) -> str:
    return world.do(lambda session: keep_suggestion(session, suggestion, KEPT, world.now))


def score(world: World) -> int:
    from commentsvc.worker.suggestions import score_suggestions

    return score_suggestions(world.runtime)


def test_a_judgement_is_kept_with_what_it_is_of(world: World):
    keep(world, said("You idiot.", languages=("en",), client_token="comment:c-1"))
    row = world.row(models.Suggestion)
    assert (row.source, row.body, row.is_rejected, row.attributes) == ("coral", "You idiot.", True, {"TOXICITY": 1.0})
    assert (row.language, row.client_token, row.times, row.expires_at) == ("en", "comment:c-1", 1, world.now + KEPT)
    assert (row.scores, row.scored_at) == (None, None)


def test_the_latest_judgement_of_a_text_counts(world: World):
    first = keep(world, said("You  IDIOT."))
    world.clock.advance(seconds=60)
    assert keep(world, said("you idiot.", 0.0)) == first
    row = world.row(models.Suggestion)
    assert (row.is_rejected, row.times, row.updated_at) == (False, 2, world.now)
    # Another newsroom may see it otherwise.
    assert keep(world, said("you idiot.", key="research")) != first
    assert [(one.source, one.texts, one.rejected) for one in world.do(list_sources)] == [("coral", 1, 0), ("research", 1, 1)]


@pytest.mark.parametrize(
    ("scores", "is_rejected", "values"),
    [
        ({"A": SuggestedScore(0.49)}, False, {"A": 0.49}),
        ({"A": SuggestedScore(0.0), "B": SuggestedScore(0.5)}, True, {"A": 0.0, "B": 0.5}),
        ({"A": SuggestedScore(None, (SuggestedSpan(0, 3, 0.2), SuggestedSpan(3, 5, 0.9)))}, True, {"A": 0.9}),
        ({f"A{n:02}": SuggestedScore(0.0) for n in range(40)}, False, {f"A{n:02}": 0.0 for n in range(16)}),
    ],
)
def test_what_counts_as_a_rejection(world: World, scores, is_rejected, values):
    keep(world, said("A text.", scores=scores))
    row = world.row(models.Suggestion)
    assert (row.is_rejected, row.attributes) == (is_rejected, values)


def test_names_that_are_too_long_are_not_cut_into_other_names(world: World):
    keep(world, said("A text.", client_token="x" * 256, languages=("y" * 40,)))
    row = world.row(models.Suggestion)
    assert (row.client_token, row.language) == (None, "y" * 16)


def test_a_key_keeps_so_many_and_those_judged_longest_ago_give_way(world: World, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(suggesting, "MOST_KEPT", 3)
    keep(world, said("of another key", key="research"))
    for number in range(3):
        keep(world, said(f"text {number}"))
        world.clock.advance(seconds=1)
    keep(world, said("text 0"))
    world.clock.advance(seconds=1)
    keep(world, said("text 3"))
    assert {row.body for row in world.rows(models.Suggestion)} == {"text 0", "text 2", "text 3", "of another key"}


def test_a_worker_scores_them_when_nothing_else_waits(world: World):
    keep(world, said("What a stupid idea."))
    keep(world, said("A tram.", 0.0))
    assert score(world) == 2
    assert score(world) == 0
    rows = world.rows(models.Suggestion)
    assert {row.scores["toxicity"] > 0.5 for row in rows} == {True, False}
    version = world.scorer.version.id
    judged = world.do(lambda session: list(iterate_judged(session, "coral", version)))
    assert {(one.is_rejected, one.scores[Label.TOXICITY] > 0.5) for one in judged} == {(True, True), (False, False)}
    assert world.do(lambda session: list(iterate_judged(session, "coral", "another"))) == []
    # Judged again, a text keeps its scores.
    keep(world, said("A tram.", 1.0))
    assert world.do(lambda session: list_unscored(session, 10)) == []


def test_one_text_that_the_scorer_cannot_bear_holds_up_no_other(world: World, monkeypatch: pytest.MonkeyPatch):
    from commentsvc.domain.ports import ScorerUnavailableError

    whole = world.runtime.scorer.score

    def scored(texts):
        if any("poison" in text for text in texts):
            raise ScorerUnavailableError("not this one")
        return whole(texts)

    monkeypatch.setattr(world.runtime.scorer, "score", scored)
    keep(world, said("poison"))
    # As long as nothing at all is scored, it may be the scorer.
    assert score(world) == 0
    keep(world, said("A tram."))
    assert score(world) == 2
    assert {row.body: row.scores is not None for row in world.rows(models.Suggestion)} == {"poison": False, "A tram.": True}
    assert score(world) == 0


def test_they_are_listed_page_by_page(world: World):
    for number in range(5):
        keep(world, said(f"text {number}"))
    page = world.do(lambda session: list_suggestions(session, None, limit=2))
    assert [line.body for line in page] == ["text 4", "text 3"]
    rest = world.do(lambda session: list_suggestions(session, "coral", before=page[-1].id))
    assert [line.body for line in rest] == ["text 2", "text 1", "text 0"]
    assert [line.body for line in world.do(lambda session: list(iterate_suggestions(session, "research")))] == []
    assert len(world.do(lambda session: list(iterate_suggestions(session, None)))) == 5


def test_they_go_in_their_time_and_when_told_to(world: World):
    keep(world, said("text 1", client_token="comment:1"))
    keep(world, said("text 2", client_token="comment:2"))
    keep(world, said("text 3", key="research", client_token="comment:1"))
    admin = world.moderator()

    def forget(which: Forgetting) -> int:
        return world.do(lambda session: forget_suggestions(session, which, admin, world.now))

    assert forget(Forgetting()) == 0
    assert forget(Forgetting("coral", "comment:1")) == 1
    assert forget(Forgetting(client_token="comment:1")) == 1
    entry = world.rows(models.AuditEntry, action="suggestions_forgotten")[-1]
    assert (entry.actor, entry.after) == (f"account:{admin}", {"count": 1})
    assert world.do(lambda session: tidy(session, world.now + KEPT)) == 0
    assert world.do(lambda session: tidy(session, world.now + KEPT + timedelta(seconds=1))) == 1
    assert world.rows(models.Suggestion) == []
