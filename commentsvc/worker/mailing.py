"""Writing to readers who asked for replies by e-mail. A loop of its own: a mail server may take its time."""

from functools import partial
from typing import Final

import structlog

from commentsvc.integrations.mailer import Envelope, Line, MailError
from commentsvc.integrations.sealing import Purpose, unseal
from commentsvc.runtime import Runtime
from commentsvc.services.jobs import JobKind, has_due_job
from commentsvc.services.subscribing import Post, claim_posts, record_post

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
        if not any(has_due_job(session, kind, now) for kind in (JobKind.CONFIRM, JobKind.MAIL)):
            return 0
    public_url = runtime.settings.server.public_url.rstrip("/")
    posts = runtime.in_transaction(lambda session: claim_posts(session, _TOGETHER, now, public_url, runtime.mail_page))
    waiting = [post for post in posts if post.letter is not None]
    for post in posts:
        if post.letter is None:
            _record(runtime, post, None)
    if waiting:
        _send_all(runtime, waiting)
    return len(posts)


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
