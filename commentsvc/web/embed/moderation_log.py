"""How a site moderates, for everybody, where its admin has switched that on."""

from typing import Final

from flask import Blueprint, Response, render_template

from commentsvc.domain.labels import PLAIN_NAMES, Label
from commentsvc.domain.status import Route
from commentsvc.store.queries.public_log import MOST_STATEMENTS, FoundBy
from commentsvc.web.public_log import KEPT, PERIOD, public_log_of

_RULES: Final = {
    "suspect_word": "a word that is looked at first",
    "banned_word": "a word that is not shown",
    "premoderation": "everything is read first",
    "premoderated_author": "this author is read first",
    "first_comments": "an author's first comments",
    "links": "many links",
    "repeats": "the same text several times",
    "unknown_language": "a language that cannot be checked",
    "unscored": "could not be checked",
    "imported": "not shown where it came from",
}
_FOUND: Final = {FoundBy.SOFTWARE: "Software", FoundBy.READERS: "Readers", FoundBy.MODERATORS: "Moderators"}
_APPEALS: Final = {"": "–", "open": "waiting", "upheld": "rejection stands", "overturned": "shown after all"}  # noqa: RUF001 - a dash


def add_moderation_log(embed: Blueprint) -> None:
    """Serve `/moderation-log/<site>`."""
    embed.add_url_rule("/moderation-log/<site>", "moderation_log", _show, methods=["GET"])


def _show(site: str) -> Response:
    place, log = public_log_of(site)
    html = render_template(
        "embed/moderation_log.html",
        site=place,
        log=log,
        routes=Route,
        days=PERIOD.days,
        most=MOST_STATEMENTS,
        rules={**_RULES, **{label.value: PLAIN_NAMES[label].lower() for label in Label}},
        found=_FOUND,
        appeals=_APPEALS,
    )
    response = Response(html, content_type="text/html; charset=utf-8")
    response.headers["Cache-Control"] = f"public, max-age={int(KEPT.total_seconds()) // 3}"
    return response
