// Thresholds in hand. What each place of one does is asked for once, when it is taken; from then on moving it asks nobody.
// The number fields are what is sent, and all of the page works without this file.

const form = document.getElementById("thresholds");
const STEPS = ["review", "hold", "reject"];
const sweeps = new Map();
let asked = 0;

const fieldOf = (name) => document.getElementById(name);
const valueOf = (name) => (fieldOf(name).value === "" ? null : Number(fieldOf(name).value));
const side = () => document.getElementById("side");

function query(hand) {
  const values = new URLSearchParams(new FormData(form));
  if (hand) values.set("hand", hand);
  return values;
}

// What a sweep depends on: all but the threshold that is moved.
function sweepKey(hand) {
  const values = query(hand);
  values.set(hand, "");
  return values.toString();
}

async function ask(address) {
  const answer = await fetch(address, { headers: { "X-Requested-With": "fetch" } });
  if (!answer.ok) throw new Error(String(answer.status));
  return answer;
}

function sweepOf(hand) {
  const key = sweepKey(hand);
  if (!sweeps.has(key)) {
    if (sweeps.size > 12) sweeps.delete(sweeps.keys().next().value);
    const swept = { places: null };
    swept.done = ask(`${form.dataset.sweep}?${query(hand)}`)
      .then((answer) => answer.json())
      .then((places) => { swept.places = places; })
      .catch(() => { sweeps.delete(key); });
    sweeps.set(key, swept);
  }
  return sweeps.get(key);
}

function tell(swept, at) {
  side().classList.toggle("is-waiting", !swept.places);
  if (!swept.places) return;
  const place = swept.places[Math.min(99, Math.max(0, Math.round(at * 100) - 1))];
  for (const [name, [value, range]] of Object.entries(place.cells)) {
    const cell = side().querySelector(`[data-cell="${name}"]`);
    if (!cell) return;
    cell.children[0].textContent = value;
    cell.children[1].textContent = range;
  }
  for (const name of ["stricter", "milder"]) side().querySelector(`[data-side="${name}"]`).textContent = place[name].toLocaleString("en");
}

function limits(name) {
  const [label, step] = [name.slice(0, name.lastIndexOf("-")), name.slice(name.lastIndexOf("-") + 1)];
  const place = STEPS.indexOf(step);
  const others = (steps) => steps.map((one) => valueOf(`${label}-${one}`)).filter((one) => one !== null);
  return [Math.max(0.01, ...others(STEPS.slice(0, place))), Math.min(1, ...others(STEPS.slice(place + 1)))];
}

function draw(name) {
  const grip = document.querySelector(`[data-grip="${name}"]`);
  const value = valueOf(name);
  for (const line of document.querySelectorAll(`[data-line="${name}"]`)) {
    for (const end of ["x1", "x2"]) line.setAttribute(end, value === null ? "-10" : String(value * 500));
  }
  if (!grip) return;
  grip.hidden = value === null;
  if (value === null) return;
  grip.style.left = `${value * 100}%`;
  grip.setAttribute("aria-valuenow", String(value));
  grip.setAttribute("aria-valuetext", `from ${value}`);
}

let settle = 0;
let frame = 0;

function choose(name) {
  const hand = fieldOf("hand");
  if (![...hand.options].some((one) => one.value === name)) {
    const [label, step] = [name.slice(0, name.lastIndexOf("-")), name.slice(name.lastIndexOf("-") + 1)];
    const box = document.querySelector(`[data-label="${label}"]`);
    hand.add(new Option(`${box ? box.dataset.name : label}, ${step}`, name));
  }
  hand.value = name;
}

function move(name, to) {
  const [least, most] = limits(name);
  const value = Math.min(most, Math.max(least, Math.round(to * 100) / 100));
  if (value === valueOf(name)) return;
  fieldOf(name).value = String(value);
  choose(name);
  noteChange();
  const swept = sweepOf(name);
  cancelAnimationFrame(frame);
  frame = requestAnimationFrame(() => { draw(name); tell(swept, value); });
  // A sweep that comes while the hand rests tells of where it rests.
  if (!swept.places) swept.done.then(() => { if (fieldOf("hand").value === name) tell(swept, valueOf(name)); });
  later(name);
}

function noteChange() {
  document.getElementById("changes").textContent = "The thresholds as they stand above.";
}

function later(name) {
  clearTimeout(settle);
  settle = setTimeout(() => show(name), 250);
}

// The exact figures, the comments around the threshold and the curve: asked for once the hand rests.
async function show(name) {
  if (document.querySelector("[data-held]")) { later(name); return; }
  const mine = ++asked;
  const values = query(name);
  history.replaceState(null, "", `?${values}`);
  try {
    const text = await (await ask(`${form.dataset.side}?${values}`)).text();
    if (mine !== asked) return;
    side().innerHTML = text;
    side().classList.remove("is-waiting");
    placeTexts();
    const sides = [...side().querySelectorAll("[data-side]")].map((one) => one.textContent);
    document.getElementById("said").textContent = `${sides[0]} comments more strictly, ${sides[1]} more mildly than today.`;
  } catch {
    document.getElementById("said").textContent = "These thresholds could not be tried. Press the button to see why.";
  }
}

function makeGrip(box, step) {
  const name = `${box.dataset.label}-${step}`;
  const grip = document.createElement("button");
  grip.type = "button";
  grip.className = `grip ${step}`;
  grip.dataset.grip = name;
  grip.dataset.letter = { review: "R", hold: "H", reject: "X" }[step];
  grip.setAttribute("role", "slider");
  grip.setAttribute("aria-label", `${box.dataset.name}, ${step} from`);
  grip.setAttribute("aria-valuemin", "0.01");
  grip.setAttribute("aria-valuemax", "1");
  const at = (event) => {
    const room = box.getBoundingClientRect();
    return (event.clientX - room.left) / room.width;
  };
  grip.addEventListener("pointerdown", (event) => {
    grip.setPointerCapture(event.pointerId);
    grip.dataset.held = "";
    sweepOf(name);
  });
  grip.addEventListener("focus", () => sweepOf(name));
  grip.addEventListener("pointermove", (event) => { if ("held" in grip.dataset) move(name, at(event)); });
  for (const end of ["pointerup", "pointercancel"]) grip.addEventListener(end, () => { delete grip.dataset.held; });
  grip.addEventListener("keydown", (event) => {
    const by = { ArrowLeft: -0.01, ArrowDown: -0.01, ArrowRight: 0.01, ArrowUp: 0.01, PageDown: -0.1, PageUp: 0.1, Home: -1, End: 1 }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    move(name, valueOf(name) + by);
  });
  box.append(grip);
}

// The lists take the page's whole width, below everything else.
function placeTexts() {
  const texts = side().querySelector("[data-texts]");
  if (!texts) return;
  document.querySelector(".wide-below")?.remove();
  texts.classList.add("wide-below");
  document.getElementById("next").after(texts);
}

if (form) {
  for (const box of document.querySelectorAll(".plot-box")) {
    box.classList.add("has-grips");
    for (const step of STEPS) makeGrip(box, step);
  }
  for (const input of form.querySelectorAll('input[type="number"]')) {
    draw(input.name);
    input.addEventListener("input", () => { draw(input.name); choose(input.name); later(input.name); });
  }
  fieldOf("hand").addEventListener("change", () => show(fieldOf("hand").value));
  placeTexts();
  const save = document.getElementById("save");
  save.addEventListener("submit", () => {
    for (const input of form.querySelectorAll('input[type="number"]')) {
      let hidden = save.querySelector(`input[type="hidden"][name="${input.name}"]`);
      if (!hidden) {
        hidden = document.createElement("input");
        hidden.type = "hidden";
        hidden.name = input.name;
        save.append(hidden);
      }
      hidden.value = input.value;
    }
  });
  form.addEventListener("input", noteChange);
}
