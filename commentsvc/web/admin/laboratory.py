"""The thresholds laboratory: thresholds moved over the site's own comments, recommended for a goal, made a version, rolled back."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import quote

import numpy as np
from flask import Blueprint, request, url_for
from numpy.typing import NDArray
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from commentsvc.domain.advising import Goal, promise_words, refusal_words
from commentsvc.domain.commands import NewPolicyVersion
from commentsvc.domain.dragging import Handle
from commentsvc.domain.errors import InvalidError, NotFoundError
from commentsvc.domain.labels import Label
from commentsvc.domain.policy import Policy
from commentsvc.domain.simulation import SHOWN, overlaps, routes_under
from commentsvc.domain.status import ROUTES, Route
from commentsvc.services.laboratory import ENOUGH_PACE, PLACES, View
from commentsvc.services.policies import activate_policy, create_policy_version, difference
from commentsvc.services.simulation import Advice, advise
from commentsvc.store.queries.history import Period, PolicyLine, ScoredText, find_active_version, find_scored_texts, list_policy_versions
from commentsvc.store.queries.policies import wants_second_person
from commentsvc.store.queries.sites import SectionState, SiteState, list_sections
from commentsvc.web.admin.asking import (
    PERIODS,
    SAVE_FORM,
    THRESHOLDS,
    Asked,
    chosen_period,
    document_of_policy,
    draft_document,
    hand_of,
    in_hand,
    parsed,
    read_asked,
    thresholds_of,
    wish_of,
)
from commentsvc.web.admin.cells import ROWS, Curve, cells_of, curve_of
from commentsvc.web.admin.draft import STEPS, field_problems
from commentsvc.web.admin.gate import back_to, require_site_admin
from commentsvc.web.admin.plot import histograms
from commentsvc.web.context import get_runtime, reading
from commentsvc.web.forms import read_form
from commentsvc.web.pages.render import page
from commentsvc.web.strictjson import json_response

_SOON: Final = timedelta(seconds=1)


def add_laboratory(admin: Blueprint) -> None:
    """Serve the laboratory's pages."""
    admin.add_url_rule("/sites/<key>/laboratory", "laboratory", _laboratory, methods=["GET"])
    admin.add_url_rule("/sites/<key>/laboratory/side", "laboratory_side", _side, methods=["GET"])
    admin.add_url_rule("/sites/<key>/laboratory/sweep", "laboratory_sweep", _sweep, methods=["GET"])
    admin.add_url_rule("/sites/<key>/laboratory/draft", "laboratory_save", _save, methods=["POST"])
    admin.add_url_rule("/sites/<key>/laboratory/activate", "laboratory_activate", _activate, methods=["POST"])


@dataclass(frozen=True, slots=True)
class _Bench:
    """All that a page of the laboratory begins with."""

    site: SiteState
    lines: list[PolicyLine]
    sections: list[SectionState]
    active: PolicyLine
    today: Policy
    view: View
    period: Period
    needs_approval: bool


def _bench(session: Session, key: str, asked: Asked) -> _Bench:
    _, site = require_site_admin(session, key)
    lines = list_policy_versions(session, site.id)
    active = find_active_version(session, site.id)
    if active is None:
        raise NotFoundError("This site has no active policy.")
    runtime = get_runtime()
    today, now = parsed(active.document), runtime.clock.now()
    length = timedelta(days=int(asked.days), seconds=1)
    end = now + _SOON
    period = chosen_period(asked, now) or runtime.laboratory.find_latest(site.id, length, now) or Period(end - length, end)
    with runtime.turnstile.aside():
        view = runtime.laboratory.open(session, site.id, period, asked.scope, (active.id, today), now)
    needs_approval = wants_second_person(session, site.id)
    return _Bench(site, lines, list_sections(session, site.id), active, today, view, period, needs_approval)


@dataclass(frozen=True, slots=True)
class Near:
    """A comment, its score for the threshold in hand, and its routes by today's policy and by the draft."""

    text: ScoredText
    score: float
    before: Route
    after: Route


@dataclass(frozen=True, slots=True)
class Tried:
    """A draft tried: its figures beside today's, the comments around the threshold in hand, and the curve of that."""

    now: dict[str, Any]
    draft: dict[str, Any]
    stricter: int
    milder: int
    hand: Handle | None
    at: float | None
    below: list[Near]
    reached: list[Near]
    moved: list[Near]
    curve: Curve | None


def _try(session: Session, bench: _Bench, asked: Asked, draft: Policy) -> Tried:
    view = bench.view
    figures = view.try_draft(draft)
    now, then = cells_of(view.try_draft(bench.today)), cells_of(figures)
    hand = hand_of(asked, draft, view.ground.comments.labels)
    if hand is None:
        return Tried(now, then, figures.stricter, figures.milder, None, None, [], [], [], None)
    held = in_hand(draft, hand)
    at: float | None = getattr(held.bands_for(hand.section)[hand.label], hand.step) if hand.label in held.bands_for(hand.section) else None
    drag = view.drag(held, hand)
    drafted = routes_under(view.ground, draft)
    before = view.ground.before if view.ground.before is not None else view.ground.comments.routes
    scores = view.ground.columns[hand.label]
    around = drag.nearest(at) if at is not None else None
    moved = np.flatnonzero(before != drafted)
    distance = np.abs(np.nan_to_num(scores[moved], nan=2.0) - (at if at is not None else 1.0))
    lists: list[NDArray[np.int64]] = [
        around.below if around else moved[:0],
        around.reached if around else moved[:0],
        moved[np.argsort(distance, kind="stable")[:SHOWN]],
    ]
    ids = {int(row): revision for rows in lists for row, revision in zip(rows.tolist(), view.revisions(rows), strict=True)}
    texts = find_scored_texts(session, sorted(set(ids.values())))
    below, reached, changed = (
        [Near(texts[ids[row]], float(scores[row]), ROUTES[before[row]], ROUTES[drafted[row]]) for row in rows.tolist() if ids[row] in texts]
        for rows in lists
    )
    return Tried(now, then, figures.stricter, figures.milder, hand, at, below, reached, changed, curve_of(view.sweep(held, hand)))


@dataclass(frozen=True, slots=True)
class Advised:
    """A recommendation in words and figures, or what is wrong with what was asked."""

    words: str
    advice: Advice | None = None
    now: dict[str, Any] | None = None
    then: dict[str, Any] | None = None
    fields: dict[str, str] | None = None


def _advise(bench: _Bench, asked: Asked) -> Advised | None:
    wish, trouble = wish_of(asked)
    if wish is None:
        return Advised(trouble) if trouble else None
    with get_runtime().turnstile.aside():
        advice = advise(bench.view, bench.today, wish)
    if advice.refusal is not None or advice.draft is None or advice.now is None or advice.then is None:
        return Advised(refusal_words(wish.goal, advice.refusal) if advice.refusal else "", advice)
    fields = thresholds_of(advice.draft, asked.scope.section)
    return Advised(promise_words(wish.goal, advice.promise), advice, cells_of(advice.now), cells_of(advice.then), fields)


def _drafted(bench: _Bench, asked: Asked, advised: Advised | None) -> tuple[dict[str, str], dict[str, Any]]:
    """The thresholds to show, as fields, and the document that they make."""
    if advised is not None and advised.advice is not None and advised.advice.draft is not None and not asked.has_draft:
        return advised.fields or {}, document_of_policy(bench.active.document, advised.advice.draft)
    if asked.has_draft:
        fields = {name: asked.values.get(name, "")[:12] for name in THRESHOLDS}
        return fields, draft_document(bench.active.document, fields, asked.scope.section)
    return thresholds_of(bench.today, asked.scope.section), dict(bench.active.document)


def _laboratory(key: str) -> Response:
    asked = read_asked(request.args)
    problems: dict[str, str] = {}
    tried = None
    with reading() as session:
        bench = _bench(session, key, asked)
        advised = _advise(bench, asked)
        fields, document = _drafted(bench, asked, advised)
        try:
            draft = parsed(document)
        except InvalidError as error:
            problems = field_problems(error.fields, asked.scope.section or "")
            draft = bench.today
        if not problems:
            with get_runtime().turnstile.aside():
                tried = _try(session, bench, asked, draft)
    known = bench.view.ground.comments
    return page(
        "admin/laboratory.html",
        status=422 if problems else 200,
        site=bench.site,
        asked=asked,
        bench=bench,
        fields=fields,
        problems=problems,
        tried=tried,
        advised=advised,
        rows=ROWS,
        steps=STEPS,
        periods=PERIODS,
        goals=list(Goal),
        labels=_set_labels(fields),
        plain_labels=[label for label in known.labels if not any(fields[f"{label.value}-{step}"] for step in STEPS)],
        histograms=histograms(bench.view.ground),
        overlaps=overlaps(bench.view.ground, draft),
        languages=sorted({*bench.view.scored.comments.language_keys, *filter(None, [asked.scope.language])}),
        decided=int(np.count_nonzero(known.verdicts >= 0)),
        sampled=int(np.count_nonzero(known.is_sampled & (known.verdicts >= 0))),
        is_measured=bench.view.pace.count >= ENOUGH_PACE,
        changes=[] if problems else difference(bench.active.document, document),
        before=_before(bench),
        newest=bench.lines[0].version,
        made=next((line for line in bench.lines if str(line.version) == request.args.get("made")), None),
    )


def _set_labels(fields: dict[str, str]) -> list[Label]:
    return [label for label in Label if any(fields[f"{label.value}-{step}"] for step in STEPS)]


def _before(bench: _Bench) -> PolicyLine | None:
    """The version that was active before this one: the way back."""
    others = [line for line in bench.lines if line.activated_at is not None and line.id != bench.active.id]
    return max(others, key=_activated, default=None)


def _activated(line: PolicyLine) -> datetime:
    return line.activated_at or line.created_at


def _side(key: str) -> Response:
    asked = read_asked(request.args)
    with reading() as session:
        bench = _bench(session, key, asked)
        draft = parsed(_drafted(bench, asked, None)[1])
        with get_runtime().turnstile.aside():
            tried = _try(session, bench, asked, draft)
    return page("admin/laboratory_side.html", site=bench.site, bench=bench, tried=tried, rows=ROWS, asked=asked)


def _sweep(key: str) -> Response:
    asked = read_asked(request.args)
    with reading() as session:
        bench = _bench(session, key, asked)
        draft = parsed(_drafted(bench, asked, None)[1])
        hand = hand_of(asked, draft, bench.view.ground.comments.labels)
        if hand is None:
            raise NotFoundError("There is no such threshold.")
        with get_runtime().turnstile.aside():
            swept = bench.view.sweep(in_hand(draft, hand), hand)
    return json_response(
        [
            {
                "at": at,
                "cells": {name: [cell.value, cell.range] for name, cell in cells_of(figures).items()},
                "stricter": figures.stricter,
                "milder": figures.milder,
            }
            for at, figures in zip(PLACES, swept, strict=True)
        ]
    )


def _save(key: str) -> Response:
    with reading() as session:
        principal, site = require_site_admin(session, key)
    form = read_form(SAVE_FORM)
    asked = read_asked(form)
    with reading() as session:
        bench = _bench(session, key, asked)
    document = draft_document(bench.active.document, form, asked.scope.section)
    runtime = get_runtime()
    now = runtime.clock.now()
    new = NewPolicyVersion(site.id, principal.account_id, document, form["note"].strip())

    def work(session: Session) -> int:
        _, number = create_policy_version(session, new, now)
        # Where a second admin is to approve it, it is kept for them.
        if form["act"] == "activate" and not wants_second_person(session, site.id):
            activate_policy(session, site.id, number, principal.account_id, now)
        return number

    number = runtime.in_transaction(work)
    return back_to(
        url_for("admin.laboratory", key=key, made=str(number)) + "".join(f"&{name}={quote(value)}" for name, value in asked.filters.items())
    )


def _activate(key: str) -> Response:
    with reading() as session:
        principal, site = require_site_admin(session, key)
    form = read_form({"version": 10})
    runtime = get_runtime()
    now = runtime.clock.now()
    version = int(form["version"]) if form["version"].isascii() and form["version"].isdigit() and len(form["version"]) < 10 else 0  # noqa: PLR2004 - fits the column
    runtime.in_transaction(lambda session: activate_policy(session, site.id, version, principal.account_id, now))
    return back_to(url_for("admin.laboratory", key=key, made=version))
