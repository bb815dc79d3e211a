// <comment-thread site="..." article="...">, and the counts of comments beside links to articles.
import { Api } from "./api";
import { h } from "./dom";
import { Store } from "./store";
import css from "./style.css";
import { Thread } from "./thread";
import { type Catalogue, Words } from "./words";

// Put before this script by the service: the catalogue it was asked for, and the languages there are.
declare const COMMENTS_WORDS: Catalogue;
declare const COMMENTS_LANGS: string[];

const NEAR = "800px";
const COUNTED = 500;
const script = document.currentScript as HTMLScriptElement | null;
const origin = script?.src ? new URL(script.src).origin : location.origin;
const builtIn = String(COMMENTS_WORDS["_lang"]);
let sheet: CSSStyleSheet | undefined;

function styles(): CSSStyleSheet {
  if (!sheet) { sheet = new CSSStyleSheet(); sheet.replaceSync(css); }
  return sheet;
}

async function loadWords(base: string, wanted: string): Promise<Words> {
  const lang = wanted.toLowerCase().split(/[-_]/)[0] ?? "";
  if (lang !== builtIn && COMMENTS_LANGS.includes(lang)) {
    try {
      const response = await fetch(`${base}/embed/words/${lang}.json`, { credentials: "omit" });
      if (response.ok) return new Words(lang, await response.json() as Catalogue);
    } catch { /* better in another language than not at all */ }
  }
  return new Words(builtIn, COMMENTS_WORDS);
}

type Token = string | ((fresh: boolean) => Promise<string | null> | string | null) | null;

class CommentThread extends HTMLElement {
  static readonly observedAttributes = ["site", "article", "token"];
  /** The site's word for who is reading: a JWT, or a function that gives one, asked anew when the old one is refused. */
  token: Token = (this as { token?: Token }).token ?? null;  // what a page has set before this script came
  private thread: Thread | null = null;
  private watch: IntersectionObserver | null = null;
  private isQueued = false;
  private turn = 0;

  connectedCallback() { this.queue(); }
  disconnectedCallback() { this.leave(); }
  attributeChangedCallback(name: string, before: string | null, after: string | null) {
    if (name === "token") this.token = after;
    if (this.isConnected && before !== after) this.queue();
  }

  /** Load the thread anew: after the reader has signed in, or when the page shows another article. */
  reload() { this.queue(); }

  private queue() {
    if (this.isQueued) return;
    this.isQueued = true;
    queueMicrotask(() => { this.isQueued = false; if (this.isConnected) this.begin(); });
  }

  private leave() { this.turn += 1; this.watch?.disconnect(); this.thread?.stop(); this.thread = null; }

  private begin() {
    this.leave();
    const root = this.shadowRoot ?? this.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [styles()];
    const bone = (width: number) => { const made = h("div", { class: "bone" }); made.style.width = `${width}%`; return made; };
    const bones = h("div", { class: "bones", "aria-busy": "true" }, bone(24), ...[0, 1, 2, 3].flatMap(() => [bone(18), bone(92), bone(70)]));
    // The footer of the page stays below the window while comments come in: nothing that is in sight moves.
    bones.style.minHeight = "100vh";
    root.replaceChildren(bones);
    const isLazy = this.getAttribute("loading") !== "eager" && !location.hash.startsWith("#comment-");
    if (!isLazy || !("IntersectionObserver" in window)) { void this.load(root); return; }
    this.watch = new IntersectionObserver((entries) => {
      if (entries.some((entry) => entry.isIntersecting)) { this.watch?.disconnect(); void this.load(root); }
    }, { rootMargin: NEAR });
    this.watch.observe(this);
  }

  private async load(root: ShadowRoot) {
    const turn = this.turn;
    const site = this.getAttribute("site");
    if (!site) { root.replaceChildren(h("p", { class: "notice bad" }, "comment-thread: the attribute site is missing")); return; }
    const canonical = document.querySelector<HTMLLinkElement>('link[rel="canonical"]')?.href;
    const pageUrl = this.getAttribute("url") ?? canonical ?? location.href.split("#")[0]!;
    const meta = (name: string) => document.querySelector<HTMLMetaElement>(`meta[property="${name}"]`)?.content;
    const article = {
      key: this.getAttribute("article") || pageUrl,
      url: /^https?:/.test(pageUrl) ? pageUrl : undefined,
      title: (this.getAttribute("title-text") ?? meta("og:title") ?? document.title).replace(/\s+/g, " ").trim().slice(0, 500) || undefined,
      section: this.getAttribute("section") || undefined,
    };
    const base = (this.getAttribute("base") ?? origin).replace(/\/+$/, "");
    const api = new Api(base, site, async (fresh) => (typeof this.token === "function" ? this.token(fresh) : this.token));
    const wanted = this.getAttribute("lang") ?? this.closest("[lang]")?.getAttribute("lang") ?? "";
    const words = await loadWords(base, wanted);
    // Somebody may have asked for another article, or for the same anew, or have taken the element away.
    if (!this.isConnected || turn !== this.turn) return;
    this.setAttribute("dir", words.dir);
    const thread = new Thread(root, this, api, words, new Store(site), {
      article, sort: this.getAttribute("sort"), signIn: this.getAttribute("sign-in"), pageUrl: article.url ?? location.href.split("#")[0]!,
    });
    this.thread = thread;
    const top = this.getBoundingClientRect().top;
    await thread.start();
    // As much room as is needed for the page's footer to stay where it was: out of sight.
    const rest = innerHeight - top;
    if (rest > 0 && this.getBoundingClientRect().height < rest) this.style.minHeight = `${rest}px`;
  }
}

/** Write the number of comments into each `data-comment-count` element: the attribute names the article. */
async function fillCounts() {
  const bySite = new Map<string, HTMLElement[]>();
  for (const element of document.querySelectorAll<HTMLElement>("[data-comment-count]")) {
    const site = element.closest<HTMLElement>("[data-comment-site]")?.dataset["commentSite"] ?? script?.dataset["commentSite"];
    if (site) bySite.set(site, [...(bySite.get(site) ?? []), element]);
  }
  for (const [site, elements] of bySite) {
    const words = await loadWords(origin, document.documentElement.lang);
    const keys = [...new Set(elements.map((element) => element.dataset["commentCount"] ?? ""))].filter(Boolean);
    for (let at = 0; at < keys.length; at += COUNTED) {
      try {
        const { counts } = (await new Api(origin, site, async () => null).counts(keys.slice(at, at + COUNTED))).body;
        for (const element of elements) {
          const n = counts[element.dataset["commentCount"] ?? ""];
          if (n !== undefined) element.textContent = words.say("count", { n });
        }
      } catch { /* a page without counts is still a page */ }
    }
  }
}

if (!customElements.get("comment-thread")) {
  customElements.define("comment-thread", CommentThread);
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", () => void fillCounts());
  else void fillCounts();
}
