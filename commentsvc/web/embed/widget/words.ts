// Every word a reader sees comes from a catalogue; numbers, times and lists are written as the language has them.
import type { Reason } from "./api";

export type Catalogue = Record<string, string | Record<string, string>>;
const RIGHT_TO_LEFT = new Set(["ar", "he", "fa", "ur"]);
const SPANS: [Intl.RelativeTimeFormatUnit, number][] = [["day", 86400], ["hour", 3600], ["minute", 60]];
const MONTH_S = 30 * 86400;

export class Words {
  readonly dir: "ltr" | "rtl";
  private plural: Intl.PluralRules;
  private number: Intl.NumberFormat;
  private relative: Intl.RelativeTimeFormat;
  constructor(readonly lang: string, private catalogue: Catalogue) {
    this.dir = RIGHT_TO_LEFT.has(lang) ? "rtl" : "ltr";
    this.plural = new Intl.PluralRules(lang);
    this.number = new Intl.NumberFormat(lang);
    this.relative = new Intl.RelativeTimeFormat(lang, { numeric: "auto", style: "short" });
  }

  /** The words for `key`, with `{name}` replaced; `{n}` also chooses the plural form. */
  say(key: string, values: Record<string, string | number> = {}): string {
    const found = this.catalogue[key] ?? "";
    const text = typeof found === "string" ? found : found[this.plural.select(Number(values["n"]))] ?? found["other"] ?? "";
    return text.replace(/\{(\w+)\}/g, (_, name) => {
      const value = values[name] ?? "";
      return typeof value === "number" ? this.number.format(value) : value;
    });
  }
  /** Take in the words of what is loaded later. */
  add(more: Catalogue) { Object.assign(this.catalogue, more); }
  has(key: string) { return key in this.catalogue; }
  count(n: number) { return this.number.format(n); }

  ago(at: Date): string {
    const seconds = (Date.now() - at.getTime()) / 1000;
    if (seconds >= MONTH_S) return at.toLocaleDateString(this.lang, { day: "numeric", month: "short", year: "numeric" });
    const span = SPANS.find(([, length]) => seconds >= length);
    return span ? this.relative.format(-Math.floor(seconds / span[1]), span[0]) : this.say("now");
  }
  exact(at: Date): string { return at.toLocaleString(this.lang, { dateStyle: "long", timeStyle: "short" }); }

  /** Why a comment is where it is, as one clause: "it looks like an insult and it contains many links". Of labels the strictest one. */
  why(reasons: Reason[]): string {
    const first = reasons.find((reason) => reason.label);
    const parts = new Set(reasons.filter((reason) => !reason.label || reason === first).map((reason) => this.say(reason.label ? `why_${reason.label}` : `why_${reason.kind}`)));
    parts.delete("");
    return new Intl.ListFormat(this.lang, { type: "conjunction" }).format(parts);
  }
}
