"""Webhooks in the format of Standard Webhooks (https://www.standardwebhooks.com): how they are signed, and when one is tried again."""

import base64
import hashlib
import hmac
from datetime import datetime, timedelta
from typing import Final

TOPICS: Final = (
    "comment.pending",
    "comment.published",
    "comment.held",
    "comment.rejected",
    "comment.withdrawn",
    "comment.erased",
    "decision.made",
    "decision.undone",
    "appeal.opened",
    "appeal.upheld",
    "appeal.overturned",
    "alert.opened",
    "alert.closed",
)
"""What a site's own software can be told of. The message names comment and article, never anybody's text."""
TEST_TOPIC: Final = "webhook.test"
SECRET_PREFIX: Final = "whsec_"  # noqa: S105 - how every such secret begins
_WAITS: Final = (
    timedelta(seconds=5),
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)


def signed_headers(secret: str, message_id: str, at: datetime, body: bytes) -> dict[str, str]:
    """The three headers by which a receiver knows that a message is ours and fresh. `secret` is as `SECRET_PREFIX` and base64."""
    key = base64.b64decode(secret.removeprefix(SECRET_PREFIX))
    stamp = str(int(at.timestamp()))
    digest = hmac.new(key, b".".join((message_id.encode(), stamp.encode(), body)), hashlib.sha256).digest()
    return {"webhook-id": message_id, "webhook-timestamp": stamp, "webhook-signature": f"v1,{base64.b64encode(digest).decode()}"}


def retry_delivery_at(attempts: int, now: datetime) -> datetime | None:
    """When a message that has failed `attempts` times (1 or more) is sent again; None when it is given up, after some three days."""
    return now + _WAITS[attempts - 1] if attempts <= len(_WAITS) else None
