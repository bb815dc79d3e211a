"""Make a file of comments and take it in, unscored: how many a second, and how much memory at most.

    python tools/measure_import.py --comments 1000000 --folder var/import

The texts are made up of common words; threads are as deep as chance makes them. Memory is what the command and the processes that it starts
hold together (PSS where the system tells it: pages that two share count once), looked at every fifth of a second.
"""

import argparse
import contextlib
import json
import os
import random
import re
import resource
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

WORDS = (  # noqa: SIM905 - words are read as words
    "the a of to in it is was that for on with as they but not this from have one all were we there can more an which their said if will "
    "each about how up out them then she many some so these would other into has her two like him see time could no make than first been "
    "its who now people my made over did down only way find use may water long little very after words called just where most know tram "
    "street council mayor school river bridge budget market night weather paper reader station driver ticket corner garden window winter"
).split()
ARTICLES, AUTHORS, LOOK_S = 2_000, 20_000, 0.2
COMMAND = "from commentsvc.cli import main; main()"


def write_file(path: Path, count: int) -> None:
    """Write `count` comments in our own format: the same ones each time."""
    chance = random.Random(20260101)
    begun = datetime(2020, 1, 1, tzinfo=UTC)
    latest: dict[int, list[str]] = {}
    with path.open("w", encoding="utf-8") as out:
        out.write('{"format": "commentsvc comments 1", "site": "gazette"}\n')
        for number in range(ARTICLES):
            out.write(json.dumps({"type": "article", "key": f"article-{number}", "title": f"Article {number}"}) + "\n")
        for number in range(AUTHORS):
            out.write(json.dumps({"type": "author", "id": f"author-{number}", "name": f"Author {number}"}) + "\n")
        for number in range(count):
            article = chance.randrange(ARTICLES)
            thread = latest.setdefault(article, [])
            body = " ".join(chance.choices(WORDS, k=chance.randint(5, 70))).capitalize() + "."
            comment = {
                "type": "comment",
                "id": str(number),
                "article": f"article-{article}",
                "author": f"author-{chance.randrange(AUTHORS)}",
                "body": body,
                "created_at": (begun + timedelta(seconds=number * 10)).isoformat(),
                "state": "published" if chance.random() < 0.96 else "rejected",  # noqa: PLR2004 - a usual share
            }
            if thread and chance.random() < 0.5:  # noqa: PLR2004 - half of them answer
                comment["parent"] = chance.choice(thread[-20:])
            thread.append(str(number))
            out.write(json.dumps(comment) + "\n")
        out.write(json.dumps({"type": "end", "comments": count}) + "\n")


def held_by(pid: int) -> int:
    """Kilobytes that a process and its children hold."""
    total = 0
    try:
        told = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
        total += int(re.search(r"^Pss:\s+(\d+) kB", told, re.MULTILINE).group(1))
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    except (OSError, AttributeError):
        return total
    return total + sum(held_by(int(child)) for child in children)


def main() -> None:
    """Measure once, and say with what load."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--comments", type=int, default=1_000_000)
    parser.add_argument("--folder", type=Path, default=Path("var/import"))
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    source, database = asked.folder / f"comments-{asked.comments}.jsonl", asked.folder / "imported.db"
    if not source.exists():
        write_file(source, asked.comments)
    for old in asked.folder.glob("imported.db*"):
        old.unlink()
    environ = os.environ | {
        "COMMENTSVC_DATABASE_URL": f"sqlite:///{database}",
        "COMMENTSVC_SECRETS_KEY_FILE": str(asked.folder / "secret.key"),
    }

    def command(*words: str) -> list[str]:
        return [sys.executable, "-c", COMMAND, *words]

    subprocess.run(command("db", "upgrade"), env=environ, check=True)
    subprocess.run(command("site", "create", "gazette"), env=environ, check=True, stdout=subprocess.DEVNULL)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    load, began = os.getloadavg(), time.perf_counter()
    process = subprocess.Popen(command("import", "jsonl", str(source), "--site", "gazette", "--no-score"), env=environ)
    peak = 0
    while process.poll() is None:
        peak = max(peak, held_by(process.pid))
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(LOOK_S)
    took = time.perf_counter() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - used.ru_utime - used.ru_stime
    print(f"load before {load[0]:.1f}, after {os.getloadavg()[0]:.1f}, {os.cpu_count()} cores")
    print(f"{asked.comments:,} comments in {took:.1f} s: {asked.comments / took:,.0f} a second; at most {peak / 1024:,.0f} MB")
    print(f"{cpu:.1f} s of processor time: {asked.comments / cpu:,.0f} comments for each")
    raise SystemExit(process.returncode)


if __name__ == "__main__":
    main()
