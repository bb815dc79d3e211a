"""How a site's moderators work."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from commentsvc.domain.practice import Practice
from commentsvc.store.base import table_of
from commentsvc.store.models import SitePractice

_PRACTICE = table_of(SitePractice)


def get_practice(session: Session, site_id: str) -> Practice:
    """What the site wants; the usual where it has never said anything."""
    query = select(_PRACTICE.c.has_public_log, _PRACTICE.c.two_for_bans, _PRACTICE.c.second_share).where(_PRACTICE.c.site_id == site_id)
    row = session.connection().execute(query).one_or_none()
    return Practice() if row is None else Practice(*row)
