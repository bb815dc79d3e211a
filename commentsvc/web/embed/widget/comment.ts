// One comment on the page, with what its reader may do with it and the replies below it.
import type { Appeal, Comment, Own, Reason } from "./api";
import { Composer } from "./compose";
import { h, icon, safe } from "./dom";
import type { Thread } from "./thread";

const INDENTED_LEVELS = 3;

/** What only its author sees of a comment: where its latest text stands, and why. */
export interface Waiting { status: string; html: string; reasons: Reason[]; ground: string | null; appeal: Appeal | null }

export class CommentView {
  readonly element = h("li", { part: "comment", tabindex: "-1" });
  readonly replies = h("ol", {});
  private branch = h("div", { class: "branch", hidden: true });
  private shown = h("div", {});
  private below = h("div", {});
  private slot = "";
  private article = h("article", {}, this.shown, this.below);
  private fold = h("button", { class: "plain fold", "aria-expanded": "true", onclick: () => this.toggle() });
  private more = h("button", { class: "plain more", hidden: true, onclick: () => void this.loadMore() });
  private cursor: string | null = null;
  private unread = 0;
  private waiting: Waiting | null = null;
  isNew = false;

  constructor(readonly thread: Thread, public data: Comment, readonly parent: CommentView | null, readonly level = 0) {
    this.element.id = `comment-${data.id}`;
    const rule = h("button", { class: "rule", tabindex: "-1", "aria-hidden": "true", onclick: () => this.toggle() });
    if (level >= INDENTED_LEVELS) this.branch.classList.add("flat");
    this.branch.append(rule, this.replies, this.more);
    this.element.append(this.article, this.fold, this.branch);
    this.draw();
    this.take(data.replies.items, data.replies.next);
  }

  get id() { return this.data.id; }
  private get isOwn() { return this.thread.isOwn(this.data); }
  private get name() { return this.data.author?.name ?? ""; }

  /** Show the comment anew from `data`; its replies and the form below it stay as they are, with the focus where it is. */
  draw() {
    const { words } = this.thread;
    const { data } = this;
    const body: Node[] = [];
    if (this.waiting && !data.body_html) body.push(this.waitingBox(words.say("only_you")));
    else if (data.status !== "published" || !data.author) {
      body.push(h("p", { class: "gone" }, words.say(data.status === "withdrawn" ? "withdrawn" : "gone")));
    } else if (this.thread.isMuted(data.author.id)) {
      body.push(h("p", { class: "gone" }, words.say("muted", { name: data.author.name }), " ",
        h("button", { class: "plain", onclick: () => this.thread.mute(data.author!, false, this) }, words.say("unmute"))));
    } else {
      body.push(this.header(), safe(data.body_html ?? ""), this.actions());
      if (this.waiting) body.push(this.waitingBox(words.say("others_see")));
    }
    const own = this.ownActions();
    this.article.setAttribute("aria-label", words.say("comment_of", { name: this.name || words.say("you") }));
    this.shown.replaceChildren(...body, ...(own ? [own] : []));
    this.countReplies();
  }

  private header() {
    const { words } = this.thread;
    const { data } = this;
    const at = new Date(data.created_at);
    const time = h("time", { datetime: data.created_at, title: words.exact(at) }, words.ago(at));
    this.thread.keepTime(time, at);
    const answered = this.parent && this.parent.name;
    return h("header", { class: "by" },
      h("bdi", { class: "author", part: "author" }, this.name),
      data.author!.is_article_author && h("span", { class: "tag", part: "badge" }, words.say("article_author")),
      data.author!.is_staff && h("span", { class: "tag", part: "badge" }, words.say("staff")),
      this.isOwn && h("span", { class: "tag" }, words.say("you")),
      this.isNew && h("span", { class: "tag new" }, words.say("new_tag")),
      h("a", { class: "time", href: this.thread.permalink(data.id), "aria-label": words.say("link_to"), onclick: (event: MouseEvent) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey) return;
        event.preventDefault();
        history.replaceState(null, "", `#comment-${data.id}`);
        this.point();
      } }, time),
      data.edited_at && h("span", { class: "small quiet", title: words.exact(new Date(data.edited_at)) }, words.say("edited")),
      answered && this.inReplyTo(answered));
  }

  private inReplyTo(name: string) {
    const [before, after] = this.thread.words.say("in_reply", { name: "\0" }).split("\0");
    return h("span", { class: "small quiet" }, before, h("bdi", {}, name), after);
  }

  private votes() {
    const { words, store } = this.thread;
    const { data } = this;
    const own = store.get("votes", {})[data.id];
    const button = (value: number, count: number) => h("button", {
      class: "plain", "aria-pressed": String(own === value), "aria-label": words.say(value > 0 ? "vote_up" : "vote_down", { n: count }), onclick: () => void this.vote(value),
    }, icon(value > 0 ? "up" : "down"), h("span", { "aria-hidden": "true" }, count ? words.count(count) : ""));
    return h("div", { class: "votes" }, button(1, data.up), button(-1, data.down));
  }

  private async vote(value: number) {
    const { api, store } = this.thread;
    const { data } = this;
    const { up, down } = data;
    const before = store.get("votes", {})[data.id] ?? 0;
    const next = before === value ? 0 : value;
    const show = (upNow: number, downNow: number, own: number) => {
      const buttons = [...this.shown.querySelectorAll<HTMLElement>(".votes button")];
      const at = buttons.findIndex((one) => one === this.thread.focused());
      [data.up, data.down] = [upNow, downNow];
      store.put("votes", data.id, own || undefined);
      this.shown.querySelector(".votes")?.replaceWith(this.votes());
      this.shown.querySelectorAll<HTMLElement>(".votes button")[at]?.focus();
    };
    show(up + Number(next > 0) - Number(before > 0), down + Number(next < 0) - Number(before < 0), next);
    try {
      const counted = (await api.vote(data.id, next)).body;
      show(counted.up, counted.down, next);
    } catch (error) {
      show(up, down, before);
      this.thread.fail(error);
    }
  }

  private actions() {
    const { words } = this.thread;
    const { data } = this;
    const act = (key: string, does: () => void, label?: string, late = true) =>
      h("button", { class: late ? "act late" : "act", "aria-label": label ?? null, onclick: does }, words.say(key));
    return h("div", { class: "actions", part: "actions" },
      this.votes(),
      this.thread.mayReply(data) && act("reply", () => this.reply(), words.say("reply_to", { name: this.name }), false),
      act("share", () => void this.share(), words.say("share_this", { name: this.name })),
      !this.isOwn && act("report", () => void this.report(), words.say("report_this", { name: this.name })),
      !this.isOwn && act("mute", () => this.thread.mute(data.author!, true, this), words.say("mute_this", { name: this.name })));
  }

  /** Put one thing below the comment: what was there goes. */
  private put(what: string, element: HTMLElement) { this.slot = what; this.below.replaceChildren(element); }
  /** Close it, and say whether it was `what`: then the button that opens it has closed it. */
  private closes(what: string): boolean {
    const isOpen = this.below.firstChild !== null && this.slot === what;
    this.below.replaceChildren();
    return isOpen;
  }

  /** Open the form for a reply; a second time it closes. */
  reply(isOpenedByKey = true) {
    const { words } = this.thread;
    if (this.closes("reply")) return;
    const composer = new Composer(this.thread, {
      draft: `${this.thread.article.key}\n${this.id}`, label: words.say("your_reply", { name: this.name }), act: words.say("post_reply"), isOpen: true,
      send: async (sent) => { await this.thread.send(sent, this); this.below.replaceChildren(); },
      cancel: () => { this.below.replaceChildren(); this.focusReply(); },
    });
    this.put("reply", h("div", { class: "form" }, composer.element));
    if (isOpenedByKey) composer.focus();
  }

  private focusReply() { this.element.querySelector<HTMLElement>(":scope > article .actions > .act")?.focus(); }

  private async share() {
    const url = this.thread.permalink(this.id);
    if (navigator.share && matchMedia("(hover: none)").matches) { await navigator.share({ url }).catch(() => undefined); return; }
    try { await navigator.clipboard.writeText(url); this.thread.tell("copied"); } catch {
      if (this.closes("share")) return;
      const field = h("input", { type: "text", readonly: true, value: url, "aria-label": this.thread.words.say("link_to") });
      this.put("share", h("div", { class: "form" }, field));
      field.select();
    }
  }

  private async report() {
    if (this.closes("report")) return;
    const more = await this.thread.more();
    if (!more) return;
    const form = more.reportForm(h, this, () => { this.below.replaceChildren(); this.focusReply(); });
    this.put("report", form);
    form.querySelector("input")?.focus();
  }

  // -- One's own ---------------------------------------------------------------------------------------------------------------
  /** Tell its author where the latest text stands; null when there is nothing to tell. */
  wait(waiting: Waiting | null) { this.waiting = waiting; this.draw(); }

  private waitingBox(who: string) {
    const { words } = this.thread;
    const { status, html, reasons, ground } = this.waiting!;
    const why = words.why(reasons);
    const told = h("span", {});
    const name = () => { told.textContent = words.say("rejected_by", { ground: words.say(`r_${ground}`) }); };
    if (ground && words.has(`r_${ground}`)) name();
    else if (ground) void this.thread.more().then((more) => more && name());
    const sentence = ground ? told : status === "pending" ? words.say("pending")
      : why ? words.say(status, { why }) : words.say(`${status}_plain`);
    return h("div", { class: `waiting stack ${status}`, part: "waiting" },
      h("p", { class: "row" }, icon("clock"), h("strong", {}, words.say(`${status}_head`)), h("span", { class: "small quiet" }, who)),
      h("p", { class: "small" }, sentence, status === "held" && ` ${words.say("held_next")}`),
      safe(html), status === "rejected" && this.appeal());
  }

  private appeal() {
    const { words } = this.thread;
    const { appeal } = this.waiting!;
    if (appeal) return h("p", { class: "small" }, words.say(appeal.outcome ? "appeal_upheld" : "appeal_waits"));
    const box = h("details", { class: "stack", ontoggle: async () => {
      const more = box.children.length < 2 && await this.thread.more();
      if (more && box.children.length < 2) box.append(more.appealForm(h, this, this.thread.ownEntry(this.id)?.token, () => {
        this.wait({ ...this.waiting!, appeal: { outcome: null } });
        this.element.focus();
      }));
    } }, h("summary", { class: "small" }, words.say("appeal")));
    return box;
  }

  private ownActions() {
    const { words } = this.thread;
    const entry = this.isOwn ? this.thread.ownEntry(this.id) : undefined;
    const until = entry ? Date.parse(entry.until) : 0;
    if (until <= Date.now() || this.waiting?.status === "rejected") return null;
    const left = h("span", { "aria-hidden": "true" });
    const edit = h("button", { class: "act", onclick: () => void this.edit() }, words.say("edit"));
    const box = h("div", { class: "actions" }, edit, h("button", { class: "act", onclick: () => void this.askWithdraw() }, words.say("withdraw")), left);
    this.thread.every(box, () => {
      const s = Math.ceil((until - Date.now()) / 1000);
      if (s <= 0) box.remove();
      else left.textContent = words.say("time_left", { time: `${Math.floor(s / 60)}:${String(s % 60).padStart(2, "0")}` });
    });
    return box;
  }

  private async edit() {
    const { words, api } = this.thread;
    const token = this.thread.ownEntry(this.id)?.token;
    let own: Own;
    try { own = (await api.own(this.id, token)).body; } catch (error) { this.thread.fail(error); return; }
    const close = () => { this.below.replaceChildren(); this.element.focus(); };
    const composer = new Composer(this.thread, {
      draft: "", label: words.say("change_yours"), act: words.say("save"), edits: own, isOpen: true, cancel: close,
      send: async (sent) => { this.showOwn((await api.edit(this.id, sent.body, own.revision, token)).body); close(); },
    });
    this.put("edit", h("div", { class: "form" }, composer.element));
    composer.focus();
  }

  private async askWithdraw() {
    const more = await this.thread.more();
    const form = more?.withdrawForm(h, this, async () => { await this.thread.api.withdraw(this.id, this.thread.ownEntry(this.id)?.token); },
      () => { this.below.replaceChildren(); this.element.focus(); });
    if (!form) return;
    this.put("withdraw", form);
    form.querySelector("button")?.focus();
  }

  /** Take over what the service says of one's own comment. */
  showOwn(own: Own) {
    const isShown = own.status === "published";
    if (isShown && own.revision_status === "published") Object.assign(this.data, { body_html: own.body_html, status: "published", author: own.author });
    this.waiting = ["pending", "held", "rejected"].includes(own.revision_status)
      ? { status: own.revision_status, html: own.body_html, reasons: own.reasons, ground: own.ground, appeal: own.appeal } : null;
    this.draw();
  }

  // -- Below it ----------------------------------------------------------------------------------------------------------------
  /** Add replies that are not there yet, and remember where to go on. */
  take(items: Comment[], next: string | null) {
    for (const item of items) {
      if (!this.thread.views.has(item.id)) this.replies.append(this.thread.make(item, this, this.level + 1).element);
    }
    this.cursor = next;
    this.countReplies();
  }

  /** Put a comment below this one as its last reply. */
  adopt(view: CommentView) {
    this.replies.append(view.element);
    if (this.branch.classList.contains("folded")) this.toggle();
    this.countReplies();
  }

  private countReplies() {
    const { words } = this.thread;
    const shown = this.replies.children.length;
    this.unread = this.cursor === null ? 0 : Math.max(1, this.data.reply_count - shown);
    this.more.hidden = this.cursor === null;
    this.more.textContent = words.say("more_replies", { n: this.unread });
    const all = Math.max(this.data.reply_count, shown);
    const isFolded = this.branch.classList.contains("folded");
    this.fold.hidden = all === 0;
    this.fold.textContent = words.say(isFolded ? "show_replies" : "hide_replies", { n: all });
    this.fold.classList.toggle("away", !isFolded);
    this.branch.hidden = all === 0 || isFolded;
  }

  toggle() {
    const isFolded = this.branch.classList.toggle("folded");
    this.fold.setAttribute("aria-expanded", String(!isFolded));
    this.countReplies();
    if (isFolded) this.fold.focus({ preventScroll: true });
  }

  private async loadMore() {
    this.more.disabled = true;
    try {
      const { body } = await this.thread.api.page({ article: this.thread.article.key, parent: this.id, cursor: this.cursor, limit: "50" });
      const first = body.items.find((item) => !this.thread.views.has(item.id));
      this.take(body.items, body.next);
      if (first) this.thread.views.get(first.id)?.element.focus({ preventScroll: true });
    } catch (error) { this.thread.fail(error); } finally { this.more.disabled = false; }
  }

  /** Bring the comment into sight and focus it. */
  point() {
    for (let above = this.parent; above; above = above.parent) if (above.branch.classList.contains("folded")) above.toggle();
    this.thread.unpoint();
    this.element.classList.add("target");
    this.element.scrollIntoView({ block: "center" });
    this.element.focus({ preventScroll: true });
    setTimeout(() => this.element.scrollIntoView({ block: "center" }), 60);
  }
}
