"""What the laboratory takes over a site's whole history: `python -m tools.bench.laboratory DATABASE_URL --site KEY`.

Told are seconds by the clock and of the processor, since these machines are shared.
"""

import time
from collections.abc import Callable
from datetime import timedelta
from statistics import median

import click
from sqlalchemy import func, select

from commentsvc.domain.dragging import Handle
from commentsvc.domain.labels import Label
from commentsvc.domain.policy import parse_policy
from commentsvc.services.laboratory import Laboratory, Scope, View
from commentsvc.services.simulation import simulate_draft
from commentsvc.settings import default_policy
from commentsvc.store.base import table_of
from commentsvc.store.engine import Database, DatabaseOptions
from commentsvc.store.models import Routing
from commentsvc.store.queries.history import Period
from commentsvc.store.queries.sites import get_site

_FRAMES = 100


def timed(name: str, work: Callable[[], object], rounds: int = 3, divisor: int = 1) -> None:
    """Print the median time that `work` takes, in milliseconds for each of `divisor` pieces."""
    clock, processor = [], []
    for _ in range(rounds):
        began, spent = time.perf_counter(), time.process_time()
        work()
        clock.append((time.perf_counter() - began) / divisor)
        processor.append((time.process_time() - spent) / divisor)
    print(f"{name:48} {median(clock) * 1000:10.1f} ms   {median(processor) * 1000:10.1f} ms of a processor", flush=True)


@click.command()
@click.argument("url")
@click.option("--site", "key", required=True, help="The site's key.")
def main(url: str, key: str) -> None:
    """Measure reading, simulating and dragging over all scored comments of a site."""
    db = Database(DatabaseOptions(url))
    policy = parse_policy(default_policy())
    routing = table_of(Routing)
    with db.reading() as session:
        site = get_site(session, key)
        first, last = session.execute(
            select(func.min(routing.c.created_at), func.max(routing.c.created_at)).where(routing.c.site_id == site.id)
        ).one()
        period = Period(first, last + timedelta(seconds=1))

        def look(laboratory: Laboratory) -> View:
            return laboratory.open(session, site.id, period, Scope(), ("today", policy), last)

        timed("read anew and simulate", lambda: simulate_draft(look(Laboratory()), policy))
        kept = Laboratory()
        view = look(kept)
        print(f"{len(view.ground.comments):,} comments on {db.engine.dialect.name}", flush=True)
        timed("simulate what is kept", lambda: simulate_draft(look(kept), policy))
        handle = Handle(Label.TOXICITY, "hold_at")
        timed("take a threshold in hand", lambda: (view.drags.clear(), view.drag(policy, handle)))
        drag = view.drag(policy, handle)
        places = [place / _FRAMES for place in range(1, _FRAMES + 1)]
        timed("one place of it", lambda: [drag.at(place) for place in places], divisor=_FRAMES)
        timed("one frame: a place with all figures", lambda: view.sweep(policy, handle, list(places)), divisor=_FRAMES)
    db.dispose()


if __name__ == "__main__":
    main()
