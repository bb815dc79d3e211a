"""What readers ask for most, each in one look that begins no transaction."""

from typing import Final

import orjson
from sqlalchemy import String, and_, bindparam, func, select, true

from commentsvc.domain.errors import NotFoundError
from commentsvc.store.base import table_of
from commentsvc.store.engine import Database
from commentsvc.store.glance import Glance
from commentsvc.store.models import Article, Site
from commentsvc.store.queries.sites import FIND_HEAD, ThreadHead, thread_head
from commentsvc.store.queries.threads import count_on_site

_NO_SITE: Final = "There is no such site."
_ARTICLE = table_of(Article)
_SITE = table_of(Site)
_HEAD: Final = Glance(FIND_HEAD)
_EACH = func.json_each(bindparam("keys", type_=String)).table_valued("value")
_COUNTS: Final = Glance(
    select(_SITE.c.origins, _EACH.c.value, _ARTICLE.c.published_count)
    .select_from(_SITE.join(_EACH, true()).outerjoin(_ARTICLE, and_(_ARTICLE.c.site_id == _SITE.c.id, _ARTICLE.c.key == _EACH.c.value)))
    .where(_SITE.c.key == bindparam("site_key"))
)
"""SQLite's own way to hand over a list. The text stays the same, however long the list."""


def glance_at_thread_head(db: Database, site_key: str, article_key: str) -> ThreadHead:
    """What `get_thread_head` gives, at this moment. Raises NotFoundError for an unknown site, and StorageUnavailableError."""
    return thread_head(_HEAD.rows(db, {"site_key": site_key, "article_key": article_key}))


def count_at_a_glance(db: Database, site_key: str, article_keys: list[str]) -> tuple[tuple[str, ...], dict[str, int]]:
    """What `count_on_site` gives, at this moment. Raises NotFoundError for an unknown site, and StorageUnavailableError."""
    if not db.is_sqlite:
        with db.reading() as session:
            return count_on_site(session, site_key, article_keys)
    rows = _COUNTS.rows(db, {"site_key": site_key, "keys": orjson.dumps(article_keys).decode()})
    if not rows:
        raise NotFoundError(_NO_SITE)
    return tuple(rows[0][0].split()), {key: count or 0 for _, key, count in rows}
