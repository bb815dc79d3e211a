"""What must be true of a whole database at any time, whatever happened before."""

import struct
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from math import nan
from typing import Any, Final

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from commentsvc.domain.labels import ALL_LABELS
from commentsvc.domain.status import STATUS_OF_ROUTE, STATUS_OF_VERDICT, Route, Status
from commentsvc.domain.threads import best_score, child_path, depth_of
from commentsvc.services.audit import verify_audit_chains
from commentsvc.store import models
from commentsvc.store.base import Base, table_of

GONE: Final = frozenset({Status.WITHDRAWN, Status.ERASED})
Rows = list[Row[Any]]


@dataclass
class Stored:
    """The rows of a database, and the ways between them."""

    comments: dict[str, Row[Any]]
    revisions: dict[str, Row[Any]]
    articles: Rows
    authors: Rows
    items: Rows
    votes: Rows
    reports: Rows
    jobs: Rows
    outbox: Rows
    audit: Rows
    keys: Rows
    score_sets: dict[str, Row[Any]]
    routings: Rows
    decisions: Rows
    imported: frozenset[str]
    """Comments that came from another system, of which nobody is told."""
    routing_of: dict[str, Row[Any]] = field(default_factory=dict)
    decision_of: dict[str, Row[Any]] = field(default_factory=dict)
    appealed: dict[str, Row[Any]] = field(default_factory=dict)
    """Appeals that wait, by their item."""
    seconds: frozenset[str] = frozenset()
    """Items for a second opinion about what is decided."""
    revisions_of: dict[str, Rows] = field(default_factory=lambda: defaultdict(list))
    children_of: dict[str | None, Rows] = field(default_factory=lambda: defaultdict(list))

    def judged_status(self, revision_id: str) -> Status | None:
        """The status that follows from the decision in force, or else from the routing in force; None when there is neither."""
        if revision_id in self.decision_of:
            return STATUS_OF_VERDICT[self.decision_of[revision_id].verdict]
        return STATUS_OF_ROUTE[self.routing_of[revision_id].route] if revision_id in self.routing_of else None


def read(session: Session) -> Stored:
    def rows(model: type[Base]) -> Rows:
        table = table_of(model)
        return list(session.execute(select(table).order_by(*table.primary_key.columns)))

    def by_id(model: type[Base]) -> dict[str, Row[Any]]:
        return {row.id: row for row in rows(model)}

    stored = Stored(
        comments=by_id(models.Comment),
        revisions=by_id(models.Revision),
        articles=rows(models.Article),
        authors=rows(models.Author),
        items=rows(models.ReviewItem),
        votes=rows(models.Vote),
        reports=rows(models.Report),
        jobs=rows(models.Job),
        outbox=rows(models.Outbox),
        audit=rows(models.AuditEntry),
        keys=rows(models.IdempotencyKey),
        score_sets=by_id(models.ScoreSet),
        routings=rows(models.Routing),
        decisions=rows(models.Decision),
        imported=frozenset(row.comment_id for row in rows(models.ImportRecord)),
    )
    stored.routing_of = {row.revision_id: row for row in stored.routings if row.is_in_force}
    stored.appealed = {row.item_id: row for row in rows(models.Appeal) if row.outcome is None}
    stored.seconds = frozenset(row.item_id for row in rows(models.SecondOpinion))
    stored.decision_of = {row.revision_id: row for row in stored.decisions if row.is_in_force}
    for row in stored.revisions.values():
        stored.revisions_of[row.comment_id].append(row)
    for row in stored.comments.values():
        stored.children_of[row.parent_id].append(row)
    return stored


def counts(stored: Stored) -> Iterator[str]:
    """Every count equals a recount."""
    comments = list(stored.comments.values())
    below: dict[str, list[Row[Any]]] = defaultdict(list)
    states_of: dict[str, Counter[Status]] = defaultdict(Counter)
    for row in comments:
        below[row.article_id].append(row)
        states_of[row.author_id][row.status] += 1
    for article in stored.articles:
        mine = below[article.id]
        expected = (sum(row.status is Status.PUBLISHED for row in mine), sum(row.parent_id is None for row in mine))
        if (article.published_count, article.root_count) != expected:
            yield f"article {article.key}: published and roots {(article.published_count, article.root_count)}, recounted {expected}"
    for author in stored.authors:
        states = states_of[author.id]
        expected_of = (states.total(), states[Status.PUBLISHED], states[Status.REJECTED])
        if (author.comment_count, author.published_count, author.rejected_count) != expected_of:
            yield f"author {author.subject}: {author.comment_count, author.published_count, author.rejected_count} not {expected_of}"
    voted = Counter((row.comment_id, row.value) for row in stored.votes)
    reported = Counter(row.comment_id for row in stored.reports)
    for row in comments:
        up, down = voted[row.id, 1], voted[row.id, -1]
        if (row.up_count, row.down_count, row.report_count) != (up, down, reported[row.id]):
            yield f"comment {row.id}: votes and reports {row.up_count, row.down_count, row.report_count}"
        if abs(row.best_score - best_score(up, down)) > 1e-12:
            yield f"comment {row.id}: best_score {row.best_score}"


def places(stored: Stored) -> Iterator[str]:
    """Paths, depths and numbers tell the same tree, and who is shown follows from who is published."""
    by_place: dict[tuple[str, str | None], list[int]] = defaultdict(list)
    for row in stored.comments.values():
        parent = stored.comments[row.parent_id] if row.parent_id else None
        if row.path != child_path(parent.path if parent else "", row.reply_no) or row.depth != depth_of(row.path):
            yield f"comment {row.id}: path {row.path}, depth {row.depth}, reply {row.reply_no}"
        if parent and (parent.article_id, parent.site_id) != (row.article_id, row.site_id):
            yield f"comment {row.id}: on another article than its parent"
        by_place[row.article_id, row.parent_id].append(row.reply_no)
        children = stored.children_of[row.id]
        shown = sum(child.is_shown for child in children)
        if (row.reply_count, row.shown_reply_count) != (len(children), shown):
            yield f"comment {row.id}: replies {row.reply_count, row.shown_reply_count}, recounted {len(children), shown}"
        if row.is_shown != (row.status is Status.PUBLISHED or shown > 0):
            yield f"comment {row.id}: {row.status}, {shown} replies shown, is_shown {row.is_shown}"
    for place, numbers in by_place.items():
        if sorted(numbers) != list(range(1, len(numbers) + 1)):
            yield f"below {place}: numbered {sorted(numbers)}"


def revisions(stored: Stored) -> Iterator[str]:
    """A comment's status follows from what its current revision was judged to be; nothing unjudged is visible or forgotten."""
    waiting = {row.subject_id for row in stored.jobs if row.kind == "score"}
    for row in stored.comments.values():
        numbers = sorted(revision.no for revision in stored.revisions_of[row.id])
        current = stored.revisions[row.current_revision_id]
        if numbers != list(range(1, row.revision_count + 1)) or current.no != row.revision_count or current.comment_id != row.id:
            yield f"comment {row.id}: revisions {numbers}, current {current.no}, count {row.revision_count}"
        yield from _visible(stored, row)
        if row.status in GONE:
            continue
        judged = stored.judged_status(current.id)
        if judged is None:
            if current.status is not Status.PENDING or current.id not in waiting:
                yield f"revision {current.id}: nobody has judged it, it is {current.status}, and no job is there for it"
        elif not row.status == current.status == judged:
            yield f"comment {row.id}: {row.status}, its revision {current.status}, judged {judged}"


def _visible(stored: Stored, row: Row[Any]) -> Iterator[str]:
    if (row.status is Status.PUBLISHED) != (row.published_revision_id is not None):
        yield f"comment {row.id}: {row.status} with text {row.published_revision_id}"
    if row.published_revision_id is None:
        return
    shown = stored.revisions[row.published_revision_id]
    if shown.comment_id != row.id or stored.judged_status(shown.id) is not Status.PUBLISHED or shown.status is not Status.PUBLISHED:
        yield f"comment {row.id}: shows revision {shown.id}, which is {shown.status}, judged {stored.judged_status(shown.id)}"
    if row.published_at is None:
        yield f"comment {row.id}: published at no time"


def judgements(stored: Stored) -> Iterator[str]:
    """One routing and one decision in force at most, each with what it is explained from."""
    for kind, rows in (("routings", stored.routings), ("decisions", stored.decisions)):
        for revision_id, number in Counter(row.revision_id for row in rows if row.is_in_force).items():
            if number > 1:
                yield f"revision {revision_id}: {number} {kind} in force"
    latest = {routing.revision_id: routing.id for routing in stored.routings}
    for routing in stored.routings:
        yield from _routing(stored, routing)
    for revision_id, routing_id in latest.items():
        if stored.routing_of.get(revision_id) is None or stored.routing_of[revision_id].id != routing_id:
            yield f"revision {revision_id}: its latest routing is not in force"
    routed_with_scores = {row.revision_id for row in stored.routing_of.values() if row.score_set_id}
    for job in stored.jobs:
        if job.kind == "score" and (job.subject_id in routed_with_scores or job.subject_id not in stored.revisions):
            yield f"job {job.id}: about a revision that is scored, or none"


def _routing(stored: Stored, routing: Row[Any]) -> Iterator[str]:
    if routing.score_set_id and stored.score_sets[routing.score_set_id].revision_id != routing.revision_id:
        yield f"routing {routing.id}: from the scores of another revision"
    yield from _packed(stored, routing)
    if routing.rule_route.severity > routing.route.severity:
        yield f"routing {routing.id}: milder than its rules"
    if routing.route is Route.PUBLISH:
        return
    if (routing.sample_probability, routing.is_sampled) != (1.0, False):
        yield f"routing {routing.id}: flagged, sampled with {routing.sample_probability}"
    if not routing.reasons:
        yield f"routing {routing.id}: {routing.route} without a reason"


def _packed(stored: Stored, routing: Row[Any]) -> Iterator[str]:
    """What simulations read is what the routing and its scores say. Scores of a routing out of force may have been replaced since."""
    if (routing.packed is None) != (routing.score_set_id is None):
        yield f"routing {routing.id}: packed without scores, or scores not packed"
    if routing.packed is None or not routing.is_in_force:
        return
    kind = (4.0 * routing.route.severity + routing.rule_route.severity,)
    scores = stored.score_sets[routing.score_set_id]
    expected = struct.pack(">8d", *kind, *(nan if (value := getattr(scores, label)) is None else value for label in ALL_LABELS))
    if routing.packed != expected:
        yield f"routing {routing.id}: packed {routing.packed.hex()}, not {expected.hex()}"


def queue(stored: Stored) -> Iterator[str]:
    """Whoever must be looked at waits, once, and nobody else does."""
    open_for: dict[str, Row[Any]] = {}
    for item in stored.items:
        comment = stored.comments[item.comment_id]
        if item.is_open == (item.closed_at is not None) or (item.leased_by is None) != (item.leased_until is None):
            yield f"item {item.id}: open {item.is_open}, closed at {item.closed_at}, leased by {item.leased_by} until {item.leased_until}"
        if not item.is_open:
            continue
        if item.revision_id in open_for:
            yield f"revision {item.revision_id}: waits twice"
        open_for[item.revision_id] = item
        if comment.current_revision_id != item.revision_id or comment.status in GONE:
            yield f"item {item.id}: about a text that is not current ({comment.status})"
        if item.revision_id in stored.decision_of and item.id not in stored.appealed and item.id not in stored.seconds:
            yield f"item {item.id}: open, and decided"
    for comment in stored.comments.values():
        routing = stored.routing_of.get(comment.current_revision_id)
        flagged = routing is not None and (routing.route in {Route.REVIEW, Route.HOLD} or routing.is_sampled)
        decided = comment.current_revision_id in stored.decision_of
        if flagged and not decided and comment.status not in GONE and comment.current_revision_id not in open_for:
            yield f"comment {comment.id}: flagged, undecided, and in no queue"


def appeals(stored: Stored) -> Iterator[str]:
    """What is appealed is rejected, and waits for somebody."""
    waiting = {item.id for item in stored.items if item.is_open}
    for item_id, appeal in stored.appealed.items():
        comment = stored.comments[appeal.comment_id]
        if comment.status not in GONE and (comment.status is not Status.REJECTED or item_id not in waiting):
            yield f"appeal about item {item_id}: waits, but its comment is {comment.status} or in no queue"


def announcements(stored: Stored) -> Iterator[str]:
    """Read in order, the announcements and the audit entries of a comment lead to the status it has."""
    told: dict[str, str] = {}
    for row in stored.outbox:
        if row.topic.startswith("comment."):
            comment_id = row.payload["comment"]
            if comment_id in told and row.payload["before"] != told[comment_id]:
                yield f"outbox {row.id}: from {row.payload['before']}, last told {told[comment_id]}"
            told[comment_id] = row.topic.removeprefix("comment.")
    audited: dict[str, str] = {}
    for row in stored.audit:
        kind, _, comment_id = row.subject.partition(":")
        if kind == "comment" and row.after and "status" in row.after:
            audited[comment_id] = row.after["status"]
    # Nobody is told of what came from another system.
    untold = stored.imported - told.keys() - audited.keys()
    for comment in stored.comments.values():
        if comment.id not in untold and not told.get(comment.id) == audited.get(comment.id) == comment.status.value:
            yield f"comment {comment.id}: {comment.status}, announced {told.get(comment.id)}, audited {audited.get(comment.id)}"
    for key in stored.keys:
        if key.subject_id not in stored.comments:
            yield f"idempotency key {key.key}: for a comment that is not there"


CHECKS: Final[tuple[Callable[[Stored], Iterator[str]], ...]] = (counts, places, revisions, judgements, queue, appeals, announcements)


def find_problems(session: Session) -> list[str]:
    """Everything in the database that does not hold together; empty when all does."""
    stored = read(session)
    problems = [f"{check.__name__}: {problem}" for check in CHECKS for problem in check(stored)]
    return problems + [f"audit: chain {broken.chain} breaks at {broken.no}" for broken in verify_audit_chains(session)]
