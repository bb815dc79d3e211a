"""A cookie alone moves nothing: the request must come from our page."""

import itertools

import pytest

from tests.web.plumbing.small_app import MODERATOR_TOKEN, SESSION, problem_of

OWN = "http://localhost"
FETCH_SITES = {None: True, "same-origin": True, "none": True, "same-site": False, "cross-site": False, "": False, "SAME-ORIGIN": False}
ORIGINS = {
    None: True,
    OWN: True,
    "HTTP://LOCALHOST": True,
    "null": False,
    "": False,
    "https://localhost": False,
    "http://localhost:8080": False,
    "http://localhost.evil.example": False,
    "http://evil.example": False,
    "http://localhost/": False,
}


@pytest.fixture
def token(client):
    return client.get("/csrf-token").get_json()["token"]


@pytest.fixture
def signed_in(client):
    client.set_cookie("commentsvc_session", SESSION)
    return client


@pytest.mark.parametrize(("site", "origin"), list(itertools.product(FETCH_SITES, ORIGINS)))
def test_origin_and_fetch_site_must_both_be_ours(signed_in, token, site, origin):
    headers = {name: value for name, value in {"Sec-Fetch-Site": site, "Origin": origin}.items() if value is not None}
    allowed = FETCH_SITES[site] and ORIGINS[origin]
    with_token = signed_in.post("/account", headers={**headers, "X-CSRF-Token": token})
    assert with_token.status_code == (200 if allowed else 403)
    problem_of(signed_in.post("/account", headers=headers), 403, "csrf-refused")
    assert signed_in.post("/sign-in", headers=headers).status_code == (200 if allowed else 403)


@pytest.mark.parametrize("wrong", ["", "x", "0" * 43, SESSION, "é"])
def test_another_token_is_refused(signed_in, wrong):
    problem_of(signed_in.post("/account", headers={"X-CSRF-Token": wrong.encode().decode("latin-1")}), 403, "csrf-refused")
    problem_of(signed_in.post("/account", data={"csrf_token": wrong}), 403, "csrf-refused")


def test_a_form_carries_the_token_in_a_field(signed_in, token):
    assert signed_in.post("/account", data={"csrf_token": token}).status_code == 200
    assert signed_in.post("/account?csrf_token=" + token).status_code == 403


@pytest.mark.parametrize("method", ["get", "head", "options"])
def test_safe_methods_need_no_proof(signed_in, method):
    assert getattr(signed_in, method)("/account", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 200


def test_a_bearer_token_needs_no_proof(signed_in):
    headers = {"Authorization": f"Bearer {MODERATOR_TOKEN}", "Sec-Fetch-Site": "cross-site", "Origin": "http://evil.example"}
    assert signed_in.post("/account", headers=headers).status_code == 200


def test_a_dead_session_is_a_401_and_not_a_403(client):
    client.set_cookie("commentsvc_session", "unknown")
    problem_of(client.post("/account"), 401, "unauthenticated")
