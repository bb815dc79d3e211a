// What this device keeps for its reader: no cookie, nothing that leaves it except an edit token with the comment it belongs to.

export interface OwnEntry { id: string; token?: string; article: string; until: string }
type Values = { own: OwnEntry[]; votes: Record<string, number>; muted: Record<string, string>; name: string; mail: string; drafts: Record<string, string>; seen: Record<string, string> };

const KEPT = { own: 50, votes: 500, muted: 200, drafts: 20, seen: 200 };

export class Store {
  private prefix: string;
  private read = new Map<string, [string, unknown]>();
  constructor(site: string) { this.prefix = `commentsvc:${site}:`; }

  get<K extends keyof Values>(key: K, absent: Values[K]): Values[K] {
    try {
      const text = localStorage.getItem(this.prefix + key) ?? "null";
      if (this.read.get(key)?.[0] !== text) this.read.set(key, [text, JSON.parse(text)]);
      const kept = this.read.get(key)?.[1] as Values[K] | null;
      // What another script has put there must not break us.
      return kept !== null && typeof kept === typeof absent && Array.isArray(kept) === Array.isArray(absent) ? kept : absent;
    } catch { return absent; }
  }

  set<K extends keyof Values>(key: K, value: Values[K]) {
    try { localStorage.setItem(this.prefix + key, JSON.stringify(value)); } catch { /* a private window: lasts as long as the page */ }
  }

  /** Put one entry into a map, the oldest ones falling out; undefined takes it away. */
  put(key: "votes" | "muted" | "drafts" | "seen", name: string, value: string | number | undefined) {
    const map = this.get(key, {}) as Record<string, string | number>;
    const kept = Object.entries(map).filter(([one]) => one !== name).slice(-(KEPT[key] - 1));
    if (value !== undefined) kept.push([name, value]);
    this.set(key, Object.fromEntries(kept) as never);
  }

  remember(entry: OwnEntry) {
    this.set("own", [...this.get("own", []).filter((one) => one.id !== entry.id), entry].slice(-KEPT.own));
  }
  forget(id: string) { this.set("own", this.get("own", []).filter((one) => one.id !== id)); }
}
