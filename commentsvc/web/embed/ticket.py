"""When a form was opened, in the form itself: a person takes a moment to write, and where work is asked for, a longer one stands for it."""

import hashlib
import hmac
import re
import secrets
from datetime import UTC, datetime, timedelta
from typing import Final

from commentsvc.domain.commands import Proof
from commentsvc.web.context import get_runtime
from commentsvc.web.embed.words import UntimelyError

KEPT: Final = timedelta(days=2)
MAX_TICKET: Final = 60
_SHAPE: Final = re.compile(r"([0-9]{9,11})\.([A-Za-z0-9_-]{12})\.([0-9a-f]{32})", re.ASCII)


def new_ticket(site_id: str) -> str:
    """A ticket for a form that is opened now."""
    said = f"{int(get_runtime().clock.now().timestamp())}.{secrets.token_urlsafe(9)}"
    return f"{said}.{_signature(site_id, said)}"


def opened_at(site_id: str, ticket: str) -> datetime | None:
    """When the form with this ticket was opened; None for what is no ticket of this site's, or is older than `KEPT`."""
    shape = _SHAPE.fullmatch(ticket)
    if shape is None or not hmac.compare_digest(_signature(site_id, f"{shape[1]}.{shape[2]}"), shape[3]):
        return None
    at = datetime.fromtimestamp(int(shape[1]), UTC)
    return at if get_runtime().clock.now() - at <= KEPT else None


def check_ticket(site_id: str, ticket: str, *, asks_proof: bool) -> Proof | None:
    """What the time that a form stood open is worth: a proof, once, where one is asked for.

    Raises UntimelyError for a form that was sent too soon or that is not ours.
    """
    limits = get_runtime().settings.limits
    at = opened_at(site_id, ticket)
    if at is None:
        raise UntimelyError("too_old")
    open_s = (get_runtime().clock.now() - at).total_seconds()
    if open_s < limits.form_min_s:
        raise UntimelyError("too_quick")
    if not asks_proof:
        return None
    if open_s < limits.form_wait_s:
        raise UntimelyError("wait", max(1, round(limits.form_wait_s - open_s)))
    return Proof(hashlib.sha256(ticket.encode()).hexdigest(), at + KEPT)


def _signature(site_id: str, said: str) -> str:
    return hmac.new(get_runtime().secret, f"form:{site_id}:{said}".encode(), hashlib.sha256).hexdigest()[:32]
