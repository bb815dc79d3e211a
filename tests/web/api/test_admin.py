"""Sites, sections, articles, policies, simulations, accounts and the audit log, as admins handle them."""

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.support.world import CIVIL, HELD, POLICY, REVIEWED
from tests.web.api.api_client import ADMIN, CHIEF, MODERATOR, SECRET, counted_queries, pointers, problem


@pytest.fixture
def admin(api):
    return api.caller(ADMIN)


@pytest.fixture
def chief(api):
    return api.caller(CHIEF)


def public_key(bits=2048):
    key = rsa.generate_private_key(public_exponent=65537, key_size=bits)
    return key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode()


# -- Sites ---------------------------------------------------------------------------------------------------------------------
def test_a_new_site_takes_comments_under_the_default_policy(api, chief):
    body = {"key": "herald", "name": "The Herald", "origins": ["https://herald.example"], "jwt_secret": SECRET, "max_depth": 3}
    answer = api.post("admin/sites", body, token=chief)
    assert answer.status_code == 201, answer.json
    assert (answer.json["key"], answer.json["max_depth"], answer.json["has_jwt_secret"]) == ("herald", 3, True)
    assert SECRET not in answer.get_data(as_text=True)
    made = api.post("sites/herald/comments", {"article": {"key": "a"}, "body": CIVIL}, token=api.jwt("ann", site="herald"))
    assert made.json["status"] == "published"
    (version,) = api.get("admin/sites/herald/policies", token=chief).json["items"]
    assert (version["version"], version["is_active"]) == (1, True)
    problem(api.post("admin/sites", body, token=chief), 409, "conflict")


@pytest.mark.parametrize(
    ("change", "at"),
    [
        ({"key": "Herald"}, "/key"),
        ({"key": "-herald"}, "/key"),
        ({"key": "h" * 64}, "/key"),
        ({"name": ""}, "/name"),
        ({"origins": ["herald.example"]}, "/origins/0"),
        ({"origins": ["https://herald.example/"]}, "/origins/0"),
        ({"origins": ["https://*"]}, "/origins/0"),
        ({"origins": ["https://a.example"] * 51}, "/origins"),
        ({"max_body_chars": 0}, "/max_body_chars"),
        ({"max_depth": 51}, "/max_depth"),
        ({"edit_window_s": -1}, "/edit_window_s"),
        ({"guests_allowed": "yes"}, "/guests_allowed"),
        ({"jwt_secret": "short"}, "/jwt_secret"),
        ({"jwt_public_key": "no key"}, "/jwt_public_key"),
        ({"language": "English"}, "/language"),
        ({"policy": {"bands": {"rudeness": {}}}}, "/policy/bands/rudeness"),
        ({"policy": {"sample_rate": 2}}, "/policy/sample_rate"),
        ({"policy": []}, "/policy"),
    ],
)
def test_a_site_that_does_not_fit_is_refused(api, world, chief, change, at):
    before = world.snapshot()
    answer = api.post("admin/sites", {"key": "herald", "name": "The Herald", **change}, token=chief)
    problem(answer, 422, "validation-failed")
    assert set(pointers(answer)) == {at}
    assert world.snapshot() == before


def test_a_change_leaves_out_what_is_not_named(api, admin):
    key = public_key()
    told = api.patch("admin/sites/gazette", {"edit_window_s": 30, "jwt_public_key": key}, token=admin).json
    assert (told["edit_window_s"], told["jwt_public_key"], told["name"], told["has_jwt_secret"]) == (30, key, "The Gazette", True)
    assert api.get("admin/sites/gazette", token=admin).json == told
    assert api.patch("admin/sites/gazette", {}, token=admin).json == told
    problem(api.patch("admin/sites/gazette", {"key": "other"}, token=admin), 422, "validation-failed")
    problem(api.patch("admin/sites/gazette", {"jwt_public_key": public_key(1024)}, token=admin), 422, "validation-failed")


def test_a_secret_is_shown_nowhere(api, admin):
    secret = "another secret of the site, which nobody may read"
    api.patch("admin/sites/gazette", {"jwt_secret": secret}, token=admin)
    for path in ("admin/sites", "admin/sites/gazette", "admin/sites/gazette/audit"):
        assert secret not in api.get(path, token=admin).get_data(as_text=True)


def test_sections_are_made_and_renamed(api, admin):
    api.put("admin/sites/gazette/sections/sport", {"name": "Sport"}, token=admin)
    api.put("admin/sites/gazette/sections/sport", {"name": "Sports"}, token=admin)
    assert api.get("admin/sites/gazette/sections", token=admin).json["items"][0]["name"] == "Sports"
    problem(api.put(f"admin/sites/gazette/sections/{'x' * 101}", {"name": "x"}, token=admin), 404, "not-found")
    problem(api.put("admin/sites/gazette/sections/a%0Ab", {"name": "x"}, token=admin), 404, "not-found")


def test_articles_close_and_open(api, admin):
    api.comment()
    assert api.post("admin/sites/gazette/articles:close", {"article": "tram"}, token=admin).json["is_closed"] is True
    assert api.get("admin/sites/gazette/articles", token=admin).json["items"][0]["is_closed"] is True
    assert api.post("admin/sites/gazette/articles:open", {"article": "tram"}, token=admin).json["is_closed"] is False
    problem(api.post("admin/sites/gazette/articles:close", {"article": "never-seen"}, token=admin), 404, "not-found")


def test_the_audit_log_goes_back_page_by_page(api, admin):
    api.comment()
    api.patch("admin/sites/gazette", {"name": "New name"}, token=admin)
    found, query = [], {"limit": 2}
    while True:
        page = api.get("admin/sites/gazette/audit", query_string=query, token=admin).json
        found += page["items"]
        if page["next"] is None:
            break
        query["cursor"] = page["next"]
    assert [line["no"] for line in found] == list(range(len(found), 0, -1))
    assert (found[0]["action"], found[0]["after"]) == ("site_changed", {"name": "New name"})
    assert found[0]["actor"] == f"account:{api.account_of(ADMIN)}"


def test_the_audit_log_is_searched(api, admin):
    commented = api.comment()["id"]
    api.patch("admin/sites/gazette", {"name": "New name"}, token=admin)

    def found(**query):
        page = api.get("admin/sites/gazette/audit", query_string=query, token=admin)
        assert page.status_code == 200
        return [line["action"] for line in page.json["items"]]

    assert found(subject=f"comment:{commented}") == ["comment_submitted"]
    assert found(action="site_changed") == ["site_changed"]
    assert found(actor=f"account:{api.account_of(ADMIN)}", action="comment_submitted") == []
    at = api.get("admin/sites/gazette/audit", query_string={"action": "site_changed"}, token=admin).json["items"][0]["at"]
    assert "site_changed" in found(since=at)
    assert "site_changed" not in found(until=at)
    problem(api.get("admin/sites/gazette/audit", query_string={"since": "yesterday"}, token=admin), 422, "validation-failed")


# -- Policies ------------------------------------------------------------------------------------------------------------------
STRICT = {"bands": {"toxicity": {"hold_at": 0.01}}, "sample_rate": 0.0}
POLICIES = "admin/sites/gazette/policies"


def test_a_version_routes_once_it_is_activated_and_no_longer_after_the_way_back(api, admin):
    made = api.post(POLICIES, {"document": STRICT, "note": "Everything first."}, token=admin)
    assert (made.status_code, made.json["version"], made.json["is_active"]) == (201, 2, False)
    assert api.comment("First text.")["status"] == "published"
    assert api.post(f"{POLICIES}/2:activate", token=admin).json["is_active"] is True
    assert api.comment("Second text.")["status"] == "held"
    api.post(f"{POLICIES}/1:activate", token=admin)
    assert api.comment("Third text.")["status"] == "published"
    listed = api.get(POLICIES, token=admin).json["items"]
    assert [(one["version"], one["is_active"], one["document"]) for one in listed] == [(2, False, STRICT), (1, True, POLICY)]
    assert api.get(f"{POLICIES}/2", token=admin).json == listed[0]


@pytest.mark.parametrize(
    ("body", "at"),
    [
        ({}, "/document"),
        ({"document": 5}, "/document"),
        ({"document": {"bands": {"insult": {"hold_at": 1.5}}}}, "/document/bands/insult/hold_at"),
        ({"document": {"bands": {"insult": {"review_at": 0.9, "hold_at": 0.5}}}}, "/document/bands/insult/hold_at"),
        ({"document": {"thresholds": {}}}, "/document/thresholds"),
        ({"document": {"sections": {"a/b": {"bands": 1}}}}, "/document/sections/a~1b/bands"),
        ({"document": {}, "note": "x" * 1001}, "/note"),
    ],
)
def test_a_policy_that_does_not_fit_is_refused_with_a_pointer(api, world, admin, body, at):
    answer = api.post(POLICIES, body, token=admin)
    problem(answer, 422, "validation-failed")
    assert set(pointers(answer)) == {at}
    assert len(api.get(POLICIES, token=admin).json["items"]) == 1


@pytest.mark.parametrize("version", ["2", "0", "2147483647"])
def test_an_unknown_version_is_not_found(api, admin, version):
    problem(api.get(f"{POLICIES}/{version}", token=admin), 404, "not-found")
    problem(api.post(f"{POLICIES}/{version}:activate", token=admin), 404, "not-found")
    assert [(line["version"], line["is_active"]) for line in api.get(POLICIES, token=admin).json["items"]] == [(1, True)]


@pytest.mark.parametrize("version", ["2147483648", "-1", "x", "1" * 400])
def test_a_version_that_is_none_is_not_found(api, admin, version):
    assert problem(api.get(f"{POLICIES}/{version}", token=admin, check=False), 404, "not-found")["status"] == 404


# -- Simulation ----------------------------------------------------------------------------------------------------------------
SIMULATE = f"{POLICIES}:simulate"


def history(api, world):
    for number, body in enumerate([CIVIL, REVIEWED, HELD] * 2):
        api.comment(f"{body} {number}", token=api.jwt(f"a{number}"))
    world.clock.advance(hours=1)


def test_a_draft_is_tried_on_the_history(api, world, admin):
    history(api, world)
    before = world.snapshot()
    told = api.post(SIMULATE, {"document": {"bands": {"toxicity": {"hold_at": 0.4}}}}, token=admin).json
    assert (told["comments"], told["decided"]) == (6, 0)
    assert told["now"]["by_route"] == {"publish": 2, "review": 2, "hold": 2, "reject": 0}
    assert told["draft"]["by_route"] == {"publish": 2, "review": 0, "hold": 4, "reject": 0}
    assert (told["stricter"], told["milder"]) == (2, 0)
    assert told["now"]["recall"] == {"value": None, "low": 0.0, "high": 1.0, "more": None}
    assert world.snapshot() == before


def test_comments_that_a_moved_threshold_moves_are_shown(api, world, admin):
    history(api, world)
    told = api.post(SIMULATE, {"document": {"bands": {"toxicity": {"review_at": 0.74, "hold_at": 0.9}}}}, token=admin).json
    assert [(change["label"], change["score"], change["threshold"], change["route"]) for change in told["changes"]] == [
        ("toxicity", 0.45, 0.74, "review")
    ] * 2
    never = api.post(SIMULATE, {"document": {}}, token=admin).json
    assert {change["threshold"] for change in never["changes"]} == {None}
    assert never["draft"]["flagged"] == 0


def test_precision_comes_from_decisions(api, world, admin):
    history(api, world)
    token = api.caller(MODERATOR)
    for item in api.get("moderation/items", token=token).json["items"]:
        body = {"decision": "reject", "reason_code": "abuse", "revision": item["revision"]}
        api.post(f"moderation/items/{item['id']}/decision", body, token=token)
    told = api.post(SIMULATE, {"version": 1}, token=admin).json
    assert told["decided"] == 2
    assert told["now"] == told["draft"]
    assert told["now"]["precision"]["value"] is None
    assert 0 < told["now"]["precision"]["low"] < told["now"]["precision"]["high"] == 1
    assert told["now"]["precision"]["more"] is None


def test_the_period_and_the_section_choose(api, world, admin):
    history(api, world)
    now = world.now.isoformat()
    assert api.post(SIMULATE, {"version": 1, "since": now, "until": "2027-01-01T00:00:00Z"}, token=admin).json["comments"] == 0
    assert api.post(SIMULATE, {"version": 1, "section": "sport"}, token=admin).json["comments"] == 0
    assert api.post(SIMULATE, {"version": 1, "until": now}, token=admin).json["comments"] == 6


@pytest.mark.parametrize(
    ("body", "at"),
    [
        ({}, "/document"),
        ({"document": {}, "version": 1}, "/document"),
        ({"document": {"bands": 1}}, "/document/bands"),
        ({"version": 0}, "/version"),
        ({"version": 1, "since": "yesterday"}, "/since"),
        ({"version": 1, "since": "2026-01-01T00:00:00Z", "until": "2025-01-01T00:00:00Z"}, "/since"),
        ({"version": 1, "until": "0001-01-01T00:00:00Z"}, "/since"),
    ],
)
def test_a_simulation_that_does_not_fit_is_refused(api, admin, body, at):
    answer = api.post(SIMULATE, body, token=admin)
    problem(answer, 422, "validation-failed")
    assert set(pointers(answer)) == {at}


def test_an_unknown_version_cannot_be_simulated(api, admin):
    assert problem(api.post(SIMULATE, {"version": 7}, token=admin), 404, "not-found")["status"] == 404


@pytest.mark.parametrize("count", [2, 12])
def test_a_simulation_takes_as_many_queries_however_long_the_history(api, world, admin, count):
    for number in range(count):
        api.comment(f"{HELD} {number}", token=api.jwt(f"a{number}"))
    world.clock.advance(hours=1)
    with counted_queries(world) as statements:
        api.post(SIMULATE, {"document": {"bands": {"toxicity": {"hold_at": 0.4}}}}, token=admin)
    assert len(statements) <= 10


# -- Accounts and tokens -------------------------------------------------------------------------------------------------------
def test_a_new_account_works_with_its_roles(api, chief):
    body = {
        "email": "Mia@Example.org",
        "name": "Mia",
        "password": "a long enough password",
        "roles": [{"site": "gazette", "role": "moderator"}],
    }
    made = api.post("admin/accounts", body, token=chief)
    assert (made.status_code, made.json["email"], made.json["roles"]) == (201, "mia@example.org", {"gazette": "moderator"})
    token = api.post("admin/tokens", {"name": "script", "account": made.json["id"]}, token=chief).json["token"]
    assert api.get("moderation/items?site=gazette", token=token).status_code == 200
    problem(api.get("moderation/items?site=courier", token=token), 404, "not-found")
    problem(api.post("admin/accounts", body, token=chief), 409, "conflict")


@pytest.mark.parametrize(
    ("change", "at"),
    [
        ({"email": "nobody"}, "/email"),
        ({"email": "x" * 251 + "@a.b"}, "/email"),
        ({"name": " "}, "/name"),
        ({"password": "short"}, "/password"),
        ({"roles": [{"site": "nowhere", "role": "admin"}]}, "/roles/0/site"),
        ({"roles": [{"site": "gazette", "role": "owner"}]}, "/roles/0/role"),
        ({"roles": [{"site": "gazette"}]}, "/roles/0/role"),
        ({"is_active": True}, "/is_active"),
    ],
)
def test_an_account_that_does_not_fit_is_refused(api, chief, change, at):
    answer = api.post("admin/accounts", {"email": "a@b.example", "name": "A", **change}, token=chief)
    problem(answer, 422, "validation-failed")
    assert set(pointers(answer)) == {at}


def test_a_role_is_given_and_taken(api, chief):
    account_id = api.account_of(MODERATOR)
    path = f"admin/accounts/{account_id}/roles"
    assert api.put(path, {"site": "*", "role": "admin"}, token=chief).json["roles"] == {"*": "admin", "gazette": "moderator"}
    assert api.get("admin/sites/courier", token=api.caller(MODERATOR)).status_code == 200
    assert api.put(path, {"site": "*", "role": None}, token=chief).json["roles"] == {"gazette": "moderator"}
    assert api.get("admin/sites/courier", token=api.caller(MODERATOR)).status_code == 404


def test_a_site_s_admin_takes_the_last_role_there(api, admin):
    account_id = api.account_of(MODERATOR)
    told = api.put(f"admin/accounts/{account_id}/roles", {"site": "gazette", "role": None}, token=admin)
    assert (told.status_code, told.json["roles"]) == (200, {})
    assert api.get("moderation/items", token=api.caller(MODERATOR)).status_code == 403


def test_the_chief_cannot_lock_everybody_out(api, chief):
    me = api.account_of(CHIEF)
    problem(api.put(f"admin/accounts/{me}/roles", {"site": "*", "role": None}, token=chief), 409, "conflict")
    problem(api.post(f"admin/accounts/{me}:close", token=chief), 409, "conflict")
    assert api.get("admin/accounts", token=chief).status_code == 200


def test_an_account_closes_and_opens(api, chief):
    account_id = api.account_of(MODERATOR)
    assert api.post(f"admin/accounts/{account_id}:close", token=chief).json["is_active"] is False
    assert api.post(f"admin/accounts/{account_id}:open", token=chief).json["is_active"] is True
    problem(api.post("admin/accounts/nobody:close", token=chief), 404, "not-found")


def test_tokens_are_listed_without_their_secret(api, world):
    token = api.caller(MODERATOR)
    until = world.clock.now().replace(year=2027).isoformat()
    made = api.post("admin/tokens", {"name": "script", "expires_at": until}, token=token).json
    listed = api.get("admin/tokens", token=token)
    assert [one["name"] for one in listed.json["items"]] == ["script", "test"]
    assert made["token"] not in listed.get_data(as_text=True)
    api.delete(f"admin/tokens/{made['id']}", token=token)
    assert api.get("admin/tokens", token=token).json["items"][0]["revoked_at"] is not None
    world.clock.advance(days=400)
    problem(api.get("admin/tokens", token=made["token"]), 401, "unauthenticated")


@pytest.mark.parametrize(
    ("body", "at"),
    [({}, "/name"), ({"name": "x", "expires_at": "2020-01-01T00:00:00Z"}, "/expires_at"), ({"name": "x", "account": "x"}, "/account")],
)
def test_a_token_that_does_not_fit_is_refused(api, admin, body, at):
    answer = api.post("admin/tokens", body, token=admin)
    problem(answer, 422, "validation-failed")
    assert set(pointers(answer)) == {at}
