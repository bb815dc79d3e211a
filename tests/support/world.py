"""A small installation to act in: one runtime over a database, a fake scorer, and what people do, in one line each.

Every act goes through the service that the product uses for it, in a transaction of its own. Defaults are valid and dull, so that a
test says only what matters to it.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Row, Table, select
from sqlalchemy.orm import Session

from commentsvc.domain.commands import (
    Appeal,
    ArticleRef,
    ClaimItems,
    Decide,
    EditComment,
    Identity,
    NewPolicyVersion,
    ReportComment,
    Sanction,
    SubmitComment,
)
from commentsvc.domain.principals import ALL_SITES, Role
from commentsvc.domain.status import Queue, ReasonCode, Standing, Verdict
from commentsvc.runtime import Runtime, build_runtime
from commentsvc.scoring.fake_scorer import FakeScorer
from commentsvc.services.accounts import create_account, set_role
from commentsvc.services.appealing import appeal_rejection
from commentsvc.services.commenting import Submitted, submit_comment
from commentsvc.services.editing import Edited, VoteCount, edit_comment, set_vote, withdraw_comment
from commentsvc.services.erasing import erase_author
from commentsvc.services.judging import Assessment
from commentsvc.services.policies import activate_policy, create_policy_version
from commentsvc.services.reporting import report_comment
from commentsvc.services.review import Claimed, Decided, claim_review_items, decide, undo_decision
from commentsvc.services.sanctioning import sanction_author
from commentsvc.services.sites import NewSite, create_site
from commentsvc.settings import load_settings
from commentsvc.store import models
from commentsvc.store.base import Base, table_of
from commentsvc.store.queries.sites import SiteState, get_site
from tests.support.clocks import FakeChance, FakeClock
from tests.support.invariants import find_problems
from tests.support.statements import COMPILED

T = TypeVar("T")
POLICY: dict[str, object] = {
    "bands": {
        "toxicity": {"review_at": 0.4, "hold_at": 0.7, "reject_at": 0.94},
        "threat": {"hold_at": 0.5, "reject_at": 0.9},
    },
    "sample_rate": 0.1,
}
CIVIL = "I took the tram on its first day, and it was on time."
REVIEWED = "That is a damn long wait for the tram."
HELD = "What a stupid idea this tram is, all of it."
REJECTED = "I will kill the driver of that tram."
"""Texts that the fake scorer and POLICY send to each of the four routes."""


class World:
    """An installation with one site (`site`) under POLICY."""

    def __init__(self, url: str, *, policy: dict[str, object] | None = None, new_site: NewSite | None = None) -> None:
        self.clock, self.chance, self.scorer = FakeClock(), FakeChance(), FakeScorer()
        environ = {
            "COMMENTSVC_DATABASE_URL": url,
            "COMMENTSVC_SECRETS_KEY": "a key for tests that signs nothing of worth",
            "COMMENTSVC_SCORER_ENGINE": "fake",
            "COMMENTSVC_WORKER_POLL_S": "0.05",
        }
        self.runtime: Runtime = build_runtime(load_settings(environ), scorer=self.scorer, clock=self.clock, chance=self.chance)
        self.db = self.runtime.db
        COMPILED.lend(self.db.engine)
        self.site_key = self.make_site(new_site or NewSite("gazette", "The Gazette"), policy or POLICY)
        COMPILED.keep(self.db.engine)

    def close(self) -> None:
        self.scorer.release()
        self.runtime.close()

    @property
    def now(self) -> datetime:
        return self.clock.now()

    @property
    def site(self) -> SiteState:
        return self.site_named(self.site_key)

    def site_named(self, key: str) -> SiteState:
        with self.db.reading() as session:
            return get_site(session, key)

    def do(self, work: Callable[[Session], T]) -> T:
        """Run `work` as the edge does: in a write transaction, again when another one was faster."""
        return self.runtime.in_transaction(work)

    # -- What is there before anybody comments

    def make_site(self, new: NewSite, policy: dict[str, object]) -> str:
        self.do(lambda session: create_site(session, new, policy, None, self.now))
        return new.key

    def set_policy(self, document: dict[str, object]) -> int:
        """Make a version with this document and activate it; returns its number."""
        draft = NewPolicyVersion(self.site.id, None, document)

        def work(session: Session) -> int:
            _, number = create_policy_version(session, draft, self.now)
            activate_policy(session, draft.site_id, number, None, self.now)
            return number

        return self.do(work)

    def moderator(self, name: str = "mo", *, role: Role = Role.MODERATOR, site_id: str = ALL_SITES) -> str:
        def work(session: Session) -> str:
            account_id = create_account(session, f"{name}@example.org", name.title(), None, None, self.now)
            set_role(session, account_id, site_id, role, None, self.now)
            return account_id

        return self.do(work)

    # -- What readers do

    def command(self, body: str = CIVIL, *, author: str = "ann", article: str = "tram", **rest: Any) -> SubmitComment:
        section = rest.pop("section", None)
        identity = rest.pop("identity", None) or Identity(f"sso:{author}", author.title(), is_guest=False)
        return SubmitComment(rest.pop("site", self.site_key), ArticleRef(article, section=section), identity, body, **rest)

    def assess(self, body: str, *, is_late: bool = False, site: SiteState | None = None) -> Assessment:
        """What `Runtime.submit` finds out before its transaction; `is_late` says that the scorer did not answer in its budget."""
        with self.db.reading() as session:
            policy, version_id = self.runtime.policy_of(session, site or self.site)
            shadows = self.runtime.shadows_of(session, site or self.site)
        scores = None if is_late else self.runtime.scorer.score([body])[0]
        return Assessment(self.runtime.make_text(body), scores, self.runtime.judge(policy, version_id, shadows), self.now)

    def submit(self, body: str = CIVIL, *, is_late: bool = False, **rest: Any) -> Submitted:
        command = self.command(body, **rest)
        site = self.site_named(command.site)
        assessed = self.assess(body, is_late=is_late, site=site)
        return self.do(lambda session: submit_comment(session, site, command, assessed))

    def edit(self, comment_id: str, body: str, *, is_late: bool = False, base: int | None = None) -> Edited:
        command, assessed, site = EditComment(comment_id, body, base), self.assess(body, is_late=is_late), self.site
        return self.do(lambda session: edit_comment(session, site, command, assessed))

    def withdraw(self, comment_id: str, *, ignore_window: bool = False) -> None:
        self.do(lambda session: withdraw_comment(session, comment_id, "author", self.now, ignore_window=ignore_window))

    def vote(self, comment_id: str, voter: str, value: int) -> VoteCount:
        return self.do(lambda session: set_vote(session, comment_id, voter, value, self.now))

    def report(self, comment_id: str, reporter: str = "reader", reason: ReasonCode = ReasonCode.ABUSE) -> bool:
        return self.do(lambda session: report_comment(session, ReportComment(comment_id, reporter, reason), self.now))

    # -- What moderators do

    def appeal(self, comment_id: str, body: str = "") -> bool:
        return self.do(lambda session: appeal_rejection(session, Appeal(comment_id, body), self.now))

    def erase(self, author: str) -> int:
        return self.do(lambda session: erase_author(session, self.site.id, f"sso:{author}", self.now))

    def claim(self, account_id: str, queue: Queue = Queue.HELD, limit: int = 1, site_ids: tuple[str, ...] | None = None) -> list[Claimed]:
        return self.do(lambda session: claim_review_items(session, ClaimItems(account_id, queue, site_ids, limit), self.now))

    def decide(
        self, item_id: str, account_id: str, verdict: Verdict = Verdict.APPROVE, *, revision_id: str | None = None, **rest: Any
    ) -> Decided:
        if verdict is Verdict.REJECT:
            rest.setdefault("reason_code", ReasonCode.ABUSE)
        sites = rest.pop("site_ids", None)
        command = Decide(item_id, account_id, verdict, revision_id or self.item(item_id).revision_id, **rest)
        return self.do(lambda session: decide(session, command, sites, self.now))

    def undo(self, item_id: str, account_id: str, site_ids: frozenset[str] | None = None) -> Decided:
        return self.do(lambda session: undo_decision(session, item_id, account_id, site_ids, self.now))

    def sanction(self, author: str, standing: Standing, account_id: str, until: datetime | None = None) -> None:
        (row,) = self.rows(models.Author, subject=f"sso:{author}")
        command = Sanction(row.id, account_id, standing, "for a test", until)
        self.do(lambda session: sanction_author(session, command, None, self.now))

    # -- What is stored

    def rows(self, model: type[Base], **equal: object) -> Sequence[Row[Any]]:
        """Rows of a table whose columns equal the given values, by primary key."""
        table: Table = table_of(model)
        query = select(table).order_by(*table.primary_key.columns)
        for name, value in equal.items():
            query = query.where(table.c[name].is_(None) if value is None else table.c[name] == value)
        with self.db.reading() as session:
            return session.execute(query).all()

    def row(self, model: type[Base], **equal: object) -> Row[Any]:
        (row,) = self.rows(model, **equal)
        return row

    def comment(self, comment_id: str) -> Row[Any]:
        return self.row(models.Comment, id=comment_id)

    def item(self, item_id: str) -> Row[Any]:
        return self.row(models.ReviewItem, id=item_id)

    def open_items(self, comment_id: str) -> Sequence[Row[Any]]:
        return self.rows(models.ReviewItem, comment_id=comment_id, is_open=True)

    def snapshot(self) -> dict[str, list[tuple[Any, ...]]]:
        """Everything that is stored, for showing that something changed nothing."""
        with self.db.reading() as session:
            return {
                table.name: [tuple(row) for row in session.execute(select(table).order_by(*table.primary_key.columns))]
                for table in Base.metadata.sorted_tables
            }

    def check(self) -> None:
        """Hold the whole database against what must be true of it at any time."""
        with self.db.reading() as session:
            problems = find_problems(session)
        assert problems == [], "\n".join(problems)


@contextmanager
def a_world(url: str, **rest: Any) -> Iterator[World]:
    """A world that holds together when the test is over."""
    world = World(url, **rest)
    try:
        yield world
        world.check()
    finally:
        world.close()
