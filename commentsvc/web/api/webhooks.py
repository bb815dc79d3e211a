"""Webhooks of a site: who is told of what happens, and how the messages fare."""

from typing import Any

from commentsvc.domain.principals import Role
from commentsvc.services.webhooks import NewWebhook, delete_webhook, try_webhook
from commentsvc.store.queries.webhooks import list_deliveries, list_webhooks
from commentsvc.web.api.access import site_for
from commentsvc.web.api.schemas.webhooks import (
    DeliveriesSchema,
    NewWebhookOutSchema,
    NewWebhookSchema,
    TriedSchema,
    WebhooksSchema,
)
from commentsvc.web.context import get_runtime, reading
from commentsvc.web.smorest import ACCOUNT, API_PREFIX, CommentBlueprint

blp = CommentBlueprint("webhooks", "webhooks", url_prefix=f"{API_PREFIX}/admin", description="Telling a site's own software what happens.")


@blp.route("/sites/<site>/webhooks", methods=["GET"])
@blp.doc(security=ACCOUNT)
@blp.response(200, WebhooksSchema)
def show_webhooks(site: str) -> dict[str, Any]:
    """List the webhooks of a site, oldest first."""
    with reading() as session:
        found, _ = site_for(session, site, Role.ADMIN)
        return {"items": list_webhooks(session, found.id), "next": None}


@blp.route("/sites/<site>/webhooks", methods=["POST"])
@blp.doc(security=ACCOUNT)
@blp.arguments(NewWebhookSchema)
@blp.response(201, NewWebhookOutSchema)
def make_webhook(wish: dict[str, Any], site: str) -> dict[str, Any]:
    """Have an address told of what happens on the site from now on. The answer holds the secret that messages are signed with, once."""
    with reading() as session:
        found, principal = site_for(session, site, Role.ADMIN)
    new = NewWebhook(found.id, principal.account_id, wish["url"], tuple(dict.fromkeys(wish["topics"])))
    webhook_id, secret = get_runtime().add_webhook(new)
    with reading() as session:
        made = next(one for one in list_webhooks(session, found.id) if one.id == webhook_id)
    return {name: getattr(made, name) for name in type(made).__slots__} | {"secret": secret}


@blp.route("/sites/<site>/webhooks/<webhook_id>", methods=["DELETE"])
@blp.doc(security=ACCOUNT)
@blp.response(204)
def remove_webhook(site: str, webhook_id: str) -> None:
    """Tell this address nothing any more. Messages on their way are dropped."""
    with reading() as session:
        found, principal = site_for(session, site, Role.ADMIN)
    runtime = get_runtime()
    now = runtime.clock.now()
    runtime.in_transaction(lambda session: delete_webhook(session, found.id, webhook_id, principal.account_id, now))


@blp.route("/sites/<site>/webhooks/<webhook_id>:test", methods=["POST"])
@blp.doc(security=ACCOUNT)
@blp.response(202, TriedSchema)
def send_test(site: str, webhook_id: str) -> dict[str, str]:
    """Send a message of the type `webhook.test`, and turn the webhook on again if it was off."""
    with reading() as session:
        found, _ = site_for(session, site, Role.ADMIN)
    runtime = get_runtime()
    now = runtime.clock.now()
    return {"message": runtime.in_transaction(lambda session: try_webhook(session, found.id, webhook_id, now))}


@blp.route("/sites/<site>/webhooks/<webhook_id>/deliveries", methods=["GET"])
@blp.doc(security=ACCOUNT)
@blp.response(200, DeliveriesSchema)
def show_deliveries(site: str, webhook_id: str) -> dict[str, Any]:
    """List the latest 50 messages to a webhook, newest first, with what came of them."""
    with reading() as session:
        found, _ = site_for(session, site, Role.ADMIN)
        return {"items": list_deliveries(session, found.id, webhook_id), "next": None}
