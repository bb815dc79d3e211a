"""What Coral's moderators made of comments that were routed here."""

from datetime import timedelta
from typing import Any

from commentsvc.domain.principals import Role
from commentsvc.store.queries.phases import count_phase
from commentsvc.web.api.access import site_for
from commentsvc.web.api.schemas.coral import PhaseQuerySchema, PhaseSchema
from commentsvc.web.context import get_runtime, reading
from commentsvc.web.smorest import ACCOUNT, API_PREFIX, CommentBlueprint

blp = CommentBlueprint("coral", "coral", url_prefix=f"{API_PREFIX}/admin", description="Comments routed for Coral.")


@blp.route("/sites/<site>/coral", methods=["GET"])
@blp.doc(security=ACCOUNT)
@blp.arguments(PhaseQuerySchema, location="query")
@blp.response(200, PhaseSchema)
def show_phase(query: dict[str, Any], site: str) -> dict[str, Any]:
    """Count the texts that Coral had routed by this site's policy, and what its moderators decided about them."""
    since = get_runtime().clock.now() - timedelta(days=query["days"])
    with reading() as session:
        found, _ = site_for(session, site, Role.ADMIN)
        return {"source": query["source"], "since": since, "lines": count_phase(session, found.id, query["source"], since)}
