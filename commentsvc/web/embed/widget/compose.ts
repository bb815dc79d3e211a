// Writing: a comment, a reply or a change. Nothing that was typed is lost before the service has taken it.
import { type Own, type Preview, Refusal } from "./api";
import { h, marked, safe } from "./dom";
import type { MailField } from "./more";
import type { Thread } from "./thread";

const PREVIEW_AFTER_MS = 700;
const DRAFT_AFTER_MS = 250;
const NAME_MAX = 100;
let numbered = 0;

/** `key` is the same for each try to send the same text, so that an answer that was lost does not make a second comment. */
export interface Sent { body: string; name: string; html: string | null; key: string; nudged?: string; email?: string; pace?: string }
interface Wish {
  /** Under which name the draft is kept. */
  draft: string;
  label: string;
  act: string;
  /** The comment being changed; absent for a new one. */
  edits?: Own;
  isOpen?: boolean;
  /** Resolves when the service has taken it; rejects with the refusal to be shown. */
  send: (sent: Sent) => Promise<void>;
  cancel: (() => void) | null;
}

function newKey() { return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join(""); }

export class Composer {
  readonly element: HTMLFormElement;
  private text: HTMLTextAreaElement;
  private name: HTMLInputElement | null = null;
  private mail: MailField | null = null;
  private trouble = h("div", { role: "alert" });
  private nudge = h("div", {});
  private shown = h("div", { class: "preview", hidden: true });
  private left = h("span", { class: "small quiet" });
  private seen: { body: string; answer: Preview } | null = null;
  private nudgedAt: string | null = null;
  private sent = { body: "", name: "", key: "" };
  private timers: { draft?: number; preview?: number } = {};
  private busy = false;
  private trap = h("input", { type: "text", name: "website", tabindex: "-1", autocomplete: "off" });

  constructor(private thread: Thread, private wish: Wish) {
    const { words, store } = thread;
    const id = `write-${++numbered}`;
    this.text = h("textarea", {
      id, dir: "auto", rows: "1", "aria-label": wish.label, placeholder: wish.isOpen ? null : words.say("add"), part: "input",
      oninput: () => this.typed(), onblur: () => this.keepDraft(), onfocus: () => this.open(), onkeydown: (event: KeyboardEvent) => this.key(event),
    });
    this.text.value = wish.edits?.body ?? store.get("drafts", {})[wish.draft] ?? "";
    const rest = h("div", { class: "rest stack" },
      this.shown, this.nudge, this.trouble,
      h("p", { class: "small quiet" }, words.say("rules"), " ", this.left),
      thread.rules.mail && !wish.edits && (!thread.reader || thread.reader.has_email) && this.mailBox(id),
      h("div", { class: "row end" }, !thread.reader && !wish.edits && this.nameField(id),
        h("span", { class: "row" },
          wish.cancel && h("button", { type: "button", onclick: () => this.close() }, words.say("cancel")),
          h("button", { class: "first", part: "button" }, wish.act))),
      h("div", { class: "trap", "aria-hidden": "true" }, h("label", {}, "Website", this.trap)));
    this.element = h("form", { class: "write", part: "form", onsubmit: (event: Event) => { event.preventDefault(); void this.submit(); } },
      this.tools(), this.text, rest);
    if (wish.isOpen || this.text.value) this.open();
  }

  focus() { this.open(); this.text.focus({ preventScroll: false }); this.text.setSelectionRange(this.text.value.length, this.text.value.length); }

  private nameField(id: string) {
    this.name = h("input", { type: "text", id: `${id}-name`, dir: "auto", maxlength: String(NAME_MAX), autocomplete: "nickname" });
    this.name.value = this.thread.store.get("name", "");
    return h("div", { class: "name" }, h("label", { for: `${id}-name` }, this.thread.words.say("name"), " "),
      h("span", { class: "small quiet" }, this.thread.words.say("name_hint")), this.name);
  }

  private mailBox(id: string) {
    const box = h("input", { type: "checkbox", onchange: async () => {
      this.mail?.element.remove();
      this.mail = null;
      const more = box.checked && await this.thread.more();
      if (!more || !box.checked) { box.checked = false; return; }
      this.mail = more.mailField(h, this.thread, id);
      label.after(this.mail.element);
      this.mail.element.querySelector("input")?.focus();
    } });
    const label = h("label", { class: "beside small" }, box, this.thread.words.say("mail"));
    return label;
  }

  private tools() {
    const { words } = this.thread;
    const one = (key: string, act: () => void) => h("button", { type: "button", class: "plain", onclick: act }, words.say(key));
    const preview = one("preview", () => {
      this.shown.hidden = !this.shown.hidden;
      preview.setAttribute("aria-pressed", String(!this.shown.hidden));
      if (!this.shown.hidden) void this.showPreview();
    });
    preview.setAttribute("aria-pressed", "false");
    preview.classList.add("last");
    return h("div", { class: "tools", role: "group", "aria-label": words.say("format") },
      one("bold", () => this.wrap("**")), one("italic", () => this.wrap("*")), one("quote", () => this.begin("> ")),
      one("list", () => this.begin("- ")), one("link", () => this.link()), preview);
  }

  private open() {
    if (this.element.classList.contains("open")) return;
    this.element.classList.add("open");
    this.text.removeAttribute("placeholder");
    this.count();
  }

  private close() {
    this.element.classList.remove("open");
    this.forgetDraft();
    this.text.value = "";
    this.nudge.replaceChildren();
    this.trouble.replaceChildren();
    if (!this.wish.isOpen) this.text.placeholder = this.thread.words.say("add");
    this.wish.cancel?.();
  }

  private keepDraft() { if (!this.wish.edits) this.thread.store.put("drafts", this.wish.draft, this.text.value || undefined); }

  private forgetDraft() {
    clearTimeout(this.timers.draft);
    if (!this.wish.edits) this.thread.store.put("drafts", this.wish.draft, undefined);
  }

  private key(event: KeyboardEvent) {
    const isCommand = event.ctrlKey || event.metaKey;
    if (isCommand && event.key === "Enter") { event.preventDefault(); this.element.requestSubmit(); }
    else if (isCommand && event.key === "b") { event.preventDefault(); this.wrap("**"); }
    else if (isCommand && event.key === "i") { event.preventDefault(); this.wrap("*"); }
    else if (event.key === "Escape" && this.wish.cancel && !this.text.value.trim()) { event.stopPropagation(); this.close(); }
  }

  /** Put text where the cursor is, so that the browser's own undo takes it back. */
  private insert(text: string, from: number, to: number) {
    this.text.focus();
    this.text.setSelectionRange(from, to);
    if (!document.execCommand("insertText", false, text)) { this.text.setRangeText(text, from, to, "end"); this.typed(); }
  }

  private wrap(sign: string) {
    const { selectionStart: from, selectionEnd: to } = this.text;
    const chosen = this.text.value.slice(from, to);
    this.insert(sign + chosen + sign, from, to);
    this.text.setSelectionRange(from + sign.length, from + sign.length + chosen.length);
  }

  private begin(sign: string) {
    const from = this.text.value.lastIndexOf("\n", this.text.selectionStart - 1) + 1;
    const chosen = this.text.value.slice(from, this.text.selectionEnd);
    this.insert(chosen.replace(/^/gm, sign), from, this.text.selectionEnd);
  }

  private link() {
    const { selectionStart: from, selectionEnd: to } = this.text;
    const chosen = this.text.value.slice(from, to);
    this.insert(`[${chosen}](https://)`, from, to);
    const at = from + chosen.length + 3;
    this.text.setSelectionRange(at, at + 8);
  }

  private typed() {
    this.trouble.replaceChildren();
    this.text.removeAttribute("aria-invalid");
    this.count();
    clearTimeout(this.timers.draft);
    if (!this.wish.edits) this.timers.draft = setTimeout(() => this.keepDraft(), DRAFT_AFTER_MS);
    clearTimeout(this.timers.preview);
    if (!this.shown.hidden) this.timers.preview = setTimeout(() => void this.showPreview(), PREVIEW_AFTER_MS);
  }

  private count() {
    const most = this.thread.rules.max_body_chars;
    const left = most - [...this.text.value].length;
    this.left.textContent = left < Math.max(100, most / 5) ? this.thread.words.say("left", { n: left }) : "";
    this.text.style.height = "auto";
    if (this.element.classList.contains("open")) this.text.style.height = `${Math.min(480, this.text.scrollHeight + 4)}px`;
  }

  private async look(body: string): Promise<Preview> {
    if (this.seen?.body !== body) this.seen = { body, answer: (await this.thread.api.preview(body, this.thread.article.section)).body };
    return this.seen.answer;
  }

  private async showPreview() {
    const body = this.text.value;
    try { this.shown.replaceChildren(body.trim() ? safe((await this.look(body)).body_html) : ""); } catch (error) { this.tell(error); }
  }

  private tell(error: unknown) {
    const { words } = this.thread;
    const refusal = error instanceof Refusal ? error : new Refusal("network", "");
    this.text.setAttribute("aria-invalid", "true");
    this.trouble.replaceChildren(h("p", { class: "notice bad" }, this.thread.explain(refusal)));
    if (refusal.code === "guests-not-allowed") this.trouble.append(h("p", {}, words.say("sign_in_needed")));
  }

  private async submit() {
    const body = this.text.value;
    if (this.busy) return;
    if (!body.trim()) { this.tell(new Refusal("empty", this.thread.words.say("e_empty"))); this.text.focus(); return; }
    if (this.trap.value) return;
    this.busy = true;
    const buttons = [...this.element.querySelectorAll<HTMLButtonElement>(".rest button")];
    for (const button of buttons) button.disabled = true;
    try {
      let answer: Preview | null = null;
      try { answer = await this.look(body); } catch (error) {
        // The nudge is a courtesy: without it the comment goes its way all the same, unless nothing can be reached at all.
        if (error instanceof Refusal && (error.code === "network" || error.status === 422)) throw error;
      }
      if (this.nudgedAt === null && answer?.marks && answer.route && answer.route !== "publish") { this.showNudge(body, answer); return; }
      const name = this.name?.value.trim() ?? "";
      if (this.name) this.thread.store.set("name", name);
      if (this.sent.body !== body || this.sent.name !== name) this.sent = { body, name, key: newKey() };
      const nudged = this.nudgedAt === null ? undefined : this.nudgedAt === body ? "posted_anyway" : "rephrased";
      await this.wish.send({ ...this.sent, html: answer?.body_html ?? null, nudged, ...this.mail?.read() });
      this.sent.body = "";
      this.forgetDraft();
      this.nudgedAt = null;
      this.text.value = "";
      this.nudge.replaceChildren();
      this.trouble.replaceChildren();
      this.element.classList.remove("open");
      this.text.style.height = "";
      if (!this.wish.isOpen) this.text.placeholder = this.thread.words.say("add");
    } catch (error) { this.tell(error); } finally {
      this.busy = false;
      for (const button of buttons) button.disabled = false;
    }
  }

  private showNudge(body: string, answer: Preview) {
    const { words } = this.thread;
    this.nudgedAt = body;
    const rephrase = h("button", { type: "button", onclick: () => {
      this.nudge.replaceChildren();
      const mark = answer.marks[0];
      this.text.focus();
      // Offsets count code points, selections UTF-16 units.
      const at = (points: number) => [...body].slice(0, points).join("").length;
      if (mark) this.text.setSelectionRange(at(mark.begin), at(mark.end));
    } }, words.say("rephrase"));
    this.nudge.replaceChildren(h("div", { class: "notice nudge stack", role: "group", "aria-label": words.say("nudge_head") },
      h("p", {}, words.say("nudge", { why: words.why(answer.reasons) })),
      h("p", { class: "lines", dir: "auto" }, marked(body, answer.marks)),
      h("div", { class: "row" }, rephrase,
        h("button", { type: "button", onclick: () => { this.nudge.replaceChildren(); this.element.requestSubmit(); } }, words.say("post_anyway")))));
    setTimeout(() => rephrase.focus());
  }
}
