"""The parts of the benchmark: each starts its servers, measures, stops them, and says what it found in rows."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from tools.bench.filling import COUNTED, NESTED_CROWD, THREADS, THREADS_CROWD, Crowd, Filled, make_filled, make_floor_database, queue_crowd
from tools.bench.processes import Server, free_port
from tools.bench.report import Row, judged
from tools.bench.rounds import Figures, Measured, Target, measure, ratio, visit

FLOOR_POST, FLOOR_PAGE = "floor: POST, one insert and commit", "floor: a page of 50 by key"
POSTS = "/api/v1/sites/bench/comments"
CREATED = (201, 202)

POST_CPU = 6.4
POST_P99_MS = 60.0
STUBBED = 0.5
PAGE = 0.7
PAGE_GROWTH = 1.15
UNCHANGED = 2.0
COUNTS = 1.0
QUEUE_P99_MS = 50.0
QUEUE_GROWTH = 1.5
DECIDED_A_S = 300.0
START_S = 2.5
MEMORY_MB = 220.0
"""The bars. Shares are of the floor's; growth is what a long list may cost over a short one."""
_MB_IN_MIB = 1.048576


@dataclass(slots=True)
class Bench:
    """How much is measured, and where everything is kept."""

    folder: Path
    rounds: int
    seconds: float
    queue_comments: int
    queue_waiting: int
    tell: Callable[[str], None]
    rows: list[Row] = field(default_factory=list)
    raw: dict[str, Any] = field(default_factory=dict)

    def serve(self, name: str, database: Filled, **settings: str) -> Server:
        """A server of ours on a database, as an operator would start it; only the limits of one address are lifted."""
        port = free_port()
        environ = {
            "COMMENTSVC_DATABASE_URL": database.url,
            "COMMENTSVC_SERVER_PORT": str(port),
            "COMMENTSVC_SECRETS_KEY": "a key for measuring with, long enough",
            "COMMENTSVC_LIMITS_COMMENTS_BURST": "1000000",
            "COMMENTSVC_LIMITS_SITE_BURST": "1000000",
            "COMMENTSVC_LIMITS_COMMENTS_EVERY_S": "0.0001",
            **settings,
        }
        return Server(name, [_beside_python("commentsvc"), "serve"], environ, port, "/health/ready", self.folder / f"{name}.log")

    def serve_floor(self) -> Server:
        """The floor, in one process as ours is."""
        port = free_port()
        shape = ["--workers", "1", "--blocking-threads", "4", "--no-ws", "--factory"]
        command = [_beside_python("granian"), "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), *shape]
        environ = {"FLOOR_DB": str(make_floor_database(self.folder / "floor.db"))}
        return Server("floor", [*command, "tools.bench.floor:create_app"], environ, port, "/ready", self.folder / "floor.log")

    def measure(self, part: str, targets: list[Target]) -> Measured:
        """Interleaved rounds over the targets; what they gave is kept with the raw figures."""
        self.tell(part)
        measured = measure(targets, self.rounds, self.seconds, self.tell)
        self.raw[part] = {name: {figure: getattr(figures, figure) for figure in Figures.__slots__} for name, figures in measured.items()}
        return measured


def _beside_python(name: str) -> str:
    return str(Path(sys.executable).with_name(name))


@contextmanager
def _running(*servers: Server) -> Iterator[None]:
    try:
        yield
    finally:
        for server in servers:
            server.stop()


def _figures(measured: Measured, name: str) -> str:
    found = measured[name]
    wrong = f"; {found.unexpected} other answers" if found.unexpected else ""
    return (
        f"{found.of('per_s'):,.0f}/s, {found.of('cpu_us') / 1000:.2f} ms CPU, "
        f"p50 {found.of('p50_ms'):.1f} ms, p99 {found.of('p99_ms'):.1f} ms{wrong}"
    )


def _told(bench: Bench, part: str, measured: Measured, name: str) -> None:
    bench.rows.append(Row(part, name, "", _figures(measured, name)))


def posting(bench: Bench) -> None:
    """Comments posted: stored by the floor, stored with all rows and a stubbed scorer, and scored by the shipped one."""
    part = "posting"
    made = make_filled(bench.folder, "posts", [Crowd("bench", ())])
    floor = bench.serve_floor()
    with _running(floor):
        stubbed = bench.serve("stubbed", made.copy(bench.folder / "stubbed.db"), COMMENTSVC_SCORER_ENGINE="fake")
        with _running(stubbed):
            shipped = bench.serve("shipped", made.copy(bench.folder / "shipped.db"))
            with _running(shipped):
                measured = bench.measure(
                    part,
                    [
                        Target(FLOOR_POST, floor, "post_floor", {"path": "/threads/9"}, (201,)),
                        Target("a post with the scorer stubbed", stubbed, "post_comment", {"path": POSTS}, CREATED),
                        Target("a post, scored, routed, stored", shipped, "post_comment", {"path": POSTS}, CREATED),
                        Target("posts at 100 a second, scored", shipped, "post_comment", {"path": POSTS}, CREATED, rate=100),
                    ],
                )
    _told(bench, part, measured, FLOOR_POST)
    name = "a post, scored, routed, stored"
    times = ratio(measured, name, FLOOR_POST, "cpu_us")
    bench.rows.append(
        Row(
            part,
            name,
            "at most 6.4 of the floor's CPU",
            _figures(measured, name),
            f"{times:.1f} of the floor's CPU",
            judged(reached=times <= POST_CPU),
        )
    )
    name = "posts at 100 a second, scored"
    p99 = measured[name].of("p99_ms")
    bench.rows.append(Row(part, name, "p99 within 60 ms", _figures(measured, name), "", judged(reached=p99 <= POST_P99_MS)))
    _against_floor(bench, part, measured, "a post with the scorer stubbed", FLOOR_POST, STUBBED)


def _against_floor(bench: Bench, part: str, measured: Measured, name: str, floor: str, bar: float) -> None:
    share, cpu = ratio(measured, name, floor), ratio(measured, name, floor, "cpu_us")
    shown = f"{share:.2f} of the floor ({cpu:.1f} of its CPU)"
    bench.rows.append(Row(part, name, f"{bar} of the floor", _figures(measured, name), shown, judged(reached=share >= bar)))


def reading(bench: Bench) -> None:
    """Pages of threads, fresh and unchanged, and counts."""
    part = "reading"
    database = make_filled(bench.folder, "threads", [THREADS_CROWD, NESTED_CROWD])
    floor = bench.serve_floor()
    with _running(floor):
        ours = bench.serve("reading", database, COMMENTSVC_SCORER_ENGINE="fake")
        with _running(ours):
            query = "?sort=newest&limit=50&article="
            page = {"path": f"{POSTS}{query}thread-{THREADS[-1]}"}
            articles = [f"counted-{number}" for number in range(COUNTED - 1)] + ["thread-100000"]
            measured = bench.measure(
                part,
                [
                    Target(FLOOR_PAGE, floor, "get", {"path": "/threads/3"}),
                    *[
                        Target(_page(size), ours, "get_varied", {"path": f"{POSTS}{query}", "article": f"thread-{size}"})
                        for size in THREADS
                    ],
                    Target(_NESTED, ours, "get_varied", {"path": f"/api/v1/sites/nested/comments{query}", "article": "thread-10000"}),
                    Target(_CACHED, ours, "get", page),
                    Target(_UNCHANGED, ours, "get_unchanged", page, (304,), openers=8),
                    Target(_COUNTS, ours, "get", {"path": "/api/v1/sites/bench/counts", "body": {"articles": articles}}),
                ],
            )
    _told(bench, part, measured, FLOOR_PAGE)
    _told(bench, part, measured, _page(THREADS[0]))
    _told(bench, part, measured, _page(THREADS[1]))
    _against_floor(bench, part, measured, _page(THREADS[-1]), FLOOR_PAGE, PAGE)
    times = ratio(measured, _page(THREADS[-1]), _page(THREADS[0]), "p50_ms")
    bench.rows.append(
        Row(
            part,
            "time of the same page: thread of 100,000 over one of 100",
            "1.15",
            "",
            f"{times:.2f}",
            judged(reached=times <= PAGE_GROWTH),
        )
    )
    _against_floor(bench, part, measured, _UNCHANGED, FLOOR_PAGE, UNCHANGED)
    _against_floor(bench, part, measured, _CACHED, FLOOR_PAGE, UNCHANGED)
    _told(bench, part, measured, _NESTED)
    _against_floor(bench, part, measured, _COUNTS, FLOOR_PAGE, COUNTS)


_NESTED = "a page of 50 with replies, uncached, thread of 10,000"
_UNCHANGED = "the same page, unchanged (If-None-Match)"
_CACHED = "the same page, from the page cache"
_COUNTS = "counts for 50 articles, 121,000 comments"


def _page(size: int) -> str:
    return f"a page of 50, uncached, thread of {size:,}"


def moderating(bench: Bench) -> None:
    """The queue, long and short, and moderators at work."""
    part = "moderating"
    many = f"queue page, {bench.queue_comments:,} comments, {bench.queue_waiting:,} waiting"
    few = "queue page, 1,000 waiting"
    database = queue_database(bench)
    claims = make_filled(bench.folder, "claims", [queue_crowd("claims", 60_000, 50_000)])
    server = bench.serve("queue", database, COMMENTSVC_SCORER_ENGINE="fake")
    with _running(server):
        deciding = bench.serve("deciding", claims.copy(bench.folder / "deciding.db"), COMMENTSVC_SCORER_ENGINE="fake")
        with _running(deciding):
            headers = {"Authorization": f"Bearer {database.tokens[0]}"}
            path = "/api/v1/moderation/items?queue=held&site="
            options = {"tokens": list(claims.tokens), "site": "claims"}
            measured = bench.measure(
                part,
                [
                    Target(few, server, "get", {"path": f"{path}few", "headers": headers}, connections=2),
                    Target(many, server, "get", {"path": f"{path}many", "headers": headers}, connections=2),
                    Target("claim and decide", deciding, "claim_and_decide", options, (200, 201), divisor=2),
                ],
            )
    _told(bench, part, measured, few)
    p99, times = measured[many].of("p99_ms"), ratio(measured, many, few, "p50_ms")
    bench.rows.append(Row(part, many, "p99 within 50 ms", _figures(measured, many), "", judged(reached=p99 <= QUEUE_P99_MS)))
    bench.rows.append(
        Row(part, "time of the long queue's page over the short one's", "1.5", "", f"{times:.2f}", judged(reached=times <= QUEUE_GROWTH))
    )
    name = "claim and decide"
    bench.rows.append(Row(part, name, "300/s", _figures(measured, name), "", judged(reached=measured[name].of("per_s") >= DECIDED_A_S)))


def queue_database(bench: Bench) -> Filled:
    """The database of the long and the short queue."""
    crowds = [queue_crowd("few", 10_000, 1_000), queue_crowd("many", bench.queue_comments, bench.queue_waiting)]
    return make_filled(bench.folder, f"queue-{bench.queue_comments}", crowds)


def starting(bench: Bench) -> None:
    """From the command to the first answer of a server that is ready, and what it holds: idle, and after work."""
    part = "starting"
    bench.tell(part)
    database = make_filled(bench.folder, "posts", [Crowd("bench", ())]).copy(bench.folder / "starting.db")
    starts, idle, worked = [], [], []
    for _ in range(bench.rounds):
        server = bench.serve("starting", database)
        with _running(server):
            starts.append(server.start_s)
            idle.append(server.memory().pss_mib)
            visit(Target("memory", server, "post_comment", {"path": POSTS}, CREATED), bench.seconds)
            worked.append(server.memory().pss_mib)
    bench.raw[part] = {"start_s": starts, "idle_mib": idle, "worked_mib": worked}
    took = median(starts)
    bench.rows.append(Row(part, "start to ready, model warm", "2.5 s", f"{took:.2f} s", "", judged(reached=took <= START_S)))
    held = median(worked)
    shown = f"{median(idle):.0f} MiB idle, {held:.0f} MiB after posts"
    bench.rows.append(Row(part, "memory, one process", "220 MB", shown, "", judged(reached=held * _MB_IN_MIB <= MEMORY_MB)))
