"""`commentsvc rescore`: stored comments scored anew, beside the scores they have."""

import json
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Final

import click

from commentsvc.cli.failures import Misuse, Trouble
from commentsvc.cli.installation import Installation, pass_installation
from commentsvc.cli.progress import progress

if TYPE_CHECKING:
    from commentsvc.domain.comparing import RouteChanges
    from commentsvc.domain.ports import Scorer
    from commentsvc.runtime import Runtime
    from commentsvc.store.queries.sites import SiteState
    from commentsvc.worker.rescoring import Rescored

_MOST_THREADS: Final = 8
_ROUTES: Final = ("publish", "review", "hold", "reject")


@click.command()
@click.option("--site", "site_key", help="Only this site.")
@click.option(
    "--since", type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S%z"]), help="Comments posted from then on."
)
@click.option("--scorer", "named", metavar="ENGINE/PATH", help="Another scorer: shipped, or onnx/DIRECTORY. The present one when left out.")
@click.option("--digest", help="SHA-256 of the other scorer's weights; needed for torch, checked for all.")
@click.option("--limit", type=click.IntRange(1), help="Score at most so many comments this time, latest first.")
@click.option("--json", "as_json", is_flag=True, help="Write JSON.")
@pass_installation
def rescore(
    installation: Installation,
    site_key: str | None,
    since: datetime | None,
    named: str | None,
    digest: str | None,
    limit: int | None,
    *,
    as_json: bool,
) -> None:
    """Score stored comments anew, and tell which routes would change.

    The new scores stand beside the old ones. No comment is routed anew: the routes that would change are only told. Ctrl-C or SIGTERM
    stops it without loss, with status 1; the same command goes on from there, and adds nothing where all is done.
    """
    from commentsvc.services.rescoring import compare_routes
    from commentsvc.store.queries.rescoring import Stock, count_unscored
    from commentsvc.worker.rescoring import BulkScorer, Rescored, rescore_stock

    begin = None if since is None else since.astimezone(UTC) if since.tzinfo else since.replace(tzinfo=UTC)
    with installation.runtime() as runtime, _stopping() as stop:
        scorer = _scorer(runtime, named, digest)
        row = _row(runtime, scorer)
        sites = _sites(runtime, site_key)
        with runtime.db.reading() as session:
            waiting = {site.key: count_unscored(session, Stock(site.id, begin), row) for site in sites}
        total = sum(waiting.values()) if limit is None else min(limit, sum(waiting.values()))
        left, done = limit, Rescored(0, 0)
        with progress("scoring", total) as advance, BulkScorer(scorer, min(_MOST_THREADS, os.cpu_count() or 1), stop) as bulk:
            for site in sites:
                if stop.is_set() or left == 0:
                    break
                found = rescore_stock(runtime, bulk, row, Stock(site.id, begin), limit=left, advance=advance)
                done = Rescored(done.scored + found.scored, done.failed + found.failed)
                left = None if left is None else max(0, left - found.scored - found.failed)
        changes: dict[str, RouteChanges] = {}
        with runtime.db.reading() as session:
            for site in sites:
                policy, _ = runtime.policy_of(session, site)
                changes[site.key] = compare_routes(session, Stock(site.id, begin), policy, row)
            left_over = sum(count_unscored(session, Stock(site.id, begin), row) for site in sites)
    if as_json:
        click.echo(json.dumps(_document(scorer, done, left_over, changes), indent=1))
    else:
        click.echo(_told(scorer, done, left_over, changes))
    if stop.is_set():
        raise Trouble("Stopped. Nothing is lost: the same command goes on from here.")


@contextmanager
def _stopping() -> Iterator[threading.Event]:
    """An event that Ctrl-C and SIGTERM set, where they would have broken something off."""
    stop = threading.Event()

    def end(number: int, frame: FrameType | None) -> None:
        del number, frame
        stop.set()

    if threading.current_thread() is not threading.main_thread():
        yield stop
        return
    before = {one: signal.signal(one, end) for one in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield stop
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


def _scorer(runtime: "Runtime", named: str | None, digest: str | None) -> "Scorer":
    from commentsvc.scoring.batching import BatchingScorer
    from commentsvc.scoring.registry import Engine, build_scorer

    if named is None:
        if digest is not None:
            raise Misuse("--digest belongs to --scorer; the present scorer's stands in the settings.")
        return runtime.scorer
    engine, _, path = named.partition("/")
    if engine not in set(Engine):
        raise Misuse(f"--scorer {named}: no engine is called {engine}; there are {', '.join(Engine)}, as in onnx/DIRECTORY.")
    if path and not Path(path).is_dir():
        raise Misuse(f"--scorer {named}: there is no directory {path}.")
    return BatchingScorer(build_scorer(engine, Path(path) if path else None, digest))


def _row(runtime: "Runtime", scorer: "Scorer") -> str:
    from commentsvc.services.scoring import check_calibration

    with runtime.db.reading() as session:
        check_calibration(session, scorer.version)
    return runtime.scorer_row(scorer.version)


def _sites(runtime: "Runtime", site_key: str | None) -> "list[SiteState]":
    from commentsvc.store.queries.sites import get_site, list_sites

    with runtime.db.reading() as session:
        return list_sites(session, None) if site_key is None else [get_site(session, site_key)]


def _document(scorer: "Scorer", done: "Rescored", left_over: int, changes: "dict[str, RouteChanges]") -> dict[str, object]:
    return {
        "scorer": scorer.version.id,
        "scored": done.scored,
        "failed": done.failed,
        "left": left_over,
        "sites": {key: one.as_document() for key, one in changes.items()},
    }


def _told(scorer: "Scorer", done: "Rescored", left_over: int, changes: "dict[str, RouteChanges]") -> str:
    lines = [f"{getattr(done, 'scored', 0):,} comments scored by {scorer.version.id}, {left_over:,} are left without its scores."]
    if done.failed:
        lines.append(f"{done.failed:,} of them it could not bear; another run tries them again.")
    for key, one in changes.items():
        lines += ["", *_table(key, one)]
    return "\n".join(lines)


def _table(key: str, changes: "RouteChanges") -> list[str]:
    if not len(changes):
        return [f"{key}: no comment was routed by scores and has those of this scorer too."]
    lines = [f"{key}: {len(changes):,} comments under the active policy, by the scores they were routed with and by the new ones", ""]
    lines.append(f"{'':18}" + "".join(f"{'-> ' + name:>12}" for name in _ROUTES))
    lines += [f"{name:18}" + "".join(f"{int(count):>12,}" for count in changes.counts[place]) for place, name in enumerate(_ROUTES)]
    share = changes.share
    told = "" if share.value is None else f" ({share.value:.1%}, {share.low or 0:.1%} to {share.high or 0:.1%})"
    lines += ["", f"{changes.stricter + changes.milder:,} would change their route{told}:"]
    lines.append(f"  {changes.stricter:,} more strictly, {changes.stricter_approved:,} of them approved by a human")
    lines.append(f"  {changes.milder:,} more mildly, {changes.milder_rejected:,} of them rejected by a human")
    for (old, new), ids in changes.examples.items():
        lines.append(f"  {old.value} -> {new.value}, for example {', '.join(ids)}")
    return lines
