"""Interleaved rounds: each visits every target once and begins one target further, so that the machine's drift hits all alike."""

import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from statistics import median
from typing import Any

from tools.bench.load import Job, Outcome
from tools.bench.processes import ROOT, Server

WARM_UP_S = 1.0


@dataclass(frozen=True, slots=True)
class Target:
    """What is asked of which server.

    `expected` is the status of every answer but the first `openers`; `divisor` the requests that make one of what is counted.
    """

    name: str
    server: Server
    scenario: str
    options: dict[str, Any]
    expected: tuple[int, ...] = (200,)
    rate: float = 0.0
    divisor: int = 1
    connections: int = 8
    openers: int = 0


@dataclass(slots=True)
class Figures:
    """One target's figures, an entry for each round: done a second, processor time of the server for each, and times."""

    per_s: list[float] = field(default_factory=list)
    cpu_us: list[float] = field(default_factory=list)
    p50_ms: list[float] = field(default_factory=list)
    p99_ms: list[float] = field(default_factory=list)
    unexpected: int = 0
    body_bytes: int = 0

    def of(self, name: str) -> float:
        """The median of one figure over the rounds."""
        values: list[float] = getattr(self, name)
        return median(values)


Measured = dict[str, Figures]


class UnexpectedAnswerError(Exception):
    """A target answered with another status than it should: nothing can be said about its speed."""


def visit(target: Target, seconds: float) -> tuple[Outcome, float]:
    """Load one target for a while; returns what came back and the processor seconds that its server used."""
    job = Job(target.server.port, target.scenario, target.connections, seconds, target.rate, target.options)
    before = target.server.cpu_s()
    command = [sys.executable, "-m", "tools.bench.load"]
    done = subprocess.run(command, cwd=ROOT, input=json.dumps(asdict(job)), capture_output=True, text=True, check=False)
    if done.returncode:
        raise UnexpectedAnswerError(f"{target.name}: {done.stderr[-2000:]}")
    target.server.settle()
    return Outcome(**json.loads(done.stdout)), target.server.cpu_s() - before


def measure(targets: Sequence[Target], rounds: int, seconds: float, tell: Callable[[str], None]) -> Measured:
    """Visit all targets in interleaved rounds. Raises UnexpectedAnswerError when a target does not answer as it should."""
    found: Measured = {target.name: Figures() for target in targets}
    for target in targets:
        outcome, _ = visit(target, WARM_UP_S)
        statuses = {int(status) for status in outcome.statuses}
        if not statuses or not statuses <= {*target.expected, 200, 201}:
            raise UnexpectedAnswerError(f"{target.name} answered {outcome.statuses}; the server's log is {target.server.log}")
    for number in range(rounds):
        tell(f"round {number + 1} of {rounds}")
        turned = number % len(targets)
        for target in [*targets[turned:], *targets[:turned]]:
            outcome, cpu_s = visit(target, seconds)
            figures = found[target.name]
            done = max(1, outcome.answered) / target.divisor
            figures.per_s.append(outcome.per_s / target.divisor)
            figures.cpu_us.append(cpu_s * 1e6 / done)
            figures.p50_ms.append(outcome.p50_ms)
            figures.p99_ms.append(outcome.p99_ms)
            good = sum(count for status, count in outcome.statuses.items() if int(status) in target.expected)
            figures.unexpected += max(0, outcome.answered - good - target.openers) + outcome.broken
            figures.body_bytes = outcome.body_bytes
    return found


def ratio(measured: Measured, name: str, base: str, figure: str = "per_s") -> float:
    """The median over the rounds of one target's figure over another's in the same round."""
    pairs = zip(getattr(measured[name], figure), getattr(measured[base], figure), strict=True)
    return median(one / other if other else 0.0 for one, other in pairs)
