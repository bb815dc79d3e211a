"""Refusals that the business makes. `code` is stable and part of the API; the web turns it into a status and a title."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """Where in the request something is wrong (an RFC 6901 pointer such as `/author/name`) and what."""

    pointer: str
    detail: str


class DomainError(Exception):
    """Base of every refusal. `detail` is written for the person who reads it; it never carries secrets or other people's text."""

    code = "refused"

    def __init__(self, detail: str, *, fields: tuple[FieldProblem, ...] = ()) -> None:
        """Keep `detail` and the pointers to the fields it is about."""
        super().__init__(detail)
        self.detail = detail
        self.fields = fields


class NotFoundError(DomainError):
    """Does not exist, or the caller may not know that it does."""

    code = "not-found"


class InvalidError(DomainError):
    """A value does not fit; `fields` points at it."""

    code = "validation-failed"


class ForbiddenError(DomainError):
    """Known to exist for the caller, but not theirs to do."""

    code = "forbidden"


class UnauthenticatedError(DomainError):
    """No credentials, or ones that do not hold."""

    code = "unauthenticated"


class ConflictError(DomainError):
    """Someone else was faster, or the state has moved on."""

    code = "conflict"


class StaleRevisionError(ConflictError):
    """The decision names a revision that is no longer the current one."""

    code = "stale-revision"


class LeaseHeldError(ConflictError):
    """Another moderator holds the lease."""

    code = "lease-held"


class KeptFromError(ConflictError):
    """Someone else must decide: the appeal is against the moderator's own rejection."""

    code = "kept-from"


class AlreadyDecidedError(ConflictError):
    """The item has been decided already."""

    code = "already-decided"


class IdempotencyMismatchError(ConflictError):
    """The idempotency key was used with another body."""

    code = "idempotency-key-reused"


class ArticleClosedError(DomainError):
    """The article takes no more comments."""

    code = "article-closed"


class AuthorBannedError(DomainError):
    """The author may not comment on this site (banned, or suspended until a date that `detail` names)."""

    code = "author-banned"


class GuestsNotAllowedError(DomainError):
    """The site takes comments from signed-in readers only."""

    code = "guests-not-allowed"


class TooLongError(DomainError):
    """The body is longer than the site allows."""

    code = "body-too-long"


class TooDeepError(DomainError):
    """The reply would be nested deeper than the site allows."""

    code = "too-deep"


class ProofRequiredError(DomainError):
    """A guest has to do a little work first: solve a challenge, and post again with the proof."""

    code = "proof-required"


class NoMailError(DomainError):
    """An author wants to be told by e-mail, and there is no way: no mail server here, or no address that letters can go to."""

    code = "no-mail"


class RepeatError(DomainError):
    """The same author posted the same text on the same article a moment ago."""

    code = "repeated"


class EditWindowClosedError(DomainError):
    """The time in which an author may edit or withdraw is over."""

    code = "edit-window-closed"


class ThrottledError(DomainError):
    """Too many requests; `retry_after_s` says in how many whole seconds to try again."""

    code = "throttled"

    def __init__(self, detail: str, *, retry_after_s: int) -> None:
        """Keep the wait in seconds."""
        super().__init__(detail)
        self.retry_after_s = retry_after_s
