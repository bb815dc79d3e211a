"""How a site's moderators work, and what everybody may know of it."""

from commentsvc.store import models
from tests.support.world import HELD
from tests.web.api.api_client import ADMIN, MODERATOR

PRACTICE = "admin/sites/gazette/practice"


def test_what_is_not_said_stays_as_it_is(api, world):
    assert api.get(PRACTICE, token=api.caller(ADMIN)).json == {"has_public_log": False, "two_for_bans": False, "second_share": 0.0}
    api.patch(PRACTICE, {"second_share": 0.25}, token=api.caller(ADMIN))
    answer = api.patch(PRACTICE, {"two_for_bans": True}, token=api.caller(ADMIN))
    assert answer.json == {"has_public_log": False, "two_for_bans": True, "second_share": 0.25}
    assert api.patch(PRACTICE, {"second_share": 1.5}, token=api.caller(ADMIN)).status_code == 422
    assert len(world.rows(models.AuditEntry, action="practice_changed")) == 2


def test_the_public_log_is_there_when_it_is_wanted(api, world):
    assert api.get("sites/gazette/moderation-log").status_code == 404
    api.patch(PRACTICE, {"has_public_log": True}, token=api.caller(ADMIN))
    held = api.comment(HELD, token=api.jwt("ann"))
    (item,) = world.open_items(held["id"])
    decision = {"decision": "reject", "reason_code": "hate", "revision": item.revision_id}
    api.post(f"moderation/items/{item.id}/decision", decision, token=api.caller(MODERATOR))
    found = api.get("sites/gazette/moderation-log").json
    (statement,) = found["statements"]
    assert (statement["ground"], statement["rules"], statement["is_automated"]) == ("hate", ["toxicity"], False)
    assert statement["date"] == world.now.date().isoformat()
    assert (found["rejected"]["hate"], found["routed"]["hold"]) == (1, 1)


def test_a_ban_waits_for_a_colleague(api, world):
    api.patch(PRACTICE, {"two_for_bans": True}, token=api.caller(ADMIN))
    author_id = world.comment(api.comment(HELD, token=api.jwt("ann"))["id"]).author_id
    wish = {"standing": "banned", "reason": "Threats."}
    proposed = api.post(f"moderation/authors/{author_id}/sanctions", wish, token=api.caller(MODERATOR)).json
    assert (proposed["standing"], proposed["ban_proposal"]["reason"]) == ("normal", "Threats.")
    place = f"moderation/ban-proposals/{proposed['ban_proposal']['id']}"
    assert api.post(f"{place}:confirm", token=api.caller(MODERATOR)).status_code == 403
    assert api.get("moderation/ban-proposals", token=api.caller(ADMIN)).json["items"] == [proposed["ban_proposal"]]
    banned = api.post(f"{place}:confirm", token=api.caller(ADMIN)).json
    assert (banned["standing"], banned["ban_proposal"]) == ("banned", None)
    assert api.post(f"{place}:decline", token=api.caller(MODERATOR)).status_code == 409


def test_figures_are_ones_own_or_the_sites(api, world):
    (item,) = world.open_items(api.comment(HELD, token=api.jwt("ann"))["id"])
    api.post(f"moderation/items/{item.id}/decision", {"decision": "approve", "revision": item.revision_id}, token=api.caller(MODERATOR))
    assert api.get("moderation/figures", token=api.caller(MODERATOR)).json["approved_count"] == 1
    assert api.get("moderation/figures", token=api.caller(ADMIN)).json["approved_count"] == 0
    total = api.get("admin/sites/gazette/moderation-figures", query_string={"days": 7}, token=api.caller(ADMIN)).json
    assert (total["approved_count"], total["moderator_count"], total["pair_count"], total["agreement"]) == (1, 1, 0, None)
    assert api.get("moderation/figures", query_string={"days": 0}, token=api.caller(MODERATOR)).status_code == 422
