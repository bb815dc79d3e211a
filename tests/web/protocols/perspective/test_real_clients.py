"""The clients themselves, as their packages come, against a running server: Google's own library and one that names Google's host."""

import asyncio
import sqlite3

import httpx
import perspective
import pytest
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError
from perspective import blocking

from tests.web.protocols.perspective.perspective_client import KEY

TOXIC, CIVIL = "You idiot.", "I took the tram."


# -- google-api-python-client, through the discovery document ------------------------------------------------------------------
def google(port, key=KEY):
    address = f"http://localhost:{port}/$discovery/rest?version=v1alpha1"
    return build("commentanalyzer", "v1alpha1", developerKey=key, discoveryServiceUrl=address, static_discovery=False)


def test_google_s_client_gets_scores_and_spans(port):
    with google(port) as client:
        answer = (
            client.comments()
            .analyze(
                body={
                    "comment": {"text": f"{TOXIC} {CIVIL}", "type": "PLAIN_TEXT"},
                    "requestedAttributes": {"TOXICITY": {}, "INSULT@2": {"scoreThreshold": 0.5}},
                    "languages": ["en"],
                    "spanAnnotations": True,
                    "clientToken": "t-1",
                }
            )
            .execute()
        )
    toxicity = answer["attributeScores"]["TOXICITY"]
    assert toxicity["summaryScore"] == {"value": 0.95, "type": "PROBABILITY"}
    assert [(span["begin"], span["end"]) for span in toxicity["spanScores"]] == [(0, 10), (11, 27)]
    assert answer["attributeScores"]["INSULT@2"]["summaryScore"]["value"] > 0.5
    assert (answer["languages"], answer["clientToken"]) == (["en"], "t-1")


def test_google_s_client_tells_its_user_what_was_refused(port):
    wanted = {"comment": {"text": "Quel idiot."}, "requestedAttributes": {"TOXICITY": {}}, "languages": ["fr"]}
    with google(port) as client, pytest.raises(HttpError, match="does not support request languages: fr") as caught:
        client.comments().analyze(body=wanted).execute()
    assert caught.value.resp.status == 400
    assert "LANGUAGE_NOT_SUPPORTED_BY_ATTRIBUTE" in caught.value.content.decode()


def test_google_s_client_with_a_wrong_key_is_told_so(port):
    wanted = {"comment": {"text": CIVIL}, "requestedAttributes": {"TOXICITY": {}}}
    with google(port, "another-key-0123456789") as client, pytest.raises(HttpError, match="valid API key") as caught:
        client.comments().analyze(body=wanted).execute()
    assert caught.value.resp.status == 403


def test_google_s_client_suggests_a_score_that_is_kept(port, log):
    text = "Nobody else says this."
    said = {"comment": {"text": text}, "attributeScores": {"TOXICITY": {"summaryScore": {"value": 1}}}, "clientToken": "t-2"}
    with google(port) as client:
        assert client.comments().suggestscore(body=said).execute()["clientToken"] == "t-2"
    with sqlite3.connect(log.with_name("comments.db")) as database:
        kept = database.execute("SELECT source, is_rejected, client_token FROM suggestion WHERE body = ?", (text,)).fetchall()
    assert kept == [("coral", 1, "t-2")]


# -- perspectiveapi, whose source names Google's host: what goes there is sent here ---------------------------------------------
def here(port):
    def send_here(request: httpx.Request) -> None:
        assert request.url.host == "commentanalyzer.googleapis.com"
        request.url = request.url.copy_with(scheme="http", host="localhost", port=port)
        request.headers["Host"] = f"localhost:{port}"

    return send_here


def test_perspectiveapi_gets_scores(port):
    client = blocking.Perspective(KEY)
    with httpx.Client(event_hooks={"request": [here(port)]}) as line:
        client._Perspective__client = line
        wanted = [perspective.Attribute["TOXICITY"], perspective.Attribute["INSULT"]]
        scores = client.score(TOXIC, wanted)
    assert scores.toxicity == 0.95
    assert scores.insult is not None
    assert scores.threat is None


def test_perspectiveapi_waits_for_scores(port):
    async def score():
        async def send_here(request: httpx.Request) -> None:
            here(port)(request)

        client = perspective.Perspective(KEY)
        async with httpx.AsyncClient(event_hooks={"request": [send_here]}) as line:
            client._Perspective__client = line
            return await client.score(CIVIL)

    assert asyncio.run(score()).toxicity == 0.02


def test_perspectiveapi_asks_in_vain_for_what_no_scorer_measures(port):
    client = blocking.Perspective(KEY)
    with httpx.Client(event_hooks={"request": [here(port)]}) as line:
        client._Perspective__client = line
        with pytest.raises(KeyError, match="attributeScores"):
            client.score(TOXIC, [perspective.Attribute["FLIRTATION"]])
