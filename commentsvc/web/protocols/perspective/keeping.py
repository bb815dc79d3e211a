"""Where suggested scores go: into the database, for as long as the settings say."""

from datetime import timedelta
from typing import TYPE_CHECKING

from commentsvc.domain.perspective import Suggestion, SuggestionStore, forget_suggestion
from commentsvc.services.suggesting import keep_suggestion

if TYPE_CHECKING:
    from commentsvc.runtime import Runtime


def store_for(runtime: "Runtime") -> SuggestionStore:
    """What keeps suggestions in this installation; what forgets them where `perspective.keep_days` is 0."""
    days = runtime.settings.perspective.keep_days
    if not days:
        return forget_suggestion
    kept_for = timedelta(days=days)

    def keep(suggestion: Suggestion) -> None:
        now = runtime.clock.now()
        runtime.in_transaction(lambda session: keep_suggestion(session, suggestion, kept_for, now))

    return keep
