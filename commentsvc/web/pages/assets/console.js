// The keyboard, and the next card without a new page. Every act is a form or a link that also works without this.
const announcer = document.body.appendChild(Object.assign(document.createElement("div"), { className: "away" }));
announcer.setAttribute("role", "status");

const openPanel = () => document.querySelector("details[data-panel][open]");
const isTyping = (target) => target.matches("input:not([type=radio]):not([type=checkbox]), textarea, select");

// What is chosen in a list, and how many that are.
function pick(name, checked) {
  for (const box of document.querySelectorAll(`input[type=checkbox][name=${name}]`)) if (checked !== undefined) box.checked = checked;
  const number = document.querySelectorAll(`input[name=${name}]:checked`).length;
  for (const button of document.querySelectorAll(`[data-picked=${name}]`)) {
    button.disabled = number === 0;
    button.textContent = number ? `Decide about the ${number} chosen` : "Decide about the chosen";
  }
  const all = document.querySelector(`[data-all=${name}]`);
  if (all) all.checked = number > 0 && number === document.querySelectorAll(`input[type=checkbox][name=${name}]`).length;
}

// The counts of the queues while the page stays open, and at once where the page came without some.
async function count() {
  const tabs = document.querySelector("[data-counts]");
  if (!tabs || document.hidden) return;
  try {
    const response = await fetch(tabs.dataset.counts, { credentials: "same-origin", headers: { Accept: "application/json" } });
    if (!response.ok) return;
    const { counts } = await response.json();
    for (const place of document.querySelectorAll("[data-count]")) {
      if (place.dataset.count in counts) place.textContent = counts[place.dataset.count].toLocaleString("en");
    }
  } catch { /* the next time, then */ }
}
setInterval(count, 15_000);
document.addEventListener("visibilitychange", count);

function reveal() {
  if ([...document.querySelectorAll("[data-count]")].some((place) => !place.textContent)) count();
  pick("item");
  for (const element of document.querySelectorAll("[data-open], [data-scripted], [data-blur-switch]")) element.hidden = false;
  for (const element of document.querySelectorAll("[data-plain]")) element.hidden = true;
  applyBlur();
}

let blurred = false;
try { blurred = localStorage.getItem("blur") === "1"; } catch { /* only for this page then */ }
function applyBlur() {
  for (const text of document.querySelectorAll("[data-blur]")) text.classList.toggle("blurred", blurred);
  document.querySelector("[data-blur-switch]")?.setAttribute("aria-pressed", String(blurred));
}

// The lease of the card: renewed while somebody is at it, given back when they leave.
const RENEW_AFTER_MS = 120_000;
let renewedAt = Date.now();
function leaseForm(fields) {
  const token = document.querySelector("[data-release] input[type=hidden]");
  return new URLSearchParams({ [token.name]: token.value, ...fields });
}
async function renew() {
  const bar = document.querySelector("[data-renew]");
  if (!bar || document.hidden || Date.now() - renewedAt < RENEW_AFTER_MS) return;
  renewedAt = Date.now();
  try {
    const response = await fetch(bar.dataset.renew, { method: "POST", body: leaseForm({}), credentials: "same-origin", headers: { Accept: "application/json" } });
    if (response.ok && bar.isConnected) bar.dataset.until = (await response.json()).until;
  } catch { /* deciding takes it anyway, where it is free */ }
}
for (const sign of ["keydown", "pointermove", "scroll"]) addEventListener(sign, renew, { passive: true });
addEventListener("pagehide", () => {
  const bar = document.querySelector("[data-release]");
  if (bar) navigator.sendBeacon(bar.dataset.release, leaseForm({ until: bar.dataset.until }));
});

async function swap(form, submitter) {
  const main = document.querySelector("#main");
  main.setAttribute("aria-busy", "true");
  const body = new URLSearchParams(new FormData(form));
  if (submitter?.name) body.append(submitter.name, submitter.value);
  try {
    const response = await fetch(form.action, { method: "POST", body, credentials: "same-origin", headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const fresh = page.querySelector("#main");
    if (!fresh) throw new Error("no page");
    main.replaceWith(fresh);
    renewedAt = Date.now();
    document.title = page.title;
    if (response.redirected) history.replaceState(null, "", response.url);
    reveal();
    scrollTo(0, 0);
    const head = fresh.querySelector("[data-focus]");
    head?.focus({ preventScroll: true });
    announcer.textContent = fresh.querySelector(".undo span, [role=alert]")?.textContent ?? head?.textContent ?? "";
  } catch {
    main.removeAttribute("aria-busy");
    let notice = main.querySelector(".offline");
    if (!notice) {
      notice = Object.assign(document.createElement("p"), { className: "notice bad offline" });
      notice.setAttribute("role", "alert");
      main.prepend(notice);
    }
    notice.textContent = "The server did not answer, so nothing was decided. Check the connection and try again.";
  }
}

document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-swap]");
  if (!form || event.defaultPrevented) return;
  event.preventDefault();
  if (document.querySelector("#main[aria-busy]")) return;
  swap(form, event.submitter);
});

function unfold(panel) {
  for (const other of document.querySelectorAll("details[data-panel][open]")) if (other !== panel) other.open = false;
  panel.open = true;
  panel.querySelector("textarea, .reasons button")?.focus();
}
document.addEventListener("toggle", (event) => {
  const panel = event.target;
  if (panel.matches?.("details[data-panel]") && panel.open && !panel.querySelector(".sheet").contains(document.activeElement)) unfold(panel);
}, true);

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-open]");
  if (opener) document.getElementById(opener.dataset.open)?.showModal();
  if (event.target.closest("[data-blur-switch]")) {
    blurred = !blurred;
    try { localStorage.setItem("blur", blurred ? "1" : "0"); } catch { /* only for this page then */ }
    applyBlur();
  }
  const panel = openPanel();
  if (panel && !panel.contains(event.target)) panel.open = false;
});

document.addEventListener("keydown", (event) => {
  const panel = openPanel();
  if (event.key === "Escape" && panel) {
    panel.open = false;
    panel.querySelector("summary").focus();
    event.preventDefault();
    return;
  }
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.matches("textarea")) {
    event.target.form.requestSubmit(panel?.querySelector("button[name=verdict]") ?? undefined);
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || document.querySelector("dialog[open]")) return;
  const key = event.key.toLowerCase();
  const scope = panel ?? document;
  const found = [...scope.querySelectorAll("[data-key]")].find((one) => one.dataset.key === key && (panel ? one.tagName === "BUTTON" : !one.closest(".sheet")));
  if (!found) return;
  event.preventDefault();
  // At once, and not when the browser gets round to it: whoever is quick is typing already.
  if (found.tagName === "SUMMARY") unfold(found.parentElement);
  else found.click();
});

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-all]")) pick(event.target.dataset.all, event.target.checked);
  else if (event.target.matches("input[name=item]")) pick("item");
});
document.addEventListener("change", (event) => { if (event.target.matches("select[data-go]")) event.target.form.requestSubmit(); });
reveal();
