"""Sites, sections and articles, as admins run them."""

from typing import Any

from commentsvc.domain.errors import FieldProblem, InvalidError, NotFoundError
from commentsvc.domain.principals import Role
from commentsvc.services.sites import AS_SITE, SectionChange, SiteChange, change_site, create_site, put_section, set_article_closed
from commentsvc.settings import default_policy
from commentsvc.store.queries.audit_log import AuditSearch, list_audit
from commentsvc.store.queries.sites import ArticleState, SectionState, SiteState, find_article, get_site, list_articles, list_sections
from commentsvc.web.api.access import admin_of_all, scope_of, site_for
from commentsvc.web.api.policies import of_document
from commentsvc.web.api.schemas.admin import (
    ArticleActSchema,
    ArticleSchema,
    ArticlesSchema,
    AuditQuerySchema,
    AuditSchema,
    NewSiteSchema,
    NewSiteWish,
    SectionChangeSchema,
    SectionSchema,
    SectionsSchema,
    SiteChangeSchema,
    SiteSchema,
    SitesSchema,
)
from commentsvc.web.context import get_runtime, reading
from commentsvc.web.pagination import decode_cursor, encode_cursor
from commentsvc.web.smorest import ACCOUNT, API_PREFIX, CommentBlueprint

_MAX_SECTION_KEY = 100
_AUDIT = "audit"

blp = CommentBlueprint("sites", "sites", url_prefix=f"{API_PREFIX}/admin", description="Sites, sections and articles, as admins run them.")


@blp.route("/sites", methods=["GET"])
@blp.doc(security=ACCOUNT)
@blp.response(200, SitesSchema)
def list_own_sites() -> dict[str, Any]:
    """List the sites that the caller is an admin of."""
    with reading() as session:
        scope = scope_of(session, Role.ADMIN)
    return {"items": [_site(site) for site in scope.sites.values()], "next": None}


@blp.route("/sites", methods=["POST"])
@blp.doc(security=ACCOUNT)
@blp.arguments(NewSiteSchema)
@blp.response(201, SiteSchema)
def make_site(wish: NewSiteWish) -> dict[str, Any]:
    """Make a site, with its first policy active. For admins of every site."""
    _check_key_set(wish.site.jwks_url)
    with reading() as session:
        account_id = admin_of_all(session).account_id
    runtime = get_runtime()
    now = runtime.clock.now()
    policy = default_policy() if wish.policy is None else wish.policy
    with of_document("/policy"):
        runtime.in_transaction(lambda session: create_site(session, wish.site, policy, account_id, now))
    with reading() as session:
        return _site(get_site(session, wish.site.key))


@blp.route("/sites/<site>", methods=["GET"])
@blp.doc(security=ACCOUNT)
@blp.response(200, SiteSchema)
def show_site(site: str) -> dict[str, Any]:
    """Get a site."""
    with reading() as session:
        found, _ = site_for(session, site, Role.ADMIN)
    return _site(found)


@blp.route("/sites/<site>", methods=["PATCH"])
@blp.doc(security=ACCOUNT)
@blp.arguments(SiteChangeSchema)
@blp.response(200, SiteSchema)
def patch_site(change: SiteChange, site: str) -> dict[str, Any]:
    """Change what a site allows. What is left out stays as it is."""
    _check_key_set(change.jwks_url)
    with reading() as session:
        found, principal = site_for(session, site, Role.ADMIN)
    runtime = get_runtime()
    now = runtime.clock.now()
    runtime.in_transaction(lambda session: change_site(session, found.id, change, principal.account_id, now))
    with reading() as session:
        return _site(get_site(session, site))


@blp.route("/sites/<site>/sections", methods=["GET"])
@blp.doc(security=ACCOUNT)
@blp.response(200, SectionsSchema)
def show_sections(site: str) -> dict[str, Any]:
    """List a site's sections."""
    with reading() as session:
        found, _ = site_for(session, site, Role.ADMIN)
        return {"items": [_section(section) for section in list_sections(session, found.id)], "next": None}


@blp.route("/sites/<site>/sections/<section>", methods=["PUT"])
@blp.doc(security=ACCOUNT)
@blp.arguments(SectionChangeSchema)
@blp.response(200, SectionSchema)
def put_site_section(wish: dict[str, Any], site: str, section: str) -> dict[str, Any]:
    """Make a section, or change the one with this key: its name, whether it takes comments, and when its new articles close."""
    if len(section) > _MAX_SECTION_KEY or not section.isprintable() or not section.strip():
        problem = FieldProblem("?section", f"Must be one line of 1 to {_MAX_SECTION_KEY} characters.")
        raise NotFoundError("There can be no such section.", fields=(problem,))
    with reading() as session:
        found, principal = site_for(session, site, Role.ADMIN)
    runtime = get_runtime()
    now = runtime.clock.now()
    days = wish.get("close_after_days", ...)
    change = SectionChange(section, wish["name"], wish.get("is_closed"), None if days is ... else AS_SITE if days is None else days)
    runtime.in_transaction(lambda session: put_section(session, found.id, change, principal.account_id, now))
    with reading() as session:
        return next(_section(one) for one in list_sections(session, found.id) if one.key == section)


@blp.route("/sites/<site>/articles", methods=["GET"])
@blp.doc(security=ACCOUNT)
@blp.response(200, ArticlesSchema)
def show_articles(site: str) -> dict[str, Any]:
    """List the latest articles that have comments."""
    with reading() as session:
        found, _ = site_for(session, site, Role.ADMIN)
        return {"items": list_articles(session, found.id), "next": None}


@blp.route("/sites/<site>/articles:close", methods=["POST"])
@blp.doc(security=ACCOUNT)
@blp.arguments(ArticleActSchema)
@blp.response(200, ArticleSchema)
def close_article(wish: dict[str, str], site: str) -> ArticleState:
    """Close an article: it takes no more comments."""
    return _set_closed(site, wish["article"], is_closed=True)


@blp.route("/sites/<site>/articles:open", methods=["POST"])
@blp.doc(security=ACCOUNT)
@blp.arguments(ArticleActSchema)
@blp.response(200, ArticleSchema)
def open_article(wish: dict[str, str], site: str) -> ArticleState:
    """Open a closed article again."""
    return _set_closed(site, wish["article"], is_closed=False)


@blp.route("/sites/<site>/audit", methods=["GET"])
@blp.doc(security=ACCOUNT)
@blp.arguments(AuditQuerySchema, location="query")
@blp.response(200, AuditSchema)
def show_audit(query: dict[str, Any], site: str) -> dict[str, Any]:
    """List who did what on a site, newest first: everything, or what one account did, what was done to one comment, and so on."""
    position = decode_cursor(query["cursor"], _AUDIT, (int,))
    before = None if position is None else min(int(position[0] or 0), 2**31 - 1)
    with reading() as session:
        found, _ = site_for(session, site, Role.ADMIN)
        search = AuditSearch(*(query[name] for name in ("actor", "action", "subject", "since", "until")))
        lines = list_audit(session, found.id, search, before=before, limit=query["limit"] + 1)
    page = lines[: query["limit"]]
    return {"items": page, "next": encode_cursor(_AUDIT, (page[-1].no,)) if len(lines) > len(page) else None}


def _set_closed(site: str, article: str, *, is_closed: bool) -> ArticleState:
    with reading() as session:
        found, principal = site_for(session, site, Role.ADMIN)
    runtime = get_runtime()
    now = runtime.clock.now()
    account_id = principal.account_id
    runtime.in_transaction(
        lambda session: set_article_closed(session, found.id, article, is_closed=is_closed, account_id=account_id, now=now)
    )
    with reading() as session:
        state = find_article(session, found.id, article)
    if state is None:
        raise NotFoundError("There is no such article.")
    return state


def _check_key_set(address: str | None) -> None:
    objection = get_runtime().outward.objection(address) if address else None
    if objection is not None:
        raise InvalidError("This address cannot be called.", fields=(FieldProblem("/jwks_url", objection),))


def _section(section: SectionState) -> dict[str, Any]:
    return {
        "key": section.key,
        "name": section.name,
        "is_closed": section.is_closed,
        "close_after_days": section.close_after_days,
    }


def _site(site: SiteState) -> dict[str, Any]:
    return {
        "key": site.key,
        "name": site.name,
        "language": site.language,
        "origins": site.origins,
        "guests_allowed": site.limits.guests_allowed,
        "max_body_chars": site.limits.max_body_chars,
        "max_depth": site.limits.max_depth,
        "edit_window_s": site.edit_window_s,
        "close_after_days": site.close_after_days,
        "jwks_url": site.jwks_url,
        "proof": site.proof,
        "has_jwt_secret": site.jwt_secret is not None,
        "jwt_public_key": site.jwt_public_key,
        "created_at": site.created_at,
    }
