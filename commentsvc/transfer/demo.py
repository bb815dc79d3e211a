"""Makes the demo: two papers with a month of comments that were posted, scored, routed, reported and decided in their time.

Everything goes through the services that a living site uses, with the times of its own past, so that what the demo shows is what
those services do, and the audit chain holds from its first entry.
"""

import hashlib
import heapq
import itertools
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from commentsvc.domain.commands import ArticleRef, Decide, Identity, NewPolicyVersion, ReportComment, Sanction, SubmitComment
from commentsvc.domain.policy import Policy
from commentsvc.domain.ports import ScoreSet
from commentsvc.domain.principals import Role
from commentsvc.domain.status import ReasonCode, Standing, Status, Verdict
from commentsvc.services.accounts import create_account, set_role
from commentsvc.services.commenting import submit_comment
from commentsvc.services.importing import PastVotes, cast_past_votes
from commentsvc.services.judging import Assessment, Judge, Text
from commentsvc.services.policies import PolicyBook, activate_policy, create_policy_version
from commentsvc.services.reporting import report_comment
from commentsvc.services.review import claim_review_item, decide
from commentsvc.services.sanctioning import sanction_author
from commentsvc.services.sites import NewSite, SectionChange, create_site, put_section
from commentsvc.store.queries.imports import OpenItem, find_author_ids, find_open_item
from commentsvc.store.queries.sites import SiteState, get_site_by_id
from commentsvc.transfer.demo_content.reading import DemoComment, DemoContent, DemoReport
from commentsvc.transfer.intake import Intake

MAIN_SITE: Final = "harbour-post"
MAIN_ARTICLE: Final = "harbour-bridge"
OTHER_SITE: Final = "valley-echo"
BEGAN: Final = timedelta(days=31)
SECOND_POLICY_AFTER: Final = timedelta(days=26)
"""In its first weeks each site had every comment read, so that the figures rest on something; since then a part of them."""
FIRST_SAMPLE: Final = 1.0
SECOND_SAMPLE: Final = 0.1
MAIN_SHARE: Final = 0.6
"""How much of the main site's queue the first moderator does."""
LATE_REPORT_SHARE: Final = 0.5
_REASON_OF_STANDING: Final = {
    Standing.TRUSTED: "A year of good comments",
    Standing.PREMODERATED: "Several comments were rejected",
    Standing.BANNED: "Abuse after a warning",
}


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """One of the demo's accounts: `key` in what the demo prints, and the role on one site."""

    key: str
    email: str
    name: str
    site: str
    role: Role


ACCOUNTS: Final = (
    DemoAccount("moderator", "moderator@harbour-post.example", "Nora Quill", MAIN_SITE, Role.MODERATOR),
    DemoAccount("moderator_b", "second@harbour-post.example", "Tomas Beck", MAIN_SITE, Role.MODERATOR),
    DemoAccount("admin", "admin@harbour-post.example", "Ruth Amory", MAIN_SITE, Role.ADMIN),
    DemoAccount("other_admin", "admin@valley-echo.example", "Owen Pryce", OTHER_SITE, Role.ADMIN),
)


@dataclass(frozen=True, slots=True)
class DemoFigures:
    """What was made."""

    comments: int
    decisions: int
    reports: int
    votes: int


@dataclass(frozen=True, slots=True)
class _Place:
    """A site as it was at one time, with what judges its comments."""

    site: SiteState
    policy: Policy
    version_id: str


@dataclass(frozen=True, slots=True)
class _Ready:
    comment: DemoComment
    text: Text
    scores: ScoreSet


def chance_of(*parts: str) -> float:
    """A number in [0, 1) that is always the same for the same words, so that each demo tells the same story."""
    return int.from_bytes(hashlib.sha256("\0".join(parts).encode()).digest()[:6]) / 2**48


def seed_demo(
    session: Session, intake: Intake, content: DemoContent, scores: Mapping[str, ScoreSet], policy: dict[str, object], now: datetime
) -> DemoFigures:
    """Make the whole demo in the caller's transaction, in an empty database. `scores` by the comments' ids."""
    history = _History(session, intake, content, now)
    history.make_sites(policy)
    for comment in content.comments:
        history.expect_post(_Ready(comment, intake.make_text(comment.body), scores[comment.id]))
    history.live()
    history.set_standings()
    return history.figures()


def _late_reports(comment: DemoComment) -> tuple[DemoReport, ...]:
    """What readers hold against some of the sharper comments that nobody has decided yet, so that this queue is not empty either."""
    is_sharp = comment.verdict is None and comment.tone in {"heated", "rude"} and chance_of("reported", comment.id) < LATE_REPORT_SHARE
    return (DemoReport(ReasonCode.ABUSE, "Not the tone for a local paper."),) if is_sharp else ()


class _History:
    """Lives the past month in order of time: each event may bring up later ones."""

    def __init__(self, session: Session, intake: Intake, content: DemoContent, now: datetime) -> None:
        self._session = session
        self._intake = intake
        self._content = content
        self._now = now
        self._began = now - BEGAN
        self._events: list[tuple[datetime, int, Callable[[datetime], None]]] = []
        self._order = itertools.count()
        self._places: dict[str, _Place] = {}
        self._accounts: dict[str, str] = {}
        self._ids: dict[str, str] = {}
        self._policies = PolicyBook()
        self._decisions = self._reports = self._votes = 0
        waiting = (comment.id for comment in content.comments if comment.verdict is None and comment.tone == "vile")
        self._escalated = next(waiting, None)

    def figures(self) -> DemoFigures:
        return DemoFigures(len(self._ids), self._decisions, self._reports, self._votes)

    def live(self) -> None:
        while self._events:
            at, _, happen = heapq.heappop(self._events)
            happen(at)

    def _expect(self, at: datetime, happen: Callable[[datetime], None]) -> None:
        heapq.heappush(self._events, (at, next(self._order), happen))

    # -- What there was from the beginning -------------------------------------------------------------------------------------
    def make_sites(self, policy: dict[str, object]) -> None:
        sites: dict[str, str] = {}
        for site in self._content.sites:
            new = NewSite(site.key, site.name, jwt_secret=secrets.token_urlsafe(48))
            sites[site.key] = create_site(self._session, new, policy | {"sample_rate": FIRST_SAMPLE}, None, self._began)
            for section in site.sections:
                put_section(self._session, sites[site.key], SectionChange(section, section.capitalize()), None, self._began)
        for account in ACCOUNTS:
            made = create_account(self._session, account.email, account.name, None, None, self._began)
            set_role(self._session, made, sites[account.site], account.role, None, self._began)
            self._accounts[account.key] = made
        for key, site_id in sites.items():
            admin = self._accounts["admin" if key == MAIN_SITE else "other_admin"]
            self._enter(key, site_id)
            self._expect(
                self._began + SECOND_POLICY_AFTER, self._second_policy(key, site_id, admin, policy | {"sample_rate": SECOND_SAMPLE})
            )

    def _second_policy(self, key: str, site_id: str, admin: str, policy: dict[str, object]) -> Callable[[datetime], None]:
        def happen(at: datetime) -> None:
            draft = NewPolicyVersion(site_id, admin, policy, "From now on one in ten of the published comments is read")
            _, version = create_policy_version(self._session, draft, at)
            activate_policy(self._session, site_id, version, admin, at)
            self._enter(key, site_id)

        return happen

    def _enter(self, key: str, site_id: str) -> None:
        site = get_site_by_id(self._session, site_id)
        if site.policy_version_id is None:
            raise RuntimeError(f"site {key} has no active policy")
        self._places[key] = _Place(site, self._policies.get(self._session, site.policy_version_id), site.policy_version_id)

    # -- What happened -----------------------------------------------------------------------------------------------------------
    def expect_post(self, ready: _Ready) -> None:
        def happen(at: datetime) -> None:
            submitted = submit_comment(
                self._session, self._place_of(ready.comment).site, self._command(ready.comment), self._assess(ready, at)
            )
            self._ids[ready.comment.id] = submitted.comment_id
            self._expect_answers(ready.comment, at, is_visible=submitted.status is Status.PUBLISHED)

        self._expect(self._now - timedelta(minutes=ready.comment.minutes_ago), happen)

    def _place_of(self, comment: DemoComment) -> _Place:
        return self._places[self._content.articles[comment.article].site]

    def _command(self, comment: DemoComment) -> SubmitComment:
        article, author = self._content.articles[comment.article], self._content.authors[comment.author]
        return SubmitComment(
            site=article.site,
            article=ArticleRef(article.key, title=article.headline, section=article.section),
            identity=Identity(author.subject, author.name, author.is_guest, is_staff=author.is_staff),
            body=comment.body,
            parent=self._ids[comment.parent] if comment.parent else None,
            is_history=True,
        )

    def _assess(self, ready: _Ready, at: datetime) -> Assessment:
        place, scorer = self._place_of(ready.comment), self._intake.scorer.version
        judge = Judge(place.policy, place.version_id, scorer, self._intake.scorer_row, chance_of("sample", ready.comment.id))
        return Assessment(ready.text, ready.scores, judge, at)

    def _expect_answers(self, comment: DemoComment, at: datetime, *, is_visible: bool) -> None:
        """Reports, votes and a decision. Readers act only on what they see: before a rejection, or after an approval."""
        decided_at = at + (self._now - at) * 0.5
        wait = timedelta(minutes=3 + chance_of("wait", comment.id) ** 2 * (500 if is_visible else 90))
        if comment.verdict is not None:
            decided_at = min(decided_at, at + wait)
            self._expect(decided_at, self._decision(comment))
        elif comment.id == self._escalated:
            decided_at = min(decided_at, at + wait)
            self._expect(decided_at, self._escalation(comment))
        if is_visible:
            reports = comment.reports or _late_reports(comment)
            for place, report in enumerate(reports):
                command = ReportComment(self._ids[comment.id], f"past:{place}", report.reason, report.note)
                self._expect(at + (decided_at - at) * (0.2 + 0.6 * place / len(reports)), self._report(command))
        if is_visible or comment.verdict is Verdict.APPROVE:
            voted_at = at + (decided_at - at) * 0.9 if is_visible else decided_at + (self._now - decided_at) * 0.2
            self._expect(voted_at, self._vote(comment))

    def _report(self, command: ReportComment) -> Callable[[datetime], None]:
        def happen(at: datetime) -> None:
            self._reports += report_comment(self._session, command, at)

        return happen

    def _vote(self, comment: DemoComment) -> Callable[[datetime], None]:
        def happen(at: datetime) -> None:
            if cast_past_votes(self._session, self._ids[comment.id], PastVotes(comment.up, comment.down), at):
                self._votes += comment.up + comment.down

        return happen

    def _decision(self, comment: DemoComment) -> Callable[[datetime], None]:
        def happen(at: datetime) -> None:
            comment_id = self._ids[comment.id]
            item = find_open_item(self._session, comment_id)
            if item is None and comment.verdict is Verdict.REJECT:
                # Nobody looks at what nothing has flagged, until a reader does.
                command = ReportComment(comment_id, "past:last", comment.reason_code or ReasonCode.OTHER)
                self._reports += report_comment(self._session, command, at - timedelta(minutes=2))
                item = find_open_item(self._session, comment_id)
            if item is not None and comment.verdict is not None:
                self._decide(
                    comment, item, Decide(item.id, self._moderator(comment), comment.verdict, item.revision_id, comment.reason_code), at
                )

        return happen

    def _escalation(self, comment: DemoComment) -> Callable[[datetime], None]:
        def happen(at: datetime) -> None:
            item = find_open_item(self._session, self._ids[comment.id])
            if item is not None:
                note = "Is this one for the police? Please have a second look."
                self._decide(comment, item, Decide(item.id, self._moderator(comment), Verdict.ESCALATE, item.revision_id, note=note), at)

        return happen

    def _moderator(self, comment: DemoComment) -> str:
        if self._content.articles[comment.article].site != MAIN_SITE:
            return self._accounts["other_admin"]
        return self._accounts["moderator" if chance_of("moderator", comment.id) < MAIN_SHARE else "moderator_b"]

    def _decide(self, comment: DemoComment, item: OpenItem, command: Decide, at: datetime) -> None:
        taken_at = at - timedelta(seconds=4 + 50 * chance_of("seconds", comment.id) ** 2)
        claim_review_item(self._session, item.id, command.account_id, None, taken_at)
        decide(self._session, command, None, at)
        self._decisions += 1

    def set_standings(self) -> None:
        """Give authors the standing that they have today, on the site where they wrote."""
        for key, place in self._places.items():
            moderator = self._accounts["moderator" if key == MAIN_SITE else "other_admin"]
            known = find_author_ids(self._session, place.site.id, [author.subject for author in self._content.authors.values()])
            for author in self._content.authors.values():
                if author.standing is not Standing.NORMAL and author.subject in known:
                    sanction = Sanction(known[author.subject], moderator, author.standing, _REASON_OF_STANDING[author.standing])
                    sanction_author(self._session, sanction, None, self._now)
