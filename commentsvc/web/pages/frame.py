"""Puts the shared frame into an application and renders pages in it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from flask import Blueprint, Flask, g, render_template, request, url_for
from markupsafe import Markup

import commentsvc
from commentsvc.domain.principals import ALL_SITES, Principal, Role
from commentsvc.web.auth import session_cookie
from commentsvc.web.csrf import FORM_FIELD, csrf_token
from commentsvc.web.pages import wording
from commentsvc.web.pages.assets import install_assets
from commentsvc.web.pages.marks import install_marks
from commentsvc.web.pages.openid import add_openid
from commentsvc.web.pages.own_account import add_own_account
from commentsvc.web.pages.signin import add_signin
from commentsvc.web.problems import Problem, register_html_problems

_FACES: Final = ("/moderate", "/admin", "/signin", "/signout", "/account", "/embed", "/demo", "/mail", "/moderation-log")


@dataclass(frozen=True, slots=True)
class NavEntry:
    """A link of the page's head."""

    text: str
    address: str
    is_current: bool


def register_pages(app: Flask) -> None:
    """Serve the assets, sign-in and the pages for refusals; give templates what all of them use."""
    pages = Blueprint("pages", __name__, template_folder="templates")
    add_signin(pages)
    add_openid(pages)
    add_own_account(pages)
    app.register_blueprint(pages)
    install_assets(app)
    install_marks(app)
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    filters: dict[str, Callable[..., object]] = {
        "ago": wording.ago,
        "when": wording.when,
        "count": wording.count,
        "amount": wording.amount,
        "percent": wording.percent,
        "span": wording.short_span,
        "label": wording.label_name,
        "letters": wording.label_letters,
        "marked": wording.marked,
        "web_address": wording.web_address,
    }
    for name, function in filters.items():
        app.add_template_filter(function, name)
    app.add_template_global(csrf_field, "csrf_field")
    app.add_template_global(navigation, "navigation")
    app.add_template_global(shown_principal, "shown_principal")
    words = {"service_version": commentsvc.__version__, "reason_words": wording.REASON_WORDS, "standing_words": wording.STANDING_WORDS}
    app.jinja_env.globals.update(words)
    for prefix in _FACES:
        register_html_problems(app, prefix, render_problem)


def csrf_field() -> Markup:
    """The hidden field that proves that a form came from our page; empty where nobody is signed in."""
    raw = session_cookie()
    if raw is None:
        return Markup("")
    return Markup('<input type="hidden" name="{}" value="{}">').format(FORM_FIELD, csrf_token(raw))


def shown_principal() -> Principal | None:
    """The account that is known to be calling, without looking it up: a page about trouble must not cause more."""
    principal: Principal | None = g.get("principal")
    return principal


def navigation() -> list[NavEntry]:
    """The places that the caller may go to."""
    principal = shown_principal()
    if principal is None:
        return []
    entries = [("Queue", url_for("console.start")), ("List", url_for("console.listing")), ("Decisions", url_for("console.log"))]
    if Role.ADMIN in principal.roles.values():
        entries += [("Sites", url_for("admin.overview"))]
    if principal.role_on(ALL_SITES) is Role.ADMIN:
        entries += [("Accounts", url_for("admin.accounts")), ("Audit", url_for("admin.audit"))]
    elif Role.ADMIN in principal.roles.values():
        entries += [("Audit", url_for("admin.audit"))]
    best = max((address for _, address in entries if _is_below(request.path, address)), key=len, default="")
    return [NavEntry(text, address, address == best) for text, address in entries]


def _is_below(path: str, address: str) -> bool:
    return path == address or path.startswith(address + "/")


def render_problem(problem: Problem) -> str:
    """A page about a refusal: what happened, in its own words, and where to go on."""
    return render_template(
        "pages/problem.html",
        problem=problem,
        kind=problem.kind,
        request_id=g.get("request_id", ""),
        is_face=request.path.startswith(("/moderate", "/admin")),
    )
