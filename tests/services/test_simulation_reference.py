"""A simulation equals, to the last bit, one that takes the stored rows one by one: over random histories, drafts and periods."""

import random
from contextlib import suppress
from math import isnan, nan, nextafter
from typing import Any

import numpy as np
import pytest
from sqlalchemy import update

from commentsvc.domain.errors import DomainError
from commentsvc.domain.estimation import History, outcome
from commentsvc.domain.labels import ALL_LABELS, Label
from commentsvc.domain.policy import Policy, parse_policy
from commentsvc.domain.status import Verdict
from commentsvc.services.simulation import Simulation, simulate_policy
from commentsvc.store import models
from commentsvc.store.base import table_of
from commentsvc.store.queries.history import Period, iterate_routed, list_scored_texts, load_decided
from commentsvc.web.admin.plot import BINS, histograms
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


def history(world: World, period: Period) -> tuple[History, list[str | None]]:
    """The period's scored revisions, one by one from the rows, oldest first, and the section of each."""
    score_sets = {row.id: row for row in world.rows(models.ScoreSet)}
    verdicts = {row.revision_id: int(row.verdict is Verdict.REJECT) for row in world.rows(models.Decision, is_in_force=True)}
    rows = [
        row
        for row in sorted(world.rows(models.Routing, is_in_force=True), key=lambda row: (row.created_at, row.id))
        if row.score_set_id and period.since <= row.created_at < period.until and period.section in (None, row.section_key)
    ]
    scores = {label: [getattr(score_sets[row.score_set_id], label) for row in rows] for label in ALL_LABELS}
    found = History(
        scores={label: np.array([nan if value is None else value for value in column], dtype=float) for label, column in scores.items()},
        routes=np.array([row.route.severity for row in rows], dtype=np.int8),
        rule_routes=np.array([row.rule_route.severity for row in rows], dtype=np.int8),
        sections=np.zeros(len(rows), dtype=np.int32),
        verdicts=np.array([verdicts.get(row.revision_id, -1) for row in rows], dtype=np.int8),
        pi=np.array([row.sample_probability for row in rows], dtype=float),
        days=period.days,
    )
    return found, [row.section_key for row in rows]


def reference(world: World, draft: Policy, period: Period) -> Simulation:
    known, sections = history(world, period)
    drafted = []
    for number, section in enumerate(sections):
        strictest = int(known.rule_routes[number])
        for label, band in draft.bands_for(section).items():
            reached = band.route(float(known.scores[label][number]))
            strictest = max(strictest, reached[0].severity if reached else 0)
        drafted.append(strictest)
    routes = np.array(drafted, dtype=np.int8)
    return Simulation(
        comments=len(sections),
        decided=sum(int(verdict) >= 0 for verdict in known.verdicts),
        now=outcome(known, known.routes),
        draft=outcome(known, routes),
        stricter=sum(new > old for new, old in zip(routes, known.routes, strict=True)),
        milder=sum(new < old for new, old in zip(routes, known.routes, strict=True)),
    )


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
            assert simulated == reference(world, draft, period)
            told |= {name for name in ("stricter", "milder", "decided") if getattr(simulated, name)}
            told |= {"recall"} if simulated.now.recall.value is not None else set()
        pack_again(world, packed)
    assert told == {"stricter", "milder", "decided", "recall"}


def test_texts_and_histograms_equal_the_plain_reference(world: World):
    story = Story(world, random.Random(3))
    story.go_on(120)
    packed = {row.id: row.packed for row in world.rows(models.Routing)}
    for is_mixed in (False, True):
        if is_mixed:
            unpack_some(world, story.chance)
        for period in (story.period(), Period(min(row.created_at for row in world.rows(models.Routing)), world.now)):
            known, _ = history(world, period)
            check_histograms(world, known, period)
            for label in (Label.TOXICITY, Label.INSULT, Label.SEXUAL_EXPLICIT):
                low, high = sorted(story.chance.sample([*THRESHOLDS, 1.1], 2))
                expected = sorted((float(score) for score in known.scores[label] if low <= score < high), reverse=True)
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


def check_histograms(world: World, known: History, period: Period) -> None:
    with world.db.reading() as session:
        decided = load_decided(session, world.site.id, period)
        drawn, revisions = histograms(iterate_routed(session, world.site.id, period), decided)
    assert revisions == len(known)
    for label in ALL_LABELS:
        bars: dict[int, list[int]] = {}
        for score, verdict in zip(known.scores[label], known.verdicts, strict=True):
            if not isnan(score):
                bars.setdefault(min(int(score * BINS), BINS - 1), [0, 0, 0])[verdict] += 1
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
