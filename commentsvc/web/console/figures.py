"""A moderator's own figures."""

from datetime import timedelta
from typing import Final

from flask import Blueprint
from werkzeug.wrappers import Response

from commentsvc.store.queries.figures import count_work
from commentsvc.web.console.desk import open_desk
from commentsvc.web.context import get_runtime, reading
from commentsvc.web.pages.render import page

_WEEK: Final = timedelta(days=7)
_MONTH: Final = timedelta(days=30)


def add_figures(console: Blueprint) -> None:
    """Serve the page of one's own figures."""
    console.add_url_rule("/figures", "figures", _show, methods=["GET"])


def _show() -> Response:
    now = get_runtime().clock.now()
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    periods = (("Today", midnight), ("7 days", now - _WEEK), ("30 days", now - _MONTH))
    with reading() as session:
        account_id = open_desk(session, None).principal.account_id
        columns = [(name, count_work(session, since, account_id=account_id)) for name, since in periods]
    return page("console/figures.html", columns=columns)
