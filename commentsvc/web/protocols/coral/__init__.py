"""Coral's external moderation phase: each comment comes signed, and goes back routed by a site's whole policy. See docs/coral.md."""

from typing import TYPE_CHECKING, Final

from flask import Blueprint, Flask, Response, request

from commentsvc.domain.coral import PHASE_RULES, phase_answer
from commentsvc.domain.errors import NotFoundError, UnauthenticatedError
from commentsvc.domain.routing import Routing, RoutingFacts, route
from commentsvc.services.phases import keep_phase_routing
from commentsvc.store.queries.sites import get_site
from commentsvc.web.context import RUNTIME_EXTENSION, get_runtime, reading
from commentsvc.web.protocols.coral.phases import Phase, is_signed, read_phases
from commentsvc.web.protocols.coral.requests import PhaseRequest, read_phase_request
from commentsvc.web.strictjson import json_response

if TYPE_CHECKING:
    from commentsvc.runtime import Runtime

SIGNATURE: Final = "X-Coral-Signature"


def register_coral(app: Flask) -> None:
    """Answer Coral where the settings name a file of phases. Raises SettingsError."""
    runtime: Runtime = app.extensions[RUNTIME_EXTENSION]
    if not runtime.settings.coral.phases_file:
        return
    phases = read_phases(runtime.settings.coral.phases_file)

    def moderate(site: str) -> Response:
        asked = _read(phases.get(site))
        if asked.is_by_staff:
            # Coral lets these pass before it asks anybody; so do we.
            return Response(status=204)
        answer = phase_answer(_route(get_runtime(), site, asked))
        return json_response(answer) if answer else Response(status=204)

    blueprint = Blueprint("coral_phase", __name__)
    blueprint.add_url_rule("/coral/<site>/moderate", "moderate", moderate, methods=["POST"])
    app.register_blueprint(blueprint)


def _read(phase: Phase | None) -> PhaseRequest:
    raw = request.get_data(cache=True, parse_form_data=False)
    if phase is None:
        raise NotFoundError("There is no such phase.")
    if not is_signed(phase.secrets, raw, request.headers.get(SIGNATURE, "")):
        raise UnauthenticatedError("The signature does not fit: look whether the phase's signing secret is the one in coral.phases_file.")
    return read_phase_request(raw)


def _route(runtime: "Runtime", site_key: str, asked: PhaseRequest) -> Routing:
    with reading() as session:
        site = get_site(session, site_key)
        policy, version_id = runtime.policy_of(session, site)
    text = runtime.make_text(asked.text)
    scores = runtime.score_in_budget(asked.text)
    facts = RoutingFacts(
        text=asked.text,
        scores=scores.values if scores else None,
        link_count=max(text.link_count, asked.link_count),
        language=text.language,
        scorer_languages=runtime.scorer.version.languages,
        prepared_text=text.prepared,
    )
    # Nothing is sampled: whom Coral shows what it lets pass is Coral's affair.
    routing = route(policy, facts, chance=1.0, rules=PHASE_RULES)
    runtime.metrics.comment_routed(routing.route.value)
    days, now = runtime.settings.coral.keep_days, runtime.clock.now()
    if days:
        runtime.in_transaction(lambda session: keep_phase_routing(session, site.id, text.text_hash, routing, version_id, days, now))
    return routing
