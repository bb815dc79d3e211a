"""Telling sites' own software what happened. A loop of its own, so that a slow receiver never keeps a comment waiting for its scores."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Final

import structlog

from commentsvc.domain.webhooks import signed_headers
from commentsvc.integrations.outward import OutwardError
from commentsvc.integrations.sealing import Purpose, unseal
from commentsvc.runtime import Runtime
from commentsvc.services.jobs import JobKind, has_due_job
from commentsvc.services.webhooks import Message, Sent, claim_messages, fan_out, has_news, record_sending

log = structlog.get_logger(__name__)
_TOGETHER: Final = 8
_AGENT: Final = "commentsvc-webhooks"


def deliver_once(runtime: Runtime) -> int:
    """Make messages of what was announced and send those that are due; returns how many of both. Sends outside any transaction.

    A message whose sender dies meanwhile is sent again after its lease: at least once, with the same id.
    """
    now = runtime.clock.now()
    with runtime.db.reading() as session:
        news, due = has_news(session), has_due_job(session, JobKind.DELIVER, now)
    done = runtime.in_transaction(partial(fan_out, now=now)) if news else 0
    if not (news or due):
        return done
    messages = runtime.in_transaction(lambda session: claim_messages(session, _TOGETHER, now))
    if not messages:
        return done
    with ThreadPoolExecutor(_TOGETHER) as pool:
        answers = list(pool.map(partial(_send, runtime), messages))
    for message, sent in zip(messages, answers, strict=True):
        if not runtime.in_transaction(partial(record_sending, message=message, sent=sent, now=runtime.clock.now())):
            runtime.metrics.lease_lost("message")
        if message.url is not None and not sent.is_taken:
            log.warning("webhook_not_taken", message=message.id, status=sent.status, error=sent.error)
    return done + len(messages)


def _send(runtime: Runtime, message: Message) -> Sent:
    if message.url is None:
        return Sent(None, "off")
    secret = unseal(runtime.secret, message.secret_sealed, Purpose.WEBHOOK)
    if secret is None:
        return Sent(None, "secret-unreadable")
    body = message.body.encode()
    headers = {"Content-Type": "application/json", "User-Agent": _AGENT} | signed_headers(secret, message.id, runtime.clock.now(), body)
    try:
        return Sent(runtime.outward.call("POST", message.url, headers=headers, body=body).status)
    except OutwardError as error:
        return Sent(None, error.code)
