"""Statements of reasons: made every hour, and sent to the EU's database by a loop of its own, which may take its time."""

from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Final

import orjson
import structlog

from commentsvc.domain.statements import Publisher
from commentsvc.integrations.outward import OutwardError
from commentsvc.runtime import Runtime
from commentsvc.services.jobs import JobKind, has_due_job
from commentsvc.services.statements import TOGETHER, Answer, Outgoing, Plan, claim_statements, collect_statements, record_answer
from commentsvc.settings import Settings
from commentsvc.store.queries.sites import list_sites

log = structlog.get_logger(__name__)
_AGENT: Final = "commentsvc-statements"
_FEW: Final = 20


def plan_of(settings: Settings) -> Plan | None:
    """What the settings want of statements; None where they want none."""
    wish = settings.statements
    if not wish.terms_url:
        return None
    publisher = Publisher(wish.terms_name, wish.terms_url, wish.legal_ground, wish.territorial_scope)
    return Plan(publisher, timedelta(hours=wish.delay_h), bool(wish.api_url))


def collect_all(runtime: Runtime) -> int:
    """Make the statements that are due on every site; returns how many."""
    plan = plan_of(runtime.settings)
    if plan is None:
        return 0
    with runtime.db.reading() as session:
        site_ids = [site.id for site in list_sites(session)]
    made = 0
    for site_id in site_ids:
        while True:
            now = runtime.clock.now()
            found = runtime.in_transaction(partial(collect_statements, site_id=site_id, plan=plan, now=now))
            made += found
            if found < TOGETHER:
                break
    return made


def send_statements(runtime: Runtime) -> int:
    """Send the statements that are due; returns how many were claimed. Sends outside any transaction.

    One whose sender dies meanwhile is sent again with the same name, by which the database knows that it has it already.
    """
    if not runtime.settings.statements.api_url:
        return 0
    now = runtime.clock.now()
    with runtime.db.reading() as session:
        if not has_due_job(session, JobKind.STATEMENT, now):
            return 0
    claimed = runtime.in_transaction(lambda session: claim_statements(session, _FEW, now))
    for outgoing in claimed:
        answer = Answer(None, "settled") if outgoing.document is None else _send(runtime, outgoing)
        if not runtime.in_transaction(partial(record_answer, outgoing=outgoing, answer=answer, now=runtime.clock.now())):
            runtime.metrics.lease_lost("statement")
        if outgoing.document is not None and not answer.is_taken:
            log.warning("statement_not_taken", statement=outgoing.id, status=answer.status, error=answer.error)
    return len(claimed)


def _send(runtime: Runtime, outgoing: Outgoing) -> Answer:
    wish = runtime.settings.statements
    try:
        token = Path(wish.token_file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return Answer(None, "token-unreadable")
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json", "Accept": "application/json", "User-Agent": _AGENT}
    try:
        answered = runtime.outward.call("POST", wish.api_url, headers=headers, body=orjson.dumps(outgoing.document))
    except OutwardError as error:
        return Answer(None, error.code)
    fields = _fields_refused(answered.body) if answered.status in {400, 422} else ()
    # A name is unique for ever: that this one is taken means that an earlier try arrived, and its answer did not.
    return Answer(answered.status, " ".join(fields)[:200] or None, is_known=fields == ("puid",))


def _fields_refused(body: bytes) -> tuple[str, ...]:
    try:
        errors = orjson.loads(body).get("errors", {})
    except (orjson.JSONDecodeError, AttributeError):
        return ()
    return tuple(str(name) for name in errors) if isinstance(errors, dict) else ()
