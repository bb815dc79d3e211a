/*! commentsvc, Apache-2.0; built from adc43895d497557dc1388b2bcdacc3a25ed9f692cd85fe5e776a4ba3fe93a5e3 */
/** A refusal: the service's problem document (RFC 9457). `status` is 0 when there was no answer at all. */
export class Problem extends Error {
    status;
    code;
    detail;
    document;
    retryAfterS;
    constructor(status, code, detail, document, retryAfterS) {
        super(detail || code);
        this.status = status;
        this.code = code;
        this.detail = detail;
        this.document = document;
        this.retryAfterS = retryAfterS;
        this.name = "Problem";
    }
}
export class CommentsClient {
    base;
    token;
    /** `base` is where the service is, such as `https://comments.example.org`. */
    constructor(base, token = null) {
        this.base = base;
        this.token = token;
    }
    get(path, wish) { return this.call("get", path, wish); }
    put(path, wish) { return this.call("put", path, wish); }
    post(path, wish) { return this.call("post", path, wish); }
    patch(path, wish) { return this.call("patch", path, wish); }
    delete(path, wish) { return this.call("delete", path, wish); }
    /** Do one operation. Rejects with a `Problem`. */
    async call(method, path, wish) {
        return this.send(method, String(path), wish, false);
    }
    async send(method, path, wish, again) {
        const url = new URL(this.base.replace(/\/+$/, "") + path.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(String(wish.path?.[name] ?? ""))));
        for (const [name, value] of Object.entries(wish.query ?? {})) {
            for (const one of Array.isArray(value) ? value : [value])
                if (one !== undefined && one !== null)
                    url.searchParams.append(name, String(one));
        }
        const headers = { Accept: "application/json", ...wish.headers };
        const token = typeof this.token === "function" ? await this.token(again) : this.token;
        if (token && !headers["Authorization"])
            headers["Authorization"] = `Bearer ${token}`;
        if (wish.body !== undefined)
            headers["Content-Type"] = "application/json";
        let response;
        try {
            response = await fetch(url, {
                method: method.toUpperCase(), headers, credentials: "omit", signal: wish.signal ?? null, body: wish.body === undefined ? null : JSON.stringify(wish.body),
            });
        }
        catch (error) {
            if (wish.signal?.aborted)
                throw error;
            throw new Problem(0, "network", "The service cannot be reached.", null, null);
        }
        if (response.status === 401 && !again && typeof this.token === "function")
            return this.send(method, path, wish, true);
        const text = await response.text();
        const isJson = /\bjson\b/.test(response.headers.get("Content-Type") ?? "");
        const data = text === "" ? null : isJson ? JSON.parse(text) : text;
        if (response.ok || response.status === 304)
            return { status: response.status, data, headers: response.headers };
        const told = (isJson && data !== null ? data : {});
        const wait = Number(response.headers.get("Retry-After"));
        throw new Problem(response.status, String(told.type ?? "").split("/").pop() || "unknown", told.detail ?? "", data, wait > 0 ? wait : null);
    }
}
