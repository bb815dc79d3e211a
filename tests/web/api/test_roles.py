"""Who may do what: every route of the API by every kind of caller. A route without a line here fails."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.support.scorers import Other, give_shadow
from tests.support.world import HELD
from tests.web.api.api_client import ADMIN, CHIEF, MODERATOR, OTHER_ADMIN, OTHER_MODERATOR, _template

CALLERS = ("anonymous", "reader", MODERATOR, OTHER_MODERATOR, ADMIN, OTHER_ADMIN, CHIEF)
THROUGH = 0
"""Let through: anything but 401, 403 and 404. The first who is let through succeeds."""

ALL = dict.fromkeys(CALLERS, THROUGH)
AUTHORS = {**dict.fromkeys(CALLERS, 403), "anonymous": 401}
SELF = {**dict.fromkeys(CALLERS, 401), "reader": THROUGH}
MODERATORS = {**ALL, "anonymous": 401, "reader": 401, OTHER_MODERATOR: 404, OTHER_ADMIN: 404}
ADMINS = {**MODERATORS, MODERATOR: 403}
ANY_MODERATOR = {**ALL, "anonymous": 401, "reader": 401}
ANY_ADMIN = {**ANY_MODERATOR, MODERATOR: 403, OTHER_MODERATOR: 403}
CHIEFS = {**ANY_ADMIN, ADMIN: 403, OTHER_ADMIN: 403}
ROLES = {**ADMINS, OTHER_MODERATOR: 404}
CHIEF_OR_OWN = {**ANY_MODERATOR, MODERATOR: 404, OTHER_MODERATOR: 404, ADMIN: 404, OTHER_ADMIN: 404}
BATCH_OTHERS = ANY_MODERATOR


@dataclass(frozen=True)
class Line:
    expected: dict[str, int]
    body: Any = None
    query: dict[str, str] = field(default_factory=dict)


POLICY: dict[str, Any] = {"document": {"bands": {}}}
LONG = {"since": "2020-01-01T00:00:00Z", "until": "2100-01-01T00:00:00Z"}
DECISION = {"decision": "approve", "revision": "{revision}"}
SANCTION = {"standing": "premoderated", "reason": "To see."}
V1 = "/api/v1"
MATRIX = {
    f"GET {V1}/sites/{{site}}/comments": Line(ALL, query={"article": "tram"}),
    f"POST {V1}/sites/{{site}}/comments": Line(ALL, {"article": {"key": "tram"}, "body": "By {caller}."}),
    f"POST {V1}/sites/{{site}}/counts": Line(ALL, {"articles": ["tram"]}),
    f"POST {V1}/sites/{{site}}/comments:preview": Line(ALL, {"body": "A text."}),
    f"GET {V1}/comments/{{comment_id}}": Line(ALL),
    f"PATCH {V1}/comments/{{comment_id}}": Line(AUTHORS, {"body": "Mine now."}),
    f"DELETE {V1}/comments/{{comment_id}}": Line(AUTHORS),
    f"GET {V1}/comments/{{comment_id}}/context": Line(ALL),
    f"GET {V1}/sites/{{site}}/events": Line(ALL, query={"article": "tram"}),
    f"GET {V1}/sites/{{site}}/feed.atom": Line(ALL),
    f"PUT {V1}/comments/{{comment_id}}/vote": Line(ALL, {"value": 1}),
    f"DELETE {V1}/comments/{{comment_id}}/vote": Line(ALL),
    f"POST {V1}/comments/{{comment_id}}/reports": Line(ALL, {"reason": "spam"}),
    f"POST {V1}/comments/{{comment_id}}/appeals": Line(AUTHORS, {"body": "Look again."}),
    f"GET {V1}/sites/{{site}}/me/comments": Line(SELF),
    f"GET {V1}/sites/{{site}}/me/data": Line(SELF),
    f"DELETE {V1}/sites/{{site}}/me": Line(SELF),
    f"GET {V1}/moderation/items": Line(MODERATORS, query={"site": "gazette"}),
    f"GET {V1}/moderation/items/{{item_id}}": Line(MODERATORS),
    f"GET {V1}/moderation/counts": Line(MODERATORS, query={"site": "gazette"}),
    f"POST {V1}/moderation/claims": Line(MODERATORS, {"queue": "held", "site": "gazette"}),
    f"DELETE {V1}/moderation/claims/{{item_id}}": Line(MODERATORS),
    f"POST {V1}/moderation/items/{{item_id}}/decision": Line(MODERATORS, DECISION),
    f"POST {V1}/moderation/items/{{item_id}}/undo": Line({**MODERATORS, ADMIN: 404, CHIEF: 404}),
    f"POST {V1}/moderation/decisions:batch": Line(ANY_MODERATOR, {"decisions": [{**DECISION, "item": "{item_id}"}]}),
    f"GET {V1}/moderation/decisions": Line(MODERATORS, query={"site": "gazette"}),
    f"GET {V1}/moderation/filters": Line(MODERATORS, query={"site": "gazette"}),
    f"POST {V1}/moderation/filters": Line(MODERATORS, {"site": "gazette", "name": "For {caller}", "section": "sport"}),
    f"DELETE {V1}/moderation/filters/{{filter_id}}": Line({**MODERATORS, MODERATOR: 403, CHIEF: 404}),
    f"POST {V1}/moderation/bulk:preview": Line(MODERATORS, {"site": "gazette", "queue": "held"}),
    f"POST {V1}/moderation/bulk": Line(ANY_MODERATOR, {"decision": "approve", "items": [{"item": "{item_id}", "revision": "{revision}"}]}),
    f"GET {V1}/moderation/bulk/{{bulk_id}}": Line(MODERATORS),
    f"POST {V1}/moderation/bulk/{{bulk_id}}/undo": Line(MODERATORS),
    f"GET {V1}/moderation/authors/{{author_id}}": Line(MODERATORS),
    f"POST {V1}/moderation/authors/{{author_id}}/sanctions": Line(MODERATORS, SANCTION),
    f"GET {V1}/moderation/ban-proposals": Line(MODERATORS, query={"site": "gazette"}),
    f"POST {V1}/moderation/ban-proposals/{{proposal_id}}:confirm": Line({**MODERATORS, CHIEF: 403}),
    f"POST {V1}/moderation/ban-proposals/{{proposal_id}}:decline": Line(MODERATORS),
    f"POST {V1}/moderation/authors/{{author_id}}/notes": Line(MODERATORS, {"body": "Writes at night."}),
    f"DELETE {V1}/moderation/authors/{{author_id}}/notes/{{note_id}}": Line({**MODERATORS, MODERATOR: 403, CHIEF: 404}),
    f"GET {V1}/admin/sites": Line(ANY_ADMIN),
    f"POST {V1}/admin/sites": Line(CHIEFS, {"key": "herald", "name": "The Herald"}),
    f"GET {V1}/admin/sites/{{site}}": Line(ADMINS),
    f"PATCH {V1}/admin/sites/{{site}}": Line(ADMINS, {"name": "Gazette"}),
    f"GET {V1}/admin/sites/{{site}}/practice": Line(ADMINS),
    f"PATCH {V1}/admin/sites/{{site}}/practice": Line(ADMINS, {"has_public_log": True}),
    f"GET {V1}/sites/{{site}}/moderation-log": Line(ALL),
    f"GET {V1}/moderation/figures": Line(ANY_MODERATOR),
    f"GET {V1}/admin/sites/{{site}}/moderation-figures": Line(ADMINS),
    f"GET {V1}/admin/sites/{{site}}/sections": Line(ADMINS),
    f"PUT {V1}/admin/sites/{{site}}/sections/{{section}}": Line(ADMINS, {"name": "Sport"}),
    f"GET {V1}/sites/{{site}}/challenge": Line(ALL),
    f"GET {V1}/admin/sites/{{site}}/articles": Line(ADMINS),
    f"POST {V1}/admin/sites/{{site}}/articles:close": Line(ADMINS, {"article": "tram"}),
    f"POST {V1}/admin/sites/{{site}}/articles:open": Line(ADMINS, {"article": "tram"}),
    f"GET {V1}/admin/sites/{{site}}/audit": Line(ADMINS),
    f"GET {V1}/admin/sites/{{site}}/policies": Line(ADMINS),
    f"POST {V1}/admin/sites/{{site}}/policies": Line(ADMINS, POLICY),
    f"GET {V1}/admin/sites/{{site}}/policies/{{version}}": Line(ADMINS),
    f"POST {V1}/admin/sites/{{site}}/policies/{{version}}:activate": Line(ADMINS),
    f"POST {V1}/admin/sites/{{site}}/policies:simulate": Line(ADMINS, POLICY),
    f"GET {V1}/admin/sites/{{site}}/policies:state": Line(ADMINS),
    f"POST {V1}/admin/sites/{{site}}/policies:rule": Line(ADMINS, {"needs_approval": False}),
    f"POST {V1}/admin/sites/{{site}}/policies:back": Line(ADMINS),
    f"POST {V1}/admin/sites/{{site}}/policies:cancel-plan": Line(ADMINS),
    f"POST {V1}/admin/sites/{{site}}/policies/{{version}}:approve": Line(ADMINS),
    f"POST {V1}/admin/sites/{{site}}/policies/{{version}}:plan": Line(ADMINS, {"at": "2026-03-02T12:00:00Z"}),
    f"POST {V1}/admin/sites/{{site}}/policies/{{version}}:shadow": Line(ADMINS),
    f"POST {V1}/admin/sites/{{site}}/policies/{{version}}:end-shadow": Line({**ADMINS, CHIEF: 404}),
    f"GET {V1}/admin/sites/{{site}}/policies/{{version}}/shadow": Line(ADMINS),
    f"GET {V1}/admin/sites/{{site}}/policies/{{version}}/effective": Line(ADMINS),
    f"GET {V1}/admin/sites/{{site}}/policy-drafts": Line(ADMINS),
    f"POST {V1}/admin/sites/{{site}}/policy-drafts": Line(ADMINS, {"name": "Elections", **POLICY}),
    f"GET {V1}/admin/sites/{{site}}/policy-drafts/{{draft_id}}": Line(ADMINS),
    f"PUT {V1}/admin/sites/{{site}}/policy-drafts/{{draft_id}}": Line({**ADMINS, CHIEF: 403}, {"name": "Night", "edition": 1, **POLICY}),
    f"DELETE {V1}/admin/sites/{{site}}/policy-drafts/{{draft_id}}": Line({**ADMINS, CHIEF: 404}),
    f"POST {V1}/admin/sites/{{site}}/policy-drafts/{{draft_id}}:publish": Line({**ADMINS, CHIEF: 404}),
    f"GET {V1}/moderation/comments/{{comment_id}}/routings": Line(MODERATORS),
    f"GET {V1}/admin/sites/{{site}}/watch": Line(ADMINS),
    f"PUT {V1}/admin/sites/{{site}}/watch": Line(ADMINS, {"waiting_hours": 6, "by_mail": True}),
    f"GET {V1}/admin/sites/{{site}}/evidence": Line(ADMINS),
    f"POST {V1}/admin/sites/{{site}}/policies:sweep": Line(ADMINS, {**POLICY, **LONG, "label": "toxicity", "step": "hold_at"}),
    f"POST {V1}/admin/sites/{{site}}/policies:recommend": Line(ADMINS, {"goal": "items", "limit": 10}),
    f"GET {V1}/admin/sites/{{site}}/webhooks": Line(ADMINS),
    f"POST {V1}/admin/sites/{{site}}/webhooks": Line(ADMINS, {"url": "https://cms.example/hook"}),
    f"DELETE {V1}/admin/sites/{{site}}/webhooks/{{webhook_id}}": Line({**ADMINS, CHIEF: 404}),
    f"POST {V1}/admin/sites/{{site}}/webhooks/{{webhook_id}}:test": Line(ADMINS),
    f"GET {V1}/admin/sites/{{site}}/webhooks/{{webhook_id}}/deliveries": Line(ADMINS),
    f"GET {V1}/admin/scorers": Line(ANY_ADMIN),
    f"POST {V1}/admin/scorers/{{scorer}}:activate": Line(CHIEFS),
    f"POST {V1}/admin/scorers/{{scorer}}:shadow": Line(CHIEFS),
    f"POST {V1}/admin/rescoring": Line(ADMINS, {"site": "gazette"}),
    f"GET {V1}/admin/rescoring": Line(ADMINS, query={"site": "gazette"}),
    f"GET {V1}/admin/sites/{{site}}/statements": Line(ADMINS),
    f"GET {V1}/admin/sites/{{site}}/transparency-report": Line(ADMINS, query={"year": "2026"}),
    f"GET {V1}/admin/sites/{{site}}/coral": Line(ADMINS),
    f"GET {V1}/admin/suggestions": Line(CHIEFS),
    f"GET {V1}/admin/suggestions:quality": Line(CHIEFS, query={"source": "coral"}),
    f"POST {V1}/admin/suggestions:forget": Line(CHIEFS, {"source": "coral"}),
    f"GET {V1}/admin/accounts": Line(ANY_ADMIN),
    f"POST {V1}/admin/accounts": Line(CHIEFS, {"email": "new@example.org", "name": "New"}),
    f"PUT {V1}/admin/accounts/{{account_id}}/roles": Line(ROLES, {"site": "gazette", "role": "admin"}),
    f"POST {V1}/admin/accounts/{{account_id}}:close": Line(CHIEFS),
    f"POST {V1}/admin/accounts/{{account_id}}:open": Line(CHIEFS),
    f"GET {V1}/admin/tokens": Line(ANY_MODERATOR),
    f"POST {V1}/admin/tokens": Line(ANY_MODERATOR, {"name": "mine"}),
    f"DELETE {V1}/admin/tokens/{{token_id}}": Line(CHIEF_OR_OWN),
    f"GET {V1}/openapi.json": Line(ALL),
    "GET /api/docs": Line(ALL),
    "GET /api/docs/{name}": Line(ALL),
    "GET /health/live": Line(ALL),
    "GET /health/ready": Line(ALL),
    "GET /metrics": Line(ALL),
    "GET /problems/{code}": Line(ALL),
}


def routes(app):
    return sorted(f"{method} {_template(rule.rule)}" for rule in app.url_map.iter_rules() for method in rule.methods - {"HEAD", "OPTIONS"})


def test_every_route_has_a_line(shared_app):
    assert routes(shared_app) == sorted(MATRIX)


def places(api, world):
    """Something of the Gazette's for every name in a route."""
    published = api.comment("A civil comment.", token=api.jwt("wanda"))
    held = api.comment(HELD, token=api.jwt("wanda"))
    (item,) = world.open_items(held["id"])
    account_id = world.moderator("target", site_id=world.site.id)
    token = api.post("admin/tokens", {"name": "t", "account": account_id}, token=api.caller(CHIEF)).json
    hook = api.post("admin/sites/gazette/webhooks", {"url": "https://cms.example/hook"}, token=api.caller(CHIEF)).json
    author_id = world.comment(held["id"]).author_id
    draft = api.post("admin/sites/gazette/policy-drafts", {"name": "Elections", **POLICY}, token=api.caller(ADMIN)).json
    noted = api.post(f"moderation/authors/{author_id}/notes", {"body": "Writes at night."}, token=api.caller(CHIEF)).json
    own = api.post("moderation/filters", {"site": "gazette", "name": "Sport", "section": "sport"}, token=api.caller(CHIEF)).json
    (other,) = world.open_items(api.comment("Such a stupid ferry.", token=api.jwt("otto"))["id"])
    named = {"decision": "approve", "items": [{"item": other.id, "revision": other.revision_id}]}
    bulk = api.post("moderation/bulk", named, token=api.caller(CHIEF)).json
    api.patch("admin/sites/gazette/practice", {"has_public_log": True, "two_for_bans": True}, token=api.caller(CHIEF))
    ban = {"standing": "banned", "reason": "Again and again."}
    proposed = api.post(f"moderation/authors/{author_id}/sanctions", ban, token=api.caller(CHIEF)).json
    return {
        "site": "gazette",
        "filter_id": own["id"],
        "proposal_id": proposed["ban_proposal"]["id"],
        "bulk_id": bulk["id"],
        "note_id": noted["notes"][0]["id"],
        "webhook_id": hook["id"],
        "draft_id": draft["id"],
        "comment_id": published["id"],
        "item_id": item.id,
        "revision": item.revision_id,
        "author_id": author_id,
        "section": "sport",
        "version": "1",
        "account_id": account_id,
        "token_id": token["id"],
        "name": "explorer.js",
        "code": "not-found",
        "scorer": world.scorer.version.id,
    }


def fill(value, found):
    if isinstance(value, dict):
        return {key: fill(item, found) for key, item in value.items()}
    if isinstance(value, list):
        return [fill(item, found) for item in value]
    return value.format(**found) if isinstance(value, str) else value


def prepare_policy(api, template, found):
    """A second version, in the state that the route is about."""
    path, token = "admin/sites/gazette/policies", api.caller(CHIEF)
    found["version"] = str(api.post(path, POLICY, token=token).json["version"])
    before = {":end-shadow": ":shadow", "/shadow": ":shadow", ":back": ":activate", ":cancel-plan": ":plan"}
    step = next((step for end, step in before.items() if template.endswith(end)), None)
    if step is not None:
        body = {"at": "2026-03-02T12:00:00Z"} if step == ":plan" else None
        assert api.post(f"{path}/{found['version']}{step}", body, token=token).status_code == 200


@pytest.mark.parametrize("route", sorted(MATRIX))
def test_every_caller_gets_what_is_theirs(api, world, route):
    line = MATRIX[route]
    method, _, template = route.partition(" ")
    found = places(api, world)
    if template.endswith("/undo"):
        decided = fill(DECISION, found)
        api.post(f"moderation/items/{found['item_id']}/decision", decided, token=api.caller(CHIEF))
    if template.endswith("}:shadow"):
        give_shadow(world, Other())
        world.runtime.open_shadow()
        found["scorer"] = Other().version.id
    if "policies" in template and ("shadow" in template or template.endswith((":back", ":cancel-plan"))):
        prepare_policy(api, template, found)
    world.runtime.scorer.warm()
    first = True
    for caller in CALLERS:
        found["caller"] = caller
        body = {"json": fill(line.body, found)} if line.body is not None else {}
        answer = api.send(method, template.format(**found), token=api.caller(caller), query_string=line.query, **body)
        expected = line.expected[caller]
        if expected == THROUGH:
            assert answer.status_code not in {401, 403, 404}, (caller, answer.get_data(as_text=True))
            assert not first or answer.status_code < 300, (caller, answer.get_data(as_text=True))
            first = False
        else:
            assert answer.status_code == expected, (caller, answer.get_data(as_text=True))


# -- What the matrix cannot say ------------------------------------------------------------------------------------------------
def test_a_batch_touches_no_other_site(api, world):
    found = places(api, world)
    before = world.snapshot()
    batch = {"decisions": [{**fill(DECISION, found), "item": found["item_id"]}]}
    answer = api.post("moderation/decisions:batch", batch, token=api.caller(OTHER_ADMIN))
    assert answer.json["items"][0]["problem"]["type"] == "/problems/not-found"
    assert {name: rows for name, rows in world.snapshot().items() if name not in ACCOUNT_TABLES} == {
        name: rows for name, rows in before.items() if name not in ACCOUNT_TABLES
    }


ACCOUNT_TABLES = {"account", "account_role", "token", "audit_entry", "audit_chain"}


def test_lists_hold_nothing_of_other_sites(api, world):
    found = places(api, world)
    for caller in (OTHER_MODERATOR, OTHER_ADMIN):
        token = api.caller(caller)
        assert api.get("moderation/items", token=token).json["items"] == []
        assert api.get("moderation/decisions", token=token).json["items"] == []
        assert sum(api.get("moderation/counts", token=token).json["counts"].values()) == 0
        assert api.post("moderation/claims", {"queue": "held"}, token=token).json["items"] == []
        assert api.post("moderation/claims", {"item": found["item_id"]}, token=token).status_code == 404
    assert [site["key"] for site in api.get("admin/sites", token=api.caller(OTHER_ADMIN)).json["items"]] == ["courier"]
    emails = [account["email"] for account in api.get("admin/accounts", token=api.caller(OTHER_ADMIN)).json["items"]]
    assert emails == ["admin-courier@example.org", "moderator-courier@example.org"]
    assert len(api.get("admin/sites", token=api.caller(CHIEF)).json["items"]) == 2


def test_one_may_not_know_which_sites_there_are(api):
    for path in ("admin/sites/{}", "admin/sites/{}/policies", "moderation/items?site={}", "moderation/counts?site={}"):
        told = [api.get(path.format(site), token=api.caller(OTHER_ADMIN)).json for site in ("gazette", "nowhere")]
        assert {key: value for key, value in told[0].items() if key != "instance"} == {
            key: value for key, value in told[1].items() if key != "instance"
        }


def test_a_site_s_admin_gives_no_role_elsewhere(api, world):
    account_id = world.moderator("target", site_id=world.site.id)
    path = f"admin/accounts/{account_id}/roles"
    token = api.caller(ADMIN)
    assert api.put(path, {"site": "courier", "role": "admin"}, token=token).status_code == 404
    assert api.put(path, {"site": "*", "role": "admin"}, token=token).status_code == 403
    stranger = api.account_of(OTHER_MODERATOR)
    assert api.put(f"admin/accounts/{stranger}/roles", {"site": "gazette", "role": "admin"}, token=token).status_code == 404


@pytest.mark.parametrize("caller", [MODERATOR, ADMIN])
def test_nobody_but_the_chief_handles_another_s_tokens(api, caller):
    account_id = api.account_of(CHIEF)
    assert api.post("admin/tokens", {"name": "x", "account": account_id}, token=api.caller(caller)).status_code == 403
    assert api.get("admin/tokens", query_string={"account": account_id}, token=api.caller(caller)).status_code == 403


def test_a_revoked_token_and_a_closed_account_are_dead_at_once(api):
    made = api.post("admin/tokens", {"name": "mine"}, token=api.caller(MODERATOR)).json
    assert api.get("moderation/counts", token=made["token"]).status_code == 200
    assert api.delete(f"admin/tokens/{made['id']}", token=api.caller(MODERATOR)).status_code == 204
    assert api.get("moderation/counts", token=made["token"]).status_code == 401
    api.post(f"admin/accounts/{api.account_of(MODERATOR)}:close", token=api.caller(CHIEF))
    assert api.get("moderation/counts", token=api.caller(MODERATOR)).status_code == 401
