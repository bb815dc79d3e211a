"""What the law asks for: statements of reasons and the yearly transparency report."""

from typing import Any, Final

from commentsvc.domain.principals import Role
from commentsvc.store.queries.restrictions import list_statements
from commentsvc.store.queries.transparency import report_year
from commentsvc.transfer.transparency_files import as_document
from commentsvc.web.api.access import site_for
from commentsvc.web.api.schemas.law import ReportQuerySchema, StatementsQuerySchema, StatementsSchema, TransparencyReportSchema
from commentsvc.web.context import reading
from commentsvc.web.pagination import decode_cursor, encode_cursor
from commentsvc.web.smorest import ACCOUNT, API_PREFIX, CommentBlueprint

_LIST: Final = "statements"

blp = CommentBlueprint("law", "law", url_prefix=f"{API_PREFIX}/admin", description="What the Digital Services Act asks for.")


@blp.route("/sites/<site>/statements", methods=["GET"])
@blp.doc(security=ACCOUNT)
@blp.arguments(StatementsQuerySchema, location="query")
@blp.response(200, StatementsSchema)
def show_statements(query: dict[str, Any], site: str) -> dict[str, Any]:
    """List statements of reasons, in the form of the EU's Transparency Database, with what came of sending them."""
    position = decode_cursor(query["cursor"], _LIST, (str,))
    before = None if position is None else str(position[0])
    with reading() as session:
        found, _ = site_for(session, site, Role.ADMIN)
        lines = list_statements(session, found.id, since=query["since"], until=query["until"], before=before, limit=query["limit"] + 1)
    page = lines[: query["limit"]]
    return {"items": page, "next": encode_cursor(_LIST, (page[-1].id,)) if len(lines) > len(page) else None}


@blp.route("/sites/<site>/transparency-report", methods=["GET"])
@blp.doc(security=ACCOUNT)
@blp.arguments(ReportQuerySchema, location="query")
@blp.response(200, TransparencyReportSchema)
def show_report(query: dict[str, Any], site: str) -> dict[str, Any]:
    """Get the figures of a year: notices, measures, automated means with accuracy and error, appeals, median times."""
    with reading() as session:
        found, _ = site_for(session, site, Role.ADMIN)
        return as_document(report_year(session, found.id, query["year"]))
