"""How much one address may do, as the settings say."""

from commentsvc.web.context import get_runtime
from commentsvc.web.plumbing import throttle


def throttle_comment() -> None:
    """Count a posted or edited comment against the client's network; raises ThrottledError."""
    limits = get_runtime().settings.limits
    throttle("comments", rate=1, per_s=limits.comments_every_s, burst=limits.comments_burst)


def throttle_act() -> None:
    """Count another write of a reader (vote, report, preview) against the client's network; raises ThrottledError."""
    limits = get_runtime().settings.limits
    throttle("acts", rate=1, per_s=limits.acts_every_s, burst=limits.acts_burst)
