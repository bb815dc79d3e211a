"""Webhooks as admins send and get them."""

import marshmallow as ma
from marshmallow import fields, validate

from commentsvc.domain.webhooks import TOPICS
from commentsvc.web.api.schemas.parts import Refusing, cursor_out, flag, number, told, when
from commentsvc.web.fields import Id

_MAX_URL = 2000
_ADDRESS = r"^https://[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[1-9][0-9]{0,3})?(/[!-\"$-\[\]-~]*)?$"


class NewWebhookSchema(Refusing):
    """A webhook to be made."""

    url = fields.String(
        required=True,
        validate=validate.Length(1, _MAX_URL),
        # For the document alone: what is refused, and plain http where the operator allows it, is for `Outward` to say.
        metadata={"description": "The https address that messages are posted to.", "pattern": _ADDRESS},
    )
    topics = fields.List(
        fields.String(validate=validate.OneOf(TOPICS)),
        load_default=(),
        validate=validate.Length(max=len(TOPICS)),
        metadata={"description": "What it wants to know of; all of it when absent or empty."},
    )


class WebhookSchema(ma.Schema):
    """A webhook."""

    id = Id(required=True, metadata={"description": "The webhook's id."})
    url = told("Where messages are posted to.", required=True)
    topics = fields.List(fields.String(), required=True, metadata={"description": "What it wants to know of; empty for all."})
    is_active = flag("False after its receiver answered 410: nothing is sent until a test turns it on again.", required=True)
    created_at = when("When it was made.", required=True)


class NewWebhookOutSchema(WebhookSchema):
    """A webhook that was made."""

    secret = told("What its messages are signed with (Standard Webhooks). Never shown again.", required=True)


class WebhooksSchema(ma.Schema):
    """Webhooks."""

    items = fields.List(fields.Nested(WebhookSchema), required=True, metadata={"description": "The webhooks, oldest first."})
    next = cursor_out()


class TriedSchema(ma.Schema):
    """A test message on its way."""

    message = Id(required=True, metadata={"description": "The message's id, as its header `webhook-id` has it."})


class DeliverySchema(ma.Schema):
    """A message and what came of it."""

    id = Id(required=True, metadata={"description": "The message's id, the same at each try."})
    topic = told("What it tells of.", required=True)
    attempts = number("How often it was sent.", required=True)
    last_status = number("The HTTP status of the last answer; null where there was none.", required=True, allow_none=True)
    last_error = told(
        "Why there was none: `timeout`, `tls`, `connection`, `unknown-host`, `private-address`.", required=True, allow_none=True
    )
    created_at = when("When it was written.", required=True)
    delivered_at = when("When it was taken.", required=True, allow_none=True)
    given_up_at = when("When it was given up, after some three days.", required=True, allow_none=True)


class DeliveriesSchema(ma.Schema):
    """Messages."""

    items = fields.List(fields.Nested(DeliverySchema), required=True, metadata={"description": "The messages, newest first."})
    next = cursor_out()
