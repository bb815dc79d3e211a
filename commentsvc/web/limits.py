"""How much one address, one author and one site may do, as the settings say."""

from commentsvc.domain.commands import Identity
from commentsvc.domain.errors import ThrottledError
from commentsvc.domain.status import ProofRule
from commentsvc.store.queries.sites import SiteState
from commentsvc.web.context import get_runtime
from commentsvc.web.plumbing import is_over, throttle


def throttle_comment() -> None:
    """Count a posted or edited comment against the client's network; raises ThrottledError."""
    limits = get_runtime().settings.limits
    throttle("comments", rate=1, per_s=limits.comments_every_s, burst=limits.comments_burst)


def throttle_author(site: SiteState, who: Identity) -> None:
    """Count a comment against a signed-in author, from wherever they write; raises ThrottledError. Guests are known by their network."""
    if not who.is_guest:
        limits = get_runtime().settings.limits
        throttle("author", rate=1, per_s=limits.comments_every_s, burst=limits.comments_burst, key=f"{site.id}:{who.subject}")


def asks_proof(site: SiteState, who: Identity) -> bool:
    """Count a comment against its site, and say whether this guest has to show a proof of work.

    Raises ThrottledError for a guest of a site that never asks for one, while more comments come in than are usual. Whom the site
    vouches for is never asked.
    """
    limits = get_runtime().settings.limits
    is_busy = is_over("site", site.id, per_s=limits.site_every_s, burst=limits.site_burst)
    if not who.is_guest:
        return False
    if site.proof is ProofRule.NEVER and is_busy:
        raise ThrottledError("Many comments come in just now; try again in a minute.", retry_after_s=60)
    return site.proof is ProofRule.GUESTS or (site.proof is ProofRule.BUSY and is_busy)


def throttle_act() -> None:
    """Count another write of a reader (vote, report, preview) against the client's network; raises ThrottledError."""
    limits = get_runtime().settings.limits
    throttle("acts", rate=1, per_s=limits.acts_every_s, burst=limits.acts_burst)
