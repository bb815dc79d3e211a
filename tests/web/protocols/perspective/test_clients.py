"""A real server, and what unmodified clients send it: each request byte for byte as its client writes it, over a socket."""

import hashlib
import hmac
import json
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urljoin, urlsplit

import pytest
from click.testing import CliRunner

from commentsvc.cli import main
from tests.support.waiting import wait_until
from tests.web.protocols.perspective.perspective_client import KEY
from tests.web.protocols.perspective.running import PHASE_SECRET, exchange


# -- Coral ---------------------------------------------------------------------------------------------------------------------
def coral(port: int, operation: str, body: str, endpoint: str = "/v1alpha1") -> bytes:
    """Coral's request to a custom endpoint: the operation behind the endpoint's path, the key in the query, JSON without spaces."""
    sent = body.encode()
    head = (
        f"POST {endpoint.rstrip('/')}/{operation}?key={KEY} HTTP/1.1\r\n"
        "Content-Type: application/json\r\n"
        f"Content-Length: {len(sent)}\r\n"
        "User-Agent: Coral\r\n"
        "Accept: */*\r\n"
        "Accept-Encoding: gzip,deflate\r\n"
        "Connection: close\r\n"
        f"Host: localhost:{port}\r\n"
        "\r\n"
    )
    return head.encode() + sent


def coral_analyze(text: str, model: str = "TOXICITY", language: str = "en") -> str:
    quoted = json.dumps(text, ensure_ascii=False)
    return f'{{"comment":{{"text":{quoted}}},"doNotStore":true,"requestedAttributes":{{"{model}":{{}}}},"languages":["{language}"]}}'


@pytest.mark.parametrize("endpoint", ["/v1alpha1", "/v1alpha1/", "", "/"])
@pytest.mark.parametrize(("text", "is_toxic"), [("You are an idiot 😀", True), ("Un café, s'il vous plaît", False)])
def test_coral_reads_one_number(port, endpoint, text, is_toxic):
    status, headers, raw = exchange(port, coral(port, "comments:analyze", coral_analyze(text), endpoint))
    assert status == 200
    assert headers["content-type"] == "application/json"
    assert "content-encoding" not in headers
    value = json.loads(raw)["attributeScores"]["TOXICITY"]["summaryScore"]["value"]
    assert isinstance(value, float)
    assert (value > 0.8) is is_toxic


def test_corals_model_is_free_text(port):
    status, _, raw = exchange(port, coral(port, "comments:analyze", coral_analyze("You vermin.", "IDENTITY_ATTACK@2")))
    assert (status, json.loads(raw)["attributeScores"]["IDENTITY_ATTACK@2"]["summaryScore"]["value"]) == (200, 0.9)


def test_coral_is_told_of_a_language_that_is_not_scored(port):
    status, _, raw = exchange(port, coral(port, "comments:analyze", coral_analyze("Quel idiot.", language="fr")))
    assert (status, json.loads(raw)["error"]["details"][0]["errorType"]) == (400, "LANGUAGE_NOT_SUPPORTED_BY_ATTRIBUTE")


@pytest.mark.parametrize("value", [0, 1])
def test_coral_reports_what_moderators_decided(port, log, value):
    about = r"{\"url\":\"https://paper.example/a?commentID=c-1\",\"Coral_comment_id\":\"c-1\"}"
    body = (
        f'{{"comment":{{"text":"You idiot."}},"context":{{"entries":[{{"text":"{about}"}}]}},'
        f'"attributeScores":{{"TOXICITY":{{"summaryScore":{{"value":{value}}}}}}},"languages":["en"],'
        '"communityId":"Coral:https://comments.paper.example","clientToken":"comment:c-1"}'
    )
    status, _, raw = exchange(port, coral(port, "comments:suggestscore", body))
    assert (status, json.loads(raw)["clientToken"]) == (200, "comment:c-1")

    def kept():
        query = "SELECT source, body, is_rejected, attributes, scores FROM suggestion WHERE client_token = 'comment:c-1'"
        with sqlite3.connect(log.with_name("comments.db")) as database:
            return database.execute(query).fetchall()

    # The worker scores it, and the latest judgement of a text counts.
    wait_until("the text to be scored", lambda: kept()[0][-1] is not None)
    ((source, body, is_rejected, attributes, scores),) = kept()
    assert (source, body, is_rejected, json.loads(attributes)) == ("coral", "You idiot.", value, {"TOXICITY": value})
    assert json.loads(scores)["toxicity"] == 0.95


def test_coral_s_moderation_phase_and_what_its_moderators_decide(port, log):
    text = "You vermin, all of you in this street."
    body = (
        f'{{"action":"NEW","comment":{{"body":"<div>{text}</div>","parentID":null}},"author":{{"id":"u-1","role":"COMMENTER"}},'
        '"story":{"id":"s-1","url":"https://paper.example/a"},"site":{"id":"p-1"},"tenantID":"t-1","tenantDomain":"paper.example"}'
    ).encode()
    signed = hmac.new(PHASE_SECRET.encode(), body, hashlib.sha256).hexdigest()
    head = (
        "POST /coral/gazette/moderate HTTP/1.1\r\nContent-Type: application/json\r\n"
        f"X-Coral-Signature: sha256={signed}\r\nContent-Length: {len(body)}\r\nUser-Agent: Coral\r\nAccept: */*\r\n"
        f"Connection: close\r\nHost: localhost:{port}\r\n\r\n"
    )
    status, _, raw = exchange(port, head.encode() + body)
    assert status == 200
    assert json.loads(raw)["actions"] == [{"actionType": "FLAG", "reason": "COMMENT_DETECTED_TOXIC"}]
    said = (
        f'{{"comment":{{"text":"{text}"}},"attributeScores":{{"TOXICITY":{{"summaryScore":{{"value":1}}}}}},"clientToken":"comment:c-9"}}'
    )
    assert exchange(port, coral(port, "comments:suggestscore", said))[0] == 200
    database = f"sqlite:///{log.with_name('comments.db')}"
    told = CliRunner().invoke(main, ["coral", "report", "--site", "gazette"], env={"COMMENTSVC_DATABASE_URL": database})
    assert [line.split()[-5:-3] for line in told.stdout.splitlines() if " 1 rejected" in line] != []
    assert told.stdout.count("1 rejected") == 1
    assert text.encode() not in log.read_bytes()


def test_many_newsrooms_at_once(port):
    texts = [f"You idiot number {number}." for number in range(40)]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda text: exchange(port, coral(port, "comments:analyze", coral_analyze(text))), texts))
    assert {status for status, _, _ in answers} == {200}
    assert {json.loads(raw)["attributeScores"]["TOXICITY"]["summaryScore"]["value"] for _, _, raw in answers} == {0.95}


# -- Others --------------------------------------------------------------------------------------------------------------------
def post(port: int, address: str, body: object, *headers: str) -> tuple[int, dict[str, str], bytes]:
    sent = json.dumps(body).encode()
    parts = urlsplit(address)
    lines = [f"POST {parts.path}?{parts.query} HTTP/1.1", f"Host: {parts.netloc}", f"Content-Length: {len(sent)}", *headers]
    return exchange(port, "\r\n".join([*lines, "Connection: close", "", ""]).encode() + sent)


def test_a_client_built_from_the_discovery_document(port):
    """What Google's client libraries do with it, and the Moderator: addresses from the document, the key and `alt` in the query."""
    place = f"localhost:{port}"
    ask = f"GET /$discovery/rest?version=v1alpha1&key={KEY} HTTP/1.1\r\nHost: {place}\r\nConnection: close\r\n\r\n"
    status, headers, raw = exchange(port, ask.encode())
    assert (status, headers["content-type"]) == (200, "application/json")
    document = json.loads(raw)
    assert document["rootUrl"] == f"http://{place}/"
    method = document["resources"]["comments"]["methods"]["analyze"]
    address = urljoin(urljoin(document["rootUrl"], document["servicePath"]), method["path"]) + f"?key={KEY}&alt=json"
    body = {
        "comment": {"text": "You idiot. Bye."},
        "context": {"entries": [{"text": "An article."}]},
        "requestedAttributes": {"TOXICITY": {}},
        "languages": ["en"],
        "clientToken": "agent_request1",
        "spanAnnotations": True,
    }
    kind = ("accept: application/json", "content-type: application/json", "x-goog-api-client: gdcl/2.0 gl-python/3.11")
    status, _, raw = post(port, address, body, *kind)
    found = json.loads(raw)
    assert (status, found["clientToken"]) == (200, "agent_request1")
    spans = found["attributeScores"]["TOXICITY"]["spanScores"]
    assert [(span["begin"], span["end"], span["score"]["value"]) for span in spans] == [(0, 10, 0.95), (11, 15, 0.02)]


def test_a_forum_that_names_no_language(port):
    body = {
        "comment": {"text": "yo hamburger"},
        "doNotStore": True,
        "sessionId": "forum_7",
        "requestedAttributes": {"TOXICITY": {"scoreType": "PROBABILITY"}},
    }
    status, _, raw = post(port, f"http://localhost:{port}/v1alpha1/comments:analyze?key={KEY}", body, "Content-Type: application/json")
    assert (status, json.loads(raw)["attributeScores"]["TOXICITY"]["summaryScore"]["type"]) == (200, "PROBABILITY")


def test_a_page_in_a_browser(port):
    ask = (
        f"OPTIONS /v1alpha1/comments:analyze?key={KEY} HTTP/1.1\r\nHost: localhost:{port}\r\nOrigin: https://blog.example\r\n"
        "Access-Control-Request-Method: POST\r\nAccess-Control-Request-Headers: content-type\r\nConnection: close\r\n\r\n"
    )
    status, headers, raw = exchange(port, ask.encode())
    assert (status, headers["access-control-allow-origin"], headers["access-control-allow-headers"], raw) == (204, "*", "content-type", b"")
    body = {"comment": {"text": ""}, "requestedAttributes": {"TOXICITY": {}}}
    status, headers, raw = post(port, f"http://localhost:{port}/v1alpha1/comments:analyze?key={KEY}", body, "Origin: https://blog.example")
    assert (status, headers["access-control-allow-origin"]) == (400, "*")
    assert json.loads(raw)["error"]["message"] == "Comment must be non-empty."


def test_the_log_of_all_that_holds_no_key_and_no_text(port, log):
    exchange(port, coral(port, "comments:analyze", coral_analyze("canary-text")))
    said = log.read_text(encoding="utf-8")
    assert "/v1alpha1/comments:analyze" in said
    assert "canary" not in said
    assert KEY not in said
