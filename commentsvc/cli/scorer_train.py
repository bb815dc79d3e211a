"""`commentsvc scorer train`, `adapt` and `export`: from labelled comments to a scorer."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

if TYPE_CHECKING:
    from commentsvc.scoring.training_batches import TrainingSettings
    from commentsvc.scoring.training_run import Progress as TrainingProgress

_REPORT_EVERY_STEPS = 100
_RUN = click.Path(path_type=Path, exists=True, file_okay=False)

_COMMON = (
    click.option(
        "--data", required=True, type=click.Path(path_type=Path, exists=True), help="A labelled CSV (.gz), or a directory of them."
    ),
    click.option("--out", required=True, type=click.Path(path_type=Path, file_okay=False), help="Where checkpoint, record and scorer go."),
    click.option("--epochs", type=click.FloatRange(min=0, min_open=True), help="Passes over the data."),
    click.option("--minutes", type=click.FloatRange(min=0, min_open=True), help="End after this time whatever the machine does."),
    click.option("--max-steps", type=click.IntRange(min=1), help="End after so many batches; for trying things out."),
    click.option("--batch-size", type=click.IntRange(min=1), help="Texts in a batch."),
    click.option("--layers", type=click.IntRange(min=1), help="Keep so many layers of the network it begins with."),
    click.option("--learning-rate", type=click.FloatRange(min=0, min_open=True), help="The highest step size."),
    click.option(
        "--bfloat16",
        is_flag=True,
        default=None,
        help="Twice as quick where the processor has it (AVX512-BF16, AMX, a GPU), slower elsewhere.",
    ),
    click.option("--seed", type=int, help="Another seed gives another model."),
    click.option("--threads", type=click.IntRange(min=1), default=1, show_default=True, help="Cores to use."),
    click.option("--device", help="Where torch calculates: cpu, or cuda for a GPU."),
    click.option("--workers", type=click.IntRange(min=0), help="Processes beside that prepare the batches; a GPU needs some."),
)


def _common(command: Callable[..., None]) -> Callable[..., None]:
    for option in reversed(_COMMON):
        command = option(command)
    return command


@click.command()
@_common
@click.option(
    "--teacher",
    "teachers",
    type=_RUN,
    multiple=True,
    help="An earlier run or a scorer's folder: learn from its scores; of several, from their mean. Begins with the first one's network.",
)
@click.option("--start", type=_RUN, help="An earlier run or a scorer's folder: begin with its network and not with a teacher's.")
@click.option("--cropped", type=click.IntRange(min=0), help="Pieces of texts that only the teachers judge, in each pass.")
@click.option("--teacher-share", type=click.FloatRange(0, 1), help="What the teachers' word weighs against the labels.")
@click.option("--marks-weight", type=click.FloatRange(min=0), help="What marked words weigh beside labels.")
@click.option("--name", default="commentsvc-en", show_default=True, help="The scorer's name in its version.")
def train(data: Path, out: Path, name: str, teachers: tuple[Path, ...], start: Path | None, **options: object) -> None:
    """Fine-tune MiniLM on labelled comments, then export and measure the scorer.

    With --teacher and --layers it makes a smaller network of one that was trained before.

    Needs torch==2.13.0 and the extra `train`. Called again after an interruption it goes on from
    the last checkpoint. The CSV has a column `text` and one for each label, from 0 to 1; a blank means not labelled.
    """
    with _training(options) as (settings, view):
        from commentsvc.scoring.training import train as run_training

        run_training(data, out, settings, view.show, teachers=teachers, start_run=start)
    _export([out], data, out / "scorer", name)


@click.command()
@_common
@click.option("--start", type=_RUN, help="An earlier run or a scorer's folder: begin with its network and not with MiniLM's.")
def adapt(data: Path, out: Path, start: Path | None, **options: object) -> None:
    """Let the network read the comments first, by guessing words hidden in them; then train with --start OUT.

    Labels are not looked at, but which of the texts are held out is kept to.
    """
    with _training(options) as (settings, view):
        from commentsvc.scoring.training import adapt as run_adapting

        run_adapting(data, out, settings, view.show, start_run=start)


@contextmanager
def _training(options: dict[str, Any]) -> "Iterator[tuple[TrainingSettings, _TrainingView]]":
    from commentsvc.scoring.training_batches import TrainingSettings
    from commentsvc.scoring.training_data import LabelledDataError

    settings = replace(TrainingSettings(), **{key: value for key, value in options.items() if value is not None})
    try:
        with _TrainingView() as view:
            yield settings, view
    except (LabelledDataError, ValueError) as error:
        raise click.ClickException(str(error)) from error
    except ModuleNotFoundError as error:
        raise click.ClickException(
            f"{error.name} is not installed. Training needs: pip install torch==2.13.0 'commentsvc[train]'",
        ) from error


@click.command()
@click.option("--run", "runs", required=True, multiple=True, type=_RUN, help="A training run's directory; of several the mean is taken.")
@click.option("--data", required=True, type=click.Path(path_type=Path, exists=True), help="The data it was trained on.")
@click.option("--out", required=True, type=click.Path(path_type=Path, file_okay=False), help="Where the scorer goes.")
@click.option("--name", default="commentsvc-en", show_default=True, help="The scorer's name in its version.")
def export(runs: tuple[Path, ...], data: Path, out: Path, name: str) -> None:
    """Make a scorer of a training run's last checkpoint: int8 ONNX, calibrated and measured on the parts it never saw.

    Runs that began with the same network can be exported together: the mean of their weights is often better than each. The figures
    then go into the record of the last one named.
    """
    _export(runs, data, out, name)


def _export(runs: Sequence[Path], data: Path, out: Path, name: str) -> None:
    from commentsvc.scoring.onnx_scorer import OnnxScorer
    from commentsvc.scoring.training_export import RECORD, add_to_record, export_scorer, measure_scorer

    try:
        described = export_scorer(runs, data, out, name=name)
    except ValueError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"wrote {out}; measuring on the test part")
    record = runs[-1] / RECORD
    add_to_record(record, "mean_of", len(runs))
    add_to_record(record, "held_out", measure_scorer(OnnxScorer(out), data))
    click.echo(f"{described.name} is in {out}, its figures in {record}")


class _TrainingView:
    """A bar on a terminal, a line every hundred steps elsewhere."""

    def __init__(self) -> None:
        console = Console(stderr=True)
        self._bar = Progress(
            TextColumn("training"),
            BarColumn(),
            TextColumn("{task.percentage:>3.0f} % {task.fields[note]}"),
            TimeRemainingColumn(),
            console=console,
            disable=not console.is_terminal,
        )
        self._task = self._bar.add_task("training", total=1.0, note="")
        self._next_line = _REPORT_EVERY_STEPS
        self._next_tenth = 0.1

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def show(self, now: "TrainingProgress") -> None:
        if now.asked < 1:
            note = f"the teacher has read {now.asked:.0%}"
            self._bar.update(self._task, note=note)
            if self._bar.disable and now.asked >= self._next_tenth:
                click.echo(note, err=True)
                self._next_tenth += 0.1
            return
        note = f"step {now.step} loss {now.loss:.4f} {now.rows_per_s:.0f} rows/s"
        self._bar.update(self._task, completed=now.done, note=note)
        if self._bar.disable and (now.step >= self._next_line or now.done >= 1):
            click.echo(f"{now.done:.1%} {note}", err=True)
            self._next_line = now.step + _REPORT_EVERY_STEPS
