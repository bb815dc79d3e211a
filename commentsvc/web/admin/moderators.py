"""A site's moderators: what they did in total, how far they agree, and how they are to work."""

import math
from datetime import timedelta
from typing import Final

from flask import Blueprint, request, url_for
from werkzeug.wrappers import Response

from commentsvc.domain.errors import FieldProblem, InvalidError
from commentsvc.domain.practice import Practice
from commentsvc.services.practice import change_practice
from commentsvc.store.queries.figures import compare_moderators, count_work
from commentsvc.store.queries.practice import get_practice
from commentsvc.web.admin.gate import back_to, require_site_admin
from commentsvc.web.context import get_runtime, reading
from commentsvc.web.forms import read_form
from commentsvc.web.pages.render import page

DAYS: Final = 30
AGREEMENT_DAYS: Final = 365
"""Second opinions are few, so that they are looked at for longer."""
_WHOLE: Final = 100.0


def add_moderators(admin: Blueprint) -> None:
    """Serve the page of a site's moderators."""
    admin.add_url_rule("/sites/<key>/moderators", "moderators", _show, methods=["GET"])
    admin.add_url_rule("/sites/<key>/practice", "change_practice", _change, methods=["POST"])


def _show(key: str) -> Response:
    return _page(key)


def _page(key: str, trouble: str = "") -> Response:
    now = get_runtime().clock.now()
    with reading() as session:
        _, site = require_site_admin(session, key)
        practice = get_practice(session, site.id)
        work = count_work(session, now - timedelta(days=DAYS), site_ids=[site.id])
        twice = compare_moderators(session, site.id, now - timedelta(days=AGREEMENT_DAYS))
    return page(
        "admin/moderators.html",
        status=422 if trouble else 200,
        site=site,
        practice=practice,
        work=work,
        twice=twice,
        days=DAYS,
        trouble=trouble,
        is_kept=request.args.get("kept") == "1",
    )


def _change(key: str) -> Response:
    with reading() as session:
        principal, site = require_site_admin(session, key)
    form = read_form({"public_log": 3, "two_for_bans": 3, "second_percent": 8})
    runtime = get_runtime()
    now = runtime.clock.now()
    try:
        share = _share(form["second_percent"].strip() or "0")
        wanted = Practice(form["public_log"] == "yes", form["two_for_bans"] == "yes", share)
        runtime.in_transaction(lambda session: change_practice(session, site.id, wanted, principal.account_id, now))
    except InvalidError as error:
        return _page(key, " ".join([error.detail, *(field.detail for field in error.fields)]))
    return back_to(url_for("admin.moderators", key=key, kept="1"))


def _share(text: str) -> float:
    try:
        percent = float(text)
    except ValueError:
        percent = math.nan
    if not 0.0 <= percent <= _WHOLE:
        raise InvalidError("Nothing was changed.", fields=(FieldProblem("/second_percent", "The share must be 0 to 100 percent."),))
    return percent / _WHOLE
