"""Readers of a site: who posts, votes and reports, and whose comment it is."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from flask import request
from sqlalchemy.orm import Session

from commentsvc.domain.addresses import email_hash
from commentsvc.domain.commands import Identity, Notify
from commentsvc.domain.errors import FieldProblem, ForbiddenError, InvalidError, NoMailError, NotFoundError, UnauthenticatedError
from commentsvc.domain.principals import Reader
from commentsvc.domain.status import Status
from commentsvc.integrations.sealing import Purpose, seal
from commentsvc.store.queries.readers import AppealSeen
from commentsvc.store.queries.sites import SiteState, get_site_by_id
from commentsvc.store.queries.threads import OwnedComment, find_comment
from commentsvc.web.api.cors import remember_origins
from commentsvc.web.api.schemas.comments import GuestAuthor, Submission
from commentsvc.web.auth import SiteKeys, current_reader, edit_token
from commentsvc.web.context import get_runtime
from commentsvc.web.pages.guests import guest_subject
from commentsvc.web.refusals import MalformedRequestError

IDEMPOTENCY_HEADER: Final = "Idempotency-Key"
STAFF: Final = "staff"
_KEY: Final = re.compile(r"[\x21-\x7e]{1,255}")
_MAILED: Final = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,188}[A-Za-z0-9])?")
_NAMELESS: Final = "Guest"


def reader_of(site: SiteState) -> Reader | None:
    """The reader that the site vouches for; None for a guest. Raises UnauthenticatedError for a token that does not hold."""
    return current_reader(SiteKeys(site.key, secrets_of(site, get_runtime().clock.now()), site.jwt_public_key, _finder(site.jwks_url)))


def secrets_of(site: SiteState, now: datetime) -> tuple[bytes, ...]:
    """The HS256 secrets that hold: the site's own, and for a while the one before."""
    is_old_held = site.jwt_secret_before_until is not None and site.jwt_secret_before_until > now
    held = (site.jwt_secret, site.jwt_secret_before if is_old_held else None)
    return tuple(secret.encode() for secret in held if secret)


def _finder(address: str | None) -> Callable[[str | None], RSAPublicKey | None] | None:
    if address is None:
        return None
    runtime = get_runtime()
    return lambda key_id: runtime.key_sets.find(address, key_id, runtime.clock.now())


def subject_of(site: SiteState) -> str:
    """Under which name a vote or a report of the caller counts: signed-in readers by who they are, guests by where they come from."""
    reader = reader_of(site)
    return guest_subject("") if reader is None else f"sso:{reader.subject}"


def author_of(site: SiteState, guest: GuestAuthor | None, article: str) -> Identity:
    """Who posts. Where the site vouches for a reader, what the body says of its author means nothing."""
    reader = reader_of(site)
    if reader is not None:
        return Identity(
            f"sso:{reader.subject}",
            reader.name,
            is_guest=False,
            email_hash=_email_hash(reader.email),
            is_staff=STAFF in reader.roles,
            is_article_author=article in reader.author_of,
        )
    if guest is None:
        return Identity(guest_subject(""), _NAMELESS, is_guest=True)
    return Identity(guest_subject(guest.name), guest.name, is_guest=True, email_hash=_email_hash(guest.email))


def _email_hash(email: str | None) -> str | None:
    return None if email is None else email_hash(get_runtime().secret, email)


def notify_of(site: SiteState, submission: Submission) -> Notify | None:
    """Where and how the author wants to be told of replies; None where they do not. Raises NoMailError where they cannot be."""
    wish = submission.notify
    if wish is None:
        return None
    runtime = get_runtime()
    if not runtime.takes_mail:
        raise NoMailError("This service sends no e-mail.", fields=(FieldProblem("/notify", "Is not offered here."),))
    reader = reader_of(site)
    email = (submission.author.email if submission.author else None) if reader is None else reader.email
    hashed = _email_hash(email)
    # What a mail server takes without further ado; an address with other letters would need a server that knows them (RFC 6531).
    if email is None or hashed is None or not _MAILED.fullmatch(email.strip()):
        where = "/author/email" if reader is None else "/notify"
        raise NoMailError("There is no address to write to.", fields=(FieldProblem(where, "Must be an e-mail address."),))
    sealed = seal(runtime.secret, email.strip(), Purpose.EMAIL)
    is_verified = reader is not None and reader.is_email_verified
    return Notify(hashed, sealed, wish.pace, wish.language or site.language, is_verified=is_verified)


def idempotency_key() -> str | None:
    """The key under which a retry gives the same comment again. Raises InvalidError for one that is empty, too long or not ASCII."""
    raw = request.headers.get(IDEMPOTENCY_HEADER)
    if raw is not None and not _KEY.fullmatch(raw):
        problem = FieldProblem(f"header:{IDEMPOTENCY_HEADER}", "Must be 1 to 255 visible ASCII characters.")
        raise InvalidError("Some values do not fit.", fields=(problem,))
    return raw


def appeal_document(appeal: AppealSeen | None) -> dict[str, object] | None:
    """An appeal as answers tell it."""
    return None if appeal is None else {"created_at": appeal.created_at, "outcome": appeal.outcome, "decided_at": appeal.decided_at}


@dataclass(frozen=True, slots=True)
class Sight:
    """A comment that the caller may see, with its site. `is_own` says that they wrote it."""

    comment: OwnedComment
    site: SiteState
    is_own: bool

    def require_own(self) -> OwnedComment:
        """The comment, when the caller wrote it; raises UnauthenticatedError or ForbiddenError."""
        if self.is_own:
            return self.comment
        if "Authorization" in request.headers or _edit_token() is not None:
            raise ForbiddenError("Only its author may change a comment.")
        raise UnauthenticatedError("Show that the comment is yours: send the reader's token, or the edit token you got for it.")


def see_comment(session: Session, comment_id: str) -> Sight:
    """The comment, where it is published or the caller's own. Raises NotFoundError for any other, whatever it is."""
    comment = find_comment(session, comment_id)
    if comment is None or comment.status in {Status.WITHDRAWN, Status.ERASED}:
        raise _no_comment()
    site = get_site_by_id(session, comment.site_id)
    remember_origins(site.origins)
    is_published = comment.status is Status.PUBLISHED
    try:
        is_own = _is_own(site, comment)
    except UnauthenticatedError:
        if is_published:
            raise
        # Whose token does not hold learns no more than a passer-by.
        raise _no_comment() from None
    if not is_published and not is_own:
        raise _no_comment()
    return Sight(comment, site, is_own)


def _is_own(site: SiteState, comment: OwnedComment) -> bool:
    reader = reader_of(site)
    if reader is not None:
        return comment.author_subject == f"sso:{reader.subject}"
    token = _edit_token()
    return token is not None and comment.author_is_guest and get_runtime().is_edit_token(comment.id, token)


def _edit_token() -> str | None:
    try:
        return edit_token()
    except MalformedRequestError as error:
        # What cannot be a token opens nothing, like one that is wrong.
        raise UnauthenticatedError(error.detail, fields=error.fields) from None


def _no_comment() -> NotFoundError:
    return NotFoundError("There is no such comment.")
