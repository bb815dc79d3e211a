"""Authors as moderators know them, and what is done about them."""

from typing import Any

from sqlalchemy.orm import Session

from commentsvc.domain.commands import Sanction
from commentsvc.domain.errors import NotFoundError
from commentsvc.domain.principals import Role
from commentsvc.services.noting import add_note, take_note_back
from commentsvc.services.reporting import sanction_author
from commentsvc.store.queries.authors import get_author, list_author_comments, list_kin, list_notes
from commentsvc.store.queries.sites import get_site_by_id
from commentsvc.web.api.access import principal_for_author
from commentsvc.web.api.schemas.moderation import AuthorSchema, SanctionSchema, SanctionWish
from commentsvc.web.api.schemas.notes import NoteWishSchema
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


@blp.route("/authors/<author_id>/notes", methods=["POST"])
@blp.doc(security=ACCOUNT)
@blp.arguments(NoteWishSchema)
@blp.response(201, AuthorSchema)
def leave_note(wish: dict[str, str], author_id: str) -> dict[str, Any]:
    """Leave a note on an author for colleagues. The author gets it with their own data, if they ask."""
    with reading() as session:
        principal = principal_for_author(session, author_id)
    runtime = get_runtime()
    now = runtime.clock.now()
    runtime.in_transaction(lambda session: add_note(session, author_id, principal.account_id, wish["body"].strip(), now))
    with reading() as session:
        return _author(session, author_id)


@blp.route("/authors/<author_id>/notes/<note_id>", methods=["DELETE"])
@blp.doc(security=ACCOUNT)
@blp.response(204)
def delete_note(author_id: str, note_id: str) -> None:
    """Take one's own note back; admins may take back any."""
    with reading() as session:
        principal = principal_for_author(session, author_id)
        found = get_author(session, author_id)
    may_all = found is not None and principal.role_on(found[1]) is Role.ADMIN
    runtime = get_runtime()
    now = runtime.clock.now()
    runtime.in_transaction(lambda session: take_note_back(session, author_id, note_id, principal.account_id, now, may_all=may_all))


def _author(session: Session, author_id: str) -> dict[str, Any]:
    found = get_author(session, author_id)
    if found is None:
        raise NotFoundError("There is no such author.")
    figures, site_id, until = found
    shown = {name: getattr(figures, name) for name in type(figures).__slots__}
    site = get_site_by_id(session, site_id)
    return shown | {
        "site": site.key,
        "standing_until": until,
        "comments": list_author_comments(session, author_id),
        "notes": list_notes(session, author_id),
        "kin": list_kin(session, author_id),
    }
