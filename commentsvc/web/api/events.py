"""Server-sent events: an open page is told that an article's comments have changed. What they are now, it asks as always."""

from collections.abc import Iterator
from typing import Final

from flask import Response, request

from commentsvc.domain.errors import NotFoundError
from commentsvc.integrations.streams import Seat
from commentsvc.runtime import Runtime
from commentsvc.store.engine import StorageUnavailableError
from commentsvc.store.queries.glances import glance_at_thread_head
from commentsvc.store.queries.sites import ThreadHead, get_thread_head
from commentsvc.web.api.cors import reader_blueprint, remember_origins
from commentsvc.web.api.page_cache import version_of
from commentsvc.web.api.schemas.comments import MAX_KEY
from commentsvc.web.api.schemas.parts import Refusing, line
from commentsvc.web.context import client_network, get_runtime, reading
from commentsvc.web.smorest import ANYONE, StrictParser
from commentsvc.web.strictjson import dumps

LOOK_S: Final = 1.0
"""Between two looks at the article: one indexed row of the database."""
BEAT_LOOKS: Final = 15
"""After so many looks without news a line is sent, by which a proxy sees life, and the server whether the reader is still there."""
LOOKS: Final = 600
"""After which a stream ends, and the browser comes again: so that others get in, too, and no thread is held for good."""
RETRY_MS: Final = 5000

blp = reader_blueprint("events", "What has changed, told at once.")


class EventQuerySchema(Refusing):
    """Whose comments are followed."""

    article = line("The article's key.", at_most=MAX_KEY, required=True)


_PARSER: Final = StrictParser()
_QUERY: Final = EventQuerySchema()


@blp.route("/sites/<site>/events", methods=["GET"])
@blp.doc(
    security=ANYONE,
    parameters=[
        {"in": "query", "schema": EventQuerySchema},
        {"in": "header", "name": "Last-Event-ID", "description": "The event that was told last.", "schema": {"type": "string"}},
    ],
)
@blp.response(
    200,
    description="Events: `data` is a JSON object with the article's `total` of published comments, `id` names the state.",
    content_type="text/event-stream",
)
@blp.alt_response(204, description="The server has no room for one more stream, or keeps none: ask for the comments with `If-None-Match`.")
def follow_article(site: str) -> Response:
    """Follow an article: an event at once, unless `Last-Event-ID` names the present state, and one within a second of each change.

    An event tells no comment, only that there is something to ask for. A stream ends after ten minutes.
    """
    runtime, article = get_runtime(), str(_PARSER.parse(_QUERY, request, location="query")["article"])
    with reading() as session:
        head = get_thread_head(session, site, article)
    remember_origins(head.origins)
    seat = runtime.streams.take(client_network())
    if seat is None:
        return Response(status=204, headers={"Cache-Control": "no-store"})
    events = _events(runtime, seat, (site, article), request.headers.get("Last-Event-ID"))
    response = Response(events, content_type="text/event-stream")
    response.call_on_close(seat.leave)
    response.headers["Cache-Control"] = "no-store"
    # nginx would gather the answer until it ends.
    response.headers["X-Accel-Buffering"] = "no"
    return response


def _events(runtime: Runtime, seat: Seat, place: tuple[str, str], told: str | None) -> Iterator[bytes]:
    yield b"retry: %d\n\n" % RETRY_MS
    quiet = 0
    for _ in range(LOOKS):
        try:
            head = glance_at_thread_head(runtime.db, *place)
        except (NotFoundError, StorageUnavailableError):
            # The browser comes again, and is told what is the matter.
            return
        state = _state_of(head, runtime)
        if state != told:
            told, quiet = state, 0
            yield b"id: %b\ndata: %b\n\n" % (state.encode(), dumps({"total": head.published_count}))
        elif quiet >= BEAT_LOOKS:
            quiet = 0
            yield b":\n\n"
        if not seat.rest(LOOK_S):
            return
        quiet += 1


def _state_of(head: ThreadHead, runtime: Runtime) -> str:
    version = version_of(head, runtime.clock.now())
    return f"{version.version}-{version.published_count}-{int(version.is_closed)}"
