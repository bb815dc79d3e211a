"""Sites in figures, and one site: what it allows, its sections, its articles."""

from datetime import timedelta
from typing import Final

from flask import Blueprint, request, url_for
from werkzeug.wrappers import Response

from commentsvc.domain.errors import ConflictError, FieldProblem, InvalidError
from commentsvc.domain.principals import ALL_SITES, Role
from commentsvc.domain.status import ProofRule
from commentsvc.integrations.outward import MAX_ADDRESS
from commentsvc.services.sites import AS_SITE, NewSite, SectionChange, SiteChange, change_site, create_site, put_section, set_article_closed
from commentsvc.services.webhooks import NewWebhook, delete_webhook, try_webhook
from commentsvc.settings import default_policy
from commentsvc.store.queries.history import list_policy_versions
from commentsvc.store.queries.overview import count_site
from commentsvc.store.queries.sites import list_articles, list_sections, list_sites
from commentsvc.store.queries.webhooks import list_deliveries, list_webhooks
from commentsvc.web.admin.gate import back_to, require_any_admin, require_installation_admin, require_site_admin
from commentsvc.web.context import get_runtime, reading
from commentsvc.web.forms import read_form
from commentsvc.web.pages.render import page

DAYS: Final = 30
_MAX_ORIGINS: Final = 5000
_SECRET: Final = (32, 255)


def add_sites(admin: Blueprint) -> None:
    """Serve the overview and the pages of sites."""
    admin.add_url_rule("", "overview", _overview, methods=["GET"])
    admin.add_url_rule("/sites", "create_site", _create, methods=["POST"])
    admin.add_url_rule("/sites/<key>", "site", _site, methods=["GET"])
    admin.add_url_rule("/sites/<key>", "change_site", _change, methods=["POST"])
    admin.add_url_rule("/sites/<key>/sections", "put_section", _put_section, methods=["POST"])
    admin.add_url_rule("/sites/<key>/webhooks", "create_webhook", _create_webhook, methods=["POST"])
    admin.add_url_rule("/sites/<key>/webhooks/<webhook_id>/delete", "delete_webhook", _delete_webhook, methods=["POST"])
    admin.add_url_rule("/sites/<key>/webhooks/<webhook_id>/test", "test_webhook", _test_webhook, methods=["POST"])
    admin.add_url_rule("/sites/<key>/articles", "close_article", _close_article, methods=["POST"])


def _overview() -> Response:
    return _show_overview()


def _show_overview(trouble: str = "", status: int = 200) -> Response:
    runtime = get_runtime()
    since = runtime.clock.now() - timedelta(days=DAYS)
    with reading() as session:
        principal, allowed = require_any_admin(session)
        sites = list_sites(session, allowed)
        figures = {site.id: count_site(session, site.id, since) for site in sites}
        active = {
            site.id: next((line.version for line in list_policy_versions(session, site.id) if line.id == site.policy_version_id), None)
            for site in sites
        }
    return page(
        "admin/overview.html",
        status=status,
        sites=sites,
        figures=figures,
        active=active,
        days=DAYS,
        scorer=runtime.scorer.version,
        scorer_waits=runtime.scorer.waiting_count,
        is_ready=runtime.scorer.is_ready,
        budget_ms=runtime.settings.scorer.budget_ms,
        may_make=principal.role_on(ALL_SITES) is Role.ADMIN,
        trouble=trouble,
    )


def _create() -> Response:
    with reading() as session:
        principal = require_installation_admin(session)
    form = read_form({"key": 63, "name": 200, "language": 16})
    policy = default_policy()
    runtime = get_runtime()
    now = runtime.clock.now()
    new = NewSite(form["key"].strip(), form["name"].strip() or form["key"].strip(), form["language"].strip() or "en")
    try:
        runtime.in_transaction(lambda session: create_site(session, new, policy, principal.account_id, now))
    except (InvalidError, ConflictError) as error:
        return _show_overview(error.detail, 409 if isinstance(error, ConflictError) else 422)
    return back_to(url_for("admin.site", key=new.key))


def _site(key: str) -> Response:
    return _show_site(key)


def _show_site(key: str, trouble: InvalidError | None = None, *, webhook_secret: str = "") -> Response:
    with reading() as session:
        _, site = require_site_admin(session, key)
        webhooks = [
            (hook, next(iter(list_deliveries(session, site.id, hook.id, limit=1)), None)) for hook in list_webhooks(session, site.id)
        ]
        sections = list_sections(session, site.id)
        articles = list_articles(session, site.id)
    return page(
        "admin/site.html",
        status=422 if trouble else 200,
        site=site,
        sections=sections,
        articles=articles,
        trouble=trouble,
        webhooks=webhooks,
        webhook_secret=webhook_secret,
        is_kept=request.args.get("kept") == "1",
        now=get_runtime().clock.now(),
    )


def _whole(form: dict[str, str], name: str, low: int, high: int, problems: list[FieldProblem]) -> int:
    text = form[name].strip()
    if text.isascii() and text.isdigit() and len(text) < 9 and low <= int(text) <= high:  # noqa: PLR2004 - digits of the largest
        return int(text)
    problems.append(FieldProblem(f"/{name}", f"Must be a whole number from {low:,} to {high:,}."))
    return low


def _change(key: str) -> Response:
    with reading() as session:
        principal, site = require_site_admin(session, key)
    fields = {
        "name": 200,
        "language": 16,
        "guests": 3,
        "max_body_chars": 8,
        "max_depth": 8,
        "edit_minutes": 8,
        "close_after_days": 8,
        "jwks_url": MAX_ADDRESS,
        "jwt_secret": 255,
        "proof": 10,
    }
    form = read_form({**fields, "origins": _MAX_ORIGINS})
    problems: list[FieldProblem] = []
    secret = form["jwt_secret"].strip()
    if secret and len(secret) < _SECRET[0]:
        problems.append(FieldProblem("/jwt_secret", f"Needs at least {_SECRET[0]} characters."))
    jwks_url = form["jwks_url"].strip()
    objection = get_runtime().outward.objection(jwks_url) if jwks_url else None
    if objection is not None:
        problems.append(FieldProblem("/jwks_url", objection))
    if form["proof"] not in set(ProofRule):
        problems.append(FieldProblem("/proof", f"Must be one of: {', '.join(ProofRule)}."))
    origins = tuple(form["origins"].split())
    if not all(origin.startswith(("https://", "http://")) and origin.count("/") == 2 for origin in origins):  # noqa: PLR2004 - those of ://
        problems.append(FieldProblem("/origins", "Each must be an origin such as https://news.example.org, without a path."))
    change = SiteChange(
        name=form["name"].strip() or site.name,
        language=form["language"].strip() or site.language,
        origins=origins,
        guests_allowed=form["guests"] == "yes",
        max_body_chars=_whole(form, "max_body_chars", 1, 50_000, problems),
        max_depth=_whole(form, "max_depth", 0, 50, problems),
        edit_window_s=_whole(form, "edit_minutes", 0, 10_080, problems) * 60,
        jwt_secret=secret or None,
        jwks_url=jwks_url,
        proof=ProofRule(form["proof"]) if form["proof"] in set(ProofRule) else None,
        close_after_days=_whole(form, "close_after_days", 0, 3650, problems),
    )
    if problems:
        return _show_site(key, InvalidError("Some values do not fit; nothing was changed.", fields=tuple(problems)))
    runtime = get_runtime()
    now = runtime.clock.now()
    runtime.in_transaction(lambda session: change_site(session, site.id, change, principal.account_id, now))
    return back_to(url_for("admin.site", key=key, kept="1"))


def _create_webhook(key: str) -> Response:
    with reading() as session:
        principal, site = require_site_admin(session, key)
    form = read_form({"url": MAX_ADDRESS})
    try:
        _, secret = get_runtime().add_webhook(NewWebhook(site.id, principal.account_id, form["url"].strip()))
    except InvalidError as error:
        return _show_site(key, error)
    except ConflictError as error:
        return _show_site(key, InvalidError(error.detail))
    # Shown in the answer itself: after a redirect nobody could read it any more.
    return _show_site(key, webhook_secret=secret)


def _delete_webhook(key: str, webhook_id: str) -> Response:
    with reading() as session:
        principal, site = require_site_admin(session, key)
    read_form({})
    runtime = get_runtime()
    now = runtime.clock.now()
    runtime.in_transaction(lambda session: delete_webhook(session, site.id, webhook_id, principal.account_id, now))
    return back_to(url_for("admin.site", key=key, kept="1"))


def _test_webhook(key: str, webhook_id: str) -> Response:
    with reading() as session:
        _, site = require_site_admin(session, key)
    read_form({})
    runtime = get_runtime()
    now = runtime.clock.now()
    runtime.in_transaction(lambda session: try_webhook(session, site.id, webhook_id, now))
    return back_to(url_for("admin.site", key=key, kept="1"))


def _put_section(key: str) -> Response:
    with reading() as session:
        principal, site = require_site_admin(session, key)
    form = read_form({"section": 100, "name": 200, "close_after_days": 8, "closed": 3, "whole": 1})
    section = form["section"].strip()
    if not section:
        return _show_site(key, InvalidError("A section needs a key.", fields=(FieldProblem("/section", "Is empty."),)))
    problems: list[FieldProblem] = []
    days = _whole(form, "close_after_days", 0, 3650, problems) if form["close_after_days"].strip() else AS_SITE
    if problems:
        return _show_site(key, InvalidError("Some values do not fit; nothing was changed.", fields=tuple(problems)))
    runtime = get_runtime()
    now = runtime.clock.now()
    name = form["name"].strip() or section
    # The form for a new section names it and says no more.
    change = SectionChange(section, name, form["closed"] == "yes", days) if form["whole"] else SectionChange(section, name)
    runtime.in_transaction(lambda session: put_section(session, site.id, change, principal.account_id, now))
    return back_to(url_for("admin.site", key=key, kept="1"))


def _close_article(key: str) -> Response:
    with reading() as session:
        principal, site = require_site_admin(session, key)
    form = read_form({"article": 500, "closed": 3})
    runtime = get_runtime()
    now = runtime.clock.now()
    is_closed = form["closed"] == "yes"
    runtime.in_transaction(
        lambda session: set_article_closed(session, site.id, form["article"], is_closed=is_closed, account_id=principal.account_id, now=now)
    )
    return back_to(url_for("admin.site", key=key, kept="1"))
