"""Authors as moderators know them, and what is done about them."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from commentsvc.domain.commands import Sanction
from commentsvc.domain.errors import NotFoundError
from commentsvc.domain.principals import Role
from commentsvc.services.noting import add_note, take_note_back
from commentsvc.services.sanctioning import confirm_ban, decline_ban, sanction_author
from commentsvc.store.queries.authors import get_author, list_author_comments, list_kin, list_notes
from commentsvc.store.queries.proposals import find_ban_proposed, get_proposal_place, list_bans_proposed
from commentsvc.store.queries.sites import get_site_by_id
from commentsvc.web.api.access import principal_for_author, scope_of
from commentsvc.web.api.schemas.moderation import AuthorSchema, CountsQuerySchema, SanctionSchema, SanctionWish
from commentsvc.web.api.schemas.notes import BanProposalsSchema, NoteWishSchema
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
    """Change an author's standing from the next comment on: premoderate, suspend until a day, ban, trust, or make normal again.

    Where the site wants two for a ban, the standing stays, and the answer's `ban_proposal` waits for a colleague.
    """
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


@blp.route("/ban-proposals", methods=["GET"])
@blp.doc(security=ACCOUNT)
@blp.arguments(CountsQuerySchema, location="query")
@blp.response(200, BanProposalsSchema)
def list_proposals(query: dict[str, str | None]) -> dict[str, Any]:
    """List the bans that wait for a second moderator."""
    with reading() as session:
        scope = scope_of(session, Role.MODERATOR, query["site"])
        return {"items": list_bans_proposed(session, scope.site_ids), "next": None}


@blp.route("/ban-proposals/<proposal_id>:confirm", methods=["POST"])
@blp.doc(security=ACCOUNT)
@blp.response(200, AuthorSchema)
def confirm_proposal(proposal_id: str) -> dict[str, Any]:
    """Ban an author, as a colleague proposed. One's own proposal is for somebody else (403); a settled one is a 409."""
    return _settled(proposal_id, confirm_ban)


@blp.route("/ban-proposals/<proposal_id>:decline", methods=["POST"])
@blp.doc(security=ACCOUNT)
@blp.response(200, AuthorSchema)
def decline_proposal(proposal_id: str) -> dict[str, Any]:
    """Leave the author as they are; one's own proposal is withdrawn so."""
    return _settled(proposal_id, decline_ban)


def _settled(proposal_id: str, settle: Callable[[Session, str, str, frozenset[str] | None, datetime], None]) -> dict[str, Any]:
    with reading() as session:
        _, author_id = get_proposal_place(session, proposal_id)
        principal = principal_for_author(session, author_id)
    runtime = get_runtime()
    now = runtime.clock.now()
    sites = principal.sites_with(Role.MODERATOR)
    runtime.in_transaction(lambda session: settle(session, proposal_id, principal.account_id, sites, now))
    with reading() as session:
        return _author(session, author_id)


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
        "ban_proposal": find_ban_proposed(session, author_id),
    }
