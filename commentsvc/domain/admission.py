"""Admission: the check that may refuse a submission outright. What is refused here is never stored."""

from dataclasses import dataclass
from datetime import datetime

from commentsvc.domain.errors import (
    ArticleClosedError,
    AuthorBannedError,
    FieldProblem,
    GuestsNotAllowedError,
    InvalidError,
    ProofRequiredError,
    RepeatError,
    TooDeepError,
    TooLongError,
)
from commentsvc.domain.status import Standing


@dataclass(frozen=True, slots=True)
class SiteLimits:
    """What a site allows: characters in a body, depth of a reply (0 is a root comment), guests."""

    max_body_chars: int
    max_depth: int
    guests_allowed: bool


@dataclass(frozen=True, slots=True)
class AdmissionFacts:
    """What admission looks at. `depth` is that of the new comment; `is_repeat` says that the author just posted the same text here.

    `lacks_proof` says that a proof of work is asked for and there is none.
    """

    body: str
    is_guest: bool
    depth: int
    is_article_closed: bool
    article_closes_at: datetime | None
    standing: Standing
    standing_until: datetime | None
    is_repeat: bool
    lacks_proof: bool = False


def closed_article(facts: AdmissionFacts, now: datetime) -> None:
    """Raise ArticleClosedError when the article takes no comments at `now`."""
    if facts.is_article_closed or (facts.article_closes_at is not None and facts.article_closes_at <= now):
        msg = "Comments on this article are closed."
        raise ArticleClosedError(msg)


def effective_standing(standing: Standing, until: datetime | None, now: datetime) -> Standing:
    """An author's standing at `now`: one that has run out is normal again."""
    return Standing.NORMAL if until is not None and until <= now else standing


def banned_author(facts: AdmissionFacts, now: datetime) -> None:
    """Raise AuthorBannedError when the author is banned, or suspended at `now`."""
    standing = effective_standing(facts.standing, facts.standing_until, now)
    if standing is Standing.BANNED:
        msg = "You can no longer comment on this site."
        raise AuthorBannedError(msg)
    if standing is Standing.SUSPENDED:
        until = f" until {facts.standing_until:%Y-%m-%d %H:%M} UTC" if facts.standing_until else ""
        msg = f"You cannot comment on this site{until}."
        raise AuthorBannedError(msg)


def guests(limits: SiteLimits, facts: AdmissionFacts) -> None:
    """Raise GuestsNotAllowedError when only signed-in readers may comment."""
    if facts.is_guest and not limits.guests_allowed:
        msg = "Sign in to comment on this site."
        raise GuestsNotAllowedError(msg)


def size(limits: SiteLimits, facts: AdmissionFacts) -> None:
    """Raise InvalidError for a body without a visible character, TooLongError for one above the limit."""
    if not facts.body.strip():
        msg = "Write something before you post."
        raise InvalidError(msg, fields=(FieldProblem("/body", "Is empty."),))
    if len(facts.body) > limits.max_body_chars:
        msg = f"A comment may have {limits.max_body_chars} characters; this one has {len(facts.body)}."
        raise TooLongError(msg, fields=(FieldProblem("/body", f"Is longer than {limits.max_body_chars} characters."),))


def depth(limits: SiteLimits, facts: AdmissionFacts) -> None:
    """Raise TooDeepError for a reply nested deeper than the site allows."""
    if facts.depth > limits.max_depth:
        msg = "This conversation is nested as deep as the site allows. Reply to a comment further up."
        raise TooDeepError(msg)


def repeat(facts: AdmissionFacts) -> None:
    """Raise RepeatError when the author has just posted the same text on the same article."""
    if facts.is_repeat:
        msg = "You have posted this already."
        raise RepeatError(msg)


def proof(facts: AdmissionFacts) -> None:
    """Raise ProofRequiredError when a proof of work is asked for and there is none."""
    if facts.lacks_proof:
        msg = "This site asks for a short calculation before it takes a comment of a guest. Get a challenge, solve it, and post again."
        raise ProofRequiredError(msg)


def admit(limits: SiteLimits, facts: AdmissionFacts, now: datetime) -> None:
    """Refuse a submission, or return. The first refusal is the one told, so the order is from final to mendable."""
    closed_article(facts, now)
    banned_author(facts, now)
    guests(limits, facts)
    size(limits, facts)
    depth(limits, facts)
    repeat(facts)
    proof(facts)
