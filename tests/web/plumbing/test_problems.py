"""Every refusal is a problem document, and no failure shows what it was about."""

import pytest

from commentsvc.domain import errors
from commentsvc.domain.errors import DomainError
from commentsvc.web import refusals
from commentsvc.web.problems import PROBLEMS, pointers_of, register_exception
from tests.web.plumbing.small_app import TeapotError, problem_of


def all_refusals(cls=DomainError):
    for sub in cls.__subclasses__():
        if sub.__module__ in {errors.__name__, refusals.__name__}:
            yield sub
            yield from all_refusals(sub)


def test_every_refusal_has_a_line_in_the_table():
    codes = {cls.code for cls in all_refusals()}
    assert len(codes) > 20
    assert codes - set(PROBLEMS) == set()


def test_every_line_of_the_table_is_whole():
    for code, kind in PROBLEMS.items():
        assert code.replace("-", "").isalpha()
        assert 400 <= kind.status < 600
        assert kind.title
        assert kind.advice.endswith(".")


def post(client, body):
    return client.post("/api/v1/comments", json=body)


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({}, ["/body"]),
        ([], [""]),
        ("text", [""]),
        (7, [""]),
        ({"body": ""}, ["/body"]),
        ({"body": None}, ["/body"]),
        ({"body": 7}, ["/body"]),
        ({"body": ["x"]}, ["/body"]),
        ({"body": "x" * 1001}, ["/body"]),
        ({"body": "x", "author": {}}, ["/author/name"]),
        ({"body": "x", "author": []}, ["/author"]),
        ({"body": "x", "author": {"name": 1, "a/b~c": 2}}, ["/author/a~1b~0c", "/author/name"]),
        ({"body": "x", "unknown": 1}, ["/unknown"]),
        ({"body": "x", "votes": 1.5}, ["/votes"]),
        ({"body": "x", "votes": -9.3e18}, ["/votes"]),
        ({"body": "x", "votes": "1"}, ["/votes"]),
        ({"body": "x", "votes": True}, ["/votes"]),
        ({"body": "x", "votes": 2**63}, ["/votes"]),
        ({"body": "x", "votes": 1e30}, ["/votes"]),
        ({"body": "x", "weight": "1.5"}, ["/weight"]),
        ({"body": "x", "weight": False}, ["/weight"]),
        ({"body": "x", "loud": 1}, ["/loud"]),
        ({"body": "x", "loud": "true"}, ["/loud"]),
        ({"body": "x", "links": ["a", "b", 3]}, ["/links/2"]),
        ({"body": "x", "links": ["a", "b", "c", "d"]}, ["/links"]),
        ({"body": "x", "links": {"0": "a"}}, ["/links"]),
    ],
)
def test_values_that_do_not_fit_are_pointed_at(client, body, pointers):
    document = problem_of(post(client, body), 422, "validation-failed")
    assert sorted(error["pointer"] for error in document["errors"]) == pointers
    assert all(error["detail"] for error in document["errors"])


def test_values_that_fit_pass(client):
    response = post(client, {"body": "x", "votes": -1.0, "weight": 2, "loud": False, "links": [], "author": {"name": "Ann"}})
    assert (response.status_code, response.get_json()) == (201, {"body": "x"})


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=101", "limit=x", "limit=1.0", "limit=", "limit=%2B5", "limit=+5", "limit=05", "limit=1_0", "limit=٥"]
)
def test_a_limit_that_does_not_fit_is_named(client, query):
    document = problem_of(client.get(f"/api/v1/comments?{query}"), 422, "validation-failed")
    assert [error["parameter"] for error in document["errors"]] == ["limit"]


@pytest.mark.parametrize(("query", "parameter"), [("limit=5&limit=5", "limit"), ("unknown=1", "unknown"), ("limit=5&Limit=6", "Limit")])
def test_unknown_and_doubled_parameters_are_named(client, query, parameter):
    document = problem_of(client.get(f"/api/v1/comments?{query}"), 422, "validation-failed")
    assert [error["parameter"] for error in document["errors"]] == [parameter]


def test_a_flood_of_errors_is_cut(client):
    document = problem_of(post(client, {f"unknown-{n}": n for n in range(1000)}), 422, "validation-failed")
    assert len(document["errors"]) == 50


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("get", "/nowhere", 404, "not-found"),
        ("get", "/api/v1/nowhere", 404, "not-found"),
        ("delete", "/api/v1/comments", 405, "method-not-allowed"),
        ("post", "/reader", 405, "method-not-allowed"),
        ("get", "/problems/no-such-problem", 404, "not-found"),
    ],
)
def test_http_refusals_are_problems_too(client, method, path, status, code):
    response = getattr(client, method)(path)
    problem_of(response, status, code)
    assert ("Allow" in response.headers) is (status == 405)


@pytest.mark.parametrize(
    ("path", "status"), [("//where", 200), ("/where//", 404), ("/where/", 200), ("/api//v1/comments", 404), ("/site//admin", 404)]
)
def test_no_address_is_redirected(client, path, status):
    assert client.get("/", environ_overrides={"PATH_INFO": path}).status_code == status


def test_a_throttled_caller_is_told_when_to_return(client):
    response = client.get("/fail/throttled")
    problem_of(response, 429, "throttled")
    assert response.headers["Retry-After"] == "7"


def test_a_code_without_a_line_falls_back_to_its_parents(client):
    assert TeapotError.code not in PROBLEMS
    assert problem_of(client.get("/fail/teapot"), 400, "refused")["detail"] == "Something of its own."


def test_storage_trouble_is_a_503_without_its_text(client):
    response = client.get("/fail/storage")
    document = problem_of(response, 503, "storage-unavailable")
    assert response.headers["Retry-After"] == "5"
    assert "detail" not in document
    assert "canary" not in response.get_data(as_text=True)


def test_an_unknown_failure_is_a_bare_500(client):
    document = problem_of(client.get("/fail/unknown"), 500, "internal-error")
    assert set(document) == {"type", "title", "status", "instance"}


def test_the_instance_names_the_request(client):
    response = client.get("/nowhere", headers={"X-Request-Id": "0190e4b2-1111-7000-8000-000000000000"})
    assert problem_of(response, 404, "not-found")["instance"] == "urn:uuid:0190e4b2-1111-7000-8000-000000000000"
    assert response.headers["X-Request-Id"] == "0190e4b2-1111-7000-8000-000000000000"


@pytest.mark.parametrize(
    ("path", "accept", "mimetype"),
    [
        ("/moderate/fail/teapot", "text/html,application/xhtml+xml,*/*;q=0.8", "text/html"),
        ("/moderate/fail/unknown", "*/*", "text/html"),
        ("/moderate/nowhere", "text/html", "text/html"),
        ("/moderate/fail/teapot", "application/json", "application/problem+json"),
        ("/moderated", "text/html", "application/problem+json"),
        ("/api/v1/nowhere", "text/html", "application/problem+json"),
    ],
)
def test_pages_show_problems_as_pages(client, path, accept, mimetype):
    response = client.get(path, headers={"Accept": accept})
    assert response.status_code >= 400
    assert response.mimetype == mimetype


def test_each_problem_has_a_page(client):
    for code, kind in PROBLEMS.items():
        response = client.get(f"/problems/{code}")
        assert response.status_code == 200
        assert kind.title in response.get_data(as_text=True)


def test_only_known_codes_can_be_registered(app):
    with pytest.raises(ValueError, match="no-such-code"):
        register_exception(app, KeyError, "no-such-code")


def test_pointers_follow_nested_messages():
    messages = {"a": {0: {"b": ["one", "two"]}, "_schema": ["whole"]}, "_schema": ["all"]}
    found = [(problem.pointer, problem.detail) for problem in pointers_of(messages)]
    assert found == [("/a/0/b", "one"), ("/a/0/b", "two"), ("/a", "whole"), ("", "all")]
    assert [problem.pointer for problem in pointers_of({"limit": ["x"]}, location="query")] == ["?limit"]
    assert [problem.pointer for problem in pointers_of({"If-Match": ["x"]}, location="headers")] == ["header:If-Match"]


def test_the_api_describes_itself(client):
    response = client.get("/api/v1/openapi.json")
    document = response.get_json()
    assert document["openapi"] == "3.1.0"
    assert set(document["components"]["securitySchemes"]) == {"readerJwt", "apiToken", "sessionCookie", "editToken"}
    post_operation = document["paths"]["/api/v1/comments"]["post"]
    assert post_operation["security"] == [{"readerJwt": []}, {}]
    errors_described = document["components"]["responses"]
    assert {tuple(answer["content"]) for answer in errors_described.values()} == {("application/problem+json",)}
    assert "application/json" in post_operation["responses"]["201"]["content"]
    assert "errors" in document["components"]["schemas"]["Problem"]["properties"]
    assert client.get("/api/v1/openapi.json", headers={"If-None-Match": response.headers["ETag"]}).status_code == 304
