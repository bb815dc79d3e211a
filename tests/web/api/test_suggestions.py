"""What moderators elsewhere decided, as admins see it, and have it deleted."""

from datetime import timedelta

import pytest

from commentsvc.domain.perspective import SuggestedScore, Suggestion
from commentsvc.services.suggesting import keep_suggestion
from commentsvc.worker.suggestions import score_suggestions
from tests.web.api.api_client import CHIEF


@pytest.fixture
def told(world):
    for number in range(6):
        text = f"What a stupid idea number {number}." if number < 3 else f"A tram number {number}."
        said = Suggestion(text, {"TOXICITY": SuggestedScore(float(number < 3))}, key_name="coral", plain=text, client_token=f"c:{number}")
        world.do(lambda session, said=said: keep_suggestion(session, said, timedelta(days=1), world.now))
    return world


def test_they_are_listed_with_their_scores(api, told):
    score_suggestions(told.runtime)
    token = api.caller(CHIEF)
    page = api.get("admin/suggestions?source=coral&limit=4", token=token).json
    assert page["sources"] == [{"source": "coral", "texts": 6, "rejected": 3, "scored": 6}]
    assert [item["client_token"] for item in page["items"]] == ["c:5", "c:4", "c:3", "c:2"]
    assert page["items"][0]["scores"]["toxicity"] < 0.5 < page["items"][3]["scores"]["toxicity"]
    assert page["items"][0]["scorer"] == told.scorer.version.id
    rest = api.get(f"admin/suggestions?source=coral&cursor={page['next']}", token=token).json
    assert ([item["client_token"] for item in rest["items"]], rest["next"]) == (["c:1", "c:0"], None)
    assert api.get("admin/suggestions?source=other", token=token).json["items"] == []


def test_what_a_cut_off_does_is_told_with_intervals(api, told):
    token = api.caller(CHIEF)
    assert api.get("admin/suggestions:quality?source=coral", token=token).json["lines"] == []
    score_suggestions(told.runtime)
    found = api.get("admin/suggestions:quality?source=coral", token=token).json
    assert (found["rejected"], found["approved"], found["scorer"]) == (3, 3, told.scorer.version.id)
    (line,) = [one for one in found["lines"] if (one["attribute"], one["cut_off"]) == ("TOXICITY", 0.5)]
    assert (line["caught"]["value"], line["wrongly"]["value"]) == (1.0, 0.0)
    # Three of three says little: the exact lower end is the cube root of 0.025.
    assert line["caught"]["low"] == pytest.approx(0.025 ** (1 / 3), abs=1e-6)
    assert line["wrongly"]["high"] == pytest.approx(1 - 0.025 ** (1 / 3), abs=1e-6)


def test_they_are_deleted_when_an_admin_says_which(api, told):
    token = api.caller(CHIEF)
    assert api.post("admin/suggestions:forget", {}, token=token).status_code == 422
    assert api.post("admin/suggestions:forget", {"source": "coral", "client_token": "c:1"}, token=token).json == {"count": 1}
    assert api.post("admin/suggestions:forget", {"source": "coral"}, token=token).json == {"count": 5}
    assert api.get("admin/suggestions", token=token).json["items"] == []
