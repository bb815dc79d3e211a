"""The typed client in a page of a publisher's, against the running service."""

import pytest
from playwright.sync_api import Page

from commentsvc.store import models
from tests.browser.conftest import Place

pytestmark = pytest.mark.browser

ACTS = """async () => {
  const { CommentsClient, Problem } = await import("/client.js");
  const client = new CommentsClient(location.origin);
  const site = { site: "gazette" };
  const made = await client.post("/api/v1/sites/{site}/comments", {
    path: site, body: { article: { key: "tram" }, body: "By the client.", author: { name: "Cleo" } }, headers: { "Idempotency-Key": "one" },
  });
  const page = await client.get("/api/v1/sites/{site}/comments", { path: site, query: { article: "tram", sort: "newest", limit: 1 } });
  const own = { path: { comment_id: made.data.id }, headers: { "X-Edit-Token": made.data.edit_token } };
  await client.put("/api/v1/comments/{comment_id}/vote", { path: { comment_id: made.data.id }, body: { value: 1 } });
  const gone = await client.delete("/api/v1/comments/{comment_id}", own);
  const refused = await client.get("/api/v1/comments/{comment_id}", own).catch((error) => error);
  const away = await new CommentsClient(location.origin + "/away").get("/health/live", {}).catch((error) => error);
  const asked = [];
  const signed = new CommentsClient(location.origin, (fresh) => { asked.push(fresh); return "no.such.token"; });
  const stranger = await signed.get("/api/v1/sites/{site}/me/comments", { path: site, query: {} }).catch((error) => error);
  return {
    status: [made.status, made.data.status], html: page.data.items[0].body_html, gone: [gone.status, gone.data],
    refused: [refused instanceof Problem, refused.status, refused.code], away: [away.status, away.code], stranger: stranger.status, asked,
  };
}"""


def test_it_does_what_a_page_needs_and_tells_refusals_apart(page: Page, place: Place):
    page.goto(f"{place.base}/embed/gazette?article=tram")
    page.route("**/away/**", lambda route: route.abort())
    assert page.evaluate(ACTS) == {
        "status": [201, "published"],
        "html": "<p>By the client.</p>",
        "gone": [204, None],
        "refused": [True, 404, "not-found"],
        "away": [0, "network"],
        "stranger": 401,
        "asked": [False, True],
    }
    assert place.world.rows(models.Comment)[-1].status == "withdrawn"
