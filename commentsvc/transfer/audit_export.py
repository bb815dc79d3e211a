"""Audit chains as files: JSON lines that anybody can verify without this service's database, and CSV for a spreadsheet."""

import csv
import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Final

from commentsvc.domain.auditing import AuditFact, ChainEnd, follow_chain
from commentsvc.store.queries.audit_log import AuditLine

COLUMNS: Final = ("no", "at", "actor", "action", "subject", "before", "after", "hash")
_LONGEST_LINE: Final = 1_000_000
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


class NotAnExportError(Exception):
    """The file is not one that was given out here; the message says where it is not."""


def write_json_lines(chain: str, lines: Iterable[AuditLine], *, is_whole: bool) -> Iterator[str]:
    """One object for each entry, after one that names the chain and says whether all of it follows."""
    yield json.dumps({"chain": chain, "format": "commentsvc audit 1", "is_whole": is_whole}) + "\n"
    for line in lines:
        yield json.dumps(asdict(line) | {"at": _time(line.at)}, ensure_ascii=False) + "\n"


def write_csv(lines: Iterable[AuditLine]) -> Iterator[str]:
    """A head line and a line for each entry. What a spreadsheet would take for a formula begins with an apostrophe."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(COLUMNS)
    for line in lines:
        yield _taken(buffer)
        before, after = ("" if one is None else json.dumps(one, ensure_ascii=False) for one in (line.before, line.after))
        cells = (line.no, _time(line.at), line.actor, line.action, line.subject, before, after, line.hash)
        writer.writerow(f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell for cell in cells)
    yield _taken(buffer)


def follow_export(file: Iterable[str]) -> ChainEnd:
    """Verify the JSON lines of a whole chain, from its first entry on. NotAnExportError when they are something else."""
    lines = iter(file)
    try:
        head = json.loads(next(lines, "")[:_LONGEST_LINE])
        chain, is_whole = str(head["chain"]), bool(head["is_whole"])
    except (ValueError, TypeError, KeyError) as error:
        raise NotAnExportError("The first line does not name a chain.") from error
    if not is_whole:
        raise NotAnExportError("It holds what a search found, and only a whole chain can be verified.")
    return follow_chain(chain, (_entry(number, line) for number, line in enumerate(lines, start=2)))


def _entry(number: int, line: str) -> tuple[int, AuditFact, str]:
    try:
        found = json.loads(line[:_LONGEST_LINE])
        at = datetime.fromisoformat(found["at"])
        fact = AuditFact(found["actor"], found["action"], found["subject"], at.astimezone(UTC), found["before"], found["after"])
        return int(found["no"]), fact, str(found["hash"])
    except (ValueError, TypeError, KeyError, OverflowError) as error:
        raise NotAnExportError(f"Line {number} is not an entry.") from error


def _time(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _taken(buffer: io.StringIO) -> str:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text
