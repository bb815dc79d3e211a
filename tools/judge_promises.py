"""Recommended thresholds on real replies: chosen from one half of a file's labels, judged by the other half.

    python -m tools.judge_promises FILE [--work FOLDER] [--halves 1000]

FILE is CSV, gzipped or not, with the columns `parent`, `text` and `label` (1: toxic), as `commentsvc import replies` takes it. A random
half of the replies is taken in with its labels as decisions, the other without any, through the product's import and services, scored by
its scorer; then each goal is asked for on the first half and held against the labels of the second. That is one draw. So the same is done,
from the scores that are now stored, for many other random halves: there a promise may be broken as often as it says and no more.
"""

import argparse
import os
import tempfile
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import fmean
from typing import Final

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from commentsvc.cli.evaluate import first_policy
from commentsvc.cli.installation import upgrade_schema
from commentsvc.cli.progress import progress
from commentsvc.domain.labels import ALL_LABELS
from commentsvc.domain.policy import Policy
from commentsvc.domain.principals import Role
from commentsvc.domain.promising import recommend_missing, recommend_rejecting
from commentsvc.domain.quality import TooLittle
from commentsvc.domain.recommending import Answer, Recommendation, recommend_within
from commentsvc.domain.simulation import Comments, Ground, routes_under, simulate
from commentsvc.domain.status import Route, Verdict
from commentsvc.runtime import Runtime, build_runtime
from commentsvc.services.accounts import create_account, find_account_id, set_role
from commentsvc.services.sites import NewSite, create_site
from commentsvc.settings import default_policy, load_settings
from commentsvc.store.models import Author, Comment, Decision, Routing, ScoreSet
from commentsvc.store.queries.sites import get_site
from commentsvc.transfer.intake import Intake
from commentsvc.transfer.replies import Deciding, ReplyImporter, ReplyPlan
from commentsvc.transfer.reply_files import ReplyRow, read_replies

SITE: Final = "replies"
DAYS: Final = 30
ALPHAS: Final = (0.5, 0.4, 0.3, 0.2, 0.1, 0.05, 0.02)
PRECISIONS: Final = (0.1, 0.2, 0.3, 0.5, 0.8, 0.9)
ITEMS: Final = (2.0, 5.0, 10.0, 20.0, 40.0)
SURE_OF_MISSED: Final = 0.9
SURE_OF_REJECTED: Final = 0.95
MOST_FLAGGED: Final = 0.5
"""The part of all comments that may be put before moderators, lest a promise be kept by holding everything."""
_REJECT: Final = Route.REJECT.severity


@dataclass(frozen=True, slots=True)
class Told:
    """The replies as the site has them, with the label of each from the file, and whether it is of the half that was decided."""

    comments: Comments
    is_toxic: np.ndarray
    is_decided: np.ndarray


def in_first_half(key: str, seed: int) -> bool:
    """Whether a reply belongs to the half whose labels become decisions."""
    return bool(zlib.crc32(f"{seed}:{key}".encode()) & 1)


# -- Taking in -----------------------------------------------------------------------------------------------------------------
def open_site(folder: Path) -> Runtime:
    """An installation in `folder` with one site, under the policy that new sites begin with."""
    secret = "0123456789abcdef0123456789abcdef"
    environ = {**os.environ, "COMMENTSVC_DATABASE_URL": f"sqlite:///{folder / 'site.db'}", "COMMENTSVC_SECRETS_KEY": secret}
    is_new = not (folder / "site.db").exists()
    runtime = build_runtime(load_settings(environ))
    upgrade_schema(runtime.db)
    policy = default_policy() | {"bands": _bands(first_policy(runtime.scorer))}
    if is_new:
        runtime.in_transaction(lambda session: create_site(session, NewSite(SITE, "Replies"), policy, None, runtime.clock.now()))
    return runtime


def _bands(policy: Policy) -> dict[str, object]:
    return {label.value: {"review_at": band.review_at, "hold_at": band.hold_at} for label, band in policy.bands.items()}


def take_in(runtime: Runtime, rows: Sequence[ReplyRow], deciding: Deciding) -> None:
    """Import rows into the site."""
    now = runtime.clock.now()

    def ensure_account(session: Session) -> str:
        account_id = find_account_id(session, "import@replies.invalid")
        if account_id is None:
            account_id = create_account(session, "import@replies.invalid", "Import", None, None, now)
            set_role(session, account_id, site.id, Role.MODERATOR, None, now)
        return account_id

    with runtime.db.reading() as session:
        site = get_site(session, SITE)
        policy, version_id = runtime.policy_of(session, site)
    plan = ReplyPlan(site, policy, version_id, deciding, runtime.in_transaction(ensure_account), len(rows), now, DAYS)
    intake = Intake(runtime.scorer, runtime.scorer_row(runtime.scorer.version), runtime.make_text)
    # Numbered anew, so that each half fills all of the days.
    renumbered = [replace(row, no=number) for number, row in enumerate(rows, start=1)]
    with progress(f"taking in, {deciding.value} decided", len(rows)) as advance:
        report = ReplyImporter(intake, plan, runtime.chance, runtime.in_transaction).run(renumbered, advance)
    print(f"{report.rows:,} rows: {report.roots:,} roots, {report.replies:,} replies, {report.decided:,} decided, {report.toxic:,} toxic")


def read_back(runtime: Runtime, rows: Sequence[ReplyRow]) -> Told:
    """The replies from the database, roots left out, since nobody has labelled them."""
    labels = {f"import:{row.key}": row.is_toxic for row in rows}
    columns = (Author.subject, Comment.created_at, Routing.route, Routing.rule_route, Routing.sample_probability, Routing.is_sampled)
    query = (
        select(*columns, Decision.verdict, *[getattr(ScoreSet, label.value) for label in ALL_LABELS])
        .join_from(Comment, Author, Author.id == Comment.author_id)
        .join(Routing, (Routing.comment_id == Comment.id) & Routing.is_in_force)
        .join(ScoreSet, ScoreSet.id == Routing.score_set_id)
        .outerjoin(Decision, (Decision.revision_id == Routing.revision_id) & Decision.is_in_force)
        .where(Comment.depth == 1)
        .order_by(Comment.created_at)
    )
    with runtime.db.reading() as session:
        found = session.execute(query).all()
    first = found[0].created_at
    comments = Comments(
        labels=ALL_LABELS,
        scores=np.array([row[7:] for row in found], dtype=np.float64),
        routes=np.array([row.route.severity for row in found], dtype=np.int8),
        rule_routes=np.array([row.rule_route.severity for row in found], dtype=np.int8),
        verdicts=np.array([-1 if row.verdict is None else int(row.verdict is Verdict.REJECT) for row in found], dtype=np.int8),
        pi=np.array([row.sample_probability for row in found], dtype=np.float64),
        is_sampled=np.array([row.is_sampled for row in found], dtype=np.bool_),
        sections=np.zeros(len(found), dtype=np.int32),
        languages=np.zeros(len(found), dtype=np.int32),
        days=np.array([(row.created_at - first).days for row in found], dtype=np.int32),
        day_count=(found[-1].created_at - first).days + 1,
        first_weekday=first.weekday(),
    )
    return Told(comments, np.array([labels[row.subject] for row in found]), comments.verdicts >= 0)


def part_of(known: Comments, rows: np.ndarray) -> Comments:
    """Some of the comments."""
    names = ("scores", "routes", "rule_routes", "verdicts", "pi", "is_sampled", "sections", "languages", "days")
    return replace(known, **{name: getattr(known, name)[rows] for name in names})


# -- Judging -------------------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Judged:
    """What a draft does with the half that it was not chosen from, by its labels."""

    items_a_day: float
    missed: int
    harmful: int
    rejected: int
    rejected_harmful: int

    @property
    def missed_share(self) -> float:
        """Of the harmful ones."""
        return self.missed / self.harmful

    @property
    def precision(self) -> float:
        """Of what is rejected; 1 where nothing is."""
        return self.rejected_harmful / self.rejected if self.rejected else 1.0


def judge(known: Comments, is_toxic: np.ndarray, draft: Policy) -> Judged:
    """Hold a draft against labels."""
    ground = Ground(known)
    routes = routes_under(ground, draft)
    # What other rules reject is not the bands' doing.
    rejected = (routes == _REJECT) & (known.rule_routes != _REJECT)
    return Judged(
        items_a_day=simulate(ground, routes).whole.items_a_day,
        missed=int((is_toxic & (routes == 0)).sum()),
        harmful=int(is_toxic.sum()),
        rejected=int(rejected.sum()),
        rejected_harmful=int((rejected & is_toxic).sum()),
    )


@dataclass(frozen=True, slots=True)
class Goal:
    """What is asked for. Of goal "a" nothing is promised; of "b" a share missed is, of "c" a precision of rejections."""

    kind: str
    words: str
    ask: Callable[[Ground], Answer]
    limit: float = 0.0

    def is_kept(self, judged: Judged) -> bool:
        """Whether the half that was judged keeps to it."""
        return judged.missed_share <= self.limit if self.kind == "b" else judged.precision >= self.limit

    def share(self, judged: Judged) -> float:
        """What it is about, there."""
        return judged.missed_share if self.kind == "b" else judged.precision


def goals(today: Policy, most: float) -> list[Goal]:
    """All of them. The sample costs nobody's time here."""
    still = replace(today, sample_rate=0.0)

    def within(items: float) -> Goal:
        return Goal("a", f"most caught, {items:g} items a day", lambda ground: recommend_within(ground, still, items))

    def missing(alpha: float) -> Goal:
        words = f"at most {alpha:.0%} missed, {SURE_OF_MISSED:.0%} sure"
        return Goal(
            "b", words, lambda ground: recommend_missing(ground, still, alpha, confidence=SURE_OF_MISSED, most_items_a_day=most), alpha
        )

    def rejecting(least: float) -> Goal:
        words = f"at least {least:.0%} of rejected harmful, {SURE_OF_REJECTED:.0%} sure"
        return Goal("c", words, lambda ground: recommend_rejecting(ground, still, least, confidence=SURE_OF_REJECTED), least)

    return [*map(within, ITEMS), *map(missing, ALPHAS), *map(rejecting, PRECISIONS)]


def told_of(answer: Recommendation, goal: Goal) -> str:
    """What the recommendation says of itself."""
    if answer.promise is not None:
        return f"{'at most' if goal.kind == 'b' else 'at least'} {answer.promise.bound:.1%}"
    figure = replace(answer.then.whole, widest=1.0).recall()
    one = figure.interval if isinstance(figure, TooLittle) else figure
    return f"{1.0 - one.high:.1%} to {1.0 - one.low:.1%} missed, {answer.then.whole.items_a_day:.1f} a day"


def show_one(told: Told, asked: Sequence[Goal]) -> None:
    """The table of the halves that were taken in."""
    chosen, others = part_of(told.comments, told.is_decided), part_of(told.comments, ~told.is_decided)
    labels = told.is_toxic[~told.is_decided]
    print("\n| goal | told | on the other half | |\n| --- | --- | --- | --- |")
    for goal in asked:
        answer = goal.ask(Ground(chosen))
        name = f"({goal.kind}) {goal.words}"
        if not isinstance(answer, Recommendation):
            more = f", {answer.more:,} more decisions" if answer.more else ""
            print(f"| {name} | refused: {answer.kind.value}{more} | | |")
            continue
        found = judge(others, labels, answer.draft)
        words = f"{found.missed} of {found.harmful} missed ({found.missed_share:.1%}), {found.items_a_day:.1f} items a day"
        if goal.kind == "c":
            words = f"{found.rejected_harmful} of {found.rejected} rejected harmful ({found.precision:.1%})"
        verdict = "" if goal.kind == "a" else "kept" if goal.is_kept(found) else "not kept"
        print(f"| {name} | {told_of(answer, goal)} | {words} | {verdict} |")


def show_many(told: Told, asked: Sequence[Goal], halves: int, rate: float) -> None:
    """How often promises are kept over many random halves, of whose published comments a part is sampled."""
    known, count = told.comments, len(told.comments)
    outcomes: dict[str, tuple[Goal, list[Judged | None]]] = {goal.words: (goal, []) for goal in asked if goal.kind != "a"}
    for seed in range(halves):
        chance = np.random.default_rng(seed)
        is_first = chance.random(count) < 0.5  # noqa: PLR2004 - a half
        is_sampled = (known.routes == 0) & (chance.random(count) < rate)
        verdicts = np.where((known.routes > 0) | is_sampled, told.is_toxic, -1).astype(np.int8)
        drawn = replace(known, verdicts=verdicts, is_sampled=is_sampled, pi=np.where(known.routes > 0, 1.0, rate))
        ground, others, labels = Ground(part_of(drawn, is_first)), part_of(known, ~is_first), told.is_toxic[~is_first]
        for goal, found in outcomes.values():
            answer = goal.ask(ground)
            found.append(judge(others, labels, answer.draft) if isinstance(answer, Recommendation) else None)
    print(f"\n{halves} random halves, {rate:.0%} of the published ones sampled:")
    print("\n| goal | refused | broken on the other half | mean share there |\n| --- | --- | --- | --- |")
    for goal, found in outcomes.values():
        made = [one for one in found if one is not None]
        broken = sum(not goal.is_kept(one) for one in made)
        mean = f"{fmean(map(goal.share, made)):.1%}" if made else ""
        print(f"| ({goal.kind}) {goal.words} | {(halves - len(made)) / halves:.1%} | {broken / halves:.1%} | {mean} |")


def main() -> None:
    """Take in what is not there yet, and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--work", type=Path, help="keep the site in this folder; a later run takes in what is missing")
    parser.add_argument("--halves", type=int, default=1_000, help="random halves for the second table (1000)")
    options = parser.parse_args()
    rows = list(read_replies(options.file))
    with tempfile.TemporaryDirectory() as folder:
        work = options.work or Path(folder)
        work.mkdir(parents=True, exist_ok=True)
        runtime = open_site(work)
        take_in(runtime, [row for row in rows if in_first_half(row.key, 1)], Deciding.ALL)
        take_in(runtime, [row for row in rows if not in_first_half(row.key, 1)], Deciding.NONE)
        told, today = read_back(runtime, rows), first_policy(runtime.scorer)
        runtime.close()
    decided = told.is_decided
    now = judge(told.comments, told.is_toxic, today)
    print(f"{len(decided):,} replies, {int(decided.sum()):,} decided, {int(told.is_toxic[decided].sum())} of these harmful")
    print(f"today's policy: {now.missed} of {now.harmful} harmful missed, {now.items_a_day:.1f} items a day")
    asked = goals(today, MOST_FLAGGED * len(decided) / 2 / told.comments.day_count)
    show_one(told, asked)
    for rate in (1.0, 0.5):
        show_many(told, asked, options.halves, rate)


if __name__ == "__main__":
    main()
