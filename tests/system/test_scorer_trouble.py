"""The scorer fails, hangs or answers nonsense while readers post; then it recovers."""

import itertools
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from commentsvc.app import create_app
from commentsvc.domain.ports import ScorerUnavailableError, ScoreSet
from commentsvc.runtime import Runtime, build_runtime
from commentsvc.scoring.fake_scorer import FakeMood, FakeScorer
from commentsvc.worker.embedded import EmbeddedWorker
from tests.system.checks import PENDING, check_invariants, check_settled
from tests.system.conftest import MakeInstallation
from tests.system.harness import SITE, Installation, wait_until
from tests.system.posting import Post, make_posts

HANGING = "hanging"
CIVIL = "What a fine bridge this would be"


class TroubledScorer(FakeScorer):
    """Misbehaves at every `every`-th call for as long as `is_ill`."""

    def __init__(self, trouble: FakeMood | str, every: int) -> None:
        super().__init__()
        self.is_ill = True
        self.troubled = 0
        self.trouble, self.every = trouble, every
        self._calls = itertools.count(1)
        self._recovered = threading.Event()

    def recover(self) -> None:
        self.is_ill = False
        self._recovered.set()

    def score(self, texts: Sequence[str]) -> list[ScoreSet]:
        if not self.is_ill or next(self._calls) % self.every:
            return super().score(texts)
        self.troubled += 1
        if self.trouble == HANGING:
            self._recovered.wait()
            raise ScorerUnavailableError("hung until it recovered")
        well = FakeScorer()
        assert isinstance(self.trouble, FakeMood)
        well.mood = self.trouble
        return well.score(texts)


@pytest.fixture
def workers() -> Iterator[list[EmbeddedWorker]]:
    started: list[EmbeddedWorker] = []
    yield started
    for worker in started:
        worker.stop()


def post_all_at_once(runtime: Runtime, posts: Sequence[Post]) -> dict[int, dict[str, object]]:
    app = create_app(runtime.settings, runtime)

    def post(one: Post) -> tuple[int, dict[str, object]]:
        with app.test_client() as client:
            reply = client.post(f"/api/v1/sites/{SITE}/comments", json=one.body)
            told: dict[str, object] = reply.get_json()
            assert reply.status_code == (202 if told["status"] == "pending" else 201)
            return one.number, told

    with ThreadPoolExecutor(8) as pool:
        return dict(pool.map(post, posts))


def see(installation: Installation, runtime: Runtime) -> set[str]:
    """Comments on the public pages."""
    seen: set[str] = set()
    with create_app(runtime.settings, runtime).test_client() as client:
        for number in range(5):
            path = following = f"/api/v1/sites/{SITE}/comments?article=article-{number}&limit=100"
            while following:
                page = client.get(following).get_json()
                seen.update(item["id"] for item in page["items"])
                following = f"{path}&cursor={page['next']}" if page["next"] else ""
    return seen


TROUBLES = [FakeMood.FAILING, FakeMood.ANSWERING_NAN, FakeMood.CRASHING, HANGING]


@pytest.mark.parametrize(("trouble", "every"), [*((trouble, 1) for trouble in TROUBLES), (FakeMood.CRASHING, 10), (HANGING, 10)])
def test_what_was_not_scored_waits_unseen_until_it_is(
    on_sqlite: MakeInstallation, workers: list[EmbeddedWorker], trouble: FakeMood | str, every: int
):
    post_in_trouble(on_sqlite, workers, TroubledScorer(trouble, every), 60)


@pytest.mark.slow
@pytest.mark.parametrize("every", [1, 10, 100])
@pytest.mark.parametrize("trouble", TROUBLES)
def test_what_was_not_scored_of_2000_waits_unseen_until_it_is(
    on_sqlite: MakeInstallation, workers: list[EmbeddedWorker], trouble: FakeMood | str, every: int
):
    post_in_trouble(on_sqlite, workers, TroubledScorer(trouble, every), 2_000)


def post_in_trouble(on_sqlite: MakeInstallation, workers: list[EmbeddedWorker], scorer: TroubledScorer, count: int) -> None:
    installation = on_sqlite(scorer_budget_ms="100" if scorer.trouble == HANGING else "30000", worker_poll_s="0.05")
    runtime = build_runtime(installation.settings, scorer=scorer)
    posts = make_posts(count, CIVIL)
    told = post_all_at_once(runtime, posts)
    waiting = {str(reply["id"]) for reply in told.values() if reply["status"] == "pending"}
    if scorer.every == 1:
        assert len(waiting) == count
    assert installation.query(PENDING) == [(len(waiting),)]
    assert see(installation, runtime) == {str(reply["id"]) for reply in told.values()} - waiting
    scorer.recover()
    workers.append(EmbeddedWorker(runtime))
    workers[-1].start()
    wait_until("every comment to be scored", lambda: installation.query("SELECT count(*) FROM job") == [(0,)])
    assert scorer.troubled > 0
    everything = {str(reply["id"]) for reply in told.values()}
    assert see(installation, runtime) == everything
    check_settled(installation, everything)
    check_invariants(installation)
    runtime.close()
