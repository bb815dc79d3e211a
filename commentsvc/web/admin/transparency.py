"""The yearly transparency report of a site, as a page and as a table to take along."""

from datetime import UTC, datetime
from itertools import groupby
from operator import itemgetter
from typing import Final

from flask import Blueprint, request
from flask import Response as Answer
from werkzeug.wrappers import Response

from commentsvc.domain.errors import NotFoundError
from commentsvc.store.queries.restrictions import count_statements
from commentsvc.store.queries.transparency import report_year
from commentsvc.transfer.transparency_files import as_csv, report_rows
from commentsvc.web.admin.gate import require_site_admin
from commentsvc.web.context import get_runtime, reading
from commentsvc.web.pages.render import page

FIRST_YEAR: Final = 2000


def add_transparency(admin: Blueprint) -> None:
    """Serve the report."""
    admin.add_url_rule("/sites/<key>/transparency", "transparency", _report, methods=["GET"])


def _report(key: str) -> Response:
    now = get_runtime().clock.now()
    with reading() as session:
        _, site = require_site_admin(session, key)
        year = _year(request.args.get("year", ""), now)
        found = report_year(session, site.id, year)
        statements = count_statements(session, site.id)
        made_in = site.created_at.astimezone(UTC).year
    if request.args.get("format") == "csv":
        name = f"transparency-{site.key}-{year}.csv"
        return Answer(as_csv(found), mimetype="text/csv", headers={"Content-Disposition": f'attachment; filename="{name}"'})
    parts = [(part, list(rows)) for part, rows in groupby(report_rows(found), key=itemgetter(0))]
    return page(
        "admin/transparency.html",
        site=site,
        year=year,
        years=range(now.year, min(made_in, year, now.year) - 1, -1),
        is_unfinished=year >= now.year,
        parts=parts,
        is_empty=not found.comments and not any(value for _, _, value, _, _ in report_rows(found)),
        statements=statements,
    )


def _year(text: str, now: datetime) -> int:
    if not text:
        return now.year
    if not (text.isascii() and text.isdigit() and len(text) == 4) or not FIRST_YEAR <= int(text) <= now.year:  # noqa: PLR2004 - digits
        raise NotFoundError("There is no report of this year.")
    return int(text)
