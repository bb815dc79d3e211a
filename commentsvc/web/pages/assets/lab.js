// Sliders beside the numbers, and handles that can be dragged in the histogram. The number fields are what is sent.

function show(name, value) {
  const input = document.getElementById(name);
  const slider = document.querySelector(`[data-slider="${name}"]`);
  const handle = document.querySelector(`[data-handle="${name}"]`);
  const number = parseFloat(value);
  const isSet = value !== "" && Number.isFinite(number);
  if (input.value !== value) input.value = value;
  if (slider) slider.value = isSet ? String(number) : "1";
  if (handle) for (const end of ["x1", "x2"]) handle.setAttribute(end, isSet ? String(number * 500) : "-10");
}

for (const slider of document.querySelectorAll("[data-slider]")) {
  slider.hidden = false;
  const name = slider.dataset.slider;
  const input = document.getElementById(name);
  slider.addEventListener("input", () => show(name, slider.value));
  input.addEventListener("input", () => show(name, input.value));
}

for (const plot of document.querySelectorAll(".plot")) {
  let held = null;
  const at = (event) => {
    const box = plot.getBoundingClientRect();
    return Math.min(1, Math.max(0.01, (event.clientX - box.left) / box.width));
  };
  plot.addEventListener("pointerdown", (event) => {
    const handles = [...plot.querySelectorAll("[data-handle]")].filter((one) => Number(one.getAttribute("x1")) >= 0);
    const distance = (one) => Math.abs(Number(one.getAttribute("x1")) / 500 - at(event));
    held = handles.sort((a, b) => distance(a) - distance(b))[0];
    if (!held || distance(held) > 0.05) { held = null; return; }
    plot.setPointerCapture(event.pointerId);
  });
  plot.addEventListener("pointermove", (event) => { if (held) show(held.dataset.handle, at(event).toFixed(2)); });
  for (const end of ["pointerup", "pointercancel"]) plot.addEventListener(end, () => { held = null; });
}
