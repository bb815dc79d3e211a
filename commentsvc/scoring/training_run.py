"""One training run: network, optimiser and record, which are saved and loaded together."""

import copy
import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from commentsvc.scoring.preparation import PREPARATION_VERSION
from commentsvc.scoring.training_batches import Batch, BatchReader, TrainingSettings, read_batches
from commentsvc.scoring.training_data import DataFile

_YOUNG: Final = 10
"""Steps until the average begins to forget what the run began with."""


@dataclass(slots=True)
class TrainingRecord:
    """Written beside the model. Losses are means since the entry before."""

    settings: TrainingSettings
    files: list[DataFile]
    preparation: str = PREPARATION_VERSION
    teacher: str | None = None
    part_counts: dict[str, int] = field(default_factory=dict)
    elapsed_s: float = 0.0
    steps: int = 0
    rows_seen: int = 0
    curve: list[dict[str, float]] = field(default_factory=list)

    def write(self, path: Path) -> None:
        """As JSON, replacing an older one at once."""
        aside = path.with_suffix(".part")
        aside.write_text(json.dumps(asdict(self), indent=1), "utf-8")
        aside.replace(path)


@dataclass(frozen=True, slots=True)
class Progress:
    """A moment of a training run, for whoever shows it. `done` is a share in [0, 1]."""

    done: float
    step: int
    loss: float
    rows_per_s: float
    asked: float = 1.0
    """The share of the training texts that the teachers have scored."""


Loss = Callable[[Any, Batch], Any]
"""From a network in training and a batch to what should become small, as a tensor."""


class TrainingRun:
    """Takes steps until `total` of them or the time is over."""

    def __init__(self, network: Any, config: dict[str, Any], record: TrainingRecord, path: Path, total: int, loss: Loss) -> None:  # noqa: ANN401
        """Nothing is read or written yet. What is in `network` beside its encoder learns at the heads' rate."""
        import torch

        settings = record.settings
        self.network = network.to(settings.device)
        self.averaged = copy.deepcopy(network).eval().requires_grad_(requires_grad=False)
        self.config = config
        self.settings = settings
        self.record = record
        self._path = path
        self._total = total
        self._loss = loss
        encoder = [p for name, p in network.named_parameters() if name.startswith("encoder.")]
        heads = [p for name, p in network.named_parameters() if not name.startswith("encoder.")]
        self._rates = (settings.learning_rate, settings.learning_rate, settings.head_learning_rate)
        self._optimizer = torch.optim.AdamW(
            [
                {"params": [p for p in encoder if p.ndim > 1], "weight_decay": settings.weight_decay},
                {"params": [p for p in encoder if p.ndim <= 1], "weight_decay": 0.0},
                {"params": heads, "weight_decay": settings.weight_decay},
            ],
            lr=settings.learning_rate,
        )
        self._before_s = 0.0
        self._started = time.monotonic()
        self._saved = self._started
        self._losses: list[Any] = []

    @property
    def elapsed_s(self) -> float:
        """Seconds of training, those before an interruption included."""
        return self._before_s + time.monotonic() - self._started

    @property
    def done(self) -> float:
        """A share in [0, 1], of the steps or of the time, whichever is nearer its end."""
        by_time = self.elapsed_s / (60 * self.settings.minutes) if self.settings.minutes else 0.0
        return max(self.record.steps / self._total, by_time)

    def go(self, reader: BatchReader, report: Callable[[Progress], None], at_epoch: Callable[[], None] = lambda: None) -> None:
        """Go on from the checkpoint, if there is one, to the end, and leave one; `at_epoch` is called after each epoch and at the end."""
        self.resume()
        if self.done < 1:
            for batch in read_batches(reader, self.settings, self.record.steps):
                self.step(batch, report)
                is_over = self.done >= 1
                if is_over or self.record.steps % reader.batches_per_epoch == 0:
                    at_epoch()
                if is_over:
                    break
        self.save()

    def resume(self) -> None:
        """Go on from the checkpoint, if there is one."""
        import torch

        if not self._path.exists():
            return
        saved = torch.load(self._path, weights_only=True, map_location=self.settings.device)
        self.network.load_state_dict(saved["trained"])
        self.averaged.load_state_dict(saved["network"])
        self._optimizer.load_state_dict(saved["optimizer"])
        torch.set_rng_state(saved["rng"].cpu())
        self._before_s = saved["elapsed_s"]
        self.record.steps = saved["steps"]
        self.record.rows_seen = saved["rows_seen"]
        self.record.curve = saved["curve"]

    def save(self) -> None:
        """Write checkpoint and record, each at once."""
        import torch

        self.record.elapsed_s = self.elapsed_s
        aside = self._path.with_suffix(".part")
        state = {
            "network": self.averaged.state_dict(),
            "trained": self.network.state_dict(),
            "optimizer": self._optimizer.state_dict(),
            "rng": torch.get_rng_state(),
            "config": self.config,
            "elapsed_s": self.elapsed_s,
            "steps": self.record.steps,
            "rows_seen": self.record.rows_seen,
            "curve": self.record.curve,
        }
        torch.save(state, aside)
        aside.replace(self._path)
        self.record.write(self._path.with_name("record.json"))
        self._saved = time.monotonic()

    def step(self, batch: Batch, report: Callable[[Progress], None]) -> None:
        """Learn from one batch."""
        import torch

        done = self.done
        factor = min(1.0, done / self.settings.warmup if self.settings.warmup else 1.0) * max(0.02, 1 - done)
        for group, rate in zip(self._optimizer.param_groups, self._rates, strict=True):
            group["lr"] = rate * factor
        self.network.train()
        loss = self._loss(self.network, batch)
        self._optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
        self._optimizer.step()
        self.record.steps += 1
        self._average()
        self.record.rows_seen += len(batch.ids)
        # Asked for its number only where it is told: the question waits for the device.
        self._losses.append(loss.detach())
        if self.record.steps % 20 == 0 or self.done >= 1:
            mean = sum(one.item() for one in self._losses) / len(self._losses)
            self._losses.clear()
            self.note(loss=mean)
            report(Progress(self.done, self.record.steps, mean, self.record.rows_seen / self.elapsed_s))
        if time.monotonic() - self._saved > self.settings.checkpoint_every_s:
            self.save()

    def note(self, **figures: float) -> None:
        """Put figures of this moment into the record's curve."""
        rounded = {name: round(value, 5) for name, value in figures.items()}
        self.record.curve.append({"step": self.record.steps, **rounded, "elapsed_s": round(self.elapsed_s, 1)})

    def _average(self) -> None:
        """Let the averaged weights follow: their jitter from batch to batch is noise (Polyak and Juditsky 1992)."""
        import torch

        keep = min(self.settings.averaging, self.record.steps / (self.record.steps + _YOUNG))
        with torch.no_grad():
            torch._foreach_lerp_(list(self.averaged.parameters()), list(self.network.parameters()), 1 - keep)
