"""The editor of a policy, and what a change would do."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from flask import Blueprint, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from commentsvc.domain.commands import NewPolicyVersion
from commentsvc.domain.errors import InvalidError, NotFoundError
from commentsvc.domain.labels import ALL_LABELS, Label
from commentsvc.domain.policy import Band, Policy, parse_policy
from commentsvc.domain.status import ROUTES as ROUTES_BY_SEVERITY
from commentsvc.domain.status import Route
from commentsvc.services.laboratory import Scope, View
from commentsvc.services.policies import create_policy_version
from commentsvc.services.simulation import Simulation, simulate_draft
from commentsvc.store.queries.history import (
    Period,
    PolicyLine,
    ScoredText,
    list_policy_versions,
    list_scored_texts,
)
from commentsvc.store.queries.sites import SiteState, list_sections
from commentsvc.web.admin.draft import FORM, ROUTES, STEPS, document_of, field_problems, form_of
from commentsvc.web.admin.gate import back_to, require_site_admin
from commentsvc.web.admin.plot import histograms
from commentsvc.web.admin.versions import active_version, base_of_draft, find_version, keep_draft
from commentsvc.web.context import get_runtime, reading
from commentsvc.web.forms import read_form
from commentsvc.web.pages.render import page

PERIODS: Final = {"7": "last 7 days", "30": "last 30 days", "90": "last 90 days", "365": "last year"}
_USUAL: Final = "30"
_NEAREST: Final = 6
_LOOKED_AT: Final = 60
_SHOWN: Final = 24
_ABOVE_ALL: Final = 1.000001


@dataclass(frozen=True, slots=True)
class Near:
    """A comment near a moved threshold; `becomes` is its route under the draft where that is another one."""

    text: ScoredText
    becomes: Route | None


@dataclass(frozen=True, slots=True)
class Moved:
    """A threshold that a draft moves, with the comments between its old place and its new one, nearest to the higher of them first."""

    label: Label
    step: str
    before: float | None
    after: float | None
    texts: list[Near]


def add_policies(admin: Blueprint) -> None:
    """Serve the editor."""
    admin.add_url_rule("/sites/<key>/policies/draft", "draft", _draft, methods=["GET"])
    admin.add_url_rule("/sites/<key>/policies/draft", "try_draft", _try, methods=["POST"])


def _period(days: str, scope: str) -> Period:
    now = get_runtime().clock.now()
    return Period(now - timedelta(days=int(days)), now + timedelta(seconds=1), scope or None)


def _look(session: Session, site: SiteState, days: str, scope: str) -> View:
    runtime = get_runtime()
    length, now = timedelta(days=int(days), seconds=1), runtime.clock.now()
    until = now + timedelta(seconds=1)
    period = runtime.laboratory.find_latest(site.id, length, now) or Period(until - length, until)
    return runtime.laboratory.open(session, site.id, period, Scope(scope or None), None, now)


def _draft(key: str) -> Response:
    days = request.args.get("days", _USUAL)
    scope = request.args.get("scope", "")
    number = request.args.get("from", "")
    with reading() as session:
        _, site = require_site_admin(session, key)
        kept = request.args.get("draft", "")
        if kept:
            base, draft = base_of_draft(session, site, kept)
            form = form_of(draft.document, scope) | {"draft": draft.id, "edition": str(draft.edition)}
            return _editor(site, base, form, scope, days if days in PERIODS else _USUAL)
        is_number = number.isascii() and number.isdigit() and len(number) < 9  # noqa: PLR2004 - fits the column
        base = find_version(session, site, int(number)) if is_number else active_version(session, site)
    return _editor(site, base, form_of(base.document, scope), scope, days if days in PERIODS else _USUAL)


@dataclass(frozen=True, slots=True)
class _Tried:
    """What became of a draft: what is wrong with it, or what it would do."""

    trouble: str = ""
    problems: Mapping[str, str] | None = None
    simulation: Simulation | None = None
    moved: tuple[Moved, ...] = ()


def _editor(site: SiteState, base: PolicyLine, form: Mapping[str, str], scope: str, days: str, tried: _Tried | None = None) -> Response:
    tried = tried or _Tried()
    with reading() as session:
        sections = list_sections(session, site.id)
        if scope and scope not in {section.key for section in sections}:
            raise NotFoundError("There is no such section.")
        active = active_version(session, site)
        newest = list_policy_versions(session, site.id, limit=1)
        with get_runtime().turnstile.aside():
            ground = _look(session, site, days, scope).ground
    return page(
        "admin/draft.html",
        status=422 if tried.problems is not None else 200,
        site=site,
        base=base,
        active=active,
        next_version=newest[0].version + 1 if newest else 1,
        form=form,
        scope=scope,
        days=days,
        periods=PERIODS,
        sections=sections,
        histograms=histograms(ground),
        labels=ALL_LABELS,
        steps=STEPS,
        routes=ROUTES,
        trouble=tried.trouble,
        problems=tried.problems or {},
        simulation=tried.simulation,
        moved=tried.moved,
        comment_count=len(ground.comments),
    )


def _try(key: str) -> Response:
    with reading() as session:
        principal, site = require_site_admin(session, key)
    form = read_form(FORM)
    days = form["days"] if form["days"] in PERIODS else _USUAL
    with reading() as session:
        if form["draft"]:
            base, _ = base_of_draft(session, site, form["draft"])
        else:
            base = find_version(session, site, int(form["base"]) if form["base"].isascii() and form["base"].isdigit() else 0)
        active = active_version(session, site)
    document = document_of(form, base.document)
    try:
        draft = parse_policy(document)
    except InvalidError as error:
        problems = field_problems(error.fields, form["scope"])
        trouble = problems.get("", "") or "Some values do not fit; they are marked below."
        return _editor(site, base, form, form["scope"], days, _Tried(trouble, problems))
    if form["act"] == "keep":
        return keep_draft(site, principal.account_id, document, base.version, form)
    if form["act"] == "save":
        runtime = get_runtime()
        now = runtime.clock.now()
        new = NewPolicyVersion(site.id, principal.account_id, document, form["note"].strip())
        _, number = runtime.in_transaction(lambda session: create_policy_version(session, new, now))
        return back_to(url_for("admin.policy", key=key, version=number))
    period = _period(days, form["scope"])
    with get_runtime().turnstile.aside(), reading() as session:
        simulation = simulate_draft(_look(session, site, days, form["scope"]), draft)
        moved = tuple(_moved(session, site, period, parse_policy(active.document), draft))
    return _editor(site, base, form, form["scope"], days, _Tried(simulation=simulation, moved=moved))


def _moved(session: Session, site: SiteState, period: Period, before: Policy, after: Policy) -> list[Moved]:
    found: list[Moved] = []
    old, new = before.bands_for(period.section), after.bands_for(period.section)
    for label in ALL_LABELS:
        for step in reversed(STEPS):
            one, two = (_threshold(bands.get(label), step) for bands in (old, new))
            if one == two:
                continue
            places = [_ABOVE_ALL if place is None else place for place in (one, two)]
            texts = list_scored_texts(session, site.id, period, label, min(places), max(places), limit=_LOOKED_AT)
            near = sorted((Near(text, _becomes(text, old, new)) for text in texts), key=lambda one: one.becomes is None)
            found.append(Moved(label, step, one, two, near[:_NEAREST]))
    return found[:_SHOWN]


def _becomes(text: ScoredText, old: Mapping[Label, Band], new: Mapping[Label, Band]) -> Route | None:
    """The route that the draft's bands give in place of the one there is; None where it stays, or where another rule holds it."""
    now, before, after = text.route.severity, _band_severity(text, old), _band_severity(text, new)
    # Above what the bands ask for, it is another rule that speaks, and it would go on doing so.
    drafted = max(after, now) if now > before else after
    return ROUTES_BY_SEVERITY[drafted] if drafted != now else None


def _band_severity(text: ScoredText, bands: Mapping[Label, Band]) -> int:
    reached = [bands[label].route(score) for label, score in text.scores.items() if label in bands]
    return max((taken[0].severity for taken in reached if taken), default=0)


def _threshold(band: Any, step: str) -> float | None:  # noqa: ANN401 - a band or nothing
    value: float | None = getattr(band, f"{step}_at", None)
    return value
