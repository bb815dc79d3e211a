"""Health, metrics, limits, the page to try the API at, and the OpenAPI document."""

from dataclasses import replace

import orjson

from commentsvc.scoring.fake_scorer import FakeMood
from commentsvc.store.engine import StorageUnavailableError
from commentsvc.web.context import RUNTIME_EXTENSION
from tests.support.world import HELD
from tests.web.api.api_client import problem
from tests.web.api.openapi_file import PATH, written


def test_alive_without_a_database(api, world, monkeypatch):
    monkeypatch.setattr(world.db, "reading", broken)
    assert api.get("/health/live").json == {"status": "ok"}


def broken():
    raise StorageUnavailableError("away")


def test_ready_names_the_part_that_is_not(api, world, monkeypatch):
    answer = api.get("/health/ready")
    problem(answer, 503, "unavailable")
    assert [error["pointer"] for error in answer.json["errors"]] == ["/scorer"]
    world.runtime.scorer.warm()
    assert api.get("/health/ready").json == {"status": "ok", "parts": {"database": "ok", "migrations": "ok", "scorer": "ok"}}
    monkeypatch.setattr("commentsvc.web.api.health._head", lambda: "9999")
    assert [error["pointer"] for error in api.get("/health/ready").json["errors"]] == ["/migrations"]
    monkeypatch.setattr(world.db, "reading", broken)
    assert [error["pointer"] for error in api.get("/health/ready").json["errors"]] == ["/database"]


def test_metrics_tell_what_waits(own, world):
    own.comment(HELD)
    world.scorer.mood = FakeMood.FAILING
    own.comment("Not scored yet.")
    world.clock.advance(seconds=90)
    told = own.get("/metrics").get_data(as_text=True)
    assert 'commentsvc_queue_depth{queue="held"} 1.0' in told
    assert 'commentsvc_queue_age_seconds{queue="held"} 90.0' in told
    assert 'commentsvc_queue_depth{queue="jobs"} 1.0' in told
    assert 'commentsvc_comments_total{route="hold"} 1.0' in told
    assert 'route="/api/v1/sites/<site>/comments",status="201"' in told


def test_metrics_without_a_database_say_that_they_do_not_know(own, world, monkeypatch):
    monkeypatch.setattr(world.db, "reading", broken)
    assert 'commentsvc_queue_depth{queue="jobs"} NaN' in own.get("/metrics").get_data(as_text=True)


def limited(own, world, **limits):
    settings = world.runtime.settings
    world.runtime.settings = replace(settings, limits=replace(settings.limits, **limits))
    assert own.app.extensions[RUNTIME_EXTENSION] is world.runtime


def test_comments_are_limited_by_address(own, world):
    limited(own, world, comments_burst=2)
    for number in range(2):
        own.comment(f"Text {number}.")
    post = {"article": {"key": "tram"}, "body": "One more."}
    answer = own.post("sites/gazette/comments", post)
    problem(answer, 429, "throttled")
    assert int(answer.headers["Retry-After"]) > 0
    # What a client says of itself gains nothing; another address has a bucket of its own.
    assert own.post("sites/gazette/comments", post, headers={"X-Forwarded-For": "203.0.113.9"}).status_code == 429
    assert own.post("sites/gazette/comments", post, environ_base={"REMOTE_ADDR": "203.0.113.9"}).status_code == 201


def test_other_acts_are_limited_together(own, world):
    limited(own, world, acts_burst=3)
    path = f"comments/{own.comment()['id']}"
    assert own.put(f"{path}/vote", {"value": 1}).status_code == 200
    assert own.post(f"{path}/reports", {"reason": "spam"}).status_code == 201
    assert own.post("sites/gazette/comments:preview", {"body": "x"}).status_code == 200
    problem(own.delete(f"{path}/vote"), 429, "throttled")


def test_a_database_that_is_away_is_a_503_to_be_tried_again(api, world, monkeypatch):
    monkeypatch.setattr(world.db, "reading", broken)
    answer = api.post("sites/gazette/comments", {"article": {"key": "tram"}, "body": "x"})
    problem(answer, 503, "storage-unavailable")
    assert answer.headers["Retry-After"] == "5"


# -- The document and its page -------------------------------------------------------------------------------------------------
def test_the_committed_document_is_the_one_that_is_served(api):
    served = api.get("openapi.json")
    assert PATH.read_bytes() == written(served.get_data()), "run: .venv/bin/python -m tests.web.api.openapi_file"


def test_the_document_says_all_that_a_client_needs(api):
    document = orjson.loads(api.document)
    assert document["openapi"] == "3.1.0"
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if method == "parameters":
                continue
            where = f"{method} {path}"
            assert operation["summary"], where
            assert "security" in operation, where
            for parameter in operation.get("parameters", []):
                assert parameter.get("description"), (where, parameter["name"])
            content = operation["requestBody"]["content"] if "requestBody" in operation else {}
            assert set(content) <= {"application/json"}, where
    for name, response in document["components"]["responses"].items():
        assert list(response["content"]) == ["application/problem+json"], name
    for name, schema in document["components"]["schemas"].items():
        for key, field in schema.get("properties", {}).items():
            assert field.get("description") or "$ref" in field or "allOf" in field, f"{name}.{key}"


def test_every_text_and_list_that_comes_in_has_a_bound(api):
    document = orjson.loads(api.document)
    taken = {
        operation["requestBody"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
        for item in document["paths"].values()
        for operation in item.values()
        if isinstance(operation, dict) and "requestBody" in operation
    }
    assert len(taken) > 10
    for name in taken:
        schema = document["components"]["schemas"][name]
        assert schema["additionalProperties"] is False, name
        for key, field in schema["properties"].items():
            kinds = field.get("type", [])
            kinds = [kinds] if isinstance(kinds, str) else kinds
            if "string" in kinds and "enum" not in field and "format" not in field:
                assert "maxLength" in field or "pattern" in field, f"{name}.{key}"
            if "array" in kinds:
                assert "maxItems" in field, f"{name}.{key}"


def test_the_page_loads_nothing_from_elsewhere(api):
    page = api.get("/api/docs")
    assert page.mimetype == "text/html"
    assert "unsafe-inline" not in page.headers["Content-Security-Policy"]
    text = page.get_data(as_text=True)
    for name, kind in (("explorer.js", "text/javascript"), ("explorer.css", "text/css")):
        assert f"/api/docs/{name}" in text
        part = api.get(f"/api/docs/{name}")
        assert part.mimetype == kind
        assert "//" not in part.get_data(as_text=True).replace("https://", "")
        assert api.get(f"/api/docs/{name}", headers={"If-None-Match": part.headers["ETag"]}).status_code == 304
    assert "http:" not in text
    problem(api.get("/api/docs/..%2Fexplorer.py"), 404, "not-found")
