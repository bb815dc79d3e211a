"""Policy versions and what is done with them: approved, activated now or at a time, run in shadow, gone back from; and drafts."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any, Final

from flask import Blueprint, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from commentsvc.domain.errors import DomainError, FieldProblem, InvalidError, NotFoundError
from commentsvc.domain.explaining import EffectiveBand, effective_bands
from commentsvc.domain.labels import ALL_LABELS
from commentsvc.domain.policy import parse_policy
from commentsvc.domain.status import ROUTES
from commentsvc.services.policies import activate_policy, difference, go_back
from commentsvc.services.policy_approval import approve_version, do_without_approval, want_approval
from commentsvc.services.policy_drafts import DraftChange, NewDraft, change_draft, create_draft, delete_draft, publish_draft
from commentsvc.services.policy_schedule import cancel_activation, schedule_activation
from commentsvc.services.policy_shadow import begin_policy_shadow, end_policy_shadow
from commentsvc.store.queries.history import PolicyLine, find_active_version, find_policy_version, list_policy_versions
from commentsvc.store.queries.overview import find_account_names
from commentsvc.store.queries.policies import DraftLine, find_draft, load_policy_desk, load_shadow_outcome
from commentsvc.store.queries.sites import SiteState, list_sections
from commentsvc.web.admin.draft import STEPS
from commentsvc.web.admin.gate import back_to, require_site_admin
from commentsvc.web.context import get_runtime, reading
from commentsvc.web.forms import read_form
from commentsvc.web.pages.render import page

_MAX_NOTE: Final = 1000
_MAX_NAME: Final = 200
_MAX_DOCUMENT: Final = 1_000_000
_MAX_DIGITS: Final = 10
Act = Callable[[Session, str, str, datetime], object]


def add_versions(admin: Blueprint) -> None:
    """Serve the pages of versions and drafts."""
    place = "/sites/<key>/policies"
    one = f"{place}/<int(max=2147483647):version>"
    admin.add_url_rule(place, "policies", _versions, methods=["GET"])
    admin.add_url_rule(f"{place}/back", "go_back", _back, methods=["POST"])
    admin.add_url_rule(f"{place}/rule", "policy_rule", _rule, methods=["POST"])
    admin.add_url_rule(f"{place}/unplan", "unplan", _unplan, methods=["POST"])
    admin.add_url_rule(one, "policy", _version, methods=["GET"])
    admin.add_url_rule(f"{one}/activate", "activate", _activate, methods=["POST"])
    admin.add_url_rule(f"{one}/approve", "approve", _approve, methods=["POST"])
    admin.add_url_rule(f"{one}/plan", "plan", _plan, methods=["POST"])
    admin.add_url_rule(f"{one}/shadow", "policy_shadow", _shadow, methods=["POST"])
    admin.add_url_rule(f"{place}/drafts", "keep_draft", _keep, methods=["POST"])
    admin.add_url_rule(f"{place}/drafts/<draft_id>", "kept_draft", _draft, methods=["GET"])
    admin.add_url_rule(f"{place}/drafts/<draft_id>", "change_draft", _change, methods=["POST"])


# -- The list ------------------------------------------------------------------------------------------------------------------
def _versions(key: str) -> Response:
    return _show_versions(key)


def _show_versions(key: str, trouble: str = "", status: int = 200) -> Response:
    with reading() as session:
        principal, site = require_site_admin(session, key)
        lines = list_policy_versions(session, site.id)
        desk = load_policy_desk(session, site.id)
        names = find_account_names(session)
    changes = {line.version: difference(older.document, line.document) for line, older in pairwise(lines)}
    return page(
        "admin/policies.html",
        status=status,
        site=site,
        lines=lines,
        desk=desk,
        me=principal.account_id,
        names=names,
        changes=changes,
        active=next((line for line in lines if line.id == site.policy_version_id), None),
        running={shadow.version for shadow in desk.shadows if shadow.ended_at is None},
        trouble=trouble,
    )


def _act(key: str, work: Act, *, version: int | None = None) -> Response:
    """Do something to a site's policies as its admin, and show the page it was done from, with the refusal where there is one."""
    with reading() as session:
        principal, site = require_site_admin(session, key)
    runtime = get_runtime()
    now = runtime.clock.now()
    try:
        runtime.in_transaction(lambda session: work(session, site.id, principal.account_id, now))
    except NotFoundError:
        raise
    except DomainError as error:
        told = " ".join([error.detail, *(field.detail for field in error.fields)])
        return _show_versions(key, told, 409) if version is None else _show_version(key, version, told, 409)
    return back_to(url_for("admin.policies", key=key) if version is None else url_for("admin.policy", key=key, version=version))


def _back(key: str) -> Response:
    form = read_form({"expected": _MAX_DIGITS})
    return _act(key, lambda session, site_id, account, now: go_back(session, site_id, account, now, expected=_number(form["expected"])))


def _rule(key: str) -> Response:
    form = read_form({"wants": 3})
    return _act(key, want_approval if form["wants"] == "yes" else do_without_approval)


def _unplan(key: str) -> Response:
    read_form({})
    return _act(key, cancel_activation)


# -- One version ---------------------------------------------------------------------------------------------------------------
def find_version(session: Session, site: SiteState, version: int) -> PolicyLine:
    """One of a site's versions. Raises NotFoundError."""
    found = find_policy_version(session, site.id, version)
    if found is None:
        raise NotFoundError("There is no such policy version.")
    return found


def active_version(session: Session, site: SiteState) -> PolicyLine:
    """The version that routes. Raises NotFoundError."""
    found = find_active_version(session, site.id)
    if found is None:
        raise NotFoundError("This site has no active policy.")
    return found


def _version(key: str, version: int) -> Response:
    return _show_version(key, version)


def _show_version(key: str, version: int, trouble: str = "", status: int = 200) -> Response:
    with reading() as session:
        principal, site = require_site_admin(session, key)
        line = find_version(session, site, version)
        active = active_version(session, site)
        desk = load_policy_desk(session, site.id)
        shadow = next((one for one in desk.shadows if one.version == version), None)
        outcome = load_shadow_outcome(session, shadow.id) if shadow is not None else None
        sections = {section.key: section.name for section in list_sections(session, site.id)}
        names = find_account_names(session)
    policy = parse_policy(line.document)
    places: dict[str | None, str] = {None: "Whole site"}
    places |= {place: sections.get(place, place) for place in sorted({*sections, *policy.section_bands})}
    approval = desk.approvals.get(line.id)
    return page(
        "admin/policy.html",
        status=status,
        site=site,
        line=line,
        active=active,
        names=names,
        me=principal.account_id,
        desk=desk,
        approval=approval,
        may_route=not desk.needs_approval or approval is not None or desk.previous == version,
        shadow=shadow,
        outcome=outcome,
        changes=difference(active.document, line.document),
        places=[(words, _table(effective_bands(policy, place)), place in policy.section_bands) for place, words in places.items()],
        steps=STEPS,
        routes=ROUTES,
        trouble=trouble,
        now=get_runtime().clock.now(),
    )


def _table(bands: list[EffectiveBand]) -> list[tuple[str, list[float | None], bool]]:
    """Rows of a table of thresholds: each label with its three, and whether they are the site's."""
    known = {one.label: one for one in bands}
    return [
        (label.value, [getattr(known[label].band, f"{step}_at") for step in STEPS], known[label].is_inherited)
        for label in ALL_LABELS
        if label in known
    ]


def _activate(key: str, version: int) -> Response:
    read_form({})
    with reading() as session:
        require_site_admin(session, key)
    return _act_on(key, version, lambda session, site_id, account, now: activate_policy(session, site_id, version, account, now))


def _approve(key: str, version: int) -> Response:
    form = read_form({"note": _MAX_NOTE})
    note = form["note"].strip()
    return _act(key, lambda session, site_id, account, now: approve_version(session, site_id, version, account, note, now), version=version)


def _plan(key: str, version: int) -> Response:
    form = read_form({"at": 32})
    try:
        at = _time(form["at"])
    except InvalidError as error:
        return _show_version(key, version, error.fields[0].detail, 422)
    return _act(
        key, lambda session, site_id, account, now: schedule_activation(session, site_id, version, at, account, now), version=version
    )


def _time(text: str) -> datetime:
    """A time as a browser's field gives it, in UTC as the page says. Raises InvalidError."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise InvalidError("This time does not fit.", fields=(FieldProblem("/at", "Give a day and a time."),)) from None
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at


def _shadow(key: str, version: int) -> Response:
    form = read_form({"act": 5})
    step = end_policy_shadow if form["act"] == "end" else begin_policy_shadow
    return _act(key, lambda session, site_id, account, now: step(session, site_id, version, account, now), version=version)


def _act_on(key: str, version: int, work: Act) -> Response:
    """As `_act`; where it succeeds, the list of versions shows what is active now."""
    answer = _act(key, work, version=version)
    return back_to(url_for("admin.policies", key=key)) if answer.status_code == 303 else answer  # noqa: PLR2004 - a redirect


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() else None


# -- Drafts --------------------------------------------------------------------------------------------------------------------
def _keep(key: str) -> Response:
    form = read_form({"base": _MAX_DIGITS, "name": _MAX_NAME})
    with reading() as session:
        principal, site = require_site_admin(session, key)
        base = find_version(session, site, _number(form["base"]) or 0)
    return keep_draft(site, principal.account_id, dict(base.document), base.version, {"note": form["name"]})


def keep_draft(site: SiteState, account_id: str, document: dict[str, object], base: int, form: Mapping[str, str]) -> Response:
    """Keep a document as a draft, or as what the form's draft becomes, named by the form's note; lead to its page.

    Raises InvalidError; ConflictError where there are too many, or where the draft was changed in another window; ForbiddenError for
    another's draft.
    """
    runtime = get_runtime()
    now = runtime.clock.now()
    name, draft_id = form["note"].strip()[:_MAX_NAME], form.get("draft", "")

    def work(session: Session) -> str:
        if not draft_id:
            return create_draft(session, NewDraft(site.id, account_id, name or f"Draft from version {base}", document, base), now)
        known = get_draft(session, site, draft_id)
        change_draft(session, site.id, DraftChange(draft_id, name or known.name, document, _number(form["edition"]) or 0), account_id, now)
        return draft_id

    return back_to(url_for("admin.kept_draft", key=site.key, draft_id=runtime.in_transaction(work)))


def base_of_draft(session: Session, site: SiteState, draft_id: str) -> tuple[PolicyLine, DraftLine]:
    """A draft, and the version that it began from with the draft's document in place of its own. Raises NotFoundError."""
    draft = get_draft(session, site, draft_id)
    return replace(find_version(session, site, draft.base_version), document=draft.document), draft


def get_draft(session: Session, site: SiteState, draft_id: str) -> DraftLine:
    """One of a site's drafts. Raises NotFoundError."""
    found = find_draft(session, site.id, draft_id)
    if found is None:
        raise NotFoundError("There is no such draft.")
    return found


def _draft(key: str, draft_id: str) -> Response:
    return _show_draft(key, draft_id)


def _show_draft(key: str, draft_id: str, error: DomainError | None = None, typed: dict[str, str] | None = None) -> Response:
    with reading() as session:
        principal, site = require_site_admin(session, key)
        draft = get_draft(session, site, draft_id)
        active = active_version(session, site)
        names = find_account_names(session)
    return page(
        "admin/kept_draft.html",
        status=409 if error else 200,
        site=site,
        draft=draft,
        active=active,
        names=names,
        is_mine=draft.account_id == principal.account_id,
        changes=difference(active.document, draft.document),
        text=typed["document"] if typed else json.dumps(draft.document, indent=2, ensure_ascii=False),
        error=error,
    )


def _change(key: str, draft_id: str) -> Response:
    form = read_form({"act": 7, "name": _MAX_NAME, "document": _MAX_DOCUMENT, "edition": _MAX_DIGITS, "note": _MAX_NOTE})
    with reading() as session:
        principal, site = require_site_admin(session, key)
        draft = get_draft(session, site, draft_id)
    runtime = get_runtime()
    now, account = runtime.clock.now(), principal.account_id
    try:
        if form["act"] == "delete":
            runtime.in_transaction(lambda session: delete_draft(session, site.id, draft_id, account, now))
            return back_to(url_for("admin.policies", key=key))
        if form["act"] == "publish":
            note = form["note"].strip()
            version = runtime.in_transaction(lambda session: publish_draft(session, site.id, draft_id, account, note, now))
            return back_to(url_for("admin.policy", key=key, version=version))
        change = DraftChange(draft_id, form["name"].strip() or draft.name, _document(form["document"]), _number(form["edition"]) or 0)
        runtime.in_transaction(lambda session: change_draft(session, site.id, change, account, now))
    except NotFoundError:
        raise
    except DomainError as error:
        return _show_draft(key, draft_id, error, form if form["act"] == "keep" else None)
    return back_to(url_for("admin.kept_draft", key=key, draft_id=draft_id))


def _document(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise InvalidError("This is no JSON.") from None
    if not isinstance(found, dict):
        raise InvalidError("A policy is an object: it begins with a brace.")
    return found
