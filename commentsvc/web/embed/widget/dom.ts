// Elements in one line each. Text always goes in as text; HTML only where the service has made it safe.

type Child = Node | string | null | false | undefined;
type Values = Record<string, string | boolean | null | undefined | ((event: never) => void)>;

/** `<name ...>children</name>`; a function under `onclick` and so on is a listener, true an empty attribute. */
export function h<K extends keyof HTMLElementTagNameMap>(name: K, values: Values = {}, ...children: Child[]): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(values)) {
    if (typeof value === "function") made.addEventListener(key.slice(2), value as EventListener);
    else if (value === true) made.setAttribute(key, "");
    else if (typeof value === "string") made.setAttribute(key, value);
  }
  made.append(...children.filter((child): child is Node | string => child !== null && child !== false && child !== undefined));
  return made;
}

/** HTML that the service has sanitised. */
export function safe(html: string, values: Values = {}): HTMLElement {
  const made = h("div", { class: "words", part: "body", dir: "auto", ...values });
  made.innerHTML = html;
  return made;
}

const PATHS: Record<string, string> = {
  up: "M12 5l7 8h-4v6H9v-6H5z",
  down: "M12 19l-7-8h4V5h6v6h4z",
  clock: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zm0 2a7 7 0 1 1 0 14 7 7 0 0 1 0-14zm-1 2v6l4 3 1.2-1.6-3.2-2.4V7z",
};

export function icon(name: string): SVGElement {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  for (const [key, value] of [["viewBox", "0 0 24 24"], ["aria-hidden", "true"], ["class", "icon"]] as const) svg.setAttribute(key, value);
  const path = document.createElementNS(space, "path");
  path.setAttribute("d", PATHS[name] ?? "");
  svg.append(path);
  return svg;
}

/** `text` with its marks. Offsets count code points, as Python does. */
export function marked(text: string, marks: { begin: number; end: number }[]): DocumentFragment {
  const points = [...text];
  const made = document.createDocumentFragment();
  let at = 0;
  for (const { begin, end } of [...marks].sort((a, b) => a.begin - b.begin)) {
    if (end <= at || begin >= points.length) continue;
    const from = Math.max(at, begin);
    made.append(points.slice(at, from).join(""), h("mark", {}, points.slice(from, end).join("")));
    at = end;
  }
  made.append(points.slice(at).join(""));
  return made;
}
