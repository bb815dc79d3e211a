"""The Perspective API's protocol: its clients change one address and go on. See docs/perspective.md."""

import math
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from flask import Blueprint, Flask, Response, request
from werkzeug.exceptions import MethodNotAllowed, NotFound

from commentsvc.domain.perspective import Suggestion, SuggestionStore
from commentsvc.scoring.scales import scales_for
from commentsvc.web.context import RUNTIME_EXTENSION, get_runtime, get_web_config, own_origin
from commentsvc.web.plumbing import throttle
from commentsvc.web.protocols.perspective.analysis import analyze
from commentsvc.web.protocols.perspective.discovery import discovery_document
from commentsvc.web.protocols.perspective.keeping import store_for
from commentsvc.web.protocols.perspective.keys import Key, Keys, find_key, read_keys
from commentsvc.web.protocols.perspective.languages import find_language, warm_languages
from commentsvc.web.protocols.perspective.refusals import refuse_as_google_does
from commentsvc.web.protocols.perspective.requests import read_analyze, read_suggestion
from commentsvc.web.protocols.perspective.values import read_body
from commentsvc.web.strictjson import json_response

if TYPE_CHECKING:
    from commentsvc.runtime import Runtime

PREFIXES: Final = ("/v1alpha1", "")
"""Coral puts the method behind whatever path its endpoint has, so it stands at the root as well."""
VERSION: Final = "v1alpha1"
_OTHER_METHODS: Final = ("GET", "PUT", "PATCH", "DELETE")
_HEADER_NAMES: Final = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~, -]{1,1000}")
_MAX_AGE_S: Final = "3600"

View = Callable[[], Response]


def register_perspective(app: Flask, store: SuggestionStore | None = None) -> None:
    """Speak the protocol where the settings name a file of keys. `store` keeps what clients suggest; the database if left out.

    Raises SettingsError.
    """
    runtime: Runtime = app.extensions[RUNTIME_EXTENSION]
    if not runtime.settings.perspective.keys_file:
        return
    if not app.config.get("DEMO"):
        # A demo starts without it: 79 MB that most of its visitors never need.
        warm_languages()
    settings = runtime.settings
    keys, scales = read_keys(settings.perspective), scales_for(settings, runtime.scorer.version.digest)
    keep = store or store_for(runtime)

    def analyze_comment() -> Response:
        _admit(keys)
        return json_response(analyze(read_analyze(read_body(request)), get_runtime(), scales))

    def suggest_score() -> Response:
        key = _admit(keys)
        suggestion = read_suggestion(read_body(request), key.name)
        keep(suggestion)
        return json_response(_thank(suggestion))

    blueprint = Blueprint("perspective", __name__)
    for prefix in PREFIXES:
        place = "versioned" if prefix else "root"
        for verb, view in (("analyze", analyze_comment), ("suggestscore", suggest_score)):
            rule = f"{prefix}/comments:{verb}"
            blueprint.add_url_rule(rule, f"{verb}_{place}", view, methods=["POST"], provide_automatic_options=False)
            blueprint.add_url_rule(rule, f"{verb}_{place}_preflight", _preflight, methods=["OPTIONS"])
            blueprint.add_url_rule(rule, f"{verb}_{place}_refused", _refuse_method, methods=_OTHER_METHODS, provide_automatic_options=False)
    blueprint.add_url_rule("/$discovery/rest", "discovery", _discover, methods=["GET"])
    blueprint.after_request(_allow_any_origin)
    refuse_as_google_does(blueprint)
    app.register_blueprint(blueprint)


def _admit(keys: Keys) -> Key:
    """The key of the running request, counted; raises RefusedKeyError and ThrottledError."""
    key = find_key(request, keys)
    throttle("perspective", rate=key.queries_per_s, per_s=1.0, burst=max(1, math.ceil(key.queries_per_s)), key=key.digest)
    return key


def _thank(suggestion: Suggestion) -> dict[str, object]:
    seen = find_language(suggestion.text)
    told: dict[str, object] = {"clientToken": suggestion.client_token} if suggestion.client_token is not None else {}
    if suggestion.languages:
        told["requestedLanguages"] = suggestion.languages
    return told | ({"detectedLanguages": [seen]} if seen else {})


def _discover() -> Response:
    if request.args.get("version", VERSION) != VERSION:
        raise NotFound
    return json_response(discovery_document(get_web_config().public_url or own_origin()))


def _preflight() -> Response:
    response = Response(status=204)
    response.headers["Access-Control-Allow-Methods"] = "POST"
    asked = request.headers.get("Access-Control-Request-Headers", "")
    response.headers["Access-Control-Allow-Headers"] = asked if _HEADER_NAMES.fullmatch(asked) else "Content-Type"
    response.headers["Access-Control-Max-Age"] = _MAX_AGE_S
    return response


def _refuse_method() -> Response:
    raise MethodNotAllowed(["POST", "OPTIONS"])


def _allow_any_origin(response: Response) -> Response:
    # The key is all the authority there is, and no cookie is looked at: any page that has a key may ask, as it may ask Google.
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Expose-Headers"] = "Retry-After, X-Request-Id"
    return response
