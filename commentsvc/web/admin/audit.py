"""The audit log: searched, given out, and whether its chains are whole."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final

import orjson
from flask import Blueprint, request
from flask import Response as Answer
from werkzeug.wrappers import Response

from commentsvc.domain.errors import NotFoundError
from commentsvc.domain.principals import ALL_SITES, Role
from commentsvc.services.audit import INSTALLATION, verify_audit_chains
from commentsvc.services.policies import difference
from commentsvc.store.queries.audit_log import EVERYTHING, AuditLine, AuditSearch, count_audit, list_actions, list_audit, read_audit
from commentsvc.store.queries.overview import find_account_names
from commentsvc.store.queries.sites import list_sites
from commentsvc.transfer.audit_export import write_csv, write_json_lines
from commentsvc.web.admin.gate import require_any_admin
from commentsvc.web.context import get_runtime, reading
from commentsvc.web.pages.render import page

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

_PAGE: Final = 50
_MOST_CHARS: Final = 100
_LONGEST: Final = 120
_ID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class _Change:
    """One value of an entry: what it was ('' where it was not) and what it became."""

    key: str
    before: str
    after: str


def _changed(line: AuditLine) -> list[tuple[str, object, object]]:
    return [(pointer.strip("/"), old, new) for pointer, old, new in difference(line.before or {}, line.after or {})]


def _short(value: object) -> str:
    if value is None:
        return ""
    text = value if isinstance(value, str) else orjson.dumps(value).decode()
    if _ID.fullmatch(text):
        return f"…{text[-6:]}"
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


@dataclass(frozen=True, slots=True)
class _Asked:
    """What was typed into the search, as it stands in the form and in addresses."""

    actor: str
    action: str
    subject: str
    since: str
    until: str

    @property
    def is_all(self) -> bool:
        """Whether nothing was asked for."""
        return not any((self.actor, self.action, self.subject, self.since, self.until))

    def words(self) -> dict[str, str]:
        """The search as query parameters."""
        named = {"actor": self.actor, "action": self.action, "subject": self.subject, "since": self.since, "until": self.until}
        return {name: value for name, value in named.items() if value}

    def search(self) -> AuditSearch:
        """The same for the query. A comment may be named by its id alone; the last day belongs to the time."""
        subject = f"comment:{self.subject}" if _ID.fullmatch(self.subject) else self.subject
        since, until = _day(self.since), _day(self.until)
        after = None if until is None else until + timedelta(days=1)
        return AuditSearch(self.actor or None, self.action or None, subject or None, since, after)


def _day(text: str) -> datetime | None:
    try:
        found = datetime.combine(date.fromisoformat(text), time(), UTC)
    except ValueError:
        return None
    return found if date(1971, 1, 1) <= found.date() <= date(9000, 1, 1) else None


def _asked() -> _Asked:
    return _Asked(*(request.args.get(name, "").strip()[:_MOST_CHARS] for name in ("actor", "action", "subject", "since", "until")))


def add_audit(admin: Blueprint) -> None:
    """Serve the audit log."""
    admin.add_url_rule("/audit", "audit", _audit, methods=["GET"])
    admin.add_url_rule("/audit/export", "audit_export", _export, methods=["GET"])


def _chains(session: "Session") -> dict[str, str]:
    """The chains that the caller may read, by id, with their names."""
    principal, allowed = require_any_admin(session)
    chains = {site.id: site.name for site in list_sites(session, allowed)}
    return {INSTALLATION: "Installation", **chains} if principal.role_on(ALL_SITES) is Role.ADMIN else chains


def _chosen(chains: dict[str, str]) -> str:
    chain = request.args.get("chain") or next(iter(chains), "")
    if chain not in chains:
        raise NotFoundError("There is no such chain, or it is not yours to read.")
    return chain


def _audit() -> Response:
    before = request.args.get("before", "")
    number = int(before) if before.isascii() and before.isdigit() and len(before) < 10 else None  # noqa: PLR2004 - fits the column
    is_check = request.args.get("verify") == "1"
    asked = _asked()
    with reading() as session:
        chains = _chains(session)
        chain = _chosen(chains)
        lines = list_audit(session, chain, asked.search(), before=number, limit=_PAGE)
        counts = count_audit(session, list(chains))
        actions = list_actions(session, chain)
        names = find_account_names(session)
        broken = [one for one in verify_audit_chains(session) if one.chain in chains] if is_check else []
    return page(
        "admin/audit.html",
        chains=chains,
        chain=chain,
        asked=asked,
        actions=actions,
        lines=lines,
        changes={line.no: [_Change(key, _short(old), _short(new)) for key, old, new in _changed(line)] for line in lines},
        counts=counts,
        names=names,
        is_check=is_check,
        broken=broken,
        older=lines[-1].no if len(lines) == _PAGE and lines[-1].no > 1 else None,
    )


def _export() -> Answer:
    """What the search finds as a file, oldest first; without a search as JSON lines that can be verified."""
    is_csv = request.args.get("format") == "csv"
    search = _asked().search()
    with reading() as session:
        chain = _chosen(_chains(session))
    runtime = get_runtime()

    def written() -> Iterator[bytes]:
        with runtime.db.reading() as session:
            lines = read_audit(session, chain, search)
            for text in write_csv(lines) if is_csv else write_json_lines(chain, lines, is_whole=search == EVERYTHING):
                yield text.encode()

    kind, ending = ("text/csv; charset=utf-8", "csv") if is_csv else ("application/jsonl", "jsonl")
    named = {"Content-Disposition": f'attachment; filename="audit-{chain}.{ending}"', "Cache-Control": "no-store"}
    return Answer(written(), content_type=kind, headers=named)
