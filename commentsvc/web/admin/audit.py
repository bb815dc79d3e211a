"""The audit log, and whether its chains are whole."""

import re
from dataclasses import dataclass
from typing import Final

import orjson
from flask import Blueprint, request
from werkzeug.wrappers import Response

from commentsvc.domain.errors import NotFoundError
from commentsvc.domain.principals import ALL_SITES, Role
from commentsvc.services.audit import INSTALLATION, verify_audit_chains
from commentsvc.services.policies import difference
from commentsvc.store.queries.overview import AuditLine, count_audit, find_account_names, list_audit
from commentsvc.store.queries.sites import list_sites
from commentsvc.web.admin.gate import require_any_admin
from commentsvc.web.context import reading
from commentsvc.web.pages.frame import page

_PAGE: Final = 50
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


def add_audit(admin: Blueprint) -> None:
    """Serve the audit log."""
    admin.add_url_rule("/audit", "audit", _audit, methods=["GET"])


def _audit() -> Response:
    asked = request.args.get("before", "")
    before = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 10 else None  # noqa: PLR2004 - fits the column
    is_check = request.args.get("verify") == "1"
    with reading() as session:
        principal, allowed = require_any_admin(session)
        chains = {site.id: site.name for site in list_sites(session, allowed)}
        if principal.role_on(ALL_SITES) is Role.ADMIN:
            chains = {INSTALLATION: "Installation", **chains}
        chain = request.args.get("chain") or next(iter(chains), "")
        if chain not in chains:
            raise NotFoundError("There is no such chain, or it is not yours to read.")
        lines = list_audit(session, chain, before=before, limit=_PAGE)
        counts = count_audit(session, list(chains))
        names = find_account_names(session)
        broken = [one for one in verify_audit_chains(session) if one.chain in chains] if is_check else []
    return page(
        "admin/audit.html",
        chains=chains,
        chain=chain,
        lines=lines,
        changes={line.no: [_Change(key, _short(old), _short(new)) for key, old, new in _changed(line)] for line in lines},
        counts=counts,
        names=names,
        is_check=is_check,
        broken=broken,
        older=lines[-1].no if lines and lines[-1].no > 1 else None,
    )
