"""What is measured without HTTP: simulations over a long history, scoring in bulk, and taking comments in."""

import sqlite3
import time
from collections.abc import Callable
from datetime import timedelta
from statistics import median

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from commentsvc.domain.policy import parse_policy
from commentsvc.scoring.preparation import prepare
from commentsvc.scoring.registry import build_scorer
from commentsvc.scoring.scorer_files import read_description
from commentsvc.scoring.shipped_scorer import SHIPPED_DIRECTORY
from commentsvc.services.simulation import simulate_policy
from commentsvc.settings import default_policy
from commentsvc.store.engine import Database, DatabaseOptions
from commentsvc.store.queries.history import Period
from tools.bench.corpus import make_texts
from tools.bench.filling import BEGINNING, SPAN
from tools.bench.parts import Bench, queue_database
from tools.bench.report import Row, judged

_BATCHES = (8, 32)
RESCORING = 0.85
"""The bar: the share of what the network does by itself."""


def simulating(bench: Bench) -> None:
    """A draft policy over all scored comments of a site, as `policies:simulate` has it computed."""
    part = "simulating"
    bench.tell(part)
    database = queue_database(bench)
    with sqlite3.connect(database.path) as connection:
        (site,) = connection.execute("SELECT id FROM site WHERE key = 'many'").fetchone()
    connection.close()
    draft = parse_policy(default_policy())
    period = Period(BEGINNING - timedelta(days=1), BEGINNING + SPAN + timedelta(days=1))
    db = Database(DatabaseOptions(database.url))

    def simulate() -> None:
        with db.reading() as session:
            found = simulate_policy(session, site, draft, period)
        if found.comments != bench.queue_comments:
            raise RuntimeError(f"simulated over {found.comments} comments, not {bench.queue_comments}")

    took = _time(simulate, min(3, bench.rounds))
    db.dispose()
    bench.raw[part] = {"seconds": took}
    bar = bench.queue_comments / 1_000_000
    name = f"simulation over {bench.queue_comments:,} scored comments"
    shown = f"{median(took):.2f} s"
    scaled = "" if bar == 1 else f"{median(took) / bar:.1f} s for 1,000,000 at this rate"
    bench.rows.append(Row(part, name, f"{bar:g} s (1.0 s for 1,000,000)", shown, scaled, judged(reached=median(took) <= bar)))


def rescoring(bench: Bench) -> None:
    """Bulk scoring through the `Scorer` beside the network alone on the same tokens in length-sorted batches, one thread each."""
    part = "rescoring"
    bench.tell(part)
    texts = make_texts(50 * bench.rounds, 77)
    scorer = build_scorer("shipped", None, None)
    scorer.score(texts[:8])
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    network = onnxruntime.InferenceSession(str(SHIPPED_DIRECTORY / "model.onnx"), options, providers=["CPUExecutionProvider"])
    tokenizer = Tokenizer.from_file(str(SHIPPED_DIRECTORY / "tokenizer.json"))
    tokenizer.no_padding()
    longest = read_description(SHIPPED_DIRECTORY).max_tokens
    encoded = [(text, tokenizer.encode(prepare(text).text).ids) for text in texts]
    # Longer texts are scored in several windows, which the network alone does not do: they are no fair comparison.
    texts = [text for text, ids in encoded if len(ids) <= longest]
    tokens = sorted((ids for _, ids in encoded if len(ids) <= longest), key=len)
    names = [one.name for one in network.get_inputs()]

    def alone(size: int) -> None:
        for begin in range(0, len(tokens), size):
            rows = tokens[begin : begin + size]
            ids = np.zeros((len(rows), max(map(len, rows))), dtype=np.int64)
            for at, row in enumerate(rows):
                ids[at, : len(row)] = row
            feed = {"input_ids": ids, "attention_mask": (ids > 0).astype(np.int64), "token_type_ids": np.zeros_like(ids)}
            network.run(None, {name: feed[name] for name in names})

    shares, rates = [], []
    for _ in range(bench.rounds):
        bare = min(_time(lambda size=size: alone(size), 1)[0] for size in _BATCHES)  # type: ignore[misc]  # a default binds the loop's value
        ours = _time(lambda: scorer.score(texts), 1)[0]
        shares.append(bare / ours)
        rates.append(len(texts) / ours)
    bench.raw[part] = {"shares": shares, "texts_per_s": rates}
    share = median(shares)
    shown = f"{median(rates):,.0f} texts/s on one core ({sum(map(len, tokens)) / len(tokens):.0f} tokens on average)"
    bench.rows.append(
        Row(part, "bulk scoring against onnxruntime alone", "0.85", shown, f"{share:.2f}", judged(reached=share >= RESCORING))
    )


def _time(work: Callable[[], object], count: int) -> list[float]:
    took = []
    for _ in range(count):
        began_at = time.perf_counter()
        work()
        took.append(time.perf_counter() - began_at)
    return took
