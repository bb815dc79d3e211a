// The calls that readers need. Knows the service's JSON, and nothing of the page.

export interface Author { id: string; name: string; is_staff: boolean; is_article_author?: boolean }
export interface Reason { kind: string; route: string; label?: string; match?: string; begin?: number; end?: number }
export interface Mark { begin: number; end: number; label: string | null }
export interface Replies { items: Comment[]; next: string | null }
export interface Comment {
  id: string; parent: string | null; depth: number; status: "published" | "withdrawn" | "hidden";
  author: Author | null; body_html: string | null; up: number; down: number; reply_count: number;
  created_at: string; edited_at: string | null; replies: Replies;
}
/** `outcome` is null while the appeal waits. */
export interface Appeal { outcome: string | null }
export interface Mine {
  id: string; parent: string | null; status: string; body_html: string; reasons: Reason[]; ground: string | null; appeal: Appeal | null; created_at: string;
}
export interface Page {
  article: { key: string; is_closed: boolean };
  rules: { guests_allowed: boolean; max_body_chars: number; max_depth: number; mail: boolean };
  total: number; items: Comment[]; next: string | null; mine?: Mine[]; reader?: { id: string | null; name: string; is_staff: boolean; has_email: boolean };
}
export interface Own {
  id: string; parent: string | null; status: string; body_html: string; body: string; revision: number; revision_status: string;
  author: Author; reasons: Reason[]; ground: string | null; appeal: Appeal | null; edit_until: string; created_at: string; up: number; down: number;
}
export interface Submitted {
  id: string; parent: string | null; status: string; body_html: string; reasons: Reason[]; created_at: string; edit_until: string;
  edit_token?: string;
}
export interface Preview { body_html: string; route: string | null; reasons: Reason[]; marks: Mark[] }
export interface Challenge { algorithm: string; challenge: string; maxnumber: number; salt: string; signature: string }
export interface Article { key: string; url?: string; title?: string; section?: string }

/** A refusal by the service, or (code "network") no answer at all. */
export class Refusal extends Error {
  constructor(readonly code: string, readonly detail: string, readonly status = 0, readonly waitS = 0) { super(detail); }
}

type Headers = Record<string, string>;
export interface Answer<T> { status: number; body: T; etag: string | null }

export class Api {
  /** `token` gives the reader's JWT, or null for a guest; it is asked again once when the service refuses the one it has. */
  constructor(readonly base: string, private site: string, private token: (fresh: boolean) => Promise<string | null>) {}

  async call<T>(method: string, path: string, body?: unknown, extra: Headers = {}, again = false, isNameless = false): Promise<Answer<T>> {
    const headers: Headers = { ...extra };
    const token = isNameless ? null : await this.token(again);
    if (token) headers["Authorization"] = `Bearer ${token}`;
    if (body !== undefined) headers["Content-Type"] = "application/json";
    let response: Response;
    try {
      response = await fetch(this.base + "/api/v1/" + path, {
        method, headers, credentials: "omit", body: body === undefined ? undefined : JSON.stringify(body),
      });
    } catch { throw new Refusal("network", ""); }
    if (response.status === 401 && token && !again) return this.call(method, path, body, extra, true);
    const json = response.status === 204 || response.status === 304 ? null : await response.json().catch(() => null);
    if (!response.ok && response.status !== 304) {
      const code = String(json?.type ?? "").split("/").pop() || "network";
      throw new Refusal(code, json?.detail ?? "", response.status, Number(response.headers.get("Retry-After")) || 0);
    }
    return { status: response.status, body: json as T, etag: response.headers.get("ETag") };
  }

  private place(rest: string) { return `sites/${encodeURIComponent(this.site)}/${rest}`; }

  /** Whose token does not hold reads on as a guest; only what they write is refused. */
  page(query: Record<string, string | null>) {
    return this.call<Page>("GET", this.pageOf(query)).catch((error) => { if (error.status === 401) return this.poll(query, null); throw error; });
  }
  /** The page as everybody sees it, without the reader's token: only so can it be told by its tag that nothing has changed. */
  poll(query: Record<string, string | null>, etag: string | null) {
    return this.call<Page>("GET", this.pageOf(query), undefined, etag ? { "If-None-Match": etag } : {}, false, true);
  }
  private pageOf(query: Record<string, string | null>) {
    return this.place("comments?" + new URLSearchParams(Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== null)));
  }
  events(article: string) { return new EventSource(`${this.base}/api/v1/` + this.place("events?" + new URLSearchParams({ article }))); }
  conversation(id: string) { return this.call<{ article: { key: string }; above: Comment[]; comment: Comment }>("GET", `comments/${id}/context`); }
  post(body: unknown, key: string) { return this.call<Submitted>("POST", this.place("comments"), body, { "Idempotency-Key": key }); }
  challenge() { return this.call<Challenge>("GET", this.place("challenge")); }
  preview(body: string, section?: string) { return this.call<Preview>("POST", this.place("comments:preview"), { body, section }); }
  own(id: string, token?: string) { return this.call<Own>("GET", `comments/${id}`, undefined, proof(token)); }
  edit(id: string, body: string, revision: number, token?: string) { return this.call<Own>("PATCH", `comments/${id}`, { body, revision }, proof(token)); }
  withdraw(id: string, token?: string) { return this.call<null>("DELETE", `comments/${id}`, undefined, proof(token)); }
  appeal(id: string, body: string, token?: string) { return this.call<{ is_new: boolean }>("POST", `comments/${id}/appeals`, { body }, proof(token)); }
  vote(id: string, value: number) {
    return value ? this.call<Comment>("PUT", `comments/${id}/vote`, { value }) : this.call<Comment>("DELETE", `comments/${id}/vote`);
  }
  report(id: string, reason: string, note: string) { return this.call<{ is_new: boolean }>("POST", `comments/${id}/reports`, { reason, note }); }
  counts(articles: string[]) { return this.call<{ counts: Record<string, number> }>("POST", this.place("counts"), { articles }); }
}

function proof(token?: string): Headers { return token ? { "X-Edit-Token": token } : {}; }
