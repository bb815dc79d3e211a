// The thread below an article: what is shown, where it goes on, what is new, and what its reader does with it.
import { Api, type Article, type Author, type Comment, type Mine, type Page, Refusal, type Submitted } from "./api";
import { CommentView } from "./comment";
import { Composer, type Sent } from "./compose";
import { h, safe } from "./dom";
import { Store } from "./store";
import type { Catalogue, Words } from "./words";

const PAGE = "50";
const POLL_MS = 30_000;
const TIMES_MS = 30_000;
const LINE_MS = 4000;
const SORTS = ["newest", "oldest", "best"] as const;
type Sort = (typeof SORTS)[number];
const HASH = /^#comment-([0-9a-f-]{36})$/;

type More = typeof import("./more") & { WORDS: Catalogue };
export interface Wishes { article: Article; sort: string | null; signIn: string | null; pageUrl: string }

export class Thread {
  readonly views = new Map<string, CommentView>();
  rules: Page["rules"] = { guests_allowed: true, max_body_chars: 5000, max_depth: 20, mail: false };
  reader: Page["reader"] | null = null;
  readonly article: Article;
  private sort: Sort;
  private next: string | null = null;
  private total = 0;
  private isClosed = false;
  private list = h("ol", { class: "thread", part: "thread" });
  private title = h("h2", {});
  private sorts = h("div", { class: "sorts", role: "group" });
  private top = h("div", {});
  private fresh = h("button", { class: "fresh", hidden: true, onclick: () => void this.showFresh() });
  private said = h("div", { class: "said", role: "status" });
  private foot = h("div", {});
  private etag: string | null = null;
  private timer = 0;
  private times: [HTMLElement, Date][] = [];
  private ticking = new Map<Element, () => void>();
  private stops: (() => void)[] = [];
  private seenBefore: string;

  constructor(private root: ShadowRoot, private host: HTMLElement, readonly api: Api, readonly words: Words, readonly store: Store, private wishes: Wishes) {
    this.article = wishes.article;
    this.sort = SORTS.find((one) => one === wishes.sort) ?? "newest";
    this.seenBefore = store.get("seen", {})[this.article.key] ?? "";
  }

  // -- Coming and going --------------------------------------------------------------------------------------------------------
  async start() {
    try {
      const { body, etag } = await this.api.page({ article: this.article.key, sort: this.sort, limit: PAGE });
      if (!this.isStopped) this.begin(body, etag);
    } catch (error) {
      if (this.isStopped) return;
      this.root.querySelector(".bones")?.remove();
      const again = h("button", { onclick: () => { box.remove(); void this.start(); } }, this.words.say("retry"));
      const box = h("div", { class: "notice bad stack", role: "alert" }, h("p", {}, this.explain(error)), again);
      this.root.append(box);
    }
  }

  private begin(page: Page, etag: string | null) {
    const section = h("section", { "aria-labelledby": "head", lang: this.words.lang }, h("div", { class: "head" }, this.title, this.sorts), this.top, this.fresh, this.list, this.foot, this.said);
    this.title.id = "head";
    this.sorts.setAttribute("aria-label", this.words.say("order"));
    const bones = this.root.querySelector(".bones");
    this.take(page, etag);
    this.drawTop(page);
    bones ? bones.replaceWith(section) : this.root.append(section);
    void this.showOwn(page.mine ?? []);
    this.store.put("seen", this.article.key, new Date().toISOString());
    this.listen();
    this.follow();
  }

  private listen() {
    const every = (work: () => void, ms: number) => { const id = setInterval(work, ms); this.stops.push(() => clearInterval(id)); };
    const on = <T extends EventTarget>(target: T, name: string, work: EventListener) => {
      target.addEventListener(name, work);
      this.stops.push(() => target.removeEventListener(name, work));
    };
    every(() => { if (!document.hidden) void this.poll(); }, POLL_MS);
    every(() => this.refreshTimes(), TIMES_MS);
    on(window, "hashchange", () => this.follow());
    on(document, "visibilitychange", () => this.live());
    this.live();
    on(this.root, "keydown", ((event: KeyboardEvent) => this.key(event)) as EventListener);
  }

  private isStopped = false;
  stop() { this.isStopped = true; this.live(); for (const stop of this.stops.splice(0)) stop(); clearInterval(this.timer); }

  private loaded: Promise<More> | null = null;
  private tries = 0;
  /** What few readers need; null, and told, when it cannot be had just now. */
  async more(): Promise<More | null> {
    const { words } = this;
    this.loaded ??= (import(`${this.api.base}/embed-more.js?lang=${words.lang}${this.tries ? `&try=${this.tries}` : ""}`) as Promise<More>).then((more) => { words.add(more.WORDS); return more; });
    try { return await this.loaded; } catch {
      // A browser never asks again for a module that failed: another address is another module.
      this.tries += 1;
      this.loaded = null;
      this.fail(null);
      return null;
    }
  }

  // -- Pages -------------------------------------------------------------------------------------------------------------------
  private take(page: Page, etag: string | null) {
    this.etag = this.sort === "newest" ? etag : null;
    this.rules = page.rules;
    this.reader = page.reader ?? null;
    this.isClosed = page.article.is_closed;
    this.total = page.total;
    this.views.clear();
    this.times = [];
    this.list.replaceChildren(...page.items.map((item) => this.make(item, null, 0).element));
    this.next = page.next;
    this.drawHead();
    this.drawFoot();
  }

  make(data: Comment, parent: CommentView | null, level: number): CommentView {
    const view = new CommentView(this, data, parent, level);
    this.views.set(data.id, view);
    if (this.seenBefore && data.created_at > this.seenBefore && data.status === "published" && !this.isOwn(data)) { view.isNew = true; view.draw(); }
    return view;
  }

  private drawHead() {
    const { words } = this;
    this.title.replaceChildren(words.say("comments"), h("span", {}, words.count(this.total)));
    this.sorts.replaceChildren(...SORTS.map((sort) => h("button", { "aria-pressed": String(sort === this.sort), onclick: () => void this.order(sort) }, words.say(sort))));
    this.sorts.hidden = this.list.children.length < 2;
  }

  private drawFoot() {
    const { words } = this;
    const more = this.next !== null && h("div", { class: "load" }, h("button", { onclick: (event: Event) => void this.goOn(event.currentTarget as HTMLButtonElement) }, words.say("load_more")));
    const isEmpty = this.list.children.length === 0;
    const empty = isEmpty && !this.isClosed && h("div", { class: "empty" }, h("p", {}, words.say("empty")), h("p", {}, words.say("empty_hint")));
    const fresh = [...this.views.values()].some((view) => view.isNew);
    const foot = !isEmpty && h("div", { class: "foot small quiet" },
      fresh && h("button", { class: "plain", onclick: () => this.step(1, true) }, words.say("next_new")),
      h("button", { class: "plain", onclick: () => void this.help() }, words.say("keys")));
    this.foot.replaceChildren(...[more, empty, foot].filter((one): one is HTMLDivElement => Boolean(one)));
  }

  private drawTop(page: Page) {
    const { words } = this;
    if (this.isClosed) { this.top.replaceChildren(h("p", { class: "notice" }, words.say("closed"))); return; }
    if (!page.rules.guests_allowed && !this.reader) {
      const ask = this.wishes.signIn
        ? h("a", { class: "button", href: this.wishes.signIn }, words.say("sign_in"))
        : h("button", { onclick: () => this.host.dispatchEvent(new CustomEvent("comments-sign-in", { bubbles: true })) }, words.say("sign_in"));
      this.top.replaceChildren(h("div", { class: "notice row" }, h("span", {}, words.say("sign_in_needed")), ask));
      return;
    }
    const composer = new Composer(this, {
      draft: this.article.key, label: words.say("your_comment"), act: words.say("post"), send: (sent) => this.send(sent, null), cancel: () => undefined,
    });
    this.top.replaceChildren(composer.element);
  }

  private async order(sort: Sort) {
    try {
      const { body, etag } = await this.api.page({ article: this.article.key, sort, limit: PAGE });
      this.sort = sort;
      this.fresh.hidden = true;
      this.take(body, etag);
      void this.showOwn(body.mine ?? []);
      this.sorts.querySelector<HTMLElement>('[aria-pressed="true"]')?.focus();
      this.tell("sorted");
    } catch (error) { this.fail(error); }
  }

  private async goOn(button: HTMLButtonElement) {
    button.disabled = true;
    try {
      const { body } = await this.api.page({ article: this.article.key, sort: this.sort, limit: PAGE, cursor: this.next });
      const items = body.items.filter((item) => !this.views.has(item.id));
      this.list.append(...items.map((item) => this.make(item, null, 0).element));
      this.next = body.next;
      this.drawFoot();
      if (items[0]) this.views.get(items[0].id)?.element.focus({ preventScroll: true });
    } catch (error) { button.disabled = false; this.fail(error); }
  }

  // -- What is new while the page is open -------------------------------------------------------------------------------------
  private found: Page | null = null;
  private async poll() {
    try {
      const { status, body, etag } = await this.api.poll({ article: this.article.key, sort: "newest", limit: PAGE }, this.etag);
      if (status === 304) return;
      this.etag = etag;
      this.found = body;
      this.drawFresh();
    } catch { /* the next look may find the way */ }
  }

  private drawFresh() {
    const n = this.unseen(this.found?.items ?? []).length;
    this.fresh.hidden = n === 0;
    this.fresh.textContent = this.words.say("new", { n });
  }

  private stream: EventSource | null = null;
  /** Told at once while the page is looked at, where the server has room: a hidden one would hold one of the browser's few connections. */
  private live() {
    const isSeen = !document.hidden && !this.isStopped;
    if (isSeen && !this.stream) (this.stream = this.api.events(this.article.key)).onmessage = () => void this.poll();
    else if (!isSeen) { this.stream?.close(); this.stream = null; }
  }

  private unseen(items: Comment[]): Comment[] {
    return items.flatMap((item) => [...(item.status === "published" && !this.views.has(item.id) ? [item] : []), ...this.unseen(item.replies.items)]);
  }

  private showFresh() {
    const page = this.found;
    if (!page) return;
    const first = this.unseen(page.items)[0];
    const add = (items: Comment[], parent: CommentView | null) => {
      // Newest first on the page: from the end, so that each comes before those that are older.
      for (const item of parent ? items : [...items].reverse()) {
        const known = this.views.get(item.id);
        if (known) { known.data.reply_count = item.reply_count; add(item.replies.items, known); continue; }
        const view = this.make(item, parent, parent ? parent.level + 1 : 0);
        view.isNew = true;
        view.draw();
        parent ? parent.adopt(view) : this.list.prepend(view.element);
      }
    };
    add(page.items, null);
    this.total = page.total;
    this.fresh.hidden = true;
    this.drawHead();
    this.drawFoot();
    if (first) this.views.get(first.id)?.point();
  }

  // -- Permalinks --------------------------------------------------------------------------------------------------------------
  permalink(id: string) { return `${this.wishes.pageUrl}#comment-${id}`; }

  private follow() {
    const id = HASH.exec(location.hash)?.[1];
    if (!id) return;
    const known = this.views.get(id);
    known ? known.point() : void this.showConversation(id);
  }

  private async showConversation(id: string) {
    try {
      const { body } = await this.api.conversation(id);
      if (body.article.key !== this.article.key) return;
      this.views.clear();
      this.times = [];
      let parent: CommentView | null = null;
      this.list.replaceChildren();
      for (const item of [...body.above, body.comment]) {
        const view: CommentView = this.make(item, parent, parent ? parent.level + 1 : 0);
        parent ? parent.adopt(view) : this.list.append(view.element);
        parent = view;
      }
      const all = h("button", { class: "plain more", onclick: () => { history.replaceState(null, "", " "); void this.order(this.sort); } }, this.words.say("all"));
      this.foot.replaceChildren(h("div", { class: "load row" }, h("span", { class: "quiet" }, this.words.say("conversation")), all));
      this.sorts.hidden = true;
      parent?.point();
    } catch (error) { if (error instanceof Refusal && error.status === 404) this.tell("not_here"); else this.fail(error); }
  }

  unpoint() { this.list.querySelector("li.target")?.classList.remove("target"); }

  // -- Writing -----------------------------------------------------------------------------------------------------------------
  mayReply(data: Comment) {
    return !this.isClosed && data.depth < this.rules.max_depth && (this.rules.guests_allowed || this.reader !== null) && data.status === "published";
  }

  /** Show it at once, send it, and show what became of it. Rejects with the refusal, the text still in the form. */
  async send(sent: Sent, parent: CommentView | null) {
    const author = this.reader ? { id: this.reader.id ?? "", name: this.reader.name, is_staff: this.reader.is_staff } : { id: "", name: sent.name || this.words.say("guest"), is_staff: false };
    const now = new Date().toISOString();
    const shown = h("li", { class: "sending", role: "status" }, h("header", { class: "by" }, h("bdi", { class: "author" }, author.name), h("span", { class: "small quiet" }, this.words.say("sending"))),
      sent.html ? safe(sent.html) : h("p", {}, sent.body));
    parent ? parent.replies.append(shown) : this.list.prepend(shown);
    let made: Submitted;
    try {
      const { name, email, pace } = sent;
      made = await this.post({
        article: this.article, body: sent.body, parent: parent?.id, nudged: sent.nudged,
        author: !this.reader && (name || email) ? { name: name || this.words.say("guest"), email } : undefined,
        notify: pace ? { pace, language: this.words.lang } : undefined,
      }, sent.key);
    } finally { shown.remove(); }
    this.store.remember({ id: made.id, token: made.edit_token, article: this.article.key, until: made.edit_until });
    const isShown = made.status === "published";
    const view = this.make({
      id: made.id, parent: made.parent, depth: parent ? parent.data.depth + 1 : 0, status: "published", author, up: 0, down: 0, reply_count: 0,
      body_html: isShown ? made.body_html : null, created_at: made.created_at ?? now, edited_at: null, replies: { items: [], next: null },
    }, parent, parent ? parent.level + 1 : 0);
    if (!isShown) view.wait({ status: made.status, html: made.body_html, reasons: made.reasons, ground: null, appeal: null });
    else { this.total += 1; if (parent) parent.data.reply_count += 1; }
    parent ? parent.adopt(view) : this.list.prepend(view.element);
    this.drawHead();
    this.drawFoot();
    // Word of it may have come before the answer.
    this.drawFresh();
    view.element.focus({ preventScroll: true });
    view.element.scrollIntoView({ block: "nearest" });
    this.tell(!isShown ? `${made.status}_head` : sent.pace && !this.reader ? "mail_said" : "posted");
  }

  /** Post; where a proof of work is asked for, do the work and post again. */
  private async post(body: object, key: string): Promise<Submitted> {
    try { return (await this.api.post(body, key)).body; } catch (error) {
      if (!(error instanceof Refusal) || error.code !== "proof-required") throw error;
      const proof = await (await this.more())?.solve((await this.api.challenge()).body);
      if (!proof) throw error;
      return (await this.api.post({ ...body, proof }, key)).body;
    }
  }

  private async showOwn(mine: Mine[]) {
    const place = (item: Mine, author: Author | null) => {
      if (this.views.has(item.id)) return;
      const parent = (item.parent && this.views.get(item.parent)) || null;
      const view = this.make({ ...item, depth: 0, status: "published", author, body_html: null, up: 0, down: 0, reply_count: 0, edited_at: null, replies: { items: [], next: null } }, parent, parent ? parent.level + 1 : 0);
      view.wait({ status: item.status, html: item.body_html, reasons: item.reasons, ground: item.ground, appeal: item.appeal });
      parent ? parent.adopt(view) : this.list.prepend(view.element);
    };
    for (const item of [...mine].reverse()) place(item, null);
    const entries = this.store.get("own", []).filter((one) => one.article === this.article.key && one.token);
    await Promise.all(entries.map(async (entry) => {
      const known = this.views.get(entry.id);
      // Published, on this page and no longer to be changed: there is nothing to ask.
      if (known && Date.parse(entry.until) < Date.now()) return;
      try {
        const { body } = await this.api.own(entry.id, entry.token);
        const there = this.views.get(entry.id);
        if (there) there.showOwn(body);
        else if (body.status !== "published") place({ ...body }, body.author);
      } catch (error) { if (error instanceof Refusal && error.status === 404) this.store.forget(entry.id); }
    }));
    this.drawFoot();
  }

  ownEntry(id: string) { return this.store.get("own", []).find((one) => one.id === id); }
  isOwn(data: Comment) { return (this.reader?.id != null && data.author?.id === this.reader.id) || this.ownEntry(data.id) !== undefined; }

  withdrawn(view: CommentView) {
    this.store.forget(view.id);
    if (view.data.body_html) this.total -= 1;
    if (view.replies.children.length) { view.data = { ...view.data, status: "withdrawn", author: null, body_html: null }; view.wait(null); }
    else { this.views.delete(view.id); view.element.remove(); }
    this.drawHead();
    this.drawFoot();
    this.tell("withdrawn_said");
    this.top.querySelector<HTMLElement>("textarea")?.focus({ preventScroll: true });
  }

  // -- Muting ------------------------------------------------------------------------------------------------------------------
  isMuted(author: string) { return author in this.store.get("muted", {}); }
  mute(author: Author, isMuted: boolean, by: CommentView) {
    this.store.put("muted", author.id, isMuted ? author.name : undefined);
    for (const view of this.views.values()) if (view.data.author?.id === author.id) view.draw();
    by.element.focus({ preventScroll: true });
    void this.more().then((more) => more && this.tell(isMuted ? "muted_said" : "unmuted_said", { name: author.name }));
  }

  // -- Saying things -----------------------------------------------------------------------------------------------------------
  tell(key: string, values: Record<string, string | number> = {}) {
    const line = h("p", {}, this.words.say(key, values));
    this.said.replaceChildren(line);
    setTimeout(() => line.remove(), LINE_MS);
  }

  fail(error: unknown) {
    const line = h("p", {}, this.explain(error));
    this.said.replaceChildren(line);
    setTimeout(() => line.remove(), LINE_MS * 2);
  }

  explain(error: unknown): string {
    const refusal = error instanceof Refusal ? error : new Refusal("network", "");
    const key = `e_${refusal.code}`;
    return this.words.has(key) ? this.words.say(key, { n: refusal.waitS }) : refusal.detail || this.words.say("e_network");
  }

  keepTime(element: HTMLElement, at: Date) { this.times.push([element, at]); }
  private refreshTimes() {
    this.times = this.times.filter(([element]) => element.isConnected);
    for (const [element, at] of this.times) element.textContent = this.words.ago(at);
  }

  /** Call `work` now and each second as long as `element` is on the page. */
  every(element: Element, work: () => void) {
    this.ticking.set(element, work);
    work();
    clearInterval(this.timer);
    this.timer = setInterval(() => {
      for (const [one, tick] of this.ticking) one.isConnected ? tick() : this.ticking.delete(one);
      if (!this.ticking.size) clearInterval(this.timer);
    }, 1000);
  }

  // -- Keys: only while the focus is in the thread -----------------------------------------------------------------------------
  focused(): Element | null { return this.root.activeElement; }

  private key(event: KeyboardEvent) {
    const target = event.composedPath()[0] as HTMLElement;
    if (event.ctrlKey || event.metaKey || event.altKey || target.matches("input, textarea")) return;
    const view = this.views.get((target.closest("li[id]")?.id ?? "").slice(8));
    const acts: Record<string, () => void> = {
      j: () => this.step(1), k: () => this.step(-1), n: () => this.step(1, true), "?": () => void this.help(),
      r: () => view && this.mayReply(view.data) && view.reply(), c: () => view?.toggle(),
    };
    const act = acts[event.key];
    if (act) { event.preventDefault(); act(); }
  }

  private step(by: number, onlyNew = false) {
    const all = [...this.list.querySelectorAll<HTMLElement>("li[id]")].filter((one) => one.offsetParent && (!onlyNew || this.views.get(one.id.slice(8))?.isNew));
    const here = this.focused()?.closest<HTMLElement>("li[id]");
    const at = here ? all.indexOf(here) : -1;
    const after = here && at < 0 ? all.findIndex((one) => here.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING) : at + by;
    const next = all[after] ?? (onlyNew ? all[0] : undefined);
    next?.scrollIntoView({ block: "nearest" });
    next?.focus({ preventScroll: true });
  }

  private async help() {
    const open = this.foot.querySelector(".keys");
    if (open) { open.remove(); return; }
    const more = await this.more();
    if (more && !this.foot.querySelector(".keys")) this.foot.append(more.keyLine(h, this));
  }
}
