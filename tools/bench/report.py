"""The table: what was measured, the bar, the figure, and whether it was reached."""

import json
import os
import platform
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

MET, MISSED, TOLD = "met", "MISSED", ""


@dataclass(frozen=True, slots=True)
class Row:
    """One line. `verdict` is empty for what has no bar."""

    part: str
    what: str
    bar: str
    measured: str
    ratio: str = ""
    verdict: str = TOLD
    note: str = ""


def judged(*, reached: bool) -> str:
    """The verdict on a figure that has a bar."""
    return MET if reached else MISSED


def machine() -> dict[str, str]:
    """Where and when the figures were taken."""
    model = "unknown processor"
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines():
        if line.startswith("model name"):
            model = line.partition(":")[2].strip()
            break
    return {
        "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "machine": f"{os.cpu_count()} cores, {model}, {platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "command": f"make bench BENCH_ARGS={' '.join(sys.argv[1:])!r}",
        "load": " ".join(f"{load:.1f}" for load in os.getloadavg()),
    }


def as_markdown(rows: Sequence[Row], about: dict[str, str]) -> str:
    """The table with where it was taken above it."""
    lines = [f"{about['date']}, {about['machine']}, Python {about['python']}; load of the machine at the end {about['load']}.", ""]
    lines += [f"`{about['command']}`", "", "| what | bar | measured | ratio | |", "| --- | --- | --- | --- | --- |"]
    lines += [f"| {row.what} | {row.bar} | {row.measured} | {row.ratio} | {row.verdict} |" for row in rows]
    notes = [f"- {row.what}: {row.note}" for row in rows if row.note]
    return "\n".join([*lines, "", *notes, ""])


def write(folder: Path, rows: Sequence[Row], raw: dict[str, Any]) -> Path:
    """Write the table and everything measured into `folder`; returns the table's path."""
    about = machine()
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    table = folder / f"bench-{stamp}.md"
    table.write_text(as_markdown(rows, about), encoding="utf-8")
    everything = {"about": about, "rows": [asdict(row) for row in rows], "raw": raw}
    table.with_suffix(".json").write_text(json.dumps(everything, indent=1), encoding="utf-8")
    return table
