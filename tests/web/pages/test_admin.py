"""The admin's pages without scripts."""

import csv
import re
from datetime import timedelta

import pytest
from sqlalchemy import update

from commentsvc.domain.principals import Role
from commentsvc.domain.status import Nudged, Verdict
from commentsvc.store import models
from commentsvc.store.base import table_of
from commentsvc.store.queries.audit_log import list_audit
from commentsvc.transfer.audit_export import follow_export
from tests.support.world import CIVIL, HELD, REVIEWED, World
from tests.web.pages.browsing import Browser

DRAFT = "/admin/sites/gazette/policies/draft"
LAB = "/admin/sites/gazette/laboratory"
ONE_SITE = [
    "/admin/sites/gazette",
    "/admin/sites/gazette/transparency",
    "/admin/sites/gazette/policies",
    "/admin/sites/gazette/policies/1",
    DRAFT,
    LAB,
]
INSTALLATION = ["/admin/accounts"]


@pytest.mark.parametrize("path", ["/admin", "/admin/audit", *ONE_SITE, *INSTALLATION])
def test_admin_of_everything_sees_every_page(admin, path):
    assert admin.get(path).status == 200


@pytest.mark.parametrize("path", ["/admin", "/admin/audit", *ONE_SITE, *INSTALLATION])
def test_moderators_see_none(moderator, path):
    assert moderator.get(path).status == 403


@pytest.mark.parametrize("path", ONE_SITE)
def test_admins_of_another_site_do_not_learn_that_it_exists(sign_in, path):
    assert sign_in("otto", Role.ADMIN, "courier").get(path).status == 404


def test_admin_of_one_site_sees_it_alone(sign_in):
    browser = sign_in("gia", Role.ADMIN, "gazette")
    page = browser.get("/admin")
    assert "The Gazette" in page.text
    assert "The Courier" not in page.text
    assert browser.get("/admin/accounts").status == 403
    assert "Installation" not in browser.get("/admin/audit").text
    assert browser.get("/admin/audit?chain=installation").status == 404


def posts(world: World) -> list[tuple[str, dict[str, str]]]:
    account = world.moderator("target")
    return [
        ("/admin/sites", {"key": "new", "name": "New"}),
        ("/admin/sites/gazette", {"name": "Other"}),
        ("/admin/sites/gazette/sections", {"section": "x"}),
        (DRAFT, {"act": "save", "base": "1"}),
        ("/admin/sites/gazette/policies/1/activate", {}),
        ("/admin/sites/gazette/policies/back", {}),
        ("/admin/sites/gazette/policies/rule", {"wants": "yes"}),
        ("/admin/sites/gazette/policies/unplan", {}),
        ("/admin/sites/gazette/policies/1/approve", {}),
        ("/admin/sites/gazette/policies/1/plan", {"at": "2026-03-02T12:00"}),
        ("/admin/sites/gazette/policies/1/shadow", {"act": "begin"}),
        ("/admin/sites/gazette/policies/drafts", {"base": "1"}),
        ("/admin/sites/gazette/policies/drafts/none", {"act": "delete"}),
        (f"{LAB}/draft", {"act": "activate", "toxicity-hold": "0.5"}),
        (f"{LAB}/activate", {"version": "1"}),
        ("/admin/accounts", {"email": "x@example.org", "name": "X"}),
        (f"/admin/accounts/{account}/role", {"site": "*", "role": "admin"}),
        (f"/admin/accounts/{account}/tokens", {"name": "x"}),
        (f"/admin/accounts/{account}/active", {"active": ""}),
        (f"/admin/accounts/{account}/password", {}),
    ]


def test_no_form_is_taken_without_the_proof_of_the_page(admin, world: World):
    listed = posts(world)
    before = world.snapshot()
    for path, fields in listed:
        assert admin.post(path, fields).status == 403, path
    assert world.snapshot() == before


def test_no_form_of_admins_is_taken_from_a_moderator(moderator, world: World):
    proof = moderator.get("/moderate").form("/signout").fields
    listed = posts(world)
    before = world.snapshot()
    for path, fields in listed:
        assert moderator.post(path, fields | proof).status == 403, path
    assert world.snapshot() == before


def test_overview_counts_what_is_there(admin, world: World):
    world.submit(CIVIL, nudged=Nudged.REPHRASED)
    world.submit(HELD, author="ben", nudged=Nudged.POSTED_ANYWAY)
    page = admin.get("/admin")
    assert "The Gazette gazette 2 1 1 0 1 of 2 1 Version 1" in page.text
    assert world.scorer.version.id in page.text


def test_making_a_site_gives_it_a_policy(admin, world: World):
    page = admin.send(admin.get("/admin").form("/sites"), key="echo", name="The Echo")
    assert page.address == "/admin/sites/echo"
    assert admin.get("/admin/sites/echo/policies").status == 200
    page = admin.send(admin.get("/admin").form("/sites"), key="echo", name="Again")
    assert page.status == 409
    assert "a site with this key already" in page.text


def test_changing_a_site_keeps_what_fits_and_names_what_does_not(admin, world: World):
    form = admin.get("/admin/sites/gazette").form("/sites/gazette")
    page = admin.send(form, max_body_chars="0", origins="news.example")
    assert page.status == 422
    assert "max_body_chars Must be a whole number from 1 to 50,000." in page.text
    assert "origins Each must be an origin" in page.text
    assert "Saved." in admin.send(form, max_body_chars="900", guests="").text
    assert world.site.limits.max_body_chars == 900
    assert not world.site.limits.guests_allowed


def test_closing_an_article_and_opening_it_again(admin, world: World):
    world.submit()
    page = admin.send(admin.get("/admin/sites/gazette").form("/articles"))
    assert world.row(models.Article).is_closed
    admin.send(page.form("/articles"))
    assert not world.row(models.Article).is_closed


def decided_history(world: World) -> None:
    account = world.moderator("mia")
    for number in range(12):
        held = world.submit(f"{HELD} {number}", author=f"a{number}")
        world.decide(str(held.item_id), account, Verdict.REJECT if number % 3 else Verdict.APPROVE)
        world.submit(f"A word. toxicity=0.{30 + number}", author=f"b{number}")


def test_moving_a_threshold_tells_what_it_would_do_and_stores_nothing(admin, world: World):
    decided_history(world)
    form = admin.get(DRAFT).form("/draft")
    assert form.fields["toxicity-hold"] == "0.7"
    before = world.snapshot()
    page = admin.send(form, "See what it would do", toxicity_hold="0.36", toxicity_review="0.33")
    assert page.status == 200
    assert "9 of 24 comments change sides: 9 more strictly, 0 more mildly." in page.text
    assert "Precision too little to say" in page.text
    assert "Toxicity, hold from 0.70 to 0.36" in page.text
    assert "published → held" in page.text
    assert page.form("/draft").fields["toxicity-hold"] == "0.36"
    assert world.snapshot() == before


def test_too_little_to_say_is_said(admin, world: World):
    world.submit(CIVIL)
    page = admin.send(admin.get(DRAFT).form("/draft"), "See what it would do")
    assert "too little to say" in page.text
    assert "The draft moves no threshold of the active version." in page.text


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("toxicity_hold", "high", "Must be a number above 0 and at most 1, or null."),
        ("toxicity_hold", "nan", "Must be a number above 0"),
        ("toxicity_hold", "0.2", "Must not lie below the milder threshold before it."),
        ("links_count", "-1", "some values do not fit"),
        ("sample", "200", "Must be a number from 0 to 1."),
    ],
)
def test_draft_that_does_not_fit_is_refused_at_its_field(admin, world: World, name, value, told):
    page = admin.send(admin.get(DRAFT).form("/draft"), "Save as version", **{name: value})
    assert page.status == 422
    assert told.lower() in page.text.lower()
    assert 'aria-invalid="true"' in page.html
    assert len(world.rows(models.PolicyVersion)) == 2  # one for each site


def test_saving_activating_and_going_back(admin, world: World):
    page = admin.send(admin.get(DRAFT).form("/draft"), "Save as version", toxicity_hold="0.6", note="Calmer", suspect="sham\nhoax")
    assert page.address == "/admin/sites/gazette/policies/2"
    assert "/bands/toxicity/hold_at 0.7 → 0.6" in page.text.replace("becomes", "")
    assert "“Calmer”" in page.text.replace("“ ", "“").replace(" ”", "”")
    policy = world.site.policy_version_id
    page = admin.send(page.form("/activate"))
    assert world.site.policy_version_id != policy
    page = admin.get("/admin/sites/gazette/policies/1")
    admin.send(page.form("/activate"), "Go back to this version")
    assert world.site.policy_version_id == policy


def test_draft_keeps_what_the_form_does_not_show(admin, world: World):
    admin.send(admin.get("/admin/sites/gazette").form("/sections"), section="sport", name="Sport")
    page = admin.send(admin.get(f"{DRAFT}?scope=sport").form("/draft"), "Save as version", toxicity_hold="0.5")
    version = int(page.address.rpartition("/")[2])
    page = admin.send(admin.get(f"{DRAFT}?from={version}").form("/draft"), "Save as version", threat_hold="0.55")
    document = next(row.document for row in world.rows(models.PolicyVersion, version=version + 1))
    assert document["sections"]["sport"]["bands"]["toxicity"]["hold_at"] == 0.5
    assert document["bands"]["threat"]["hold_at"] == 0.55
    assert document["bands"]["toxicity"]["hold_at"] == 0.7


def test_histogram_is_drawn_of_what_was_scored(admin, world: World):
    decided_history(world)
    page = admin.get(DRAFT)
    assert 'data-handle="toxicity-hold" x1="350.0"' in page.html
    assert "(8 rejected, 4 approved, 0 undecided)" in page.html


def test_account_is_made_given_a_role_and_a_token_that_is_shown_once(app, admin, world: World):
    page = admin.send(admin.get("/admin/accounts").form("/accounts"), email="neo@example.org", name="Neo")
    (password,) = re.findall(r'<code class="secret">([^<]+)</code>', page.html)
    account = world.row(models.Account, email="neo@example.org").id
    page = admin.get(f"/admin/accounts/{account}")
    assert password not in page.html
    page = admin.send(page.form("/role", having="role"), "Give the role", site=world.site.id, role="moderator")
    assert "The Gazette Moderator" in page.text
    assert Browser(app).sign_in("neo@example.org", password).status == 200
    page = admin.send(page.form("/tokens"), name="exporter")
    (token,) = re.findall(r'<code class="secret">(csv_[^<]+)</code>', page.html)
    page = admin.get(f"/admin/accounts/{account}")
    assert token not in page.html
    page = admin.send(page.form("/revoke"))
    assert "revoked" in page.text
    page = admin.send(page.form("/active"), "Close the account")
    assert "Closed" in page.text
    assert Browser(app).sign_in("neo@example.org", password).status == 401


def test_admin_cannot_lock_themselves_out(admin, world: World):
    account = world.row(models.Account, email="ada@example.org").id
    page = admin.get(f"/admin/accounts/{account}")
    assert "You cannot take your own role as admin away" in admin.send(page.form("/role"), "Take away").text
    assert "You cannot close your own account" in admin.send(page.form("/active")).text


def test_audit_log_names_who_did_what_and_whether_it_is_whole(admin, world: World):
    world.submit(REVIEWED)
    admin.send(admin.get(DRAFT).form("/draft"), "Save as version", toxicity_hold="0.6")
    page = admin.get(f"/admin/audit?chain={world.site.id}&verify=1")
    assert "policy created" in page.text
    assert "Ada" in page.text
    assert "Whole: all" in page.text


def test_audit_log_is_searched(admin, world: World):
    (first, second) = (world.submit(CIVIL, author=name).comment_id for name in ("a1", "a2"))
    page = admin.get(f"/admin/audit?chain={world.site.id}&subject={first}")
    assert f"comment:{first}" in page.html
    assert f"comment:{second}" not in page.html
    today = world.clock.now().date()
    for until, shows in ((today, True), (today - timedelta(days=1), False)):
        found = admin.get(f"/admin/audit?chain={world.site.id}&action=comment_submitted&until={until}")
        assert (f"comment:{first}" in found.html) is shows
    assert "No entry fits this search" in admin.get(f"/admin/audit?chain={world.site.id}&actor=account:nobody").text
    assert admin.get(f"/admin/audit?chain={world.site.id}&since=soon&until=9999-12-31").status == 200


def test_audit_log_is_given_out_and_verifies_elsewhere(admin, world: World):
    world.submit(CIVIL)
    given = admin.get(f"/admin/audit/export?chain={world.site.id}")
    assert given.headers["Content-Disposition"].startswith("attachment")
    end = follow_export(given.html.splitlines(keepends=True))
    with world.db.reading() as session:
        newest = list_audit(session, world.site.id, limit=1)[0]
    assert (end.no, end.hash, end.broken_at) == (newest.no, newest.hash, None)
    table = list(
        csv.DictReader(admin.get(f"/admin/audit/export?chain={world.site.id}&format=csv&action=comment_submitted").html.splitlines())
    )
    assert [row["action"] for row in table] == ["comment_submitted"]


def test_the_log_of_another_site_is_not_given_out(sign_in, world: World):
    browser = sign_in("gia", Role.ADMIN, "gazette")
    assert browser.get(f"/admin/audit/export?chain={world.site.id}").status == 200
    assert browser.get("/admin/audit/export?chain=installation").status == 404
    assert browser.get("/admin/audit/export?chain=no-such").status == 404


def test_audit_log_shows_a_broken_chain(admin, world: World):
    world.submit(CIVIL)
    entry = table_of(models.AuditEntry)
    where = (entry.c.chain == world.site.id) & (entry.c.no == 2)
    with world.db.transaction() as session:
        kept = session.execute(entry.select().where(where)).one().actor
        session.execute(update(entry).where(where).values(actor="somebody"))
    assert "entry 2 does not fit" in admin.get("/admin/audit?verify=1").text
    with world.db.transaction() as session:
        session.execute(update(entry).where(where).values(actor=kept))


def test_hostile_names_are_shown_as_text(admin, world: World):
    hostile = '<script>alert(1)</script>"><img src=x>'
    form = admin.get("/admin/sites/gazette").form("/sites/gazette")
    admin.send(form, name=hostile)
    admin.send(admin.get(DRAFT).form("/draft"), "Save as version", note=hostile, suspect=hostile)
    for path in ("/admin", *ONE_SITE, "/admin/sites/gazette/policies/2", f"{DRAFT}?from=2", f"/admin/audit?chain={world.site.id}"):
        page = admin.get(path)
        assert page.status == 200
        assert "<script>alert" not in page.html, path
        assert "<img" not in page.html, path


def test_a_webhook_is_added_tried_and_removed_on_the_site_s_page(admin, world: World):
    page = admin.get("/admin/sites/gazette")
    page = admin.send(page.form("/webhooks"), url="http://cms.example/hook")
    assert page.status == 422
    assert "Must be an https address" in page.text
    page = admin.send(page.form("/webhooks"), url="https://cms.example/hook?a=<b>")
    assert "whsec_" in page.text
    assert "https://cms.example/hook?a=&lt;b&gt;" in page.html
    page = admin.get("/admin/sites/gazette")
    assert "whsec_" not in page.text
    page = admin.send(page.form("/test"))
    assert "On its way webhook.test" in page.text
    page = admin.send(page.form("/delete"))
    assert "cms.example" not in page.text
    assert world.rows(models.Webhook) == []


# -- The transparency report ---------------------------------------------------------------------------------------------------
def test_the_report_of_a_year(admin, world: World):
    world.submit(HELD)
    page = admin.get("/admin/sites/gazette/transparency?year=2026")
    assert "Transparency report 2026" in page.text
    assert "The year is not over" in page.text
    table = list(csv.reader(admin.get("/admin/sites/gazette/transparency?year=2026&format=csv").html.splitlines()))
    assert [cells[3] for cells in table if cells[1:3] == ["measures", "held until a moderator decided"]] == ["1"]


@pytest.mark.parametrize("year", ["1999", "2027", "20x6", "\u0662\u0660\u0662\u0666", "-202"])
def test_there_are_no_reports_of_other_years(admin, year):
    assert admin.get(f"/admin/sites/gazette/transparency?year={year}").status == 404
