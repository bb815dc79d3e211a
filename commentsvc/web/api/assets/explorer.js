const METHODS = ["get", "post", "put", "patch", "delete"];
const DEEPEST = 6;

function make(tag, properties = {}, ...children) {
  const { dataset, attributes, ...rest } = properties;
  const element = Object.assign(document.createElement(tag), rest);
  for (const [name, value] of Object.entries(attributes ?? {})) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

function resolve(spec, node) {
  if (!node?.$ref) return node ?? {};
  return node.$ref.slice(2).split("/").reduce((at, step) => at?.[step.replace(/~1/g, "/").replace(/~0/g, "~")], spec) ?? {};
}

/* A body to begin with: what is required, and the defaults of the rest. */
function example(spec, node, depth = 0) {
  const schema = resolve(spec, node?.allOf?.[0] ?? node?.anyOf?.[0] ?? node);
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type;
  if (schema.enum) return schema.enum[0];
  if (depth > DEEPEST) return null;
  if (type === "object" || schema.properties) {
    const required = new Set(schema.required ?? []);
    const members = Object.entries(schema.properties ?? {}).filter(([name]) => required.has(name));
    return Object.fromEntries(members.map(([name, inner]) => [name, example(spec, inner, depth + 1)]));
  }
  if (type === "array") return [example(spec, schema.items, depth + 1)];
  if (type === "integer" || type === "number") return schema.minimum ?? 1;
  if (type === "boolean") return true;
  return schema.format === "uuid" ? "" : "text";
}

function field(spec, parameter, prefix) {
  const id = `${prefix}-${parameter.in}-${parameter.name}`;
  const schema = resolve(spec, parameter.schema);
  const options = schema.enum?.filter((value) => value !== null);
  const input = options
    ? make("select", { id }, make("option", { value: "", textContent: "" }), ...options.map((value) => make("option", { value, textContent: value })))
    : make("input", { id, autocomplete: "off", spellcheck: false });
  if (parameter.required) input.required = true;
  if (parameter.required && schema.default !== undefined && schema.default !== null) input.value = schema.default;
  const row = make("div", { className: "row" }, make("label", { htmlFor: id, textContent: parameter.name + (parameter.required ? " *" : "") }), input);
  if (parameter.description) {
    input.setAttribute("aria-describedby", `${id}-help`);
    row.append(make("p", { className: "help", id: `${id}-help`, textContent: parameter.description }));
  }
  return { parameter, input, row };
}

function requestOf(method, path, fields, body) {
  const query = new URLSearchParams();
  const headers = {};
  let address = path;
  for (const { parameter, input } of fields) {
    if (parameter.in === "path") address = address.replace(`{${parameter.name}}`, encodeURIComponent(input.value));
    else if (input.value === "") continue;
    else if (parameter.in === "query") query.set(parameter.name, input.value);
    else if (parameter.in === "header") headers[parameter.name] = input.value;
  }
  const token = document.getElementById("token").value.trim();
  if (token) headers.Authorization = `Bearer ${token}`;
  if (body) headers["Content-Type"] = "application/json";
  const suffix = query.toString();
  return [suffix ? `${address}?${suffix}` : address, { method: method.toUpperCase(), headers, body: body?.value, credentials: "same-origin" }];
}

async function send(address, options, output) {
  output.hidden = false;
  output.textContent = "Sending.";
  try {
    const response = await fetch(address, options);
    const text = await response.text();
    let shown = text;
    try {
      shown = JSON.stringify(JSON.parse(text), null, 2);
    } catch {
      /* Not JSON: shown as it came. */
    }
    output.textContent = `${response.status} ${response.statusText}\n\n${shown}`.trim();
  } catch {
    output.textContent = "The server could not be reached. Check that it runs, and send again.";
  }
}

function operation(spec, path, method, described, shared) {
  const prefix = described.operationId ?? `${method}${path}`.replace(/[^a-z0-9]+/gi, "-");
  const parameters = [...shared, ...(described.parameters ?? [])].map((one) => resolve(spec, one));
  const fields = parameters.map((parameter) => field(spec, parameter, prefix));
  const schema = described.requestBody?.content?.["application/json"]?.schema;
  const text = schema ? JSON.stringify(example(spec, schema), null, 2) : "";
  const body = schema ? make("textarea", { id: `${prefix}-body`, value: text, rows: text.split("\n").length + 1, spellcheck: false }) : null;
  const output = make("pre", { hidden: true, tabIndex: 0, attributes: { role: "status", "aria-label": "Answer" } });
  const button = make("button", { textContent: "Send" });
  const form = make("form", {}, ...fields.map(({ row }) => row));
  if (body) form.append(make("div", { className: "row" }, make("label", { htmlFor: body.id, textContent: "Body" }), body));
  form.append(button);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    button.disabled = true;
    await send(...requestOf(method, path, fields, body), output);
    button.disabled = false;
  });
  const summary = make(
    "summary",
    {},
    make("span", { className: "method", textContent: method.toUpperCase() }),
    make("span", { className: "path", textContent: path }),
    make("span", { className: "gist", textContent: described.summary ?? "" }),
  );
  const inner = make("div", {}, make("p", { className: "description", textContent: described.description ?? "" }), form, output);
  const details = make("details", {}, summary, inner);
  details.words = `${method} ${path} ${described.summary ?? ""} ${described.description ?? ""}`.toLowerCase();
  return details;
}

function show(spec) {
  const groups = new Map((spec.tags ?? []).map((tag) => [tag.name, { about: tag.description ?? "", entries: [] }]));
  for (const [path, item] of Object.entries(spec.paths)) {
    for (const method of METHODS.filter((name) => item[name])) {
      const tag = item[method].tags?.[0] ?? "other";
      if (!groups.has(tag)) groups.set(tag, { about: "", entries: [] });
      groups.get(tag).entries.push(operation(spec, path, method, item[method], item.parameters ?? []));
    }
  }
  const main = document.getElementById("operations");
  const sections = [...groups].map(([tag, { about, entries }]) =>
    make("section", {}, make("h2", { textContent: tag }), make("p", { className: "help", textContent: about }), ...entries),
  );
  const nothing = make("p", { hidden: true, textContent: "No operation has these words. Try fewer.", attributes: { role: "status" } });
  main.replaceChildren(...sections, nothing);
  main.setAttribute("aria-busy", "false");
  document.getElementById("filter").addEventListener("input", (event) => {
    const wanted = event.target.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const section of sections) {
      const entries = [...section.querySelectorAll("details")];
      for (const entry of entries) entry.hidden = !wanted.every((word) => entry.words.includes(word));
      section.hidden = entries.every((entry) => entry.hidden);
    }
    nothing.hidden = sections.some((section) => !section.hidden);
  });
}

try {
  const response = await fetch("/api/v1/openapi.json");
  if (!response.ok) throw new Error(String(response.status));
  show(await response.json());
} catch {
  document.getElementById("loading").textContent = "The document could not be read. Reload the page to try again.";
}
