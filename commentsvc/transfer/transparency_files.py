"""A transparency report as a document and as a table."""

import csv
import io
from typing import Any

from commentsvc.domain.transparency import Share, TransparencyReport

Row = tuple[str, str, float | int | None, float | None, float | None]
_DIGITS = 4


def report_rows(report: TransparencyReport) -> list[Row]:
    """Every figure: part of the report, what, value, and for shares the ends of the interval of 95 %; None where there is nothing."""
    notices, measures, automation, appeals = report.notices, report.measures, report.automation, report.appeals
    return [
        ("all", "comments", report.comments, None, None),
        *[("notices", f"reported as {reason}", count, None, None) for reason, count in notices.by_reason.items()],
        ("notices", "comments reported", notices.comments, None, None),
        ("notices", "of these rejected", notices.rejected, None, None),
        ("notices", "median hours to a decision", _hours(notices.median_h), None, None),
        *[("measures", f"rejected by moderators as {reason}", count, None, None) for reason, count in measures.rejected_by_people.items()],
        ("measures", "rejected by software alone", measures.rejected_by_software, None, None),
        ("measures", "held until a moderator decided", measures.held, None, None),
        ("measures", "median hours held", _hours(measures.median_held_h), None, None),
        ("measures", "accounts suspended", measures.suspended, None, None),
        ("measures", "accounts banned", measures.banned, None, None),
        *[("automated means", f"routed to {route}", count, None, None) for route, count in automation.routed.items()],
        ("automated means", "stopped comments that moderators decided", automation.right.whole, None, None),
        _share("automated means", "accuracy: of these rightly stopped", automation.right),
        _share("automated means", "error: of these wrongly stopped", automation.wrong),
        ("automated means", "published comments looked at by chance", automation.missed.whole, None, None),
        _share("automated means", "error: of these to be rejected", automation.missed),
        ("appeals", "received", appeals.received, None, None),
        ("appeals", "rejection upheld", appeals.upheld, None, None),
        ("appeals", "rejection overturned", appeals.overturned, None, None),
        ("appeals", "waiting", appeals.waiting, None, None),
        ("appeals", "median hours to a decision", _hours(appeals.median_h), None, None),
    ]


def as_document(report: TransparencyReport) -> dict[str, Any]:
    """The report for programs: figures by part."""
    figures = [
        {"part": part, "what": what, "value": value, "low": low, "high": high} for part, what, value, low, high in report_rows(report)
    ]
    return {"year": report.year, "figures": figures}


def as_csv(report: TransparencyReport) -> str:
    """The report as a table."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["year", "part", "what", "value", "low", "high"])
    writer.writerows([report.year, *["" if cell is None else cell for cell in row]] for row in report_rows(report))
    return out.getvalue()


def _hours(value: float | None) -> float | None:
    return None if value is None else round(value, 2)


def _share(part: str, what: str, share: Share) -> Row:
    found = share.interval
    if found is None:
        return part, what, None, None, None
    return part, what, round(found.value, _DIGITS), round(found.low, _DIGITS), round(found.high, _DIGITS)
