"""An author as moderators know them: in figures, and by what they wrote."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from commentsvc.domain.status import ReasonCode, Standing, Status, Verdict
from commentsvc.store.base import table_of
from commentsvc.store.models import Account, Article, Author, AuthorNote, Comment, Decision, ReviewItem, Revision
from commentsvc.store.queries.queue import AuthorFigures

_A = table_of(Author)
_C = table_of(Comment)
_R = table_of(Revision)
_ARTICLE = table_of(Article)
_DECISION = table_of(Decision)
_NOTE = table_of(AuthorNote)
_ITEM = table_of(ReviewItem)
_ACCOUNT = table_of(Account)
_LOOKED_AT: Final = 200
"""Of how many of an author's latest comments the networks and texts are compared with those of others."""
_NETWORKS: Final = 10
CROWD: Final = 50
"""Others from one network above whom it says nothing: a town's mobile network, or a proxy that hides everybody's address."""
_LONG_ENOUGH: Final = 25
"""Characters above which the same text is no coincidence."""


@dataclass(frozen=True, slots=True)
class AuthorComment:
    """A comment in an author's history, with what was made of it."""

    id: str
    status: Status
    body_html: str
    article_title: str | None
    article_key: str
    created_at: datetime
    verdict: Verdict | None
    reason_code: ReasonCode | None


def get_author(session: Session, author_id: str) -> tuple[AuthorFigures, str, datetime | None] | None:
    """An author in figures, the id of their site, and until when their standing holds; None when unknown."""
    row = session.connection().execute(select(_A).where(_A.c.id == author_id)).one_or_none()
    if row is None:
        return None
    figures = AuthorFigures(
        row.id, row.name, row.is_guest, row.standing, row.comment_count, row.published_count, row.rejected_count, row.created_at
    )
    return figures, row.site_id, row.standing_until


def count_waiting_of(session: Session, author_id: str) -> int:
    """How many of an author's comments wait for a moderator. Looked up from the author's side, so that a long queue costs nothing."""
    query = (
        select(func.count()).select_from(_C.join(_ITEM, _ITEM.c.comment_id == _C.c.id)).where(_C.c.author_id == author_id, _ITEM.c.is_open)
    )
    found: int = session.connection().execute(query).scalar_one()
    return found


def list_author_comments(session: Session, author_id: str, *, limit: int = 50) -> list[AuthorComment]:
    """An author's latest comments with the decisions in force about them."""
    query = (
        select(
            _C.c.id,
            _C.c.status,
            _R.c.body_html,
            _ARTICLE.c.title,
            _ARTICLE.c.key,
            _C.c.created_at,
            _DECISION.c.verdict,
            _DECISION.c.reason_code,
        )
        .select_from(
            _C.join(_R, _R.c.id == _C.c.current_revision_id)
            .join(_ARTICLE, _ARTICLE.c.id == _C.c.article_id)
            .outerjoin(_DECISION, (_DECISION.c.revision_id == _R.c.id) & _DECISION.c.is_in_force)
        )
        .where(_C.c.author_id == author_id)
        .order_by(_C.c.created_at.desc())
        .limit(limit)
    )
    return [AuthorComment(*row) for row in session.connection().execute(query)]


@dataclass(frozen=True, slots=True)
class Note:
    """What a colleague left about an author."""

    id: str
    account_id: str
    account_name: str
    body: str
    created_at: datetime


def list_notes(session: Session, author_id: str, *, limit: int = 100) -> list[Note]:
    """The notes on an author, newest first."""
    query = (
        select(_NOTE.c.id, _NOTE.c.account_id, _ACCOUNT.c.name, _NOTE.c.body, _NOTE.c.created_at)
        .join(_ACCOUNT, _ACCOUNT.c.id == _NOTE.c.account_id)
        .where(_NOTE.c.author_id == author_id)
        .order_by(_NOTE.c.created_at.desc(), _NOTE.c.id.desc())
        .limit(limit)
    )
    return [Note(*row) for row in session.connection().execute(query)]


@dataclass(frozen=True, slots=True)
class Kin:
    """Another author of the site who may be the same person: from the same network, or with the same text, or both."""

    id: str
    name: str
    is_guest: bool
    standing: Standing
    rejected_count: int
    same_network: bool
    same_text: bool


_STRICTNESS: Final = {one: rank for rank, one in enumerate((Standing.BANNED, Standing.SUSPENDED, Standing.PREMODERATED))}


def list_kin(session: Session, author_id: str, *, limit: int = 5) -> list[Kin]:
    """Who else on the site may be this author: those under a sanction first, then those with the most rejected comments.

    A hint, not a proof: a household, an office or a mobile network is one network, too. Looks at the author's latest 200 comments, and at
    the ten networks that they used last, of which a crowd's counts for nothing.
    """
    conn = session.connection()
    latest = (
        select(_C.c.site_id, _C.c.address_hash, _R.c.text_hash, func.length(_R.c.body).label("length"))
        .join(_R, _R.c.id == _C.c.current_revision_id)
        .where(_C.c.author_id == author_id)
        .order_by(_C.c.created_at.desc())
        .limit(_LOOKED_AT)
    )
    mine = conn.execute(latest).all()
    if not mine:
        return []
    networks = list(dict.fromkeys(row.address_hash for row in mine if row.address_hash))[:_NETWORKS]
    texts = {row.text_hash for row in mine if row.text_hash and row.length > _LONG_ENOUGH}
    site_id = mine[0].site_id
    near: set[str] = set()
    for network in networks:
        others = select(_C.c.author_id).where(_C.c.site_id == site_id, _C.c.address_hash == network, _C.c.author_id != author_id)
        found = set(conn.execute(others.distinct().limit(CROWD)).scalars())
        near |= found if len(found) < CROWD else set()
    by_text = (
        select(_C.c.author_id)
        .join(_R, _R.c.comment_id == _C.c.id)
        .where(_R.c.site_id == site_id, _R.c.text_hash.in_(texts), _C.c.author_id != author_id)
        .limit(CROWD)
    )
    alike = set(conn.execute(by_text).scalars()) if texts else set()
    if not near | alike:
        return []
    columns = _A.c.id, _A.c.name, _A.c.is_guest, _A.c.standing, _A.c.rejected_count
    rows = conn.execute(select(*columns).where(_A.c.id.in_(near | alike))).all()
    kin = [Kin(*row, same_network=row.id in near, same_text=row.id in alike) for row in rows]
    return sorted(kin, key=lambda one: (_STRICTNESS.get(one.standing, len(_STRICTNESS)), -one.rejected_count, one.name))[:limit]
