"""Forms that do not fit are refused field by field."""

import pytest

from tests.web.plumbing.small_app import problem_of


def test_a_form_is_read(client):
    response = client.post("/form", data={"email": "ann@example.org", "note": "a\r\nb\rc", "csrf_token": "x"})
    assert response.get_json() == {"email": "ann@example.org", "note": "a\nb\nc"}
    assert client.post("/form", data={"note": "é 😀"}).get_json() == {"email": "", "note": "é 😀"}
    assert client.post("/form").get_json() == {"email": "", "note": ""}


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ("email=" + "x" * 41, ["/email"]),
        ("email=a&email=b", ["/email"]),
        ("note=a%00b", ["/note"]),
        ("unknown=1", ["/unknown"]),
        ("a%2Fb=1&note=%00&email=a&email=a", ["/a~1b", "/email", "/note"]),
    ],
)
def test_fields_that_do_not_fit_are_pointed_at(client, body, pointers):
    response = client.post("/form", data=body, content_type="application/x-www-form-urlencoded")
    document = problem_of(response, 422, "validation-failed")
    assert sorted(error["pointer"] for error in document["errors"]) == pointers


@pytest.mark.parametrize("content_type", ["application/json", "text/plain", None])
def test_what_is_no_form_is_refused(client, content_type):
    problem_of(client.post("/form", data="email=a", content_type=content_type), 415, "unsupported-media-type")


@pytest.mark.parametrize("body", [b"email=\xff", b"\xff=1", b"email=%ff"])
def test_bytes_that_are_no_text_do_no_harm(client, body):
    response = client.post("/form", data=body, content_type="application/x-www-form-urlencoded")
    assert response.status_code in {200, 422}
    assert b"\xff" not in response.get_data()
