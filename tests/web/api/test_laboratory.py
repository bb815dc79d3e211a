"""The laboratory through the API: evidence, one threshold in every place, thresholds for a goal."""

import pytest

from tests.support.world import CIVIL, HELD, REVIEWED
from tests.web.api.api_client import ADMIN, pointers, problem

SITE = "admin/sites/gazette"
LATER = "2100-01-01T00:00:00Z"
LONG = {"since": "2020-01-01T00:00:00Z", "until": LATER}


@pytest.fixture
def admin(api, world):
    for number, body in enumerate([CIVIL, REVIEWED, HELD] * 2):
        api.comment(f"{body} {number}", token=api.jwt(f"a{number}"))
    return api.caller(ADMIN)


def test_evidence_counts_what_is_there_and_what_today_does(api, admin):
    told = api.get(f"{SITE}/evidence", token=admin, query_string=LONG).json
    assert (told["comments"], told["decided"], told["sampled"], told["is_cut"]) == (6, 0, 0, False)
    toxicity = next(one for one in told["labels"] if one["label"] == "toxicity")
    assert sum(toxicity["undecided"]) == 6
    assert len(toxicity["rejected"]) == len(toxicity["approved"]) == 50
    assert told["today"]["by_route"] == {"publish": 2, "review": 2, "hold": 2, "reject": 0}
    assert {one["label"]: (one["flagged"], one["alone"]) for one in told["overlaps"]}["toxicity"][0] == 4
    assert (told["seconds"], told["is_measured"]) == (20.0, False)
    assert api.get(f"{SITE}/evidence", token=admin, query_string={**LONG, "section": "none"}).json["comments"] == 0


def test_a_sweep_is_what_simulations_of_each_place_are(api, world, admin):
    before = world.snapshot()
    document = {"bands": {"toxicity": {"hold_at": 0.7}}}
    swept = api.post(f"{SITE}/policies:sweep", {"document": document, "label": "toxicity", "step": "hold_at", **LONG}, token=admin).json
    assert [one["at"] for one in swept["items"]] == [place / 100 for place in range(1, 101)]
    for at in (0.3, 0.46, 0.9):
        draft = {"bands": {"toxicity": {"hold_at": at}}}
        simulated = api.post(f"{SITE}/policies:simulate", {"document": draft, **LONG}, token=admin).json
        (place,) = [one for one in swept["items"] if one["at"] == at]
        for name in ("by_route", "flagged", "wrongly_held"):
            assert place["outcome"][name] == simulated["draft"][name]
        assert (place["stricter"], place["milder"]) == (simulated["stricter"], simulated["milder"])
    assert world.snapshot() == before


def test_a_goal_gets_thresholds_or_a_reason(api, admin):
    refused = api.post(f"{SITE}/policies:recommend", {"goal": "missed", "limit": 0.02, **LONG}, token=admin).json
    assert (refused["document"], refused["draft"], refused["refusal"]) == (None, None, "no_sample")
    assert "Set a sampling rate" in refused["detail"]
    few = api.post(f"{SITE}/policies:recommend", {"goal": "items", "limit": 5, **LONG}, token=admin).json
    assert few["refusal"] == "too_few_harmful"


@pytest.mark.parametrize(
    ("path", "body", "at"),
    [
        ("sweep", {"document": {"bands": 1}, "label": "toxicity", "step": "hold_at"}, "/document/bands"),
        ("sweep", {"document": {}, "label": "anger", "step": "hold_at"}, "/label"),
        ("sweep", {"document": {}, "label": "toxicity", "step": "hold"}, "/step"),
        ("recommend", {"goal": "missed", "limit": 2}, "/limit"),
        ("recommend", {"goal": "rejecting", "limit": 1}, "/limit"),
        ("recommend", {"goal": "items", "limit": 0}, "/limit"),
        ("recommend", {"goal": "items"}, "/limit"),
        ("recommend", {"limit": 3}, "/goal"),
        ("recommend", {"goal": "items", "limit": 3, "since": LATER, "until": LATER}, "/since"),
    ],
)
def test_what_does_not_fit_is_refused(api, admin, path, body, at):
    answer = api.post(f"{SITE}/policies:{path}", body, token=admin)
    problem(answer, 422, "validation-failed")
    assert set(pointers(answer)) == {at}


def test_a_label_without_scores_cannot_be_swept(api, admin):
    answer = api.post(f"{SITE}/policies:sweep", {"document": {}, "label": "sexual_explicit", "step": "hold_at"}, token=admin)
    assert "no scores" in problem(answer, 422, "validation-failed")["detail"]
