"""The discovery document, and what browsers ask before they ask."""

from dataclasses import replace
from typing import Any
from urllib.parse import urljoin

import pytest

from tests.web.protocols.perspective.perspective_client import ANALYZE, BODY, KEY, SUGGEST, Perspective, refused

DISCOVERY = "/$discovery/rest?version=v1alpha1"


def methods(document):
    return document["resources"]["comments"]["methods"]


@pytest.mark.parametrize("path", [DISCOVERY, "/$discovery/rest", "/%24discovery/rest?version=v1alpha1&key=any"])
def test_it_needs_no_key(perspective, path):
    answer = perspective.client.get(path)
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    assert answer.json["kind"] == "discovery#restDescription"


def test_another_version_is_not_here(perspective):
    refused(perspective.client.get("/$discovery/rest?version=v2"), 404)


@pytest.mark.parametrize(
    ("public_url", "root"),
    [
        ("https://comments.example.org", "https://comments.example.org/"),
        ("https://example.org/comments/", "https://example.org/comments/"),
        ("", "http://localhost/"),
    ],
)
def test_it_carries_the_public_address(make_app, runtime, public_url, root):
    settings = runtime.settings
    runtime.settings = replace(settings, server=replace(settings.server, public_url=public_url))
    document: Any = Perspective(make_app()).client.get(DISCOVERY).json
    assert (document["rootUrl"], document["baseUrl"], document["servicePath"]) == (root, root, "")


def test_its_methods_lead_to_the_routes(perspective):
    document = perspective.client.get(DISCOVERY).json
    base = urljoin(document["rootUrl"], document["servicePath"])
    found = {name: (method["httpMethod"], urljoin(base, method["path"])) for name, method in methods(document).items()}
    assert found == {"analyze": ("POST", f"http://localhost{ANALYZE}"), "suggestscore": ("POST", f"http://localhost{SUGGEST}")}
    for method in methods(document).values():
        assert perspective.client.post(f"/{method['path']}?key={KEY}", json=BODY).status_code == 200


def references(node):
    if isinstance(node, dict):
        if "$ref" in node:
            yield node["$ref"]
        for value in node.values():
            yield from references(value)
    elif isinstance(node, list):
        for value in node:
            yield from references(value)


def test_it_describes_whatever_it_names(perspective):
    document = perspective.client.get(DISCOVERY).json
    assert set(references(document)) | {"AnalyzeCommentRequest"} == set(document["schemas"])
    for name, schema in document["schemas"].items():
        assert (schema["id"], schema["type"]) == (name, "object")
    for parameter in ("key", "alt", "fields", "prettyPrint", "quotaUser", "callback", "$.xgafv"):
        assert document["parameters"][parameter]["location"] == "query"


def test_what_the_document_describes_is_what_is_answered(perspective):
    schemas = perspective.client.get(DISCOVERY).json["schemas"]
    answer = perspective.analyze("You idiot. Bye.", "TOXICITY", spanAnnotations=True, clientToken="t")
    assert set(answer.json) == set(schemas["AnalyzeCommentResponse"]["properties"])
    given = answer.json["attributeScores"]["TOXICITY"]
    assert set(given) == set(schemas["AttributeScores"]["properties"])
    assert set(given["spanScores"][0]) == set(schemas["SpanScore"]["properties"])
    assert set(given["summaryScore"]) == set(schemas["Score"]["properties"])


# -- Browsers ------------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("path", [ANALYZE, SUGGEST, "/comments:analyze", "/comments:suggestscore"])
def test_a_page_may_ask_from_any_origin(perspective, path):
    sent = {
        "Origin": "https://blog.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type,x-goog-api-client",
    }
    answer = perspective.client.options(f"{path}?key={KEY}", headers=sent)
    assert (answer.status_code, answer.get_data()) == (204, b"")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Access-Control-Allow-Methods"] == "POST"
    assert answer.headers["Access-Control-Allow-Headers"] == "content-type,x-goog-api-client"
    assert "Access-Control-Allow-Credentials" not in answer.headers


def test_a_header_that_names_no_headers_is_not_given_back(perspective):
    sent = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "<script>"}
    assert perspective.client.options(ANALYZE, headers=sent).headers["Access-Control-Allow-Headers"] == "Content-Type"


def test_pages_may_read_answers_and_refusals(perspective):
    refusals = [perspective.analyze(""), perspective.send(ANALYZE, {}, key="no"), perspective.client.get(ANALYZE)]
    for answer in [perspective.analyze("Hm."), *refusals]:
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
