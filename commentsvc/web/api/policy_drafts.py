"""Drafts of policies."""

from typing import Any

from commentsvc.domain.errors import NotFoundError
from commentsvc.domain.principals import Role
from commentsvc.services.policy_drafts import DraftChange, NewDraft, change_draft, create_draft, delete_draft, publish_draft
from commentsvc.store.queries.history import find_policy_version
from commentsvc.store.queries.policies import DraftLine, find_draft, list_drafts
from commentsvc.store.queries.sites import get_site
from commentsvc.web.api.access import site_for
from commentsvc.web.api.policies import of_document, show_policy
from commentsvc.web.api.schemas.policies import PolicySchema
from commentsvc.web.api.schemas.policy_steps import (
    DraftChangeSchema,
    DraftWish,
    DraftWishSchema,
    PolicyDraftSchema,
    PolicyDraftsSchema,
    StepNoteSchema,
)
from commentsvc.web.context import get_runtime, reading
from commentsvc.web.smorest import ACCOUNT, API_PREFIX, CommentBlueprint

blp = CommentBlueprint("policy_drafts", "policies", url_prefix=f"{API_PREFIX}/admin", description="Drafts of policies.")


@blp.route("/sites/<site>/policy-drafts", methods=["GET"])
@blp.doc(security=ACCOUNT)
@blp.response(200, PolicyDraftsSchema)
def list_all(site: str) -> dict[str, Any]:
    """List a site's drafts, the one changed last first."""
    with reading() as session:
        found, _ = site_for(session, site, Role.ADMIN)
        return {"items": [_draft(line) for line in list_drafts(session, found.id)], "next": None}


@blp.route("/sites/<site>/policy-drafts", methods=["POST"])
@blp.doc(security=ACCOUNT)
@blp.arguments(DraftWishSchema)
@blp.response(201, PolicyDraftSchema)
def make(wish: DraftWish, site: str) -> dict[str, Any]:
    """Keep a draft. It routes nothing."""
    with reading() as session:
        found, principal = site_for(session, site, Role.ADMIN)
        if find_policy_version(session, found.id, wish.base_version) is None:
            raise NotFoundError("There is no such policy version.")
    runtime = get_runtime()
    now = runtime.clock.now()
    new = NewDraft(found.id, principal.account_id, wish.name, wish.document, wish.base_version)
    with of_document("/document"):
        draft_id = runtime.in_transaction(lambda session: create_draft(session, new, now))
    return _show(site, draft_id)


@blp.route("/sites/<site>/policy-drafts/<draft_id>", methods=["GET"])
@blp.doc(security=ACCOUNT)
@blp.response(200, PolicyDraftSchema)
def show(site: str, draft_id: str) -> dict[str, Any]:
    """Get one draft."""
    with reading() as session:
        site_for(session, site, Role.ADMIN)
    return _show(site, draft_id)


@blp.route("/sites/<site>/policy-drafts/<draft_id>", methods=["PUT"])
@blp.doc(security=ACCOUNT)
@blp.arguments(DraftChangeSchema)
@blp.response(200, PolicyDraftSchema)
def change(wish: dict[str, Any], site: str, draft_id: str) -> dict[str, Any]:
    """Change a draft of one's own."""
    with reading() as session:
        found, principal = site_for(session, site, Role.ADMIN)
    runtime = get_runtime()
    now = runtime.clock.now()
    wanted = DraftChange(draft_id, wish["name"], wish["document"], wish["edition"])
    with of_document("/document"):
        runtime.in_transaction(lambda session: change_draft(session, found.id, wanted, principal.account_id, now))
    return _show(site, draft_id)


@blp.route("/sites/<site>/policy-drafts/<draft_id>", methods=["DELETE"])
@blp.doc(security=ACCOUNT)
@blp.response(204)
def remove(site: str, draft_id: str) -> None:
    """Delete a draft of one's own."""
    with reading() as session:
        found, principal = site_for(session, site, Role.ADMIN)
    runtime = get_runtime()
    now = runtime.clock.now()
    runtime.in_transaction(lambda session: delete_draft(session, found.id, draft_id, principal.account_id, now))


@blp.route("/sites/<site>/policy-drafts/<draft_id>:publish", methods=["POST"])
@blp.doc(security=ACCOUNT)
@blp.arguments(StepNoteSchema)
@blp.response(201, PolicySchema)
def publish(wish: dict[str, Any], site: str, draft_id: str) -> dict[str, Any]:
    """Make a draft of one's own the site's next version. It routes nothing before it is activated."""
    with reading() as session:
        found, principal = site_for(session, site, Role.ADMIN)
    runtime = get_runtime()
    now = runtime.clock.now()
    version = runtime.in_transaction(lambda session: publish_draft(session, found.id, draft_id, principal.account_id, wish["note"], now))
    return show_policy(site, version)


def _show(site: str, draft_id: str) -> dict[str, Any]:
    with reading() as session:
        line = find_draft(session, get_site(session, site).id, draft_id)
    if line is None:
        raise NotFoundError("There is no such draft.")
    return _draft(line)


def _draft(line: DraftLine) -> dict[str, Any]:
    return {name: getattr(line, name) for name in DraftLine.__slots__} | {"account": line.account_id}
