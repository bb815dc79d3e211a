"""Anything anybody may do, in any order: whatever is stored holds together after every step."""

import shutil
import tempfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from commentsvc.domain.errors import DomainError
from commentsvc.domain.status import Queue, Standing, Status, Verdict
from commentsvc.scoring.fake_scorer import FakeMood
from commentsvc.services.scoring import claim_scoring_jobs
from commentsvc.store import models
from commentsvc.worker.loop import run_once
from tests.support.databases import migrate
from tests.support.world import CIVIL, HELD, POLICY, REJECTED, REVIEWED, World

T = TypeVar("T")
BODIES = st.sampled_from([CIVIL, HELD, REJECTED, REVIEWED, "Thank you!", "See https://example.org for it."])
AUTHORS = st.sampled_from(["ann", "bob", "cid"])
POLICIES = st.sampled_from(
    [
        POLICY,
        {**POLICY, "publish_unscored": True},
        {**POLICY, "premoderation": True},
        {**POLICY, "first_comments": {"count": 2, "route": "hold"}, "sample_rate": 1.0},
    ]
)


class Life(RuleBasedStateMachine):
    """Readers, moderators, an admin, a scorer that is late at times, and time that passes."""

    comments = Bundle("comments")
    template: Path

    def __init__(self) -> None:
        super().__init__()
        self._folder = Path(tempfile.mkdtemp(prefix="commentsvc-life-"))
        shutil.copyfile(self.template, self._folder / "life.db")
        self.world = World(f"sqlite:///{self._folder / 'life.db'}")
        self.moderators = [self.world.moderator("mo"), self.world.moderator("mia")]

    def teardown(self) -> None:
        self.world.scorer.mood = FakeMood.WELL
        self.world.clock.advance(hours=1)
        while run_once(self.world.runtime):
            pass
        self.world.check()
        assert self.world.rows(models.Job) == []
        assert self.world.rows(models.Comment, status=Status.PENDING) == []
        self.world.close()
        shutil.rmtree(self._folder)

    def allowed(self, act: Callable[..., T], *args: Any, **kwargs: Any) -> T | None:
        """What is refused must leave everything as it was; what breaks down is a failure."""
        before = self.world.snapshot()
        try:
            return act(*args, **kwargs)
        except DomainError:
            assert self.world.snapshot() == before
            return None

    @rule(target=comments, body=BODIES, author=AUTHORS, article=st.sampled_from(["tram", "bus"]), is_late=st.booleans())
    def submit(self, body, author, article, is_late):
        submitted = self.allowed(self.world.submit, body, author=author, article=article, is_late=is_late)
        return submitted.comment_id if submitted else "nothing"

    @rule(target=comments, parent=comments, body=BODIES, author=AUTHORS, is_late=st.booleans())
    def reply(self, parent, body, author, is_late):
        rows = self.world.rows(models.Comment, id=parent)
        article = self.world.row(models.Article, id=rows[0].article_id).key if rows else "tram"
        submitted = self.allowed(self.world.submit, body, author=author, article=article, parent=parent, is_late=is_late)
        return submitted.comment_id if submitted else "nothing"

    @rule(comment=comments, body=BODIES, is_late=st.booleans())
    def edit(self, comment, body, is_late):
        self.allowed(self.world.edit, comment, body, is_late=is_late)

    @rule(comment=comments)
    def withdraw(self, comment):
        self.allowed(self.world.withdraw, comment)

    @rule(comment=comments, voter=AUTHORS, value=st.sampled_from([-1, 0, 1]))
    def vote(self, comment, voter, value):
        self.allowed(self.world.vote, comment, voter, value)

    @rule(comment=comments, reporter=AUTHORS)
    def report(self, comment, reporter):
        self.allowed(self.world.report, comment, reporter)

    @rule(comment=comments)
    def appeal(self, comment):
        self.allowed(self.world.appeal, comment)

    @rule(author=AUTHORS)
    def erase(self, author):
        self.allowed(self.world.erase, author)

    @rule(who=st.integers(0, 1), queue=st.sampled_from(Queue), limit=st.integers(1, 3))
    def claim(self, who, queue, limit):
        claimed = self.world.claim(self.moderators[who], queue, limit)
        assert len(claimed) <= limit
        assert all(self.world.item(claim.item_id).leased_by == self.moderators[who] for claim in claimed)

    @rule(who=st.integers(0, 1), comment=comments, verdict=st.sampled_from(Verdict))
    def decide(self, who, comment, verdict):
        for item in self.world.open_items(comment):
            self.allowed(self.world.decide, item.id, self.moderators[who], verdict)

    @rule(who=st.integers(0, 1), comment=comments)
    def undo(self, who, comment):
        for item in self.world.rows(models.ReviewItem, comment_id=comment):
            self.allowed(self.world.undo, item.id, self.moderators[who])

    @rule(author=AUTHORS, standing=st.sampled_from([Standing.NORMAL, Standing.TRUSTED, Standing.PREMODERATED, Standing.SUSPENDED]))
    def sanction(self, author, standing):
        if self.world.rows(models.Author, subject=f"sso:{author}"):
            until = self.world.now + timedelta(minutes=20) if standing is Standing.SUSPENDED else None
            self.world.sanction(author, standing, self.moderators[0], until)

    @rule(document=POLICIES)
    def change_policy(self, document):
        self.world.set_policy(document)

    @rule(value=st.sampled_from([0.0, 0.05, 0.999]))
    def change_luck(self, value):
        self.world.chance.value = value

    @rule(minutes=st.sampled_from([1, 6, 11, 1500]))
    def let_time_pass(self, minutes):
        self.world.clock.advance(minutes=minutes)

    @rule(mood=st.sampled_from([FakeMood.WELL, FakeMood.FAILING, FakeMood.ANSWERING_NAN]))
    def work(self, mood):
        self.world.scorer.mood = mood
        run_once(self.world.runtime)
        self.world.scorer.mood = FakeMood.WELL

    @rule()
    def claim_jobs_and_die(self):
        self.world.do(lambda session: claim_scoring_jobs(session, 10, self.world.now))

    @invariant()
    def everything_holds_together(self):
        self.world.check()


@pytest.fixture(scope="module")
def life(tmp_path_factory) -> type[Life]:
    path = tmp_path_factory.mktemp("life") / "migrated.db"
    migrate(f"sqlite:///{path}")
    return type("LifeOnSQLite", (Life,), {"template": path})


def test_life_in_any_order(life):
    run_state_machine_as_test(life, settings=settings(max_examples=12, stateful_step_count=25))


@pytest.mark.slow
def test_life_in_any_order_at_length(life):
    run_state_machine_as_test(life, settings=settings(max_examples=1_000, stateful_step_count=60, derandomize=False))
