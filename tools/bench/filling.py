"""Fills databases quickly: the sites, accounts and tokens through the service's own code, the comments by bulk SQL."""

import hashlib
import json
import random
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from commentsvc.domain.labels import Label
from commentsvc.domain.principals import Role
from commentsvc.domain.status import Route
from commentsvc.scoring.fake_scorer import FakeScorer
from commentsvc.services.accounts import create_account, create_token, set_role
from commentsvc.services.scoring import ensure_scorer_version
from commentsvc.services.sites import NewSite, create_site
from commentsvc.settings import config_folder
from commentsvc.store.engine import Database, DatabaseOptions
from commentsvc.store.migrate import head_revision, upgrade
from commentsvc.store.packing import pack_routing
from tools.bench.corpus import make_texts
from tools.bench.floor import COLUMNS as FLOOR_COLUMNS
from tools.bench.floor import make_floor

THREADS: Final = (100, 10_000, 100_000)
COUNTED: Final = 50
DISTINCT_TEXTS: Final = 5_000
BATCH: Final = 20_000
MODERATORS: Final = 8
BEGINNING: Final = datetime(2026, 1, 1, tzinfo=UTC)
SPAN: Final = timedelta(days=90)
_FIRST_STAMP: Final = int(BEGINNING.timestamp() * 1000)
_LABELS: Final = ("toxicity", "severe_toxicity", "obscene", "threat", "insult", "identity_attack")


@dataclass(frozen=True, slots=True)
class Filled:
    """A filled database and who may do what in it."""

    path: Path
    tokens: tuple[str, ...]

    @property
    def url(self) -> str:
        """Its address."""
        return f"sqlite:///{self.path}"

    def copy(self, to: Path) -> "Filled":
        """The same in another file, to be written to."""
        shutil.copyfile(self.path, to)
        return Filled(to, self.tokens)


@dataclass(frozen=True, slots=True)
class Crowd:
    """Comments to be made on one site: how many, how many of the last ones wait for a moderator, and spread over how many articles."""

    site: str
    articles: tuple[tuple[str, int], ...]
    waiting: int = 0
    scored: bool = False
    reply_every: int = 0


THREADS_CROWD: Final = Crowd(
    "bench", (*((f"thread-{size}", size) for size in THREADS), *((f"counted-{number}", 20) for number in range(COUNTED)))
)
NESTED_CROWD: Final = Crowd("nested", (("thread-10000", 10_000),), reply_every=2)


def queue_crowd(site: str, comments: int, waiting: int) -> Crowd:
    """Scored comments on 100 articles."""
    return Crowd(site, tuple((f"article-{number}", comments // 100) for number in range(100)), waiting, scored=True)


def make_filled(folder: Path, name: str, crowds: Sequence[Crowd]) -> Filled:
    """The database with these crowds, made unless one of an earlier run is there."""
    key = hashlib.sha256(repr([head_revision(), Path(__file__).read_bytes(), crowds]).encode()).hexdigest()[:12]
    path, notes = folder / f"{name}-{key}.db", folder / f"{name}-{key}.json"
    if not notes.exists():
        for old in folder.glob(f"{name}-*"):
            old.unlink()
        print(f"filling {path.name}: {sum(size for crowd in crowds for _, size in crowd.articles):,} comments", flush=True)
        notes.write_text(json.dumps(_make(path, crowds)), encoding="ascii")
    return Filled(path, tuple(json.loads(notes.read_text(encoding="ascii"))))


def make_floor_database(path: Path) -> Path:
    """The floor's file with the same threads."""
    path.unlink(missing_ok=True)
    make_floor(path)
    texts = make_texts(DISTINCT_TEXTS, 1)
    with sqlite3.connect(path) as connection:
        for thread, size in enumerate(THREADS, start=1):
            rows = ((None, thread, f"Reader {number % 1000}", texts[number % DISTINCT_TEXTS], 0.1, 0.0) for number in range(size))
            connection.executemany(f"INSERT INTO comment ({', '.join(FLOOR_COLUMNS)}) VALUES (?, ?, ?, ?, ?, ?)", rows)
    connection.close()
    return path


def _make(path: Path, crowds: Sequence[Crowd]) -> list[str]:
    database = Database(DatabaseOptions(f"sqlite:///{path}"))
    with database.engine.begin() as connection:
        upgrade(connection)
    tokens = []
    policy = json.loads((config_folder() / "default_policy.json").read_text(encoding="utf-8"))
    with database.transaction() as session:
        sites = {crowd.site: create_site(session, NewSite(crowd.site, crowd.site), policy, None, BEGINNING) for crowd in crowds}
        scorer = ensure_scorer_version(session, FakeScorer().version, BEGINNING)
        for number in range(MODERATORS):
            account = create_account(session, f"moderator-{number}@example.org", f"Moderator {number}", None, None, BEGINNING)
            set_role(session, account, "*", Role.ADMIN, None, BEGINNING)
            tokens.append(create_token(session, account, "bench", None, BEGINNING)[1])
    database.dispose()
    connection_ = sqlite3.connect(path)
    connection_.execute("PRAGMA synchronous=OFF")
    connection_.execute("PRAGMA cache_size=-200000")
    policies = dict(connection_.execute("SELECT site_id, id FROM policy_version").fetchall())
    for crowd in crowds:
        _Filler(connection_, crowd, sites[crowd.site], policies[sites[crowd.site]], scorer).fill()
    connection_.execute("ANALYZE")
    connection_.commit()
    connection_.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection_.close()
    return tokens


class _Filler:
    """Writes one crowd."""

    def __init__(self, connection: sqlite3.Connection, crowd: Crowd, site: str, policy: str, scorer: str) -> None:
        self._connection, self._crowd = connection, crowd
        self._site, self._policy, self._scorer = site, policy, scorer
        self._chance = random.Random(crowd.site)
        self._serial = 0
        self._texts = make_texts(DISTINCT_TEXTS, len(crowd.site))
        self._rows: dict[str, list[dict[str, Any]]] = {}

    def fill(self) -> None:
        total = sum(size for _, size in self._crowd.articles)
        authors = [self._new_id(0) for _ in range(1000)]
        counts = dict.fromkeys(authors, 0)
        begun = _stored(BEGINNING)
        for number, author in enumerate(authors):
            row: dict[str, Any] = {
                "id": author,
                "site_id": self._site,
                "subject": f"guest:{number:032x}",
                "name": f"Reader {number}",
                "is_guest": 1,
            }
            self._add(
                "author", row | {"is_staff": 0, "standing": "normal", "created_at": begun} | _zeros("comment", "published", "rejected")
            )
        self._flush()
        written = 0
        for key, size in self._crowd.articles:
            article = self._new_id(0)
            row = {"id": article, "site_id": self._site, "key": key, "url": f"https://news.example/{key}", "title": key, "is_closed": 0}
            self._add("article", row | {"root_count": 0, "published_count": size, "version": size, "created_at": begun})
            self._flush()
            roots = 0
            parent = ""
            for number in range(size):
                waits = written >= total - self._crowd.waiting
                is_reply = bool(self._crowd.reply_every) and number % self._crowd.reply_every == 1
                roots += not is_reply
                author = authors[self._chance.randrange(1000)]
                counts[author] += 1
                at = BEGINNING + SPAN * (written / total)
                made = self._comment(article, author, at, roots, parent if is_reply else "", waits=waits)
                parent = parent if is_reply else made
                written += 1
                if written % BATCH == 0:
                    self._flush()
            self._flush()
            self._connection.execute("UPDATE article SET root_count = ? WHERE id = ?", (roots, article))
        done = [(count, count, author) for author, count in counts.items()]
        self._connection.executemany("UPDATE author SET comment_count = ?, published_count = ? WHERE id = ?", done)
        if self._crowd.reply_every:
            self._connection.execute(
                "UPDATE comment SET reply_count = n, shown_reply_count = n FROM "
                "(SELECT parent_id AS parent, count(*) AS n FROM comment WHERE site_id = ? GROUP BY parent_id) WHERE comment.id = parent",
                (self._site,),
            )
        self._connection.commit()

    def _comment(self, article: str, author: str, at: datetime, root: int, parent: str, *, waits: bool) -> str:
        stamp = int(at.timestamp() * 1000)
        comment, revision, when = self._new_id(stamp), self._new_id(stamp), _stored(at)
        text = self._texts[self._serial % DISTINCT_TEXTS]
        status = "held" if waits else "published"
        path = _segment(root) + (_segment(1) if parent else "")
        row: dict[str, Any] = {
            "id": comment,
            "site_id": self._site,
            "article_id": article,
            "author_id": author,
            "parent_id": parent or None,
            "path": path,
        }
        row |= {"depth": int(bool(parent)), "reply_no": 1 if parent else root, "status": status, "is_shown": int(not waits)}
        row |= {"current_revision_id": revision, "published_revision_id": None if waits else revision, "revision_count": 1}
        row |= {"best_score": round(self._chance.random(), 4), "edit_until": when, "created_at": when, "published_at": when}
        self._add("comment", row | _zeros("reply", "shown_reply", "up", "down", "report"))
        row = {"id": revision, "comment_id": comment, "site_id": self._site, "no": 1, "body": text, "body_html": f"<p>{text}</p>"}
        digest = hashlib.sha256(f"{text} {self._serial}".encode()).hexdigest()
        self._add("revision", row | {"text_hash": digest, "language": "en", "status": status, "created_at": when})
        if self._crowd.scored:
            self._judgement(comment, revision, stamp, when, waits=waits)
        return comment

    def _judgement(self, comment: str, revision: str, stamp: int, when: str, *, waits: bool) -> None:
        score = 0.8 + self._chance.random() * 0.16 if waits else self._chance.random() ** 3 * 0.8
        scores = {label: round(score * self._chance.random(), 5) for label in _LABELS} | {"toxicity": round(score, 5)}
        score_set = self._new_id(stamp)
        row: dict[str, Any] = {"id": score_set, "revision_id": revision, "scorer_version_id": self._scorer, "created_at": when}
        self._add("score_set", row | scores)
        reasons = [{"rule": "band", "label": "toxicity", "score": scores["toxicity"], "threshold": 0.8, "route": "hold"}] if waits else []
        row = {"id": self._new_id(stamp), "site_id": self._site, "comment_id": comment, "revision_id": revision, "score_set_id": score_set}
        row |= {"policy_version_id": self._policy, "route": "hold" if waits else "publish", "rule_route": "publish", "is_in_force": 1}
        by_label = {Label(name): value for name, value in scores.items()}
        row |= {"packed": pack_routing(Route.HOLD if waits else Route.PUBLISH, Route.PUBLISH, by_label)}
        row |= {
            "reasons": json.dumps(reasons),
            "sample_probability": 1.0 if waits else 0.02,
            "is_sampled": 0,
            "created_at": when,
            "language": "en",
        }
        self._add("routing", row)
        if waits:
            row = {"id": self._new_id(stamp), "site_id": self._site, "comment_id": comment, "revision_id": revision, "queue": "held"}
            self._add("review_item", row | {"is_open": 1, "urgency": scores["toxicity"] * 259_200 - stamp / 1000, "created_at": when})

    def _add(self, table: str, row: dict[str, Any]) -> None:
        self._rows.setdefault(table, []).append(row)

    def _flush(self) -> None:
        for table in ("author", "article", "comment", "revision", "score_set", "routing", "review_item"):
            rows = self._rows.pop(table, [])
            if rows:
                names = list(rows[0])
                command = f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"
                self._connection.executemany(command, _values(rows, names))
        self._connection.commit()

    def _new_id(self, stamp: int) -> str:
        self._serial += 1
        digits = f"{stamp or _FIRST_STAMP:012x}7{self._serial & 0xFFF:03x}8{self._chance.getrandbits(60):015x}"
        return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def _values(rows: list[dict[str, Any]], names: list[str]) -> Iterator[tuple[Any, ...]]:
    return (tuple(row[name] for name in names) for row in rows)


def _zeros(*names: str) -> dict[str, int]:
    return {f"{name}_count": 0 for name in names}


def _stored(at: datetime) -> str:
    return at.strftime("%Y-%m-%d %H:%M:%S.%f")


def _segment(number: int) -> str:
    digits = "0123456789abcdefghijklmnopqrstuv"
    return "".join(digits[number >> shift & 31] for shift in (20, 15, 10, 5, 0))
