"""What callers ask for, as frozen values. The web's schemas and the command line build them; services take them."""

from dataclasses import dataclass
from datetime import datetime

from commentsvc.domain.filters import ItemFilter
from commentsvc.domain.status import Nudged, Pace, Queue, ReasonCode, Standing, Verdict


@dataclass(frozen=True, slots=True)
class ArticleRef:
    """The publisher's own key of an article, and what the site told about it; the rest is filled in when first seen."""

    key: str
    url: str | None = None
    title: str | None = None
    section: str | None = None


@dataclass(frozen=True, slots=True)
class Identity:
    """Who writes: `subject` is unique within a site (`sso:<sub>` or `guest:<hash>`), `is_guest` when nobody vouches for it."""

    subject: str
    name: str
    is_guest: bool
    email_hash: str | None = None
    is_staff: bool = False
    is_article_author: bool = False
    """Of the article that is commented on, as the site says."""


@dataclass(frozen=True, slots=True)
class Proof:
    """A solved challenge, good until `expires_at`; `challenge` names it, so that it is taken once."""

    challenge: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Notify:
    """A wish to be told of replies by e-mail; `is_verified` says that the site knows the address to be theirs."""

    email_hash: str
    email_sealed: str
    pace: Pace
    language: str
    is_verified: bool = False


@dataclass(frozen=True, slots=True)
class SubmitComment:
    """A posted text. `idempotency_key` makes a retry safe; `address_hash` stands for the sender's address.

    `is_history` says that it was written long ago and is only now taken in: what it answers may be hidden by now, and a text
    that came twice then is no retry. With `asks_proof` it is refused without a `proof` that was not spent before.
    """

    site: str
    article: ArticleRef
    identity: Identity
    body: str
    parent: str | None = None
    idempotency_key: str | None = None
    address_hash: str | None = None
    is_history: bool = False
    nudged: Nudged | None = None
    asks_proof: bool = False
    proof: Proof | None = None
    notify: Notify | None = None


@dataclass(frozen=True, slots=True)
class EditComment:
    """A new text for one's own comment; `base_revision_no`, when given, must still be the current one."""

    comment_id: str
    body: str
    base_revision_no: int | None = None


@dataclass(frozen=True, slots=True)
class ReportComment:
    """A reader's complaint; one for each reader and comment counts."""

    comment_id: str
    reporter: str
    reason: ReasonCode
    note: str = ""


@dataclass(frozen=True, slots=True)
class Appeal:
    """An author's request to look again at a rejection of their own comment's latest text, in their own words (may be empty)."""

    comment_id: str
    body: str = ""


@dataclass(frozen=True, slots=True)
class ClaimItems:
    """Take up to `limit` (1 to 50) items of a queue, riskiest first, on the sites that the moderator works on (None: all)."""

    account_id: str
    queue: Queue
    site_ids: tuple[str, ...] | None
    limit: int = 1
    queues: tuple[Queue, ...] | None = None
    """Several queues in place of `queue`, for a queue of a site's own."""
    wish: ItemFilter | None = None


@dataclass(frozen=True, slots=True)
class Decide:
    """A moderator's decision on one revision of one item; `bulk_id` where it is one of many that were made together."""

    item_id: str
    account_id: str
    verdict: Verdict
    revision_id: str
    reason_code: ReasonCode | None = None
    note: str = ""
    bulk_id: str | None = None


@dataclass(frozen=True, slots=True)
class DecideMany:
    """One verdict for many items; a rejection needs its reason code."""

    account_id: str
    verdict: Verdict
    reason_code: ReasonCode | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Sanction:
    """A change of an author's standing, with its reason and, for a suspension, its end."""

    author_id: str
    account_id: str
    standing: Standing
    reason: str
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class NewPolicyVersion:
    """A draft of a policy: its document, who made it and why."""

    site_id: str
    account_id: str | None
    document: dict[str, object]
    note: str = ""
