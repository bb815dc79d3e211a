// What few readers need, loaded when the first of them does: reports, appeals, taking back, replies by e-mail, the proof of work, the keys.
// It stands in a file of its own and knows the widget by its types alone, so that nothing is shipped twice.
import type { Challenge } from "./api";
import type { CommentView } from "./comment";
import type { h as Make } from "./dom";
import type { Thread } from "./thread";

const REASONS = ["abuse", "hate", "threat", "obscene", "spam", "off_topic", "personal_data", "misinformation", "illegal", "other"];
const PACES = ["each", "hourly", "daily"];
const TOGETHER = 256;

export interface MailField { element: HTMLElement; read: () => { email?: string; pace: string } }

/** A form to report a comment; `done` closes it. */
export function reportForm(h: typeof Make, view: CommentView, done: () => void): HTMLElement {
  const { words, api } = view.thread;
  const group = `reason-${view.id}`;
  const note = h("textarea", { rows: "2", maxlength: "1000", dir: "auto", "aria-label": words.say("report_note"), placeholder: words.say("report_note") });
  const form = h("form", { class: "form stack", onsubmit: async (event: Event) => {
    event.preventDefault();
    const reason = String(new FormData(form).get(group));
    try {
      const { is_new } = (await api.report(view.id, reason, note.value.trim())).body;
      done();
      view.thread.tell(is_new ? "report_thanks" : "report_before");
    } catch (error) { view.thread.fail(error); }
  } },
    h("fieldset", {}, h("legend", {}, words.say("report_ask")),
      ...REASONS.map((code) => h("label", { class: "beside" }, h("input", { type: "radio", name: group, value: code, required: true }), words.say(`r_${code}`)))),
    note,
    h("div", { class: "row end" }, h("button", { type: "button", onclick: done }, words.say("cancel")), h("button", { class: "first" }, words.say("report_send"))));
  return form;
}

/** A form to ask for another look at a rejection; `asked` when it has been. */
export function appealForm(h: typeof Make, view: CommentView, token: string | undefined, asked: () => void): HTMLElement {
  const { words, api } = view.thread;
  const ask = words.say("appeal_ask");
  const text = h("textarea", { rows: "2", maxlength: "2000", dir: "auto", "aria-label": ask });
  return h("form", { class: "stack", onsubmit: async (event: Event) => {
    event.preventDefault();
    try { await api.appeal(view.id, text.value.trim(), token); } catch (error) { view.thread.fail(error); return; }
    asked();
  } }, h("p", { class: "small" }, ask), text, h("div", { class: "row end" }, h("button", {}, words.say("appeal"))));
}

/** The question whether to take a comment back. */
export function withdrawForm(h: typeof Make, view: CommentView, yes: () => Promise<void>, close: () => void): HTMLElement {
  const { words } = view.thread;
  const sure = h("button", { class: "first", onclick: async () => {
    try { await yes(); } catch (error) { view.thread.fail(error); return; }
    view.thread.withdrawn(view);
  } }, words.say("withdraw_yes"));
  return h("div", { class: "form stack", role: "group", "aria-label": words.say("withdraw") }, h("p", {}, words.say("withdraw_ask")),
    h("div", { class: "row" }, sure, h("button", { onclick: close }, words.say("cancel"))));
}

/** Where and how often to be told of replies. Whom the site knows is asked for no address. */
export function mailField(h: typeof Make, thread: Thread, id: string): MailField {
  const { words, store } = thread;
  const email = thread.reader ? null : h("input", { type: "email", id: `${id}-mail`, maxlength: "254", autocomplete: "email", required: true, dir: "ltr" });
  if (email) email.value = store.get("mail", "");
  const pace = h("select", { id: `${id}-pace` }, ...PACES.map((one) => h("option", { value: one }, words.say(`mail_${one}`))));
  const element = h("div", { class: "mail row" },
    email && h("div", { class: "name" }, h("label", { for: `${id}-mail` }, words.say("mail_address")), email),
    h("div", { class: "name" }, h("label", { for: `${id}-pace` }, words.say("mail_pace")), pace));
  return { element, read: () => {
    if (email) store.set("mail", email.value.trim());
    return { email: email?.value.trim(), pace: pace.value };
  } };
}

/** The keys, for the foot of the thread. */
export function keyLine(h: typeof Make, thread: Thread): HTMLElement {
  const { words } = thread;
  const line = (key: string, what: string) => h("span", {}, h("kbd", {}, key), " ", words.say(what));
  return h("p", { class: "keys small quiet row" }, line("j", "key_j"), line("k", "key_k"), line("n", "key_n"), line("r", "key_r"), line("c", "key_c"), line("Ctrl+Enter", "key_post"));
}

/** The number that the challenge asks for, as the service wants to have it; null where the page is not secure, or there is none. */
export async function solve(challenge: Challenge): Promise<string | null> {
  if (!crypto.subtle) return null;
  const encoder = new TextEncoder();
  const wanted = challenge.challenge;
  for (let at = 0; at <= challenge.maxnumber; at += TOGETHER) {
    const numbers = Array.from({ length: Math.min(TOGETHER, challenge.maxnumber - at + 1) }, (_, step) => at + step);
    const hashes = await Promise.all(numbers.map((number) => crypto.subtle.digest("SHA-256", encoder.encode(challenge.salt + number))));
    const found = hashes.findIndex((hash) => hex(hash) === wanted);
    if (found >= 0) {
      const { algorithm, salt, signature } = challenge;
      return btoa(JSON.stringify({ algorithm, challenge: wanted, number: at + found, salt, signature }));
    }
  }
  return null;
}

function hex(hash: ArrayBuffer) { return [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, "0")).join(""); }
