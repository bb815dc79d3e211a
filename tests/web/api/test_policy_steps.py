"""Approvals, plans, shadows, drafts and explanations as programs see them; every answer is held against the document."""

from typing import Any

import pytest

from commentsvc.domain.status import Status
from commentsvc.store import models
from commentsvc.worker.planning import run_plans
from tests.support.world import CIVIL, HELD, POLICY, World
from tests.web.api.api_client import ADMIN, CHIEF, MODERATOR, Api, problem

PATH = "admin/sites/gazette/policies"
DRAFTS = "admin/sites/gazette/policy-drafts"
STRICT: dict[str, Any] = {"bands": {"toxicity": {"hold_at": 0.01}}}


@pytest.fixture
def version(api: Api) -> int:
    """A version that the gazette's admin has made."""
    return int(api.post(PATH, {"document": STRICT, "note": "For the night."}, token=api.caller(ADMIN)).json["version"])


def act(api: Api, step: str, body: Any = None, caller: str = ADMIN) -> Any:
    return api.post(f"{PATH}{step}", body, token=api.caller(caller))


def test_two_admins_bring_a_version_in(api: Api, version: int):
    assert act(api, ":rule", {"needs_approval": True}, CHIEF).json["needs_approval"] is True
    problem(act(api, f"/{version}:activate"), 409, "conflict")
    problem(act(api, f"/{version}:approve"), 403, "forbidden")
    state = act(api, f"/{version}:approve", {"note": "Read."}, CHIEF).json
    assert [(line["version"], line["account"], line["note"]) for line in state["approvals"]] == [(version, api.account_of(CHIEF), "Read.")]
    assert act(api, f"/{version}:activate").json["is_active"] is True
    assert act(api, ":rule", {"needs_approval": False}).json["off_asked_by"] == api.account_of(ADMIN)
    assert act(api, ":rule", {"needs_approval": False}, CHIEF).json["needs_approval"] is False


def test_a_site_with_one_admin_is_told_why(api: Api):
    problem(act(api, ":rule", {"needs_approval": True}), 409, "conflict")


def test_a_plan_is_made_done_and_undone(api: Api, world: World, version: int):
    problem(act(api, f"/{version}:plan", {"at": "2026-02-01T00:00:00Z"}), 422, "validation-failed")
    state = act(api, f"/{version}:plan", {"at": "2026-03-01T18:00:00+01:00"}).json
    assert state["plan"] == {"version": version, "account": api.account_of(ADMIN), "activate_at": "2026-03-01T17:00:00Z"}
    world.clock.advance(hours=6)
    run_plans(world.runtime)
    state = api.get(f"{PATH}:state", token=api.caller(ADMIN)).json
    assert (state["active"], state["previous"], state["plan"]) == (version, 1, None)
    problem(act(api, ":back", {"expected": 1}), 409, "conflict")
    assert act(api, ":back", {"expected": version}).json["active"] == 1


def test_a_shadow_is_counted(api: Api, version: int):
    problem(api.get(f"{PATH}/{version}/shadow", token=api.caller(ADMIN)), 404, "not-found")
    state = act(api, f"/{version}:shadow").json
    assert [(line["version"], line["ended_at"]) for line in state["shadows"]] == [(version, None)]
    published = api.comment(CIVIL, token=api.jwt("ann"))
    assert published["status"] == "published"
    found = api.get(f"{PATH}/{version}/shadow", token=api.caller(ADMIN)).json
    assert found["total"] == 1
    assert found["routes"][0] == {"route": "publish", "active": 1, "shadow": 0}
    assert found["differing"] == [
        {"before": "publish", "after": "hold", "count": 1, "approved": 0, "rejected": 0, "examples": [published["id"]]}
    ]
    assert act(api, f"/{version}:end-shadow").json["shadows"][0]["ended_at"] is not None


def test_a_draft_goes_from_hand_to_version(api: Api, world: World):
    made = api.post(DRAFTS, {"name": "Night", "document": STRICT}, token=api.caller(ADMIN)).json
    assert [line["name"] for line in api.get(DRAFTS, token=api.caller(CHIEF)).json["items"]] == ["Night"]
    path = f"{DRAFTS}/{made['id']}"
    changed = {"name": "Late night", "document": POLICY, "edition": made["edition"]}
    assert api.put(path, changed, token=api.caller(ADMIN)).json["edition"] == 2
    problem(api.put(path, changed, token=api.caller(ADMIN)), 409, "conflict")
    refused = api.put(path, {"name": "Bad", "document": {"bnds": {}}, "edition": 2}, token=api.caller(ADMIN))
    assert refused.json["errors"][0]["pointer"] == "/document/bnds"
    problem(api.post(DRAFTS, {"name": "Of nothing", "document": STRICT, "base_version": 9}, token=api.caller(ADMIN)), 404, "not-found")
    published = api.post(f"{path}:publish", {"note": "Decided on Monday."}, token=api.caller(ADMIN)).json
    assert (published["version"], published["document"], published["note"]) == (2, POLICY, "Decided on Monday.")
    problem(api.get(path, token=api.caller(ADMIN)), 404, "not-found")
    assert world.rows(models.PolicyDraft) == []


def test_sections_show_what_they_inherit(api: Api):
    document = {**POLICY, "sections": {"sport": {"bands": {"toxicity": {"hold_at": 0.2}}}}}
    version = api.post(PATH, {"document": document}, token=api.caller(ADMIN)).json["version"]
    api.put("admin/sites/gazette/sections/local", {"name": "Local"}, token=api.caller(ADMIN))
    found = api.get(f"{PATH}/{version}/effective", token=api.caller(ADMIN)).json["items"]
    assert [place["section"] for place in found] == [None, "local", "sport"]
    bands = {place["section"]: {band["label"]: (band["hold_at"], band["is_inherited"]) for band in place["bands"]} for place in found}
    assert bands[None] == {"toxicity": (0.7, False), "threat": (0.5, False)}
    assert bands["local"] == {"toxicity": (0.7, True), "threat": (0.5, True)}
    assert bands["sport"] == {"toxicity": (0.2, False), "threat": (0.5, True)}
    problem(api.get(f"{PATH}/99/effective", token=api.caller(ADMIN)), 404, "not-found")


def test_a_moderator_learns_why_a_comment_went_where_it_went(api: Api, world: World):
    held = api.comment(HELD, token=api.jwt("ann"))
    assert held["status"] == Status.HELD
    world.set_policy(STRICT)
    (found,) = api.get(f"moderation/comments/{held['id']}/routings", token=api.caller(MODERATOR)).json["items"]
    assert (found["version"], found["is_version_active"], found["is_reproduced"], found["route"]) == (1, False, True, "hold")
    (line,) = [line for line in found["labels"] if line["route"]]
    assert (line["label"], line["hold_at"], line["reject_at"]) == ("toxicity", 0.7, 0.94)
    assert line["score"] >= 0.7
    assert found["reasons"][0]["label"] == "toxicity"
