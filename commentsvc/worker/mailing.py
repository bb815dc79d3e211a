"""Writing to readers who asked for replies, and to admins who asked for alerts. A loop of its own: a mail server may take its time."""

from datetime import datetime
from functools import partial
from typing import Final

import structlog

from commentsvc.integrations.mailer import Envelope, Line, MailError
from commentsvc.integrations.sealing import Purpose, unseal
from commentsvc.runtime import Runtime
from commentsvc.services.jobs import JobKind, has_due_job
from commentsvc.services.subscribing import Post, claim_posts, record_post
from commentsvc.services.watching import AlertPost, claim_alert_posts, record_alert_post

log = structlog.get_logger(__name__)
_TOGETHER: Final = 10


def mail_once(runtime: Runtime) -> int:
    """Send the letters that are due; returns how many were claimed. Sends outside any transaction.

    A letter whose sender dies meanwhile is sent again after its lease, with the same id: at least once.
    """
    if not runtime.takes_mail:
        return 0
    now = runtime.clock.now()
    with runtime.db.reading() as session:
        has_alerts = has_due_job(session, JobKind.ALERT, now)
        if not has_alerts and not any(has_due_job(session, kind, now) for kind in (JobKind.CONFIRM, JobKind.MAIL)):
            return 0
    public_url = runtime.settings.server.public_url.rstrip("/")
    alerts = _tell_alerts(runtime, public_url, now) if has_alerts else 0
    posts = runtime.in_transaction(lambda session: claim_posts(session, _TOGETHER, now, public_url, runtime.mail_page))
    waiting = [post for post in posts if post.letter is not None]
    for post in posts:
        if post.letter is None:
            _record(runtime, post, None)
    if waiting:
        _send_all(runtime, waiting)
    return len(posts) + alerts


def _tell_alerts(runtime: Runtime, public_url: str, now: datetime) -> int:
    posts = runtime.in_transaction(lambda session: claim_alert_posts(session, _TOGETHER, now, public_url))
    errors: dict[str, MailError | None] = {post.job.id: None for post in posts}
    try:
        if any(post.letter is not None for post in posts):
            with runtime.mailer.open() as line:
                for post in posts:
                    errors[post.job.id] = _send_alert(line, post, now)
    except MailError as error:
        errors = {post.job.id: error if post.letter is not None else None for post in posts}
    for post in posts:
        found = errors[post.job.id]
        code, is_gone = (None, False) if found is None else (found.code, found.is_gone)
        runtime.in_transaction(partial(record_alert_post, post=post, error=code, now=now, is_gone=is_gone))
        if found is not None:
            log.warning("alert_letter_not_taken", error=found.code)
    return len(posts)


def _send_alert(line: Line, post: AlertPost, now: datetime) -> MailError | None:
    if post.letter is None:
        return None
    try:
        line.send(post.letter, Envelope(post.to, "", post.job.id), now)
    except MailError as error:
        return error
    return None


def _send_all(runtime: Runtime, posts: list[Post]) -> None:
    try:
        with runtime.mailer.open() as line:
            for post in posts:
                _record(runtime, post, _send(runtime, line, post))
    except MailError as error:
        for post in posts:
            _record(runtime, post, error)


def _send(runtime: Runtime, line: Line, post: Post) -> MailError | None:
    to = unseal(runtime.secret, post.email_sealed, Purpose.EMAIL)
    if to is None or post.letter is None:
        # Kept: it is the key that is wrong, and the operator may have the right one.
        return MailError("address-unreadable")
    envelope = Envelope(to, runtime.mail_page(post.subscription_id), post.job.id)
    try:
        line.send(post.letter, envelope, runtime.clock.now())
    except MailError as error:
        return error
    return None


def _record(runtime: Runtime, post: Post, error: MailError | None) -> None:
    code, is_gone = (None, False) if error is None else (error.code, error.is_gone)
    kept = runtime.in_transaction(partial(record_post, post=post, error=code, now=runtime.clock.now(), is_gone=is_gone))
    if not kept:
        runtime.metrics.lease_lost("letter")
    if error is not None:
        log.warning("letter_not_taken", subscription=post.subscription_id, error=error.code)
