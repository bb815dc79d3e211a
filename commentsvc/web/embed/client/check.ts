// What the types must take and refuse; compiled with the client, and never run.
import { CommentsClient, Problem } from "./whole";

export async function acts(client: CommentsClient) {
  const made = await client.post("/api/v1/sites/{site}/comments", {
    path: { site: "gazette" }, body: { article: { key: "tram" }, body: "Fine." }, headers: { "Idempotency-Key": "one" },
  });
  const id: string = made.data.id;
  const status: string = made.data.status;
  const page = await client.get("/api/v1/sites/{site}/comments", { path: { site: "gazette" }, query: { article: "tram", sort: "oldest" } });
  const first: string | null | undefined = page.data.items[0]?.body_html;
  await client.delete("/api/v1/comments/{comment_id}", { path: { comment_id: id } });
  // @ts-expect-error - there is no such path
  await client.get("/api/v1/nothing", {});
  // @ts-expect-error - this path has no such method
  await client.patch("/api/v1/sites/{site}/comments", { path: { site: "gazette" } });
  // @ts-expect-error - the site is missing
  await client.get("/api/v1/sites/{site}/comments", { query: { article: "tram" } });
  // @ts-expect-error - an article has a key
  await client.post("/api/v1/sites/{site}/comments", { path: { site: "gazette" }, body: { article: {}, body: "Fine." } });
  // @ts-expect-error - an order is of the list
  await client.get("/api/v1/sites/{site}/comments", { path: { site: "gazette" }, query: { article: "tram", sort: "loudest" } });
  try { await client.get("/health/ready", {}); } catch (error) { if (error instanceof Problem) return [error.code, error.status, status, first]; }
  return [];
}
