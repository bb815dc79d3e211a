"""A simulation equals, to the last bit, one that takes the stored rows one by one: over random histories, drafts and periods."""

import random
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from math import isnan, nextafter
from typing import Any

import pytest
from sqlalchemy import update

from commentsvc.domain.errors import DomainError
from commentsvc.domain.histograms import BINS
from commentsvc.domain.labels import ALL_LABELS, Label
from commentsvc.domain.policy import Policy, parse_policy
from commentsvc.domain.status import ROUTES, Verdict
from commentsvc.services.laboratory import open_once
from commentsvc.services.simulation import Simulation, simulate_policy
from commentsvc.store import models
from commentsvc.store.base import table_of
from commentsvc.store.queries.history import Period, list_scored_texts
from commentsvc.store.queries.scored import Scored, load_scored
from commentsvc.web.admin.plot import histograms
from commentsvc.worker.loop import run_once
from tests.support.world import POLICY, World

THRESHOLDS = (0.2, 0.4, 0.5, 0.7, 0.9, 0.94, 1.0)
SECTIONS = (None, "sport", "a'b", "wörld")
BODIES = ("This one is about the tram", "Dieser Text handelt von der Straßenbahn und ist lang", "See https://example.org about the tram")
VERDICTS = (Verdict.REJECT, Verdict.REJECT, Verdict.APPROVE, Verdict.ESCALATE)


class Story:
    """A site's random history: every way in which a routing or a decision comes to be, is replaced or is undone."""

    def __init__(self, world: World, chance: random.Random) -> None:
        self.world, self.chance = world, chance
        self.moderator = world.moderator()
        self.comments: list[str] = []
        self.decided: list[str] = []

    def go_on(self, steps: int) -> None:
        often = [self.submit] * 6 + [self.decide] * 5
        for _ in range(steps):
            with suppress(DomainError):
                self.chance.choice([*often, self.edit, self.report, self.undo, self.work, self.withdraw, self.change_policy])()
            self.world.clock.advance(seconds=self.chance.choice([0, 1, 600]))

    def submit(self) -> None:
        self.world.chance.value = self.chance.random()
        number, section = len(self.comments), self.chance.choice(SECTIONS)
        place = {"author": f"a{number}", "article": f"{section}{number % 3}", "section": section}
        self.comments.append(self.world.submit(self.body(), is_late=self.chance.random() < 0.1, **place).comment_id)

    def edit(self) -> None:
        if self.comments:
            self.world.edit(self.chance.choice(self.comments[-9:]), self.body(), is_late=self.chance.random() < 0.2)

    def report(self) -> None:
        if self.comments:
            self.world.report(self.chance.choice(self.comments), f"r{self.chance.random()}")

    def decide(self) -> None:
        waiting = self.world.rows(models.ReviewItem, is_open=True)
        if waiting:
            item = self.chance.choice(waiting)
            self.world.decide(item.id, self.moderator, self.chance.choice(VERDICTS))
            self.decided.append(item.id)

    def undo(self) -> None:
        if self.decided:
            self.world.undo(self.decided.pop(), self.moderator)

    def work(self) -> None:
        run_once(self.world.runtime)

    def withdraw(self) -> None:
        if self.comments:
            self.world.withdraw(self.chance.choice(self.comments[-9:]))

    def change_policy(self) -> None:
        rate = self.chance.choice([0, 0.02, 0.5, 1])
        self.world.set_policy({**POLICY, "links": {"max": 0, "route": "hold"}, "repeats": {"count": 0}, "sample_rate": rate})

    def body(self) -> str:
        scores = {label: self.chance.choice([self.near, self.chance.random])() for label in ("toxicity", "threat", "insult")}
        if self.chance.random() < 0.4:
            scores = {label: score * 0.4 for label, score in scores.items()}
        return " ".join([self.chance.choice(BODIES), *(f"{label}={score:.20f}" for label, score in scores.items())])

    def near(self) -> float:
        """A threshold, or what is next to one, as near as a double can be; or none at all."""
        threshold = self.chance.choice(THRESHOLDS)
        return min(1.0, self.chance.choice([threshold, nextafter(threshold, 0), nextafter(threshold, 1), 0.0]))

    def draft(self) -> dict[str, Any]:
        return {
            "bands": self.bands(),
            "sections": {key: {"bands": self.bands()} for key in self.chance.sample(["sport", "a'b", "none"], 2)},
        }

    def bands(self) -> dict[str, Any]:
        steps = ("review_at", "hold_at", "reject_at")
        named = self.chance.sample(["toxicity", "threat", "insult", "sexual_explicit"], self.chance.randrange(4))
        return {
            label: {
                step: at for step, at in zip(steps, sorted(self.chance.sample(THRESHOLDS, 3)), strict=True) if self.chance.random() < 0.7
            }
            for label in named
        }

    def period(self) -> Period:
        times = sorted(row.created_at for row in self.world.rows(models.Routing)) or [self.world.now]
        since, until = sorted([self.chance.choice(times), self.world.now])
        return Period(since, until, self.chance.choice([None, None, "sport", "wörld", "nowhere"]))


@dataclass(frozen=True)
class Known:
    """The period's scored revisions, one by one from the rows, latest first, with the verdict and the open items of each."""

    rows: list[Any]
    scores: list[dict[Label, float]]
    verdicts: list[int]
    is_sampled: list[bool]


def known_of(world: World, period: Period) -> Known:
    score_sets = {row.id: row for row in world.rows(models.ScoreSet)}
    verdicts = {row.revision_id: int(row.verdict is Verdict.REJECT) for row in world.rows(models.Decision, is_in_force=True)}
    waiting = {row.revision_id for row in world.rows(models.ReviewItem, is_open=True)}
    rows = [
        row
        for row in world.rows(models.Routing, is_in_force=True)
        if row.score_set_id and period.since <= row.created_at < period.until and period.section in (None, row.section_key)
    ]
    measured = [
        {label: value for label in ALL_LABELS if (value := getattr(score_sets[row.score_set_id], label)) is not None} for row in rows
    ]
    sampled = [bool(row.is_sampled) and (row.revision_id in verdicts or row.revision_id in waiting) for row in rows]
    return Known(rows, measured, [verdicts.get(row.revision_id, -1) for row in rows], sampled)


def check_columns(scored: Scored, known: Known, period: Period) -> None:
    """Each column of what was read holds, for each revision, what stands in its rows."""
    comments = scored.comments
    places = {revision: place for place, revision in enumerate(scored.revisions(range(len(comments))))}
    assert places.keys() == {row.revision_id for row in known.rows}
    assert set(comments.labels) == {label for scores in known.scores for label in scores}
    days = []
    for row, scores, verdict, is_sampled in zip(known.rows, known.scores, known.verdicts, known.is_sampled, strict=True):
        place = places[row.revision_id]
        found = dict(zip(comments.labels, comments.scores[place].tolist(), strict=True))
        assert {label: score for label, score in found.items() if not isnan(score)} == scores
        assert (comments.routes[place], comments.rule_routes[place]) == (row.route.severity, row.rule_route.severity)
        assert (comments.verdicts[place], comments.is_sampled[place], comments.pi[place]) == (verdict, is_sampled, row.sample_probability)
        assert (None, *comments.section_keys)[comments.sections[place]] == row.section_key
        assert (None, *comments.language_keys)[comments.languages[place]] == row.language
        days.append(comments.day_count - 1 - int(comments.days[place]))
        assert timedelta(days=days[-1]) < period.until - row.created_at <= timedelta(days=days[-1] + 1)
    assert comments.day_count == (max(days) + 1 if days else 1)
    assert (comments.days >= 0).all()


def check_simulation(simulated: Simulation, known: Known, draft: Policy) -> None:
    drafted = []
    for row, scores in zip(known.rows, known.scores, strict=True):
        strictest = row.rule_route.severity
        for label, band in draft.bands_for(row.section_key).items():
            reached = band.route(scores[label]) if label in scores else None
            strictest = max(strictest, reached[0].severity if reached else 0)
        drafted.append(strictest)
    before = [row.route.severity for row in known.rows]
    assert simulated.comments == len(known.rows)
    assert simulated.decided == sum(verdict >= 0 for verdict in known.verdicts)
    assert simulated.now.by_route == {route.value: before.count(route.severity) for route in ROUTES}
    assert simulated.draft.by_route == {route.value: drafted.count(route.severity) for route in ROUTES}
    assert simulated.stricter == sum(new > old for new, old in zip(drafted, before, strict=True))
    assert simulated.milder == sum(new < old for new, old in zip(drafted, before, strict=True))


def simulate(world: World, draft: Policy, period: Period) -> Simulation:
    with world.db.reading() as session:
        return simulate_policy(session, world.site.id, draft, period)


def unpack_some(world: World, chance: random.Random) -> None:
    """Leave some routings as a server of the release before would have stored them."""
    routing = table_of(models.Routing)
    keys = [row.id for row in world.rows(models.Routing) if chance.random() < 0.3]
    with world.db.transaction() as session:
        session.execute(update(routing).where(routing.c.id.in_(keys)).values(packed=None))


def pack_again(world: World, packed: dict[str, bytes | None]) -> None:
    routing = table_of(models.Routing)
    with world.db.transaction() as session:
        for key, value in packed.items():
            session.execute(update(routing).where(routing.c.id == key).values(packed=value))


@pytest.mark.parametrize("seed", [1, 2])
def test_a_simulation_equals_the_plain_reference(world: World, seed: int):
    story = Story(world, random.Random(seed))
    told = set()
    for stage in range(3):
        story.go_on(70)
        packed = {row.id: row.packed for row in world.rows(models.Routing)}
        if stage == 1:
            unpack_some(world, story.chance)
        whole = Period(min(row.created_at for row in world.rows(models.Routing)), world.now)
        for period in (whole, whole, story.period(), story.period(), story.period()):
            draft = parse_policy(story.draft())
            simulated = simulate(world, draft, period)
            known = known_of(world, period)
            check_simulation(simulated, known, draft)
            with world.db.reading() as session:
                check_columns(load_scored(session, world.site.id, period), known, period)
            told |= {name for name in ("stricter", "milder", "decided", "sampled") if getattr(simulated, name)}
        pack_again(world, packed)
    assert told == {"stricter", "milder", "decided", "sampled"}


def test_texts_and_histograms_equal_the_plain_reference(world: World):
    story = Story(world, random.Random(3))
    story.go_on(120)
    packed = {row.id: row.packed for row in world.rows(models.Routing)}
    for is_mixed in (False, True):
        if is_mixed:
            unpack_some(world, story.chance)
        for period in (story.period(), Period(min(row.created_at for row in world.rows(models.Routing)), world.now)):
            known = known_of(world, period)
            check_histograms(world, known, period)
            for label in (Label.TOXICITY, Label.INSULT, Label.SEXUAL_EXPLICIT):
                low, high = sorted(story.chance.sample([*THRESHOLDS, 1.1], 2))
                expected = sorted((scores[label] for scores in known.scores if low <= scores.get(label, -1.0) < high), reverse=True)
                with world.db.reading() as session:
                    found = list_scored_texts(session, world.site.id, period, label, low, high, limit=7)
                assert [text.scores[label] for text in found] == expected[:7]
                for text in found:
                    (row,) = [row for row in world.rows(models.Routing, comment_id=text.comment_id) if row.created_at == text.created_at]
                    scores = world.row(models.ScoreSet, id=row.score_set_id)
                    assert text.scores == {name: value for name in ALL_LABELS if (value := getattr(scores, name)) is not None}
                    assert text.route is row.route
                    decisions = world.rows(models.Decision, revision_id=row.revision_id, is_in_force=True)
                    assert text.verdict is (decisions[0].verdict if decisions else None)
                    assert text.body_html == world.row(models.Revision, id=row.revision_id).body_html
    pack_again(world, packed)


def check_histograms(world: World, known: Known, period: Period) -> None:
    with world.db.reading() as session:
        drawn = histograms(open_once(session, world.site.id, period).ground)
    for label in ALL_LABELS:
        bars: dict[int, list[int]] = {}
        for scores, verdict in zip(known.scores, known.verdicts, strict=True):
            if label in scores:
                bars.setdefault(min(int(scores[label] * BINS), BINS - 1), [0, 0, 0])[verdict] += 1
        assert (label in drawn) is bool(bars)
        if bars:
            said = [
                f"{at / BINS:.2f} to {(at + 1) / BINS:.2f}: {sum(bar)} ({bar[1]} rejected, {bar[0]} approved, {bar[2]} undecided)"
                for at, bar in sorted(bars.items())
            ]
            assert [column.words for column in drawn[label].columns] == said
            assert drawn[label].count == sum(map(sum, bars.values()))


def test_a_simulation_finds_everything_in_the_index(sqlite_world: World):
    """A look into the table for each comment would make it four times as slow, and nothing else would tell."""
    with sqlite_world.db.reading() as session:
        conn = session.connection()
        statements: list[str] = []
        connection: Any = conn.connection.dbapi_connection
        connection.set_trace_callback(statements.append)
        simulate_policy(session, sqlite_world.site.id, parse_policy(POLICY), Period(sqlite_world.now, sqlite_world.clock.advance(days=1)))
        connection.set_trace_callback(None)
        (scan,) = [one for one in statements if one.startswith("SELECT routing.packed") and "decision" not in one]
        plan = conn.exec_driver_sql("EXPLAIN QUERY PLAN " + scan).all()
    assert ["USING COVERING INDEX ix_routing_history (site_id=? AND created_at>? AND created_at<?)" in row[-1] for row in plan] == [True]
