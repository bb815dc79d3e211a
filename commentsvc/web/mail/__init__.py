"""The page behind the links in letters: confirm an address, say how often, stop. Whoever has the link may; looking changes nothing."""

import re
from typing import Final

from flask import Blueprint, Flask, render_template, request
from werkzeug.wrappers import Response

from commentsvc.domain.letter_words import RIGHT_TO_LEFT, letter_words
from commentsvc.domain.status import Pace
from commentsvc.services.subscribing import Subscribed, confirm, find_subscription, forget, set_pace
from commentsvc.web.context import get_runtime, reading
from commentsvc.web.forms import read_form
from commentsvc.web.limits import throttle_act

_TOKEN: Final = re.compile(r"[0-9a-f-]{36}\.[A-Za-z0-9_-]{32}")
_ACTS: Final = {"confirm": "confirmed", "pace": "saved", "end": "stopped"}


def register_mail(app: Flask) -> None:
    """Serve `/mail/<token>`."""
    mail = Blueprint("mail", __name__, template_folder="templates", url_prefix="/mail")
    mail.add_url_rule("/<token>", "page", _page, methods=["GET"])
    mail.add_url_rule("/<token>", "act", _act, methods=["POST"])
    app.register_blueprint(mail)


def _page(token: str) -> Response:
    return _show(token, _find(token))


def _act(token: str) -> Response:
    """A button of the page, or the one click of a mail program (RFC 8058), which comes from anywhere and shows no cookie."""
    throttle_act()
    found = _find(token)
    if found is None:
        return _show(token, None)
    one_click = request.form.get("List-Unsubscribe") == "One-Click"
    form = read_form({"act": 10, "pace": 10, "List-Unsubscribe": 20})
    act = "end" if one_click else form["act"]
    runtime = get_runtime()
    now = runtime.clock.now()
    if act == "end":
        runtime.in_transaction(lambda session: forget(session, found.id))
    elif act == "confirm":
        runtime.in_transaction(lambda session: confirm(session, found.id, now))
    elif act == "pace" and form["pace"] in set(Pace):
        runtime.in_transaction(lambda session: set_pace(session, found.id, Pace(form["pace"])))
    else:
        return _show(token, found, status=422)
    return _show(token, _find(token), done=_ACTS[act], before=found)


def _find(token: str) -> Subscribed | None:
    subscription_id = get_runtime().subscription_of(token) if _TOKEN.fullmatch(token) else None
    if subscription_id is None:
        return None
    with reading() as session:
        return find_subscription(session, subscription_id)


def _show(token: str, found: Subscribed | None, *, done: str = "", before: Subscribed | None = None, status: int = 200) -> Response:
    known = found or before
    language = known.language if known else (request.accept_languages[0][0] if request.accept_languages else "en")
    words = letter_words(language)
    text = render_template(
        "mail/page.html",
        token=token,
        words=words,
        lang=language,
        direction="rtl" if language.partition("-")[0] in RIGHT_TO_LEFT and words is not letter_words("en") else "ltr",
        subscription=found,
        site=known.site if known else "",
        done=words[done] if done else "",
        paces=list(Pace),
    )
    response = Response(text, 404 if known is None else status, content_type="text/html; charset=utf-8")
    response.headers["Cache-Control"] = "no-store"
    # The address is a secret: no search engine is to keep it, and no other site to be told of it.
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
