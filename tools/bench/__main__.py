"""`make bench`: measure, print the table, and keep it with the raw figures under var/bench."""

import sys
import time
from pathlib import Path

import click

from tools.bench.bulk import rescoring, simulating
from tools.bench.parts import Bench, moderating, posting, reading, starting
from tools.bench.processes import ROOT
from tools.bench.report import MISSED, as_markdown, machine, write

PARTS = {part.__name__: part for part in (posting, reading, moderating, simulating, rescoring, starting)}


@click.command()
@click.option("--quick", is_flag=True, help="Two short rounds of everything: 1 to 2 minutes. For ratios; a full run is 5 rounds of 4 s.")
@click.option("--big", is_flag=True, help="1,000,000 comments in the queue's and the simulation's site; filled once, 3 GB under var/.")
@click.option("--rounds", type=click.IntRange(1, 50), help="How many rounds.")
@click.option("--seconds", type=click.FloatRange(0.5, 60), help="How long a visit.")
@click.option("--only", multiple=True, type=click.Choice(sorted(PARTS)), help="Measure this part alone; may be repeated.")
@click.option(
    "--folder", type=click.Path(path_type=Path, file_okay=False), default=ROOT / "var" / "bench", help="Where everything is kept."
)
def main(*, quick: bool, big: bool, rounds: int | None, seconds: float | None, only: tuple[str, ...], folder: Path) -> None:
    """Measure speed and cost beside a floor of our own, in interleaved rounds; quote the ratios."""
    folder = folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    began_at = time.monotonic()

    def tell(what: str) -> None:
        click.echo(f"{time.monotonic() - began_at:6.1f} s  {what}", err=True)

    comments, waiting = (1_000_000, 100_000) if big else (100_000, 20_000)
    bench = Bench(folder, rounds or (2 if quick else 5), seconds or (1.5 if quick else 4.0), comments, waiting, tell)
    failed = False
    for name, part in PARTS.items():
        if only and name not in only:
            continue
        try:
            part(bench)
        except Exception as error:  # noqa: BLE001 - a part that breaks must not cost the others their figures
            failed = True
            click.echo(f"{name}: {type(error).__name__}: {error}", err=True)
    table = write(folder, bench.rows, bench.raw)
    click.echo(as_markdown(bench.rows, machine()))
    click.echo(f"kept in {table} and beside it as JSON", err=True)
    missed = [row.what for row in bench.rows if row.verdict == MISSED]
    if missed:
        click.echo(f"missed: {'; '.join(missed)}", err=True)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
