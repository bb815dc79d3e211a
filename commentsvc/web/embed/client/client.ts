// A client for each operation of the document, by method and path; types and all names come from the document itself.

type Method = "get" | "put" | "post" | "patch" | "delete";
type Defined<T> = Exclude<T, undefined>;
/** The paths that have an operation of this method. */
export type PathOf<M extends Method> = { [P in keyof paths]: paths[P] extends { [K in M]: { responses: unknown } } ? P : never }[keyof paths];
type Operation<P extends keyof paths, M extends Method> = paths[P] extends { [K in M]: infer O } ? O : never;
type Given<O, K extends string> = O extends { parameters: { [X in K]?: infer V } } ? Defined<V> : never;
type Body<O> = O extends { requestBody?: infer R } ? ([Defined<R>] extends [{ content: { "application/json": infer B } }] ? ([Defined<R>] extends [never] ? never : B) : never) : never;
type Success = 200 | 201 | 202 | 204;
type ContentOf<R> = R extends { content: infer C } ? (C extends { "application/json": infer J } ? J : string) : null;
/** What an operation answers when it did what it was asked. */
export type AnswerOf<O> = O extends { responses: infer R } ? { [S in keyof R & Success]: ContentOf<R[S]> }[keyof R & Success] : never;

type Part<N extends string, T> = [T] extends [never] ? unknown : Partial<T> extends T ? { [K in N]?: T } : { [K in N]: T };
/** What an operation takes: `path` and `query` by name, `body` as JSON, further headers. */
export type WishOf<O> = Part<"path", Given<O, "path">> & Part<"query", Given<O, "query">> & ([Body<O>] extends [never] ? unknown : { body: Body<O> }) & {
  headers?: Record<string, string>;
  signal?: AbortSignal;
};

/** A refusal: the service's problem document (RFC 9457). `status` is 0 when there was no answer at all. */
export class Problem extends Error {
  constructor(readonly status: number, readonly code: string, readonly detail: string, readonly document: unknown, readonly retryAfterS: number | null) {
    super(detail || code);
    this.name = "Problem";
  }
}

export interface Answer<T> { status: number; data: T; headers: Headers }
/** Gives the token to send, or null; asked again, with `true`, once when the service refuses the one it has. */
export type TokenSource = string | null | ((fresh: boolean) => string | null | Promise<string | null>);

export class CommentsClient {
  /** `base` is where the service is, such as `https://comments.example.org`. */
  constructor(private readonly base: string, private readonly token: TokenSource = null) {}

  get<P extends PathOf<"get">>(path: P, wish: WishOf<Operation<P, "get">>) { return this.call("get", path, wish); }
  put<P extends PathOf<"put">>(path: P, wish: WishOf<Operation<P, "put">>) { return this.call("put", path, wish); }
  post<P extends PathOf<"post">>(path: P, wish: WishOf<Operation<P, "post">>) { return this.call("post", path, wish); }
  patch<P extends PathOf<"patch">>(path: P, wish: WishOf<Operation<P, "patch">>) { return this.call("patch", path, wish); }
  delete<P extends PathOf<"delete">>(path: P, wish: WishOf<Operation<P, "delete">>) { return this.call("delete", path, wish); }

  /** Do one operation. Rejects with a `Problem`. */
  async call<P extends keyof paths, M extends Method>(method: M, path: P, wish: WishOf<Operation<P, M>>): Promise<Answer<AnswerOf<Operation<P, M>>>> {
    return this.send(method, String(path), wish as Loose, false) as Promise<Answer<AnswerOf<Operation<P, M>>>>;
  }

  private async send(method: Method, path: string, wish: Loose, again: boolean): Promise<Answer<unknown>> {
    const url = new URL(this.base.replace(/\/+$/, "") + path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(wish.path?.[name] ?? ""))));
    for (const [name, value] of Object.entries(wish.query ?? {})) {
      for (const one of Array.isArray(value) ? value : [value]) if (one !== undefined && one !== null) url.searchParams.append(name, String(one));
    }
    const headers: Record<string, string> = { Accept: "application/json", ...wish.headers };
    const token = typeof this.token === "function" ? await this.token(again) : this.token;
    if (token && !headers["Authorization"]) headers["Authorization"] = `Bearer ${token}`;
    if (wish.body !== undefined) headers["Content-Type"] = "application/json";
    let response: Response;
    try {
      response = await fetch(url, {
        method: method.toUpperCase(), headers, credentials: "omit", signal: wish.signal ?? null, body: wish.body === undefined ? null : JSON.stringify(wish.body),
      });
    } catch (error) {
      if (wish.signal?.aborted) throw error;
      throw new Problem(0, "network", "The service cannot be reached.", null, null);
    }
    if (response.status === 401 && !again && typeof this.token === "function") return this.send(method, path, wish, true);
    const text = await response.text();
    const isJson = /\bjson\b/.test(response.headers.get("Content-Type") ?? "");
    const data: unknown = text === "" ? null : isJson ? JSON.parse(text) : text;
    if (response.ok || response.status === 304) return { status: response.status, data, headers: response.headers };
    const told = (isJson && data !== null ? data : {}) as { type?: string; detail?: string };
    const wait = Number(response.headers.get("Retry-After"));
    throw new Problem(response.status, String(told.type ?? "").split("/").pop() || "unknown", told.detail ?? "", data, wait > 0 ? wait : null);
  }
}

interface Loose { path?: Record<string, unknown>; query?: Record<string, unknown>; body?: unknown; headers?: Record<string, string>; signal?: AbortSignal }
