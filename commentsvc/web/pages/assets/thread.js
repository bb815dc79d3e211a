// Votes and further pages without leaving the place; Ctrl+Enter posts. Everything here also works as plain forms and links.
const thread = document.querySelector(".thread-part");

async function load(address, options) {
  const response = await fetch(address, { credentials: "same-origin", headers: { Accept: "text/html" }, ...options });
  if (!response.ok) throw new Error(String(response.status));
  return new DOMParser().parseFromString(await response.text(), "text/html");
}

thread?.addEventListener("submit", async (event) => {
  const form = event.target.closest("[data-vote]");
  if (!form || !event.submitter) return;
  event.preventDefault();
  const value = event.submitter.value;
  const at = [...form.querySelectorAll("button")].indexOf(event.submitter);
  try {
    const body = new URLSearchParams(new FormData(form));
    body.set("value", value);
    const page = await load(form.action, { method: "POST", body });
    const fresh = page.querySelector(`[data-vote][action="${form.getAttribute("action")}"]`);
    if (fresh) { form.replaceChildren(...fresh.childNodes); form.querySelectorAll("button")[at]?.focus(); }
  } catch {
    form.append(Object.assign(document.createElement("button"), { hidden: true, name: "value", value }));
    form.submit();
  }
});

thread?.addEventListener("click", async (event) => {
  const link = event.target.closest("[data-more]");
  if (!link || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  link.setAttribute("aria-busy", "true");
  try {
    const page = await load(link.href);
    const items = [...page.querySelectorAll(".thread > .comment")].filter((item) => !document.getElementById(item.id));
    const next = page.querySelector("[data-more]");
    thread.querySelector(".thread").append(...items);
    if (next) link.href = next.getAttribute("href"); else link.closest(".load-more").remove();
    const first = items[0]?.querySelector("a, button");
    first?.focus({ preventScroll: true });
    link.removeAttribute("aria-busy");
  } catch { location.assign(link.href); }
});

thread?.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.matches("textarea")) {
    const form = event.target.form;
    form.requestSubmit(form.querySelector("button.first"));
  }
  if (event.key === "Escape" && event.target.closest("form")?.querySelector("[data-cancel]") && !event.target.value) {
    location.assign(event.target.closest("form").querySelector("[data-cancel]").href);
  }
});

// One form is sent once.
thread?.addEventListener("submit", (event) => {
  const form = event.target.closest("[data-write]");
  if (!form || event.defaultPrevented) return;
  setTimeout(() => { for (const button of form.querySelectorAll("button")) button.disabled = true; });
});
addEventListener("pageshow", (event) => { if (event.persisted) for (const b of document.querySelectorAll("[data-write] button")) b.disabled = false; });

// "Add new comment" opens with the cursor in it, in the same turn as the click: a `toggle` event comes later, and whoever types at
// once would lose the first letters.
const add = document.querySelector("#add");
add?.querySelector("summary").addEventListener("click", (event) => {
  if (add.open) return;
  event.preventDefault();
  add.open = true;
  add.querySelector("textarea")?.focus({ preventScroll: true });
});
if (location.hash === "#add") add?.setAttribute("open", "");
// An address that points at a comment keeps browsers from focusing the form that was asked for.
document.querySelector(".thread-part [autofocus]")?.focus();
