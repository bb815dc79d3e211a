"""What a reader may have of a site that holds their data: to read on, to take along, and to have erased."""

from typing import Any, Final

from flask import Response

from commentsvc.domain.errors import UnauthenticatedError
from commentsvc.integrations.sealing import Purpose, unseal
from commentsvc.services.erasing import erase_author
from commentsvc.store.queries.own_data import collect_own_data, list_own_comments
from commentsvc.store.queries.readers import find_appeals, find_current_grounds
from commentsvc.store.queries.sites import SiteState, get_site
from commentsvc.web.api.cors import reader_blueprint, remember_origins
from commentsvc.web.api.readers import appeal_document, reader_of
from commentsvc.web.api.schemas.own_data import OwnCommentsSchema, OwnDataSchema
from commentsvc.web.api.schemas.parts import PageQuery
from commentsvc.web.context import get_runtime, reading
from commentsvc.web.limits import throttle_act
from commentsvc.web.pagination import decode_moment, encode_cursor
from commentsvc.web.strictjson import json_response

SIGNED_IN: Final[list[dict[str, list[str]]]] = [{"readerJwt": []}]
_KIND: Final = "own"

blp = reader_blueprint("own-data", "What a site holds about the reader who asks.")


@blp.route("/sites/<site>/me/comments", methods=["GET"])
@blp.doc(security=SIGNED_IN)
@blp.arguments(PageQuery, location="query")
@blp.response(200, OwnCommentsSchema)
def list_mine(query: dict[str, Any], site: str) -> Response:
    """List one's own comments on the site, newest first, those that wait or were rejected too."""
    before = decode_moment(query["cursor"], _KIND)
    with reading() as session:
        place = get_site(session, site)
        subject = _subject(place)
        found = list_own_comments(session, place.id, subject, before=before, limit=query["limit"] + 1)
        page = found[: query["limit"]]
        ids = [comment.id for comment in page]
        grounds, appeals = find_current_grounds(session, ids), find_appeals(session, ids)
    items = [
        {name: getattr(comment, name) for name in type(comment).__slots__}
        | {"ground": grounds.get(comment.id), "appeal": appeal_document(appeals.get(comment.id))}
        for comment in page
    ]
    following = encode_cursor(_KIND, (page[-1].created_at.isoformat(), page[-1].id)) if len(found) > len(page) else None
    return json_response({"items": items, "next": following})


@blp.route("/sites/<site>/me/data", methods=["GET"])
@blp.doc(security=SIGNED_IN)
@blp.response(200, OwnDataSchema)
def export_mine(site: str) -> Response:
    """Get all that the site holds about oneself (Article 15 and 20 GDPR): texts, votes, reports, appeals, subscriptions."""
    throttle_act()
    with reading() as session:
        place = get_site(session, site)
        found = collect_own_data(session, place.id, _subject(place))
    secret = get_runtime().secret
    for line in found["subscriptions"]:
        line["email"] = unseal(secret, line.pop("email_sealed"), Purpose.EMAIL)
    response = json_response({"site": place.key, **found})
    response.headers["Content-Disposition"] = f'attachment; filename="{place.key}-comments.json"'
    return response


@blp.route("/sites/<site>/me", methods=["DELETE"])
@blp.doc(security=SIGNED_IN)
@blp.response(204)
def erase_mine(site: str) -> None:
    """Have all that one wrote on the site erased (Article 17 GDPR), at once and for good.

    Replies by others stay, below empty placeholders.
    """
    throttle_act()
    with reading() as session:
        place = get_site(session, site)
        subject = _subject(place)
    runtime = get_runtime()
    now = runtime.clock.now()
    runtime.in_transaction(lambda session: erase_author(session, place.id, subject, now))


def _subject(site: SiteState) -> str:
    remember_origins(site.origins)
    reader = reader_of(site)
    if reader is None:
        raise UnauthenticatedError("Send the reader's token: guests are not known again.")
    return f"sso:{reader.subject}"
