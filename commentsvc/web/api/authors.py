"""Authors as moderators know them, and what is done about them."""

from typing import Any

from sqlalchemy.orm import Session

from commentsvc.domain.commands import Sanction
from commentsvc.domain.errors import NotFoundError
from commentsvc.domain.principals import Role
from commentsvc.services.reporting import sanction_author
from commentsvc.store.queries.authors import get_author, list_author_comments
from commentsvc.store.queries.sites import get_site_by_id
from commentsvc.web.api.access import principal_for_author
from commentsvc.web.api.schemas.moderation import AuthorSchema, SanctionSchema, SanctionWish
from commentsvc.web.context import get_runtime, reading
from commentsvc.web.smorest import ACCOUNT, API_PREFIX, CommentBlueprint

blp = CommentBlueprint("authors", "authors", url_prefix=f"{API_PREFIX}/moderation", description="Authors as moderators know them.")


@blp.route("/authors/<author_id>", methods=["GET"])
@blp.doc(security=ACCOUNT)
@blp.response(200, AuthorSchema)
def show_author(author_id: str) -> dict[str, Any]:
    """Get an author in figures, with their latest comments and what was decided about them."""
    with reading() as session:
        principal_for_author(session, author_id)
        return _author(session, author_id)


@blp.route("/authors/<author_id>/sanctions", methods=["POST"])
@blp.doc(security=ACCOUNT)
@blp.arguments(SanctionSchema)
@blp.response(200, AuthorSchema)
def sanction(wish: SanctionWish, author_id: str) -> dict[str, Any]:
    """Change an author's standing from the next comment on: premoderate, suspend until a day, ban, trust, or make normal again."""
    with reading() as session:
        principal = principal_for_author(session, author_id)
    runtime = get_runtime()
    now = runtime.clock.now()
    command = Sanction(author_id, principal.account_id, wish.standing, wish.reason, wish.until)
    runtime.in_transaction(lambda session: sanction_author(session, command, principal.sites_with(Role.MODERATOR), now))
    with reading() as session:
        return _author(session, author_id)


def _author(session: Session, author_id: str) -> dict[str, Any]:
    found = get_author(session, author_id)
    if found is None:
        raise NotFoundError("There is no such author.")
    figures, site_id, until = found
    shown = {name: getattr(figures, name) for name in type(figures).__slots__}
    site = get_site_by_id(session, site_id)
    return shown | {"site": site.key, "standing_until": until, "comments": list_author_comments(session, author_id)}
